"""kill -9 at any moment between claim and confirmation: nothing is lost, and nothing is there twice.

A real process of the bot posts against the stand-in, which kills it at a call of its own choosing: before the call is carried out,
or after it, so that the answer never arrives. Then it is started again, and again, until all is posted. Which call it will be is
random, under a seed that the failure names.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from evening import ROOT

from bot.group import Group
from bot.storage import Slot, Store, open_store
from bot.storage.rows import SlotKind
from bot.timetable import local_day
from rehearsal.standin import StandIn
from rehearsal.things import Channel, Kind
from rehearsal.world import World

SERVERS = 5
"""So many postings are under way when it dies."""
LIVES = 1500
"""More than this and the bot gets nowhere."""
PROCESS = """
import asyncio, os, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from bot.log import start_log
from bot.main import opened
from bot.settings import Settings
from rehearsal.bot_process import point_discord_py_at

url, database, content = sys.argv[1:]

async def live(ahead):
    settings = Settings(discord_token="rehearsal", database_url=database, content_dir=Path(content), learner_secret="x" * 40)
    async with opened(settings, lambda: datetime.now(UTC) + timedelta(seconds=ahead)) as client:
        client._connection.guild_ready_timeout = 0.05  # two seconds of waiting, hundreds of times, would make this test slow
        await client.start("rehearsal")

point_discord_py_at(url)
start_log("ERROR", sys.stderr)
for line in sys.stdin:  # each line is a life: all is imported already
    child = os.fork()
    if not child:
        asyncio.run(live(float(line)))
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


@dataclass(slots=True)
class Executioner:
    """Kills the bot at the n-th call that concerns a posting."""

    pid: int = 0
    calls_left: int = 0
    deaths: Counter[str] = field(default_factory=Counter)

    def hear(self, method: str, path: str, phase: str) -> None:
        is_posting = (method == "POST" and "/channels/" in path) or path.endswith("/threads/active")
        if not is_posting or not self.pid:
            return
        self.calls_left -= 1
        if self.calls_left <= 0:
            pid, self.pid = self.pid, 0
            os.kill(pid, signal.SIGKILL)
            self.deaths[f"{'thread' if path.endswith('/threads') else 'look' if 'active' in path else 'message'} {phase}"] += 1


@asynccontextmanager
async def process(url: str, database: str) -> AsyncIterator[asyncio.subprocess.Process]:
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROCESS, url, database, str(ROOT / "content"), cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield started
    finally:
        with suppress(ProcessLookupError):
            started.kill()
        await started.wait()


async def fill(store: Store, channels: list[Channel], due: datetime) -> None:
    """A group in each channel, with one slot that was due a moment ago."""
    for number, channel in enumerate(channels, 1):
        home = "forum" if channel.kind == Kind.FORUM else "text"
        group = Group(number, channel.server_id or 0, f"Circle {number}", channel.id, home, None, None, "UTC", "en", due.date())  # type: ignore[arg-type]
        assert await store.add_group(group)
        what: SlotKind = "scenario" if number % 4 == 0 else "prompt"
        slot = Slot(
            number, number, what, "data-aggregation", None, "", local_day(due, "UTC"), time(due.hour, due.minute), None,
            None, 30 * 86400, None, int(due.timestamp()),
        )  # fmt: skip
        assert await store.add_slots((slot,))


@pytest.mark.parametrize(
    ("kind", "postings", "calls", "deaths", "seed"),
    [
        ("text", 15, 6, 20, 3),
        ("forum", 10, 4, 16, 4),
        pytest.param("text", 90, 6, 160, 3, marks=pytest.mark.nightly),
        pytest.param("forum", 60, 4, 140, 4, marks=pytest.mark.nightly),
    ],
)
async def test_a_bot_that_is_killed_again_and_again_posts_everything_once(
    kind: str, postings: int, calls: int, deaths: int, seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    world = World.crowd(servers=SERVERS, channels=0)
    servers = [*world.servers.values()] * (postings // SERVERS)
    channels = [
        world.add_channel(server, f"circle-{number}", Kind.FORUM if kind == "forum" else Kind.TEXT)
        for number, server in enumerate(servers, 1)
    ]
    standin = StandIn(
        world, calls_per_second=None, channel_limits=False
    )  # a channel that is killed at again and again would reach its limit
    await standin.start()
    url = f"sqlite:///{tmp_path / 'red-flask.db'}"
    store = await open_store(url)
    due = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    await fill(store, channels, due)
    executioner = Executioner()
    standin.on_call = executioner.hear
    try:
        async with process(standin.url, url) as bot:
            assert bot.stdin and bot.stdout
            for life in range(LIVES):
                # In a forum the bot waits a minute before it believes that a post isn't there; elsewhere it takes claims of the
                # last second for its own. So that this test needn't wait, each life begins as much later.
                ahead = life * (61 if kind == "forum" else 3)
                world.move_clock(timedelta(seconds=ahead))
                executioner.calls_left = chance.randint(1, calls)
                bot.stdin.write(f"{ahead}\n".encode())
                executioner.pid = int(await bot.stdout.readline())
                ended = asyncio.create_task(bot.stdout.readline())
                while not ended.done() and await unposted(store):
                    await asyncio.wait([ended], timeout=0.3)
                if not ended.done():
                    executioner.pid, pid = 0, executioner.pid
                    if pid:
                        os.kill(pid, signal.SIGKILL)
                    await ended
                if not await unposted(store):
                    break
    finally:
        rows = [one for group in range(1, postings + 1) for one in await store.history(group)]
        await store.close()
        await standin.stop()
    assert [one.state for one in rows] == ["posted"] * postings
    assert len(executioner.deaths) == 4, f"it did not die in every way: {executioner.deaths}"
    assert executioner.deaths.total() >= deaths, executioner.deaths
    for row in rows:
        if kind == "forum":
            threads = [one for one in world.channels.values() if one.parent_id == row.channel_id]
            assert [one.id for one in threads] == [row.thread_id]
        else:
            [message] = world.channels[row.channel_id].messages.values()
            thread = message.id if row.kind == "prompt" else None
            assert (message.id, thread) == (row.message_id, row.thread_id)


async def unposted(store: Store) -> bool:
    """Whether anything is left to do: a slot that is due, or a posting that isn't confirmed."""
    return bool(await store.next_due_at(0) or await store.unfinished())
