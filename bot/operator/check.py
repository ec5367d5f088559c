"""``bot.py check [FOLDER]``: is all content well? It says everything that is wrong, and changes nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.library import BrokenContent, Library, read_library
from bot.settings import SettingsTrouble, read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="FOLDER",
        help="the content folder; without it, CONTENT_DIR from the settings, else content/ beside bot.py",
    )


def check(given: argparse.Namespace) -> int:
    """Print every problem, a line each, and return 1; or one line that counts what is there, and return 0."""
    try:
        folder: Path = given.folder or read_settings().content_dir
        library = read_library(folder)
    except (BrokenContent, SettingsTrouble) as trouble:
        print(trouble)
        return 1
    print(f"{_count(library)}: all well.")
    return 0


def _count(library: Library) -> str:
    themes = [theme for language in library.languages for theme in library.written[language]]
    counts = {
        "theme": len(themes),
        "lesson": sum(len(theme.lessons) for theme in themes),
        "question": sum(len(theme.questions) for theme in themes),
        "prompt": sum(len(theme.prompts) for theme in themes),
        "plan": sum(len(plans) for plans in library.plans.values()),
        "source": len(library.sources),
    }
    return ", ".join(f"{count} {thing}{'' if count == 1 else 's'}" for thing, count in counts.items())
