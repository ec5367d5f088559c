"""The calendar keeps its word: what is due is posted once, at its hour; what can't be is told once, in a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from evening import Evening, public
from mischief import Content, ask, calls, forum_posts, group_id, posts, until
from msgspec.structs import replace

from bot.commands.slot_times import due
from bot.group import Group
from bot.main import opened
from bot.press import base36
from bot.storage import Posting, Slot, Store, open_store
from bot.timetable import local_day
from rehearsal import permissions
from rehearsal.rest import Lost
from rehearsal.things import Message, Tag

numbers = iter(range(1, 10_000))


@asynccontextmanager
async def storing(evening: Evening) -> AsyncIterator[Store]:
    """A look into the database beside the bot's own, as another process has it."""
    store = await open_store(evening.settings.database_url)
    try:
        yield store
    finally:
        await store.close()


async def plan(evening: Evening, due_in: timedelta = timedelta(0), **changes: Any) -> Slot:
    """A slot of the evening's group, due in so much time (to the full minute before). Weekly, the next prompt about data
    aggregation, unless something else is said."""
    async with storing(evening) as store:
        group = await store.group(group_id(evening))
        assert group
        at = (evening.now() + due_in).replace(second=0, microsecond=0)
        slot = Slot(
            next(numbers), group.group_id, "prompt", "data-aggregation", None, "FREQ=WEEKLY", local_day(at, group.time_zone),
            at.astimezone(ZoneInfo(group.time_zone)).time(), None, None, 7200, None, None,
        )  # fmt: skip
        slot = replace(slot, **changes)
        ahead = due(slot, group, slot.done_until)
        slot = replace(slot, due_at=ahead[1] if ahead else None)
        assert await store.add_slots((slot,))
    if evening.is_running:
        evening.wake()
    return slot


async def slot_now(evening: Evening, slot: Slot) -> Slot | None:
    async with storing(evening) as store:
        return await store.slot(slot.slot_id)


async def history(evening: Evening) -> list[Posting]:
    """What is recorded, oldest first."""
    async with storing(evening) as store:
        return list(reversed(await store.history(group_id(evening), most=100)))


async def states(evening: Evening) -> list[str]:
    return [one.state for one in await history(evening)]


def prompts(evening: Evening, channel: str = "study-room") -> list[Message]:
    """The prompts that stand in a channel."""
    return [one for one in public(evening.person("Mo"), evening.room(channel)) if "Read the lesson" in one.labels]


def told(evening: Evening) -> list[str]:
    """What the moderators were told."""
    return [one.text for one in posts(evening, "moderators")]


async def with_moderators(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))


# ---------------------------------------------------------------- at its hour


async def test_what_is_due_is_posted_once_with_its_thread_and_the_slot_moves_on(evening: Evening) -> None:
    await with_moderators(evening)
    slot = await plan(evening)
    await until(lambda: prompts(evening))
    [prompt] = prompts(evening)
    await until(lambda: evening.standin.world.channels.get(prompt.id))
    assert evening.standin.world.channels[prompt.id].parent_id == evening.room()
    await evening.restart_bot()
    [posting] = await history(evening)
    assert (posting.state, posting.message_id, posting.thread_id) == ("posted", prompt.id, prompt.id)
    after = await slot_now(evening, slot)
    assert slot.due_at and after and after.due_at == pytest.approx(slot.due_at + 7 * 86400, abs=3600)
    assert len(prompts(evening)) == 1
    assert told(evening) == []


async def test_nothing_is_posted_before_its_hour_and_it_is_when_the_clock_gets_there(evening: Evening) -> None:
    await evening.group()
    await plan(evening, timedelta(hours=3))
    evening.move(hours=2.9)
    await evening.rest(1.5)
    assert prompts(evening) == []
    evening.move(hours=0.2)
    await until(lambda: prompts(evening))


async def test_each_week_brings_the_next_prompt_and_none_repeats_until_all_were_used(evening: Evening) -> None:
    await with_moderators(evening)
    evening.standin.rest.limits.per_channel = False  # a week in a second would be too much for one channel
    supply = len(evening.library.course("en").theme("data-aggregation").prompts)  # type: ignore[union-attr]
    await plan(evening)
    for week in range(supply + 1):
        await until(partial(_as_many, evening, week + 1), 15)
        evening.move(days=7)
    items = [one.item for one in (await history(evening))[:supply]]
    assert len(set(items)) == supply
    assert [text for text in told(evening) if "That was the last prompt" in text]


async def test_a_lesson_comes_as_a_card_whose_button_opens_it_privately(evening: Evening) -> None:
    await evening.group()
    await plan(evening, kind="lesson", rule="", item=None)
    await until(lambda: prompts(evening))
    [lesson] = prompts(evening)
    seen = await evening.person("Ada").press(lesson, "Read the lesson")
    assert "page 1 of 3" in seen.text
    await until(lambda: ask(evening, "SELECT count(*) FROM slots") == [(0,)])
    assert await states(evening) == ["posted"]


async def test_a_role_is_pinged_only_if_the_slot_says_so_and_nobody_else_ever_is(evening: Evening) -> None:
    await evening.group()
    readers = next(one for one in evening.standin.world.server.roles.values() if one.name == "Readers")
    await plan(evening)
    await plan(evening, theme="opting-in", ping=readers.id)
    await until(lambda: len(prompts(evening)) == 2)
    assert sorted(len(one.pings) for one in prompts(evening)) == [0, 1]


async def test_quiet_hours_hold_it_back_until_they_end(evening: Evening) -> None:
    await evening.group()
    async with storing(evening) as store:
        group = await store.group(group_id(evening))
        assert group
        local = evening.now().astimezone(ZoneInfo(group.time_zone))
        quiet = {"quiet_from": (local - timedelta(hours=1)).time(), "quiet_until": (local + timedelta(minutes=30)).time()}
        await store.change_group(replace(group, **{name: value.replace(second=0, microsecond=0) for name, value in quiet.items()}))
    await evening.restart_bot()
    await plan(evening)
    await evening.rest(1.5)
    assert prompts(evening) == []
    evening.move(minutes=31)
    await until(lambda: prompts(evening))


async def test_forum_posts_carry_the_tag_of_their_theme_and_the_groups_choice_of_archiving(evening: Evening) -> None:
    world = evening.standin.world
    theme = evening.library.course("en").theme("data-aggregation")
    assert theme and theme.tag
    forum = world.server.channel_named("questions")
    forum.tags = [Tag(world.new_id(), "something"), Tag(world.new_id(), theme.tag.upper())]
    world.channel_changed(forum)
    await evening.person("Mo").command(
        evening.room("lounge"), "group create", name="Thursday readers", time_zone="utc", language="en", channel=forum.id
    )
    async with storing(evening) as store:
        group = await store.group(group_id(evening))
        assert group
        await store.change_group(replace(group, archive_after=4320))
    await evening.restart_bot()
    await plan(evening)
    await until(lambda: [one for one in world.channels.values() if one.parent_id == forum.id and one.tag_ids])
    [post] = [one for one in world.channels.values() if one.parent_id == forum.id and one.tag_ids]
    assert post.tag_ids == [forum.tags[1].id]
    assert post.auto_archive_minutes == 4320


# ---------------------------------------------------------------- missed, asleep, clocks


async def test_what_was_missed_within_its_grace_is_posted_late(evening: Evening) -> None:
    await evening.group()
    await evening.stop_bot()
    await plan(evening, timedelta(minutes=-100))
    await evening.start_bot()
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'prompt'") == [("posted",)])
    assert len(prompts(evening)) == 1


async def test_a_machine_asleep_for_three_days_tells_of_all_that_was_missed_in_one_message(evening: Evening) -> None:
    await with_moderators(evening)
    await plan(evening, timedelta(hours=1), rule="FREQ=DAILY")
    await plan(evening, timedelta(hours=2), theme="opting-in", rule="FREQ=DAILY")
    await plan(evening, timedelta(days=9), theme="watching-children")
    evening.move(days=3, hours=5)
    await until(lambda: told(evening))
    await evening.rest(1.5)
    [message] = told(evening)
    assert message.count("<t:") == 8
    assert "Missed, since I was not running then" in message and "`/prompt now`" in message
    assert prompts(evening) == []
    assert await states(evening) == ["missed"] * 8
    await evening.restart_bot()
    await evening.rest(1)
    assert len(told(evening)) == 1


async def test_missed_postings_are_told_after_a_crash_between_noting_and_telling(evening: Evening) -> None:
    await with_moderators(evening)
    await plan(evening, timedelta(hours=1))
    evening.standin.misbehave("POST", f"/channels/{evening.room('moderators')}/messages", 403)
    evening.move(days=1)
    await until(lambda: ask(evening, "SELECT count(*) FROM postings WHERE state = 'missed'") == [(1,)])
    await evening.rest(1)
    assert ask(evening, "SELECT count(*) FROM postings WHERE told = 0") == [(0,)]  # it is in /schedule history; no flood of tries


async def test_years_of_absence_leave_a_short_list_and_the_slot_goes_on(evening: Evening) -> None:
    await with_moderators(evening)
    slot = await plan(evening, timedelta(hours=1), rule="FREQ=DAILY")
    evening.move(days=800)
    await until(lambda: told(evening))
    after = await slot_now(evening, slot)
    assert after and after.due_at and after.due_at > evening.now().timestamp()
    assert len(await states(evening)) == 20
    [message] = told(evening)
    assert "and 10 more before" in message


async def test_a_clock_that_goes_back_posts_nothing_again(evening: Evening) -> None:
    await evening.group()
    await plan(evening, rule="FREQ=DAILY")
    await until(lambda: prompts(evening))
    evening.move(hours=-3)
    await evening.rest(1.5)
    evening.move(hours=3, minutes=5)
    await evening.rest(1.5)
    assert len(prompts(evening)) == 1
    evening.move(days=1)
    await until(lambda: len(prompts(evening)) == 2)


async def test_a_clock_that_was_a_month_ahead_and_comes_back_does_not_swallow_that_month(evening: Evening) -> None:
    await with_moderators(evening)
    slot = await plan(evening, timedelta(hours=4), rule="FREQ=DAILY")
    evening.move(days=30)
    await until(lambda: told(evening))
    evening.move(days=-30)
    await evening.rest(1.5)
    after = await slot_now(evening, slot)
    assert after and after.due_at == slot.due_at
    evening.move(hours=4, minutes=1)
    await until(lambda: prompts(evening))


async def test_a_clock_that_was_ahead_and_comes_back_does_not_swallow_what_was_planned_once(evening: Evening) -> None:
    await with_moderators(evening)
    await plan(evening, timedelta(hours=4), rule="")
    evening.move(days=3)
    await until(lambda: told(evening))
    evening.move(days=-3)
    await evening.rest(1.5)
    evening.move(hours=4, minutes=1)
    await until(lambda: prompts(evening))


async def test_a_date_that_was_skipped_stays_skipped_after_the_clock_went_back_and_after_a_restart(evening: Evening) -> None:
    await evening.group()
    slot = await plan(evening, timedelta(hours=5), rule="FREQ=DAILY")
    mo = evening.person("Mo")
    seen = await mo.command(evening.room(), "schedule skip", slot=base36(slot.slot_id))
    assert seen.failed is None
    after = await slot_now(evening, slot)
    assert slot.due_at and after and after.due_at and after.due_at > slot.due_at
    await evening.restart_bot()
    evening.move(hours=-2)
    await evening.rest(1.5)
    evening.move(hours=8)
    await evening.rest(1.5)
    assert prompts(evening) == []
    evening.move(days=1)
    await until(lambda: prompts(evening))


# ---------------------------------------------------------------- refusals


async def test_a_deleted_home_pauses_the_groups_slots_costs_no_refused_calls_and_is_told_once(evening: Evening) -> None:
    await with_moderators(evening)
    world = evening.standin.world
    world.delete_channel(evening.room())
    await until(lambda: len(told(evening)) == 1)
    slots = [await plan(evening, theme=theme) for theme in ("data-aggregation", "opting-in", "watching-children")]
    await until(lambda: len(told(evening)) == 2)
    await evening.rest(1.5)
    for slot in slots:
        after = await slot_now(evening, slot)
        assert after and after.paused and after.why_paused and "can't see" in after.why_paused
    assert "3 slots have paused" in told(evening)[1] and "`/schedule resume`" in told(evening)[1]
    assert (await states(evening)).count("failed") >= 1
    for _ in range(5):
        evening.move(days=7)
        await evening.rest(0.3)
    assert len(told(evening)) == 2


async def test_a_lost_permission_is_seen_before_anything_is_sent(evening: Evening) -> None:
    await with_moderators(evening)
    evening.standin.world.set_bot_permissions(evening.room(), deny=permissions.CREATE_PUBLIC_THREADS)
    before = calls(evening, "POST", f"/channels/{evening.room()}/messages")
    await plan(evening)
    await until(lambda: told(evening))
    assert "Create Public Threads" in told(evening)[0]
    assert calls(evening, "POST", f"/channels/{evening.room()}/messages") == before
    assert await states(evening) == ["failed"]


async def test_a_refusal_that_nobody_foresaw_pauses_after_one_call(evening: Evening) -> None:
    await with_moderators(evening)
    evening.standin.misbehave("POST", f"/channels/{evening.room()}/messages", 403, times=50)
    before = calls(evening, "POST", f"/channels/{evening.room()}/messages")
    await plan(evening)
    await plan(evening, theme="opting-in")
    await until(lambda: told(evening))
    for _ in range(6):
        evening.move(minutes=10)
        await evening.rest(0.3)
    assert calls(evening, "POST", f"/channels/{evening.room()}/messages") - before == 1


async def test_a_full_server_is_tried_again_with_growing_pauses_and_the_message_stands_there_once(evening: Evening) -> None:
    await with_moderators(evening)
    evening.standin.misbehave("POST", "/threads", 400, times=2, code=160006)
    await plan(evening)
    await until(lambda: ask(evening, "SELECT state, tries FROM postings WHERE kind = 'prompt'") == [("waiting", 1)])
    evening.move(minutes=6)
    await until(lambda: ask(evening, "SELECT state, tries FROM postings WHERE kind = 'prompt'") == [("waiting", 2)])
    evening.move(minutes=10)
    await evening.rest(1.3)
    assert await states(evening) == ["waiting"]
    evening.move(minutes=6)
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'prompt'") == [("posted",)])
    [prompt] = prompts(evening)
    assert evening.standin.world.channels[prompt.id].parent_id == evening.room()


async def test_a_server_that_stays_full_pauses_the_slot_in_the_end_and_says_why(evening: Evening) -> None:
    await with_moderators(evening)
    evening.standin.misbehave("POST", "/threads", 400, times=99, code=160006)
    slot = await plan(evening)
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'prompt'") == [("waiting",)])
    for _ in range(6):
        evening.move(hours=2, minutes=5)
        await evening.rest(1.3)
    after = await slot_now(evening, slot)
    assert after and after.paused
    [message] = told(evening)
    assert "as many open threads as Discord allows" in message
    assert calls(evening, "POST", "/threads") == 5


async def test_a_forum_that_asks_for_a_tag_that_only_moderators_may_give_pauses_the_slot(evening: Evening) -> None:
    world = evening.standin.world
    forum = world.server.channel_named("questions")
    await evening.person("Mo").command(
        evening.room("lounge"), "group create",
        name="Thursday readers", time_zone="utc", language="en", channel=forum.id, moderators_channel=evening.room("moderators"),
    )  # fmt: skip
    forum.requires_tag = True
    forum.tags = [Tag(world.new_id(), "official", moderated=True)]
    world.channel_changed(forum)
    await plan(evening)
    await until(lambda: told(evening))
    assert "asks for a tag that only moderators may give. Offer an open tag there" in told(evening)[0]


async def test_an_answer_that_is_lost_leads_to_one_message(evening: Evening) -> None:
    await evening.group()
    evening.standin.misbehave("POST", f"/channels/{evening.room()}/messages", 503, done=True)
    await plan(evening)
    await until(lambda: prompts(evening))
    await evening.rest(1)
    assert await states(evening) == ["claimed"]
    evening.move(seconds=25)
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'prompt'") == [("posted",)])
    assert len(prompts(evening)) == 1


async def test_content_that_was_removed_pauses_its_slot_alone(evening: Evening) -> None:
    await with_moderators(evening)
    await evening.stop_bot()
    content = Content(evening.folder)
    content.themes["opting-in"]["prompts"] = content.themes["opting-in"]["prompts"][1:]
    gone = await plan(evening, timedelta(hours=1), theme="opting-in", item=_first_prompt(evening, "opting-in"))
    stays = await plan(evening, timedelta(hours=1))
    evening.settings = replace(evening.settings, content_dir=content.save())
    await evening.start_bot()
    evening.move(hours=1, minutes=1)
    await until(lambda: told(evening) and prompts(evening))
    after, other = await slot_now(evening, gone), await slot_now(evening, stays)
    assert after and after.paused and other and not other.paused
    assert "What it was to show was removed" in told(evening)[0]


async def test_a_closed_group_takes_its_calendar_along(evening: Evening) -> None:
    await evening.group()
    await plan(evening, timedelta(hours=1))
    mo = evening.person("Mo")
    seen = await mo.command(evening.room(), "group close")
    assert seen.message
    await mo.press(seen.message, "Close and erase now")
    assert ask(evening, "SELECT count(*) FROM slots") == [(0,)]
    evening.move(hours=2)
    await evening.rest(1.5)
    assert prompts(evening) == []


async def test_forum_posts_are_found_again_and_not_made_twice_after_a_lost_answer(evening: Evening) -> None:
    forum = evening.room("questions")
    await evening.person("Mo").command(
        evening.room("lounge"), "group create", name="Thursday readers", time_zone="utc", language="en", channel=forum
    )
    answers = iter([Lost()])

    def lose(method: str, path: str, phase: str) -> None:
        if (method, phase) == ("POST", "done") and path.endswith(f"/channels/{forum}/threads"):
            raise next(answers, None) or AssertionError("it was posted a second time")

    evening.standin.on_call = lose
    await plan(evening, item="which-flow")
    title = next(one.title for one in evening.library.course("en").theme("data-aggregation").prompts if one.name == "which-flow")  # type: ignore[union-attr]
    await until(lambda: forum_posts(evening, "questions", title))
    await evening.rest(1)
    evening.move(seconds=25)
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'prompt'") == [("posted",)])
    assert len(forum_posts(evening, "questions", title)) == 1


async def test_what_could_not_be_posted_is_posted_after_all_by_one_press_when_it_is_mended(evening: Evening) -> None:
    await with_moderators(evening)
    room, mo = evening.room(), evening.person("Mo")
    evening.standin.world.set_bot_permissions(room, deny=permissions.CREATE_PUBLIC_THREADS)
    await plan(evening, rule="", item="which-flow")
    await until(lambda: posts(evening, "moderators"))
    [message] = posts(evening, "moderators")
    assert message.labels == ["Post it now", "What was posted"]
    assert "I could not post" in (await mo.press(message, "Post it now")).text
    evening.standin.world.set_bot_permissions(room)
    assert "is posted" in (await mo.press(message, "Post it now")).text
    assert "dealt with" in (await mo.press(message, "Post it now")).text
    assert len(prompts(evening)) == 1
    assert await states(evening) == ["posted"]
    assert ask(evening, "SELECT count(*) FROM slots") == [(0,)]


async def test_what_was_missed_can_be_posted_by_a_press_too_and_only_by_a_moderator(evening: Evening) -> None:
    await with_moderators(evening)
    await plan(evening, timedelta(hours=1), rule="")
    evening.move(hours=4)
    await until(lambda: posts(evening, "moderators"))
    [message] = posts(evening, "moderators")
    mo = evening.person("Mo")
    seen = await mo.press(message, "What was posted")
    assert seen.message
    assert "is posted" in (await mo.press(seen.message, "Post it now")).text
    assert len(prompts(evening)) == 1


# ---------------------------------------------------------------- several processes


async def test_two_processes_on_one_postgres_never_post_the_same_twice(evening: Evening, postgres_url: str) -> None:
    await evening.stop_bot()
    evening.settings = replace(evening.settings, database_url=postgres_url)
    await evening.start_bot()
    world = evening.standin.world
    rooms = [world.add_channel(world.server, f"circle-{number}").id for number in range(12)]
    due_at = evening.now() + timedelta(minutes=10)
    async with storing(evening) as store:
        for number, room in enumerate(rooms, 1):
            group = Group(number, world.server.id, f"Circle {number}", room, "text", None, None, "UTC", "en", due_at.date())
            assert await store.add_group(group)
            at = due_at.replace(second=0, microsecond=0)
            slot = Slot(
                number, number, "prompt", "opting-in", None, "FREQ=DAILY", at.date(), at.time(), None, None, 7200, None,
                int(at.timestamp()),
            )  # fmt: skip
            assert await store.add_slots((slot,))
    async with opened(evening.settings, evening.now) as second:
        running = asyncio.create_task(second.start("rehearsal"))
        await evening.standin.bot_is_ready(shards=2)
        await evening.rest(3)  # both have to be at work before it is due
        evening.move(minutes=11)
        async with storing(evening) as store:
            while len([one for number in range(1, 13) for one in await store.history(number) if one.state == "posted"]) < 12:
                await evening.rest(0.2)
            for number, room in enumerate(rooms, 1):
                [message] = public(evening.person("Mo"), room)
                [posting] = await store.history(number)
                assert posting.message_id == message.id
                assert calls(evening, "POST", f"/channels/{room}/messages") == 2  # the message, and its thread
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def _first_prompt(evening: Evening, theme: str) -> str:
    found = evening.library.course("en").theme(theme)
    assert found
    return found.prompts[0].name


def _as_many(evening: Evening, wanted: int) -> bool:
    return len(prompts(evening)) == wanted
