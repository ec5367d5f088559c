"""Steps that are loaded when somebody first takes them: each can be found, fits where it stands, and is not loaded before."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands import COMMANDS
from bot.commands.later import Later

ROOT = Path(__file__).resolve().parent.parent
QUIET, SPEAKS, COMPLETES = 3, 4, 4
"""What each is called with: a visit, the library, the store; the channels; what was typed."""


def all_of_them() -> Iterator[tuple[Later, int]]:
    for command in COMMANDS:
        for step in command.steps.values():
            for function, given in ((step.quiet, QUIET), (step.speaks, SPEAKS)):
                if isinstance(function, Later):
                    yield function, given
        for option in (*command.options, *(option for sub in command.subcommands for option in sub.options)):
            if isinstance(option.complete, Later):
                yield option.complete, COMPLETES


THEM = {later.where: (later, given) for later, given in all_of_them()}


@pytest.mark.parametrize("where", THEM)
def test_what_is_loaded_later_can_be_found_and_fits(where: str) -> None:
    later, given = THEM[where]
    function = later.found()
    assert inspect.iscoroutinefunction(function)
    inspect.signature(function).bind(*range(given))
    assert function.__module__ == f"bot.commands.{where.partition('.')[0]}", "say the file in which it is written"


def test_a_start_loads_none_of_it() -> None:
    files = sorted({f"bot.commands.{where.partition('.')[0]}" for where in THEM})
    script = f"import sys, bot.main; print(*(file for file in {files} if file in sys.modules))"
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert said == [], "these are there from the start: name their functions without quotes"
