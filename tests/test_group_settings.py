"""``/group settings``: by options and in a form, refused kindly, and true to what the calendar already has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from at_the_desk import AT, GROUP, MODERATOR, Counter, opened_counter, text_of, visit_to
from evening import Evening, card
from mischief import ask, posts
from msgspec.structs import replace
from test_cards_fit import must_fit

from bot.cards import Given
from bot.commands.group_settings import settings_in_words
from bot.press import Press
from bot.storage import Slot
from rehearsal import permissions

NOW = int(AT.timestamp())
HOUR, DAY = 3600, 86_400


def kept(evening: Evening) -> tuple[object, ...]:
    [row] = ask(evening, "SELECT quiet_from, quiet_until, archive_after, guide_hours, replies FROM study_groups")
    return tuple(row)


# ---------------------------------------------------------------- by options, in a form


async def test_each_setting_can_be_typed_and_the_others_stay(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    mo, room = evening.person("Mo"), evening.room()
    assert kept(evening) == (None, None, 1440, 24, 0)
    assert "Quiet hours: 22:00-07:00" in (await mo.command(room, "group settings", quiet_hours="22:00-07:00")).text
    assert "archived after 1 week" in (await mo.command(room, "group settings", archive="1 week")).text
    assert "12 hours before each item" in (await mo.command(room, "group settings", guide="12 hours before")).text
    on = await mo.command(room, "group settings", replies="on")
    assert "comes to the moderators' channel, and you accept or decline it" in on.text
    assert "I keep neither the text nor who wrote it" in on.text
    assert kept(evening) == ("22:00", "07:00", 10080, 12, 1)
    assert "Quiet hours: none" in (await mo.command(room, "group settings", quiet_hours="off", guide="off", replies="off")).text
    assert kept(evening) == (None, None, 10080, 0, 0)
    shown = await mo.command(room, "group show")
    for said in ("Quiet hours: none", "archived after 1 week", "Facilitator's card: off", "through the moderators: off"):
        assert said in shown.text


async def test_the_form_comes_filled_in_and_changes_everything_at_once(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    mo, room = evening.person("Mo"), evening.room()
    form = (await mo.command(room, "group settings")).form
    assert form
    assert "are changed" in (await mo.submit(form)).text
    assert kept(evening) == (None, None, 1440, 24, 0)
    form = (await mo.press(card(await mo.command(room, "group show")), "Settings")).form
    await evening.restart_bot()
    assert form
    answers = {
        "Quiet hours": "10 pm to 7",
        "An idle thread is archived after": "1 hour",
        "Facilitator's card of a plan's item": "48 hours before",
        "Replies without a name": "on",
    }
    assert "are changed" in (await mo.submit(form, answers)).text
    assert kept(evening) == ("22:00", "07:00", 60, 48, 1)
    assert "is posted" in (await mo.command(room, "discuss", theme="data-aggregation", prompt="which-flow")).text
    [prompt] = posts(evening, "study-room", "Which flow")
    assert evening.standin.world.channels[prompt.id].auto_archive_minutes == 60
    assert "Reply without my name" in prompt.labels


@pytest.mark.parametrize(
    "typed", ["25:00-07:00", "22:00", "from ten to seven", "22:00-22:00", "-", "22:00-07:00-09:00", "@everyone"]
)
async def test_quiet_hours_that_can_not_be_read_are_refused_and_nothing_typed_is_lost(typed: str, evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    form = (await mo.command(evening.room(), "group settings")).form
    assert form
    refused = await mo.submit(form, {"Quiet hours": typed, "An idle thread is archived after": "3 days"})
    assert "Nothing was changed" in refused.text
    assert "`off`" in refused.text or "quiet hours" in refused.text
    assert kept(evening) == (None, None, 1440, 24, 0)
    again = (await mo.press(card(refused), "Try again")).form
    assert again
    assert "are changed" in (await mo.submit(again, {"Quiet hours": "22-7"})).text
    assert kept(evening) == ("22:00", "07:00", 4320, 24, 0)


@pytest.mark.parametrize("trouble", ["none", "open to all", "no right"])
async def test_replies_need_a_moderators_channel_that_can_be_used(trouble: str, evening: Evening) -> None:
    world, mo, room = evening.standin.world, evening.person("Mo"), evening.room()
    await evening.group()
    said = "has no moderators' channel"
    if trouble != "none":
        await mo.command(room, "group edit", moderators_channel=evening.room("moderators"))
    if trouble == "open to all":
        world.overwrite(evening.room("moderators"), world.server.roles[world.server.id], allow=permissions.VIEW_CHANNEL)
        said = "Everyone can view the moderators' channel"
    if trouble == "no right":
        world.set_bot_permissions(evening.room("moderators"), allow=permissions.VIEW_CHANNEL, deny=permissions.SEND_MESSAGES)
        said = "I can't write in the moderators' channel"
    refused = await mo.command(room, "group settings", replies="on", archive="1 week")
    assert said in refused.text
    assert "Nothing was changed" in refused.text
    assert kept(evening) == (None, None, 1440, 24, 0)
    again = (await mo.press(card(refused), "Try again")).form
    assert again
    assert "are changed" in (await mo.submit(again, {"Replies without a name": "off"})).text
    assert kept(evening) == (None, None, 10080, 24, 0)


# ---------------------------------------------------------------- what the calendar already has


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with opened_counter(tmp_path) as counter:
        counter.do(counter.store.add_group(GROUP))
        yield counter


def slot(number: int, *, due: int | None, guide: int | None, place: int | None = 0, hour: time = time(19)) -> Slot:
    return Slot(
        slot_id=number, group_id=GROUP.group_id, kind="prompt", theme="data-aggregation", item="which-flow", rule="",
        starts_on=date(2026, 9, 1), hour=hour, ends_on=None, ping=None, grace=7200, done_until=None, due_at=due,
        plan_place=place, guide_at=guide,
    )  # fmt: skip


def change(counter: Counter, **given: Given) -> str:
    return text_of(counter.serve(visit_to(Press("group", "settings", (), GROUP.group_id), rights=MODERATOR, given=given)))


def guides(counter: Counter) -> dict[int, int | None]:
    found: dict[int, int | None] = {}

    async def look() -> None:
        found.update({one.slot_id: one.guide_at for one in await counter.store.slots_of(GROUP.group_id)})

    counter.do(look())
    return found


def test_another_guide_hour_moves_the_cards_that_were_not_sent_yet(counter: Counter) -> None:
    due = NOW + 10 * DAY
    was = due - DAY
    slots = (
        slot(1, due=due, guide=was),
        slot(2, due=due, guide=None),  # sent, or not: its row says so when the moment comes
        slot(3, due=None, guide=None),  # over
        slot(4, due=due, guide=None, place=None),  # no slot of a plan
    )
    counter.do(counter.store.add_slots(slots))
    assert "are changed" in change(counter, guide="48")
    assert guides(counter) == {1: due - 2 * DAY, 2: due - 2 * DAY, 3: None, 4: None}
    assert "are changed" in change(counter, archive="60")
    assert guides(counter) == {1: due - 2 * DAY, 2: due - 2 * DAY, 3: None, 4: None}
    assert "are changed" in change(counter, guide="0")
    assert set(guides(counter).values()) == {None}


def test_guides_that_were_off_come_back_for_what_is_still_ahead(counter: Counter) -> None:
    counter.do(counter.store.change_group(replace(GROUP, guide_hours=0)))
    soon, later = NOW + 6 * HOUR, NOW + 3 * DAY
    counter.do(counter.store.add_slots((slot(1, due=soon, guide=None), slot(2, due=later, guide=None))))
    assert "are changed" in change(counter, guide="12")
    assert guides(counter) == {1: soon - 12 * HOUR, 2: later - 12 * HOUR}  # the first comes at once


def test_new_quiet_hours_name_the_slots_that_fall_into_them(counter: Counter) -> None:
    slots = (
        slot(1, due=NOW + DAY, guide=None, hour=time(23)),
        slot(2, due=NOW + DAY, guide=None, hour=time(6, 59)),
        slot(3, due=NOW + DAY, guide=None, hour=time(7)),
        slot(4, due=None, guide=None, hour=time(23)),
    )
    counter.do(counter.store.add_slots(slots))
    said = change(counter, quiet_hours="22:00-07:00")
    assert "2 slots of the calendar fall into the quiet hours" in said
    assert "`/schedule edit`" in said
    assert "fall into" not in change(counter, archive="60")
    assert "One slot of the calendar falls" in change(counter, quiet_hours="6 am - 7 am")
    assert "fall" not in change(counter, quiet_hours="off")


def test_every_card_and_form_fits(counter: Counter) -> None:
    long = replace(GROUP, name="x" * 60, quiet_from=time(22), quiet_until=time(7), replies=True)
    counter.do(counter.store.change_group(long))
    for step in ("settings", "settings-form", "show"):
        must_fit(counter.serve(visit_to(Press("group", step, (), GROUP.group_id), rights=MODERATOR)))
    typed: dict[str, Given] = {"quiet_hours": "@everyone `*_~|<#1>" * 300}
    refused = counter.serve(visit_to(Press("group", "settings", (), GROUP.group_id), rights=MODERATOR, given=typed))
    must_fit(refused)
    assert "Nothing was changed" in text_of(refused)


def test_a_forged_choice_is_refused(counter: Counter) -> None:
    for name in ("archive", "guide", "replies"):
        said = change(counter, **{name: "7"})
        assert "is none of the choices" in said
        assert "Nothing was changed" in said


def test_the_settings_in_words() -> None:
    assert settings_in_words(replace(GROUP, quiet_from=time(22), quiet_until=time(7), archive_after=4320, replies=True)) == (
        "- Quiet hours: 22:00-07:00, when the calendar posts nothing\n"
        "- An idle thread is archived after 3 days\n"
        "- Facilitator's card: 24 hours before each item of a plan\n"
        "- Replies without a name, through the moderators: on\n"
        "- The group's progress is told from 5 learners up\n"
        "- Reviews ask again before fewer than 90% would be known, as far as 12 questions a day allow; "
        "`/group settings` with `review_goal` and `review_amount` changes that"
    )
