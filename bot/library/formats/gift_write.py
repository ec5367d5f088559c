r"""Moodle's GIFT, written so that Moodle reads it, and so that ``gift_read.py`` gets back exactly what was there.

A text whose beginning would be taken for something else (a format, a weight, a comment) gets its format before it; all else
is escaped. What GIFT can't hold at all is one thing: ``->`` where pairs are told by it. It becomes an arrow, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from bot.library.formats.asked import (
    NONE,
    WHOLE,
    Answer,
    Asked,
    Choice,
    Description,
    Essay,
    Format,
    Left,
    Match,
    Number,
    ShortAnswer,
    TrueOrFalse,
    Words,
)

_RESERVED = re.compile(r"[\\#=~{}:\n]")
_TAKEN_FOR_ELSE = re.compile(r"\[(?:moodle|html|plain|markdown)\]|%|//")


def write_gift(questions: Iterable[Asked]) -> str:
    """A GIFT file with these entries."""
    blocks: list[str] = []
    category: str | None = None
    for one in questions:
        if one.category != category:
            category = one.category
            blocks.append(f"$CATEGORY: {category or ''}".rstrip())
        blocks.append(write_one(one))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def lost_in_gift(questions: Iterable[Asked]) -> Iterator[Left]:
    """What of these entries GIFT can't hold."""
    for one in questions:
        if isinstance(one.how, Match):
            lost = any("->" in pair.left.text for pair in one.how.pairs)
        else:
            lost = isinstance(one.how, ShortAnswer) and any(
                "->" in words.text for answer in one.how.answers for words in (answer.words, answer.feedback) if words
            )
        if lost:
            yield Left(one.line, "-> in a text became an arrow (→), since GIFT takes it for a pair")


def write_one(one: Asked) -> str:
    """One entry: several lines, none of them empty."""
    usual = one.ask.format
    marks = [f"[id:{_mark(one.id)}]"] if one.id else []
    marks += [f"[tag:{_mark(tag)}]" for tag in one.tags]
    comment = f"// {' '.join(marks)}\n" if marks else ""
    title = f"::{_escaped(one.title)}::" if one.title else ""
    head = comment + title + _worded(one.ask, "moodle")
    if isinstance(one.how, Description):
        return head
    general = f"####{_worded(one.general, usual)}" if one.general else ""
    if isinstance(one.how, Essay):
        return f"{head}{{{general}}}"
    if isinstance(one.how, TrueOrFalse):
        return f"{head}{{{_truth(one.how, usual)}{general}}}"
    lines = [*_LINES[type(one.how)](one.how, usual), *([general] if general else [])]
    return "\n".join((head + ("{#" if isinstance(one.how, Number) else "{"), *(f"\t{line}" for line in lines), "}"))


def _truth(how: TrueOrFalse, usual: Format) -> str:
    truth = "TRUE" if how.is_true else "FALSE"
    wrong = _worded(how.if_wrong, usual) if how.if_wrong else ""
    right = f"#{_worded(how.if_right, usual)}" if how.if_right else ""
    return f"{truth}#{wrong}{right}" if wrong or right else truth


def _choice(how: Choice, usual: Format) -> Iterator[str]:
    chosen = how.several
    for answer in how.answers:
        if answer.percent == WHOLE and not how.several:
            # Only one of several right ones gets the sign, lest all of them do: without a ~ it would be a short answer.
            sign, chosen = ("=" if not chosen else "~%100%"), True
        else:
            sign = f"~{_weight(answer.percent)}" if answer.percent != NONE else "~"
        yield _signed(sign, answer, usual)


def _short(how: ShortAnswer, usual: Format) -> Iterator[str]:
    for answer in how.answers:
        sign = f"={_weight(answer.percent)}" if answer.percent != WHOLE else "="
        yield _signed(sign, answer, usual).replace("->", "→")


def _number(how: Number, usual: Format) -> Iterator[str]:
    for near in how.answers:
        sign = f"={_weight(near.percent)}" if near.percent != WHOLE else "="
        value = "*" if near.value is None else _plain(near.value) + (f":{_plain(near.margin)}" if near.margin else "")
        yield sign + value + (f"#{_worded(near.feedback, usual)}" if near.feedback else "")
    if how.otherwise:
        yield f"~#{_worded(how.otherwise, usual)}"


def _match(how: Match, usual: Format) -> Iterator[str]:
    for pair in how.pairs:
        yield f"={_worded(pair.left, usual).replace('->', '→')} -> {_escaped(pair.right)}"


_LINES: dict[type[Any], Callable[[Any, Format], Iterator[str]]] = {
    Choice: _choice,
    ShortAnswer: _short,
    Number: _number,
    Match: _match,
}


def _signed(sign: str, answer: Answer, usual: Format) -> str:
    return sign + _worded(answer.words, usual) + (f"#{_worded(answer.feedback, usual)}" if answer.feedback else "")


def _worded(words: Words, usual: Format) -> str:
    said = words.format != usual or _TAKEN_FOR_ELSE.match(words.text)
    return (f"[{words.format}]" if said else "") + _escaped(words.text)


def _escaped(text: str) -> str:
    return _RESERVED.sub(lambda found: "\\" + ("n" if found[0] == "\n" else found[0]), text)


def _mark(text: str) -> str:
    return text[:100].replace("]", "\\]")


def _weight(percent: Decimal) -> str:
    return f"%{_plain(percent)}%"


def _plain(number: Decimal) -> str:
    """Plain digits: neither Moodle nor a reader wants 1E+2."""
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
