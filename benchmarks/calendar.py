"""Ten thousand slots due at once: how fast, in which order and how fairly they are posted, and whether learners notice.

The bot's own clock is an hour behind while its learners click for comparison. Then it is put right, and all slots are due: one
circle's of each server first, two circles' a minute later, all the others' another minute later. Each posting is two calls, a
message and its thread. Then they click again, in turn while it posts and while Discord lets its
calls wait. It measures and says which budgets are met; it fails only when something
does not run.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from benchmarks.calendar_tables import print_calls, print_clicks, print_order, print_whole
from benchmarks.clicks import Clicks
from benchmarks.contenders import Contender
from benchmarks.crowd import Crowd
from benchmarks.evening import begin, everybody_joins, walk_through
from bot.commands.slot_times import due
from bot.group import Group
from bot.storage import Slot, open_store
from rehearsal.things import Channel

ZONE = "Europe/Berlin"
THEMES = ("scores", "blacklists", "censorship")
MINUTES_EARLIER = {"circle-1": 2, "circle-2": 1, "circle-3": 1}
RATES = (20, 100)
"""Clicks in a second."""
LEARNERS = 600
BEHIND = 3600
"""Seconds that the bot's clock is behind at first."""
LATE = 0.7
"""The share of all calls after which the clicks are measured once more, if there is time for the whole."""
SETTLE = 1.0
"""Seconds that the bot has to stop or to go on."""
PATIENCE = 60.0
"""Seconds without any posting."""


@dataclass(slots=True)
class Phase:
    """A stretch of the measurement."""

    rate: int
    """Clicks in a second; 0: nobody clicks."""
    began: float = 0.0
    """Of `time.monotonic`, as `ended`."""
    ended: float = 0.0
    processor: float = 0.0
    """Seconds of the bot's."""
    latencies: list[float] = field(default_factory=list)


async def fill(
    url: str, crowd: Crowd, chance: random.Random, now: datetime, circles: list[Channel] | None = None
) -> dict[int, int]:
    """A group with one weekly slot in each circle of the crowd, or in those given; its home channel → when it is due."""
    circles = crowd.circles if circles is None else circles
    dues: dict[int, int] = {}
    groups: list[Group] = []
    slots: list[Slot] = []
    numbers = chance.sample(range(1 << 40), 2 * len(circles))
    for channel in chance.sample(circles, len(circles)):
        server = crowd.world.servers[channel.server_id or 0]
        name, moderators = f"{server.name}, {channel.name}", server.channel_named("moderators").id
        group = Group(numbers.pop(), server.id, name, channel.id, "text", moderators, None, ZONE, "en", date(2026, 1, 5))
        at = (now - timedelta(minutes=MINUTES_EARLIER.get(channel.name, 0))).astimezone(ZoneInfo(ZONE))
        slot = Slot(
            numbers.pop(), group.group_id, "prompt", chance.choice(THEMES), None, "FREQ=WEEKLY", at.date(),
            at.time().replace(second=0, microsecond=0), None, None, 7200, None, None,
        )  # fmt: skip
        first = due(slot, group, None)
        assert first is not None
        dues[channel.id] = first[1]
        groups.append(group)
        slots.append(replace(slot, due_at=first[1]))
    store = await open_store(url)
    try:
        await asyncio.gather(*(store.add_group(group) for group in groups))
        await store.add_slots(tuple(slots))
    finally:
        await store.close()
    return dues


async def click(contender: Contender, clicks: Clicks, rate: int, seconds: float, chance: random.Random) -> Phase:
    """Click at a steady rate, whether or not answers come; with gaps as between many people who don't know of each other."""
    phase, processor = Phase(rate, time.monotonic()), contender.processor_seconds()
    end = phase.began + seconds
    pressing: list[asyncio.Task[None]] = []

    async def press() -> None:
        [(what, user)] = clicks.take(1)
        began = time.perf_counter()
        body = await contender.load.send(what, user)
        phase.latencies.append(time.perf_counter() - began)
        if b"You chose" not in body:
            raise RuntimeError(f"another answer: {body[:300]!r}\n{contender.last_words()}")

    at = phase.began
    while rate and (at := at + chance.expovariate(rate)) < end:
        await asyncio.sleep(at - time.monotonic())
        pressing.append(asyncio.create_task(press()))
    await asyncio.sleep(end - time.monotonic())
    phase.ended, phase.processor = time.monotonic(), contender.processor_seconds() - processor
    await asyncio.gather(*pressing)
    return phase


async def until(crowd: Crowd, calls: int, contender: Contender) -> None:
    """Wait for so many calls in all. RuntimeError if nothing comes for long."""
    while len(crowd.calls) < calls:
        before = len(crowd.calls)
        deadline = time.monotonic() + PATIENCE
        while len(crowd.calls) == before:
            if time.monotonic() > deadline:
                raise RuntimeError(f"nothing more is posted after {before} calls\n{contender.last_words()}")
            await asyncio.sleep(0.01)


async def compare(
    bot: Contender,
    crowd: Crowd,
    clicks: Clicks,
    before: list[Phase],
    given: argparse.Namespace,
    memory: float,
    chance: random.Random,
) -> None:
    """Clicks while it posts and while Discord holds its calls back, in turn, so that the machine's other work disturbs both."""
    _say("postings alone …")
    busy = [await click(bot, clicks, 0, given.seconds, chance)]
    quiet: list[Phase] = []
    for turn in range(given.rounds):
        _say(f"clicks, round {turn + 1} of {given.rounds} …")
        for rate in RATES:
            crowd.hold()
            await asyncio.sleep(SETTLE)
            quiet.append(await click(bot, clicks, rate, given.seconds, chance))
            crowd.go_on()
            await asyncio.sleep(SETTLE)
            busy.append(await click(bot, clicks, rate, given.seconds, chance))
    print_calls(crowd, busy, bot.memory_mib() - memory)
    print_clicks(before, quiet, busy)


async def run(given: argparse.Namespace, folder: Path) -> None:
    chance = random.Random(3)
    url = f"sqlite:///{folder / 'bot' / 'red-flask.db'}"
    crowd = Crowd(given.servers, given.channels, given.latency)
    environment = {"DATABASE_URL": url, "REHEARSAL_LEASH": "1", "REHEARSAL_AHEAD": str(-BEHIND)}
    bot = Contender("the bot", ("-m", "rehearsal.bot_process"), folder / "bot", environment)
    bot.load = crowd
    try:
        _say(f"{len(crowd.circles):,} groups, each with a slot …")
        dues = await fill(url, crowd, chance, datetime.now(UTC))
        await bot.start()
        await bot.ready()
        await begin(crowd)
        course = await walk_through(crowd)
        await everybody_joins(crowd, LEARNERS)
        clicks = Clicks(course, LEARNERS)
        await click(bot, clicks, RATES[-1], 5, chance)  # to warm up
        _say("clicks before anything is due …")
        before = [await click(bot, clicks, rate, given.seconds, chance) for rate in RATES]
        memory, moved = bot.memory_mib(), time.monotonic()
        bot.move_clock(0)
        await until(crowd, 1, bot)
        waited = crowd.calls[0].at - moved
        print(f"The first posting came {waited:.1f} s after all were due; Discord takes {given.latency * 1000:.0f} ms for a call.")
        await compare(bot, crowd, clicks, before, given, memory, chance)
        if given.whole:
            _say("most of the others …")
            await until(crowd, round(2 * len(dues) * LATE), bot)
            print(f"\n--- after {LATE:.0%} of all")
            await compare(bot, crowd, clicks, before, given, memory, chance)
            _say("the rest …")
            await until(crowd, 2 * len(dues), bot)
            print_whole(crowd)
        print_order(crowd, dues)
        await bot.stop()
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db:
            query = "SELECT state, count(*) FROM postings WHERE slot_id IS NOT NULL GROUP BY state ORDER BY state"
            print("In the database: " + ", ".join(f"{many:,} {state}" for state, many in db.execute(query)))
    finally:
        await bot.stop()
        await crowd.stop()


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        "benchmarks.calendar", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--servers", type=int, default=500, help="servers (default 500)")
    parser.add_argument("--channels", type=int, default=20, help="groups on each, with a slot each (default 20)")
    parser.add_argument("--latency", type=float, default=0.08, help="seconds that Discord takes for each call (default 0.08)")
    parser.add_argument("--seconds", type=float, default=10, help="seconds of each stretch of clicks (default 10)")
    parser.add_argument("--rounds", type=int, default=4, help="rounds, each with every rate of clicks twice (default 4)")
    parser.add_argument("--whole", action="store_true", help="go on until everything is posted: seven minutes more")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="calendar-") as folder:
        asyncio.run(run(given, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
