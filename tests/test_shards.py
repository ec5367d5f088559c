"""Several processes on one database, each with shards of its own: every row is looked after by one of them, and what one process
remembers is never wrong because of another.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
from engines import ANNA, BEN, DAY, a_group, with_learners
from msgspec.structs import replace

from bot.caretaker import Caretaker
from bot.group import Group
from bot.kept import VERSION
from bot.progress import HIDDEN, LESSONS, Publication, Told
from bot.shards import Shards
from bot.storage import Kept, Posting, Round, Slot, Store, WaitingCard, open_store
from bot.storage.slots import _DUE, _DUE_AFTER, _GUIDES_DUE, _NEXT_DUE

COUNT = 16
PROCESSES = [Shards(COUNT, tuple(range(first, first + 4))) for first in range(0, COUNT, 4)]
DUE = 1_795_716_000
DAY_BEFORE = DAY - timedelta(days=1)
MANY = 100_000


@pytest.fixture
async def stores(url: str) -> AsyncIterator[list[Store]]:
    """Four processes' views of one database."""
    async with AsyncExitStack() as open_ones:
        opened = []
        for shards in PROCESSES:
            store = await open_store(url, patience=5)
            open_ones.push_async_callback(store.close)
            store.shards = shards
            opened.append(store)
        yield opened


async def with_everything(store: Store, number: int) -> Group:
    """A group on a server of shard ``number``, with one row of everything that somebody looks after."""
    group = a_group(server_id=(number + COUNT * (number + 5)) << 22)
    of = group.group_id
    assert await store.add_group(group)
    slot = Slot(of, of, "prompt", None, None, "", DAY, time(19), None, None, 7200, None, DUE, guide_at=DUE - 60)
    done = replace(slot, slot_id=of + 1000, due_at=None, guide_at=None, done_until=DAY_BEFORE - timedelta(days=1))
    assert await store.add_slots((slot, done))
    states: tuple[tuple[str, dict[str, object]], ...] = (
        ("claimed", {}), ("waiting", {"retry_at": DUE + 30}), ("missed", {"due_at": DUE + 90, "slot_id": of}), ("failed", {})
    )  # fmt: skip
    for place, (state, more) in enumerate(states):
        posting = Posting(of * 10 + place, of, "prompt", "t", "i", 77, DUE, **({"state": state} | more))  # type: ignore[arg-type]
        assert await store.claim(posting)
    await store.posting_failed(of * 10 + 3, "No.", told=False)
    assert await store.start_round(Round(of * 10 + 5, of, group.home_channel, "t", (1,), 1, "salt"))
    assert await store.add_waiting_card(WaitingCard(of, of, 77, "reply", DAY_BEFORE))
    return group


async def test_every_row_is_looked_after_by_the_process_of_its_server_and_by_no_other(stores: list[Store]) -> None:
    groups = {number: (await with_everything(stores[0], number)).group_id for number in range(COUNT)}
    everything = set(groups.values())

    async def whose(look: Callable[[Store], object]) -> None:
        found = []
        for process, store in zip(PROCESSES, stores, strict=True):
            rows: tuple[object, ...] = await look(store)  # type: ignore[misc]
            ids = [row if isinstance(row, int) else getattr(row, "group_id", None) or row.round.group_id for row in rows]  # type: ignore[attr-defined]
            assert set(ids) == {groups[shard] for shard in process.ids}
            found += ids
        assert sorted(found) == sorted(everything)

    await whose(lambda store: store.due(DUE))
    await whose(lambda store: store.due(DUE, (DUE, 0)))
    await whose(lambda store: store.guides_due(DUE))
    await whose(lambda store: store.unfinished())
    await whose(lambda store: store.waiting(DUE + 30))
    await whose(lambda store: store.untold())
    await whose(lambda store: store.rounds_now())
    await whose(lambda store: store.old_waiting_cards(DAY))
    await whose(lambda store: store.open_group_ids())
    await whose(lambda store: store.forget_missed(DUE))  # it names their slots, which have the group's number here
    servers = [await store.servers() for store in stores]
    assert sorted(sum(servers, ())) == sorted((number + COUNT * (number + 5)) << 22 for number in range(COUNT))
    assert all(process.has(server) for process, its in zip(PROCESSES, servers, strict=True) for server in its)
    for number, group in groups.items():
        await stores[0].close_group(group, on=DAY_BEFORE)
        ended = [await store.ended_groups(DAY, gone_from=()) for store in stores]
        assert [bool(group in some) for some in ended] == [number in process.ids for process in PROCESSES]


async def test_a_process_sleeps_until_something_of_its_own_is_due(stores: list[Store]) -> None:
    for place, store in enumerate(stores):
        group = await with_everything(store, place * 4)
        await store.change_slots(
            before := await store.slots_of(group.group_id),
            tuple(replace(slot, due_at=slot.due_at and slot.due_at + 1000 * place, guide_at=None) for slot in before),
        )
    assert [await store.next_due_at(DUE + 30) for store in stores] == [None, DUE + 1000, DUE + 2000, DUE + 3000]
    assert [await store.next_due_at(DUE + 1000) for store in stores] == [None, None, DUE + 2000, DUE + 3000]
    assert [await store.next_due_at(DUE - 1) for store in stores] == [DUE, DUE + 30, DUE + 30, DUE + 30]


async def test_what_is_done_with_leaves_the_calendar_of_ones_own_servers_alone(stores: list[Store]) -> None:
    groups = [(await with_everything(stores[0], number)).group_id for number in range(COUNT)]
    await stores[1].remove_finished(DAY)
    assert [len(await stores[0].slots_of(group)) for group in groups] == [2] * 4 + [1] * 4 + [2] * 8


QUERIES = (
    (_DUE, {"now": DUE, "most": 500}),
    (_DUE_AFTER, {"now": DUE, "most": 500, "due_at": DUE - 5, "slot": 1}),
    (_GUIDES_DUE, {"now": DUE, "most": 500}),
    (_NEXT_DUE, {"after": DUE}),
)


async def test_of_100_000_slots_those_that_are_due_are_found_by_their_index_on_postgres(postgres_store: Store) -> None:
    store = postgres_store
    store.shards = PROCESSES[2]
    await store._engine.write(
        ("""
INSERT INTO study_groups (group_id, server_id, name, home_channel, home_kind, time_zone, language, created_on)
SELECT n, CAST(n AS BIGINT) << 22, 'Circle', n, 'text', 'UTC', 'en', '2026-01-05' FROM generate_series(1, :many) AS n
""", {"many": MANY // 2}),
        ("""
INSERT INTO slots (slot_id, group_id, kind, rule, starts_on, hour, grace, due_at, guide_at, paused)
SELECT n, 1 + n / 2, 'prompt', 'FREQ=WEEKLY', '2026-01-05', '19:00', 7200, :due + n * 6 - 1200,
       CASE WHEN n % 10 = 0 THEN :due + n * 6 - 1200 END, 0 FROM generate_series(1, :many) AS n WHERE 1 + n / 2 <= :many / 2
""", {"many": MANY, "due": DUE}),
    )  # fmt: skip
    await store._engine.write(("ANALYZE", {}))
    for query, values in QUERIES:
        told = query.format(ours=store._ours("slots"), our_postings=store._ours("postings"))
        [plan] = await store._engine.read((f"EXPLAIN (ANALYZE, FORMAT JSON) {told}", values))
        words = json.dumps(plan)
        whole = re.findall(r'"Node Type": "Seq Scan"[^{}]*"Relation Name": "(\w+)"', words)
        assert set(whole) <= {"postings"}, plan  # there are none
        assert "slots_by_due" in words or "slots_by_guide" in words
        assert plan[0][0][0]["Execution Time"] < 50, plan  # milliseconds; each takes less than one
    assert [slot.slot_id for slot in await store.due(DUE)] == [n for n in range(1, 201) if 8 <= (1 + n // 2) % 16 < 12]


# ---------------------------------------------------------------- what a process remembers


async def is_changed(store: Store, group: int, key: str = ANNA) -> bool:
    learner = await store.learner(group, key)
    assert learner
    return learner.is_changed


async def test_who_erases_in_a_direct_message_and_joins_again_counts_as_changed_with_the_next_answer(stores: list[Store]) -> None:
    direct, home, *_ = stores
    group = await with_learners(home, ANNA)
    assert await home.record_answer(group, ANNA, "t", 1, turn=0, was_right=True, on=DAY) is Kept.YES
    assert (await direct.erase_learner(group, ANNA)).learners == 1
    assert await home.record_answer(group, ANNA, "t", 1, turn=1, was_right=True, on=DAY) is Kept.NOT_A_LEARNER
    for again in (home, direct):  # wherever the row comes from, nobody takes it for the one of before
        assert await again.join(group, ANNA, consent_version=VERSION, on=DAY)
        assert not await is_changed(home, group)
        assert await home.record_answer(group, ANNA, "t", 1, turn=0, was_right=True, on=DAY) is Kept.YES
        assert await is_changed(home, group)
        await direct.erase_learner(group, ANNA)
    await home.join(group, ANNA, consent_version=VERSION, on=DAY)
    assert await home.mark_read(group, ANNA, "t", "l", on=DAY)
    assert await is_changed(home, group)


async def test_an_answer_after_another_process_published_counts_for_the_next_publication(stores: list[Store]) -> None:
    one, other, *_ = stores
    group = await with_learners(one, ANNA, BEN)
    assert await one.record_answer(group, ANNA, "t", 1, turn=0, was_right=True, on=DAY) is Kept.YES
    assert await other.publish(group, Publication(DAY, 5, (Told("t", LESSONS, HIDDEN),)))
    assert not await is_changed(one, group)
    assert await one.record_answer(group, ANNA, "t", 2, turn=0, was_right=False, on=DAY) is Kept.YES
    assert await is_changed(one, group)
    assert not await is_changed(one, group, BEN)


async def test_the_same_press_twice_still_changes_nothing(stores: list[Store]) -> None:
    store = stores[1]
    group = await with_learners(store, ANNA)
    await store.record_answer(group, ANNA, "t", 1, turn=0, was_right=True, on=DAY)
    await store._engine.write(("UPDATE learners SET changed = 0", {}))
    assert await store.record_answer(group, ANNA, "t", 1, turn=0, was_right=True, on=DAY) is Kept.ALREADY
    assert not await is_changed(store, group)
    await store.pause(group, ANNA)
    assert await store.record_answer(group, ANNA, "t", 2, turn=0, was_right=True, on=DAY) is Kept.PAUSED


# ---------------------------------------------------------------- the daily job


class NoServers:
    """Channels, as far as the caretaker asks: nobody's server is gone."""

    def serves(self, server: int) -> bool:
        return True

    def removed_from(self, server: int) -> bool:
        return False


async def test_what_belongs_to_no_server_is_done_by_the_process_with_shard_0_alone(stores: list[Store]) -> None:
    group = await with_learners(stores[0], ANNA)
    done: list[int] = []

    async def job(number: int, now: datetime) -> None:
        done.append(number)

    now = datetime.combine(DAY + timedelta(days=400), time(3), UTC)
    for number in (1, 2, 3, 0):
        caretaker = Caretaker(
            stores[number], NoServers(), lambda: now, retention_days=180, shards=PROCESSES[number],  # type: ignore[arg-type]
            others=(("each", partial(job, number)),), done_once=(("once", partial(job, 100 + number)),),
        )  # fmt: skip
        is_there = (await stores[0].learner(group, ANNA)) is not None
        assert is_there
        assert await caretaker.work(now)
    assert await stores[0].learner(group, ANNA) is None
    assert sorted(done) == [0, 1, 2, 3, 100]


async def test_the_wrong_clock_of_one_machine_is_not_confirmed_by_another(stores: list[Store]) -> None:
    worked: list[tuple[int, date]] = []

    async def job(number: int, now: datetime) -> None:
        worked.append((number, now.date()))

    def of(number: int) -> Caretaker:
        return Caretaker(
            stores[number], NoServers(), lambda: datetime.now(UTC), retention_days=180, shards=PROCESSES[number],  # type: ignore[arg-type]
            others=(("each", partial(job, number)),),
        )  # fmt: skip

    right, wrong = of(0), of(1)
    now, ahead = datetime(2026, 11, 26, 23, tzinfo=UTC), timedelta(days=30)
    for caretaker in (right, wrong):
        assert await caretaker.work(now)
    await wrong.work(now + ahead)
    await right.work(now + timedelta(hours=2))
    assert worked == [(0, now.date()), (1, now.date()), (0, date(2026, 11, 27))]


async def test_two_processes_that_start_and_look_at_once_disturb_nobody(stores: list[Store]) -> None:
    groups = [await with_everything(stores[0], number) for number in range(COUNT)]
    now = datetime.combine(DAY, time(3), UTC)
    for group in groups:
        await stores[0].close_group(group.group_id, on=DAY - timedelta(days=30))
    caretakers = [
        Caretaker(store, NoServers(), lambda: now, retention_days=180, shards=shards)  # type: ignore[arg-type]
        for store, shards in zip(stores, PROCESSES, strict=True)
    ]
    assert all(await asyncio.gather(*(one.work(now) for one in caretakers)))
    assert await stores[0].servers() == ()
    assert [await stores[0].slots_of(group.group_id) for group in groups] == [()] * COUNT
