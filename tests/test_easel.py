"""Pictures: drawn in processes of their own that may be killed; and what is drawn is said in words, too."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import struct
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from at_the_desk import LIBRARY
from engines import DAY
from hypothesis import given
from hypothesis import strategies as st

from bot import rasteriser
from bot.cards import Card, Drawing, Picture, Text
from bot.chat.components import components_of
from bot.chat.render import drawn
from bot.easel import MOST, Easel
from bot.overview import Week, overview
from bot.plots import SIZE, group_picture, own_picture, weeks_picture
from bot.progress import LESSONS, Publication, ThemeProgress, Told

COURSE = LIBRARY.course("en")
SOMETHING = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text y="15">{}</text></svg>'


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.fixture
async def easel() -> AsyncIterator[Easel]:
    one = Easel()
    yield one
    await one.close()


async def test_a_picture_is_drawn_once_and_then_remembered(easel: Easel) -> None:
    first = await easel.png(SOMETHING.format("a"))
    assert first
    assert size_of(first) == (40, 20)
    await easel.close()  # nobody can draw any more
    assert await easel.png(SOMETHING.format("a")) is first
    assert await easel.png(SOMETHING.format("b")) is None


async def test_what_is_remembered_is_bounded(easel: Easel) -> None:
    for number in range(MOST + 5):
        assert await easel.png(SOMETHING.format(number))
    assert len(easel._drawn) == MOST


async def test_a_process_that_was_killed_is_replaced(easel: Easel) -> None:
    assert await easel.png(SOMETHING.format("a"))
    [process] = easel._idle
    os.kill(process.pid, signal.SIGKILL)
    assert await easel.png(SOMETHING.format("b"))
    [other] = easel._idle
    assert other.pid != process.pid


async def test_closing_ends_every_process(easel: Easel) -> None:
    await asyncio.gather(*(easel.png(SOMETHING.format(letter)) for letter in "abcd"))
    pids = [process.pid for process in easel._idle]
    assert 1 <= len(pids) <= 2
    await easel.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_one_who_no_longer_waits_does_not_disturb_the_next(easel: Easel) -> None:
    tall = weeks_picture([Week(DAY, 1, 2)])
    for _ in range(3):
        waiting = asyncio.create_task(easel.png(tall.replace("Questions", f"Questions {time.monotonic()}")))
        await asyncio.sleep(0.01)
        waiting.cancel()
    png = await easel.png(SOMETHING.format("a"))
    assert png
    assert size_of(png) == (40, 20)


async def test_a_picture_that_cannot_be_drawn_is_left_out_and_the_words_stay(easel: Easel) -> None:
    card = Card((Text("In words."), Drawing("a.png", "no picture at all", "alt")))
    assert (await drawn(card, easel)).parts == (Text("In words."),)
    assert components_of(card)[0]["components"] == [{"type": 10, "content": "In words."}]
    [_, picture] = (await drawn(Card((Text("a"), Drawing("a.png", SOMETHING.format("a"), "alt"))), easel)).parts
    assert isinstance(picture, Picture)
    assert (picture.name, picture.alt) == ("a.png", "alt")


async def test_drawing_holds_up_nobody_and_knows_neither_token_nor_secret(easel: Easel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "the-token")
    assert await easel.png(SOMETHING.format("a"))
    [process] = easel._idle
    with open(f"/proc/{process.pid}/environ", "rb") as environment:  # noqa: ASYNC230 (no file at all)
        assert b"the-token" not in environment.read()


# ---------------------------------------------------------------- what is on them


def test_the_font_and_its_licence_lie_beside_each_other() -> None:
    files = {file.name for file in rasteriser.FONTS.iterdir()}
    assert files == {"AtkinsonHyperlegible-Regular.ttf", "AtkinsonHyperlegible-Bold.ttf", "OFL.txt"}
    assert "SIL OPEN FONT LICENSE" in (rasteriser.FONTS / "OFL.txt").read_text()


COUNTS = st.integers(0, 40)
THEMES = st.builds(ThemeProgress, st.text(max_size=80), COUNTS, COUNTS, COUNTS, COUNTS)


@given(st.lists(THEMES, max_size=12))
def test_whatever_is_drawn_is_well_formed_and_as_wide_as_a_phone(themes: list[ThemeProgress]) -> None:
    others = [theme.title for theme in themes if not theme.is_begun]
    svg = own_picture([theme for theme in themes if theme.is_begun], others, len(others))
    root = ElementTree.fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", svg))
    assert root.get("width") == str(SIZE)


def test_every_cell_is_drawn_and_none_is_told_by_its_colour_alone() -> None:
    told = Publication(DAY, 5, (Told(COURSE.themes[0].name, 1, "most"), Told(COURSE.themes[0].name, 2, "few")))
    shown = overview("R&D <readers>", 5, 5, COURSE, (), (), (told,))
    svg = group_picture(shown)
    assert "R&amp;D &lt;readers&gt;" in svg
    assert svg.count("<polyline") == 2  # the legend's tick, and the one question that most know
    questions = len(COURSE.themes[0].questions)
    assert svg.count("<circle") == 3 + questions  # the legend, and one each
    assert svg.count('r="3.33333"') == 1 + questions - 2  # of most nothing is said
    assert "too few have read" in svg


def test_a_picture_stays_short_however_many_themes_are_not_begun() -> None:
    svg = own_picture([], (f"Theme {number}" for number in range(1, 1001)), 1000)
    assert "Theme 11<" in svg and "Theme 12<" not in svg
    assert "and 989 more" in svg
    assert int(ElementTree.fromstring(svg).get("height", "0")) < 500


def test_a_picture_of_the_whole_course_has_few_enough_pixels_to_be_written_within_50_ms() -> None:
    """Measured at 48 ms with some 455,000: nearly all of it is writing the pixels, so they are what must not grow unseen."""
    told = tuple(
        Told(theme.name, number, "most")
        for theme in COURSE.themes
        for number in (LESSONS, *(one.number for one in theme.questions))
    )
    mine = [ThemeProgress(theme.title, len(theme.lessons), 1, len(theme.questions), 1) for theme in COURSE.themes]
    for svg in (group_picture(overview("a", 5, 5, COURSE, (), (), (Publication(DAY, 5, told),))), own_picture(mine, (), 0)):
        root = ElementTree.fromstring(svg)
        assert int(root.get("width", "")) * int(root.get("height", "")) <= 470_000
        assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"  # a unit is a pixel: lines are sharp


def test_two_columns_show_the_same_themes_beside_one_another() -> None:
    told = Publication(DAY, 5, tuple(Told(theme.name, LESSONS, "most") for theme in COURSE.themes))
    shown = overview("a", 5, 5, COURSE, (), (), (told,))
    one, two = group_picture(shown), group_picture(shown, columns=2)
    assert one.count("<circle") == two.count("<circle")
    assert one.count("<text") == two.count("<text")
    assert ElementTree.fromstring(two).get("width") == str(2 * SIZE)


def test_the_weeks_are_the_latest_eight() -> None:
    weeks = [Week(DAY + timedelta(weeks=week), week, week + 1) for week in range(20)]
    svg = weeks_picture(weeks)
    assert ">19/20</text>" in svg
    assert ">12/13</text>" in svg
    assert ">11/12</text>" not in svg
    assert weeks_picture([])


def test_a_publication_of_lessons_alone_is_a_week_without_questions() -> None:
    told = Publication(DAY, 5, (Told(COURSE.themes[0].name, LESSONS, "most"),))
    shown = overview("a", None, 5, COURSE, (), (), (told,))
    assert shown.weeks == (Week(DAY, 0, 0),)
    assert weeks_picture(shown.weeks)


def test_a_language_that_the_font_lacks_is_drawn_with_the_fonts_of_the_system() -> None:
    assert rasteriser.rasterised(SOMETHING.format("隐私"))
    assert rasteriser.rasterised("<svg") == b""
