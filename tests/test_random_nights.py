"""Random nights: people learn, pause, leave and play rounds while the calendar posts, and everything that can break breaks in any
order.

A machine of hypothesis's drives the real store of each engine and the real poster, beside a model of what was confirmed to whom.
After each step: every confirmed answer is there exactly once, nothing was told that isn't kept, what was erased stays erased, every
posting stands in its channel at most once and is recorded, and the counts agree. When the night is over and all is mended, nothing
hangs. Of live rounds: `night_rounds.py`.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from datetime import time as hour
from itertools import count
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

import psycopg
import pytest
from at_the_desk import LIBRARY
from engines import a_group
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test
from msgspec import structs
from night_rounds import WithRounds, is_kill
from structlog.testing import capture_logs
from town import MODERATORS, Forgetful, Town

from bot.channels import Refused
from bot.commands import publish
from bot.commands.slot_times import due
from bot.kept import VERSION
from bot.poster import Poster
from bot.press import base36
from bot.shelves import Shelves
from bot.storage import Kept, Slot, StorageBusy, StorageFull, StorageTrouble, Store, open_store
from bot.timetable import local_day

T = TypeVar("T")
PEOPLE = st.sampled_from(["anna", "ben", "cleo"])
QUESTIONS = st.integers(0, 3)
SHORT = settings(
    max_examples=10, stateful_step_count=30, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate,),
)  # fmt: skip
MINUTES = float(os.environ.get("RANDOM_NIGHTS", "5"))
"""Of the nightly run, for each engine."""
MOST_RESTARTS = 2
"""In one night; each takes as long as thirty other steps."""
FAULTS = st.sampled_from(["busy", "full", "answer lost", "locked", "cut"])
POST_FAULTS = st.sampled_from(
    [Refused("Too much to do.", passes=True), Refused("No.", passes=True, unsure=True), "lost", "killed", "killed after"]
)


@dataclass
class Learner:
    """What was confirmed."""

    is_paused: bool = False
    answers: dict[int, tuple[int, bool]] = field(default_factory=dict)
    """Question → how often it was asked, and whether the latest was right."""
    read: set[str] = field(default_factory=set)

    def copy(self) -> Learner:
        return Learner(self.is_paused, dict(self.answers), set(self.read))


Maybe = Learner | None


class Night(WithRounds):
    """One group, three people, one calendar; on one database for all nights, since each has a group of its own."""

    url: ClassVar[str]
    runner: ClassVar[asyncio.Runner]
    servers: ClassVar[count[int]] = count(1)
    happened: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.town = Town(server=next(self.servers))
        self.group = a_group(
            server_id=self.town.server, home_channel=1000 + self.town.server, moderators_channel=MODERATORS,
            time_zone="Europe/Berlin",
        )  # fmt: skip
        self.people: dict[str, Maybe] = {"anna": None, "ben": None, "cleo": None}
        self.slots: list[Slot] = []
        self.holder: Any = None
        self.restarts = 0
        self._open()
        assert self.do(self.store.add_group(self.group))
        self.plan("FREQ=DAILY", "prompt", 30)

    def do(self, doing: Awaitable[T]) -> T:
        async def run() -> T:
            return await doing

        return self.runner.run(run())

    def _open(self) -> None:
        self.store: Store = self.do(open_store(self.url, patience=0.05))
        self.engine = Forgetful(self.store._engine)
        self.store._engine = self.engine
        self._new_poster()

    def _new_poster(self) -> None:
        super()._new_poster()
        publish._IN_HAND.clear()
        self.poster = Poster(Shelves(LIBRARY, self.store), self.store, self.town, self.town.now)

    # ------------------------------------------------------------ people

    @rule(who=PEOPLE)
    def join(self, who: str) -> None:
        before = self.people[who]
        wish = self.store.join(self.group.group_id, who, consent_version=VERSION, on=self._day())
        said = self._try(who, wish, before or Learner())
        assert said is None or said is (before is None)

    @rule(who=PEOPLE)
    def leave(self, who: str) -> None:
        said = self._try(who, self.store.erase_learner(self.group.group_id, who), None)
        assert said is None or said.learners == 0 or self.people[who] is None

    @rule(who=PEOPLE, on=st.booleans())
    def pause(self, who: str, on: bool) -> None:
        one = self.people[who]
        after = replace(one.copy(), is_paused=on) if one else None
        wish = self.store.pause(self.group.group_id, who) if on else self.store.resume(self.group.group_id, who, on=self._day())
        self._try(who, wish, after)

    @rule(who=PEOPLE, question=QUESTIONS, right=st.booleans(), late=st.integers(0, 2), double=st.booleans())
    def answer(self, who: str, question: int, right: bool, late: int, double: bool) -> None:
        """On a card that may be older than the latest answer, pressed once or twice."""
        for _ in range(2 if double else 1):
            one = self.people[who]
            asked = one.answers[question][0] if one and question in one.answers else 0
            turn = max(0, asked - late)
            after = one.copy() if one else None
            if after and not after.is_paused and (turn == asked):
                after.answers[question] = (asked + 1, right)
            said = self._try(
                who,
                self.store.record_answer(self.group.group_id, who, "t", question, turn=turn, was_right=right, on=self._day()),
                after,
            )
            if said is not None:
                expected = (
                    Kept.NOT_A_LEARNER if one is None
                    else Kept.PAUSED if one.is_paused
                    else Kept.YES if turn == asked
                    else Kept.ALREADY
                )  # fmt: skip
                assert said is expected

    @rule(who=PEOPLE, lesson=st.sampled_from(["one", "two"]))
    def read(self, who: str, lesson: str) -> None:
        one = self.people[who]
        after = one.copy() if one else None
        if after and not after.is_paused:
            after.read.add(lesson)
        said = self._try(who, self.store.mark_read(self.group.group_id, who, "t", lesson, on=self._day()), after)
        assert said is None or said is (after is not None and one is not None and after.read != one.read)

    def _try(self, who: str, wish: Awaitable[T], after: Maybe) -> T | None:
        """What it said, after which all must be so; ``None`` if it got no answer, after which it is so or as before."""
        before = self.people[who]
        try:
            said = self.do(wish)
        except StorageTrouble as trouble:
            self.happened[f"trouble: {type(trouble).__name__}"] += 1
            now = self._kept_of(who)
            assert now in (before, after), f"neither done nor left: {now}"
            self.people[who] = now
            return None
        self.people[who] = after
        return said

    def _kept_of(self, who: str) -> Maybe:
        states = self.do(self.store.states(self.group.group_id, who))
        if states.learner is None:
            assert not states.answers
            assert not states.read
            return None
        answers = {one.question: (one.times_asked, one.was_right) for one in states.answers}
        return Learner(states.learner.is_paused, answers, {lesson for _, lesson in states.read})

    def _day(self) -> date:
        return self.town.now().date()

    # ------------------------------------------------------------ the calendar

    @precondition(lambda self: len(self.slots) < 4)
    @rule(
        rhythm=st.sampled_from(["FREQ=DAILY", ""]), kind=st.sampled_from(["prompt", "lesson", "round"]), minutes=st.integers(1, 90)
    )
    def plan_another(self, rhythm: str, kind: Any, minutes: int) -> None:
        self.plan(rhythm, kind, minutes)

    def plan(self, rhythm: str, kind: Any, minutes: int) -> None:
        at = (self.town.now() + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
        there = at.astimezone(ZoneInfo(self.group.time_zone))
        slot = Slot(
            self.town.server * 10 + len(self.slots), self.group.group_id, kind, "data-aggregation", None, rhythm,
            local_day(at, self.group.time_zone), hour(there.hour, there.minute), None, None, 7200, None, None,
        )  # fmt: skip
        ahead = due(slot, self.group, None)
        slot = structs.replace(slot, due_at=ahead[1] if ahead else None)
        with suppress(StorageTrouble):
            self.do(self.store.add_slots((slot,)))
        if self.do(self.store.slot(slot.slot_id)) is not None:
            self.slots.append(slot)

    @rule(minutes=st.sampled_from([1, 3, 10, 60, 300]))
    def wait(self, minutes: int) -> None:
        self.town.time += timedelta(minutes=minutes)
        self.look()

    @rule()
    def until_something_is_due(self) -> None:
        times = [slot.due_at for slot in map(self._slot, self.slots) if slot is not None and slot.due_at is not None]
        if times:
            ahead = min(times) - self.town.now().timestamp()
            self.town.time += timedelta(seconds=max(1.0, ahead + 1))
        self.look()

    def _slot(self, slot: Slot) -> Slot | None:
        return self._again(lambda: self.do(self.store.slot(slot.slot_id)))

    @rule()
    def look(self) -> None:
        """What the calendar does every few seconds; it may be killed in the middle."""
        try:
            self.do(self.poster.look())
        except StorageTrouble:
            pass  # it is logged, and it looks again in five seconds
        except BaseException as error:
            if not is_kill(error):
                raise
            self.happened["killed while posting"] += 1
            self._new_poster()
        self.look_after_rounds()

    @rule(hours=st.sampled_from([-25, -1, 1, 25]))
    def the_clock_jumps(self, hours: int) -> None:
        self.town.skew += timedelta(hours=hours)
        self.look()  # as the bot does, which notices within a second
        self.happened["clock jumped"] += 1

    @rule()
    def the_clock_is_put_right(self) -> None:
        self.town.skew = timedelta(0)
        self.look()

    # ------------------------------------------------------------ what breaks

    @rule(fault=POST_FAULTS, times=st.integers(1, 2))
    def discord_misbehaves(self, fault: Refused | str, times: int) -> None:
        self.town.faults.extend([fault] * times)
        self.happened[f"discord: {fault if isinstance(fault, str) else 'refused'}"] += 1

    @rule(fault=FAULTS, times=st.integers(1, 3))
    def the_database_misbehaves(self, fault: str, times: int) -> None:
        self.happened[f"database: {fault}"] += 1
        if fault == "busy":
            self.engine.refuses.extend([StorageBusy()] * times)
        elif fault == "full":
            self.engine.refuses.extend([StorageFull()] * times)
        elif fault == "answer lost":
            self.engine.loses_answers = times
        elif fault == "locked":
            self._lock()
        else:
            self._cut()

    @precondition(lambda self: self.holder is not None)
    @rule()
    def the_lock_is_gone(self) -> None:
        self.holder.rollback()
        self.holder.close()
        self.holder = None

    @precondition(lambda self: self.restarts < MOST_RESTARTS)
    @rule()
    def a_restart(self) -> None:
        """Of the bot. What it had in its memory is gone."""
        self.happened["restart"] += 1
        self.restarts += 1
        if self.holder:
            self.the_lock_is_gone()
        self.do(self.engine.close())
        self._open()

    def _lock(self) -> None:
        if self.holder is not None:
            return
        if self.url.startswith("sqlite"):
            self.holder = sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None, timeout=0)
            self.holder.execute("BEGIN IMMEDIATE")
        else:
            self.holder = psycopg.connect(self.url)
            self.holder.execute(
                "LOCK TABLE learners, answers, lessons_read, postings, slots, rounds, round_answers IN EXCLUSIVE MODE"
            )

    def _cut(self) -> None:
        """Every line to the server; a file has none."""
        if not self.url.startswith("sqlite"):
            with psycopg.connect(self.url, autocommit=True) as other:
                ours = "datname = current_database() AND application_name LIKE 'red-flask%'"
                other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}".encode())

    # ------------------------------------------------------------ what must always be so

    @invariant()
    def what_was_confirmed_is_kept_and_nothing_else(self) -> None:
        for who, one in self.people.items():
            assert self._again(lambda who=who: self._kept_of(who)) == one, who  # type: ignore[misc]

    @invariant()
    def the_counts_agree(self) -> None:
        figures = self._again(lambda: self.do(self.store.figures(self.group.group_id)))
        there = [one for one in self.people.values() if one is not None]
        right = Counter(question for one in there for question, (_, was_right) in one.answers.items() if was_right)
        assert figures.learners == len(there)
        assert figures.right == tuple(("t", question, learners) for question, learners in sorted(right.items()))

    @invariant()
    def every_posting_stands_there_once_and_is_recorded(self) -> None:
        rows = self._again(lambda: self.do(self.store.history(self.group.group_id, most=1000)))
        standing = Counter(nonce for channel, nonce, *_ in self.town.messages if channel == self.group.home_channel)
        assert set(standing.values()) <= {1}, "the same was posted twice"
        of = {base36(row.posting_id): row for row in rows}
        assert set(standing) <= set(of), "it stands there and is not recorded"
        ids = {message for *_, message in self.town.messages}
        assert all(row.message_id in ids for row in rows if row.state == "posted" and row.message_id is not None)
        planned = [(row.slot_id, row.due_at) for row in rows if row.slot_id is not None]
        assert len(set(planned)) == len(planned)

    def _again(self, look: Callable[[], T]) -> T:
        """A line that was cut is noticed by the first who asks, and while the server is at it, there are ten of them."""
        for _ in range(10):
            with suppress(StorageTrouble):
                return look()
        return look()

    def teardown(self) -> None:
        """Everything is mended. In four hours nothing may hang."""
        try:
            self._mended()
        finally:
            self.do(self.engine.close())

    def _mended(self) -> None:
        if self.holder:
            self.the_lock_is_gone()
        self.town.faults.clear()
        self.town.edit_faults.clear()
        self.engine.refuses.clear()
        self.engine.loses_answers = 0
        self.town.skew = timedelta(0)
        self.what_was_confirmed_is_kept_and_nothing_else()
        for minutes in (1, 1, 5, 20, 60, 180):
            self.town.time += timedelta(minutes=minutes)
            self.look()
            self.every_posting_stands_there_once_and_is_recorded()
        rows = self.do(self.store.history(self.group.group_id, most=1000))
        assert {row.state for row in rows} <= {"posted", "failed", "missed"}, [row.state for row in rows]
        self.what_was_confirmed_is_kept_and_nothing_else()
        self.happened["postings"] += len(rows)
        self.after_the_night()
        self.do(self.store.erase_group(self.group.group_id))


def machine_for(address: str, runner_: asyncio.Runner, said_: list[Any]) -> type[Night]:
    class OneNight(Night):
        url = address
        runner = runner_
        said = said_
        happened: ClassVar[Counter[str]] = Counter()

    return OneNight


def test_short_random_nights(url: str) -> None:
    with asyncio.Runner() as runner, capture_logs() as said:
        run_state_machine_as_test(machine_for(url, runner, said), settings=SHORT)


@pytest.mark.nightly
def test_long_random_nights(url: str) -> None:
    """Other nights each time; the seed is in the failure."""
    until = time.monotonic() + MINUTES * 60
    longer = settings(SHORT, max_examples=40, stateful_step_count=60, derandomize=False, phases=(Phase.generate, Phase.shrink))
    with asyncio.Runner() as runner, capture_logs() as said:
        machine = machine_for(url, runner, said)
        while time.monotonic() < until:
            number = random.randrange(1 << 30)
            print(f"seed {number}")  # noqa: T201  # only shown where it fails
            run_state_machine_as_test(seed(number)(machine), settings=longer)
        print(dict(machine.happened))  # noqa: T201
