"""The shape of a branching story, whatever it tells: what can be reached, what goes round in a circle, how long the way is. Pure.

Everything here is a loop and not a recursion: an author's slip may make a chain of any length.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Ways = Mapping[str, Iterable[str]]
"""From each node to those where its choices lead, all of which are among the keys."""


def reachable(first: str, ways: Ways) -> set[str]:
    """All that somebody can come to, ``first`` among it."""
    found, to_look_at = {first}, [first]
    while to_look_at:
        for there in ways[to_look_at.pop()]:
            if there not in found:
                found.add(there)
                to_look_at.append(there)
    return found


def a_circle(ways: Ways) -> tuple[str, ...] | None:
    """Some nodes that lead to one another in this order, the last of them to the first; ``None`` if there are none."""
    left = {node: set(there) for node, there in ways.items()}
    while ends := [node for node, there in left.items() if not there]:  # what has no way on can be in no circle
        for node in ends:
            del left[node]
        for there in left.values():
            there.difference_update(ends)
    if not left:
        return None
    order = {node: place for place, node in enumerate(ways)}
    walked: list[str] = [min(left, key=order.__getitem__)]
    while (following := min(left[walked[-1]], key=order.__getitem__)) not in walked:
        walked.append(following)
    return tuple(walked[walked.index(following) :])


def in_order(ways: Ways) -> tuple[str, ...]:
    """Every node after all that lead to it. Only for ways without a circle."""
    coming = dict.fromkeys(ways, 0)
    for there in ways.values():
        for node in set(there):
            coming[node] += 1
    ready, found = [node for node in reversed(tuple(ways)) if not coming[node]], []
    while ready:
        node = ready.pop()
        found.append(node)
        for following in set(ways[node]):
            coming[following] -= 1
            if not coming[following]:
                ready.append(following)
    return tuple(found)


def longest(first: str, ways: Ways) -> int:
    """The most choices that a way from ``first`` to its end can have. Only for ways without a circle."""
    far = dict.fromkeys(ways, 0)
    for node in reversed(in_order(ways)):
        far[node] = max((far[there] + 1 for there in ways[node]), default=0)
    return far[first]
