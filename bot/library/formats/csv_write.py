"""A CSV file of questions, written so that a spreadsheet opens it: UTF-8 with its mark, everything quoted, no cell a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal

from bot.library.formats.asked import (
    NONE,
    WHOLE,
    Asked,
    Choice,
    Description,
    Essay,
    Match,
    Number,
    ShortAnswer,
    TrueOrFalse,
    Words,
)
from bot.library.formats.csv_table import ANSWER, HEAD, OTHERWISE, TAIL, harmless
from bot.library.formats.placing import place_of, tags_without_column
from bot.library.formats.plain_words import as_markdown

Cells = tuple[str, str, str]


def write_csv(questions: Iterable[Asked]) -> str:
    """A table with these entries, a comma between cells. Formats become markdown; nothing else is lost."""
    rows = [(_fixed(one), list(_answers(one))) for one in questions]
    most = max((len(answers) for _, answers in rows), default=0)
    options = [f"{word} {number}" for number in range(1, max(most, 4) + 1) for word in ANSWER]
    used = [word for word in TAIL if any(fixed.get(word) for fixed, _ in rows)]
    written = io.StringIO()
    table = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow((*HEAD, *options, *used))
    for fixed, answers in rows:
        flat = [cell for answer in answers for cell in answer]
        flat += [""] * (len(options) - len(flat))
        table.writerow(map(harmless, (*(fixed[word] for word in HEAD), *flat, *(fixed[word] for word in used))))
    return "\ufeff" + written.getvalue()


def _fixed(one: Asked) -> dict[str, str]:
    place = place_of(one.tags)
    return {
        "number": "" if place.number is None else str(place.number),
        "kind": kind_of(one),
        "level": place.level or "",
        "lesson": place.lesson or "",
        "sources": " ".join(place.sources),
        "question": as_markdown(one.ask),
        "keep order": "x" if place.keeps_order else "",
        "general feedback": _text(one.general),
        "title": one.title or "",
        "category": one.category or "",
        "id": one.id or "",
        "tags": "\n".join(tags_without_column(one.tags)),
    }


def kind_of(one: Asked) -> str:
    """What an author calls it."""
    if isinstance(one.how, Choice):
        return "many choices" if one.how.several else "one choice"
    return _KIND[type(one.how)]


_KIND: dict[type, str] = {
    TrueOrFalse: "true or false",
    ShortAnswer: "short answer",
    Number: "number",
    Match: "match",
    Essay: "essay",
    Description: "text",
}


def _answers(one: Asked) -> Iterator[Cells]:
    how = one.how
    if isinstance(how, (Choice, ShortAnswer)):
        nothing = "" if isinstance(how, Choice) else "0%"  # what somebody may type is right if nothing is said
        for answer in how.answers:
            yield as_markdown(answer.words), _counts(answer.percent) or nothing, _text(answer.feedback)
    elif isinstance(how, TrueOrFalse):
        for is_true in (True, False):
            chosen = how.if_right if is_true == how.is_true else how.if_wrong
            yield str(is_true).lower(), "x" if is_true == how.is_true else "", _text(chosen)
    elif isinstance(how, Number):
        for near in how.answers:
            value = "*" if near.value is None else f"{near.value:f}" + (f":{near.margin:f}" if near.margin else "")
            yield value, _counts(near.percent) or "0%", _text(near.feedback)
        if how.otherwise:
            yield OTHERWISE, "", _text(how.otherwise)
    elif isinstance(how, Match):
        for pair in how.pairs:
            yield as_markdown(pair.left), pair.right, ""


def _counts(percent: Decimal) -> str:
    return {WHOLE: "x", NONE: ""}.get(percent, f"{percent:f}%")


def _text(words: Words | None) -> str:
    return as_markdown(words) if words else ""
