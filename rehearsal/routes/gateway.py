"""`/gateway`: where the websocket is, how many shards are meant, and how often they may begin."""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.rest import Call, Reply, Route
from rehearsal.things import Json
from rehearsal.world import World


def routes(world: World, shards: Callable[[], int], starts: Callable[[], Json]) -> list[Route]:
    """`shards` recommends a number of shards; `starts` says how often the bot may identify."""

    def address(call: Call) -> Reply:
        return Reply(200, {"url": world.base_url.replace("http", "ws", 1) + "/gateway"})

    def for_bot(call: Call) -> Reply:
        return Reply(200, address(call).body | {"shards": shards(), "session_start_limit": starts()})

    return [Route("GET", "/gateway", address, by_bot=False), Route("GET", "/gateway/bot", for_bot)]
