"""Trivia lists of Red, another Discord bot, read: a YAML file of questions, each with the answers that are accepted.

Such a question has no wrong answers, so it is a short answer, never a choice. Some keys (``AUTHOR``, ``CONFIG``) are about the
list; its author is told, since whoever uses the questions has to look after the licence. What Red takes for such a list is in
its ``cogs/trivia/schema.py``; all lists that come with Red can be read here.
"""

from __future__ import annotations

from typing import Any

from bot.library.formats.asked import MOST_READ, WHOLE, Answer, Asked, Brought, Left, ShortAnswer, Words, tidy, told
from bot.library.page import Page, parse

_ABOUT = ("$schema", "AUTHOR", "DESCRIPTION", "CONFIG")
_AS_RED = {True: ("True", "Yes", "On"), False: ("False", "No", "Off")}
"""What Red accepts where YAML 1.1 takes an answer for a truth."""


def read_trivia(text: str) -> Brought:
    """Every question of such a list. Never raises for what is in it."""
    whole = tidy(text)
    if isinstance(whole, Left):
        return Brought((), (whole,))
    page = parse(whole.encode(), "the list")
    if not isinstance(page, Page):
        return Brought((), (Left(page.line, f"the list {page.what}"),))
    if not isinstance(page.data, dict):
        return Brought((), (Left(1, "is no trivia list: each question is a key, with its answers as a list below"),))
    questions: list[Asked] = []
    left: list[Left] = []
    for key, value in page.data.items():
        line = page.line((key,))
        if key in _ABOUT:
            if key == "AUTHOR":
                left.append(Left(line, f"written by {str(value)[:60]}; ask for the licence before you use it"))
        elif not (answers := _answers(page, key, value)):
            left.append(Left(line, "has no answers"))
        elif len(questions) == MOST_READ:
            left.append(Left(line, f"the file has more than {MOST_READ:,} questions; the rest was not read"))
            break
        else:
            questions.append(Asked(Words(key.strip(), "plain"), ShortAnswer(answers), line=line))
    return Brought(tuple(questions), told(left))


def _answers(page: Page, key: str, value: Any) -> tuple[Answer, ...]:
    """As they are written: ``yes`` and ``1984`` are answers here, and neither truths nor numbers. Beside a ``yes`` Red accepts a
    ``true``, and so on, since YAML doesn't tell it which of them was written."""
    if not isinstance(value, tuple):
        return ()
    accepted: dict[str, str] = {}
    for index, one in enumerate(value):
        written = str(page.unquoted.get((key, index), one)).strip()
        for text in (written, *(_AS_RED[one] if isinstance(one, bool) else ())):
            accepted.setdefault(text.casefold(), text)
    return tuple(Answer(Words(text, "plain"), WHOLE) for text in accepted.values() if text)
