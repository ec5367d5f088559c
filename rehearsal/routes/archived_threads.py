"""`/channels/{}/threads/archived`: the threads that nobody spoke in for long, latest first. The open ones are in guilds.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from rehearsal import shapes
from rehearsal.permissions import MANAGE_THREADS, READ_MESSAGE_HISTORY
from rehearsal.refusals import invalid
from rehearsal.rest import Call, Reply, Route
from rehearsal.routes.channels import channel_for_bot
from rehearsal.routes.queries import id_of, limit_of
from rehearsal.things import Channel, Kind
from rehearsal.world import World


def routes(world: World) -> list[Route]:
    archived = _Archived(world)
    return [
        Route("GET", "/channels/{}/threads/archived/public", archived.public),
        Route("GET", "/channels/{}/threads/archived/private", archived.private),
        Route("GET", "/channels/{}/users/@me/threads/archived/private", archived.own_private),
    ]


class _Archived:
    def __init__(self, world: World) -> None:
        self.world = world

    def public(self, call: Call, channel_id: str) -> Reply:
        return self._by_time(call, channel_id, READ_MESSAGE_HISTORY, lambda thread: thread.kind != Kind.PRIVATE_THREAD)

    def private(self, call: Call, channel_id: str) -> Reply:
        needs = READ_MESSAGE_HISTORY | MANAGE_THREADS
        return self._by_time(call, channel_id, needs, lambda thread: thread.kind == Kind.PRIVATE_THREAD)

    def own_private(self, call: Call, channel_id: str) -> Reply:
        """Those that the bot joined, by id."""
        before, me = id_of(call, "before") or 1 << 64, self.world.bot.id
        found = self._in(channel_id, READ_MESSAGE_HISTORY)
        mine = [t for t in found if t.kind == Kind.PRIVATE_THREAD and me in t.joined and t.id < before]
        return self._page(call, sorted(mine, key=lambda thread: -thread.id))

    def _by_time(self, call: Call, channel_id: str, needs: int, wanted: Callable[[Channel], bool]) -> Reply:
        before = _moment(call)
        found = [t for t in self._in(channel_id, needs) if wanted(t) and (before is None or _archived_at(t) < before)]
        return self._page(call, sorted(found, key=_archived_at, reverse=True))

    def _in(self, channel_id: str, needs: int) -> list[Channel]:
        parent = channel_for_bot(self.world, channel_id, needs)
        return [c for c in self.world.channels.values() if c.parent_id == parent.id and c.is_thread and c.archived]

    def _page(self, call: Call, found: list[Channel]) -> Reply:
        limit = limit_of(call, most=100, usual=50)
        threads = [shapes.channel_json(self.world, thread) for thread in found[:limit]]
        mine = [shape["member"] for shape in threads if "member" in shape]
        return Reply(200, {"threads": threads, "members": mine, "has_more": len(found) > limit})


def _archived_at(thread: Channel) -> datetime:
    assert thread.archived_at is not None
    return thread.archived_at


def _moment(call: Call) -> datetime | None:
    given = call.query.get("before")
    if given is None:
        return None
    try:
        # a plus sign that wasn't escaped arrives as a space
        when = datetime.fromisoformat(given.replace(" ", "+"))
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise invalid(("before",), "DATE_TIME_TYPE_PARSE", f"Could not parse {given}. Should be ISO8601.")
    return when
