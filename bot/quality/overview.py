"""How much there is of everything, theme by theme: counted on the pages, so that it can be told while something is still wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import get_args

from bot.library import Page
from bot.quality.bank import ENGLISH, Written
from bot.quality.check import Checked
from bot.questions import Level

LEVELS: tuple[str, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class Row:
    """One theme in numbers."""

    theme: str
    """Its permanent name; with its language, unless that is English."""
    lessons: int
    questions: tuple[int, ...]
    """By level, in the order of ``LEVELS``."""
    prompts: int
    scenarios: int
    """Those that belong to it, in its language."""
    errors: int
    warnings: int


def overview(checked: Checked) -> tuple[Row, ...]:
    """A row for each theme, in the order of their numbers."""
    told: Counter[tuple[str, str]] = Counter((one.file, one.level) for one in checked.findings)
    rows: list[tuple[str, int, Row]] = []
    for language, pages in checked.looked.themes.items():
        played = Counter(_theme_of(one) for one in checked.looked.scenarios.get(language, ()))
        for page in pages:
            rows.append((language, _number(page), _row(page, language, told, played)))  # noqa: PERF401  clearer than two loops in one line
    return tuple(row for _, _, row in sorted(rows, key=lambda one: (one[0] != ENGLISH, one[0], one[1])))


def _theme_of(scenario: Page) -> object:
    return scenario.data.get("theme") if isinstance(scenario.data, dict) else None


def _row(page: Page, language: str, told: Counter[tuple[str, str]], played: Counter[object]) -> Row:
    written = Written(page)
    levels = Counter(question.text("level") for question in written.questions)
    name = written.theme.text("theme") or page.file
    return Row(
        name if language == ENGLISH else f"{language} · {name}",
        len(written.lessons),
        tuple(levels[level] for level in LEVELS),
        len(written.prompts),
        played[written.theme.text("theme")],
        told[page.file, "error"],
        told[page.file, "warning"],
    )


def _number(page: Page) -> int:
    number = page.data.get("number") if isinstance(page.data, dict) else None
    return number if isinstance(number, int) else 100
