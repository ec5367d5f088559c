"""How cost grows: the same visits with little and with very much in the database, in the course, in the calendar.

    python -m benchmarks.growth                    # all three, some ten minutes, 3 GB of disk
    python -m benchmarks.growth states             # 1,000, 100,000 and 10,000,000 stored answers
    python -m benchmarks.growth themes             # the course's ten themes, and a thousand
    python -m benchmarks.growth slots              # 100 and 100,000 slots

Each size is a bot of its own. All run at once and are measured in turn, round by round. Their databases begin as copies of one,
so that they answer the very same presses. A tenth of all stored answers are the asked group's own, and the thousand learners who
press are scattered among the others of their group, so what is read of the largest doesn't fit into SQLite's memory. Each click
stores a new answer, which is counted. What a bot does once a day it does at its start: that is waited for, and told by itself.
Budget: what is done costs the largest at most 1.2 times the processor time that it costs the smallest.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.calendar import fill
from benchmarks.contenders import ROOT, Contender
from benchmarks.crowd import Crowd
from benchmarks.evening import Course, begin, everybody_joins, walk_through
from benchmarks.load import FIRST_LEARNER, Press
from benchmarks.tables import verdict

BUDGET = 1.2
SIZES = {"states": (1_000, 100_000, 10_000_000), "themes": (10, 1_000), "slots": (100, 100_000)}
LEARNERS = 1_000
"""One answer each by the front door; all others are written by SQL."""
ASKED = 100
"""Questions of a learner who is filled in."""
PER_GROUP = 40
"""Learners of a group that is filled in."""
GROUPS = 100
"""Those that the slots are filled into."""
CIRCLES = 40
"""Slots that come due in each round."""
DAY = "2026-11-02"
WEEK = 7 * 86400
MANY = {"/progress": 150, "a quiz click": 1_000}
"""How often each is done in a round."""
IN_MEMORY = 500_000
"""KiB, while a database is filled."""
IDLE = 0.03
"""Seconds of processor time in one second, below which a bot has nothing left to do."""


async def seeded(folder: Path, random_: random.Random) -> tuple[Path, Course]:
    """A database with one group, its learners and their answers, made by the bot itself; and the course's presses."""
    bot = _bot("seed", folder / "seed")
    await fill(_address(bot.folder), _crowd_of(bot), random_, datetime.now(UTC))
    try:
        await bot.start()
        await begin(bot.load)
        course = await walk_through(bot.load)
        await everybody_joins(bot.load, LEARNERS)
        await _visits(bot, _fresh(course, 0), b"You chose", 16)
    finally:
        await bot.stop()
        await bot.load.stop()
    return bot.folder, course


def add_states(db: sqlite3.Connection, all_: int) -> None:
    """Until there are so many answers: a tenth of them the group's own, the others in groups of forty learners."""
    [(own,)] = db.execute("SELECT group_id FROM learners LIMIT 1").fetchall()
    learners = (all_ - db.execute("SELECT count(*) FROM answers").fetchone()[0]) // ASKED
    groups = [own] * (learners // 10)
    for number in range((learners - len(groups)) // PER_GROUP):
        db.execute(_GROUP, (1000 + number, 1, "Readers", 1000 + number, DAY))
        groups += [1000 + number] * PER_GROUP
    for number, group in enumerate(groups):
        key = hashlib.sha256(str(number).encode()).hexdigest()[:32]  # in no order, as those of the bot
        db.execute(_LEARNER, (group, key, DAY, DAY))
        asked = ((f"theme-{at % 10}", at, (number + at) % 3 > 0) for at in range(1, ASKED + 1))
        db.executemany(_ANSWER, ((group, key, *one) for one in asked))


def add_slots(db: sqlite3.Connection, all_: int) -> None:
    """Until there are so many slots, all of them due in half a year or later. The groups are as many whatever the size, since what
    is done once a day is done for each group."""
    missing = all_ - db.execute("SELECT count(*) FROM slots").fetchone()[0]
    later = int(datetime.now(UTC).timestamp()) + 180 * 86400
    for group in range(1000, 1000 + GROUPS):
        db.execute(_GROUP, (group, 1, "Readers", group, DAY))
    for number in range(missing):
        db.execute(_SLOT, (2_000_000 + number, 1000 + number % GROUPS, DAY, later + number))


def add_themes(content: Path, all_: int) -> None:
    """Until there are so many themes: copies of the first under other names."""
    themes = content / "en" / "themes"
    before = sorted(themes.glob("*.yaml"))
    whole = before[0].read_text(encoding="utf-8")
    for number in range(len(before) + 1, all_ + 1):
        copy = re.sub(r"^theme: (\S+)", rf"theme: \1-{number}", whole, count=1, flags=re.MULTILINE)
        copy = re.sub(r"^number: .*", f"number: {number}", copy, count=1, flags=re.MULTILINE)
        copy = re.sub(r'^(title|tag): "?([^"\n]*)"?', rf'\1: "\2 {number}"', copy, flags=re.MULTILINE)
        (themes / f"{number:04}.yaml").write_text(copy, encoding="utf-8")


async def measure(what: str, folder: Path, rounds: int) -> None:
    """All sizes of one thing, in turn."""
    chance = random.Random(8)
    seed, course = await seeded(folder, chance)
    # All before the first of them starts: while a database is filled, nobody answers a bot.
    prepared = [(size, folder / f"{size}", _prepared(what, size, seed, folder / f"{size}")) for size in SIZES[what]]
    bots = [_bot(f"{size:,} {what}", its, **environment) for size, its, environment in prepared]
    try:
        for bot in bots:
            await bot.start(120.0)
            await bot.ready()
            await _work_of_the_day(bot)
        await _measure_in_turn(what, bots, course, rounds)
    finally:
        for bot in bots:
            await bot.stop()
            await bot.load.stop()


def _prepared(what: str, size: int, seed: Path, folder: Path) -> dict[str, str]:
    """Its folder with its database; what else it is started with."""
    folder.mkdir()
    shutil.copy(seed / "red-flask.db", folder / "red-flask.db")
    print(f"{size:,} {what} …", file=sys.stderr, flush=True)
    if what == "themes":
        shutil.copytree(ROOT / "content", folder / "content", ignore=shutil.ignore_patterns(".read-before*"))
        add_themes(folder / "content", size)
        return {"CONTENT_DIR": str(folder / "content")}
    with closing(sqlite3.connect(folder / "red-flask.db")) as db:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{IN_MEMORY}"):
            db.execute(f"PRAGMA {pragma}")
        (add_states if what == "states" else add_slots)(db, size)
        db.commit()
        db.execute("PRAGMA journal_mode = WAL")  # as the bot has it
    return {}


async def _work_of_the_day(bot: Contender) -> None:
    """Wait until it is done."""
    began, at, before = bot.processor_seconds(), time.monotonic(), -1.0
    while (now := bot.processor_seconds()) - before > IDLE:
        before = now
        await asyncio.sleep(1.0)
    worked, took = now - began, time.monotonic() - at
    print(f"{bot.name}: what is done once a day took {worked:.1f} s of processor time within {took:.0f} s.", flush=True)


async def _measure_in_turn(what: str, bots: list[Contender], course: Course, rounds: int) -> None:
    done: dict[str, Callable[[Contender, int], Awaitable[int]]] = {
        "/progress": lambda bot, _: _visits(bot, [bot.load.typed("progress", bot.load.room)] * MANY["/progress"], b"What next?", 2),
        "a quiz click": lambda bot, turn: _visits(bot, _fresh(course, turn + 2), b"You chose", 16),
    }
    if what == "slots":
        done["a posting"] = _postings
    took: dict[tuple[str, str], list[float]] = {(name, bot.name): [] for name in done for bot in bots}
    for bot in bots:  # from here on it is noted of all learners that they did something today, in this process, too
        await _visits(bot, _fresh(course, 1), b"You chose", 16)
        await _visits(bot, [bot.load.typed("progress", bot.load.room)] * 20, b"What next?", 2)
    before_all = {bot.name: _stored(bot) for bot in bots}
    for turn in range(rounds):
        print(f"round {turn + 1} of {rounds} …", file=sys.stderr, flush=True)
        for name, do in done.items():
            for bot in bots:
                before = bot.processor_seconds()
                times = await do(bot, turn)
                took[name, bot.name].append((bot.processor_seconds() - before) * 1000 / times)
    for bot in bots:
        kept, clicks = _stored(bot) - before_all[bot.name], rounds * MANY["a quiz click"]
        if kept != clicks:
            raise RuntimeError(f"{bot.name} stored {kept:,} answers for {clicks:,} clicks")
    print(f"\n{'processor ms for':16}" + "".join(f"{bot.name:>20}" for bot in bots))
    for name in done:
        print(f"{name:16}" + "".join(f"{median(took[name, bot.name]):20.3f}" for bot in bots))
    for name in done:
        ratios = [most / least for most, least in zip(took[name, bots[-1].name], took[name, bots[0].name], strict=True)]
        verdict(f"{name} with {bots[-1].name} beside {bots[0].name}", median(ratios), BUDGET, "times")


async def _visits(bot: Contender, presses: list[Press], expected: bytes, at_once: int) -> int:
    waiting = iter(enumerate(presses))

    async def some() -> None:
        for number, press in waiting:
            body = await bot.load.send(press, FIRST_LEARNER + number % LEARNERS)
            if expected not in body:
                raise RuntimeError(f"{bot.name} gave another answer: {body[:300]!r}\n{bot.last_words()}")

    await asyncio.gather(*(some() for _ in range(at_once)))
    return len(presses)


def _fresh(course: Course, turn: int) -> list[Press]:
    """For each learner in turn (see ``_visits``) a question; from round to round another one."""
    answers = course.questions[turn]
    return [answers[number % len(answers)] for number in range(MANY["a quiz click"])]


def _stored(bot: Contender) -> int:
    """How many answers its database has, seen by another process than the bot's."""
    with closing(sqlite3.connect(bot.folder / "red-flask.db")) as db:
        return int(db.execute("SELECT count(*) FROM answers").fetchone()[0])


async def _postings(bot: Contender, turn: int) -> int:
    """A week passes, and each circle's slot is due."""
    crowd = _crowd_of(bot)
    before = len(crowd.calls)
    bot.move_clock(float((turn + 1) * WEEK))
    async with asyncio.timeout(60):
        while len(crowd.calls) < before + 2 * CIRCLES:  # noqa: ASYNC110  # the crowd only counts
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    return CIRCLES


def _bot(name: str, folder: Path, **environment: str) -> Contender:
    address = {"DATABASE_URL": _address(folder), "REHEARSAL_LEASH": "1"}
    return Contender(name, ("-m", "rehearsal.bot_process"), folder, address | environment, Crowd(1, CIRCLES, 0.0))


def _address(folder: Path) -> str:
    return f"sqlite:///{folder / 'red-flask.db'}"


def _crowd_of(bot: Contender) -> Crowd:
    assert isinstance(bot.load, Crowd)
    return bot.load


def main() -> int:
    parser = argparse.ArgumentParser("benchmarks.growth", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=[*SIZES, []], help="what grows; all three if you don't say")
    parser.add_argument("--rounds", type=int, default=7, help="rounds, each with every size in turn (default 7)")
    given = parser.parse_args()
    for what in given.what or SIZES:
        with tempfile.TemporaryDirectory(prefix="growth-") as folder:
            asyncio.run(measure(what, Path(folder), given.rounds))
    return 0


_GROUP = """
INSERT INTO study_groups (group_id, server_id, name, home_channel, home_kind, time_zone, language, created_on)
VALUES (?, ?, ?, ?, 'text', 'Europe/Vienna', 'en', ?)
"""
_LEARNER = "INSERT INTO learners (group_id, learner_key, joined_on, consent_version, active_on) VALUES (?, ?, ?, 5, ?)"
_ANSWER = "INSERT INTO answers (group_id, learner_key, theme, question, times_asked, was_right) VALUES (?, ?, ?, ?, 1, ?)"
_SLOT = """
INSERT INTO slots (slot_id, group_id, kind, theme, rule, starts_on, hour, grace, due_at, paused)
VALUES (?, ?, 'prompt', 'scores', 'FREQ=WEEKLY', ?, '18:00:00', 7200, ?, 0)
"""

if __name__ == "__main__":
    sys.exit(main())
