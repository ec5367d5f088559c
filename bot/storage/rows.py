"""What the store hands out and takes in: frozen rows, with days as dates and marks as booleans.

No row carries a name, an account number or a text of a learner; a group's own prompts are its moderators' decision, and
nobody's name stands on them. `learner_key` never travels in a row: whoever asks for a learner already has the key.
"""

from datetime import date, time
from enum import Enum
from typing import Literal

from msgspec import Struct

from bot.progress import Sum
from bot.recall import Memory

PostingKind = Literal["welcome", "prompt", "lesson", "scenario", "round", "review", "guide", "reply", "closing"]
PostingState = Literal["claimed", "posted", "failed", "waiting", "missed", "skipped"]
SlotKind = Literal["prompt", "lesson", "scenario", "round", "review"]
WaitingKind = Literal["reply", "suggestion", "report"]


class Change(Enum):
    """What became of a wish to change a group."""

    DONE = "done"
    CHANNEL_TAKEN = "another group has that home channel"
    GONE = "there is no such group"


class Kept(Enum):
    """What became of an answer."""

    YES = "stored"
    ALREADY = "this turn was answered before; its mark stays"
    NOT_A_LEARNER = "nothing stored"
    PAUSED = "nothing stored, as the learner wished"
    NOT_AGREED = "nothing stored before the learner agrees to the list as it is today"


class Learner(Struct, frozen=True):
    joined_on: date
    consent_version: int
    is_paused: bool
    active_on: date
    """The latest day on which they did something; for those who agreed to an older list, a day from before."""
    is_changed: bool = False
    """Something of this learner is not yet in a publication of the group."""


class AnswerState(Struct, frozen=True):
    theme: str
    question: int
    times_asked: int
    was_right: bool
    memory: Memory | None = None
    """How well it is remembered; None if it was answered before that was kept."""


class States(Struct, frozen=True):
    """Everything that is kept about one learner. For someone who has not joined: None, and nothing."""

    learner: Learner | None
    read: frozenset[tuple[str, str]]
    """(theme, lesson)"""
    answers: tuple[AnswerState, ...]


class Figures(Struct, frozen=True):
    """A group in numbers; who is behind them is not in it. What may be shown of them, `progress` decides."""

    learners: int
    read: tuple[tuple[str, str, int], ...]
    """(theme, lesson, learners who read it)"""
    right: tuple[tuple[str, int, int], ...]
    """(theme, question, learners whose latest answer is right)"""
    posted: tuple[tuple[str, str | None, str | None, int], ...]
    """(kind, theme, item, how often it stands in the channel)"""


class Sums(Struct, frozen=True):
    """What the next publication of a group would be made of."""

    changed: int
    """Learners who changed something since the latest publication."""
    latest: date | None
    """The day of the latest publication."""
    figures: tuple[Sum, ...]


class Erased(Struct, frozen=True):
    """How many rows are gone, table by table."""

    groups: int = 0
    learners: int = 0
    lessons_read: int = 0
    answers: int = 0
    measured: int = 0
    postings: int = 0
    slots: int = 0
    plan_runs: int = 0
    own_prompts: int = 0
    waiting_cards: int = 0
    publications: int = 0
    own_files: int = 0
    group_tallies: int = 0
    rounds: int = 0
    round_answers: int = 0


class Purged(Struct, frozen=True):
    """What the retention erased, all groups together."""

    groups: int
    learners: int
    rows: int
    """Of learners: lessons read and answers."""


class Posting(Struct, frozen=True):
    """`state` "waiting": refused in a way that may pass; it is tried again at `retry_at`. "missed": its time passed while the
    bot was down. "skipped": a moderator did not want it."""

    posting_id: int
    group_id: int
    kind: PostingKind
    theme: str | None
    item: str | None
    channel_id: int
    claimed_at: int
    """Unix seconds at which the bot began; it says nothing about a person."""
    state: PostingState = "claimed"
    message_id: int | None = None
    thread_id: int | None = None
    trouble: str | None = None
    slot_id: int | None = None
    """The slot that it came from, which may be gone."""
    due_at: int | None = None
    """Unix seconds for which the slot had planned it."""
    ping: int | None = None
    """A role."""
    tries: int = 0
    """How often it was refused and put off."""
    retry_at: int | None = None
    """Unix seconds; only while it waits."""
    replies: bool = True
    """Whether people may reply to it without their name, where the group allows that."""
    looks: int = 0
    """How often somebody took it up after a crash."""


class Posted(Struct, frozen=True):
    """A lesson, a prompt or another of what slots post, that stands in the channel, and since when."""

    kind: str
    theme: str
    item: str
    first_at: int
    """Unix seconds."""
    times: int


class Slot(Struct, frozen=True):
    """A place in a group's calendar. `slot_id` is a random 40-bit number."""

    slot_id: int
    group_id: int
    kind: SlotKind
    theme: str | None
    """None: the whole course in order; "own": the group's own prompts."""
    item: str | None
    """None: the next unused one."""
    rule: str
    """An RFC 5545 rule; empty: once, on `starts_on`."""
    starts_on: date
    hour: time
    """In the group's zone."""
    ends_on: date | None
    ping: int | None
    """A role."""
    grace: int
    """For how many seconds it may be late; after that it counts as missed."""
    done_until: date | None
    """Its dates up to and including this one, in the group's zone, are dealt with."""
    due_at: int | None
    """Unix seconds of its next date; None: there is none any more."""
    plan_place: int | None = None
    """Its place in the group's running plan."""
    guide_at: int | None = None
    """Unix seconds at which its facilitator's card is due; None: there is none, or it is sent."""
    paused: bool = False
    why_paused: str | None = None
    """A sentence if it paused itself; None if a moderator paused it."""


class PlanRun(Struct, frozen=True):
    """The plan that a group is running."""

    group_id: int
    plan: str
    first_day: date
    hour: time
    started_on: date


class OwnPrompt(Struct, frozen=True):
    """A prompt that moderators took into their group's course. `number` is never given again."""

    group_id: int
    number: int
    title: str
    text: str
    added_on: date


class OwnFile(Struct, frozen=True):
    """A file of a group's own content, as it was uploaded. `number` is never given again."""

    group_id: int
    number: int
    theme: str
    """The name that its author gave the theme."""
    name: str
    """Of the file."""
    text: str
    added_on: date
    is_used: bool
    """False: a draft that somebody looks at."""


class WaitingCard(Struct, frozen=True):
    """A card in the moderators' channel that waits for a decision. What is on it, and who wrote that, is stored nowhere."""

    message_id: int
    group_id: int
    channel_id: int
    kind: WaitingKind
    left_on: date
