"""Themes that may feel close can be skipped, at the first card, in lessons and quizzes; and nothing is kept of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from evening import Evening, answered, card, public, quizzed

SKIP = "Skip this theme"


def everything(evening: Evening) -> list[str]:
    """All that stands in the database."""
    database = sqlite3.connect(evening.settings.database_url.removeprefix("sqlite:///"))
    try:
        return list(_lines(database))
    finally:
        database.close()


def _lines(database: sqlite3.Connection) -> Iterator[str]:
    yield from database.iterdump()


@pytest.mark.parametrize("joined", [True, False])
async def test_a_lesson_of_such_a_theme_can_be_skipped_on_its_first_card_and_leaves_no_trace(
    evening: Evening, joined: bool
) -> None:
    ada, room = evening.person("Ada"), evening.room()
    await evening.group()
    if joined:
        await evening.joined("Ada")
    before, said = everything(evening), evening.said.getvalue()
    seen = await ada.command(room, "learn", theme="watching-children")
    assert "Before you begin" in seen.text
    assert SKIP in seen.labels
    after = await ada.press(card(seen), SKIP)
    assert "Cameras, faces and AI mistakes" in after.text
    assert SKIP not in after.labels
    assert everything(evening) == before
    assert evening.said.getvalue() == said


async def test_two_such_themes_in_a_row_are_skipped_one_by_one(evening: Evening) -> None:
    ada, room = evening.person("Ada"), evening.room()
    seen = await ada.command(room, "learn", theme="censorship")
    titles = []
    while SKIP in seen.labels:
        seen = await ada.press(card(seen), SKIP)
        titles.append(seen.text.splitlines()[0].removeprefix("-# ").partition(" · ")[0])
    assert titles == [
        "Public opinion when speaking is risky",
        "Unequal surveillance",
        "More than a number: what you can do",
    ]


async def test_it_is_offered_on_the_first_card_alone(evening: Evening) -> None:
    ada, room = evening.person("Ada"), evening.room()
    seen = await ada.command(room, "learn", theme="unequal-surveillance")
    assert SKIP not in (await ada.press(card(seen), "Next")).labels
    assert SKIP not in (await ada.command(room, "learn", theme="scores")).labels


async def test_a_quiz_about_such_a_theme_can_be_skipped_for_the_next(evening: Evening) -> None:
    ada, room = evening.person("Ada"), evening.room()
    await evening.group()
    await evening.joined("Ada")
    before = everything(evening)
    seen = await quizzed(ada, room, "watching-children", length=3)
    assert seen.labels[:4] == [SKIP, "A", "B", "C"]
    after = await ada.press(card(seen), SKIP)
    assert "Cameras, faces and AI mistakes · question 1 of 3" in after.text
    assert everything(evening) == before
    explained = await answered(ada, await quizzed(ada, room, "watching-children", length=3))
    assert SKIP not in (await ada.press(card(explained), "Next question")).labels


async def test_who_comes_from_a_public_prompt_can_skip_privately(evening: Evening) -> None:
    ada, mo, room = evening.person("Ada"), evening.person("Mo"), evening.room()
    await evening.group()
    await mo.command(room, "discuss", theme="unequal-surveillance", prompt="equal-checkpoint")
    lesson = await ada.press(public(ada, room)[-1], "Read the lesson")
    assert lesson.private
    after = await ada.press(card(lesson), SKIP)
    assert after.private
    assert "More than a number" in after.text
