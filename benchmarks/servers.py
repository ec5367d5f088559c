"""Memory with one server, a thousand and ten thousand, beside a bare discord.py client that keeps as little as it can.

    python -m benchmarks.servers                     # three sizes, a few minutes
    python -m benchmarks.servers --servers 1000

Each server has twenty channels, and in ours a group with a weekly slot and learners' answers; in each, a learner presses once or
asks for progress once, so that what is remembered of a server is there when memory is read. Each size is a start of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.calendar import fill
from benchmarks.contenders import Contender
from benchmarks.crowd import Crowd
from benchmarks.evening import begin, walk_through
from benchmarks.load import FIRST_LEARNER, Json, Press
from benchmarks.tables import verdict
from rehearsal.things import Channel

SIZES = (1, 1_000, 10_000)
CHANNELS = 20
BUDGET = 1.15
"""Times the bare client's resident set."""
AT_ONCE = 64
PATIENCE = 300.0
"""Seconds until all servers are there."""


async def typical_card(folder: Path) -> list[Json]:
    """A card of ours of middling length, for the bare bot to answer with."""
    contender = _ours(folder / "scout", Crowd(0, 0, 0.0))
    try:
        await contender.start()
        await begin(contender.load)
        return (await walk_through(contender.load)).typical
    finally:
        await contender.stop()
        await contender.load.stop()


async def ours(folder: Path, servers: int) -> float:
    """MiB of ours, with a group on each server."""
    crowd = Crowd(servers, CHANNELS, 0.0)
    contender = _ours(folder, crowd)
    homes = _homes(crowd)
    later = datetime.now(UTC) + timedelta(days=3)
    await fill(contender.environment["DATABASE_URL"], crowd, random.Random(servers), later, homes)
    presses = [crowd.typed("progress", home) for home in homes]
    return await _measured(contender, presses, b"as a guest")


async def bare(folder: Path, servers: int, card: list[Json]) -> float:
    """MiB of the bare client with as many servers."""
    crowd = Crowd(servers, CHANNELS, 0.0)
    contender = Contender("bare", ("-m", "benchmarks.bare_bot"), folder, {"BARE_CARD": json.dumps(card)}, crowd)
    button = card[0]["components"][-1]["components"][0]
    presses = [crowd.prepare(card, button, room=home) for home in _homes(crowd)]
    return await _measured(contender, presses, b"custom_id")


async def _measured(contender: Contender, presses: list[Press], expected: bytes) -> float:
    try:
        await contender.start(PATIENCE)
        await contender.ready()
        waiting = iter(enumerate(presses))

        async def some() -> None:
            for number, press in waiting:
                body = await contender.load.send(press, FIRST_LEARNER + number)
                if expected not in body:
                    raise RuntimeError(f"{contender.name} gave another answer: {body[:300]!r}\n{contender.last_words()}")

        await asyncio.gather(*(some() for _ in range(AT_ONCE)))
        await asyncio.sleep(1)
        return contender.memory_mib()
    finally:
        await contender.stop()
        await contender.load.stop()


def _ours(folder: Path, crowd: Crowd) -> Contender:
    return Contender("ours", ("-m", "rehearsal.bot_process"), folder, {"DATABASE_URL": f"sqlite:///{folder}/red-flask.db"}, crowd)


def _homes(crowd: Crowd) -> list[Channel]:
    """One room of each server."""
    return [channel for channel in crowd.circles if channel.name == "circle-1"]


async def run(sizes: list[int], folder: Path) -> None:
    card = await typical_card(folder)
    print("servers      bare, MiB   ours, MiB     × bare")
    for servers in sizes:
        began = time.monotonic()
        floor = await bare(folder / f"bare-{servers}", servers, card)
        mine = await ours(folder / f"ours-{servers}", servers)
        print(f"{servers:7,}    {floor:9.1f}   {mine:9.1f}   {mine / floor:8.2f}", flush=True)
        verdict(f"memory with {servers:,} servers", mine / floor, BUDGET, "times the bare client's")
        print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(
        "benchmarks.servers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--servers", type=int, nargs="*", default=list(SIZES), help="how many (default 1, 1000 and 10000)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="servers-") as folder:
        asyncio.run(run(given.servers, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
