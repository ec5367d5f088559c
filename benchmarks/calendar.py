"""Ten thousand slots due at once: how fast, in which order and how fairly they are posted, and whether learners notice.

The bot's own clock is an hour behind while its learners are clicking for comparison; then it is put right, and all slots are due:
those of one circle of each server first, of two circles a minute later, of all the others another minute later. Each posting is two
calls, a message and its thread. Then the same clicking again. It measures and says which budgets are met; it fails only when
something does not run.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import mean, median, quantiles
from zoneinfo import ZoneInfo

from benchmarks.clicks import Clicks
from benchmarks.contenders import Contender
from benchmarks.crowd import Call, Crowd
from benchmarks.evening import begin, everybody_joins, walk_through
from bot.commands.slot_times import due
from bot.group import Group
from bot.poster.poster import AT_ONCE
from bot.storage import Slot, open_store
from rehearsal.rate_limits import CALLS_PER_SECOND

ZONE = "Europe/Berlin"
THEMES = ("scores", "blacklists", "censorship")
RATES = (20, 100)
"""Clicks in a second."""
LEARNERS = 600
BEHIND = 3600.0
"""Seconds that the bot's clock is behind at first."""
PATIENCE = 60.0
"""Seconds until the first posting."""
RATE_BUDGET = 0.9
"""Of Discord's limit, in the mean second."""
GROWTH_BUDGET = 1.5
"""Times the p99 without postings."""
LEAD_BUDGET = 2
"""Postings that one server may have had more than another that waits: a turn, and one that is still under way."""


@dataclass(slots=True)
class Phase:
    """A stretch of the measurement; `rate` in clicks per second, 0 for none."""

    rate: int
    began: float = 0.0
    ended: float = 0.0
    processor: float = 0.0
    """Seconds of the bot's."""
    latencies: list[float] = field(default_factory=list)

    def p(self, per_cent: int) -> float:
        """In milliseconds."""
        return quantiles(self.latencies, n=100)[per_cent - 1] * 1000


async def fill(url: str, crowd: Crowd, chance: random.Random, now: datetime) -> dict[int, int]:
    """A group with one weekly slot in each circle of the crowd; the home channel → its due time."""
    minutes = {"circle-1": 2, "circle-2": 1, "circle-3": 1}
    dues: dict[int, int] = {}
    groups: list[Group] = []
    slots: list[Slot] = []
    numbers = chance.sample(range(1 << 40), 2 * len(crowd.circles))
    for channel in chance.sample(crowd.circles, len(crowd.circles)):
        server = crowd.world.servers[channel.server_id or 0]
        told = server.channel_named("moderators").id
        group = Group(
            numbers.pop(), server.id, f"{server.name}, {channel.name}", channel.id, "text", told, None, ZONE, "en", date(2026, 1, 5)
        )
        at = (now - timedelta(minutes=minutes.get(channel.name, 0))).astimezone(ZoneInfo(ZONE))
        slot = Slot(
            numbers.pop(), group.group_id, "prompt", chance.choice(THEMES), None, "FREQ=WEEKLY", at.date(),
            at.time().replace(second=0, microsecond=0), None, None, 7200, None, None,
        )  # fmt: skip
        first = due(slot, group, None)
        assert first is not None
        dues[channel.id] = first[1]
        groups.append(group)
        slots.append(replace_due(slot, first[1]))
    store = await open_store(url)
    try:
        await asyncio.gather(*(store.add_group(group) for group in groups))
        await store.add_slots(tuple(slots))
    finally:
        await store.close()
    return dues


async def clicking(contender: Contender, clicks: Clicks, phase: Phase, seconds: float, chance: random.Random) -> Phase:
    """Click at a steady rate, whether or not the answers come; the gaps are those of many people who don't know of each other."""
    phase.began, processor = time.monotonic(), contender.processor_seconds()
    pressing: list[asyncio.Task[None]] = []

    async def press() -> None:
        [(what, user)] = clicks.take(1)
        began = time.perf_counter()
        body = await contender.load.send(what, user)
        phase.latencies.append(time.perf_counter() - began)
        if b"You chose" not in body:
            raise RuntimeError(f"another answer: {body[:300]!r}\n{contender.last_words()}")

    at = phase.began
    while phase.rate and (at := at + chance.expovariate(phase.rate)) < phase.began + seconds:
        await asyncio.sleep(at - time.monotonic())
        pressing.append(asyncio.create_task(press()))
    await asyncio.sleep(phase.began + seconds - time.monotonic())
    phase.ended, phase.processor = time.monotonic(), contender.processor_seconds() - processor
    await asyncio.gather(*pressing)
    return phase
