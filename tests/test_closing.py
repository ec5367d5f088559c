"""What ends: groups that are closed, servers that removed the bot, learners who have long gone. And what may be taken back."""

from __future__ import annotations

import asyncio
import html
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from engines import ANNA, BEN, DAY, a_group, with_learners
from evening import Evening, answered, card, public
from mischief import ask, forge, group_id, lines, rows, until

from bot.caretaker import GRACE, Caretaker
from bot.commands.group_close import GRACE_DAYS
from bot.commands.my_data_files import OfGroup, as_html, as_json
from bot.commands.my_data_known import KEPT_OF_KIM
from bot.kept import KEPT, KEY_COLUMNS, VERSION
from bot.press import Press, base36
from bot.storage import Kept, Purged, Store, open_store, step_back
from bot.storage.export import EXPORTED


class Servers:
    """What Discord lists, as far as the caretaker asks."""

    def __init__(self, listed: set[int], out: set[int] | None = None) -> None:
        self.listed, self.out = listed, out or set()

    def serves(self, server: int) -> bool:
        return server in self.listed - self.out

    def removed_from(self, server: int) -> bool:
        return server not in self.listed


def caretaker(store: Store, servers: Servers) -> Caretaker:
    return Caretaker(store, servers, lambda: at(DAY), retention_days=180)  # type: ignore[arg-type]


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_the_card_and_the_caretaker_mean_the_same_grace() -> None:
    assert timedelta(days=GRACE_DAYS) == GRACE


async def test_a_closed_group_is_found_by_nobody_and_can_be_opened_again(store: Store) -> None:
    group = a_group()
    await store.add_group(group)
    assert await store.group(group.group_id) == group
    assert await store.close_group(group.group_id, on=DAY)
    assert not await store.close_group(group.group_id, on=DAY + GRACE)
    assert await store.group(group.group_id) is None
    assert await store.groups_of(group.server_id) == ()
    assert await store.closed_group(home_channel=group.home_channel) == group
    assert await store.reopen_group(group.group_id)
    assert not await store.reopen_group(group.group_id)
    assert await store.group(group.group_id) == group
    assert await store.closed_group(group_id=group.group_id) is None


async def test_a_closed_group_is_erased_after_its_grace_and_not_a_day_before(store: Store) -> None:
    group = await with_learners(store, ANNA, BEN)
    await store.mark_read(group, ANNA, "theme", "lesson", on=DAY)
    other = await with_learners(store, ANNA)
    [server] = await store.servers()
    await store.close_group(group, on=DAY)
    care = caretaker(store, Servers({server}))
    for days in (-3, 0, 6):
        assert await care.work(at(DAY + timedelta(days=days)))
        assert await store.closed_group(group_id=group)
    assert await care.work(at(DAY + GRACE))
    assert await store.closed_group(group_id=group) is None
    assert await store.learner(group, ANNA) is None
    assert await store.learner(other, ANNA) is not None


async def test_a_group_that_is_opened_while_the_job_runs_stays(store: Store) -> None:
    group = await with_learners(store, ANNA)
    await store.close_group(group, on=DAY)
    assert await store.ended_groups(DAY + GRACE, gone_from=()) == (group,)
    await store.reopen_group(group)
    assert await store.erase_ended(group, DAY + GRACE) == Purged(0, 0, 0)
    assert await store.learner(group, ANNA) is not None


async def test_a_server_that_removed_the_bot_loses_its_groups_after_the_grace_unless_it_comes_back(store: Store) -> None:
    group = await with_learners(store, ANNA)
    [server] = await store.servers()
    gone, back = caretaker(store, Servers(set())), caretaker(store, Servers({server}))
    await gone.work(at(DAY))
    await gone.work(at(DAY + timedelta(days=6)))
    await back.work(at(DAY + timedelta(days=7)))
    await gone.work(at(DAY + timedelta(days=8)))
    await gone.work(at(DAY + timedelta(days=14)))
    assert await store.group(group) is not None
    await gone.work(at(DAY + timedelta(days=15)))
    assert await store.group(group) is None


async def test_an_outage_is_no_removal(store: Store) -> None:
    group = await with_learners(store, ANNA)
    [server] = await store.servers()
    out = caretaker(store, Servers({server}, {server}))
    for days in (0, 7, 30):
        await out.work(at(DAY + timedelta(days=days)))
    assert await store.group(group) is not None


async def test_only_learners_who_did_nothing_for_so_long_and_agreed_to_that_are_erased(store: Store) -> None:
    group = await with_learners(store, "version-one", version=1)
    for key in (ANNA, BEN):
        await store.join(group, key, consent_version=VERSION, on=DAY)
        await store.record_answer(group, key, "theme", 1, turn=0, was_right=True, on=DAY)
    await store.mark_read(group, BEN, "theme", "lesson", on=DAY + timedelta(days=9))
    [server] = await store.servers()
    care = caretaker(store, Servers({server}))
    await care.work(at(DAY + timedelta(days=180)))
    assert await store.learner(group, ANNA) is not None
    await care.work(at(DAY - timedelta(days=400)))  # a clock set back
    await care.work(at(DAY + timedelta(days=181)))
    assert await store.learner(group, ANNA) is None
    assert (await store.states(group, BEN)).read == {("theme", "lesson")}
    assert await store.learner(group, "version-one") is not None


async def test_two_learners_who_erase_while_the_retention_runs_lose_nothing_of_a_third(store: Store) -> None:
    group = await with_learners(store)
    for key in ("one", "two", "three", "long-gone"):
        await store.join(group, key, consent_version=VERSION, on=DAY)
        await store.mark_read(group, key, "theme", "lesson", on=DAY if key == "long-gone" else DAY + timedelta(days=90))
    before = await store.states(group, "three")
    *_, purged = await asyncio.gather(
        store.erase_learner(group, "one"), store.erase_learner(group, "two"), store.erase_inactive(DAY + timedelta(days=1))
    )
    assert purged == Purged(0, 1, 1)
    assert await store.states(group, "three") == before
    assert [key for key in ("one", "two", "long-gone") if await store.learner(group, key)] == []


async def test_a_third_who_learns_while_two_erase_and_the_retention_runs_has_all_of_it_afterwards(store: Store) -> None:
    here, there = await with_learners(store, "one", "two", "three"), await with_learners(store, "one", "long-gone", "three")
    today = DAY + timedelta(days=200)
    for key in ("one", "two", "three"):
        await store.mark_read(here, key, "theme", "before", on=today)
    for key in ("one", "three"):
        await store.mark_read(there, key, "theme", "before", on=today)
    care = caretaker(store, Servers(set(await store.servers())))
    done = await asyncio.gather(
        *(store.record_answer(here, "three", "theme", number, turn=0, was_right=True, on=today) for number in range(1, 21)),
        store.erase_learners([(here, "one"), (there, "one")]),
        *(store.mark_read(there, "three", "theme", f"lesson-{number}", on=today) for number in range(20)),
        store.erase_learner(here, "two"),
        care.work(at(today)),
        *(store.record_answer(there, "three", "theme", number, turn=0, was_right=False, on=today) for number in range(1, 21)),
    )
    assert False not in done
    mine, elsewhere = await store.states(here, "three"), await store.states(there, "three")
    assert (len(mine.read), len(mine.answers)) == (1, 20)
    assert (len(elsewhere.read), len(elsewhere.answers)) == (21, 20)
    for group, key in ((here, "one"), (there, "one"), (here, "two"), (there, "long-gone")):
        assert await store.learner(group, key) is None


async def test_a_pause_keeps_everything_new_out_by_the_statements_themselves(store: Store) -> None:
    group = await with_learners(store)
    await store.join(group, ANNA, consent_version=VERSION, on=DAY)
    assert await store.pause(group, ANNA)
    assert not await store.pause(group, ANNA)
    paused = await store.states(group, ANNA)
    later = DAY + timedelta(days=3)
    assert not await store.mark_read(group, ANNA, "theme", "lesson", on=later)
    assert await store.record_answer(group, ANNA, "theme", 1, turn=0, was_right=True, on=later) is Kept.PAUSED
    assert await store.states(group, ANNA) == paused
    assert await store.resume(group, ANNA, on=later)
    assert not await store.resume(group, ANNA, on=later)
    assert await store.mark_read(group, ANNA, "theme", "lesson", on=later)
    learner = await store.learner(group, ANNA)
    assert learner is not None
    assert (learner.is_paused, learner.active_on) == (False, later)


async def test_of_someone_who_agreed_to_an_older_list_nothing_new_is_kept_until_they_agree(store: Store) -> None:
    group = await with_learners(store, ANNA)
    assert await store.mark_read(group, ANNA, "theme", "read-before", on=DAY)
    await store._engine.write(("UPDATE learners SET consent_version = :older", {"older": VERSION - 1}))
    before, later = await store.states(group, ANNA), DAY + timedelta(days=3)
    assert not await store.mark_read(group, ANNA, "theme", "lesson", on=later)
    assert await store.record_answer(group, ANNA, "theme", 1, turn=0, was_right=True, on=later) is Kept.NOT_AGREED
    assert await store.states(group, ANNA) == before
    await store.join(group, ANNA, consent_version=VERSION, on=later)
    learner = await store.learner(group, ANNA)
    assert learner is not None
    assert (learner.joined_on, learner.active_on) == (DAY, later)
    assert await store.mark_read(group, ANNA, "theme", "lesson", on=later)
    assert await store.record_answer(group, ANNA, "theme", 1, turn=0, was_right=True, on=later) is Kept.YES


async def test_a_moderator_closes_a_group_and_takes_it_back(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    mo, ada, room = evening.person("Mo"), evening.person("Ada"), evening.room()
    sure = await mo.press(card(await mo.command(room, "group show")), "Close the group")
    closed = await mo.press(card(sure), "Close")
    assert "is closed" in closed.text
    assert "no study group" in (await ada.command(room, "join")).text
    again, another = await evening.group(name="Another"), await evening.group(name="A third")
    assert "It was closed" in again.text
    assert rows(evening)["study_groups"] == 1
    about = card(await ada.command(room, "my-data what-could-be-known"))
    reopening = next(str(one["custom_id"]) for one in card(again).buttons if one.get("label") == "Open it again")
    label = next(str(one["label"]) for one in about.buttons)
    assert "for moderators" in (await forge(ada, about, label, reopening)).text
    assert "open again" in (await mo.press(card(closed), "Open it again")).text
    assert rows(evening)["learners"] == 1
    assert "You have joined" in (await ada.command(room, "join")).text
    assert "nothing to open" in (await mo.press(card(again), "Open it again")).text
    assert "nothing to erase" in (await mo.press(card(another), "Erase it now")).text
    assert rows(evening)["learners"] == 1


async def test_a_closed_group_may_be_erased_at_once_to_begin_anew(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    mo = evening.person("Mo")
    sure = await mo.press(card(await mo.command(evening.room(), "group show")), "Close the group")
    await mo.press(card(sure), "Close")
    assert "are erased" in (await mo.press(card(await evening.group()), "Erase it now")).text
    assert rows(evening)["learners"] == 0
    assert "The group is there" in (await evening.group()).text


async def test_a_server_that_removed_the_bot_while_it_was_offline_is_erased_after_a_week(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    await evening.stop_bot()
    evening.standin.world.server.has_bot = False
    await evening.start_bot()
    await until(lambda: ask(evening, "SELECT count(gone_on) FROM study_groups") == [(1,)])
    evening.move(days=6)
    await evening.rest(1.5)
    assert rows(evening)["learners"] == 1
    evening.move(days=2)
    await until(lambda: rows(evening)["study_groups"] == 0)
    assert rows(evening)["learners"] == 0


async def test_who_leaves_and_joins_again_starts_empty(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    ada, room = evening.person("Ada"), evening.room()
    seen = await ada.command(room, "quiz", theme="data-aggregation")
    await answered(ada, seen)
    shown = card(await ada.command(room, "my-data show"))
    assert rows(evening)["answers"] == 1
    await ada.command(room, "leave")
    assert "Nothing is kept" in (await ada.press(shown, "Erase all of it")).text
    await evening.joined("Ada")
    assert rows(evening)["answers"] == 0


def test_a_download_has_every_column_on_the_list_but_the_key() -> None:
    assert dict(EXPORTED) == {kept.table: tuple(one for one in kept.names if one not in KEY_COLUMNS) for kept in KEPT}


async def test_a_download_has_every_row(store: Store) -> None:
    group = await with_learners(store, ANNA)
    await store.mark_read(group, ANNA, "<theme>", "lesson")
    await store.record_answer(group, ANNA, "theme", 3, turn=0, was_right=True)
    mine = (OfGroup("Thursday <readers>", await store.export(group, ANNA)),)
    [data] = json.loads(as_json(mine, at(DAY), 180).data)["groups"]
    assert data["lessons_read"] == [{"theme": "<theme>", "lesson": "lesson", "told": 0}]
    [answer] = data["answers"]
    assert answer.items() >= {"theme": "theme", "question": 3, "times_asked": 1, "was_right": 1, "told": None}.items()
    assert data["learners"][0]["joined_on"] == DAY.isoformat()
    page = as_html(mine, at(DAY), 180).data.decode()
    for text in ("Thursday &lt;readers&gt;", "&lt;theme&gt;", "180 days"):
        assert text in page
    meanings = json.loads(as_json(mine, at(DAY), 180).data)["meanings"]
    for kept in KEPT:
        for column in kept.about:
            assert meanings[kept.table][column.name]["what"] == column.what
            assert html.escape(column.what[1:]) in page
            assert html.escape(column.why) in page
    for never in (ANNA, "<script", "http"):
        assert never not in page


async def test_a_closed_group_is_gone_from_the_database_a_week_later(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    mo = evening.person("Mo")
    sure = await mo.press(card(await mo.command(evening.room(), "group show")), "Close the group")
    await mo.press(card(sure), "Close")
    evening.move(days=8)
    await until(lambda: rows(evening)["study_groups"] == 0)
    assert rows(evening)["learners"] == 0
    await until(lambda: lines(evening, "ended group erased", "learners=1"))


@pytest.mark.parametrize("where", ["here", "server"])
async def test_a_learner_downloads_pauses_and_erases(where: str, evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    ada, room = evening.person("Ada"), evening.room()
    seen = card(await ada.command(room, "my-data download", where="here"))
    assert {one.name for one in seen.attachments} == {"my-data.html", "my-data.json"}
    assert seen.ephemeral_to == ada.user.id
    assert "You have paused" in (await ada.command(room, "my-data pause")).text
    assert "paused already" in (await ada.command(room, "my-data pause")).text
    assert "You go on" in (await ada.command(room, "my-data resume")).text
    assert "Erased on" in (await ada.command(room, "my-data erase", where=where)).text
    assert "Nothing is kept" in (await ada.command(room, "my-data download")).text
    assert rows(evening)["learners"] == 0


async def test_in_a_direct_message_it_is_about_all_groups_and_once_a_minute(evening: Evening) -> None:
    await evening.group()
    await evening.group("announcements", "Monday readers")
    await evening.joined("Ada", "Ben")
    await evening.joined("Ada", channel="announcements")
    ada = evening.person("Ada")
    said = (await ada.command(ada.dm(), "my-data show")).text
    assert "Thursday readers" in said
    assert "Monday readers" in said
    ben = evening.person("Ben")
    assert "Erased on" in (await ben.command(ben.dm(), "my-data erase")).text
    assert "in a minute" in (await ben.command(ben.dm(), "my-data show")).text
    assert ask(evening, "SELECT count(*) FROM learners WHERE group_id = ?", group_id(evening)) == [(1,)]


async def test_after_a_look_at_all_groups_the_next_press_does_not_wait_a_minute(evening: Evening) -> None:
    await evening.group()
    await evening.group("announcements", "Monday readers")
    for channel in ("study-room", "announcements"):
        await evening.joined("Ada", "Ben", channel=channel)
    ada = evening.person("Ada")
    shown = card(await ada.command(ada.dm(), "my-data show"))
    press = {str(one["label"]): str(one["custom_id"]) for one in shown.buttons}
    for label, said in (
        ("Pause", "paused in 2 groups"),
        ("Download it", "From 2 groups"),
        ("Erase all of it", "in 2 groups"),
        ("Erase all of it", "joined none"),  # twice
    ):
        about = card(await ada.command(ada.dm(), "my-data what-could-be-known"))
        assert said in (await forge(ada, about, "Read: Three ordinary facts", press[label])).text
    assert rows(evening)["learners"] == 2  # Ben's
    ben = evening.person("Ben")
    shown = card(await ben.command(evening.room(), "my-data show", where="server"))
    assert "Monday readers" in shown.text
    assert "in 2 groups" in (await ben.press(shown, "Erase all of it")).text
    assert rows(evening)["learners"] == 0


async def test_a_press_that_names_groups_brings_nobody_to_the_rows_of_others(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada", "Ben")
    chi = evening.person("Chi")
    there = base36(group_id(evening))
    for args, said in (
        (("server", there), "joined none"),
        (("all", there), "direct message"),
        *((("server", nonsense), "can't read this button") for nonsense in ("", "x..y", "zzzzzzzzzzzzzzzz", "-1")),
    ):
        shown = card(await chi.command(evening.room(), "my-data what-could-be-known"))
        forged = Press("my-data", "erase", args).write()
        assert said in (await forge(chi, shown, "Read: Three ordinary facts", forged)).text
    assert rows(evening)["learners"] == 2


async def test_what_could_be_known_is_about_nobody(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    ada, ben = evening.person("Ada"), evening.person("Ben")
    seen = await ada.command(evening.room(), "my-data what-could-be-known")
    for word in ("Hours awake", "Who talks with whom", "Mood", "Home region", "made up", *(kept.title for kept in KEPT)):
        assert word in seen.text
    assert (await ben.command(evening.room(), "my-data what-could-be-known")).text == seen.text
    assert card(seen).labels == ["Read: Three ordinary facts", "Read: Four places, four times", "Read: Collect less"]
    assert "Three ordinary facts" in (await ada.press(card(seen), "Read: Three ordinary facts")).text
    for kept in KEPT:  # "all that this bot has of Kim" has to be all of it
        for column in kept.about:
            assert KEPT_OF_KIM.get(kept.table, {}).get(column.name, column.what) in seen.text


async def test_what_a_closed_group_keeps_can_still_be_erased_from_the_server(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    mo, ada, room = evening.person("Mo"), evening.person("Ada"), evening.room()
    sure = await mo.press(card(await mo.command(room, "group show")), "Close the group")
    await mo.press(card(sure), "Close")
    assert "all my groups on this server" in (await ada.command(room, "my-data show")).text
    assert "Erased on" in (await ada.command(room, "my-data erase", where="server")).text
    assert rows(evening)["learners"] == 0


async def test_on_a_server_nobody_hears_of_groups_elsewhere(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    ada = evening.person("Ada")
    assert "direct message" in (await ada.command(evening.room(), "my-data erase", where="all")).text
    assert "on your group's server" in (await ada.command(ada.dm(), "my-data erase", where="here")).text
    assert rows(evening)["learners"] == 1


async def test_the_way_back_to_a_version_without_closing_opens_no_closed_group(url: str) -> None:
    store = await open_store(url)
    stays, closed = await with_learners(store, ANNA), await with_learners(store, ANNA)
    await store.mark_read(closed, ANNA, "theme", "lesson")
    await store.close_group(closed, on=DAY)
    await store.close()
    await step_back(url, to=2)
    store = await open_store(url)
    assert await store.group_ids() == (stays,)
    learner = await store.learner(stays, ANNA)
    assert learner is not None
    assert learner.active_on == DAY
    assert (await store.states(closed, ANNA)).read == frozenset()
    await store.close()


@pytest.mark.parametrize("how", ["Close", "Close and erase now"])
async def test_closing_takes_the_texts_that_wait_off_their_cards(how: str, evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    ada, mo = evening.person("Ada"), evening.person("Mo")
    form = (await ada.command(evening.room(), "suggest")).form
    assert form
    await ada.submit(form, {"Title": "A bus card", "What shall the group talk about?": "What does a bus card know?"})
    [waiting] = public(mo, evening.room("moderators"))
    assert "What does a bus card know?" in waiting.text
    seen = await mo.command(evening.room(), "group close")
    assert seen.message
    await mo.press(seen.message, how)
    [waiting] = public(mo, evening.room("moderators"))
    assert "bus card" not in waiting.text and waiting.labels == []
    assert "was closed, so this text is removed" in waiting.text


async def test_whoever_may_close_a_group_may_open_it_again_and_nobody_else(evening: Evening) -> None:
    world = evening.standin.world
    role = world.server.role_named("Facilitators")
    world.give_role(world.server, world.server.member_named("Ben"), role)
    await evening.group(facilitators=role.id)
    mo, ada, ben, room = (*(evening.person(name) for name in ("Mo", "Ada", "Ben")), evening.room())
    shown = card(await mo.command(room, "group show"))
    press = Press("group", "close-now", (), group_id(evening)).write()
    closed = await forge(ben, card(await ben.command(room, "my-data what-could-be-known")), "Read: Three ordinary facts", press)
    assert "moderators can open it again" in closed.text
    for label in ("reopen", "erase-closed"):
        forged = Press("group", label, (), ask(evening, "SELECT group_id FROM study_groups")[0][0]).write()
        about = card(await ada.command(room, "my-data what-could-be-known"))
        assert "for moderators" in (await forge(ada, about, "Read: Three ordinary facts", forged)).text
    assert "open again" in (await ben.press(card(closed), "Open it again")).text
    assert "Close the group" in shown.labels
    assert "Thursday readers" in (await mo.command(room, "group show")).text
