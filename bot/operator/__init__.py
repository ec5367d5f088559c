"""THE COMMAND LINE: one file per word.

To add a word, write ``bot/operator/<word>.py`` and name it in ``WORDS``; ``bot/main.py`` walks the tuple.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from bot.operator import (
    backup,
    book,
    bring,
    check,
    coverage,
    doctor,
    export,
    migrate,
    move,
    privacy,
    report,
    rotate_secret,
    schema,
    stats,
)


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    """A word that needs nothing else."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word that may follow ``bot.py``."""

    name: str
    help: str
    run: Callable[[argparse.Namespace], int]
    """Does it, and returns the exit code."""
    add_arguments: Callable[[argparse.ArgumentParser], None] = _no_arguments


WORDS: tuple[Word, ...] = (
    Word("check", "read all content and say everything that is wrong with it", check.check, check.add_arguments),
    Word(
        "doctor", "look whether all is well: token, rights, database, secret, clock and more", doctor.doctor, doctor.add_arguments
    ),
    Word(
        "coverage",
        "show which lesson, question and prompt is about which part of the essay",
        coverage.write_coverage,
        coverage.add_arguments,
    ),
    Word(
        "import", "make a theme's file from questions in GIFT (Moodle), CSV, or Red's trivia", bring.bring_in, bring.add_arguments
    ),
    Word("export", "write a theme's questions and prompts as GIFT (Moodle) or CSV", export.export, export.add_arguments),
    Word("book", "make a small static site of the course, for people without Discord", book.book, book.add_arguments),
    Word("privacy", "a privacy policy for your bot, made from what it really keeps", privacy.privacy, privacy.add_arguments),
    Word(
        "report",
        "a page or a table about all groups together, by the rules of publication",
        report.report,
        report.add_arguments,
    ),
    Word(
        "stats",
        "how the questions of the course do: right at first try, what misleads, what draws nobody",
        stats.stats,
        stats.add_arguments,
    ),
    Word("schema", "write the JSON Schemas with which editors help authors", schema.write_schemas, schema.add_arguments),
    Word(
        "migrate", "bring the database up to date, or only say what that would do", migrate.bring_up_to_date, migrate.add_arguments
    ),
    Word("move", "move everything into another database: from SQLite to Postgres, or back", move.move_over, move.add_arguments),
    Word("backup", "copy the database into a file, while the bot runs or not", backup.backup, backup.add_backup),
    Word(
        "restore",
        "put a backup in the place of the database, while the bot is stopped",
        backup.restore,
        backup.add_restore,
    ),
    Word(
        "rotate-secret",
        "move all learner keys to a new version of the secret, while the bot is stopped",
        rotate_secret.rotate,
        rotate_secret.add_arguments,
    ),
)

__all__ = ["WORDS", "Word"]
