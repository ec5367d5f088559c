"""The pictures in the README: they are there, small, said in words, and can be made anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from evening import ROOT
from page_browser import in_a_browser
from screenshots import PICTURES, main
from small_png import pixels, small
from stage import png

MOST = 150_000


def test_the_readme_shows_each_picture_and_says_in_words_what_is_on_it() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = {file: alt for alt, file in re.findall(r"!\[([^\]]*)\]\((docs/pictures/[^)]*)\)", readme)}
    assert {ROOT / file for file in shown} == set(PICTURES.iterdir())
    assert all(len(alt) > 80 for alt in shown.values())
    assert all((ROOT / file).stat().st_size < MOST for file in shown)


def test_a_picture_made_small_shows_the_same() -> None:
    for picture in (png(7, 5, b"\x10\x20\x30"), png(300, 2, b"\xff\x00\x7f")):
        assert len(small(picture)) < len(picture) + 40
        assert pixels(small(picture)) == pixels(picture)


@in_a_browser
@pytest.mark.nightly
async def test_the_pictures_can_be_made_anew(tmp_path: Path) -> None:
    await main(tmp_path)
    for file in ("lesson.png", "quiz-phone-dark.png", "progress.png"):
        assert (tmp_path / file).stat().st_size < MOST
