"""The command line as it is read: all words with their help, and a hint for whoever mistyped one.

What goes wrong in typing is one or two lines and exit status 2, without a wall of usage. What the words do is in their own files.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from textwrap import fill
from typing import NoReturn

from bot.operator import WORDS
from bot.operator.manual import MANUAL, WIDTH

RUN = "run the bot on Discord; the same without any word"
ABOUT = "Red Flask, a companion for study groups on digital privacy. Without a word it runs the bot."
MORE = """\
Each word says more about itself: python bot.py WORD --help
Settings come from the environment and from the file .env in this folder.

exit status:
  0  done
  1  it could not be done; one sentence says why
  2  a mistake of typing"""


class Form(argparse.RawDescriptionHelpFormatter):
    """At most 80 characters in a line, and less where the terminal is narrower."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=24, width=min(WIDTH, shutil.get_terminal_size().columns - 2))


class Parser(argparse.ArgumentParser):
    """Says what is wrong in a line, and where more is said."""

    def error(self, message: str) -> NoReturn:
        end = "" if message.endswith("?") else "."
        self.exit(2, f"{message[:1].upper()}{message[1:]}{end}\n{self.prog} --help says more.\n")


def read(argv: Sequence[str]) -> argparse.Namespace:
    """What was typed. Has ``run``, a function that returns the exit code, but for the word ``run`` itself."""
    whole = parser()
    words = ("run", *(word.name for word in WORDS))
    if argv and not argv[0].startswith("-") and argv[0] not in words:
        whole.error(f"there is no word {argv[0]!r}{_or(argv[0], words)}")
    given, others = whole.parse_known_args(argv)
    if others:
        inner: Parser = given.of
        known = [option for action in inner._actions for option in action.option_strings]
        is_option = others[0].startswith("-")
        inner.error(f"there is no option {others[0]!r}{_or(others[0], known)}" if is_option else f"{others[0]!r} is one too many")
    return given


def parser() -> Parser:
    """All words, each with its page."""
    whole = Parser("python bot.py", usage="python bot.py [WORD] [...]", formatter_class=Form)
    whole.description, whole.epilog = fill(ABOUT, WIDTH), f"{_list()}\n{MORE}"
    words = whole.add_subparsers(dest="word", metavar="WORD", help=argparse.SUPPRESS, parser_class=Parser)
    _add(words, "run", RUN)
    for word in WORDS:
        inner = _add(words, word.name, word.help)
        word.add_arguments(inner)
        inner.set_defaults(run=word.run)
    whole.set_defaults(of=whole)
    return whole


def _add(words: argparse._SubParsersAction[Parser], name: str, short: str) -> Parser:
    page = MANUAL.get(name)
    about = fill(page.what if page else f"{short[:1].upper()}{short[1:]}.", WIDTH)
    inner = words.add_parser(name, prog=f"python bot.py {name}", formatter_class=Form)
    inner.description, inner.epilog = about, page.epilog() if page else None
    inner.set_defaults(of=inner)
    return inner


def _list() -> str:
    lines: list[str] = []
    shorts = {"run": RUN} | {word.name: word.help for word in WORDS}
    for heading in dict.fromkeys([*(page.under for page in MANUAL.values()), "More"]):
        named = [name for name in shorts if (MANUAL[name].under if name in MANUAL else "More") == heading]
        if named:
            lines.append(f"{heading}:")
            lines += [fill(f"{name:<16}{shorts[name]}", WIDTH, initial_indent="  ", subsequent_indent=" " * 18) for name in named]
            lines.append("")
    return "\n".join(lines)


def _or(typed: str, known: Sequence[str]) -> str:
    """A guess at what was meant."""
    near = get_close_matches(typed.casefold(), known, 1, 0.5)
    return f"; did you mean {near[0]}?" if near else ""


def stopped() -> int:
    """Somebody pressed Ctrl-C."""
    print("\nStopped.", file=sys.stderr)
    return 130
