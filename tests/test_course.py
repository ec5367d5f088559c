"""The shipped course keeps its promises: the whole essay is taken up, each theme asks enough, and sources say when they were read.

Whether the texts are true, no test can tell; that everything is there, it can.
"""

from __future__ import annotations

import argparse
import shutil
from datetime import date
from pathlib import Path

import pytest
from evening import ROOT

from bot.library import PARTS, Theme, coverage, read_library
from bot.operator import WORDS
from bot.operator.coverage import as_page
from bot.quality import check
from bot.questions import OneChoice

LIBRARY = read_library(ROOT / "content")
COURSE = LIBRARY.course("en")
THEMES = pytest.mark.parametrize("theme", COURSE.themes, ids=lambda theme: theme.name)
SENSITIVE = {"watching-children", "censorship", "public-opinion", "unequal-surveillance"}
"""Themes that may feel close, or that are risky to talk about in some places."""


def cover(file: Path | None = None) -> int:
    return next(word for word in WORDS if word.name == "coverage").run(argparse.Namespace(file=file))


# ---------------------------------------------------------------- the essay


@pytest.mark.parametrize("part", PARTS)
def test_no_part_of_the_essay_is_left_out(part: str) -> None:
    found = coverage(COURSE)[part]
    assert not found.is_left_out
    assert found.lessons, "each part has a lesson, whatever else it has"
    assert found.prompts or part.startswith("P"), "the essay's own questions are prompts"


def test_the_page_about_coverage_is_the_one_that_the_content_makes() -> None:
    page = (ROOT / "docs" / "COVERAGE.md").read_text(encoding="utf-8")
    assert page == as_page(COURSE), "write it anew: python bot.py coverage docs/COVERAGE.md"


def test_coverage_is_printed_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cover() == 0
    assert capsys.readouterr().out == as_page(COURSE)
    assert cover(tmp_path / "page.md") == 0
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == as_page(COURSE)
    assert cover(tmp_path / "nowhere" / "page.md") == 1
    assert "can't be written" in capsys.readouterr().out


def test_a_part_that_is_left_out_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    file = tmp_path / "content" / "en" / "themes" / "09-unequal-surveillance.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("    essay: [P13, P14]\n", ""), encoding="utf-8")
    monkeypatch.setenv("CONTENT_DIR", str(tmp_path / "content"))
    assert cover(tmp_path / "page.md") == 1
    assert "Nothing is about P13." in capsys.readouterr().out


# ---------------------------------------------------------------- themes


@THEMES
def test_a_theme_has_eight_questions_or_more_over_all_levels(theme: Theme) -> None:
    assert len(theme.questions) >= 8
    levels = [question.level for question in theme.questions]
    assert {"recall", "understand", "apply", "analyse"} <= set(levels)
    assert sum(level != "recall" for level in levels) >= 0.4 * len(levels)


@THEMES
def test_every_lesson_is_asked_about(theme: Theme) -> None:
    assert {lesson.name for lesson in theme.lessons} == {question.lesson for question in theme.questions}


def test_the_right_option_is_seldom_the_longest_or_the_shortest() -> None:
    questions = [question for theme in COURSE.themes for question in theme.questions if isinstance(question, OneChoice)]
    for extreme in (max, min):
        found = 0
        for question in questions:
            lengths = [len(option.text) for option in question.options]
            right = lengths[question.right_index]
            found += right == extreme(lengths) and lengths.count(right) == 1
        assert found <= 0.4 * len(questions)


def test_every_option_has_feedback_of_its_own() -> None:
    for theme in COURSE.themes:
        for question in theme.questions:
            told = [one.feedback for one in question.explain().told if one.feedback]
            assert len(set(told)) == len(told)


def test_sensitive_themes_begin_with_a_note_that_lets_people_skip() -> None:
    for theme in COURSE.themes:
        if theme.name in SENSITIVE:
            assert theme.content_note is not None
            assert "skip" in theme.content_note


# ---------------------------------------------------------------- sources


def test_facts_that_go_stale_are_told_when_their_day_has_passed_and_stop_nothing() -> None:
    def stale(today: date) -> set[str]:
        findings = check(ROOT / "content", today).findings
        assert {one.level for one in findings if one.rule == "stale"} <= {"warning"}
        return {one.where.partition(",")[0] for one in findings if one.rule == "stale"}

    assert stale(date(2026, 11, 25)) == set()
    half_a_year = {"CLT-LAW22", "CORPGRADE26", "CNNIC25", "CADROP26", "GPC", "DISCORD26"}
    assert stale(date(2027, 2, 1)) == half_a_year
    a_year = {"REPAIR26", "UNFPA23", "COPPA25", "AIACT", "CACFACE25", "CHINADB25", "CSL26", "TOESLAGEN25", "OHCHR22", "AP21"}
    assert stale(date(2027, 8, 1)) == half_a_year | {"SPC25"} | a_year


def test_every_source_says_when_it_was_read() -> None:
    assert [source.key for source in LIBRARY.sources if source.checked_on is None] == []
    assert all(str(source.review_by) > source.checked_on for source in LIBRARY.sources if source.review_by and source.checked_on)
