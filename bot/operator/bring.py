"""``bot.py import FILE``: questions of another program become a theme's file, with a list of what could not be carried over.

The file's name is not the word's, since ``import`` is a word of Python's. What reads the formats is imported when it runs.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.operator.asking import sign_of_life
from bot.operator.writing import CannotWrite, save
from bot.settings import SettingsTrouble, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.library.formats import Brought, Left

ENDINGS = {".gift": "gift", ".txt": "gift", ".csv": "csv", ".tsv": "csv", ".yaml": "trivia", ".yml": "trivia"}
MOST_BYTES = 4 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a file of Moodle's GIFT (.gift, .txt), a table (.csv), or Red's trivia"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--to", type=Path, metavar="DIR", help="the folder for the theme's file; without it, this one")
    where.add_argument("-o", "--output", type=Path, metavar="FILE", help="the theme's file itself; - prints it")
    parser.add_argument("--format", choices=("gift", "csv", "trivia"), help="what FILE is, if its ending doesn't say it")
    parser.add_argument(
        "--theme", metavar="NAME", help="the theme's permanent name; without it, made from the title or the file's name"
    )
    parser.add_argument("--title", metavar="TITLE", help="the theme's title; without it, the file's category, if it has one")
    parser.add_argument("--number", type=int, metavar="N", help="the theme's permanent number; without it, the next that is free")
    parser.add_argument("--force", action="store_true", help="write over a file that is there already")


def bring_in(given: argparse.Namespace) -> int:
    """Write the theme's file, and tell what is not in it as it was. Returns 1 if nothing could be brought in."""
    try:
        return _bring_in(given)
    except CannotWrite as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _bring_in(given: argparse.Namespace) -> int:
    from bot.library.formats import as_slug, as_theme

    file: Path = given.file
    with sign_of_life("Reading the questions"):
        brought = _read(file, given.format or ENDINGS.get(file.suffix.casefold(), ""))
    category = next((one.category for one in brought.questions if one.category), "") or ""
    title = given.title or category.rpartition("/")[2].strip()
    name = given.theme or as_slug(title) or as_slug(file.stem)
    if name != as_slug(name):
        raise CannotWrite(f"--theme has small letters, digits and hyphens, such as {as_slug(name) or 'cookies'}.")
    number = given.number if given.number is not None else _free_number()
    made = as_theme(brought, name=name, number=number, title=title, origin=file.name)
    if not made.questions and not made.prompts:
        _tell(file, made.left, sys.stderr)
        raise CannotWrite(f"{file} has nothing that could be brought in.")
    if given.output == Path("-"):
        print(made.text, end="")
        out = sys.stderr
    else:
        target: Path = given.output or (given.to or Path()) / f"{name or 'theme'}.yaml"
        save(target, made.text, over=given.force)
        out = sys.stdout
        to_do = made.text.count("  # to do: ")
        rest = f" {to_do} things in it are still to do: python bot.py check {target}" if to_do else ""
        print(f"{target}: {_so_many(made.questions, 'question')}, {_so_many(made.prompts, 'prompt')}.{rest}", file=out)
    _tell(file, made.left, out)
    return 0


def _read(file: Path, form: str) -> Brought:
    from bot.library.formats import NotText, decoded, read_csv, read_gift, read_trivia

    readers = {"gift": read_gift, "csv": read_csv, "trivia": read_trivia}
    if form not in readers:
        raise CannotWrite(f"What is {file}? Say it with --format gift, csv or trivia.")
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise CannotWrite(f"{file} can't be read ({error.strerror or type(error).__name__}).") from None
    if len(content) > MOST_BYTES:
        raise CannotWrite(f"{file} is larger than {MOST_BYTES // 1024 // 1024} MiB; split it up.")
    try:
        return readers[form](decoded(content))
    except NotText as trouble:
        raise CannotWrite(f"{file} {trouble}.") from None


def _free_number() -> int | None:
    """The number after the highest of the course; ``None`` if there is none, or if it can't be known."""
    try:
        themes = read_settings().content_dir.glob("*/themes/*.yaml")
        texts = [theme.read_text(encoding="utf-8", errors="replace") for theme in themes]
    except (SettingsTrouble, OSError):
        return None
    taken = [int(found[1]) for text in texts if (found := re.search(r"^number: ([0-9]{1,2})\b", text, re.MULTILINE))]
    number = max(taken, default=0) + 1
    return number if number <= 99 else None


def _tell(file: Path, left: Iterable[Left], out: TextIO) -> None:
    for one in left:
        print(f"{file}:{one.line}: {one.what}" if one.line else f"{file}: {one.what}", file=out)


def _so_many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
