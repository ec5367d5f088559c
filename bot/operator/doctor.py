"""``bot.py doctor``: is all well? It looks at everything that can keep the bot from working, while the bot runs or not.

It changes nothing, and says of each thing in words whether it is well, and if not, what to do. All looks are taken side by side,
and each has its time: nothing that hangs can hold the others up. The exit status is 1 if there is any trouble, else 0; warnings
alone are no trouble. Neither the token nor anything about a member is ever printed.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.log import start_log
from bot.operator.doctor_database import about_backups, about_database
from bot.operator.doctor_discord import Ask, about_discord
from bot.operator.doctor_here import about_bot, about_content, about_disk, about_libraries, about_secret, about_settings
from bot.operator.findings import Finding, begun, plain, what_came
from bot.settings import SettingsTrouble, read_settings

COLOURS = {"ok": "green", "warning": "yellow", "trouble": "bold red", "skipped": "dim"}
PATIENCE = 6.0
"""Seconds for each look; nearly all take a tenth of one."""
THOROUGH = 3600.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs: one object, with every finding in it")
    parser.add_argument("--offline", action="store_true", help="ask nothing of Discord")
    parser.add_argument("--all", action="store_true", help="look at the channels of all servers, not only of a few; slowly")
    parser.add_argument("--thorough", action="store_true", help="look through the whole database, however long that takes (SQLite)")
    parser.add_argument(
        "--backups", type=Path, metavar="FOLDER", help="where your backups are (backups/, if there is such a folder)"
    )


def doctor(given: argparse.Namespace) -> int:
    """Look, and say what was seen. Returns 1 if there is trouble."""
    start_log("ERROR", io.StringIO())  # what a library would warn about, a finding says in our words
    findings = tuple(examination(given, lambda: datetime.now(UTC)))
    if given.json:
        print(json.dumps({"status": _worst(findings), "findings": [asdict(one) for one in findings]}, indent=2))
    else:
        _tell(findings)
    return 1 if _worst(findings) == "trouble" else 0


def examination(given: argparse.Namespace, now: Callable[[], datetime]) -> Iterator[Finding]:
    """All that is found, in the order in which an operator would ask."""
    try:
        settings = read_settings()
    except SettingsTrouble as trouble:
        yield from (Finding("settings", "trouble", line, "docs/OPERATING.md explains each.") for line in str(trouble).splitlines())
        return
    yield from about_settings(settings)
    most = THOROUGH if given.thorough else 1.0
    database = begun(lambda: about_database(settings, now(), most=most))
    looks: dict[str, tuple[Future[list[Finding]], float]] = {
        "libraries": (begun(about_libraries), PATIENCE),
        "content": (begun(lambda: about_content(settings)), PATIENCE),
        "secret": (begun(lambda: about_secret(settings, database.result(PATIENCE).marks)), 2 * PATIENCE),
        "disk": (begun(lambda: about_disk(settings)), PATIENCE),
        "database": (begun(lambda: database.result().findings), PATIENCE + most),
        "backups": (begun(lambda: about_backups(settings, given.backups, now())), PATIENCE),
        "bot": (begun(lambda: about_bot(settings)), PATIENCE),
    }
    if not given.offline:
        ask = Ask(settings, database, now, every_server=given.all)
        looks["discord"] = (begun(lambda: about_discord(ask)), THOROUGH if given.all else 2 * PATIENCE)
    for about, (look, patience) in looks.items():
        yield from what_came(about, look, patience)
    if given.offline:
        yield Finding("discord", "skipped", "Discord was not asked (--offline).")


def _worst(findings: tuple[Finding, ...]) -> str:
    return next((level for level in ("trouble", "warning") if any(one.level == level for one in findings)), "ok")


def _tell(findings: tuple[Finding, ...]) -> None:
    console = Console(file=sys.stdout, soft_wrap=not sys.stdout.isatty())
    table = Table.grid(padding=(0, 2))
    for column in ("level", "about"):
        table.add_column(column, no_wrap=True)
    table.add_column("says", overflow="fold")
    for one in findings:
        said = Text(plain(one.says))
        if one.remedy:
            said.append(f"\n→ {plain(one.remedy)}", "bold")
        table.add_row(Text(one.level, COLOURS[one.level]), one.about, said)
    if console.is_terminal:
        console.print(table)
    else:  # a line each, for whoever looks for words in it
        for one in findings:
            remedy = f" → {plain(one.remedy)}" if one.remedy else ""
            print(f"{one.level:8} {one.about:10} {plain(one.says)}{remedy}")
    print(_in_all(findings))


def _in_all(findings: tuple[Finding, ...]) -> str:
    troubles, warnings = (sum(one.level == level for one in findings) for level in ("trouble", "warning"))
    if not troubles and not warnings:
        return "All is well."
    many = [f"{troubles} trouble{'s' * (troubles != 1)}"] * bool(troubles)
    many += [f"{warnings} warning{'s' * (warnings != 1)}"] * bool(warnings)
    return f"{' and '.join(many)}." + ("" if troubles else " Nothing keeps the bot from working.")
