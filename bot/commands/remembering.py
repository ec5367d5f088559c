"""Keeping an answer, of a quiz or of a review: whether it was right, and how well the question is remembered from now on.

A question that is new to the learner is one statement, without a look at what was there before. Only one that is asked again is
read first: what comes of an answer depends on how well it was remembered.
"""

from __future__ import annotations

from bot.cards import Visit
from bot.library import Theme
from bot.questions import Question
from bot.recall import Memory, Sure, after, first
from bot.storage import Kept, Store
from bot.timetable import local_day


async def keep_answer(
    visit: Visit, theme: Theme, question: Question, turn: int, was_right: bool, store: Store, sure: Sure = Sure.UNSAID
) -> tuple[Kept, Memory | None]:
    """What became of it, and how well the question is remembered if it was kept. ``turn``: how often it had been asked when the
    card was made. Of two answers to the same card one is kept, and was worked out from what was there when that card was made."""
    if visit.group is None or visit.key is None:
        return Kept.NOT_A_LEARNER, None
    group, today = visit.group.group_id, local_day(visit.at, visit.group.time_zone)
    if turn:
        memory = after(await store.memory(group, visit.key, theme.name, question.number), was_right, sure, today)
    else:
        memory = first(was_right, sure, today)
    kept = await store.record_answer(
        group, visit.key, theme.name, question.number, turn=turn, was_right=was_right, memory=memory, on=visit.at.date()
    )
    return kept, memory
