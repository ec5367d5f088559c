"""A CSV file of questions, read: one row a question, the columns of ``csv_table.py`` in any order; comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal

from bot.library.formats.asked import (
    MOST_READ,
    NONE,
    WHOLE,
    Answer,
    Asked,
    Brought,
    Choice,
    Description,
    Essay,
    How,
    Left,
    Match,
    Near,
    Number,
    Pair,
    ShortAnswer,
    TrueOrFalse,
    Words,
    tidy,
    told,
)
from bot.library.formats.csv_table import ANSWER, HEAD, KINDS, MOST_OPTIONS, OTHERWISE, TAIL, as_typed
from bot.library.formats.gift_read import near_number
from bot.library.formats.placing import Place, tags_of
from bot.questions.texts import did_you_mean, shortened

_ANSWER = re.compile(rf"({'|'.join(ANSWER)}) ?([1-9][0-9]?)")
_COUNTS = re.compile(r"(-?[0-9]{1,3}(?:[.,][0-9]{1,9})?) ?%?")
_YES = {"x", "yes", "y", "true", "right", "1", "✓", "✔"}
_NO = {"", "no", "n", "false", "wrong", "0", "-"}
_BETWEEN = (",", ";", "\t")

Option = tuple[str, str, str]


class _CannotRead(Exception):
    """One row can't be read: why."""


def read_csv(text: str) -> Brought:
    """Every row of a table of questions. Never raises for what is in it."""
    whole = tidy(text)
    if isinstance(whole, Left):
        return Brought((), (whole,))
    start, between = 1, ""
    if named := re.match("sep=(.)\n", whole):  # a first line that Excel writes and understands
        start, between, whole = 2, named[1], whole[named.end() :]
    head = whole.partition("\n")[0]
    between = between or max(_BETWEEN, key=head.count)
    questions: list[Asked] = []
    left: list[Left] = []
    columns: list[str | tuple[str, int] | None] = []
    for line, row in _rows(whole, between, start, left):
        if not columns:
            columns, wrong = _columns(row)
            left += [Left(line, what) for what in wrong]
            if "question" not in columns:
                left.append(Left(line, "the first line has to name the columns, and one of them has to be called question"))
                break
        elif len(questions) == MOST_READ:
            left.append(Left(line, f"the file has more than {MOST_READ:,} questions; the rest was not read"))
            break
        elif any(cell.strip() for cell in row):
            try:
                questions.append(_question(columns, row, line))
            except (_CannotRead, ValueError) as trouble:
                left.append(Left(line, str(trouble)))
    return Brought(tuple(questions), told(left))


def _rows(text: str, between: str, start: int, left: list[Left]) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(io.StringIO(text), delimiter=between)
    line = start
    try:
        for row in rows:
            yield line, row
            line = start + rows.line_num
    except csv.Error:
        left.append(Left(line, "has a cell without an end: look for a quotation mark that doesn't close"))


def _columns(row: list[str]) -> tuple[list[str | tuple[str, int] | None], list[str]]:
    columns: list[str | tuple[str, int] | None] = []
    wrong: list[str] = []
    known = {*HEAD, *TAIL}
    for cell in row[: MOST_OPTIONS * 3 + len(known)]:
        name = " ".join(cell.casefold().split())
        answer = _ANSWER.fullmatch(name)
        column = (answer[1], int(answer[2])) if answer and int(answer[2]) <= MOST_OPTIONS else name if name in known else None
        if column is None and name:
            meant = did_you_mean(name, [*known, "option 1", "right 1", "feedback 1"])
            wrong.append(f"the column {shortened(name)!r} is not known and was left out{meant}")
        elif column is not None and column in columns:
            wrong.append(f"the column {name!r} is there twice; the second was left out")
            column = None
        columns.append(column)
    return columns, wrong


def _question(columns: list[str | tuple[str, int] | None], row: list[str], line: int) -> Asked:
    cells = {column: as_typed(cell).strip() for column, cell in zip(columns, row, strict=False) if column is not None}

    def cell(name: str) -> str:
        return cells.get(name, "")

    options = _options(cells)
    number = cell("number")
    if number and not re.fullmatch("[0-9]{1,4}", number):
        raise _CannotRead(f"its number is {shortened(number)!r}; write plain digits, or leave the cell empty")
    place = Place(
        number=int(number) if number else None,
        level=" ".join(cell("level").split()).casefold() or None,
        lesson=" ".join(cell("lesson").split()) or None,
        sources=tuple(dict.fromkeys(re.split(r"[\s,;]+", cell("sources")))) if cell("sources") else (),
        keeps_order=_is_yes(cell("keep order")),
    )
    return Asked(
        ask=_words(cell("question")),
        how=_how(cell("kind").casefold(), options),
        title=" ".join(cell("title").split()) or None,
        general=_said(cell("general feedback")),
        category=" ".join(cell("category").split()) or None,
        id=" ".join(cell("id").split()) or None,
        tags=(*tags_of(place), *filter(None, (tag.strip() for tag in cell("tags").split("\n")))),
        line=line,
    )


def _options(cells: dict[str | tuple[str, int], str]) -> list[Option]:
    numbers = {column[1] for column, text in cells.items() if isinstance(column, tuple) and text}
    last = max(numbers, default=0)
    options = [tuple(cells.get((word, number), "") for word in ANSWER) for number in range(1, last + 1)]
    return [(one[0], one[1], one[2]) for one in options if any(one)]


def _how(kind: str, options: list[Option]) -> How:
    if not kind:
        right = sum(_is_yes(right) for _, right, _ in options)
        kind = "one choice" if right == 1 else "many choices" if options else "essay"
    if kind not in KINDS:
        raise _CannotRead(f"its kind is {shortened(kind)!r}; it has to be one of: {', '.join(KINDS)}{did_you_mean(kind, KINDS)}")
    if kind in {"essay", "text"}:
        return Essay() if kind == "essay" else Description()
    if not options:
        raise _CannotRead("has no options")
    if kind == "true or false":
        return _truth(options)
    if kind == "number":
        return _number(options)
    if kind == "match":
        return Match(tuple(Pair(_words(left), right) for left, right, _ in options))
    usual = "x" if kind == "short answer" else ""
    answers = tuple(Answer(_words(text), _counts(right or usual), _said(feedback)) for text, right, feedback in options)
    return ShortAnswer(answers) if kind == "short answer" else Choice(answers, several=kind == "many choices")


def _truth(options: list[Option]) -> TrueOrFalse:
    said = {text.casefold(): (_is_yes(right), _said(feedback)) for text, right, feedback in options}
    right = [text for text, (is_right, _) in said.items() if is_right]
    if not said.keys() <= {"true", "false"} or len(right) != 1:
        raise _CannotRead("its options have to be true and false, with an x for the right one")
    wrong = "false" if right == ["true"] else "true"
    return TrueOrFalse(right == ["true"], said.get(wrong, (False, None))[1], said[right[0]][1])


def _number(options: list[Option]) -> Number:
    accepted = [one for one in options if one[0].casefold() != OTHERWISE]
    others = [_said(feedback) for text, _, feedback in options if text.casefold() == OTHERWISE]
    if not accepted:
        raise _CannotRead("asks for a number, and has none that is right")
    near = (Near(*near_number(text), _counts(right or "x"), _said(feedback)) for text, right, feedback in accepted)
    return Number(tuple(near), others[0] if others else None)


def _counts(cell: str) -> Decimal:
    plain = cell.casefold()
    if plain in _YES or plain in _NO:
        return WHOLE if plain in _YES else NONE
    if found := _COUNTS.fullmatch(plain):
        return Decimal(found[1].replace(",", "."))
    raise _CannotRead(f"has {shortened(cell)!r} where an x for right is expected, or what the answer counts, such as 50%")


def _is_yes(cell: str) -> bool:
    return cell.casefold() in _YES or cell == "100%"


def _words(text: str) -> Words:
    return Words(text, "markdown")


def _said(text: str) -> Words | None:
    return Words(text, "markdown") if text else None
