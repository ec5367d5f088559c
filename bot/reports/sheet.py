"""Reports as CSV, for a spreadsheet: one row a fact or figure, the same as on the page.

A cell that a spreadsheet would take for a formula begins with an apostrophe: a group's name is typed by somebody, and must not
run on the machine of whoever opens the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date

from bot.overview import Overview
from bot.progress import learners_in_words
from bot.reports.machine import Machine

NOT_TOLD = "not told: too few"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_HEAD = ("what", "theme", "item", "figure", "day")


def group_sheet(shown: Overview, made_on: date) -> bytes:
    """Everything that ``group_page`` says."""
    rows: list[tuple[object, ...]] = [
        ("report", "", shown.name, "", made_on),
        ("learners, counted once a week", "", "", learners_in_words(shown.counted), ""),
        ("a figure is about at least so many learners", "", "", shown.publish_from, ""),
        ("latest publication", "", "", "", shown.as_of or "none yet"),
    ]
    if shown.plan:
        rows.append(("plan", "", shown.plan.title, f"week {shown.plan.week} of {shown.plan.weeks}", ""))
    rows += [(f"{item.kind} posted", item.theme, item.title, item.times, item.day) for item in shown.items]
    rows += [("lessons read", theme.title, "", theme.read or NOT_TOLD, "") for theme in shown.themes]
    rows += [
        ("question known, of those who answered it", theme.title, one.text, one.word or NOT_TOLD, "")
        for theme in shown.themes
        for one in theme.questions
    ]
    weeks = [(week, f"of {week.told} that enough have answered") for week in shown.weeks]
    rows += [("questions that most know", "", of, week.known, week.day) for week, of in weeks]
    return _written(rows)


def machine_sheet(machine: Machine, made_on: date) -> bytes:
    """Everything that ``machine_page`` says."""
    rows: list[tuple[object, ...]] = [
        ("report", "", "all groups", "", made_on),
        ("groups", "", "", machine.groups, ""),
        ("learners, at least", "", "", machine.learners, ""),
        ("groups with a summary", "", "", machine.summed_up, ""),
        ("lessons posted", "", "", machine.lessons, ""),
        ("prompts posted", "", "", machine.prompts, ""),
        ("of these, groups' own", "", "", machine.own_prompts, ""),
        ("scenarios posted", "", "", machine.scenarios, ""),
        ("rounds posted", "", "", machine.rounds, ""),
    ]
    for theme in machine.themes:
        rows += [
            ("groups that discussed it", theme.title, "", theme.discussed, ""),
            ("groups that had a lesson of it", theme.title, "", theme.lessons, ""),
            ("groups in which most of its lessons are read", theme.title, "", theme.read or NOT_TOLD, ""),
        ]
        rows += [("groups in which most know it", theme.title, one.text, one.word or NOT_TOLD, "") for one in theme.questions]
    return _written(rows)


def harmless(cell: object) -> str:
    """As a text that no spreadsheet runs, and on one line."""
    text = " ".join(str(cell).split())
    return f"'{text}" if text.startswith(_FORMULA) else text


def _written(rows: Iterable[tuple[object, ...]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(_HEAD)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    # With the mark by which a spreadsheet knows UTF-8.
    return out.getvalue().encode("utf-8-sig", "replace")
