"""``bot.py book DIR``: the course as a small static site, for people without Discord.

What makes its pages is imported when it runs, so that it costs the bot's start nothing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.library import ENGLISH, BrokenContent, read_library
from bot.operator.asking import sign_of_life
from bot.operator.writing import CannotWrite, save
from bot.settings import SettingsTrouble, read_settings

COPIED = {"LICENSE": "LICENSE.txt"}
"""What lies beside the themes and goes with the book, if it is there."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="an empty folder, a new one, or one with an older book")
    parser.add_argument("--language", default=ENGLISH, metavar="LANGUAGE", help="the language of the course, such as de")
    parser.add_argument("--force", action="store_true", help="write into a folder that has other things in it")


def book(given: argparse.Namespace) -> int:
    """Write the book. Returns 1 if the content has problems, or if the folder is somebody else's."""
    from bot.book import GENERATOR, make_book

    folder: Path = given.folder
    try:
        content = read_settings().content_dir
        with sign_of_life("Making the book") as seen:
            library = read_library(content)
            if given.language not in library.languages:
                raise CannotWrite(f"There is no language {given.language!r} here; there is {', '.join(library.languages)}.")
            older = _older_pages(folder, GENERATOR, force=given.force)
            pages = make_book(library, given.language, _read(content / "ATTRIBUTION.md"))
            for number, (name, text) in enumerate(pages.items(), 1):
                save(folder / name, text, over=True)
                seen(number, len(pages))
        for name, copy in COPIED.items():
            if text := _read(content / name):
                save(folder / copy, text, over=True)
        for page in older:
            if page.name not in pages:
                page.unlink()
    except (BrokenContent, CannotWrite, SettingsTrouble) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    print(f"{len(pages)} pages: open {folder / 'index.html'} in a browser, or put the folder on any web server.")
    return 0


def _older_pages(folder: Path, generator: str, *, force: bool) -> list[Path]:
    """The pages of an older book in this folder. Raises ``CannotWrite`` if there are other things in it."""
    try:
        inside = [one for one in folder.iterdir() if not one.name.startswith(".")] if folder.exists() else []
        older = [one for one in inside if one.suffix == ".html" and generator in one.read_text("utf-8", "replace")[:2_000]]
    except OSError as error:
        raise CannotWrite(f"{folder} can't be read ({error.strerror or type(error).__name__}); name another folder.") from None
    if not force and [one for one in inside if one not in older and one.name not in COPIED.values()]:
        raise CannotWrite(f"{folder} has other things in it; name an empty folder, or add --force.")
    return older


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
