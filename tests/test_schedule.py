"""A moderator plans: by commands, forms and buttons, through the real client; and every rule of it, at the desk."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from at_the_desk import (
    AT,
    GROUP,
    LIBRARY,
    MODERATOR,
    OTHER,
    SERVER,
    Counter,
    buttons_of,
    opened_counter,
    presses_of,
    text_of,
    visit_to,
)
from evening import Evening, card, public
from hypothesis import given
from hypothesis import strategies as st
from mischief import ask, database, forge, group_id, posts
from msgspec.structs import replace
from test_cards_fit import must_fit

from bot.cards import Answer, Card, Channel, Choice, Form, Given, Menu, Text
from bot.commands.prompt import PROMPT
from bot.commands.schedule import MOST_GRACE, SCHEDULE
from bot.commands.schedule_add import BY_RULE, MOST_SLOTS
from bot.commands.schedule_form import OFTEN, When, form_of, when_of
from bot.commands.schedule_subject import Subject, packed, unpacked
from bot.commands.slot_times import due, from_now, next_three, retimed
from bot.commands.slot_words import day_in_words
from bot.group import Rights
from bot.press import Press, base36
from bot.storage import Posting, PostingState, Slot
from bot.upload import File
from rehearsal import permissions
from rehearsal.people import Seen

THEME = "opting-in"
WEEKLY = {"How often": "Every week", "Days": ["Thursday"], "Hour": "19:00"}
ALL_BUTTONS = ["Show it to me", "Edit", "Pause", "Skip the next", "Remove", "History", "All slots"]


async def add(evening: Evening, typed: dict[str, Any] = WEEKLY, *, room: str = "study-room", **options: Any) -> Seen:
    """Mo plans something: by default the next prompt of a theme, every Thursday."""
    mo = evening.person("Mo")
    seen = await mo.command(evening.room(room), "schedule add", **{"what": "prompt", "theme": THEME, **options})
    assert seen.form, seen.text
    return await mo.submit(seen.form, typed)


def stored(evening: Evening) -> list[Any]:
    return ask(evening, "SELECT kind, theme, item, rule, hour, paused FROM slots ORDER BY due_at, slot_id")


def moments(text: str) -> list[int]:
    """The dates on a card, as Unix seconds."""
    return [int(one) for one in re.findall(r"<t:(\d+):[Ff]>", text)]


# ---------------------------------------------------------------- adding


async def test_a_weekly_slot_is_added_by_a_form_and_says_what_will_happen(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    asked = await mo.command(evening.room(), "schedule add", what="prompt", theme=THEME)
    assert asked.form
    assert asked.form.title.startswith("Next prompt of Opting in")
    assert asked.form.labels == ["How often", "Days", "Hour", "From", "Until"]
    seen = await mo.submit(asked.form, {"Days": ["Monday", "Thursday"]})
    assert "It is in the calendar" in seen.text
    assert "Next prompt of Opting in, opting out, saying no" in seen.text
    assert "Every Monday and Thursday at 19:00" in seen.text
    assert "Nobody is pinged" in seen.text
    assert "5 not used yet" in seen.text
    dates = moments(seen.text)
    assert len(dates) == 3
    assert {datetime.fromtimestamp(one, ZoneInfo("Europe/Berlin")).strftime("%A") for one in dates} <= {"Monday", "Thursday"}
    assert seen.labels == ALL_BUTTONS
    assert seen.private
    assert len(stored(evening)) == 1
    assert not [one for one in public(mo, evening.room()) if "Opting" in one.text]


async def test_a_refused_form_keeps_all_that_was_typed_over_a_restart(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    first, last = ((evening.now() + timedelta(days=ahead)).date() for ahead in (10, 200))
    typed = {"How often": "Every 3 weeks", "Days": ["Monday", "Sunday"], "Hour": "25:00", "From": f"{first}", "Until": f"{last}"}
    refused = await add(evening, typed)
    assert "Nothing was added yet" in refused.text
    assert stored(evening) == []
    await evening.restart_bot()
    again = (await mo.press(card(refused), "Try again")).form
    assert again
    seen = await mo.submit(again, {"Hour": "18:30"})
    assert f"Every 3 weeks on Monday and Sunday at 18:30, until {day_in_words(last)}" in seen.text
    [(kind, theme, item, rule, hour, paused)] = stored(evening)
    assert (kind, theme, item, hour, paused) == ("prompt", THEME, None, "18:30", 0)
    assert "INTERVAL=3" in rule


async def test_a_form_opened_before_a_restart_is_accepted_after_it(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    form = (await mo.command(evening.room(), "schedule add", what="lesson", theme="whole")).form
    assert form
    await evening.restart_bot()
    seen = await mo.submit(form)
    assert "Next lesson of the whole course" in seen.text
    edit = (await mo.press(card(seen), "Edit")).form
    assert edit
    await evening.restart_bot()
    assert "It is changed" in (await mo.submit(edit, {"Hour": "8pm"})).text
    assert [row[4] for row in stored(evening)] == ["20:00"]


async def test_a_form_sent_twice_adds_one_slot(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    form = (await mo.command(evening.room(), "schedule add", what="prompt", theme=THEME)).form
    assert form
    await mo.submit(form, WEEKLY)
    assert "It is in the calendar already" in (await mo.submit(form, WEEKLY)).text
    assert len(stored(evening)) == 1


async def test_a_rule_a_role_and_a_fixed_item_by_options(evening: Evening) -> None:
    await evening.group()
    mo, readers = evening.person("Mo"), evening.standin.world.server.role_named("Readers")
    themes = await mo.complete(evening.room(), "schedule add", "theme", "", what="prompt")
    assert themes[0].name == "The whole course, in order"
    assert "Our own prompts" not in {one.name for one in themes}
    items = await mo.complete(evening.room(), "schedule add", "item", "private", what="prompt", theme=THEME)
    assert [one.value for one in items] == ["private-by-default"]
    options = {"item": "private-by-default", "ping": readers.id, "rule": "FREQ=MONTHLY;BYDAY=2TU", "grace": 0}
    form = (await mo.command(evening.room(), "schedule add", what="prompt", theme=THEME, **options)).form
    assert form
    assert form.labels == ["Rule", "Hour", "From", "Until"]
    refused = await mo.submit(form, {"Rule": "FREQ=HOURLY"})
    again = (await mo.press(card(refused), "Try again")).form
    assert again
    seen = await mo.submit(again, {"Rule": "FREQ=MONTHLY;BYDAY=2TU"})
    assert "It is in the calendar" in seen.text
    assert f"<@&{readers.id}> is pinged" in seen.text
    assert "I don't post it, and tell the moderators" in seen.text
    assert ask(evening, "SELECT item, ping, grace, rule FROM slots") == [
        ("private-by-default", readers.id, 0, "FREQ=MONTHLY;BYDAY=2TU")
    ]
    quiet = await mo.press(card(seen), "Ping nobody")
    assert "Nobody is pinged" in quiet.text
    assert ask(evening, "SELECT ping FROM slots") == [(None,)]


async def test_what_could_go_wrong_later_is_said_on_the_card_and_hinders_nothing(evening: Evening) -> None:
    await evening.group()
    world = evening.standin.world
    role = world.add_role(world.server, "Shy readers", mentionable=False)
    world.set_bot_permissions(evening.room(), deny=permissions.SEND_MESSAGES)
    seen = await add(evening, ping=role.id)
    assert "It is in the calendar" in seen.text
    assert "I lack: Send Messages" in seen.text
    assert "would not be notified" in seen.text
    assert len(stored(evening)) == 1


# ---------------------------------------------------------------- every subcommand, typed and by buttons


async def test_every_subcommand_works_when_typed(evening: Evening) -> None:
    await evening.group()
    mo, room = evening.person("Mo"), evening.room()
    await add(evening)
    [choice] = await mo.complete(room, "schedule pause", "slot", "thurs")
    assert choice.name.startswith("Every Thursday at 19:00 · next prompt of Opting in")
    slot = choice.value

    listed = await mo.command(room, "schedule list")
    first, second, third = moments(listed.text)
    assert "5 not used yet" in listed.text

    assert "It pauses" in (await mo.command(room, "schedule pause", slot=slot)).text
    assert "**Paused** by a moderator" in (await mo.command(room, "schedule list")).text
    assert "Nothing is planned" in (await mo.command(room, "calendar")).text
    assert "It goes on" in (await mo.command(room, "schedule resume", slot=slot)).text
    assert "It is not paused" in (await mo.command(room, "schedule resume", slot=slot)).text

    skipped = await mo.command(room, "schedule skip", slot=slot)
    assert f"<t:{first}:F> is skipped. The next is <t:{second}:F>" in skipped.text
    assert moments((await mo.command(room, "schedule list")).text)[:2] == [second, third]

    shown = await mo.command(room, "schedule test", slot=slot)
    assert "Only you see this" in shown.text
    assert shown.private
    assert "Read the lesson" in shown.labels
    assert "page 1 of 3" in (await mo.press(card(shown), "Read the lesson")).text

    history = await mo.command(room, "schedule history", slot=slot)
    assert f"<t:{first}:f> next prompt of Opting in, opting out, saying no: skipped by a moderator" in history.text
    assert history.text.splitlines()[1:] == (await mo.command(room, "schedule history")).text.splitlines()[1:]

    form = (await mo.command(room, "schedule edit", slot=slot)).form
    assert form
    assert "Every Thursday at 07:00" in (await mo.submit(form, {"Hour": "7am"})).text
    removed = await mo.command(room, "schedule remove", slot=slot)
    assert "Out of the calendar: next prompt of Opting in" in removed.text
    assert "not in the calendar" in (await mo.command(room, "schedule pause", slot=slot)).text
    assert "It is empty" in (await mo.command(room, "schedule list")).text
    assert stored(evening) == []
    assert not [one for one in public(mo, room) if "Welcome" not in one.text]


async def test_everything_works_by_buttons_too(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    await add(evening)
    listed = await mo.command(evening.room(), "schedule list")
    opened = await mo.pick(card(listed), *[one["label"] for one in card(listed).selects[0]["options"]])
    assert opened.labels == ALL_BUTTONS
    shown = await mo.press(card(opened), "Show it to me")
    opened = await mo.press(card(shown), "Back to the slot")
    paused = await mo.press(card(opened), "Pause")
    assert "Resume" in paused.labels and "Skip the next" not in paused.labels
    going = await mo.press(card(paused), "Resume")
    first = moments(going.text)[0]
    skipped = await mo.press(card(going), "Skip the next")
    assert f"<t:{first}:F> is skipped" in skipped.text
    history = await mo.press(card(skipped), "History")
    assert "skipped by a moderator" in history.text
    opened = await mo.press(card(history), "Back to the slot")
    form = (await mo.press(card(opened), "Edit")).form
    assert form
    refused = await mo.submit(form, {"Hour": "noonish"})
    assert "Nothing was changed yet" in refused.text
    again = (await mo.press(card(refused), "Try again")).form
    assert again
    changed = await mo.submit(again, {"How often": "On the last such day of each month", "Hour": "12"})
    assert "On the last Thursday of each month at 12:00" in changed.text
    removed = await mo.press(card(changed), "Remove")
    assert "Out of the calendar" in removed.text
    assert "It is empty" in (await mo.press(card(removed), "All slots")).text


async def test_a_double_press_on_skip_skips_one_date(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    seen = await add(evening)
    first, second, _ = moments(seen.text)
    [button] = [one for one in card(seen).buttons if one["label"] == "Skip the next"]
    once = await mo.press(card(seen), "Skip the next")
    twice = await forge(mo, card(once), "Pause", button["custom_id"])
    assert "dealt with already" in twice.text
    assert moments(twice.text)[0] == second
    assert ask(evening, "SELECT state, due_at FROM postings WHERE slot_id IS NOT NULL") == [("skipped", first)]


async def test_only_moderators_can_take_any_of_these_steps(evening: Evening) -> None:
    await evening.group()
    await add(evening)
    ada = evening.person("Ada")
    [welcome] = posts(evening, "study-room", "Welcome to")
    [(slot,)] = ask(evening, "SELECT slot_id FROM slots")
    before = ask(evening, "SELECT * FROM slots")
    for command in (SCHEDULE, PROMPT):
        for step in command.steps:
            press = Press(command.name, step, (base36(slot), "po", "", "", "2"), group_id(evening))
            seen = await forge(ada, welcome, "Start", press.write())
            assert "That is for moderators" in seen.text, step
    assert ask(evening, "SELECT * FROM slots") == before
    assert "/schedule" not in {one["name"] for one in ada.offered(evening.room())}


async def test_two_groups_have_two_calendars(evening: Evening) -> None:
    await evening.group()
    await evening.group("lounge", "Monday readers")
    mo = evening.person("Mo")
    await add(evening)
    await add(evening, {"Days": ["Monday"]}, room="lounge", theme="scores")
    for room, has, has_not in (("study-room", "Opting in", "Scores"), ("lounge", "Scores", "Opting in")):
        listed = await mo.command(evening.room(room), "schedule list")
        assert has in listed.text
        assert has_not not in listed.text
    elsewhere = await mo.command(evening.room("moderators"), "schedule list", group="Monday readers")
    assert "Scores" in elsewhere.text
    asked = await mo.command(evening.room("moderators"), "schedule list")
    assert "Which one do you mean" in asked.text
    assert "Opting in" in (await mo.pick(card(asked), "Thursday readers")).text
    # What was typed before the group was picked is not lost.
    asked = await mo.command(evening.room("moderators"), "schedule add", what="lesson", theme="scores", rule="FREQ=DAILY")
    form = (await mo.pick(card(asked), "Monday readers")).form
    assert form
    assert form.title.startswith("Next lesson of Scores")
    assert form.labels[0] == "Rule"
    # A slot of one group can't be reached through the other.
    [(slot,)] = ask(evening, "SELECT slot_id FROM slots WHERE theme = 'scores'")
    press = Press("schedule", "remove", (base36(slot),), group_id(evening))
    seen = await forge(mo, card(await mo.command(evening.room(), "group show")), "Edit", press.write())
    assert "not in the calendar" in seen.text
    assert len(stored(evening)) == 2


# ---------------------------------------------------------------- going on after trouble


async def test_resume_looks_first_whether_it_could_post(evening: Evening) -> None:
    await evening.group()
    mo, world = evening.person("Mo"), evening.standin.world
    seen = await add(evening)
    paused = await mo.press(card(seen), "Pause")
    world.set_bot_permissions(evening.room(), deny=permissions.SEND_MESSAGES)
    refused = await mo.press(card(paused), "Resume")
    assert "It stays paused. In <#" in refused.text
    assert [row[5] for row in stored(evening)] == [1]
    world.set_bot_permissions(evening.room())
    assert "It goes on" in (await mo.press(card(refused), "Resume")).text
    assert [row[5] for row in stored(evening)] == [0]


async def test_what_a_lost_channel_has_paused_goes_on_together_when_it_is_mended(evening: Evening) -> None:
    await evening.group()
    mo, world = evening.person("Mo"), evening.standin.world
    for theme in ("scores", "opting-in", "censorship"):
        await add(evening, theme=theme)
    evening.wake()
    world.set_bot_permissions(evening.room(), deny=permissions.SEND_MESSAGES)
    with closing(sqlite3.connect(database(evening))) as db, db:
        db.execute("UPDATE slots SET paused = 1, why_paused = 'I lack: Send Messages.'")
    listed = await mo.command(evening.room("lounge"), "schedule list")
    assert listed.text.count("**Paused.** I lack: Send Messages.") == 3
    stays = await mo.press(card(listed), "Resume what paused itself")
    assert "All 3 stay paused. In <#" in stays.text
    world.set_bot_permissions(evening.room())
    changed = await mo.command(evening.room(), "group edit", name="Friday readers")
    assert "3 slots of the calendar paused themselves" in changed.text
    assert "All 3 go on" in (await mo.press(card(changed), "Resume what paused itself")).text
    assert [row[5] for row in stored(evening)] == [0, 0, 0]
    assert "No slot has paused by itself" in (await mo.command(evening.room(), "schedule resume")).text


async def test_the_last_date_of_a_slot_is_skipped_and_the_slot_is_gone(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    seen = await mo.press(card(await add(evening, {"How often": "Once"})), "Skip the next")
    assert "It was the last date, so the slot is out of the calendar" in seen.text
    assert stored(evening) == []
    assert "skipped by a moderator" in (await mo.command(evening.room(), "schedule history")).text


async def test_a_facilitator_plans_without_managing_the_server(evening: Evening) -> None:
    server = evening.standin.world.server
    role = server.role_named("Facilitators")
    await evening.group(facilitators=role.id)
    [welcome] = posts(evening, "study-room", "Welcome to")
    press = Press("schedule", "list", (), group_id(evening))
    ben = evening.person("Ben")
    assert "for moderators" in (await forge(ben, welcome, "Start", press.write())).text
    evening.standin.world.give_role(server, server.member_named("Ben"), role)
    assert "It is empty" in (await forge(ben, welcome, "Start", press.write())).text


async def test_the_zone_of_a_group_changes_and_seven_in_the_evening_stays(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    before = moments((await add(evening)).text)
    await mo.command(evening.room(), "group edit", time_zone="Asia/Kolkata")
    [(due_at,)] = ask(evening, "SELECT due_at FROM slots")
    assert datetime.fromtimestamp(due_at, UTC).time() == time(13, 30)
    assert due_at < before[0]


# ---------------------------------------------------------------- what everybody sees, and /prompt now


async def test_the_calendar_is_for_all_and_names_nobody(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    ada, ben, room = evening.person("Ada"), evening.person("Ben"), evening.room()
    assert "Nothing is planned just now" in (await ben.command(room, "calendar")).text
    assert "/schedule add" not in (await ben.command(room, "calendar")).text
    assert "/schedule add" in (await evening.person("Mo").command(room, "calendar")).text
    dates = moments((await add(evening)).text)
    await add(
        evening, {"How often": "Once", "From": f"{(evening.now() + timedelta(days=60)).date()}"}, what="lesson", theme="scores"
    )
    seen = await ben.command(room, "calendar")
    assert seen.private
    assert moments(seen.text) == dates
    assert "The next prompt about *Opting in" in seen.text
    assert seen.labels == []
    assert (await ada.command(room, "calendar")).text == seen.text


async def test_prompt_now_posts_the_next_one_once_and_its_date_counts_as_done(evening: Evening) -> None:
    await evening.group()
    mo, room = evening.person("Mo"), evening.room()
    assert "Nothing is planned" in (await mo.command(room, "prompt now")).text
    first, second, _ = moments((await add(evening)).text)
    seen = await mo.command(room, "prompt now")
    assert "is posted" in seen.text
    assert f"It was planned for <t:{first}:F>" in seen.text
    assert "posted a moment ago" in (await mo.command(room, "prompt now")).text
    assert len([one for one in public(mo, room) if "Read the lesson" in one.labels]) == 1
    assert ask(evening, "SELECT due_at FROM slots") == [(second,)]
    history = await mo.command(room, "schedule history")
    [(message,)] = ask(evening, "SELECT message_id FROM postings WHERE slot_id IS NOT NULL")
    assert f"https://discord.com/channels/{evening.standin.world.server.id}/{room}/{message}" in history.text
    evening.move(minutes=2)
    assert "is posted" in (await mo.command(room, "prompt now")).text
    titles = [one.text for one in public(mo, room) if "Read the lesson" in one.labels]
    assert len(set(titles)) == 2


async def test_two_presses_on_prompt_now_in_the_same_moment_post_once(evening: Evening) -> None:
    await evening.group()
    mo, room = evening.person("Mo"), evening.room()
    await add(evening)
    both = await asyncio.gather(mo.command(room, "prompt now"), mo.command(room, "prompt now"))
    assert sorted("a moment ago" in one.text for one in both) == [False, True]
    assert len([one for one in public(mo, room) if "Read the lesson" in one.labels]) == 1


async def test_prompt_now_says_why_it_could_not_post_and_so_does_the_history(evening: Evening) -> None:
    await evening.group()
    mo, room = evening.person("Mo"), evening.room("lounge")
    await add(evening)
    evening.standin.world.set_bot_permissions(evening.room(), deny=permissions.SEND_MESSAGES)
    seen = await mo.command(room, "prompt now")
    assert "I could not post in <#" in seen.text
    assert "so nothing was done" in seen.text
    assert "I lack: Send Messages" in seen.text
    assert "Nothing has been posted yet" in (await mo.command(room, "schedule history")).text
    evening.standin.world.set_bot_permissions(evening.room())
    evening.standin.misbehave("POST", f"/channels/{evening.room()}/messages", 403)
    seen = await mo.command(room, "prompt now")
    assert "Its date counts as done" in seen.text and "*Post it now*" in seen.text
    history = await mo.command(room, "schedule history")
    assert "**not posted**" in history.text
    assert "is posted" in (await mo.press(card(history), "Post it now")).text


async def test_the_history_links_to_a_forums_post_where_it_is(evening: Evening) -> None:
    mo, room = evening.person("Mo"), evening.room("lounge")
    options = {"name": "Forum readers", "time_zone": "Europe/Berlin", "language": "en", "channel": evening.room("questions")}
    assert "The group is there" in (await mo.command(room, "group create", **options)).text
    await add(evening, room="lounge")
    assert "is posted" in (await mo.command(room, "prompt now")).text
    [(thread, message)] = ask(evening, "SELECT thread_id, message_id FROM postings WHERE slot_id IS NOT NULL")
    history = await mo.command(room, "schedule history")
    assert f"https://discord.com/channels/{evening.standin.world.server.id}/{thread}/{message}" in history.text


# ---------------------------------------------------------------- at the desk: refusals, limits, sizes


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """Two groups; the first has quiet hours from 22:00 to 07:00."""
    with opened_counter(tmp_path) as counter:
        quiet = replace(GROUP, quiet_from=time(22), quiet_until=time(7))

        async def begin() -> None:
            await counter.store.add_group(quiet)
            await counter.store.change_group(quiet)
            await counter.store.add_group(OTHER)

        counter.do(begin())
        yield counter


def slot_of(number: int = 1, **changes: Any) -> Slot:
    """A weekly slot of ``GROUP`` on Thursdays; the sixth of August 2026 is one."""
    slot = Slot(
        number,
        GROUP.group_id,
        "prompt",
        THEME,
        None,
        "FREQ=WEEKLY;BYDAY=TH",
        date(2026, 8, 6),
        time(20),
        None,
        None,
        7200,
        None,
        None,
    )
    return from_now(replace(slot, **changes), GROUP, AT)


def open_form(counter: Counter, **options: Given) -> Answer:
    return counter.serve(visit_to(Press("schedule", "add"), rights=MODERATOR, given={"what": "prompt", "theme": THEME, **options}))


def send(counter: Counter, form: Answer, given: dict[str, Given]) -> Card:
    assert isinstance(form, Form)
    answer = counter.serve(visit_to(form.press, rights=MODERATOR, given=given))
    assert isinstance(answer, Card)
    must_fit(answer)
    return answer


def as_it_opened(form: Form) -> dict[str, Given]:
    """What arrives when nothing was changed in a form: a field that is empty is absent, one pick is no tuple."""
    given: dict[str, Given] = {}
    for field in form.fields:
        picks: tuple[str, ...] = getattr(field, "values", ()) or (getattr(field, "value", "") or "",)
        if picks[0]:
            given[field.name] = picks if len(picks) > 1 else picks[0]
    return given


FILLED: dict[str, Given] = {"often": "weekly", "days": ("TH", "MO"), "hour": "21:30", "from": "2026-08-06"}


@pytest.mark.parametrize(
    ("typed", "objection"),
    [
        ({"hour": "25:00"}, "25:00"),
        ({"hour": "soon"}, "soon"),
        ({"from": "someday"}, "someday"),
        ({"until": "someday"}, "someday"),
        ({"from": "2026-08-05"}, "5 August 2026 is in the past"),
        ({"from": "9999-12-31"}, "years away"),
        ({"until": "0001-01-01"}, "years away"),
        ({"until": "2026-08-05"}, "before it begins"),
        ({"hour": "22:00"}, "within the group's quiet hours (22:00 to 07:00)"),
        ({"hour": "06:59"}, "within the group's quiet hours"),
        ({"often": "once", "days": (), "hour": "18:00"}, "no date is left"),
        ({"until": "2026-08-06", "days": "MO"}, ""),
    ],
)
def test_a_form_that_can_not_be_is_refused_in_a_sentence_and_nothing_is_stored(
    typed: dict[str, Given], objection: str, counter: Counter
) -> None:
    seen = send(counter, open_form(counter), {**FILLED, **typed})
    assert "Nothing was added yet" in text_of(seen)
    assert objection in text_of(seen).replace("\\", "")
    assert text_of(seen).count("Nothing was added yet") == 1
    [button] = buttons_of(seen)
    texts = tuple(part.markdown for part in seen.parts if isinstance(part, Text))
    again = counter.serve(visit_to(button.press, rights=MODERATOR, on_card=texts))
    assert isinstance(again, Form)
    must_fit(again)
    typed_before = {name: value for name, value in {**FILLED, **typed}.items() if value}
    assert {name: sorted(value) for name, value in as_it_opened(again).items() if not isinstance(value, int | Channel | File)} == {
        name: sorted(value) for name, value in typed_before.items() if not isinstance(value, int | Channel | File)
    }
    counter.do(_has(counter, 0))


@pytest.mark.parametrize(
    ("rule", "objection"),
    [
        ("FREQ=SECONDLY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=30", ""),
        ("FREQ=HOURLY", ""),
        ("FREQ=WEEKLY;BYHOUR=3", "BYHOUR"),
        ("FREQ=DAILY;INTERVAL=99", "52"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", ""),
        ("every thursday", ""),
        (" ", ""),
    ],
)
def test_a_rule_that_can_not_be_is_refused_in_a_sentence(rule: str, objection: str, counter: Counter) -> None:
    form = open_form(counter, rule=rule.strip() or "FREQ=DAILY")
    seen = send(counter, form, {"rule": rule, "hour": "20:00", "from": "2026-08-06"})
    assert "Nothing was added yet" in text_of(seen)
    assert objection in text_of(seen)
    counter.do(_has(counter, 0))


@pytest.mark.parametrize(
    ("options", "objection"),
    [
        ({"what": "sermon"}, "choose one of them"),
        ({"theme": "no such theme"}, "no theme called"),
        ({"theme": "own"}, "no prompts of its own yet"),
        ({"theme": "Our own prompts", "what": "lesson"}, "Your own are prompts"),
        ({"item": "no-such-item"}, "no prompt called"),
        ({"what": "lesson", "item": "private-by-default"}, "no lesson called"),
        ({"theme": "whole", "item": "private-by-default"}, "choose its theme too"),
        ({"ping": SERVER}, "`@everyone` can't be pinged"),
        ({"what": ""}, "once more"),
        ({"theme": "x" * 6000}, "no theme called"),
        ({"item": "`*_" * 2000}, "no prompt called"),
    ],
)
def test_a_subject_that_can_not_be_is_refused_before_any_form(options: dict[str, Given], objection: str, counter: Counter) -> None:
    seen = open_form(counter, **options)
    assert isinstance(seen, Card)
    must_fit(seen)
    assert objection in text_of(seen)


def test_more_slots_than_a_calendar_takes_are_refused_before_and_after_the_form(counter: Counter) -> None:
    form = open_form(counter)
    plan = slot_of(999, plan_place=0)
    counter.do(counter.store.add_slots((plan, *(slot_of(number) for number in range(1, MOST_SLOTS)))))
    assert isinstance(open_form(counter), Form)
    counter.do(counter.store.add_slots((slot_of(MOST_SLOTS),)))
    for seen in (open_form(counter), send(counter, form, FILLED)):
        assert "as many as it takes" in text_of(seen)
    counter.do(_has(counter, MOST_SLOTS + 1))


def test_the_hour_that_was_used_last_is_the_one_that_the_form_suggests(counter: Counter) -> None:
    form = open_form(counter)
    assert isinstance(form, Form)
    assert {field.name: getattr(field, "value", "") for field in form.fields}["hour"] == "19:00"
    assert {field.name: getattr(field, "value", "") for field in form.fields}["from"] == "2026-08-07"
    old, new = slot_of(1, hour=time(9), starts_on=date(2026, 1, 1)), slot_of(2, hour=time(17, 30))
    counter.do(counter.store.add_slots((old, new)))
    form = open_form(counter)
    assert isinstance(form, Form)
    assert {field.name: getattr(field, "value", "") for field in form.fields}["hour"] == "17:30"


def test_once_on_picked_days_is_the_first_of_them(counter: Counter) -> None:
    seen = send(counter, open_form(counter), {**FILLED, "often": "once", "days": ("MO", "SU")})
    assert "Once, on 9 August 2026 at 21:30" in text_of(seen)


@pytest.mark.parametrize("often", [one.value for one in OFTEN])
@pytest.mark.parametrize("days", [(), ("TH",), ("MO", "SU"), ("MO", "TU", "WE", "TH", "FR", "SA", "SU")])
def test_an_edited_slot_opens_with_the_choices_that_made_it(often: str, days: tuple[str, ...], counter: Counter) -> None:
    given: dict[str, Given] = {**FILLED, "often": often, "until": "2027-01-01"}
    given["days"] = days if len(days) > 1 else days[0] if days else ()
    send(counter, open_form(counter), given)
    [slot] = slots(counter)
    when = when_of(slot)
    assert when.rule is None
    assert when.often == often
    if often != "once":
        assert set(when.days) == set(days or ("TH",))
    form = counter.serve(visit_to(Press("schedule", "edit", (base36(slot.slot_id),), GROUP.group_id), rights=MODERATOR))
    assert isinstance(form, Form)
    must_fit(form)
    seen = send(counter, form, as_it_opened(form))
    assert "It is changed" in text_of(seen)
    assert slots(counter) == (slot,)


def test_a_rule_that_choices_can_not_say_is_edited_as_a_rule(counter: Counter) -> None:
    counter.do(counter.store.add_slots((slot_of(rule="FREQ=MONTHLY;BYDAY=2TU"),)))
    form = counter.serve(visit_to(Press("schedule", "edit"), rights=MODERATOR, given={"slot": "1"}))
    assert isinstance(form, Form)
    assert form.fields[0].name == "rule"
    assert form.press.args[-1] == BY_RULE


def test_editing_keeps_what_is_done_and_what_pauses_and_posts_nothing_that_is_past(counter: Counter) -> None:
    done = slot_of(done_until=date(2026, 8, 13), paused=True, why_paused="The channel is gone.")
    counter.do(counter.store.add_slots((done,)))
    form = counter.serve(visit_to(Press("schedule", "edit"), rights=MODERATOR, given={"slot": "1"}))
    send(counter, form, {"often": "weekly", "days": "TH", "hour": "8:00", "from": "2026-08-06"})
    [slot] = slots(counter)
    assert (slot.done_until, slot.paused, slot.why_paused) == (date(2026, 8, 13), True, "The channel is gone.")
    assert slot.due_at == due(slot, GROUP, date(2026, 8, 13))[1]  # type: ignore[index]


def test_a_slot_of_a_plan_points_to_its_plan_and_stays(counter: Counter) -> None:
    counter.do(counter.store.add_slots((slot_of(plan_place=3),)))
    for step in ("edit", "remove"):
        seen = counter.serve(visit_to(Press("schedule", step), rights=MODERATOR, given={"slot": "1"}))
        assert "`/plan show`" in text_of(seen)
    assert "part of the group's plan: `/plan show`" in text_of(counter.serve(visit_to(Press("schedule", "list"), rights=MODERATOR)))
    assert len(slots(counter)) == 1


def test_the_groups_own_prompts_can_be_planned_once_there_are_some(counter: Counter) -> None:
    counter.do(counter.store.add_own_prompt(GROUP.group_id, "*What* is <@1> private?", "Say what you think.", AT.date()))
    choices = suggestions(counter, "theme", "own")
    assert [(one.label, one.value) for one in choices] == [("Our own prompts", "own")]
    [item] = suggestions(counter, "item", "", theme="own")
    seen = send(counter, open_form(counter, theme="Our own prompts"), FILLED)
    assert "Next of our own prompts" in text_of(seen)
    assert "1 not used yet" in text_of(seen)
    seen = send(counter, open_form(counter, theme="own", item=item.value), FILLED)
    assert "\\*What\\* is \\<\\@1\\> private?" in text_of(seen)
    calendar = counter.serve(visit_to(Press("calendar", "calendar")))
    assert "The next prompt of our own" in text_of(calendar)
    counter.do(counter.store.remove_own_prompt(GROUP.group_id, int(item.value)))
    assert "Nothing is planned" in text_of(counter.serve(visit_to(Press("calendar", "calendar"))))
    for slot in slots(counter):
        shown = counter.serve(visit_to(Press("schedule", "test"), rights=MODERATOR, given={"slot": base36(slot.slot_id)}))
        assert "is not there any more" in text_of(shown)
    assert "Nothing is planned" in text_of(counter.serve(visit_to(Press("prompt", "now"), rights=MODERATOR)))


def test_only_moderators_are_told_which_slots_there_are_while_they_type(counter: Counter) -> None:
    counter.do(counter.store.add_slots((slot_of(),)))
    assert len(suggestions(counter, "slot", "", step="pause")) == 1
    assert suggestions(counter, "slot", "", step="pause", rights=Rights()) == ()


def test_every_control_on_every_card_leads_to_a_step(counter: Counter) -> None:
    counter.do(counter.store.add_slots(long_slots()))
    presses = [Press("schedule", step) for step in ("list", "history", "resume")] + [Press("calendar", "calendar")]
    presses += [
        Press("schedule", step, (base36(slot.slot_id),)) for slot in slots(counter)[:6] for step in ("open", "test", "history")
    ]
    for press in presses:
        seen = _card(counter.serve(visit_to(press, rights=MODERATOR)))
        assert all(counter.desk.step(one) for one in presses_of(seen)), press
        assert all(one.group == GROUP.group_id for one in presses_of(seen)), press


def test_resume_without_a_slot_tries_all_that_paused_themselves(counter: Counter) -> None:
    counter.do(counter.store.add_slots((slot_of(1, paused=True, why_paused="Gone."), slot_of(2, paused=True))))
    seen = counter.serve(visit_to(Press("schedule", "resume"), rights=MODERATOR))
    assert "It stays paused. I can't see <#10>" in text_of(seen)  # from the desk no channel can be seen
    assert "Resume what paused itself" in [
        button.label for button in buttons_of(_card(counter.serve(visit_to(Press("schedule", "list"), rights=MODERATOR))))
    ]


@pytest.mark.parametrize("step", sorted(set(SCHEDULE.steps) - {"add", "list", "resume", "history", "again", "new", "new-again"}))
@pytest.mark.parametrize("named", ["", "zzz", "1", "x" * 6000, "²"])
def test_a_slot_that_is_not_there_is_a_sentence(step: str, named: str, counter: Counter) -> None:
    counter.do(counter.store.add_slots((slot_of(1, group_id=OTHER.group_id),)))
    given: dict[str, Given] = {"slot": named} if named else {}
    if step in ("change", "change-again"):
        return  # these come from a form's press alone
    seen = counter.serve(visit_to(Press("schedule", step), rights=MODERATOR, given=given))
    assert "not in the calendar" in text_of(seen)


LONG = "W" * 60


def long_slots() -> tuple[Slot, ...]:
    """As many as there may be, each as wordy as it gets."""
    items = [
        (theme.name, kind, one)
        for theme in LIBRARY.course("en").themes
        for kind, ones in (("prompt", theme.prompts), ("lesson", theme.lessons))
        for one in ones
    ]
    longest = sorted(items, key=lambda one: -len(one[2].title))[:MOST_SLOTS]
    days = "FREQ=WEEKLY;INTERVAL=4;BYDAY=MO,TU,WE,TH,FR,SA,SU"
    why = (
        "In <#999999999999999999999> I lack: View Channel, Send Messages, Create Public Threads, Send Messages in Threads. " + LONG
    )
    return tuple(
        slot_of(
            2**40 - 1 - number,
            theme=theme,
            kind=kind,
            item=one.name if number % 2 else None,
            rule=days,
            ping=2**63 - 1,
            ends_on=date(2029, 9, 30),
            paused=number % 3 == 0,
            why_paused=why,
            plan_place=number if number % 5 == 0 else None,
        )
        for number, (theme, kind, one) in enumerate(longest)
    )


def test_fifty_wordy_slots_fit_on_their_pages_and_none_is_left_out(counter: Counter) -> None:
    counter.do(counter.store.add_slots(long_slots()))
    seen, values = _card(counter.serve(visit_to(Press("schedule", "list"), rights=MODERATOR))), []
    while True:
        must_fit(seen)
        [menu] = [part for part in seen.parts if isinstance(part, Menu)]
        values += [choice.value for choice in menu.choices]
        for choice in menu.choices[:1]:
            opened = counter.serve(visit_to(menu.press, rights=MODERATOR, given={"picked": choice.value}))
            must_fit(opened)
        following = [button for button in buttons_of(seen) if button.label == "Next"]
        if not following:
            break
        seen = _card(counter.serve(visit_to(following[0].press, rights=MODERATOR)))
    assert len(values) == len(set(values)) == MOST_SLOTS
    for step in ("history", "resume"):
        must_fit(counter.serve(visit_to(Press("schedule", step), rights=MODERATOR)))
    must_fit(counter.serve(visit_to(Press("calendar", "calendar"))))
    must_fit(counter.serve(visit_to(Press("calendar", "calendar"), rights=MODERATOR)))


def test_every_slot_can_be_shown_as_it_would_be_posted(counter: Counter) -> None:
    everything = tuple(replace(slot, plan_place=None, paused=False) for slot in long_slots())
    counter.do(counter.store.add_slots(everything))
    for slot in everything:
        seen = counter.serve(visit_to(Press("schedule", "test", (base36(slot.slot_id),), GROUP.group_id), rights=MODERATOR))
        must_fit(seen)
        assert "Only you see this" in text_of(seen)


def test_a_long_history_fits_and_every_outcome_has_its_words(counter: Counter) -> None:
    slot = slot_of()
    why = "In <#999999999999999999999> I lack: View Channel, Send Messages. " + LONG
    outcomes = ("posted", "missed", "failed", "waiting", "skipped", "claimed")
    longest = max((prompt for theme in LIBRARY.course("en").themes for prompt in theme.prompts), key=lambda one: len(one.title))
    theme = next(theme.name for theme in LIBRARY.course("en").themes if longest in theme.prompts)

    async def begin() -> None:
        await counter.store.add_slots((slot,))
        for number in range(40):
            state = outcomes[number % len(outcomes)]
            begun: PostingState = "missed" if state == "missed" else "skipped" if state == "skipped" else "claimed"
            row = Posting(
                number, GROUP.group_id, "prompt", theme, longest.name, 2**63 - 1, 1_800_000_000 + number,
                begun, slot_id=slot.slot_id, due_at=1_800_000_000 + number,
            )  # fmt: skip
            await counter.store.claim(row)
            if state == "posted":
                await counter.store.posted(number, message_id=2**63 - 1, thread_id=2**63 - 1)
            elif state == "failed":
                await counter.store.posting_failed(number, why)
            elif state == "waiting":
                await counter.store.posting_waits(number, why, retry_at=1_800_000_000, message_id=None)

    counter.do(begin())
    seen = counter.serve(visit_to(Press("schedule", "history"), rights=MODERATOR))
    must_fit(seen)
    for words in ("[posted](https://discord.com/channels/", "**not posted**: In <#", "I try again <t:1800000000:R>"):
        assert words in text_of(seen)


ROLES = st.one_of(st.none(), st.integers(1, 2**63 - 1))
ITEMS = [
    (theme.name, kind, item)
    for theme in LIBRARY.course("en").themes
    for kind, ones in (("prompt", theme.prompts), ("lesson", theme.lessons))
    for item in (None, "a" * 32, *(one.name for one in ones))
] + [("own", "prompt", None), ("own", "prompt", str(2**53)), (None, "lesson", None)]


@given(st.sampled_from(ITEMS), ROLES, st.integers(0, MOST_GRACE), st.integers(0, 2**40 - 1), st.integers(0, 2**40 - 1))
def test_every_subject_fits_into_a_forms_press_and_comes_back(
    item: tuple[str | None, Any, str | None], role: int | None, grace: int, slot: int, group: int
) -> None:
    theme, kind, name = item
    subject = Subject(kind, theme, name, role, grace)
    course = LIBRARY.course("en")
    for step in ("new", "change", "new-again", "change-again"):
        press = Press("schedule", step, (base36(slot), *packed(subject, course), BY_RULE), group)
        assert press.fits
        assert unpacked(Press.read(press.write()).args[1:], course) == subject
    must_fit(form_of("x" * 100, press, When(rule="x" * 500)))


# ---------------------------------------------------------------- dates


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.times().map(lambda one: one.replace(second=0, microsecond=0, tzinfo=None)),
    st.integers(0, 400 * 1440),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Niue"]),
)
def test_going_on_from_now_never_posts_the_past_and_leaves_out_nothing_to_come(
    starts_on: date, hour: time, minutes: int, zone: str
) -> None:
    group, now = replace(GROUP, time_zone=zone), AT + timedelta(minutes=minutes)
    slot = from_now(replace(slot_of(), starts_on=starts_on, hour=hour, rule="FREQ=DAILY", done_until=None), group, now)
    assert slot.due_at is not None
    assert slot.due_at > now.timestamp()
    ahead = due(slot, group, slot.done_until)
    assert ahead is not None and ahead[1] == slot.due_at
    assert next_three(slot, group, now)[0] == slot.due_at
    before = due(slot, group, slot.done_until - timedelta(days=1)) if slot.done_until else None
    if before and before[0] != ahead[0]:
        assert before[1] <= now.timestamp()
    assert from_now(slot, group, now) == slot


def test_a_facilitators_card_moves_with_its_item() -> None:
    slot = slot_of(plan_place=0)
    due_at = slot.due_at or 0
    slot = replace(slot, guide_at=due_at - 86_400)
    india = replace(GROUP, time_zone="Asia/Kolkata")
    moved = retimed(slot, india, AT)
    assert moved.due_at == due_at - 12_600
    assert moved.due_at is not None
    assert moved.guide_at == moved.due_at - 86_400
    assert retimed(moved, GROUP, AT) == slot
    assert retimed(slot, replace(india, guide_hours=0), AT).guide_at is None
    assert retimed(slot, india, AT + timedelta(days=30)).guide_at is None


def slots(counter: Counter) -> tuple[Slot, ...]:
    found: list[tuple[Slot, ...]] = []

    async def look() -> None:
        found.append(await counter.store.slots_of(GROUP.group_id))

    counter.do(look())
    return found[0]


def suggestions(
    counter: Counter, option: str, typed: str, *, step: str = "add", rights: Rights = MODERATOR, **given: Given
) -> tuple[Choice, ...]:
    found: list[tuple[Choice, ...]] = []

    async def look() -> None:
        found.append(await counter.desk.complete(visit_to(Press("schedule", step), rights=rights, given=given), option, typed))

    counter.do(look())
    return found[0]


async def _has(counter: Counter, count: int) -> None:
    assert len(await counter.store.slots_of(GROUP.group_id)) == count


def _card(answer: Answer) -> Card:
    assert isinstance(answer, Card)
    return answer


async def test_the_list_says_when_the_moderators_can_be_told_nothing(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    mo, room = evening.person("Mo"), evening.room()
    await add(evening)
    assert "To mend" not in (await mo.command(room, "schedule list")).text
    evening.standin.world.set_bot_permissions(evening.room("moderators"), deny=permissions.SEND_MESSAGES)
    assert "I can tell the moderators nothing. In <#" in (await mo.command(room, "schedule list")).text
    evening.standin.world.delete_channel(evening.room("moderators"))
    seen = await mo.command(room, "schedule list")
    assert "the moderators' channel is gone" in seen.text and "`/group edit` names another" in seen.text
