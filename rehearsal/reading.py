"""How the bot's process reads content again while the bot runs, and what it reports: one line of JSON on standard output.

It lives in that process, beside the bot; the rehearsal's own process only hears the reports (content.py).
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.library import Library
    from bot.quality import Finding

MARK = "rehearsal:content "
"""How a report's line begins; anything else there is meant for people."""
MOST_FINDINGS = 200
LONGEST_LINE = 160


class Reading:
    """What the bot has, and how it gets something newer. One thread of its own reads; whoever asks need not wait."""

    def __init__(self, *, at_once: bool = True) -> None:
        """``at_once``: somebody wants a report of what it begins with, not only of what is saved later; a second's work."""
        self._at_once = at_once
        self._use: Callable[[Library], None] | None = None
        self._asked = threading.Event()
        self._leaving = False
        self._reader = threading.Thread(target=self._keep_reading, daemon=True)

    @property
    def is_open(self) -> bool:
        return self._use is not None

    def opened(self, use: Callable[[Library], None]) -> None:
        """The bot is open, with the content that is there now. `use` gives it another library."""
        self._use = use
        if self._at_once:
            self.ask()
        self._reader.start()

    def ask(self) -> None:
        """Something was saved. Asking several times while it reads is asking once more."""
        self._asked.set()

    def leave(self) -> None:
        """The process ends. What is being read is read to its end: Python crashes if it ends in the middle of that."""
        self._leaving = True
        self._asked.set()
        if self._reader.is_alive():
            self._reader.join()

    def _keep_reading(self) -> None:
        while self._asked.wait() and not self._leaving:
            self._asked.clear()
            self.again()

    def again(self) -> None:
        """Read all content. If it is well the bot has it from now on; else it keeps what it has. Reports either way."""
        from bot.quality import check
        from bot.settings import SettingsTrouble, read_settings

        try:
            folder = read_settings().content_dir
        except SettingsTrouble:
            return  # the bot says so, and ends
        checked = check(folder, datetime.now(UTC).date())
        is_fresh = checked.looked.library is not None
        if checked.looked.library is not None and self._use is not None:
            self._use(checked.looked.library)
        findings = [_with_line(one, folder) for one in checked.findings[:MOST_FINDINGS]]
        report = {
            "fresh": is_fresh, "open": self.is_open, "errors": checked.errors, "warnings": checked.warnings, "findings": findings,
        }  # fmt: skip
        sys.stdout.write(f"{MARK}{json.dumps(report)}\n")
        sys.stdout.flush()


def _with_line(finding: Finding, folder: Path) -> dict[str, object]:
    """A finding, and what is written in its line."""
    written = ""
    try:
        lines = (folder.resolve().parent / finding.file).read_text(encoding="utf-8", errors="replace").splitlines()
        written = lines[finding.line - 1].strip() if finding.line <= len(lines) else ""
    except OSError:
        pass  # a folder, or a file that is gone by now
    return {**asdict(finding), "written": written if len(written) <= LONGEST_LINE else f"{written[: LONGEST_LINE - 1]}…"}


def is_report(line: str) -> bool:
    return line.startswith(MARK)
