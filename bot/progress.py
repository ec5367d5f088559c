"""From what was learnt to words, and what may be said about a group. Pure: numbers in, words out.

What is said of a group's learning is a *publication*: made now and then, stored, and shown as it is until the next one. Nothing is
computed when somebody asks, so two looks around one person's answer are the same. Each figure is of all learners together, so
whoever knows everybody but two learners can't tell which of these two did what. What can't be hidden: somebody who knows
everybody's answers but one's, or who fills a group with made-up learners, may see a word or a step move by that one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

PUBLISH_FROM = 5
"""*k*, if the moderators set nothing else: so many learners stand behind each figure."""
PUBLISH_FROM_LEAST, PUBLISH_FROM_MOST = 3, 50
NUMBERS_FROM = 20
"""Below so many learners there are only words; from here on, steps of 5%."""
APART = timedelta(days=7)
"""Between two publications of a group there is at least so much time."""
HIDDEN = ""


@dataclass(frozen=True, slots=True)
class ThemeProgress:
    """How far one learner is in one theme; all four are counts."""

    title: str
    lessons: int
    lessons_read: int
    questions: int
    questions_known: int

    @property
    def in_words(self) -> str:
        return f"{self.lessons_read} of {self.lessons} lessons read, {self.questions_known} of {self.questions} questions known"

    @property
    def is_whole(self) -> bool:
        return self.lessons_read >= self.lessons and self.questions_known >= self.questions


@dataclass(frozen=True, slots=True)
class Together:
    """All learners of a group in one theme. ``read`` and ``known`` count pairs of a learner and a lesson or question;
    ``answered`` counts the learners who were asked any question of it."""

    theme: str
    lessons: int
    read: int
    questions: int
    known: int
    answered: int


@dataclass(frozen=True, slots=True)
class Told:
    """What is published of one theme: two shares in words, or ``HIDDEN``."""

    theme: str
    lessons: str
    questions: str


def publication_is_due(today: date, latest: date | None, changed: int, learners: int, *, publish_from: int) -> bool:
    """``changed``: learners whose state is not what it was at the latest one. A clock that was set back makes nothing due."""
    k = max(publish_from, PUBLISH_FROM_LEAST)
    return learners >= k and changed >= k and (latest is None or today - latest >= APART)


def told_together(themes: Sequence[Together], learners: int, *, publish_from: int) -> tuple[Told, ...]:
    """What a publication says. No sum over themes is among it, so a hidden one can't be worked out from the others."""
    k = max(publish_from, PUBLISH_FROM_LEAST)
    return tuple(
        Told(
            one.theme,
            _share(one.read, learners, one.lessons, behind=learners, k=k),
            _share(one.known, one.answered, one.questions, behind=one.answered, k=k),
        )
        for one in themes
    )


def rounded(learners: int) -> int:
    """Down to fives."""
    return learners - learners % 5


def learners_in_words(learners: int) -> str:
    """``"fewer than 5 learners"``, or the number rounded down to fives: ``"at least 15 learners"``."""
    return f"at least {rounded(learners)} learners" if learners >= 5 else "fewer than 5 learners"


def _share(done: int, people: int, things: int, *, behind: int, k: int) -> str:
    if behind < k or things <= 0:
        return HIDDEN
    share = done / (people * things)
    if people >= NUMBERS_FROM:
        percent = done * 100 // (people * things)
        return "under 10% of" if percent < 10 else "over 90% of" if share > 0.9 else f"about {percent - percent % 5}% of"
    if share < 0.25:
        return "few"
    if share <= 0.5:
        return "some"
    return "most" if share <= 0.75 else "nearly all"
