"""What several words of the command line need: a question before something that can't be taken back, and a sign of life.

A bar appears only for what takes longer than two seconds, and only on a terminal; a log gets a line of the same every half minute.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

PATIENCE = 2.0
"""Seconds before anything is shown."""
AGAIN = 30.0
"""Seconds between two lines where there is no terminal."""


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
def sign_of_life(what: str, patience: float = PATIENCE, again: float = AGAIN) -> Iterator[Callable[[int, int], None]]:
    """A bar while the block runs, if it runs for long; where there is no terminal, a line now and then. Call what it gives with
    (done, of how many), in any thread."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(what, total=None)
    ended = threading.Event()

    def show() -> None:
        if ended.wait(patience):
            return
        if bar.console.is_terminal:
            bar.start()
            return
        while True:
            so_far = f": {bar.tasks[0].percentage:.0f} %" if bar.tasks[0].total else " …"
            print(f"{what}{so_far}", file=sys.stderr, flush=True)
            if ended.wait(again):
                return

    showing = threading.Thread(target=show, daemon=True)
    showing.start()
    try:
        yield lambda done, all: bar.update(task, completed=done, total=all)
    finally:
        ended.set()
        showing.join()
        if bar.live.is_started:
            bar.stop()
