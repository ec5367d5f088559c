"""Four processes of the bot over sixteen shards on one Postgres, killed and started again in turn, while people learn on dozens of
servers and the calendar posts: every answer that was confirmed is kept, everything is posted once, and no server is without a
process for longer than its own process needs to come back.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import pytest
from evening import ROOT

from bot.group import Group
from bot.kept import VERSION
from bot.learner_key import Secret, Someone
from bot.shards import Shards
from bot.storage import Slot, Store, open_store
from bot.timetable import local_day
from rehearsal.people import Person, Seen
from rehearsal.session_starts import Start
from rehearsal.standin import StandIn
from rehearsal.things import Channel, Server
from rehearsal.world import World

SHARDS = 16
PROCESSES = [Shards(SHARDS, tuple(range(first, first + 4))) for first in range(0, SHARDS, 4)]
SECRET = "a secret of the rehearsal, long enough"
THEME = "data-aggregation"
PAUSE = 1.0
"""Seconds until whoever looks after the processes starts a dead one again."""
ANSWERS = ("Next question", *"ABCDE", "True", "I don't know")
"""What is pressed on a card of a quiz: the first of these that it has."""
THOUGHT = 0.5
"""Seconds at most before somebody goes on."""


@dataclass(slots=True)
class Process:
    """One of the four: it runs the bot by its command line."""

    shards: Shards
    environment: dict[str, str]
    log: Path
    outages: list[tuple[float, float]] = field(default_factory=list)
    """From when to when it was away, by `time.monotonic`; the second is infinite while it is."""
    _process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "rehearsal.bot_process", cwd=self.log.parent, env=self.environment,
                stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    async def die(self) -> None:
        assert self._process
        self._process.kill()
        await self._process.wait()

    async def end(self) -> int:
        """As an operator ends it; its exit status."""
        assert self._process
        with suppress(ProcessLookupError):
            self._process.terminate()
        return await self._process.wait()

    def was_away(self, began: float, ended: float) -> bool:
        return any(began < back and gone < ended for gone, back in self.outages)


@dataclass(slots=True)
class Circle:
    """A study group on a server of its own, and who learns there."""

    group: Group
    channel: Channel
    person: Person
    confirmed: int = 0
    unsure: int = 0
    """Answers that nobody confirmed, since the process died: they may be there or not."""
    waits: list[float] = field(default_factory=list)
    failures: list[tuple[float, float]] = field(default_factory=list)

    async def learn(self, until: asyncio.Event, chance: random.Random) -> None:
        """Quiz after quiz: any answer to each question, then the next one."""
        while not until.is_set():
            await rest(chance.random() * THOUGHT)
            seen = await self._see(self.person.command(self.channel.id, "quiz", theme=THEME))
            while seen.message and not until.is_set():
                what = next((label for label in ANSWERS if label in seen.labels), None)
                if what is None:
                    break
                seen = await self._see(self.person.press(seen.message, what))
                if seen.failed:
                    self.unsure += 1
                elif "## That's right" in seen.text or "## Not quite" in seen.text:
                    self.confirmed += 1
                    await rest(chance.random() * THOUGHT)

    async def _see(self, doing: object) -> Seen:
        began = time.monotonic()
        seen: Seen = await doing  # type: ignore[misc]
        ended = time.monotonic()
        if seen.failed:
            self.failures.append((began, ended))
        else:
            self.waits.append(ended - began)
        return seen


async def rest(seconds: float) -> None:
    """Real time passes."""
    await asyncio.sleep(seconds)


class Town:
    """The stand-in with its servers, the database, and the four processes."""

    def __init__(self, standin: StandIn, store: Store, processes: list[Process], circles: list[Circle]) -> None:
        self.standin, self.store, self.processes, self.circles = standin, store, processes, circles
        self.refused: Counter[Start] = Counter()

    async def is_back(self, process: Process, patience: float = 60) -> None:
        """Until all its shards are connected."""
        async with asyncio.timeout(patience):
            while not set(process.shards.ids) <= {session.shard[0] for session in self.standin.gateway.connected}:
                await rest(0.02)

    async def kill_and_start_again(self, process: Process) -> None:
        gone = time.monotonic()
        process.outages.append((gone, float("inf")))
        await process.die()
        await asyncio.sleep(PAUSE)
        await process.start()
        await self.is_back(process)
        process.outages[-1] = (gone, time.monotonic())


@asynccontextmanager
async def town(database: str, folder: Path, servers: int, dues: range) -> AsyncIterator[Town]:
    """Everybody has joined; a slot is due at each of these minutes from now on every server."""
    world = World.crowd(servers=servers, channels=1)
    standin = StandIn(world, max_concurrency=SHARDS, keep_history=True)
    await standin.start()
    environment = {name: value for name, value in os.environ.items() if name not in ("LOG_LEVEL", "CONTENT_DIR")} | {
        "DISCORD_TOKEN": "rehearsal", "REHEARSAL_URL": standin.url, "LEARNER_SECRET": SECRET, "DATABASE_URL": database,
        "REHEARSAL_LEASH": "1", "LOG_FORMAT": "logfmt", "PYTHONPATH": str(ROOT), "SHARD_COUNT": str(SHARDS),
    }  # fmt: skip
    async with AsyncExitStack() as ending:
        ending.push_async_callback(standin.stop)
        store = await open_store(database)
        ending.push_async_callback(store.close)
        minute = datetime.now(UTC).replace(second=0, microsecond=0)
        circles = []
        for number, server in enumerate(world.servers.values(), 1):
            circles.append(await _circle(number, server, standin, store, [minute + timedelta(minutes=due) for due in dues]))
        processes = []
        for number, shards in enumerate(PROCESSES):
            process = Process(shards, environment | {"SHARD_IDS": str(shards)}, folder / f"bot-{number}.log")
            await process.start()
            ending.push_async_callback(process.end)
            processes.append(process)
        here = Town(standin, store, processes, circles)
        may_start = standin.gateway.may_start

        async def count(shard: int) -> Start:
            start = await may_start(shard)
            here.refused[start] += 1
            return start

        standin.gateway.may_start = count  # type: ignore[method-assign]
        for process in processes:
            await here.is_back(process)
        yield here


async def _circle(number: int, server: Server, standin: StandIn, store: Store, dues: list[datetime]) -> Circle:
    mo, channel = server.member_named("Mo"), server.channel_named("circle-1")
    group = Group(number, server.id, f"Circle {number}", channel.id, "text", None, None, "UTC", "en", dues[0].date())
    assert await store.add_group(group)
    key = Someone(Secret(SECRET.encode()), mo.id).key(f"group {number}")
    assert await store.join(number, key, consent_version=VERSION, on=dues[0].date())
    slots = tuple(
        Slot(
            number * 100 + place, number, "prompt", THEME, None, "", local_day(due, "UTC"), clock_time(due.hour, due.minute),
            None, None, 7200, None, int(due.timestamp()),
        )
        for place, due in enumerate(dues)
    )  # fmt: skip
    assert await store.add_slots(slots)
    return Circle(group, channel, Person(standin, mo.id))


async def play(here: Town, kills: int, chance: random.Random) -> None:
    """Everybody learns while one process after the other is killed, and until all is posted and everybody has learnt something."""
    until = asyncio.Event()
    learning = [asyncio.create_task(circle.learn(until, chance)) for circle in here.circles]
    for turn in range(kills):
        await asyncio.sleep(chance.random())
        await here.kill_and_start_again(here.processes[turn % len(here.processes)])
    async with asyncio.timeout(300):
        while not all(one.confirmed for one in here.circles) or await here.store.next_due_at(0) or await here.store.unfinished():
            await rest(0.1)
    until.set()
    await asyncio.gather(*learning)


async def look(here: Town, slots: int) -> None:
    """Whether all is as it should be."""
    [rows] = await here.store._engine.read(("SELECT group_id, sum(times_asked) FROM answers GROUP BY group_id", {}))
    kept: dict[int, int] = {group: int(answers) for group, answers in rows}
    for circle in here.circles:
        home = next(process for process in here.processes if process.shards.has(circle.group.server_id))
        assert circle.confirmed > 0
        assert circle.confirmed <= kept[circle.group.group_id] <= circle.confirmed + circle.unsure
        assert all(home.was_away(began, ended) for began, ended in circle.failures), "a server was left alone"
        history = await here.store.history(circle.group.group_id, most=100)
        assert [posting.state for posting in history] == ["posted"] * slots
        posted = [message.id for message in circle.channel.messages.values() if message.ephemeral_to is None]
        assert sorted(posted) == sorted(posting.message_id or 0 for posting in history)
    assert set(here.refused) == {Start.GRANTED}
    assert here.standin.counts.limited == 0
    assert sorted(session.shard for session in here.standin.gateway.connected) == [(shard, SHARDS) for shard in range(SHARDS)]
    for process in here.processes:
        said = process.log.read_text(encoding="utf-8")
        assert "level=info event=shards" in said
        assert "level=error" not in said, said
        assert "event=commands" in said or not process.shards.has_first


def figures(here: Town, seconds: float) -> str:
    waits = sorted(wait for circle in here.circles for wait in circle.waits)
    outages = sorted(back - gone for process in here.processes for gone, back in process.outages)
    confirmed, unsure = sum(circle.confirmed for circle in here.circles), sum(circle.unsure for circle in here.circles)
    return (
        f"{seconds:.0f} s, {len(here.circles)} servers, {len(outages)} kills; away for {outages[0]:.1f} to {outages[-1]:.1f} s, "
        f"of them {PAUSE} s until the start; {confirmed:,} answers confirmed and kept, {unsure} unsure; "
        f"{len(waits) / seconds:.0f} presses/s, p50 {waits[len(waits) // 2] * 1000:.0f} ms, p99 "
        f"{waits[len(waits) * 99 // 100] * 1000:.0f} ms; "
        f"{here.standin.gateway.identifies} sessions began, {here.standin.counts.accepted} calls"
    )


@pytest.mark.parametrize(
    ("servers", "kills", "minutes", "seed"),
    [(32, 2, 0, 5), pytest.param(64, 24, 3, 6, marks=pytest.mark.nightly)],
    ids=["seconds", "minutes"],
)
async def test_four_processes_that_are_killed_in_turn_lose_no_answer_and_post_everything_once(
    servers: int, kills: int, minutes: int, seed: int, postgres_url: str, tmp_path: Path
) -> None:
    began = time.monotonic()
    dues = range(-2, minutes)
    async with town(postgres_url, tmp_path, servers, dues) as here:
        await play(here, kills, random.Random(seed))
        mo = here.circles[0].person
        assert (await mo.command(mo.dm(), "about")).failed is None  # direct messages have their process, too
        await look(here, len(dues))
        (tmp_path / "figures.txt").write_text(figures(here, time.monotonic() - began) + "\n")
        assert [await process.end() for process in here.processes] == [0] * len(PROCESSES)
