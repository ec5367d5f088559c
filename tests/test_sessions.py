"""Several processes begin their sessions with Discord in turn and share its calls: none is refused, none waits for the dead."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest
from engines import start_python
from evening import ROOT

import bot.session_turns
from bot.chat.client import RedFlask
from bot.chat.not_let_in import NotLetIn
from bot.chat.pace import paced
from bot.log import start_log
from bot.main import opened
from bot.session_turns import session_turn
from bot.settings import Settings
from bot.storage import open_store
from bot.storage.postgres_turns import turn
from rehearsal.bot_process import point_discord_py_at
from rehearsal.standin import StandIn
from rehearsal.world import World

HOLD = """
import asyncio, sys
from bot.storage.postgres_turns import turn

async def hold():
    async with turn(sys.argv[1], "test", 1, 0.3, float(sys.argv[2])):
        print("mine", flush=True)
        await asyncio.sleep(3600)

asyncio.run(hold())
"""


@pytest.fixture
async def database(postgres_url: str) -> str:
    """With its tables."""
    await (await open_store(postgres_url)).close()
    return postgres_url


async def test_turns_of_one_bucket_come_one_after_the_other_and_those_of_another_at_once(database: str) -> None:
    began: dict[int, list[float]] = {1: [], 2: []}
    at_work = {1: 0, 2: 0}

    async def take(bucket: int) -> None:
        async with turn(database, "test", bucket, 0.2):
            at_work[bucket] += 1
            assert at_work[bucket] == 1
            began[bucket].append(time.monotonic())
            await asyncio.sleep(0.05)
            at_work[bucket] -= 1

    await asyncio.gather(*(take(1) for _ in range(4)), take(2))
    assert all(later - earlier >= 0.25 for earlier, later in zip(began[1], began[1][1:], strict=False))  # from its end
    assert began[2][0] < began[1][1]


@pytest.mark.parametrize(("end", "longest"), [(signal.SIGKILL, 60.0), (signal.SIGSTOP, 1.0)])
async def test_a_process_that_dies_or_hangs_with_its_turn_holds_nobody_up(
    database: str, end: signal.Signals, longest: float
) -> None:
    process = await start_python(HOLD, database, str(longest))
    try:
        assert process.stdout
        assert await process.stdout.readline() == b"mine\n"
        os.kill(process.pid, end)
        began = time.monotonic()
        async with asyncio.timeout(5), turn(database, "test", 1, 0.3):
            assert time.monotonic() - began < 2.5
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_whoever_stops_waiting_leaves_the_line(database: str) -> None:
    async with turn(database, "test", 1, 0), asyncio.TaskGroup() as group:
        waiting = group.create_task(turn(database, "test", 1, 0).__aenter__())
        await asyncio.sleep(0.3)
        waiting.cancel()
    async with asyncio.timeout(3), turn(database, "test", 1, 0):
        pass


async def test_what_goes_wrong_inside_a_turn_stays_what_it_is(database: str) -> None:
    with pytest.raises(KeyError):
        async with turn(database, "test", 1, 0):
            raise KeyError
    async with asyncio.timeout(3), turn(database, "test", 1, 0):
        pass


async def test_without_the_database_a_session_begins_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.session_turns, "APART", 0.05)
    async with asyncio.timeout(5), session_turn("postgresql://nobody@127.0.0.1:1/nothing", 0):
        pass


# ---------------------------------------------------------------- real clients


@asynccontextmanager
async def staying(settings: Settings) -> AsyncIterator[RedFlask]:
    async with opened(settings) as client:
        running = asyncio.create_task(client.stay("rehearsal"))
        try:
            yield client
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


def settings_of(database: str, count: int, *ids: int) -> Settings:
    return Settings(
        discord_token="rehearsal", database_url=database, learner_secret="a secret of the rehearsal, long enough",
        content_dir=ROOT / "content", shard_count=count, shard_ids=ids,
    )  # fmt: skip


@pytest.fixture
async def standin(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StandIn]:
    """It lets one session begin in half a second, and the bot knows."""
    standin = StandIn(World.crowd(servers=8, channels=1), max_concurrency=1)
    standin.gateway.starts.every = 0.5
    monkeypatch.setattr(bot.session_turns, "APART", 0.6)
    await standin.start()
    point_discord_py_at(standin.url)
    start_log("INFO", io.StringIO())
    yield standin
    await standin.stop()


async def test_processes_begin_their_sessions_in_turn_so_that_none_is_refused(standin: StandIn, database: str) -> None:
    refused = 0
    may_start = standin.gateway.may_start

    async def count(shard: int) -> object:
        nonlocal refused
        start = await may_start(shard)
        refused += start.name != "GRANTED"
        return start

    standin.gateway.may_start = count  # type: ignore[assignment,method-assign]
    async with AsyncExitStack() as running:
        for ids in ((0, 1), (2,), (3,)):
            await running.enter_async_context(staying(settings_of(database, 4, *ids)))
        await standin.bot_is_ready(20, shards=4)
        assert sorted(session.shard for session in standin.gateway.connected) == [(number, 4) for number in range(4)]
        await standin.drop_gateway(resumable=False)  # all begin anew, and nobody knows of the others
        await standin.bot_is_ready(30, shards=4)
    assert (refused, standin.gateway.identifies) == (0, 8)
    registered = [call for call in standin.requests if call.method == "GET" and call.path.endswith("/commands")]
    assert len(registered) == 1  # by the process with shard 0 alone


async def test_a_process_with_too_few_sessions_left_today_says_when_to_start_it(standin: StandIn, database: str) -> None:
    standin.gateway.starts.total = 1
    async with opened(settings_of(database, 4, 1, 2)) as client:
        with pytest.raises(NotLetIn, match=r"lets this bot begin 1 more sessions today, and this process needs 2: start it"):
            await client.stay("rehearsal")
    assert standin.gateway.identifies == 0


async def test_if_discord_does_not_say_how_many_may_begin_the_process_says_so(standin: StandIn, database: str) -> None:
    standin.misbehave("GET", "/gateway/bot", 403)
    async with opened(settings_of(database, 4, 1, 2)) as client:
        with pytest.raises(NotLetIn, match="did not say how many sessions may begin"):
            await client.stay("rehearsal")


async def test_all_parts_together_are_never_more_than_50_calls_in_any_second() -> None:
    until = time.monotonic() + 1.6

    async def call(part: float, at: list[float]) -> None:
        pace = paced(part)
        while time.monotonic() < until:
            async with pace:
                at.append(time.monotonic())

    async def share(*parts: float) -> None:
        at: list[float] = []
        await asyncio.gather(*(call(part, at) for part in parts))
        at.sort()
        assert max(sum(1 for one in at if start <= one < start + 1) for start in at) <= 50, parts
        assert len(at) >= 1.5 * sum(parts) * 0.5, parts

    ways = ((50.0,), (25.0, 25.0), (12.5,) * 4, (6.25,) * 8, (37.5, 6.25, 6.25), (3.125,) * 16)
    await asyncio.gather(*(share(*parts) for parts in ways))


async def test_a_process_with_next_to_nothing_gets_next_to_nothing() -> None:
    pace = paced(0.5)
    assert pace.max_rate / pace.time_period == pytest.approx(0.25)
