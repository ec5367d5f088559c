"""The second list: what is kept about a group, and about the database itself. Nothing in it says who somebody is.

Beside ``bot/kept.py`` it makes the whole schema: a column that is on neither list fails ``tests/test_kept.py``. Each is described
as honestly as there: where a row stands for something that one person did, the words say so. ``docs/PRIVACY.md`` is made from it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AboutAGroup:
    """One table. ``columns``: each name with what it is, in plain words. ``rest``: what a reader should know beside that."""

    table: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rest: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)


_GROUP = ("group_id", "which group")

GROUPS: tuple[AboutAGroup, ...] = (
    AboutAGroup(
        "study_groups",
        "The group and its settings",
        (
            ("group_id", "a random number that is never used again"),
            ("server_id", "the server"),
            ("name", "the group's name"),
            ("home_channel", "its home channel"),
            ("home_kind", "what kind of channel that is"),
            ("moderators_channel", "the channel in which the moderators hear of trouble"),
            ("facilitators_role", "the role whose members moderate, too"),
            ("time_zone", "its time zone"),
            ("language", "its language"),
            ("created_on", "the day on which it was made"),
            ("quiet_from", "when its quiet hours begin"),
            ("quiet_until", "when they end"),
            ("archive_after", "when its threads are archived"),
            ("guide_hours", "how long before an item its facilitator's card comes"),
            ("replies", "whether people may reply without their name"),
            ("prompts_numbered", "how many prompts of its own it has had"),
            ("publish_from", "from how many learners up anything is said about their learning"),
            ("recall_goal", "how likely an answer should still be known when a review asks for it again"),
            ("review_amount", "how many questions a review asks in a day"),
            ("counted", "how many learners it had at the latest weekly count, rounded down to fives"),
            ("counted_on", "the day of that count"),
            ("files_numbered", "how many files of its own it has had"),
            ("own_version", "how often its own content has changed"),
            ("closed_on", "the day on which it was closed"),
            ("gone_on", "the day on which its server was first seen to have removed the bot"),
        ),
        "Who made the group, and who moderates it, is not kept.",
    ),
    AboutAGroup(
        "postings",
        "What the bot has posted",
        (
            ("posting_id", "a number made from what was posted and when"),
            _GROUP,
            (
                "kind",
                "what it was: a welcome, a prompt, a lesson, a facilitator's card, a plan's closing card, a reply without a name",
            ),
            ("theme", "its theme"),
            ("item", "which lesson, prompt or plan"),
            ("channel_id", "the channel"),
            ("state", "whether it stands there, waits, was missed, skipped or refused"),
            ("claimed_at", "the second at which the bot began to post it"),
            ("message_id", "the id of the message"),
            ("thread_id", "the id of its thread"),
            ("trouble", "why it was refused"),
            ("slot_id", "the slot of the calendar that it came from"),
            ("due_at", "when it was planned"),
            ("ping", "which role it calls"),
            ("tries", "how often it was put off"),
            ("retry_at", "when it is tried again"),
            ("looks", "how often it was taken up after a crash"),
            ("replies", "whether people may reply to it without their name"),
            ("told", "whether the moderators know what went wrong"),
        ),
        "A reply without a name has such a row from the moment of its acceptance, with neither its text nor its writer.",
    ),
    AboutAGroup(
        "slots",
        "The calendar",
        (
            ("slot_id", "a random number"),
            _GROUP,
            ("kind", "a prompt or a lesson"),
            ("theme", "of which theme"),
            ("item", "which one"),
            ("rule", "how it repeats"),
            ("starts_on", "its first day"),
            ("hour", "its hour"),
            ("ends_on", "its last day"),
            ("ping", "which role it calls"),
            ("grace", "how late it may be"),
            ("done_until", "until which day it is dealt with"),
            ("due_at", "when it comes next"),
            ("plan_place", "its place in a plan"),
            ("guide_at", "when its facilitator's card comes"),
            ("paused", "whether it is paused"),
            ("why_paused", "why it paused itself"),
        ),
    ),
    AboutAGroup(
        "plan_runs",
        "The plan that the group is running",
        (
            _GROUP,
            ("plan", "which plan"),
            ("first_day", "its first day"),
            ("hour", "its hour"),
            ("started_on", "the day on which it was started"),
        ),
    ),
    AboutAGroup(
        "own_prompts",
        "The group's own prompts",
        (
            _GROUP,
            ("number", "a number"),
            ("title", "its title"),
            ("text", "its text"),
            ("added_on", "the day on which the moderators took it in"),
        ),
        "These are texts that a member may have suggested and moderators have accepted. Who suggested one is not kept.",
    ),
    AboutAGroup(
        "own_files",
        "The group's own content",
        (
            _GROUP,
            ("number", "a number that is never given again"),
            ("theme", "the name of its theme"),
            ("name", "the file's name"),
            ("text", "the text of the file"),
            ("added_on", "the day on which it was uploaded"),
            ("in_use", "whether the group uses it, or somebody only looked at it"),
        ),
        "These are lessons, questions and prompts that the group's moderators have uploaded. Who uploaded a file is not kept. Its "
        "form "
        "asks that there be nothing about a member in it; no program can see to that. A file that was only looked at goes after a "
        "day.",
    ),
    AboutAGroup(
        "waiting_cards",
        "Replies, suggestions and reports that wait for the moderators",
        (
            ("message_id", "the id of the card"),
            _GROUP,
            ("channel_id", "its channel"),
            ("kind", "a reply, a suggestion, or a report of a wrong question of the group's own"),
            ("left_on", "the day on which it came"),
        ),
        "The text is on the card alone. An id of Discord's tells the moment at which its message was made, so this row tells when "
        "somebody wrote. It goes when a moderator decides, or after 7 days; if the bot can't take the text off the card then, "
        "after a month.",
    ),
    AboutAGroup(
        "rounds",
        "The round that is running",
        (
            ("round_id", "the number of its posting"),
            _GROUP,
            ("channel_id", "the channel"),
            ("theme", "its theme"),
            ("questions", "the numbers of its questions"),
            ("asking", "which of them is asked, and whether its answers are closed"),
            ("salt", "a random number from which the codes of those who answer are made, another one for each question"),
            ("told", "what was told of each question that was revealed, in rough words or steps"),
            ("timer", "after how many seconds a question is revealed by itself"),
            ("reveal_at", "when that will be"),
            ("stirred_at", "the second at which it last went on, or its card did"),
            ("shown", "what its card shows"),
        ),
        "It goes when the round ends; a round that nobody touches for an hour ends by itself. The salt goes with each reveal.",
    ),
    AboutAGroup(
        "publications",
        "What was said about the group's learning",
        (
            _GROUP,
            ("made_on", "the day"),
            ("theme", "the theme"),
            ("question", "the number of the question, or 0 for the theme's lessons"),
            ("made_from", "from how many learners up it was made"),
            ("told", "how much was known or read, in a rough word or step"),
        ),
    ),
    AboutAGroup(
        "group_tallies",
        "Counts of answers",
        (
            _GROUP,
            ("about", "which question of its own, or which opening or closing questions of a plan"),
            ("what", "what was answered, or how the rest of that quiz went"),
            ("n", "how often"),
            ("told", "how many of these are told to whoever may see them"),
            ("told_on", "since which day"),
        ),
        "These are sums, without whose. A learner who leaves stays counted, since nothing says which part of a sum was theirs. Two "
        "copies of the database, from before and after one person's answer, show what that person answered.",
    ),
)

DATABASE: tuple[AboutAGroup, ...] = (
    AboutAGroup(
        "migrations",
        "Which changes to the database have been made",
        (("number", "a number"), ("name", "a name"), ("applied_on", "the day")),
    ),
    AboutAGroup(
        "marks",
        "What the database was made with",
        (("name", "what is noted"), ("mark", "the note")),
        "A mark of the operator's secret, with its version: a wrong secret is noticed, and nothing leads back to the secret. And "
        "the latest day on which the daily job worked, so that a clock that jumped is noticed; and, of several processes, when a "
        "session with Discord last began, so that they begin theirs in turn.",
    ),
)
"""About the database itself: neither a learner nor a group."""


def as_paragraphs(tables: tuple[AboutAGroup, ...]) -> str:
    """As they stand in the privacy policy: a paragraph each, with all columns."""
    return "\n".join(f"- **{one.title}** (`{one.table}`). {_columns(one)}.{' ' + one.rest if one.rest else ''}" for one in tables)


def _columns(one: AboutAGroup) -> str:
    return "; ".join(f"`{name}`, {what}" for name, what in one.columns)
