"""``bot.py coverage [FILE]``: which lesson, question and prompt is about which part of the essay, as a page in Markdown.

``docs/COVERAGE.md`` is made by it, and a test compares the two. It reads the content, and judges nothing but whether a part
was left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from bot.library import ENGLISH, PARTS, BrokenContent, Course, coverage, read_library
from bot.settings import SettingsTrouble, read_settings

OPENING = """\
# What the course takes up of the essay

Written by `python bot.py coverage docs/COVERAGE.md` from the `essay` of each lesson, question and prompt; don't edit it by hand.
P1 to P18 are the essay's paragraphs in their order, DQ1 to DQ3 its own discussion questions. To be about a paragraph is to
explain it, correct it, or put it up for discussion.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="where to write it; without it, it is printed")


def write_coverage(given: argparse.Namespace) -> int:
    """Print or write the page. Returns 1 if the content has problems, or if a part of the essay is left out."""
    try:
        course = read_library(read_settings().content_dir).course(ENGLISH)
    except (BrokenContent, SettingsTrouble) as trouble:
        print(trouble)
        return 1
    page = as_page(course)
    if given.file is None:
        print(page, end="")
    else:
        try:
            given.file.write_text(page, encoding="utf-8")
        except OSError as error:
            print(f"{given.file} can't be written ({error.strerror or type(error).__name__}); name another file.")
            return 1
    left_out = [part for part, found in coverage(course).items() if found.is_left_out]
    if left_out:
        print(f"Nothing is about {', '.join(left_out)}. Name it in the `essay` of the lesson that is, or write one.")
    return 1 if left_out else 0


def as_page(course: Course) -> str:
    """The page, ending with a line feed."""
    return "\n".join((OPENING, *_by_part(course), "", *_by_theme(course), ""))


def _by_part(course: Course) -> Iterator[str]:
    yield "## By paragraph\n"
    yield "| part | what it is about | lessons | questions | prompts |"
    yield "|---|---|---|---|---|"
    for part, found in coverage(course).items():
        cells = (part, PARTS[part], *("<br>".join(one) or "–" for one in (found.lessons, found.questions, found.prompts)))
        yield f"| {' | '.join(cells)} |"


def _by_theme(course: Course) -> Iterator[str]:
    yield "## By theme\n"
    yield "What is about no part was added: examples from other countries, other subjects, and how to check a claim.\n"
    yield "| theme | parts of the essay | lessons (added) | questions (added) | prompts (added) |"
    yield "|---|---|---|---|---|"
    for theme in course.themes:
        prompts = sum(not prompt.essay and prompt.essay_question is None for prompt in theme.prompts)
        counts = (
            f"{len(theme.lessons)} ({sum(not lesson.essay for lesson in theme.lessons)})",
            f"{len(theme.questions)} ({sum(not question.essay for question in theme.questions)})",
            f"{len(theme.prompts)} ({prompts})",
        )
        yield f"| {theme.number}. {theme.title} | {', '.join(theme.essay)} | {' | '.join(counts)} |"
