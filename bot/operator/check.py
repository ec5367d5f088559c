"""``bot.py check [PATH]``: is all content well, and is it good? It says everything, and changes nothing.

Errors are what the bot refuses to start on; warnings are weak questions and hard sentences, which learners would meet. The exit
code is 1 for errors alone. What it needs beside the reader is imported when it runs, so that it costs the bot's start nothing.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import SettingsTrouble, read_settings

if TYPE_CHECKING:
    from bot.quality import Checked


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        metavar="PATH",
        help="the content folder, or one file of it; without it, CONTENT_DIR from the settings, else content/ beside bot.py",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text to read (the default), or JSON")


def check(given: argparse.Namespace) -> int:
    """Print what is wrong, a line each, and count what is there. Returns 1 if there is an error, else 0."""
    from bot.quality import check as look_over

    try:
        folder, only = _where(given.path)
    except SettingsTrouble as trouble:
        print(trouble)
        return 1
    checked = look_over(folder, _today(), only)
    if given.format == "json":
        print(_as_json(checked))
    else:
        _tell(checked, whole=only is None)
    return 1 if checked.errors else 0


def _where(path: Path | None) -> tuple[Path, Path | None]:
    """The content folder, and the one file of it (or of somewhere else) that is meant."""
    if path is None:
        return read_settings().content_dir, None
    if not path.is_file():
        return path, None
    around = next((folder for folder in path.resolve().parents[:3] if (folder / "sources.yaml").is_file()), None)
    return around or read_settings().content_dir, path


def _today() -> date:
    return datetime.now(UTC).date()


def _as_json(checked: Checked) -> str:
    findings = [asdict(one) for one in checked.findings]
    return json.dumps({"errors": checked.errors, "warnings": checked.warnings, "findings": findings}, ensure_ascii=False, indent=2)


def _tell(checked: Checked, *, whole: bool) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    if console.is_terminal:
        from bot.operator.check_table import colourful, table

        for finding in checked.findings:
            console.print(colourful(finding), soft_wrap=True)
        if whole and checked.looked.themes:
            console.print(table(checked))
    else:
        for finding in checked.findings:
            print(finding)
    print(_sum(checked) if whole else f"{_outcome(checked)[:1].upper()}{_outcome(checked)[1:]}.")


def _sum(checked: Checked) -> str:
    from bot.quality.overview import overview

    rows, looked = overview(checked), checked.looked
    sources = looked.sources.data if looked.sources else None
    counts = {
        "theme": len(rows),
        "lesson": sum(row.lessons for row in rows),
        "question": sum(sum(row.questions) for row in rows),
        "prompt": sum(row.prompts for row in rows),
        "scenario": sum(map(len, looked.scenarios.values())),
        "plan": sum(map(len, looked.plans.values())),
        "word": sum(len(tuple(page.listed("terms"))) for page in looked.glossaries.values() if page),
        "source": len(sources) if isinstance(sources, dict) else 0,
    }
    return f"{', '.join(_so_many(count, thing) for thing, count in counts.items())}: {_outcome(checked)}."


def _outcome(checked: Checked) -> str:
    parts = [_so_many(count, thing) for count, thing in ((checked.errors, "error"), (checked.warnings, "warning")) if count]
    return ", ".join(parts) or "all well"


def _so_many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
