"""``/plan`` through the front door: a course is looked at, started, shifted, cut short and stopped; and its dates as a law."""

from __future__ import annotations

import asyncio
import re
import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from at_the_desk import GROUP, LIBRARY, MODERATOR, Counter, buttons_of, opened_counter, text_of, visit_to
from evening import ROOT, Evening, card
from hypothesis import given
from hypothesis import strategies as st
from mischief import ask, forge, posts, until
from msgspec.structs import replace
from test_cards_fit import must_fit

from bot.cards import Card
from bot.commands.guide import guide_card
from bot.commands.plan import PLAN
from bot.commands.plan_calendar import Gap, dated, objection, slots_of
from bot.press import Press, base36
from rehearsal.people import Seen
from rehearsal.things import Message

THREE = "three-evenings"
DISTANCES = (0, 2, 7, 9, 14, 16)
BERLIN = ZoneInfo("Europe/Berlin")


def in_days(evening: Evening, days: int) -> date:
    return (evening.now() + timedelta(days=days)).astimezone(BERLIN).date()


def moments(text: str) -> list[datetime]:
    """The dates on a card's lines for items, in the group's zone."""
    return [datetime.fromtimestamp(int(one), BERLIN) for one in re.findall(r"^- <t:(\d+):[Ft]> ·", text, re.MULTILINE)]


def at(first: date, hour: int = 19, *, later: tuple[int, ...] = (0,) * 6) -> list[datetime]:
    """When the six items come; ``later``: how many weeks later than written."""
    days = [first + timedelta(days=distance, weeks=weeks) for distance, weeks in zip(DISTANCES, later, strict=True)]
    return [datetime.combine(day, time(hour), BERLIN) for day in days]


async def start(evening: Evening, first: date | str, **options: object) -> Seen:
    return await evening.person("Mo").command(evening.room(), "plan start", plan=THREE, first_day=str(first), **options)


async def started(evening: Evening, first: date) -> Message:
    seen = await evening.person("Mo").press(card(await start(evening, first)), "Start it")
    assert "has begun" in seen.text
    return card(seen)


async def plan(evening: Evening, what: str, **options: object) -> Seen:
    return await evening.person("Mo").command(evening.room(), f"plan {what}", **options)


def slots(evening: Evening) -> list[tuple[str, int | None]]:
    return [(item, due) for item, due in ask(evening, "SELECT item, due_at FROM slots ORDER BY plan_place")]


# ---------------------------------------------------------------- starting


async def test_the_whole_calendar_is_shown_before_anything_is_stored(evening: Evening) -> None:
    await evening.group()
    first = in_days(evening, 20)
    seen = await start(evening, first)
    assert moments(seen.text) == at(first)
    for words in (
        "Three evenings",
        "**Week 1 · Small facts add up**",
        "**Week 3 · Young people who are watched**",
        "lesson “Three ordinary facts”",
        "prompt “Why monitor pupils?”",
        "no moderators' channel, so nobody gets",
        "Nothing is started",
    ):
        assert words in seen.text
    assert seen.private
    assert seen.labels == ["Start it", "The notes", "Change", "Not now"]
    assert (slots(evening), ask(evening, "SELECT * FROM plan_runs")) == ([], [])
    assert "Nothing was changed" in (await evening.person("Mo").press(card(seen), "Not now")).text


async def test_a_press_starts_it_with_a_slot_for_each_item_and_a_card_for_facilitators_a_day_before(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    first = in_days(evening, 20)
    seen = await start(evening, first, hour="18:30")
    assert f"comes to <#{evening.room('moderators')}> 24 hours before each item" in seen.text
    await evening.person("Mo").press(card(seen), "Start it")
    dues = [int(one.timestamp()) - 1800 for one in at(first)]
    assert [due for _, due in slots(evening)] == dues
    found = ask(evening, "SELECT kind, theme, item, rule, hour, grace, guide_at, plan_place FROM slots ORDER BY plan_place")
    assert found[0] == ("lesson", "data-aggregation", "three-ordinary-facts", "", "18:30", 7200, dues[0] - 24 * 3600, 0)
    assert found[5][:3] == ("prompt", "watching-children", "monitoring-in-schools")
    assert ask(evening, "SELECT plan, first_day, hour FROM plan_runs") == [(THREE, str(first), "18:30")]
    numbers = [number for (number,) in ask(evening, "SELECT slot_id FROM slots ORDER BY plan_place")]
    assert numbers == sorted(numbers), "items of one moment come in their order"


async def test_two_presses_at_once_start_it_once(evening: Evening) -> None:
    await evening.group()
    shown, mo = card(await start(evening, in_days(evening, 20))), evening.person("Mo")
    answers = await asyncio.gather(*(mo.press(shown, "Start it") for _ in range(2)))
    assert sorted("has begun already, and it runs once" in one.text for one in answers) == [False, True]
    assert len(slots(evening)) == 6


async def test_a_calendar_that_was_shown_before_a_restart_can_be_started_after_it(evening: Evening) -> None:
    await evening.group()
    shown = card(await start(evening, in_days(evening, 20)))
    await evening.restart_bot()
    assert "has begun" in (await evening.person("Mo").press(shown, "Start it")).text
    assert len(slots(evening)) == 6


async def test_a_second_plan_is_refused_with_the_way_out_and_what_was_wished_for_is_kept(evening: Evening) -> None:
    await evening.group()
    mo, other = evening.person("Mo"), in_days(evening, 40)
    await started(evening, in_days(evening, 20))
    refused = await start(evening, other, hour="8pm")
    assert "**Three evenings** is running in this group" in refused.text
    assert "`/plan stop`" in refused.text
    stopping = await plan(evening, "stop")
    assert "is stopped" in (await mo.press(card(stopping), "Stop the plan")).text
    again = await mo.press(card(refused), "Look again")
    assert moments(again.text) == at(other, 20)
    assert "has begun" in (await mo.press(card(again), "Start it")).text


async def test_a_plan_that_was_started_while_another_calendar_was_open_is_not_doubled(evening: Evening) -> None:
    await evening.group()
    one, other = card(await start(evening, in_days(evening, 20))), card(await start(evening, in_days(evening, 30)))
    mo = evening.person("Mo")
    await mo.press(one, "Start it")
    assert "is running in this group" in (await mo.press(other, "Start it")).text
    assert len(slots(evening)) == 6


async def test_the_dates_are_checked_again_by_the_press(evening: Evening) -> None:
    await evening.group()
    shown = card(await start(evening, in_days(evening, 2)))
    evening.move(days=5)
    seen = await evening.person("Mo").press(shown, "Start it")
    assert "that is past: choose a later first day" in seen.text
    assert "Try again" in seen.labels
    assert slots(evening) == []


async def test_a_calendar_that_is_another_one_by_now_is_shown_anew_instead_of_started(evening: Evening) -> None:
    await evening.group()
    first, mo = in_days(evening, 20), evening.person("Mo")
    shown = card(await start(evening, first))
    await mo.command(evening.room(), "group edit", time_zone="America/New_York")
    again = await mo.press(shown, "Start it")
    assert "not the same as a moment ago, so nothing was started" in again.text
    assert slots(evening) == []
    assert "has begun" in (await mo.press(card(again), "Start it")).text
    assert [due for _, due in slots(evening)] != [int(one.timestamp()) for one in at(first)]


async def test_the_suggestions_name_every_plan(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    offered = [one.value for one in await mo.complete(evening.room(), "plan start", "plan", "evenings")]
    assert offered == ["eight-evenings", "four-evenings", THREE]
    assert await mo.complete(evening.room(), "plan start", "plan", "nothing like it") == []


# ---------------------------------------------------------------- what is refused, and what is only worth a look


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"plan": "three evnings"}, "There is no plan called “three evnings”. Did you mean **Three evenings**?"),
        ({"first_day": "2020-01-01"}, "is in the past: choose today"),
        ({"first_day": "1 January 2030"}, "more than a year ahead"),
        ({"no_meetings_from": "tomorrow"}, "say both"),
        ({"no_meetings_from": "2027-01-09", "no_meetings_until": "2027-01-02"}, "before it begins"),
        ({"no_meetings_from": "tomorrow", "no_meetings_until": "2 January 2030"}, "more than a year after the first day"),
    ],
)
async def test_what_can_not_be_is_refused_with_a_sentence_and_comes_back_in_a_form(
    options: dict[str, str], said: str, evening: Evening
) -> None:
    await evening.group()
    mo, first = evening.person("Mo"), str(in_days(evening, 20))
    typed = {"plan": THREE, "first_day": first, "hour": "20:15"} | options
    refused = await mo.command(evening.room(), "plan start", **typed)
    assert said in refused.text
    assert slots(evening) == []
    opened = await mo.press(card(refused), "Try again")
    assert opened.form
    everything = str(opened.form.components)
    assert all(f"'{value}'" in everything for name, value in typed.items() if name != "plan" or value == THREE)
    answers = {"Plan": "Three evenings", "First day": first, "No meetings from": "", "No meetings until": ""}
    mended = await mo.submit(opened.form, answers)
    assert moments(mended.text) == [one.replace(hour=20, minute=15) for one in at(date.fromisoformat(first))]


@pytest.mark.parametrize("options", [{"first_day": "the day after never"}, {"hour": "25:00"}])
async def test_a_day_or_an_hour_that_is_none_is_refused_with_a_sentence(options: dict[str, str], evening: Evening) -> None:
    await evening.group()
    typed = {"plan": THREE, "first_day": str(in_days(evening, 20))} | options
    refused = await evening.person("Mo").command(evening.room(), "plan start", **typed)
    assert "Nothing was started" in refused.text
    assert "Something went wrong" not in refused.text
    assert all(value in refused.text for value in options.values())


async def test_an_hour_within_the_quiet_hours_is_refused(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    await mo.command(evening.room(), "group settings", quiet_hours="21:00-08:00")
    seen = await start(evening, in_days(evening, 20), hour="21:30")
    assert "21:30 is within the group's quiet hours (21:00 to 08:00)" in seen.text
    assert moments((await start(evening, in_days(evening, 20), hour="20:30")).text)


async def test_change_opens_the_form_with_everything_that_the_calendar_was_made_from(evening: Evening) -> None:
    await evening.group()
    mo, first = evening.person("Mo"), in_days(evening, 20)
    shown = await start(evening, first, hour="8pm", no_meetings_from=str(first), no_meetings_until=str(first))
    opened = await mo.press(card(shown), "Change")
    assert opened.form
    assert opened.form.labels == ["Plan", "First day", "Hour", "No meetings from", "No meetings until"]
    assert str(opened.form.components).count(f"'{first}'") == 3
    changed = await mo.submit(opened.form, {"Hour": "17:00", "No meetings from": "", "No meetings until": ""})
    assert moments(changed.text) == at(first, 17)


async def test_a_break_moves_what_would_fall_into_it_and_all_that_comes_after(evening: Evening) -> None:
    await evening.group()
    first = in_days(evening, 20)
    gap = first + timedelta(days=8), first + timedelta(days=18)
    seen = await start(evening, first, no_meetings_from=str(gap[0]), no_meetings_until=str(gap[1]))
    assert moments(seen.text) == at(first, later=(0, 0, 0, 2, 2, 2))
    before, after = seen.text.split("— no meetings from ")
    assert (len(moments(before)), len(moments(after))) == (3, 3)
    nothing = await start(evening, first, no_meetings_from=str(first + timedelta(90)), no_meetings_until=str(first + timedelta(99)))
    assert "No item falls into the break" in nothing.text
    assert moments(nothing.text) == at(first)


async def test_holidays_and_clashes_are_named_and_do_not_stop_anything(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    year = in_days(evening, 0).year + (in_days(evening, 3) > date(in_days(evening, 0).year, 12, 22))
    first = date(year, 12, 22)
    opened = await mo.command(evening.room(), "schedule add", what="prompt", theme="scores")
    assert opened.form
    added = await mo.submit(opened.form, {"Days": ["Tuesday"], "Hour": "20:30", "From": str(first + timedelta(7))})
    assert added.failed is None
    seen = await start(evening, first)
    assert "Worth a look" in seen.text
    assert seen.text.count("many are away on that day") == 2, "24 and 31 December"
    assert seen.text.count("the calendar has another post at") == sum(
        one.weekday() == 1 and one.date() >= first + timedelta(7) for one in at(first)
    )
    assert "has begun" in (await mo.press(card(seen), "Start it")).text


async def test_a_first_day_on_another_weekday_is_said_in_words(evening: Evening) -> None:
    await evening.group()
    first = next(day for day in (in_days(evening, 20 + more) for more in range(7)) if day.weekday() == 5)
    assert (
        "written for Tuesdays and Thursdays. With this first day it falls on Saturdays and Mondays"
        in (await start(evening, first)).text
    )
    assert "written for" not in (await start(evening, first + timedelta(days=3))).text


# ---------------------------------------------------------------- a running plan


async def test_without_a_plan_every_word_says_so(evening: Evening) -> None:
    await evening.group()
    for what in ("show", "shift", "skip", "stop"):
        assert "No plan is running in this group" in (await plan(evening, what)).text


async def test_a_shift_shows_the_new_dates_and_moves_everything_that_is_to_come(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    first, mo = in_days(evening, 20), evening.person("Mo")
    await started(evening, first)
    asked = await plan(evening, "shift", weeks=3)
    assert moments(asked.text) == at(first, later=(3,) * 6)
    assert [due for _, due in slots(evening)] == [int(one.timestamp()) for one in at(first)], "not yet"
    moved = await mo.press(card(asked), "Shift it")
    assert "comes 3 weeks later" in moved.text
    assert moments(moved.text) == at(first, later=(3,) * 6)
    assert [due - guide for due, guide in ask(evening, "SELECT due_at, guide_at FROM slots")] == [24 * 3600] * 6
    once_more = await mo.press(card(moved), "Shift by a week")
    assert moments(once_more.text) == at(first, later=(4,) * 6)
    assert moments((await mo.press(card(once_more), "Not now")).text) == at(first, later=(3,) * 6)


async def test_two_presses_on_one_card_shift_once(evening: Evening) -> None:
    await evening.group()
    first, mo = in_days(evening, 20), evening.person("Mo")
    await started(evening, first)
    asked, other = card(await plan(evening, "shift")), card(await plan(evening, "shift"))
    await asyncio.gather(*(mo.press(asked, "Shift it") for _ in range(2)))
    assert "nothing was shifted by this press" in (await mo.press(other, "Shift it")).text
    assert [due for _, due in slots(evening)] == [int(one.timestamp()) for one in at(first, later=(1,) * 6)]


async def test_an_item_that_is_left_out_leaves_the_others_where_they_are(evening: Evening) -> None:
    await evening.group()
    first, mo = in_days(evening, 20), evening.person("Mo")
    await started(evening, first)
    shown, old = card(await plan(evening, "show")), card(await plan(evening, "show"))
    seen = await mo.press(shown, "Skip the next")
    assert "Left out: lesson “Three ordinary facts”" in seen.text
    assert moments(seen.text) == at(first)[1:]
    assert "· left out" in seen.text
    assert "nothing was left out by this press" in (await mo.press(old, "Skip the next")).text
    assert ask(evening, "SELECT kind, item, state FROM postings WHERE slot_id IS NOT NULL") == [
        ("lesson", "three-ordinary-facts", "skipped")
    ]
    assert "`/discuss` can still post it" in (await plan(evening, "skip")).text
    assert [due for _, due in slots(evening)] == [None, None, *(int(one.timestamp()) for one in at(first)[2:])]


async def test_with_its_last_item_left_out_a_plan_is_through(evening: Evening) -> None:
    await evening.group()
    await started(evening, in_days(evening, 20))
    for _ in range(5):
        assert "through" not in (await plan(evening, "skip")).text
    assert "**Three evenings** is through" in (await plan(evening, "skip")).text
    assert (slots(evening), ask(evening, "SELECT * FROM plan_runs")) == ([], [])


async def test_a_plan_that_was_stopped_leaves_what_was_posted_and_posts_nothing_more(evening: Evening) -> None:
    await evening.group()
    first, mo = in_days(evening, 1), evening.person("Mo")
    await started(evening, first)
    evening.move(seconds=(at(first)[0] - evening.now()).total_seconds() + 1)
    await until(lambda: posts(evening, "study-room", "Three ordinary facts"))
    await until(lambda: slots(evening)[0][1] is None)
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'lesson'") == [("posted",)])
    shown = await plan(evening, "show")
    assert "· posted" in shown.text
    assert moments(shown.text) == at(first)[1:]
    asked, old = card(await plan(evening, "stop")), card(await plan(evening, "stop"))
    assert "The 5 items that are still to come will not be posted" in asked.text
    assert "is stopped" in (await mo.press(asked, "Stop the plan")).text
    assert "No plan is running" in (await mo.press(old, "Stop the plan")).text
    assert slots(evening) == []
    evening.move(days=3)
    await evening.rest(1.5)
    assert len(posts(evening, "study-room", "A lesson of about five minutes".lower())) == 1
    assert not posts(evening, "study-room", "Is any fact always harmless")


async def test_a_stop_button_of_an_earlier_run_does_not_stop_the_next_one(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    await started(evening, in_days(evening, 20))
    old = card(await plan(evening, "stop"))
    await mo.press(card(await plan(evening, "stop")), "Stop the plan")
    evening.move(days=1)
    await started(evening, in_days(evening, 20))
    assert "nothing was stopped" in (await mo.press(old, "Stop the plan")).text
    assert len(slots(evening)) == 6


async def test_what_is_posted_is_not_moved_and_not_left_out(evening: Evening) -> None:
    await evening.group()
    first = in_days(evening, 1)
    await started(evening, first)
    evening.move(seconds=(at(first)[0] - evening.now()).total_seconds() + 1)
    await until(lambda: slots(evening)[0][1] is None)
    asked = await plan(evening, "shift")
    assert moments(asked.text) == at(first, later=(1,) * 6)[1:]
    await evening.person("Mo").press(card(asked), "Shift it")
    assert "prompt “Is any fact always harmless?”" in (await plan(evening, "skip")).text
    assert slots(evening)[0] == ("three-ordinary-facts", None)


async def test_the_facilitators_card_comes_a_day_before_and_its_buttons_answer_one_moderator(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    mo, first = evening.person("Mo"), in_days(evening, 3)
    await started(evening, first)
    evening.move(seconds=(at(first)[0] - evening.now()).total_seconds() - 24 * 3600 + 1)
    await until(lambda: posts(evening, "moderators", "For facilitators"))
    [guide] = posts(evening, "moderators", "For facilitators: lesson “Three ordinary facts”", "Aim.", "To follow up", "Watch for.")
    assert guide.labels == ["Show it to me", "Skip it", "Shift by a week"]
    shown = await mo.press(guide, "Show it to me")
    assert shown.private
    assert "Three ordinary facts" in shown.text
    assert "nothing is shifted" not in (await mo.press(guide, "Shift by a week")).text
    skipped = await mo.press(guide, "Skip it")
    assert "Left out: lesson “Three ordinary facts”" in skipped.text
    assert "nothing was left out by this press" in (await mo.press(guide, "Skip it")).text
    assert not posts(evening, "study-room", "Three ordinary facts")


@pytest.mark.parametrize("what", ["removed", "changed"])
async def test_a_plan_that_is_removed_or_changed_while_it_runs_is_still_shown_and_stopped(
    what: str, evening: Evening, tmp_path: Path
) -> None:
    await evening.group()
    first, mo = in_days(evening, 20), evening.person("Mo")
    shown = card(await start(evening, first))
    await started(evening, first)
    folder = tmp_path / "content"
    shutil.copytree(ROOT / "content", folder)
    file = folder / "en" / "plans" / f"{THREE}.yaml"
    text = file.read_text(encoding="utf-8")
    last_week = text.index("  - title: Young people")
    file.unlink() if what == "removed" else file.write_text(text[:last_week], encoding="utf-8")
    evening.settings = replace(evening.settings, content_dir=folder)
    await evening.restart_bot()
    seen = await plan(evening, "show")
    assert moments(seen.text) == at(first)
    assert ("no longer part of the course" in seen.text) == (what == "removed")
    assert "Shift it" in (await plan(evening, "shift")).labels
    assert "Left out" in (await plan(evening, "skip")).text
    pressed = await mo.press(shown, "Start it")
    assert ("no longer part of the course" if what == "removed" else "has begun already") in pressed.text
    assert "is stopped" in (await mo.press(card(await plan(evening, "stop")), "Stop the plan")).text
    assert slots(evening) == []


async def test_a_forged_wish_is_no_bug(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    shown = card(await start(evening, in_days(evening, 20)))
    [real] = [button["custom_id"] for button in shown.buttons if button.get("label") == "Start it"]
    head = Press.read(real)
    for args in (
        (),
        (THREE,),
        (THREE, "zzzzzzzzz", *head.args[2:]),
        (THREE, "fin4l", *head.args[2:]),
        (THREE, head.args[1], "9999", *head.args[3:]),
        (THREE, *head.args[1:3], "1", "", "zzzz"),
        (THREE, *head.args[1:3], "1", "fin4l", "zzzz"),
        head.args[:5],
        ("x", *head.args[1:]),
    ):
        seen = await forge(mo, shown, "Start it", head.with_args(*args).write())
        assert "Something went wrong" not in seen.text
        assert "has begun" not in seen.text
        shown = card(await start(evening, in_days(evening, 20)))
    assert slots(evening) == []


# ---------------------------------------------------------------- rules without Discord


def test_every_step_refuses_whoever_is_no_moderator_of_the_group(tmp_path: Path) -> None:
    with opened_counter(tmp_path) as counter:
        counter.do(counter.store.add_group(GROUP))
        for step in PLAN.steps:
            assert "That is for moderators" in text_of(counter.serve(visit_to(Press("plan", step, (), GROUP.group_id))))


@pytest.mark.parametrize(
    "typed", ["x" * 6000, "9" * 6000, "@everyone `*_~|<#1>" * 300, "²", "31 Feb", "-1", "24:00", "\u202e" * 60]
)
def test_whatever_is_typed_gets_a_card_that_fits(typed: str, tmp_path: Path) -> None:
    with opened_counter(tmp_path) as counter:
        counter.do(counter.store.add_group(GROUP))
        for option in ("plan", "first_day", "hour", "no_meetings_from", "no_meetings_until"):
            said = served(counter, "start", {"plan": THREE, "first_day": "2026-12-01", option: typed})
            assert "Nothing was started" in text_of(said)


@pytest.mark.parametrize("language", LIBRARY.languages)
def test_every_facilitators_card_fits_into_discords_limits(language: str) -> None:
    course = LIBRARY.course(language)
    for one in course.plans:
        items = dated(one, date(2026, 12, 1), None, None, GROUP.time_zone)
        for slot, item in zip(slots_of(one, items, GROUP, range(2**40 - len(items), 2**40)), one.items, strict=True):
            assert slot.due_at
            shown = guide_card(GROUP, slot, one, item, slot.due_at, course)
            must_fit(shown)
            said = text_of(shown)
            assert all(words in said for words in (item.guide.aim, *item.guide.follow_up, item.guide.watch_for or ""))


def test_every_shipped_plan_fits_into_its_cards_with_all_that_can_stand_on_them(tmp_path: Path) -> None:
    with opened_counter(tmp_path) as counter:
        counter.do(counter.store.add_group(GROUP))
        for one in LIBRARY.course("en").plans:
            typed = {"plan": one.name, "first_day": "2026-12-22", "hour": "", "no_meetings_from": "2026-12-23"}
            shown = served(counter, "start", typed | {"no_meetings_until": "2026-12-30"})
            assert "Worth a look" in text_of(shown)
            begun = counter.serve(visit_to(press_on(shown, "Start it"), rights=MODERATOR))
            assert "has begun" in text_of(begun)
            must_fit(begun)
            for step in ("show", "shift", "stop", "skip"):
                served(counter, step, {})
            counter.do(counter.store.stop_plan(GROUP.group_id))


def served(counter: Counter, step: str, typed: dict[str, str]) -> Card:
    answer = counter.serve(visit_to(Press("plan", step), rights=MODERATOR, given=typed))
    must_fit(answer)
    assert isinstance(answer, Card)
    return answer


def press_on(shown: Card, label: str) -> Press:
    return next(button.press for button in buttons_of(shown) if button.label == label)


def test_an_hour_that_turns_the_order_of_a_day_round_is_refused() -> None:
    [one] = [plan for plan in LIBRARY.course("en").plans if plan.name == THREE]
    week = one.weeks[0]
    lesson, prompt = week.items
    noon = lesson.but(weekday="thursday", hour="12:00")
    one_day = one.but(weeks=(week.but(items=(noon, prompt)),))
    for hour, is_wrong in ((None, False), (time(12, 1), False), (time(12), True), (time(9, 30), True)):
        items = dated(one_day, date(2026, 12, 3), hour, None, GROUP.time_zone)
        assert ("in the wrong order" in (objection(items, 0, GROUP) or "")) == is_wrong, hour


def test_two_items_that_a_change_of_the_clocks_brings_to_one_moment_keep_their_order() -> None:
    """In Berlin, on 29 March 2026, there is no time between 2:00 and 3:00."""
    [one] = [plan for plan in LIBRARY.course("en").plans if plan.name == THREE]
    lesson, prompt = one.weeks[0].items
    early = lesson.but(weekday="thursday", hour="02:10")
    late = prompt.but(hour="02:50")
    night = one.but(weeks=(one.weeks[0].but(items=(early, late)),))
    items = dated(night, date(2026, 3, 29), None, None, GROUP.time_zone)
    assert items[0].due == items[1].due
    slots = slots_of(night, items, GROUP, (7, 3))
    assert [(slot.slot_id, slot.kind) for slot in slots] == [(3, "lesson"), (7, "prompt")], (
        "the poster goes by time, then by number"
    )


async def test_a_workshop_comes_minute_by_minute_and_its_first_card_for_facilitators_has_the_run(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    mo, first = evening.person("Mo"), in_days(evening, 3)
    seen = await mo.command(evening.room(), "plan start", plan="one-workshop", first_day=str(first), hour="15:30")
    begins = datetime.combine(first, time(15, 30), BERLIN)
    minutes = (5, 22, 28, 38, 50, 58, 64, 78, 82)
    assert moments(seen.text) == [begins + timedelta(minutes=one) for one in minutes]
    assert "five minutes before" in seen.text
    assert f"**Ninety minutes**, {first:%A}, {first.day} {first:%B %Y}" in seen.text
    assert "has begun" in (await mo.press(card(seen), "Start it")).text
    rows = ask(evening, "SELECT grace, due_at - guide_at FROM slots ORDER BY plan_place")
    assert rows == [(900, 24 * 3600), *[(900, 300)] * 8]

    def go_to(moment: datetime) -> None:
        evening.move(seconds=(moment - evening.now()).total_seconds())

    go_to(begins - timedelta(hours=20))
    await until(lambda: posts(evening, "moderators", "For facilitators"))
    [guide] = posts(evening, "moderators", "For facilitators: scenario “The add-up game”")
    assert f"<t:{int(begins.timestamp())}:t> · Welcome" in guide.text
    assert f"<t:{int(begins.timestamp()) + 88 * 60}:t> · Last round" in guide.text
    assert len(posts(evening, "moderators", "For facilitators")) == 1

    await mo.command(evening.room(), "group settings", guide="48")
    assert {lead for (lead,) in ask(evening, "SELECT due_at - guide_at FROM slots WHERE plan_place > 0")} == {300}
    go_to(begins + timedelta(minutes=5, seconds=20))
    await until(lambda: posts(evening, "study-room", "The add-up game"))
    go_to(begins + timedelta(minutes=17, seconds=20))
    await until(lambda: posts(evening, "moderators", "For facilitators: lesson “Three ordinary facts”"))
    assert len(posts(evening, "moderators", "For facilitators")) == 2
    assert posts(evening, "study-room", "Everyone", "Three ordinary facts") == []
    go_to(begins + timedelta(minutes=22, seconds=20))
    await until(lambda: [one for one in posts(evening, "study-room", "## Three ordinary facts") if "Take the quiz" in one.labels])


async def test_a_long_plan_is_shown_page_by_page_before_and_while_it_runs(evening: Evening) -> None:
    await evening.group()
    mo, first = evening.person("Mo"), in_days(evening, 20)
    seen = await mo.command(evening.room(), "plan start", plan="eight-evenings", first_day=str(first))
    course = LIBRARY.course("en")
    plan_of_eight = course.plan("eight-evenings")
    assert plan_of_eight
    found = moments(seen.text)
    assert 0 < len(found) < len(plan_of_eight.items)
    later = await mo.press(card(seen), "Later (2 of 2)")
    assert found + moments(later.text) == [
        datetime.combine(first + timedelta(days=days), hour, BERLIN) for days, hour in plan_of_eight.times()
    ]
    assert "has begun" in (await mo.press(card(later), "Start it")).text
    running = await mo.command(evening.room(), "plan show")
    assert "**next**" in running.text
    second = await mo.press(card(running), "Later (2 of 2)")
    assert "Week 8" in second.text
    assert "Week 1 " in (await mo.press(card(second), "Earlier (1 of 2)")).text


async def test_the_notes_of_a_plan_can_be_read_before_it_starts(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    seen = await mo.command(evening.room(), "plan start", plan="one-workshop", first_day=str(in_days(evening, 9)))
    seen = await mo.press(card(seen), "The notes")
    assert "minute 0 · Welcome" in seen.text
    seen = await mo.press(card(seen), "Next")
    assert "lesson “Three ordinary facts”" in seen.text
    assert "minute 22" in seen.text
    third = await mo.press(card(seen), "Next")
    assert "minute 0 · Welcome" in (await mo.press(card(third), "The whole run")).text


def test_the_longest_wish_fits_into_a_button() -> None:
    head = Press("plan", "begin", (), 2**40 - 1)
    last = base36(date.max.toordinal())
    assert head.with_args("s" * 32, last, "2359", last, last, "zzzz").fits


HOURS = st.times(min_value=time(0, 0), max_value=time(23, 59)).map(lambda one: one.replace(second=0, microsecond=0))
ZONES = st.sampled_from(("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata"))


@given(
    st.dates(date(2026, 1, 1), date(2035, 12, 31)), HOURS, st.integers(-30, 60), st.integers(0, 60), ZONES,
    st.sampled_from(LIBRARY.course("en").plans),
)  # fmt: skip
def test_whatever_the_break_items_keep_their_order_and_their_distance_but_for_whole_weeks(
    first: date, hour: time, begins: int, lasts: int, zone: str, one: object
) -> None:
    from bot.library import Plan

    assert isinstance(one, Plan)
    gap = Gap(first + timedelta(days=begins), first + timedelta(days=begins + lasts))
    items = dated(one, first, hour, gap, zone)
    assert [item.place for item in items] == list(range(len(one.items)))
    assert not [item for item in items if gap.first <= item.day <= gap.last]
    assert [(item.day, item.hour) for item in items] == sorted({(item.day, item.hour) for item in items})
    assert [item.due for item in items] == sorted(item.due for item in items)
    delays = [(item.day - first).days - distance for item, (distance, _) in zip(items, one.times(hour), strict=True)]
    assert all(delay % 7 == 0 for delay in delays)
    assert delays == sorted(delays), "nothing comes nearer to what was before it"
    assert len(set(delays)) <= 2, "one break moves all that is behind it by the same"
    moved = [delay for delay in delays if delay]
    # No further than needed: a week less, and the first that moved would be in the break.
    for item in items[len(items) - len(moved) : len(items) - len(moved) + 1]:
        assert gap.first <= item.day - timedelta(weeks=1) <= gap.last
    assert objection(items, 0, GROUP) is None
