"""From what was learnt to words, and what may be said about a group. Pure: numbers in, words out.

A group's part never shows a figure that one person's private reading or answers could move on their own: nothing is said
about learning below ``LEARNERS_FROM`` learners, and above it only in four words.
"""

from __future__ import annotations

from dataclasses import dataclass

LEARNERS_FROM = 5
"""*k*: nothing about learning is published of a group with fewer learners."""


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


def learners_in_words(learners: int) -> str:
    """``"fewer than 5 learners"``, or the number rounded down to fives: ``"at least 15 learners"``."""
    if learners < LEARNERS_FROM:
        return f"fewer than {LEARNERS_FROM} learners"
    return f"at least {learners - learners % 5} learners"


def share_in_words(done: int, learners: int, things: int) -> str | None:
    """How much of ``things`` the group has done, all learners together: *few, some, most, nearly all*.

    ``done`` counts pairs of a learner and a thing. ``None`` where nothing may be said: too few learners, or no things.
    """
    if learners < LEARNERS_FROM or things <= 0:
        return None
    share = done / (learners * things)
    if share < 0.25:
        return "few"
    if share <= 0.5:
        return "some"
    if share <= 0.75:
        return "most"
    return "nearly all"
