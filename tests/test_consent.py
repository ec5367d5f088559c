"""When the list of what is kept has grown, nothing new is kept before somebody agrees, and they hear of it where they miss it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from evening import Evening, answered, card
from mischief import ask, database, forge, group_id, rows

from bot.kept import KEPT, VERSION
from bot.press import Press
from rehearsal.people import Person, Seen

ASKED = "The list of what is kept has grown"
OLDER = VERSION - 1


async def of_an_older_list(evening: Evening, version: int = OLDER) -> Person:
    """Ada, who joined before the list grew."""
    await evening.group()
    await evening.joined("Ada")
    with closing(sqlite3.connect(database(evening), isolation_level=None)) as db:
        db.execute("UPDATE learners SET consent_version = ?", (version,))
    return evening.person("Ada")


async def last_page(evening: Evening, ada: Person) -> list[Seen]:
    """All pages of a lesson."""
    seen = [await ada.command(evening.room(), "learn", theme="data-aggregation")]
    for _ in range(2):
        seen.append(await ada.press(card(seen[-1]), "Next"))
    return seen


async def a_quiz(evening: Evening, ada: Person) -> list[Seen]:
    """All cards of a short one."""
    seen = [await ada.command(evening.room(), "quiz", theme="data-aggregation", length=3)]
    for number in range(3):
        seen.append(await answered(ada, seen[-1]))
        seen.append(await ada.press(card(seen[-1]), "See how it went" if number == 2 else "Next question"))
    return seen


@pytest.mark.parametrize("way", [last_page, a_quiz])
async def test_they_are_told_at_the_end_and_not_at_every_click(way: object, evening: Evening) -> None:
    assert callable(way)
    ada = await of_an_older_list(evening)
    *before, last = await way(evening, ada)
    assert not any(ASKED in seen.text for seen in before)
    assert ASKED in last.text
    for kept in KEPT:
        for column in kept.about:
            assert (f"{column.what}, {column.why}" in last.text) is (column.since > OLDER)
    assert (rows(evening)["lessons_read"], rows(evening)["answers"]) == (0, 0)


async def test_one_press_agrees_and_from_then_on_all_goes_on(evening: Evening) -> None:
    ada = await of_an_older_list(evening)
    shown = card((await last_page(evening, ada))[-1])
    assert "goes on" in (await ada.press(shown, "I agree")).text
    assert ask(evening, "SELECT consent_version FROM learners") == [(VERSION,)]
    assert ASKED not in (await last_page(evening, ada))[-1].text
    assert rows(evening)["lessons_read"] == 1


async def test_one_press_leaves_and_all_is_erased(evening: Evening) -> None:
    ada = await of_an_older_list(evening)
    shown = card(await ada.command(evening.room(), "progress"))
    assert ASKED in shown.text
    assert "Erased on" in (await ada.press(shown, "Leave and erase")).text
    assert rows(evening)["learners"] == 0


async def test_my_data_and_join_show_the_whole_list_with_what_is_new(evening: Evening) -> None:
    ada, room = await of_an_older_list(evening), evening.room()
    shown = card(await ada.command(room, "my-data show"))
    offered = await ada.press(shown, "See the whole list")
    assert "The list has grown" in offered.text
    assert all(kept.in_words in offered.text for kept in KEPT)
    assert "stay in the group" in (await ada.press(card(offered), "Not now")).text
    assert ask(evening, "SELECT consent_version FROM learners") == [(OLDER,)]
    assert "The list has grown" in (await ada.command(room, "join")).text


async def test_who_has_paused_is_asked_when_they_go_on(evening: Evening) -> None:
    ada, room = await of_an_older_list(evening), evening.room()
    await ada.command(room, "my-data pause")
    assert ASKED not in (await last_page(evening, ada))[-1].text
    assert "has grown meanwhile" in (await ada.command(room, "my-data resume")).text
    assert ASKED in (await last_page(evening, ada))[-1].text


async def test_guests_and_those_who_agreed_to_today_s_list_are_never_asked(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    for name in ("Ada", "Ben"):
        person = evening.person(name)
        assert ASKED not in (await last_page(evening, person))[-1].text
        assert ASKED not in (await a_quiz(evening, person))[-1].text
        assert ASKED not in (await person.command(evening.room(), "progress")).text


@pytest.mark.parametrize("version", ["1", "0", "999", "x"])
async def test_a_consent_card_of_another_version_shows_today_s_list_and_joins_nobody(version: str, evening: Evening) -> None:
    await evening.group()
    ada = evening.person("Ada")
    offered = card(await ada.command(evening.room(), "join"))
    seen = await forge(ada, offered, "Join", Press("join", "yes", (version,), group_id(evening)).write())
    assert "look again" in seen.text
    assert f"version {VERSION}" in seen.text
    assert rows(evening)["learners"] == 0
    assert "Welcome" in (await ada.press(card(seen), "Join")).text


async def test_an_old_card_does_not_take_back_what_somebody_agreed_to(evening: Evening) -> None:
    await evening.group()
    ada = evening.person("Ada")
    offered = card(await ada.command(evening.room(), "join"))
    await ada.press(offered, "Join")
    old = Press("join", "yes", ("1",), group_id(evening)).write()
    again = card(await ada.command(evening.room(), "my-data what-could-be-known"))
    label = next(str(one["label"]) for one in again.buttons)
    assert "You have joined" in (await forge(ada, again, label, old)).text
    assert ask(evening, "SELECT consent_version FROM learners") == [(VERSION,)]
