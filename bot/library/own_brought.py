"""A question file of another program (Moodle's GIFT, CSV) as a group's own theme.

``formats/`` makes a theme's file of it, which marks all that a theme of the course would still need. Of one's own that may be left
out, so it is. Lines are those of the file that somebody uploaded, not of the one that was made of it: they are read
from the remark *From line 12* that ``formats/theme_file.py`` writes above each question and prompt, so whoever changes the one
changes the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from bot.library.page import Page, parse
from bot.library.problems import Problem
from bot.library.yaml_traps import EMPTY

if TYPE_CHECKING:
    from bot.library.formats import Asked, Brought

ENDINGS = (".gift", ".txt", ".csv")
MOST_QUESTIONS = 300
MOST_MARKS = 10_000
"""Signs before an option, in GIFT."""
MOST_THINGS = 30_000
LONGEST_TITLE = 60
_FROM = re.compile(r" {2}# From line (\d{1,7})\b")


@dataclass(frozen=True, slots=True)
class AsPage:
    """The page that was made of it, with the lines of the uploaded file. ``left``: what has no place here."""

    page: Page
    left: tuple[Problem, ...]


def as_page(content: bytes, file: str) -> AsPage | Problem:
    """Never raises for what is in it. The formats are read in when they are first wanted, since most groups bring YAML or
    nothing."""
    from bot.library.formats import NotText, as_slug, as_theme, decoded, read_csv, read_gift

    try:
        text = decoded(content)
    except NotText as trouble:
        return Problem(file, 1, "the file", str(trouble))
    if text.count("~") + text.count("=") > MOST_MARKS and not file.casefold().endswith(".csv"):
        return Problem(file, 1, "the file", f"has more than {MOST_MARKS:,} options; split it up")
    brought = read_csv(text) if file.casefold().endswith(".csv") else read_gift(text)
    if len(brought.questions) > MOST_QUESTIONS:
        count = len(brought.questions)
        return Problem(file, 1, "the file", f"has {count:,} questions; a file has at most {MOST_QUESTIONS}, so split it up")
    stem = PurePath(file).stem
    made = as_theme(_two_options(brought), name=as_slug(stem) or "questions", title=_title(brought, stem))
    page = parse(made.text.encode(), file, most=MOST_THINGS)
    if isinstance(page, Problem):
        return page
    _leave_out_what_is_empty(page)
    from_lines = _lines(made.text)
    page.lines = {steps: from_lines[min(line, len(from_lines)) - 1] for steps, line in page.lines.items()}
    left = tuple(Problem(file, one.line or 1, "not carried over", one.what) for one in made.left)
    return AsPage(page, left)


def _two_options(brought: Brought) -> Brought:
    """True or false is a choice of two."""
    return replace(brought, questions=tuple(map(_as_choice, brought.questions)))


def _as_choice(one: Asked) -> Asked:
    from bot.library.formats.asked import NONE, WHOLE, Answer, Choice, TrueOrFalse, Words

    how = one.how
    if not isinstance(how, TrueOrFalse):
        return one

    def option(word: str, is_right: bool) -> Answer:
        percent: Decimal = WHOLE if is_right else NONE
        return Answer(Words(word), percent, how.if_right if is_right else how.if_wrong)

    return replace(one, how=Choice((option("True", how.is_true), option("False", not how.is_true))))


def _title(brought: Brought, stem: str) -> str:
    category = next((one.category for one in brought.questions if one.category), "") or ""
    title = category.rpartition("/")[2].strip() or re.sub(r"[-_.]+", " ", stem).strip().capitalize() or "Questions"
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def _leave_out_what_is_empty(page: Page) -> None:
    """What the course would still need; and lessons, of which such a file has only the names."""
    page.traps = {steps: met for steps, met in page.traps.items() if any(what != EMPTY for _, what in met)}
    if not isinstance(page.data, dict):
        return
    page.data = {key: value for key, value in page.data.items() if value is not None and key not in ("lessons", "number")}
    for listed in ("questions", "prompts"):
        found = page.data.get(listed)
        if isinstance(found, tuple):
            page.data[listed] = tuple(map(_filled, found))


def _filled(one: Any) -> Any:
    """The same without what is empty, within it too."""
    if isinstance(one, tuple):
        return tuple(map(_filled, one))
    if not isinstance(one, dict):
        return one
    return {key: _filled(value) for key, value in one.items() if value is not None and key != "lesson"}


def _lines(text: str) -> list[int]:
    """For each line of the text, the line that its question came from."""
    lines, latest = [], 1
    for line in text.split("\n"):
        found = _FROM.match(line)
        latest = int(found[1]) if found else latest
        lines.append(latest)
    return lines
