"""Writing a file that somebody asked for on the command line: never over another one unasked, and each failure one sentence."""

from __future__ import annotations

import sys
from pathlib import Path


class CannotWrite(Exception):
    """One sentence with the remedy."""


def save(path: Path, text: str, *, over: bool) -> None:
    """Write the text; over a file that is there only if ``over``, or if whoever sits there agrees. Raises ``CannotWrite``."""
    if path.exists() and not over and not _agreed(path):
        raise CannotWrite(f"{path} is there already; name another file, or add --force.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    except OSError as error:
        raise CannotWrite(f"{path} can't be written ({error.strerror or type(error).__name__}); name another file.") from None


def _agreed(path: Path) -> bool:
    if not sys.stdin.isatty():
        return False
    try:
        return input(f"{path} is there already. Write over it? [y/N] ").strip().casefold() in {"y", "yes"}
    except EOFError:
        return False
