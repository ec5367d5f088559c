"""How well a question is remembered, and when to ask it again. Pure, in days; the one room that knows the library ``fsrs``.

FSRS describes a memory by two numbers: its *stability*, the days until the chance to know the answer has fallen to 90%, and its
*difficulty*, from 1 to 10. Both are kept of a question, with the day of the latest answer. When it is due follows from these and
from the group's goal, so no second day is kept, and a group that changes its goal moves everything at once.

*From an answer to FSRS's rating*: wrong is Again; right is Good, unless the learner said beforehand how sure they were: Hard for a
guess, Easy for certain. That is our decision: a right guess, with its explanation read, is no forgetting, but it isn't knowing
either, so it comes back sooner. A wrong answer that somebody was certain of is Again like any other, and is asked first among those
that are due: such errors are corrected more often than others, but where the correction is forgotten, the same error is more likely
to be made again a week later (Butler, Fazio and Marsh 2011, doi.org/10.3758/s13423-011-0173-y).

The library is loaded when a question is answered again, or somebody looks at what they remember: not when the bot starts, and not
for a question that is new to a learner. What that takes are eight constants, which a test compares with the library.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from functools import cache
from typing import Any

from msgspec import Struct

GOAL, GOAL_LEAST, GOAL_MOST = 90, 70, 97
"""In percent: how likely a learner should still know an answer when it is asked again."""
LONGEST = 365
"""Days: what is known as well as that is still asked once a year."""
SCALE = 1000
"""Stability and difficulty are kept in whole thousandths, which are the same numbers in every database."""

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
_FIRST_STABILITY = {AGAIN: 212, HARD: 1293, GOOD: 2306, EASY: 8296}
_FIRST_DIFFICULTY = {AGAIN: 6413, HARD: 5112, GOOD: 2118, EASY: 1000}
_DECAY = -0.1542
_FACTOR = 0.9 ** (1 / _DECAY) - 1


class Sure(IntEnum):
    """How sure somebody is, before they see whether they are right. Nobody has to say."""

    UNSAID = 0
    GUESS = 1
    FAIRLY = 2
    CERTAIN = 3


class Memory(Struct, frozen=True):
    """Of one question: stability in thousandths of a day, difficulty in thousandths, and the day of the latest answer."""

    stability: int
    difficulty: int
    asked_on: date
    misled: bool = False
    """Whether the latest answer was wrong, and the learner had been certain of it."""


def rating(was_right: bool, sure: Sure = Sure.UNSAID) -> int:
    """As FSRS counts them."""
    if not was_right:
        return AGAIN
    return {Sure.GUESS: HARD, Sure.CERTAIN: EASY}.get(sure, GOOD)


def first(was_right: bool, sure: Sure, on: date) -> Memory:
    """After the first answer: constants, so that nothing has to be looked up."""
    rated = rating(was_right, sure)
    return Memory(_FIRST_STABILITY[rated], _FIRST_DIFFICULTY[rated], on, not was_right and sure is Sure.CERTAIN)


def after(before: Memory | None, was_right: bool, sure: Sure, on: date) -> Memory:
    """After one more answer. ``None``: it was answered before such things were kept."""
    if before is None:
        return first(was_right, sure, on)
    import fsrs  # here, since a bot that starts doesn't need it

    reviewed, _ = _scheduler().review_card(_card(before), fsrs.Rating(rating(was_right, sure)), _moment(on))
    assert reviewed.stability is not None and reviewed.difficulty is not None
    return Memory(
        max(round(reviewed.stability * SCALE), 1),
        round(reviewed.difficulty * SCALE),
        on,
        not was_right and sure is Sure.CERTAIN,
    )


def due_on(memory: Memory, goal: int = GOAL) -> date:
    """The day on which the chance has fallen to the goal; never the day of the answer itself."""
    days = round(memory.stability / SCALE / _FACTOR * ((goal / 100) ** (1 / _DECAY) - 1))
    return memory.asked_on + timedelta(days=min(max(days, 1), LONGEST))


def chance(memory: Memory, on: date) -> float:
    """The library's *retrievability*: how likely the answer is known on that day, from 0 to 1."""
    return float(_scheduler().get_card_retrievability(_card(memory), _moment(on)))


@cache
def _scheduler() -> Any:
    """By its usual weights. Without learning steps, which are minutes; without fuzz, since a day's amount is bounded anyhow."""
    import fsrs

    return fsrs.Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=LONGEST, enable_fuzzing=False)


def _card(memory: Memory) -> Any:
    """With a number of its own: a card without one sleeps for a millisecond, to get it from the clock."""
    import fsrs

    return fsrs.Card(
        card_id=1,
        state=fsrs.State.Review,
        stability=memory.stability / SCALE,
        difficulty=memory.difficulty / SCALE,
        due=_moment(memory.asked_on),
        last_review=_moment(memory.asked_on),
    )


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
