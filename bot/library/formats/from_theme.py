"""A theme's questions and prompts as entries of a question file. What the course knows of each travels in its tags.

Lessons don't go out: a question file has no place for them. Who wants to read the course elsewhere takes the book.
**A kind of question more** needs one function here, named in ``_HOW``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.library.formats.asked import NONE, WHOLE, Answer, Asked, Choice, Essay, How, Words
from bot.library.formats.placing import Place, tags_of
from bot.library.shapes import Prompt, Theme
from bot.questions import OneChoice, Question


def theme_as_asked(theme: Theme) -> tuple[Asked, ...]:
    """All questions, then all prompts (as essays, which nobody grades)."""
    category = " ".join(theme.title.replace("/", "·").split())
    questions = (_question(question, theme, category) for question in theme.questions if question.kind in _HOW)
    return (*questions, *(_prompt(prompt, theme, category) for prompt in theme.prompts))


def left_out(theme: Theme) -> tuple[str, ...]:
    """What of this theme no question file holds, a line each."""
    kinds = sorted({question.kind for question in theme.questions if question.kind not in _HOW})
    lessons = f"{len(theme.lessons)} lesson{'' if len(theme.lessons) == 1 else 's'}"
    return (f"{lessons}: python bot.py book makes pages of them", *(f"questions of the kind {kind!r}" for kind in kinds))


def _question(question: Question, theme: Theme, category: str) -> Asked:
    place = Place(
        number=question.number,
        level=question.level,
        lesson=question.lesson,
        sources=tuple(source.key for source in question.sources),
        essay=question.essay,
        review_by=str(day) if (day := getattr(question, "review_by", None)) else None,
        accepted=tuple(getattr(question, "accepted", ())),
        keeps_order=bool(getattr(question, "keep_order", False)),
    )
    return Asked(
        ask=_words(question.ask),
        how=_HOW[question.kind](question),
        title=f"{theme.title.partition(':')[0]} {question.number}",
        category=category,
        id=f"{theme.name}/{question.number}",
        tags=tags_of(place),
    )


def _prompt(prompt: Prompt, theme: Theme, category: str) -> Asked:
    return Asked(
        ask=_words(prompt.text),
        how=Essay(),
        title=prompt.title,
        general=_words(prompt.note) if prompt.note else None,
        category=category,
        id=f"{theme.name}/{prompt.name}",
        tags=tags_of(
            Place(lesson=prompt.lesson, essay=prompt.essay, essay_question=prompt.essay_question, accepted=prompt.accepted)
        ),
    )


def _one_choice(question: OneChoice) -> How:
    return Choice(
        tuple(
            # A label is no markdown; said as plain text it stays what it is, whatever signs it has.
            Answer(Words(option.text, "plain"), WHOLE if option.is_right else NONE, _words(option.feedback))
            for option in question.options
        )
    )


_HOW: Mapping[str, Callable[[Any], How]] = {"one choice": _one_choice}
"""How each kind of the course's questions is asked elsewhere."""


def _words(text: str) -> Words:
    return Words(text, "markdown")
