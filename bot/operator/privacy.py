"""``bot.py privacy [FILE]``: a privacy policy, ready to be put where people find it.

It is made from the lists of what is kept, with what the operator gives; what nobody gave stays a blank in square brackets, and
is named at the end. ``docs/PRIVACY.md`` is the same text with all its blanks.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from string import Template

from bot.kept import IN_ROUNDS, NEVER, OPERATOR, VERSION, as_table, how_long, table_of
from bot.kept_groups import DATABASE, GROUPS, as_paragraphs
from bot.progress import PUBLISH_FROM, PUBLISH_FROM_LEAST
from bot.settings import Settings, read_settings

TEMPLATE = Path(__file__).with_name("privacy_policy.md")


@dataclass(frozen=True, slots=True)
class Filled:
    """What only the operator knows. Each has its blank until they say it."""

    bot: str = "Red Flask"
    operator: str = "[your name or your organisation's, and the address]"
    contact: str = "[an e-mail address or a Discord server where you answer]"
    hosting: str = "[the country, and the company if the machine is rented]"
    authority: str = "[the data protection authority of your country, if there is one]"
    day: str = "[the day]"
    basis: str = "[If the law where you are wants its own words for this ground, they go here.]"
    backups: str = "[how many days you keep them; 14 are a good measure]"

    @property
    def blanks(self) -> tuple[str, ...]:
        return tuple(field.name for field in fields(self) if getattr(self, field.name).startswith("["))


HELP = {
    "bot": "what the bot is called on your servers",
    "operator": "who runs it",
    "contact": "how to reach you about data",
    "hosting": "where machine and database are",
    "authority": "an authority that people can complain to",
    "day": "from when on this holds",
    "basis": "the legal ground, in the words of your law",
    "backups": "for how long you keep backups",
}


def policy(filled: Filled, days: int = Settings().retention_days) -> str:
    """The whole text. ``days``: RETENTION_DAYS."""
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        {field.name: getattr(filled, field.name) for field in fields(filled)},
        version=VERSION,
        list=as_table(),
        rounds=table_of(IN_ROUNDS),
        how_long=how_long(days),
        never=NEVER,
        guess=OPERATOR,
        groups=as_paragraphs(GROUPS),
        database=as_paragraphs(DATABASE),
        **{"from": PUBLISH_FROM, "least": PUBLISH_FROM_LEAST},
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="where to write it; without it, it is printed")
    for name, meaning in HELP.items():
        parser.add_argument(f"--{name}", metavar="TEXT", help=meaning)


def privacy(given: argparse.Namespace) -> int:
    """Print or write it; and say, on standard error, what is still blank."""
    said = {name: getattr(given, name).strip() for name in HELP if getattr(given, name)}
    filled = Filled(**said)
    text = policy(filled, read_settings().retention_days)
    file: Path | None = given.file
    if file is None:
        print(text, end="")
    else:
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            print(f"{file} can't be written ({error.strerror}): name a file in a folder of yours.", file=sys.stderr)
            return 1
    if filled.blanks:
        options = ", ".join(f"--{name}" for name in filled.blanks)
        print(f"Still to be filled in, in square brackets: {options}.", file=sys.stderr)
    return 0
