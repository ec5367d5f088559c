"""A plan's closing card comes once: whoever ends the plan, and whenever the bot is stopped or loses an answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from at_the_desk import GROUP
from evening import Evening
from mischief import ask, posts, until
from msgspec.structs import replace
from test_plan_command import in_days, started
from test_storage_calendar import TODAY, a_plan, its_posting, second_store, with_slot

from bot.commands.publish import closing
from bot.storage import Store
from rehearsal.rest import Lost
from rehearsal.things import Message

__all__ = ["second_store"]

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


async def but_for_the_last(evening: Evening) -> tuple[int, int]:
    """A plan that has come to its last item: that one's slot, and when it is due."""
    await evening.group()
    await started(evening, in_days(evening, 1))
    ask(evening, "UPDATE slots SET due_at = NULL, guide_at = NULL WHERE plan_place < (SELECT max(plan_place) FROM slots)")
    [(slot, due)] = ask(evening, "SELECT slot_id, due_at FROM slots WHERE due_at IS NOT NULL")
    return slot, due


def closing_cards(evening: Evening) -> list[Message]:
    return posts(evening, "study-room", "is through")


async def test_a_closing_card_whose_answer_was_lost_is_there_once_after_the_next_start(evening: Evening) -> None:
    _, due = await but_for_the_last(evening)
    seen: list[str] = []

    def lose(method: str, path: str, phase: str) -> None:
        """The last item comes, and nothing that is posted after it."""
        if method == "POST" and path.endswith(f"/{evening.room()}/messages") and phase == "arrived":
            seen.append(path)
            if len(seen) > 1:
                raise Lost

    evening.standin.on_call = lose
    evening.move(seconds=due - evening.now().timestamp() + 60)
    evening.wake()
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'closing'") == [("claimed",)])
    await evening.stop_bot()
    evening.standin.on_call = None
    assert not closing_cards(evening) and not ask(evening, "SELECT * FROM plan_runs")
    evening.move(seconds=3)  # a claim of this very second might be in other hands
    await evening.start_bot()
    await until(lambda: len(closing_cards(evening)) == 1)
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'closing'") == [("posted",)])
    await evening.restart_bot()
    await evening.rest(0.3)
    assert len(closing_cards(evening)) == 1


async def test_a_plan_that_a_crash_kept_from_ending_is_ended_at_the_next_start(evening: Evening) -> None:
    """It died after its last item was posted, and before it noticed that this was the last."""
    slot, due = await but_for_the_last(evening)
    await evening.stop_bot()
    ask(evening, "UPDATE slots SET due_at = NULL")
    ask(
        evening,
        "INSERT INTO postings (posting_id, group_id, kind, channel_id, state, claimed_at, slot_id, due_at)"
        " SELECT 7, group_id, 'prompt', 1, 'posted', ?, slot_id, ? FROM slots WHERE slot_id = ?",
        due, due, slot,
    )  # fmt: skip
    await evening.start_bot()
    await until(lambda: len(closing_cards(evening)) == 1)
    assert not ask(evening, "SELECT * FROM plan_runs") and not ask(evening, "SELECT * FROM slots")


async def test_a_plan_whose_last_item_is_left_out_has_its_closing_card_too(evening: Evening) -> None:
    await but_for_the_last(evening)
    seen = await evening.person("Mo").command(evening.room(), "plan skip")
    assert "its closing card comes in a moment" in seen.text
    evening.move(seconds=25)  # so long the poster takes it for being under way
    evening.wake()
    await until(lambda: len(closing_cards(evening)) == 1)


async def test_a_closing_card_that_discord_refused_can_be_posted_after_all(evening: Evening) -> None:
    _, due = await but_for_the_last(evening)
    ask(evening, "UPDATE study_groups SET moderators_channel = ?", evening.room("moderators"))
    await evening.restart_bot()
    seen: list[str] = []

    def refuse(method: str, path: str, phase: str) -> None:
        if method == "POST" and path.endswith(f"/{evening.room()}/messages") and phase == "arrived":
            seen.append(path)
            if len(seen) == 2:
                evening.standin.misbehave("POST", f"/{evening.room()}/messages", code=50001)

    evening.standin.on_call = refuse
    evening.move(seconds=due - evening.now().timestamp() + 60)
    evening.wake()
    await until(lambda: posts(evening, "moderators", "The closing card"))
    [told] = posts(evening, "moderators", "The closing card")
    assert not closing_cards(evening)
    assert "is posted" in (await evening.person("Mo").press(told, "Post it now")).text
    assert len(closing_cards(evening)) == 1


async def test_a_plans_end_and_the_claim_of_its_closing_card_are_one(store: Store, second_store: Store) -> None:
    done = await with_slot(store, due_at=None)
    slots, run = a_plan(done.group_id)
    await store.add_slots(slots, run)
    card = closing(run, replace(GROUP, group_id=done.group_id), NOW)
    for slot in slots:
        assert not await store.end_plan_if_done(run.group_id, card)
        assert await store.posting(card.posting_id) is None and await store.plans_to_end() == ()
        await store.take(slot, its_posting(slot), done_until=TODAY, due_at=None)
    assert await store.plans_to_end() == (), "the last item is being posted"
    await store.posted(its_posting(slots[-1]).posting_id, message_id=1, thread_id=None)
    for slot in slots[:-1]:
        await store.posted(its_posting(slot).posting_id, message_id=1, thread_id=None)
    assert await store.plans_to_end() == (run,)
    ended = await asyncio.gather(*(one.end_plan_if_done(run.group_id, card) for one in (store, second_store, store)))
    assert sum(ended) == 1
    claimed = await store.posting(card.posting_id)
    assert claimed and claimed.kind == "closing" and claimed.state == "claimed"
    assert await store.plans_to_end() == ()
