"""``bot.py stats``: how the questions of the course do, for its authors. From counts without names, of all groups together.

For each question with enough first answers: the share that is right, with its uncertainty; how much better those do with it who do
well otherwise; what each option draws; and what to look at. The formulas and where they come from are in ``bot/evidence.py``.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.evidence import Item, about_of, item_of, wilson
from bot.library import Course, open_library
from bot.progress import PUBLISH_FROM
from bot.questions import Question
from bot.settings import read_settings
from bot.storage import Counts, is_there, open_store

HEAD = ("theme", "question", "answers", "right", "from", "to", "discrimination", "options", "look at", "text")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE.csv", help="write a table; without it, it is printed")
    parser.add_argument("--theme", help="only this theme, by its name")
    parser.add_argument("--language", default="en", help="which language's questions (en)")


def stats(given: argparse.Namespace) -> int:
    """Print or write it; 1 with a sentence if that can't be."""
    settings = read_settings()
    if given.file is not None and given.file.suffix.casefold() != ".csv":
        print(f"{given.file} has to end with .csv; without a file, the statistics are printed.", file=sys.stderr)
        return 1
    if not is_there(settings.database_url):
        print("There is no database yet, so nothing was counted: start the bot once, or set DATABASE_URL.", file=sys.stderr)
        return 1
    course = open_library(settings.content_dir).course(given.language)
    if given.theme and course.theme(given.theme) is None:
        print(f"There is no theme {given.theme!r}: {', '.join(theme.name for theme in course.themes)}.", file=sys.stderr)
        return 1
    counts = asyncio.run(_read(settings.database_url))
    rows = list(rows_of(course, counts, given.theme))
    if given.file is None:
        print(as_text(rows, course, given.theme))
        return 0
    try:
        given.file.write_text(as_csv(rows), encoding="utf-8")
    except OSError as error:
        print(f"{given.file} can't be written ({error.strerror}): name a file in a folder of yours.", file=sys.stderr)
        return 1
    print(f"{given.file}: {_questions(len(rows))} with at least {PUBLISH_FROM} first answers.")
    return 0


Row = tuple[str, Question, Item]


def rows_of(course: Course, counts: Counts, theme: str | None) -> Iterator[Row]:
    """Of each question that enough have answered: its theme, and how it does."""
    for one in course.themes:
        for question in one.questions if theme in (None, one.name) else ():
            item = item_of(counts.get(about_of(one.name, question), {}), question)
            if item.answered >= PUBLISH_FROM:
                yield one.name, question, item


def as_text(rows: list[Row], course: Course, theme: str | None) -> str:
    """A paragraph for each; those with something to look at come first."""
    of = sum(len(one.questions) for one in course.themes if theme in (None, one.name))
    lines = [
        f"{_questions(len(rows))} of {of} with at least {PUBLISH_FROM} first answers. * marks the right answer; behind each share "
        "stands where it lies with 95% confidence.",
    ]
    for name, question, item in sorted(rows, key=lambda row: not row[2].flags(PUBLISH_FROM)):
        share, d = wilson(item.right, item.answered), item.discrimination
        knows = "not known yet" if d is None else f"{d:+.2f}"
        lines += [
            "",
            f"{name} {question.number}: {' '.join(question.ask.split())}",
            f"  {item.answered} answers, right at first try {item.share_right:.0%} ({share.low:.0%} to {share.high:.0%}), "
            f"discrimination {knows}{', ' if item.options else ''}{_options(item)}",
            *(f"  look at it: {flag}" for flag in item.flags(PUBLISH_FROM)),
        ]
    return "\n".join(lines)


def as_csv(rows: list[Row]) -> str:
    """For a spreadsheet."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(HEAD)
    for name, question, item in rows:
        share, d = wilson(item.right, item.answered), item.discrimination
        table.writerow(
            (
                name,
                question.number,
                item.answered,
                f"{item.share_right:.3f}",
                f"{share.low:.3f}",
                f"{share.high:.3f}",
                "" if d is None else f"{d:.2f}",
                _options(item),
                "; ".join(item.flags(PUBLISH_FROM)),
                " ".join(question.ask.split()),
            )
        )
    return out.getvalue()


async def _read(url: str) -> Counts:
    store = await open_store(url)
    try:
        return await store.tallies(None, k=PUBLISH_FROM, on=datetime.now(UTC).date())
    finally:
        await store.close()


def _options(item: Item) -> str:
    marks = ("*" if index in item.right_options else "" for index in range(len(item.options)))
    return ", ".join(
        f"{letter}{mark} {drawn / item.answered:.0%}"
        for letter, mark, drawn in zip("ABCDEFGHIJ", marks, item.options, strict=False)
    )


def _questions(number: int) -> str:
    return "1 question" if number == 1 else f"{number} questions"
