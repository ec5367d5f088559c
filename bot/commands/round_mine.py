"""One's own answer in a live round, for whoever wants to see, take away or erase all that is kept: learner or guest.

It is kept under a code that only the round's salt makes, so nothing else leads to it: the codes of this person are made for the
rounds that are running, and tried. Once a question is revealed there is no answer and no code any more.
"""

from __future__ import annotations

from bot.cards import Visit
from bot.commands.round_press import code_of
from bot.library import Course
from bot.press import base36
from bot.storage import Exported, Round, Store

COLUMNS = ("round_id", "asking", "chosen", "changed")


async def in_words(visit: Visit, course: Course, store: Store) -> str:
    """A sentence for each answer that stands; empty if there is none."""
    running = await _running(visit, store)
    by_id = {one.round_id: one for one in running}
    said = []
    for round_id, chosen, changed in await store.answers_in_rounds(_codes(visit, running)):
        one = by_id[round_id]
        theme = course.theme(one.theme)
        question = theme.question(one.questions[one.place - 1]) if theme and one.place <= len(one.questions) else None
        picks = [option.text for index, option in enumerate(question.options) if base36(index) in chosen[1:]] if question else []
        option = "; ".join(picks) or "an answer that was not among those that its author foresaw"
        was = ", changed once" if changed else ""
        said.append(f"to question {one.place} of the round in <#{one.channel_id}>: {option}{was}")
    if not said:
        return ""
    return f"**In a live round.** Your answer {'; '.join(said)}. It is kept until the reveal, under a code of its own."


async def exported(visit: Visit, group_id: int, store: Store) -> tuple[Exported, ...]:
    """The rows of one group, for a download; none if there are none."""
    running = {one.round_id: one for one in await _running(visit, store) if one.group_id == group_id}
    found = await store.answers_in_rounds(_codes(visit, tuple(running.values())))
    rows = tuple((round_id, running[round_id].asking, chosen, int(changed)) for round_id, chosen, changed in found)
    return (Exported("round_answers", COLUMNS, rows),) if rows else ()


async def forget_mine(visit: Visit, store: Store) -> int:
    """How many answers were thrown away."""
    return await store.forget_in_rounds(_codes(visit, await _running(visit, store)))


async def _running(visit: Visit, store: Store) -> tuple[Round, ...]:
    """The rounds that can have an answer of this person: of all groups in a direct message, else of this server's."""
    running = tuple(one for one in await store.rounds() if one.salt)
    if not running or visit.place.server is None:
        return running
    here = {group.group_id for group in await store.groups_of(visit.place.server)}
    return tuple(one for one in running if one.group_id in here)


def _codes(visit: Visit, running: tuple[Round, ...]) -> list[tuple[int, str]]:
    return [(one.round_id, code_of(visit.person, one)) for one in running]
