"""One run of a quiz by one person, small enough to travel in its buttons.

Everything that a quiz has to remember (what was asked, what was right, what comes next) is in here and goes into each
``custom_id``, so that a guest's quiz needs no storage at all and nobody's quiz is lost in a restart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bot.commands.quiz_order import Known, best_of, step_after
from bot.library import Theme
from bot.press import NotAPress, base36
from bot.recall import Sure

SEEDS = 36 * 36
SHORTEST, LONGEST, USUAL = 3, 10, 5


class Sitting(Struct, frozen=True):
    """``done`` holds pairs of a question's number and whether it was right; ``skip`` is how far earlier quizzes got. ``sure`` is
    about the question that is asked just now."""

    theme: int
    seed: int
    length: int
    skip: int = 0
    done: tuple[tuple[int, bool], ...] = ()
    sure: Sure = Sure.UNSAID
    firsts: frozenset[int] = frozenset()
    """Those of ``done`` that were kept as a learner's first answer: they are counted when the quiz is over."""

    @classmethod
    def begin(cls, theme: Theme, length: int, at: datetime) -> Sitting:
        """A new one. Its shuffling comes from the moment at which it began."""
        return cls(theme.number, at.microsecond % SEEDS, min(max(length, SHORTEST), LONGEST, len(theme.questions)))

    @classmethod
    def of_review(cls, theme: Theme, number: int, is_right: bool) -> Sitting:
        """One answered question of a review, for a report about it. Its seed is one that no quiz has."""
        return cls(theme.number, SEEDS, 1, 0, ((number, is_right),))

    @property
    def is_review(self) -> bool:
        return self.seed == SEEDS

    def args(self) -> tuple[str, ...]:
        """Its words in a press."""
        done = "".join(f"{base36(number, 2)}{is_right + 2 * (number in self.firsts)}" for number, is_right in self.done)
        length = base36(self.length) + (f"{self.sure:d}" if self.sure else "")
        return base36(self.theme), base36(self.seed), length, base36(self.skip), done

    @classmethod
    def read(cls, args: tuple[str, ...]) -> Sitting:
        """The other way round. Raises ``NotAPress`` on what ``args`` did not write."""
        try:
            theme, seed, length, skip, done = args
            pairs = tuple((int(done[at : at + 2], 36), done[at + 2] in "13") for at in range(0, len(done), 3))
            firsts = frozenset(int(done[at : at + 2], 36) for at in range(0, len(done), 3) if done[at + 2] in "23")
            sure = Sure(int(length[1:] or 0))
            sitting = cls(int(theme, 36), int(seed, 36), int(length[:1], 36), int(skip, 36), pairs, sure, firsts)
            is_ours = sitting.args() == args
        except (ValueError, IndexError) as error:
            raise NotAPress("not a quiz") from error
        if not (1 <= sitting.length <= LONGEST and len(pairs) <= LONGEST and is_ours):
            raise NotAPress("not a quiz")
        return sitting

    @property
    def is_over(self) -> bool:
        return len(self.done) >= self.length

    @property
    def right(self) -> int:
        return sum(is_right for _, is_right in self.done)

    def answered(self, number: int, is_right: bool, *, is_first: bool = False) -> Sitting:
        """The same with one more question done; a question is done once. ``is_first``: it was kept as a learner's first answer."""
        if number in dict(self.done):
            return self
        firsts = self.firsts | {number} if is_first else self.firsts
        return replace(self, done=(*self.done, (number, is_right)), firsts=firsts, sure=Sure.UNSAID)

    def next_question(
        self, theme: Theme, times_asked: Mapping[int, int] | None, known: Mapping[int, Known] | None = None
    ) -> int | None:
        """The number of the question to ask now; ``None`` when the theme has no other.

        A learner gets those asked least often (``times_asked`` by number); a guest goes round all of them, a quiz at a time,
        going on where the last quiz of this chain of cards stopped. Which of those comes first, ``known`` says if enough is.
        """
        order = self._order(question.number for question in theme.questions)
        asked = dict(self.done)
        if times_asked is None:
            start = self.skip % len(order) if order else 0
            fresh = [number for number in order[start:] + order[:start] if number not in asked]
            fresh = fresh[: max(self.length - len(asked), 1)]
        else:
            fresh = [number for number in order if number not in asked]
            least = min((times_asked.get(number, 0) for number in fresh), default=0)
            fresh = [number for number in fresh if times_asked.get(number, 0) == least]
        return best_of(fresh, known or {}, step_after(is_right for _, is_right in self.done))

    def again(self, theme: Theme) -> Sitting:
        """The next quiz of the same chain: other questions first."""
        skip = (self.skip + len(self.done)) % max(len(theme.questions), 1)
        return Sitting(self.theme, self.seed, min(max(self.length, 1), len(theme.questions)), skip)

    def _order(self, numbers: Iterable[int]) -> list[int]:
        return sorted(numbers, key=lambda number: hashlib.sha256(b"%d|%d" % (self.seed, number)).digest())
