"""The rehearsal's door to the gateway: how often a bot may begin a session, and which shard hears what. Spoken to without a
library, since a library waits by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest

from rehearsal.session_starts import SessionStarts, Start
from rehearsal.standin import StandIn
from rehearsal.world import World


class Watch:
    """A clock of seconds that stands still until it is moved."""

    def __init__(self, at: float = 1000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    standin = StandIn(World.crowd(servers=40, channels=1), max_concurrency=16)
    await standin.start()
    yield standin
    await standin.stop()


@asynccontextmanager
async def talking(standin: StandIn) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with aiohttp.ClientSession() as client, client.ws_connect(f"{standin.url}/gateway?v=10&encoding=json") as socket:
        assert (await socket.receive_json())["op"] == 10
        yield socket


async def identify(socket: aiohttp.ClientWebSocketResponse, shard: int = 0, count: int = 1, intents: int = 1) -> Any:
    """What the gateway says first: READY, or that the session is invalid."""
    asked = {"token": "rehearsal", "intents": intents, "shard": [shard, count], "properties": {}}
    await socket.send_json({"op": 2, "d": asked})
    return await socket.receive_json(timeout=5)


async def gateway_bot(standin: StandIn) -> Any:
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bot {standin.world.token}"}) as client,
        client.get(f"{standin.url}/api/v10/gateway/bot") as answer,
    ):
        return await answer.json()


async def closed_with(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    while not socket.closed:
        await socket.receive(timeout=5)
    return socket.close_code


def test_of_each_bucket_one_shard_may_begin_in_five_seconds() -> None:
    watch = Watch()
    starts = SessionStarts(max_concurrency=2, now=watch)
    assert [starts.take(shard) for shard in (0, 1)] == [Start.GRANTED, Start.GRANTED]
    assert [starts.take(shard) for shard in (0, 2, 3)] == [Start.TOO_EARLY] * 3
    watch.at += 4.9
    assert starts.take(2) is Start.TOO_EARLY
    watch.at += 0.1
    assert [starts.take(shard) for shard in (2, 3)] == [Start.GRANTED, Start.GRANTED]
    assert starts.left() == {"total": 1000, "remaining": 996, "max_concurrency": 2, "reset_after": 86_395_000}


def test_after_a_day_the_count_begins_anew() -> None:
    watch = Watch()
    starts = SessionStarts(total=2, every=0, now=watch)
    assert starts.left()["reset_after"] == 0
    assert [starts.take(0) for _ in range(3)] == [Start.GRANTED, Start.GRANTED, Start.USED_UP]
    watch.at += 86_400
    assert starts.left()["remaining"] == 2
    assert starts.take(0) is Start.GRANTED


async def test_sixteen_shards_begin_at_once_and_each_hears_of_its_own_servers(standin: StandIn) -> None:
    assert (await gateway_bot(standin))["session_start_limit"] == {
        "total": 1000, "remaining": 1000, "max_concurrency": 16, "reset_after": 0,
    }  # fmt: skip
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(talking(standin)) for _ in range(16)]
        ready = await asyncio.gather(*(identify(socket, number, 16) for number, socket in enumerate(sockets)))
        heard = {number: {int(server["id"]) for server in said["d"]["guilds"]} for number, said in enumerate(ready)}
        assert sum(len(servers) for servers in heard.values()) == 40
        assert all((server >> 22) % 16 == number for number, servers in heard.items() for server in servers)
        await standin.bot_is_ready(5, shards=16)
        limit = (await gateway_bot(standin))["session_start_limit"]
        assert (limit["remaining"], limit["reset_after"] > 86_000_000) == (984, True)

        # what happens on a server, and what somebody does there, only its shard hears
        server = standin.world.server
        mine = (server.id >> 22) % 16
        for _ in heard[mine]:
            assert (await sockets[mine].receive_json())["t"] == "GUILD_CREATE"
        standin.world.add_channel(server, "news")
        said = await sockets[mine].receive_json()
        assert (said["t"], said["d"]["name"], said["s"]) == ("CHANNEL_CREATE", "news", len(heard[mine]) + 2)
        assert not any(s.sent[-1][1].count("CHANNEL_CREATE") for s in standin.gateway.connected if s.shard[0] != mine)


async def test_a_shard_that_comes_too_early_is_told_so_and_may_try_again_on_the_same_socket(standin: StandIn) -> None:
    watch = standin.gateway.starts._now = Watch()
    async with talking(standin) as first, talking(standin) as other:
        assert (await identify(first, 0, 32))["t"] == "READY"
        assert await identify(other, 16, 32) == {"op": 9, "d": False, "s": None, "t": None}
        watch.at += 5
        assert (await identify(other, 16, 32))["t"] == "READY"
        assert standin.gateway.identifies == 2


async def test_whoever_begins_more_often_than_the_day_allows_loses_everything(standin: StandIn) -> None:
    standin.gateway.starts.total = 1
    async with talking(standin) as first, talking(standin) as other:
        assert (await identify(first, 0, 2))["t"] == "READY"
        assert (await gateway_bot(standin))["session_start_limit"]["remaining"] == 0
        await other.send_json({"op": 2, "d": {"token": "rehearsal", "intents": 1, "shard": [1, 2], "properties": {}}})
        assert (await closed_with(first), await closed_with(other)) == (4004, 4004)
    assert standin.world.token != "rehearsal"


async def test_a_shard_of_too_many_servers_is_told_to_split(standin: StandIn) -> None:
    standin.world.servers_per_shard = 30
    async with talking(standin) as socket:
        await socket.send_json({"op": 2, "d": {"token": "rehearsal", "intents": 1, "properties": {}}})
        assert await closed_with(socket) == 4011
    async with talking(standin) as socket:
        assert (await identify(socket, 1, 2))["t"] == "READY"


async def test_the_gateway_asks_for_a_heartbeat_and_may_take_back_a_session(standin: StandIn) -> None:
    async with talking(standin) as socket:
        await identify(socket, 3, 16)
        standin.gateway.ask_for_heartbeats()
        standin.gateway.invalidate(resumable=True)
        ops: list[int] = []
        while not ops or ops[-1] != 9:
            ops.append((await socket.receive_json(timeout=5))["op"])
        assert ops[-2:] == [1, 9]
