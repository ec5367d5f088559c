"""The calendar's laws in the store, on a real SQLite file and a real Postgres: above all, that one occurrence is posted once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date, time
from itertools import count
from pathlib import Path

import pytest
from engines import ANNA, DAY, a_group, start_python, with_learners
from msgspec.structs import replace

from bot.storage import Erased, OwnPrompt, PlanRun, Posting, RowExists, Slot, StorageTrouble, Store, WaitingCard, open_store
from bot.storage.engine import Value
from bot.storage.postings import _SELECT as _SELECT_POSTING
from bot.storage.slots import _DUE, _DUE_AFTER, _GUIDES_DUE, _NEXT_DUE

_numbers = count(1)
TODAY, NEXT = date(2026, 11, 26), date(2026, 12, 3)
DUE, LATER = 1_795_716_000, 1_796_320_800


def a_slot(group_id: int, **changes: object) -> Slot:
    number = (1 << 39) + next(_numbers)
    slot = Slot(
        number, group_id, "prompt", None, None, "FREQ=WEEKLY;BYDAY=TH", DAY, time(19), None, None, 7200, None, DUE
    )  # fmt: skip
    return replace(slot, **changes)


def its_posting(slot: Slot, **changes: object) -> Posting:
    """The row of the slot's date that is due: the same for everybody who claims it."""
    posting = Posting(slot.slot_id * 1000 + 1, slot.group_id, slot.kind, "theme", "item", 77, DUE + 3)
    return replace(posting, slot_id=slot.slot_id, due_at=slot.due_at, **changes)


def a_posting(group_id: int, **changes: object) -> Posting:
    posting = Posting(next(_numbers), group_id, "prompt", "theme", "item", 77, 1_770_000_000)
    return replace(posting, **changes)


async def with_slot(store: Store, **changes: object) -> Slot:
    slot = a_slot(await with_learners(store), **changes)
    assert await store.add_slots((slot,))
    return slot


async def take(store: Store, slot: Slot, posting: Posting | None = None, **more: bool) -> bool:
    return await store.take(slot, posting or its_posting(slot), done_until=TODAY, due_at=LATER, **more)


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """One that waits its turn: on a machine that is busy, a third of a second is too little for two that race."""
    opened = await open_store(url, patience=5)
    yield opened
    await opened.close()


@pytest.fixture
async def second_store(url: str, store: Store) -> AsyncIterator[Store]:
    """Another process on the same database; on SQLite, another pair of connections."""
    opened = await open_store(url, patience=5)
    yield opened
    await opened.close()


# Groups


async def test_the_settings_of_the_calendar_come_back_as_they_were_given(store: Store) -> None:
    plain = a_group()
    full = a_group(quiet_from=time(22, 30), quiet_until=time(0), archive_after=10080, guide_hours=0, replies=True)
    for group in (plain, full):
        await store.add_group(group)
        assert await store.group(group.group_id) == group
    changed = replace(plain, quiet_from=time(0), quiet_until=time(7, 5), archive_after=60, guide_hours=48, replies=True)
    await store.change_group(changed)
    assert await store.group(plain.group_id) == changed
    back = replace(changed, quiet_from=None, quiet_until=None, replies=False)
    await store.change_group(back)
    assert await store.group(plain.group_id) == back


async def test_erasing_a_group_erases_its_calendar_and_no_other(store: Store) -> None:
    kept, gone = await with_learners(store), await with_learners(store, ANNA)
    for group in (kept, gone):
        assert await store.add_slots((a_slot(group), a_slot(group, plan_place=0)), PlanRun(group, "plan", DAY, time(19), DAY))
        assert await store.claim(a_posting(group))
        assert await store.add_own_prompt(group, "Title", "Text", DAY)
        assert await store.add_waiting_card(WaitingCard(group + 1, group, 5, "reply", DAY))
    before = (await store.slots_of(kept), await store.own_prompts(kept), await store.plan_run(kept))
    assert await store.erase_group(gone) == Erased(
        groups=1, learners=1, postings=1, slots=2, plan_runs=1, own_prompts=1, waiting_cards=1
    )  # fmt: skip
    assert (await store.slots_of(gone), await store.own_prompts(gone), await store.plan_run(gone)) == ((), (), None)
    assert (await store.slots_of(kept), await store.own_prompts(kept), await store.plan_run(kept)) == before
    assert [card.group_id for card in await store.old_waiting_cards(date.max)] == [kept]
    assert await store.history(gone) == ()


async def test_erasing_a_group_takes_the_bytes_of_its_own_prompts_too(sqlite_store: Store, sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    group = await with_learners(sqlite_store)
    words = ["whistleblowing at breakfast", "the neighbour with the drone", "a sentence about the slot"]
    first = await sqlite_store.add_own_prompt(group, "One", words[0], DAY)
    await sqlite_store.add_own_prompt(group, "Two", words[1], DAY)
    await sqlite_store.add_slots((a_slot(group, paused=True, why_paused=words[2]),))
    assert first is not None

    def on_disk() -> list[str]:
        everything = b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
        return [word for word in words if word.encode() in everything]

    assert on_disk() == words
    assert await sqlite_store.remove_own_prompt(group, first.number)
    assert on_disk() == words[1:]
    await sqlite_store.erase_group(group)
    assert on_disk() == []


# Slots


async def test_a_slot_comes_back_as_it_was_given(store: Store) -> None:
    plain = await with_slot(store)
    full = Slot(
        1 << 40, plain.group_id, "lesson", "own", "3", "", date(2026, 12, 24), time(7, 5), date(2027, 1, 1), 1 << 60,
        3600, TODAY, None, 4, LATER, True, "The channel is gone.",
    )  # fmt: skip
    assert await store.add_slots((full,))
    assert await store.slot(plain.slot_id) == plain
    assert await store.slot(full.slot_id) == full
    assert await store.slot(4711) is None


async def test_slots_of_a_group_come_by_their_next_date(store: Store) -> None:
    group = await with_learners(store)
    dates = (30, None, 10, 20, None, 20)
    slots = [a_slot(group, due_at=at) for at in dates]
    assert await store.add_slots(tuple(slots))
    assert await store.slots_of(group) == tuple(slots[place] for place in (2, 3, 5, 0, 1, 4))


async def test_several_slots_are_added_together_or_not_at_all(store: Store) -> None:
    slot = await with_slot(store)
    with pytest.raises(RowExists):
        await store.add_slots((a_slot(slot.group_id), replace(slot, hour=time(7))))
    assert not await store.add_slots((a_slot(slot.group_id), a_slot(4711)))
    assert await store.slots_of(slot.group_id) == (slot,)
    assert await store.add_slots(())


async def test_everything_of_a_slot_may_change_but_its_group(store: Store) -> None:
    slot = await with_slot(store)
    wanted = Slot(
        slot.slot_id, slot.group_id, "lesson", "own", "3", "", NEXT, time(7, 5), NEXT, 5, 60, TODAY, None, 2, 9, True, "Why."
    )  # fmt: skip
    assert await store.change_slot(replace(wanted, group_id=await with_learners(store)))
    assert await store.slot(slot.slot_id) == wanted
    assert await store.remove_slot(slot.slot_id)
    assert not await store.remove_slot(slot.slot_id)
    assert not await store.change_slot(wanted)
    assert await store.slot(slot.slot_id) is None


async def test_slots_change_in_one_go_and_a_removed_one_stays_removed(store: Store) -> None:
    group = await with_learners(store)
    slots = tuple(a_slot(group, plan_place=place, due_at=DUE + place) for place in range(3))
    await store.add_slots(slots)
    await store.remove_slot(slots[1].slot_id)
    moved = tuple(replace(slot, due_at=LATER + place) for place, slot in enumerate(slots))
    await store.change_slots(slots[::-1], moved[::-1])
    await store.change_slots((), ())
    assert await store.slots_of(group) == (moved[0], moved[2])


async def test_what_is_due_comes_by_due_time_page_by_page(store: Store) -> None:
    group = await with_learners(store)
    ats = [DUE - number % 4 for number in range(23)]
    slots = [a_slot(group, due_at=at) for at in ats]
    others = [a_slot(group, due_at=DUE + 1), a_slot(group, due_at=None), a_slot(group, due_at=DUE - 9, paused=True)]
    await store.add_slots((*slots, *others))
    expected = sorted(slots, key=lambda slot: (slot.due_at, slot.slot_id))
    assert list(await store.due(DUE)) == expected
    found: list[Slot] = []
    after = None
    while page := await store.due(DUE, after, most=5):
        assert len(page) <= 5
        found += page
        assert len(found) <= len(expected)
        after = (page[-1].due_at or 0, page[-1].slot_id)
    assert found == expected
    assert await store.due(DUE - 4) == ()


async def test_the_next_moment_is_the_earliest_of_all_that_is_not_paused(store: Store) -> None:
    assert await store.next_due_at() is None
    group = await with_learners(store)
    slot = a_slot(group, due_at=5000, guide_at=4000)
    paused = a_slot(group, due_at=100, guide_at=90, paused=True)
    await store.add_slots((slot, paused))
    posting = a_posting(group)
    await store.claim(posting)
    assert await store.next_due_at() == 4000
    await store.posting_waits(posting.posting_id, "Later.", retry_at=3000, message_id=None)
    assert [await store.next_due_at(after) for after in (0, 2999, 3000, 4000, 5000)] == [3000, 3000, 4000, 5000, None]
    await store.change_slot(replace(slot, due_at=None, guide_at=None))
    await store.posting_failed(posting.posting_id, "No.")
    assert await store.next_due_at() is None


async def test_a_slot_whose_date_was_taken_meanwhile_is_not_moved_with_the_others(store: Store) -> None:
    group = await with_learners(store)
    slots = tuple(a_slot(group, plan_place=place, due_at=DUE + place) for place in range(2))
    await store.add_slots(slots)
    assert await store.take(slots[0], a_posting(group, slot_id=slots[0].slot_id), done_until=TODAY, due_at=None)
    await store.change_slots(slots, tuple(replace(slot, due_at=LATER) for slot in slots))
    taken, moved = await store.slot(slots[0].slot_id), await store.slot(slots[1].slot_id)
    assert taken and taken.due_at is None and taken.done_until == TODAY
    assert moved and moved.due_at == LATER


async def test_pausing_counts_what_it_paused_and_leaves_reasons_alone(store: Store) -> None:
    group, elsewhere = await with_learners(store), await with_learners(store)
    by_hand = a_slot(group, paused=True)
    slots = [a_slot(group), a_slot(group), a_slot(elsewhere)]
    await store.add_slots((by_hand, *slots))
    assert await store.pause_slots(group, "One.", slot_id=slots[0].slot_id) == 1
    assert await store.pause_slots(group, "Two.", slot_id=slots[0].slot_id) == 0
    assert await store.pause_slots(elsewhere, "No.", slot_id=slots[1].slot_id) == 0
    assert await store.pause_slots(group, "All.") == 1
    assert {slot.slot_id: slot.why_paused for slot in await store.slots_of(group) if slot.paused} == {
        by_hand.slot_id: None,
        slots[0].slot_id: "One.",
        slots[1].slot_id: "All.",
    }
    assert await store.due(DUE) == (slots[2],)


async def test_a_slot_resumes_from_where_it_is_told(store: Store) -> None:
    slot = await with_slot(store, paused=True, why_paused="The channel is gone.")
    assert await store.resume_slot(slot.slot_id, due_at=LATER, done_until=TODAY)
    assert await store.slot(slot.slot_id) == replace(slot, paused=False, why_paused=None, due_at=LATER, done_until=TODAY)
    assert not await store.resume_slot(slot.slot_id, due_at=DUE, done_until=None)
    assert not await store.resume_slot(4711, due_at=DUE, done_until=None)
    assert (await store.slots_of(slot.group_id))[0].due_at == LATER


# The claim


async def test_a_claim_stores_the_posting_and_moves_the_slot_on(store: Store) -> None:
    slot = await with_slot(store, ping=5)
    posting = its_posting(slot, ping=5)
    assert await take(store, slot, posting)
    assert await store.unfinished() == (posting,)
    assert await store.posting(posting.posting_id) == posting
    assert await store.slot(slot.slot_id) == replace(slot, done_until=TODAY, due_at=LATER)
    assert await store.untold() == ()


@pytest.mark.parametrize("state", ["claimed", "missed", "skipped", "failed"])
async def test_a_claim_stores_the_state_it_is_given_and_whether_it_was_told(store: Store, state: str) -> None:
    slot = await with_slot(store)
    posting = its_posting(slot, state=state, trouble="A sentence.")
    assert await take(store, slot, posting, told=False)
    assert await store.untold() == (posting,)
    assert await store.unfinished() == ((posting,) if state == "claimed" else ())


async def test_a_rewound_slot_posts_nothing_twice_but_moves_on(store: Store) -> None:
    slot = await with_slot(store)
    assert await take(store, slot)
    await store.posted(its_posting(slot).posting_id, message_id=1, thread_id=2)
    await store.change_slot(slot)
    assert not await take(store, slot, its_posting(slot, state="missed", item="another"), told=False)
    assert (await store.history(slot.group_id)) == (its_posting(slot, state="posted", message_id=1, thread_id=2),)
    assert await store.slot(slot.slot_id) == replace(slot, done_until=TODAY, due_at=LATER)
    assert await store.untold() == ()


async def test_a_slot_that_was_touched_since_it_was_read_is_not_claimed(store: Store) -> None:
    slot = await with_slot(store)
    for touched in (replace(slot, due_at=DUE + 60), replace(slot, due_at=None), replace(slot, paused=True)):
        await store.change_slot(touched)
        assert not await take(store, slot)
        assert await store.slot(slot.slot_id) == touched
    await store.remove_slot(slot.slot_id)
    assert not await take(store, slot)
    assert not await store.take_guide(replace(slot, guide_at=DUE), its_posting(slot))
    assert await store.history(slot.group_id) == ()


async def test_a_paused_slot_can_be_claimed_by_who_knows_that_it_is_paused(store: Store) -> None:
    slot = await with_slot(store, paused=True)
    assert await take(store, slot)
    assert await store.slot(slot.slot_id) == replace(slot, done_until=TODAY, due_at=LATER)


async def test_a_slot_of_an_erased_group_is_not_claimed(store: Store) -> None:
    slot = await with_slot(store)
    await store.erase_group(slot.group_id)
    assert not await take(store, slot)
    assert not await store.add_slots((slot,))
    assert await store.unfinished() == ()


async def test_the_last_date_of_a_slot_leaves_it_without_one(store: Store) -> None:
    slot = await with_slot(store)
    assert await store.take(slot, its_posting(slot), done_until=TODAY, due_at=None)
    assert await store.slot(slot.slot_id) == replace(slot, done_until=TODAY, due_at=None)
    assert await store.due(1 << 40) == ()
    assert not await take(store, replace(slot, due_at=None), a_posting(slot.group_id))


async def test_of_two_processes_that_race_for_a_date_one_posts_it(store: Store, second_store: Store) -> None:
    group = await with_learners(store)
    for turn in range(300):
        slot = a_slot(group)
        await store.add_slots((slot,))
        takers = (store, second_store, store, second_store)
        won = await asyncio.gather(*(take(one, slot) for one in takers[turn % 2 :]))
        assert sum(won) == 1, turn
        assert await second_store.slot(slot.slot_id) == replace(slot, done_until=TODAY, due_at=LATER)
    assert len(await store.unfinished()) == 300


async def test_of_two_processes_that_race_for_a_rewound_date_none_posts_it(store: Store, second_store: Store) -> None:
    slot = await with_slot(store)
    assert await take(store, slot)
    for _ in range(100):
        await store.change_slot(slot)
        assert tuple(await asyncio.gather(take(store, slot), take(second_store, slot))) == (False, False)
        assert await store.slot(slot.slot_id) == replace(slot, done_until=TODAY, due_at=LATER)
    assert len(await store.unfinished()) == 1


async def test_one_process_claims_each_of_many_dates_while_another_does_the_same(store: Store, second_store: Store) -> None:
    """As after an outage: both find everything due, and take it in the same order."""
    group = await with_learners(store)
    slots = tuple(a_slot(group) for _ in range(200))
    await store.add_slots(slots)

    async def take_all(one: Store) -> list[bool]:
        return [await take(one, slot) for slot in await one.due(DUE)]

    mine, its = await asyncio.gather(take_all(store), take_all(second_store))
    claimed = [posting.posting_id for posting in await store.unfinished()]
    assert sum(mine) + sum(its) == len(claimed) == 200
    assert sorted(claimed) == sorted(its_posting(slot).posting_id for slot in slots)


async def test_erasing_a_group_while_its_slots_are_claimed_leaves_nothing_of_it(store: Store, second_store: Store) -> None:
    for turn in range(20):
        group = await with_learners(store)
        slots = tuple(a_slot(group) for _ in range(3))
        await store.add_slots(slots)
        claims = [take(second_store, slot) for slot in slots]
        results = await asyncio.gather(*claims[: turn % 3], store.erase_group(group), *claims[turn % 3 :], return_exceptions=True)
        assert not [one for one in results if isinstance(one, BaseException) and not isinstance(one, StorageTrouble)]
        assert (await store.slots_of(group), await store.history(group)) == ((), ())
    assert await store.unfinished() == ()


async def test_a_guide_is_claimed_once_and_leaves_the_date_alone(store: Store, second_store: Store) -> None:
    slot = await with_slot(store, guide_at=DUE - 86400)
    later = a_slot(slot.group_id, guide_at=DUE)
    paused = a_slot(slot.group_id, guide_at=1, paused=True)
    await store.add_slots((later, paused))
    assert await store.guides_due(DUE - 86401) == ()
    assert await store.guides_due(DUE) == (slot, later)
    assert await store.guides_due(DUE, most=1) == (slot,)
    posting = its_posting(slot, kind="guide")
    for turn in range(100):
        one = replace(posting, posting_id=posting.posting_id + turn)
        won = await asyncio.gather(*(process.take_guide(slot, one) for process in (store, second_store, store)))
        assert sum(won) == 1
        assert await store.slot(slot.slot_id) == replace(slot, guide_at=None)
        await store.change_slot(slot)
    assert not await store.take_guide(slot, posting)
    assert await store.slot(slot.slot_id) == replace(slot, guide_at=None)
    for touched in (replace(slot, guide_at=DUE), replace(slot, paused=True)):
        await store.change_slot(touched)
        assert not await store.take_guide(slot, replace(posting, posting_id=1))
        assert await store.slot(slot.slot_id) == touched


KILLED = """
import asyncio, sys, datetime
from bot.storage import Posting, open_store
async def main():
    store = await open_store(sys.argv[1])
    for slot in await store.due(10**12):
        posting = Posting(slot.slot_id * 1000 + 1, slot.group_id, slot.kind, "theme", "item", 77, 1, slot_id=slot.slot_id)
        won = await store.take(slot, posting, done_until=datetime.date(2026, 11, 26), due_at=None)
        print(slot.slot_id if won else 0, flush=True)
asyncio.run(main())
"""


async def test_a_kill_leaves_each_slot_claimed_and_moved_or_neither(store: Store, url: str) -> None:
    group = await with_learners(store)
    slots = tuple(a_slot(group) for _ in range(400))
    await store.add_slots(slots)
    for lines in (1, 20, 60):
        process = await start_python(KILLED, url)
        assert process.stdout
        for _ in range(lines):
            assert int(await process.stdout.readline()) > 0
        process.kill()
        await process.stdout.read()
        await process.wait()
        moved = {slot.slot_id for slot in await store.slots_of(group) if slot.due_at is None}
        assert moved == {posting.slot_id for posting in await store.unfinished()}
    assert 81 <= len(moved) < 400


# Postings


async def test_a_claim_keeps_everything_it_is_given(store: Store) -> None:
    group = await with_learners(store)
    plain = a_posting(group)
    full = Posting(
        1 << 55, group, "reply", None, None, 1 << 60, 5, "waiting", 1 << 61, 1 << 62, "Trouble.", 9, 8, 7, 3, 2, False, 1
    )  # fmt: skip
    for posting in (plain, full):
        assert await store.claim(posting)
        assert await store.posting(posting.posting_id) == posting
        assert not await store.claim(posting)
    assert await store.posting(4711) is None


@pytest.mark.parametrize("state", ["claimed", "posted", "waiting", "skipped"])
async def test_only_what_failed_or_was_missed_may_be_claimed_again(store: Store, state: str) -> None:
    group = await with_learners(store)
    posting = a_posting(group, state=state)
    await store.claim(posting)
    assert not await store.claim(replace(posting, claimed_at=5, item="another"))
    assert await store.posting(posting.posting_id) == posting


async def test_what_failed_and_is_claimed_again_begins_anew(store: Store) -> None:
    group = await with_learners(store)
    posting = a_posting(group)
    await store.claim(posting)
    await store.posting_waits(posting.posting_id, "Later.", retry_at=9, message_id=3)
    await store.posting_failed(posting.posting_id, "No.", told=False)
    again = replace(posting, claimed_at=posting.claimed_at + 60, item="another", channel_id=78)
    assert await store.claim(again)
    assert await store.posting(posting.posting_id) == again
    assert await store.untold() == ()


async def test_a_refusal_that_may_pass_waits_and_keeps_the_message_that_is_there(store: Store) -> None:
    posting = a_posting(await with_learners(store))
    await store.claim(posting)
    await store.posting_waits(posting.posting_id, "No thread.", retry_at=500, message_id=1 << 60)
    waits = replace(posting, state="waiting", trouble="No thread.", retry_at=500, tries=1, message_id=1 << 60)
    assert await store.unfinished() == ()
    assert await store.waiting(499) == ()
    assert await store.waiting(500) == (waits,)
    assert await store.retry(waits, 510)
    claimed = replace(waits, state="claimed", claimed_at=510, retry_at=None)
    assert await store.unfinished() == (claimed,)
    await store.posting_waits(posting.posting_id, "Still none.", retry_at=900, message_id=None)
    [waits] = await store.waiting(900)
    assert (waits.tries, waits.message_id, waits.trouble) == (2, 1 << 60, "Still none.")
    await store.posted(posting.posting_id, message_id=None, thread_id=4)
    done = replace(posting, state="posted", claimed_at=510, tries=2, message_id=1 << 60, thread_id=4)
    assert await store.posting(posting.posting_id) == done


async def test_of_many_who_try_again_one_does(store: Store, second_store: Store) -> None:
    posting = a_posting(await with_learners(store))
    await store.claim(posting)
    for turn in range(1, 200):
        await store.posting_waits(posting.posting_id, "Later.", retry_at=turn, message_id=None)
        [waits] = await store.waiting(turn)
        won = await asyncio.gather(*(one.retry(waits, turn) for one in (store, second_store, store)))
        assert sum(won) == 1
        assert not await store.retry(waits, turn + 1)
    assert not await store.retry(replace(posting, posting_id=4711, retry_at=1), 2)


async def test_of_many_who_take_up_what_a_crash_left_one_does(store: Store, second_store: Store) -> None:
    posting = a_posting(await with_learners(store))
    await store.claim(posting)
    for turn in range(100):
        [left] = await store.unfinished()
        assert left == replace(posting, looks=turn)
        won = await asyncio.gather(*(one.try_again(left) for one in (store, second_store, store)))
        assert sum(won) == 1
    [left] = await store.unfinished()
    await store.posted(posting.posting_id, message_id=1, thread_id=None)
    assert not await store.try_again(left)


async def test_what_stands_in_the_channel_is_not_made_a_failure_by_a_second_process(store: Store) -> None:
    posting = a_posting(await with_learners(store))
    await store.claim(posting)
    await store.posted(posting.posting_id, message_id=1, thread_id=2)
    await store.posting_failed(posting.posting_id, "No.", told=False)
    await store.posting_waits(posting.posting_id, "Later.", retry_at=1, message_id=3)
    assert await store.posting(posting.posting_id) == replace(posting, state="posted", message_id=1, thread_id=2)
    assert await store.untold() == ()


async def test_moderators_are_told_once_of_what_they_have_not_heard(store: Store) -> None:
    group, other = await with_learners(store), await with_learners(store)
    postings = [a_posting(group, due_at=20), a_posting(other), a_posting(group, due_at=10), a_posting(group)]
    for posting in postings:
        await store.claim(posting)
    for posting in postings[:3]:
        await store.posting_failed(posting.posting_id, "No.", told=False)
    await store.posting_failed(postings[3].posting_id, "They know.")
    untold = await store.untold()
    assert [posting.posting_id for posting in untold] == [postings[place].posting_id for place in (2, 0, 1)]
    await store.tell(tuple(posting.posting_id for posting in untold[:2]))
    await store.tell(())
    assert [posting.posting_id for posting in await store.untold()] == [postings[1].posting_id]


async def test_what_was_missed_by_a_wrong_clock_alone_is_forgotten(store: Store) -> None:
    group = await with_learners(store)
    postings = [a_posting(group, state="missed", due_at=at, slot_id=at // 2) for at in (99, 100, 104, 103, 101, 102)]
    skipped = a_posting(group, state="skipped", due_at=200, slot_id=7)
    for posting in (*postings, skipped):
        await store.claim(posting)
    assert await store.forget_missed(100) == (50, 51, 52)
    assert await store.history(group) == (skipped, postings[1], postings[0])


async def test_history_has_the_latest_first_and_leaves_out_what_is_not_of_the_calendar(store: Store) -> None:
    group, other = await with_learners(store), await with_learners(store)
    kinds = ("prompt", "lesson", "prompt", "welcome", "guide", "reply")
    postings = [a_posting(group, kind=kind, due_at=at, claimed_at=1000) for at, kind in enumerate(kinds, 1)]
    asked_for = a_posting(group, claimed_at=4)
    of_slot = a_posting(group, slot_id=9, due_at=900, claimed_at=500, state="skipped")
    elsewhere = a_posting(other, slot_id=9)
    for posting in (*postings, asked_for, of_slot, elsewhere):
        await store.claim(posting)
    assert await store.history(group) == (postings[2], postings[1], postings[0], of_slot, asked_for)
    assert await store.history(group, most=2) == (postings[2], postings[1])
    assert await store.history(group, slot_id=9) == (of_slot,)


async def test_replies_are_switched_for_one_posting(store: Store) -> None:
    group = await with_learners(store)
    one, other = a_posting(group), a_posting(group)
    for posting in (one, other):
        await store.claim(posting)
    assert await store.set_replies(one.posting_id, False)
    assert await store.posting(one.posting_id) == replace(one, replies=False)
    assert await store.posting(other.posting_id) == other
    assert await store.set_replies(one.posting_id, True)
    assert await store.posting(one.posting_id) == one
    assert not await store.set_replies(4711, True)


async def test_used_counts_what_the_group_has_had_or_is_about_to_have(store: Store) -> None:
    group = await with_learners(store)
    used = [
        a_posting(group, theme="a", item="1"), a_posting(group, theme="a", item="1", state="posted"),
        a_posting(group, theme="a", item="2", state="waiting"), a_posting(group, theme="b", item="1", state="posted"),
    ]  # fmt: skip
    not_used = [
        *(a_posting(group, theme="a", item="3", state=state) for state in ("failed", "missed", "skipped")),
        a_posting(group, theme="a", item=None), a_posting(group, theme=None, item="1"),
        a_posting(await with_learners(store), theme="a", item="4"),
    ]  # fmt: skip
    lesson = a_posting(group, kind="lesson", theme="a", item="9")
    for posting in (*used, *not_used, lesson):
        await store.claim(posting)
    assert await store.used(group, "prompt") == (("a", "1", 2), ("a", "2", 1), ("b", "1", 1))
    assert await store.used(group, "prompt", "a") == (("a", "1", 2), ("a", "2", 1))
    assert await store.used(group, "lesson") == (("a", "9", 1),)
    assert await store.used(group, "prompt", "none") == ()


async def test_figures_leave_out_what_only_moderators_see(store: Store) -> None:
    group = await with_learners(store)
    for kind in ("guide", "reply", "lesson"):
        await store.claim(a_posting(group, kind=kind, state="posted"))
    assert (await store.figures(group)).posted == (("lesson", "theme", "item", 1),)


# Plans


def a_plan(group: int, **changes: object) -> tuple[tuple[Slot, ...], PlanRun]:
    slots = tuple(a_slot(group, rule="", due_at=DUE + place, plan_place=place) for place in range(3))
    return slots, replace(PlanRun(group, "three-evenings", TODAY, time(19, 30), DAY), **changes)


async def test_a_plan_starts_with_all_its_slots_and_once(store: Store) -> None:
    slot = await with_slot(store)
    slots, run = a_plan(slot.group_id)
    assert await store.plan_run(slot.group_id) is None
    assert await store.add_slots(slots, run)
    assert await store.plan_run(slot.group_id) == run
    again, other = a_plan(slot.group_id, plan="another")
    assert not await store.add_slots(again, other)
    assert await store.plan_run(slot.group_id) == run
    assert set(await store.slots_of(slot.group_id)) == {slot, *slots}
    assert not await store.add_slots(*a_plan(4711))
    elsewhere, its_run = a_plan(await with_learners(store))
    with pytest.raises(RowExists):
        await store.add_slots((*elsewhere, slots[0]), its_run)
    assert await store.plan_run(its_run.group_id) is None


async def test_of_two_who_start_a_plan_at_once_one_does(store: Store, second_store: Store) -> None:
    for _ in range(20):
        group = await with_learners(store)
        plans = [a_plan(group) for _ in range(4)]
        started = await asyncio.gather(
            *(process.add_slots(*plan) for process, plan in zip((store, second_store) * 2, plans, strict=True))
        )
        assert sum(started) == 1
        assert await store.slots_of(group) == plans[started.index(True)][0]


async def test_what_is_finished_leaves_the_calendar_after_a_while_and_what_paused_itself_stays(store: Store) -> None:
    group, planned = await with_learners(store), await with_learners(store)
    old, young = a_slot(group, due_at=None, done_until=TODAY), a_slot(group, due_at=None, done_until=NEXT)
    paused = a_slot(group, due_at=None, done_until=TODAY, paused=True)
    ahead = a_slot(group, done_until=TODAY)
    await store.add_slots((old, young, paused, ahead))
    slots, run = a_plan(planned)
    await store.add_slots(tuple(replace(slot, due_at=None, done_until=TODAY) for slot in slots), run)
    await store.remove_finished(TODAY)
    assert len(await store.slots_of(group)) == 4
    assert await store.plan_run(planned) == run
    await store.remove_finished(NEXT)
    assert {slot.slot_id for slot in await store.slots_of(group)} == {young.slot_id, paused.slot_id, ahead.slot_id}
    assert await store.plan_run(planned) is None
    assert await store.slots_of(planned) == ()


async def test_a_plan_that_is_stopped_leaves_the_other_slots_and_the_history(store: Store) -> None:
    slot = await with_slot(store)
    slots, run = a_plan(slot.group_id)
    await store.add_slots(slots, run)
    await store.take(slots[0], its_posting(slots[0]), done_until=TODAY, due_at=None)
    assert await store.plan_run(slot.group_id) == run
    assert await store.stop_plan(slot.group_id)
    assert not await store.stop_plan(slot.group_id)
    assert await store.plan_run(slot.group_id) is None
    assert await store.slots_of(slot.group_id) == (slot,)
    assert len(await store.history(slot.group_id)) == 1


async def test_a_plan_ends_with_its_last_item_and_once(store: Store, second_store: Store) -> None:
    done = await with_slot(store, due_at=None)
    repeating = a_slot(done.group_id)
    await store.add_slots((repeating,))
    slots, run = a_plan(done.group_id)
    await store.add_slots(slots, run)
    for slot in slots:
        assert not await store.end_plan_if_done(run.group_id)
        await store.take(slot, its_posting(slot), done_until=TODAY, due_at=None)
    ended = await asyncio.gather(*(one.end_plan_if_done(run.group_id) for one in (store, second_store, store)))
    assert sum(ended) == 1
    assert await store.plan_run(run.group_id) is None
    assert await store.slots_of(run.group_id) == (repeating, done)


# Own prompts


async def test_the_number_of_an_own_prompt_is_never_given_again(store: Store) -> None:
    group, other = await with_learners(store), await with_learners(store)
    first = await store.add_own_prompt(group, "One", "Text", DAY)
    second = await store.add_own_prompt(group, "Two", "Zoë's: %s :name", DAY)
    assert (first, second) == (OwnPrompt(group, 1, "One", "Text", DAY), OwnPrompt(group, 2, "Two", "Zoë's: %s :name", DAY))
    assert await store.remove_own_prompt(group, 2)
    assert not await store.remove_own_prompt(group, 2)
    assert not await store.remove_own_prompt(other, 1)
    third = await store.add_own_prompt(group, "Three", "Text", NEXT)
    assert third == OwnPrompt(group, 3, "Three", "Text", NEXT)
    assert await store.own_prompts(group) == (first, third)
    assert await store.add_own_prompt(other, "One", "Text", DAY) == OwnPrompt(other, 1, "One", "Text", DAY)
    found = await store.group(group)
    assert found is not None
    await store.change_group(replace(found, name="Another"))
    assert await store.add_own_prompt(group, "Four", "Text", DAY) == OwnPrompt(group, 4, "Four", "Text", DAY)


async def test_own_prompts_that_are_added_at_once_get_different_numbers(store: Store, second_store: Store) -> None:
    group = await with_learners(store)
    added = await asyncio.gather(*((store, second_store)[n % 2].add_own_prompt(group, str(n), "Text", DAY) for n in range(40)))
    assert sorted(one.number for one in added if one) == list(range(1, 41))
    assert await store.own_prompts(group) == tuple(sorted((one for one in added if one), key=lambda one: one.number))


async def test_a_group_that_is_gone_gets_no_prompt(store: Store) -> None:
    assert await store.add_own_prompt(4711, "One", "Text", DAY) is None
    assert await store.own_prompts(4711) == ()


# Waiting cards


async def test_a_waiting_card_is_decided_once(store: Store, second_store: Store) -> None:
    group = await with_learners(store)
    for number in range(50):
        card = WaitingCard((1 << 60) + number, group, 1 << 61, "suggestion", DAY)
        assert await store.add_waiting_card(card)
        assert not await store.add_waiting_card(card)
        won = await asyncio.gather(*(one.take_waiting_card(card.message_id) for one in (store, second_store, store)))
        assert sum(won) == 1
    assert not await store.add_waiting_card(WaitingCard(1, 4711, 2, "reply", DAY))


async def test_cards_that_wait_for_long_are_found_by_their_day(store: Store) -> None:
    group = await with_learners(store)
    days = (3, 1, 2)
    cards = [WaitingCard(day, group, 9, "reply", date(2026, 11, day)) for day in days]
    for card in cards:
        await store.add_waiting_card(card)
    assert await store.old_waiting_cards(date(2026, 11, 2)) == (cards[1], cards[2])
    assert await store.old_waiting_cards(date(2026, 10, 31)) == ()
    assert await store.waiting_cards_of(group) == (cards[1], cards[2], cards[0])
    assert await store.waiting_cards_of(group + 1) == ()


# Looking costs little


QUERIES: tuple[tuple[str, dict[str, Value]], ...] = (
    (_DUE.format(ours=""), {"now": 1, "most": 500}),
    (_DUE_AFTER.format(ours=""), {"now": 1, "most": 500, "due_at": 0, "slot": 1}),
    (_GUIDES_DUE.format(ours=""), {"now": 1, "most": 500}),
    (_NEXT_DUE.format(ours="", our_postings=""), {"after": 1}),
    (f"{_SELECT_POSTING} WHERE state = 'claimed' ORDER BY claimed_at, posting_id", {}),
    (f"{_SELECT_POSTING} WHERE state = 'waiting' AND retry_at <= :now ORDER BY retry_at, posting_id", {"now": 1}),
    (f"{_SELECT_POSTING} WHERE told = 0 ORDER BY group_id, coalesce(due_at, claimed_at), posting_id", {}),
)


@pytest.mark.parametrize(("query", "values"), QUERIES)
async def test_a_look_at_what_is_due_reads_no_whole_table_on_sqlite(
    sqlite_store: Store, query: str, values: dict[str, Value]
) -> None:
    [plan] = await sqlite_store._engine.read((f"EXPLAIN QUERY PLAN {query}", values))
    steps = [str(row[-1]) for row in plan if "SLOTS" in str(row[-1]).upper() or "POSTINGS" in str(row[-1]).upper()]
    assert steps
    for step in steps:
        assert "USING" in step and "INDEX" in step, steps


@pytest.mark.parametrize(("query", "values"), QUERIES)
async def test_a_look_at_what_is_due_reads_no_whole_table_on_postgres(
    postgres_store: Store, query: str, values: dict[str, Value]
) -> None:
    group = await with_learners(postgres_store)
    await postgres_store.add_slots(tuple(a_slot(group, due_at=DUE + n, guide_at=DUE) for n in range(2000)))
    for _ in range(40):  # not all at once: on a busy machine they would wait for a connection longer than a press may
        await asyncio.gather(*(postgres_store.claim(a_posting(group, state="posted")) for _ in range(50)))
    await postgres_store._engine.erase(("SELECT 1", {}), tables=("slots", "postings"))
    await postgres_store._engine.write(("ANALYZE", {}))
    [plan] = await postgres_store._engine.read((f"EXPLAIN (FORMAT JSON) {query}", values))
    assert "Seq Scan" not in json.dumps(plan), plan
    assert "Index" in json.dumps(plan)
