"""Of which groups somebody means their data: this one, all of theirs on this server, or all of theirs with this bot.

In which groups a person is, nobody can look up: they have another key in each. So their keys for all groups are made, in a thread
of their own, and tried; at most once a minute for each person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.cards import Card, Choice, LearnerKey, Option, Person, Visit
from bot.commands.phrases import say
from bot.group import Group
from bot.storage import Store

WHERE = Option(
    "where",
    "This group, all your groups on this server, or, in a direct message with me, all of them.",
    choices=(
        Choice("this group", "here"),
        Choice("all my groups on this server", "server"),
        Choice("all my groups with this bot (in a direct message)", "all"),
    ),
)

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
    minute = visit.at.strftime("%H:%M")
    if visit.limits is None or not visit.limits.take(visit.person, f"all my groups {minute}", 1, visit.at):
        return say("I have just looked through all groups for you. Please ask again in a minute.", tone="look")
    ids = await store.group_ids(visit.place.server)
    found = await store.memberships(await asyncio.to_thread(_keys, visit.person, ids))
    place = "in any group of mine" if visit.is_direct else "in any group on this server"
    return found or say(f"Nothing is kept about you {place}: you have joined none.")


def _keys(person: Person, ids: Sequence[int]) -> list[tuple[int, LearnerKey]]:
    return [(group, person.key(f"group {group}")) for group in ids]
