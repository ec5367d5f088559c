"""What several words of the command line need: a question before something that can't be taken back, and a sign of life.

A bar appears only for what takes longer than two seconds, and only on a terminal.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

PATIENCE = 2.0
"""Seconds."""


def agreed(question: str) -> bool:
    """Whether somebody at the terminal says yes. Nobody there is a no, with a hint for scripts."""
    if not sys.stdin.isatty():
        print(f"{question}\nNobody is here to ask: run it at a terminal, or with --yes. Nothing was done.", file=sys.stderr)
        return False
    if input(f"{question}\nType yes to go on: ").strip().casefold() in ("yes", "y"):
        return True
    print("Nothing was done.", file=sys.stderr)
    return False


@contextmanager
def sign_of_life(what: str, patience: float = PATIENCE) -> Iterator[Callable[[int, int], None]]:
    """A bar while the block runs, if it runs for long. Call what it gives with (done, of how many), in any thread."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(what, total=None)
    begun = threading.Timer(patience, bar.start)
    begun.daemon = True
    if bar.console.is_terminal:
        begun.start()
    try:
        yield lambda done, all: bar.update(task, completed=done, total=all)
    finally:
        begun.cancel()
        if bar.live.is_started:
            bar.stop()
