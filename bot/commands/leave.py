"""``/leave``: leave the group. Everything kept about this learner is erased at once, and the receipt says what."""

from __future__ import annotations

from bot.cards import Card, Visit
from bot.commands.command import Command, Step
from bot.commands.phrases import say
from bot.commands.receipt import receipt
from bot.commands.round_mine import forget_mine
from bot.library import Library
from bot.storage import Store


async def leave(visit: Visit, library: Library, store: Store) -> Card:
    assert visit.group and visit.key  # the desk sees to it: this step needs a group
    thrown_away = await forget_mine(visit, store)
    erased = await store.erase_learner(visit.group.group_id, visit.key)
    played = "Your answer in the round that is running is thrown away." if thrown_away else ""
    if not erased.learners and played:
        return say(f"You had not joined **{visit.group.name}**. {played} Nothing else was kept about you there.", tone="good")
    if not erased.learners:
        return say(f"You had not joined **{visit.group.name}**: nothing is kept about you there.")
    return say(
        f"## You have left {visit.group.name}\nNobody is told. You can still read and practise everything, "
        "and join again whenever you like.",
        receipt(erased, visit.at),
        *((played,) if played else ()),
        tone="good",
    )


LEAVE = Command(
    "leave",
    "Leave the study group. All that is kept about you there is erased at once.",
    first="leave",
    steps={"leave": Step(leave, needs_group=True)},
)
