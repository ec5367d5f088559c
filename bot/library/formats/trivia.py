"""Trivia lists of Red, another Discord bot, read: a YAML file of questions, each with the answers that are accepted.

Such a question has no wrong answers, so it is a short answer, never a choice. Keys in capitals (``AUTHOR``, ``CONFIG``) are about
the list; its author is told, since whoever uses the questions has to look after the licence.
"""

from __future__ import annotations

from typing import Any

from bot.library.formats.asked import MOST_READ, WHOLE, Answer, Asked, Brought, Left, ShortAnswer, Words, tidy, told
from bot.library.page import Page, parse

_ABOUT = ("AUTHOR", "DESCRIPTION", "CONFIG")


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
    """As they are written: ``yes`` and ``1984`` are answers here, and neither truths nor numbers."""
    if not isinstance(value, tuple):
        return ()
    written = (page.unquoted.get((key, index), one) for index, one in enumerate(value))
    return tuple(Answer(Words(text, "plain"), WHOLE) for text in (str(one).strip() for one in written) if text)
