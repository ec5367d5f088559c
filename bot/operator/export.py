"""``bot.py export THEME --format gift|csv``: a theme's questions and prompts for another program.

Whoever reads them there finds our own facts (number, level, lesson, sources) as tags or columns, so that `bot.py import` knows the
questions again. Lessons stay here; `bot.py book` makes pages of them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.library import ENGLISH, BrokenContent, read_library
from bot.operator.asking import sign_of_life
from bot.operator.writing import CannotWrite, save
from bot.settings import SettingsTrouble, read_settings

if TYPE_CHECKING:
    from bot.library import Theme

ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("theme", nargs="+", metavar="THEME", help=f"a theme's permanent name, such as scores; several; or {ALL}")
    parser.add_argument("--format", choices=("gift", "csv"), required=True, help="Moodle's GIFT, or a table for a spreadsheet")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write it; without it, it is printed")
    parser.add_argument("--language", default=ENGLISH, metavar="LANGUAGE", help="the language of the course, such as de")
    parser.add_argument("--force", action="store_true", help="write over a file that is there already")


def export(given: argparse.Namespace) -> int:
    """Print or write the questions. Returns 1 if there is no such theme, or if the content has problems."""
    from bot.library.formats import left_out, lost_in_gift, theme_as_asked, write_csv, write_gift

    try:
        with sign_of_life("Reading the course"):
            themes = _themes(given.theme, given.language)
        asked = [one for theme in themes for one in theme_as_asked(theme)]
        text = write_gift(asked) if given.format == "gift" else write_csv(asked)
        if given.output is None:
            print(text.removeprefix("\ufeff"), end="")
        else:
            save(given.output, text, over=given.force)
            print(f"{given.output}: {len(asked)} questions and prompts. They are CC BY-SA 4.0: see content/LICENSE.")
    except (BrokenContent, CannotWrite, SettingsTrouble) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    for theme in themes:
        for what in left_out(theme):
            print(f"Not in it: {theme.name}, {what}.", file=sys.stderr)
    for lost in lost_in_gift(asked) if given.format == "gift" else ():
        print(f"Changed: {lost.what}.", file=sys.stderr)
    return 0


def _themes(names: list[str], language: str) -> tuple[Theme, ...]:
    library = read_library(read_settings().content_dir)
    if language not in library.languages:
        raise CannotWrite(f"There is no language {language!r} here; there is {', '.join(library.languages)}.")
    course = library.course(language)
    if ALL in names:
        return course.themes
    for name in names:
        if course.theme(name) is None:
            raise CannotWrite(f"There is no theme {name!r}; there is {', '.join(theme.name for theme in course.themes)}.")
    return tuple(theme for theme in course.themes if theme.name in names)
