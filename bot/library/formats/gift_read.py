r"""Moodle's GIFT, read: text in, questions out, and each place that could not be read.

It reads what Moodle reads (https://docs.moodle.org/en/GIFT_format), in one pass and without recursion, so that no file takes
longer than its length. Where people's habits differ from Moodle and nothing is ambiguous, it follows the people: ``{true}`` in
small letters, a ``$CATEGORY:`` line without an empty line after it, ``=%100%`` in a choice.

An escaped character (``\~``) is first swapped for one that no text can have, so that all that is left is a control character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, localcontext

from bot.library.formats.asked import (
    BLANK,
    FORMATS,
    MOST_READ,
    NONE,
    WHOLE,
    Answer,
    Asked,
    Brought,
    Choice,
    Description,
    Essay,
    Format,
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

_ESCAPE = re.compile(r"\\([:#={}~n\\])")
_HIDDEN = {char: chr(0xDC00 + ord(char)) for char in ":#={}~n\\"}
_SHOWN = {ord(hidden): "\n" if char == "n" else char for char, hidden in _HIDDEN.items()}

_ID = re.compile(r"\[id:((?:\\\]|[^\]]){1,200})\]")  # with an end, lest a file of openings is searched over and over
_TAG = re.compile(r"\[tag:((?:\\\]|[^\]]){1,200})\]")
_PERCENT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]{1,9})?)%")
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{0,20})?(?:[eE][+-]?[0-9]{1,2})?|[+-]?\.[0-9]{1,20}")
_CATEGORY = "$CATEGORY:"
_TRUE, _FALSE = {"t", "true"}, {"f", "false"}


class _CannotRead(Exception):
    """One question can't be read: why."""


def read_gift(text: str) -> Brought:
    """Everything that a GIFT file has. Never raises for what is in it."""
    whole = tidy(text)
    if isinstance(whole, Left):
        return Brought((), (whole,))
    questions: list[Asked] = []
    left: list[Left] = []
    category: str | None = None
    for lines in _blocks(whole):
        kept: list[str] = []
        comments: list[str] = []
        first = 0
        for number, line in lines:
            bare = line.strip()
            if bare.startswith("//"):
                comments.append(bare)
            elif not kept and bare.startswith(_CATEGORY):
                category = bare.removeprefix(_CATEGORY).strip() or None
            else:
                first = first or number
                kept.append(bare)
        if not kept:
            continue
        if len(questions) == MOST_READ:
            left.append(Left(first, f"the file has more than {MOST_READ:,} questions; the rest was not read"))
            break
        try:
            questions.append(_question("\n".join(kept), " ".join(comments), category, first))
        except _CannotRead as trouble:
            left.append(Left(first, str(trouble)))
    return Brought(tuple(questions), told(left))


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """The lines between empty lines, with their numbers."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            block.append((number, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _question(text: str, comment: str, category: str | None, line: int) -> Asked:
    text = _ESCAPE.sub(lambda found: _HIDDEN[found[1]], text)
    title: str | None = None
    if text.startswith("::"):
        end = text.find("::", 2)
        title = " ".join(_shown(text[2:end]).split()) or None if end > 0 else None
        text = text[end + 2 if end > 0 else 2 :].strip()
    before, answers, after = _parts(text)
    general = ""
    if answers is not None and (at := answers.rfind("####")) >= 0:
        answers, general = answers[:at].strip(), answers[at + 4 :]
    ask = _words(f"{before}{BLANK}{after}" if after else before, "moodle")
    how = Description() if answers is None else _how(answers, ask.format)
    found = _ID.search(comment)
    return Asked(
        ask=ask,
        how=how,
        title=title,
        general=_said(general, ask.format),
        category=category,
        id=_marked(found[1]) if found else None,
        tags=tuple(filter(None, map(_marked, _TAG.findall(comment)))),
        line=line,
    )


def _parts(text: str) -> tuple[str, str | None, str]:
    """What stands before, within and after the braces; without braces there are no answers."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        return text, None, ""
    if start < 0 or 0 <= end < start:
        raise _CannotRead(r"a } stands here without a { before it; if it is text, write \}")
    if end < 0:
        raise _CannotRead("a { opens here and doesn't close before the next empty line, which in GIFT ends a question")
    after = text[end + 1 :].strip()
    if "{" in after or "}" in after:
        raise _CannotRead(r"has a second pair of braces; GIFT allows one in a question, and braces in a text are written \{ and \}")
    return text[:start].strip() if not after else text[:start], text[start + 1 : end].strip(), text[end + 1 :] if after else ""


def _how(answers: str, usual: Format) -> How:
    if not answers:
        return Essay()
    if answers.startswith("#"):
        return _number(answers[1:], usual)
    if "~" in answers:
        return _choice(answers, usual)
    items = [item for index, item in enumerate(answers.split("=")) if index or item.strip()]
    with_arrow = sum("->" in item.partition("#")[0] for item in items)
    if "=" in answers and with_arrow == len(items):
        halves = (item.partition("->") for item in items)
        return Match(tuple(Pair(_words(left, usual), _shown(right).strip()) for left, _, right in halves))
    if "=" in answers and with_arrow:
        raise _CannotRead(f"{len(items) - with_arrow} of its {len(items)} pairs have no ->")
    truth, *feedback = answers.split("#", 2)
    if "=" not in truth and truth.strip().casefold() in _TRUE | _FALSE:
        wrong, right = [*(_said(one, usual) for one in feedback), None, None][:2]
        return TrueOrFalse(truth.strip().casefold() in _TRUE, wrong, right)
    return ShortAnswer(tuple(_answer(item, usual, WHOLE) for item in items))


def _choice(answers: str, usual: Format) -> Choice:
    head, *rest = re.split("(~?=|~)", answers)
    signs = [("~", head)] if head.strip() else []
    signs += zip(rest[::2], rest[1::2], strict=True)
    return Choice(
        tuple(_answer(text, usual, NONE if sign == "~" else WHOLE) for sign, text in signs),
        several=all(sign == "~" for sign, _ in signs),
    )


def _answer(text: str, usual: Format, percent: Decimal) -> Answer:
    percent, text = _weighed(text, percent)
    answer, _, feedback = text.partition("#")
    return Answer(_words(answer, usual), percent, _said(feedback, usual))


def _number(answers: str, usual: Format) -> Number:
    accepted, wrong, otherwise = answers.partition("~")
    items = [item for index, item in enumerate(accepted.split("=")) if index or item.strip()]
    if not items:
        raise _CannotRead("asks for a number, and has none that is right")
    return Number(tuple(_near(item, usual) for item in items), _said(otherwise.partition("#")[2], usual) if wrong else None)


def _near(text: str, usual: Format) -> Near:
    percent, text = _weighed(text, WHOLE)
    written, _, feedback = text.partition("#")
    value, margin = near_number(_words(written, usual).text)
    return Near(value, margin, percent, _said(feedback, usual))


def near_number(written: str) -> tuple[Decimal | None, Decimal]:
    """A number and its margin, from ``3``, ``3:0.5``, ``2..4`` or ``*``. Raises ``ValueError``."""
    low, dots, high = written.partition("..")
    value, colon, margin = written.partition(":")
    if written == "*":
        return None, NONE
    with localcontext(prec=120):
        if dots:
            ends = sorted((_decimal(low), _decimal(high)))
            return (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2
        return _decimal(value), abs(_decimal(margin)) if colon else NONE


def _decimal(written: str) -> Decimal:
    if not _NUMBER.fullmatch(written.strip()):
        raise _NotANumber(f"{written.strip()[:40]!r} is no number; write digits and a point, such as 3.5")
    return Decimal(written.strip())


class _NotANumber(_CannotRead, ValueError):
    pass


def _weighed(text: str, percent: Decimal) -> tuple[Decimal, str]:
    text = text.strip()
    if found := _PERCENT.match(text):
        return Decimal(found[1]), text[found.end() :]
    return percent, text


def _words(text: str, usual: Format) -> Words:
    text = text.strip()
    for one in FORMATS:
        if text.startswith(f"[{one}]"):
            return Words(_shown(text[len(one) + 2 :]).strip(), one)
    return Words(_shown(text).strip(), usual)


def _said(text: str, usual: Format) -> Words | None:
    words = _words(text, usual)
    return words if words.text else None


def _shown(text: str) -> str:
    return text.translate(_SHOWN)


def _marked(text: str) -> str:
    return text.replace("\\]", "]").strip()
