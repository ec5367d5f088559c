"""What a press of a round's cards says: which round, at which place."""

from __future__ import annotations

from bot.cards import LearnerKey, Person, Visit
from bot.group import Group
from bot.press import NotAPress, Press, base36, id_in
from bot.storage import Round, Store

OVER = "That round is over. The next one begins with `/round start`, or comes with the calendar."
TAKEN_OUT = (
    "This question has just been changed or taken out of the course: no press on this card counts. *Reveal* goes on from here."
)


def code_of(person: Person, round_: Round) -> LearnerKey:
    """What stands for somebody while this question is asked, and nowhere else. Nobody can make it again once the salt is gone."""
    return person.key(f"round {round_.round_id}", bytes.fromhex(round_.salt))


async def looked_up(visit: Visit, store: Store) -> Round | None:
    """The round of a press; ``None`` when it is over and gone."""
    assert visit.group
    round_ = await store.round(number_in(visit.press.args[0] if visit.press.args else ""))
    if round_ is not None and round_.group_id != visit.group.group_id:
        raise NotAPress("no round of this group")
    return round_


def place_in(visit: Visit) -> int:
    """Which question of the round a press is about."""
    word = visit.press.args[1] if len(visit.press.args) > 1 else ""
    if not word.isdecimal() or len(word) > 2:
        raise NotAPress("no step of a round")
    return int(word)


def leading(round_: Round, group: Group, step: str) -> Press:
    """A press about the question at the round's place, for whoever leads."""
    return Press("round", step, (base36(round_.round_id), str(round_.place)), group.group_id)


def playing(round_: Round, group: Group, step: str, *more: str) -> Press:
    """The same for everybody."""
    return Press("playing", step, (base36(round_.round_id), str(round_.place), *more), group.group_id)


def number_in(word: str) -> int:
    return id_in(word)
