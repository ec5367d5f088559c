"""Of which groups somebody means their data: this one, all of theirs on this server, or all of theirs with this bot.

In which groups a person is, nobody can look up: they have another key in each. So their keys for all groups are made, in a thread
of their own, and tried; at most once a minute for each person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.cards import Card, LearnerKey, Person, Visit
from bot.commands.phrases import say
from bot.group import Group
from bot.press import Press, base36, id_in
from bot.storage import Store

AT_ONCE = 500
"""Groups in one portion."""
APART = timedelta(minutes=1)
"""Between two looks of one person through all groups."""

Mine = tuple[tuple[Group, str], ...]
"""The groups that somebody joined, each with their key there."""


async def my_groups(visit: Visit, store: Store) -> Mine | Card:
    """The groups that are meant and in which this person is; or a card that says why there can't be an answer."""
    where = visit.text("where") or (visit.press.args[0] if visit.press.args else None) or ("all" if visit.is_direct else "here")
    if where == "all" and not visit.is_direct:
        return say("All your groups with me are nobody's business here. Write `/my-data` to me in a direct message.", tone="look")
    if where != "all" and visit.is_direct:
        return say(
            "Here is no group and no server: choose *all my groups with this bot*, or ask on your group's server.", tone="look"
        )
    if where == "here":
        if visit.group is None or visit.key is None:
            return say(
                "This server has no study group now that could keep anything about you. If one was closed, "
                "`/my-data` with *all my groups on this server* still finds it until it is erased."
            )
        found = await store.memberships(((visit.group.group_id, visit.key),))
        return found or say(
            f"Nothing is kept about you in **{visit.group.name}**: you have not joined. "
            "As a guest you can read and practise everything."
        )
    ids: tuple[int, ...] | None = _shown(visit.press)
    if ids is None:
        if visit.limits is None or not visit.limits.take_turn(visit.person, "look through all groups", APART, visit.at):
            return say("I have just looked through all groups for you. Please ask again in a minute.", tone="look")
        ids = await store.group_ids(visit.place.server)
    found = await groups_among(ids, visit.person, store)
    if not visit.is_direct:  # a press may name groups of other servers
        found = tuple(one for one in found if one[0].server_id == visit.place.server)
    place = "in any group of mine" if visit.is_direct else "in any group on this server"
    return found or say(f"Nothing is kept about you {place}: you have joined none.")


def press_for(visit: Visit, step: str, mine: Mine) -> Press | None:
    """Leads to the same groups once more, without looking through all of them; ``None`` if there are too many for a press.

    The card on which it stands names these groups, so a press may, too. Whose they are is not in it: it is the presser's keys
    that are tried.
    """
    where = "all" if visit.is_direct else "server"
    press = Press("my-data", step, (where, ".".join(base36(group.group_id) for group, _ in mine)))
    return press if press.fits else None


def _shown(press: Press) -> tuple[int, ...] | None:
    """The groups that a press names."""
    if len(press.args) < 2:
        return None
    return tuple(id_in(one) for one in press.args[1].split("."))


async def groups_among(ids: Sequence[int], person: Person, store: Store) -> Mine:
    """Those of these groups in which this person is, by name. In portions, so that a thread never keeps the loop waiting."""
    found: list[tuple[Group, str]] = []
    for start in range(0, len(ids), AT_ONCE):
        found += await store.memberships(await asyncio.to_thread(_keys, person, ids[start : start + AT_ONCE]))
    return tuple(sorted(found, key=lambda one: (one[0].name.casefold(), one[0].group_id)))


def _keys(person: Person, ids: Sequence[int]) -> list[tuple[int, LearnerKey]]:
    return [(group, person.key(f"group {group}")) for group in ids]
