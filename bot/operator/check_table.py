"""What ``check`` shows where there is a terminal: findings in colour, and a table of all themes."""

from __future__ import annotations

from rich import box
from rich.table import Table
from rich.text import Text

from bot.quality import Checked, Finding
from bot.quality.overview import overview

HEADINGS = (
    "les-\nsons",
    "recall",
    "under-\nstand",
    "apply",
    "ana-\nlyse",
    "eval-\nuate",
    "ques-\ntions",
    "prom-\npts",
    "sce-\nnes",
)
"""Narrow, so that the table fits into 80 characters."""
COLOURS = {"error": "bold red", "warning": "yellow"}


def colourful(finding: Finding) -> Text:
    """The same line as without colours, so that a terminal still finds the file and the line in it."""
    return Text.assemble(
        (f"{finding.file}:{finding.line}", "bold"), ": ", (finding.level, COLOURS[finding.level]), ": ",
        (finding.where, "cyan"), f": {finding.what} ", (f"[{finding.rule}]", "dim"),
    )  # fmt: skip


def table(checked: Checked) -> Table:
    """Themes by what is in them."""
    rows = overview(checked)
    shown = Table(box=box.SIMPLE_HEAD, show_footer=True, show_edge=False, padding=0)
    shown.add_column("theme", "all", no_wrap=True)
    counts = [(row.lessons, *row.questions, sum(row.questions), row.prompts, row.scenarios) for row in rows]
    for at, name in enumerate(HEADINGS):
        shown.add_column(name, str(sum(one[at] for one in counts)), justify="right", vertical="bottom")
    shown.add_column("warn-\nings", _amiss(checked.errors, checked.warnings), justify="right")
    for row, numbers in zip(rows, counts, strict=True):
        shown.add_row(row.theme, *(str(number) if number else "·" for number in numbers), _amiss(row.errors, row.warnings))
    return shown


def _amiss(errors: int, warnings: int) -> Text:
    if errors:
        return Text(f"{errors} error{'s' * (errors != 1)}" + (f" + {warnings}" if warnings else ""), COLOURS["error"])
    return Text(str(warnings), COLOURS["warning"]) if warnings else Text("✓", "green")
