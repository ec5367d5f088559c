"""A theme's questions and prompts as entries of a question file. What the course knows of each travels in its tags.

Lessons don't go out: a question file has no place for them. Who wants to read the course elsewhere takes the book.
**A kind of question more** needs one function here, named in ``_HOW``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from bot.library.formats import answers_in
from bot.library.formats.asked import NONE, WHOLE, Answer, Asked, Choice, Essay, How, Match, Near, Number, Pair, ShortAnswer, Words
from bot.library.formats.placing import Place, tags_of
from bot.library.shapes import Prompt, Theme
from bot.questions import Question, shapes


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
        unit=getattr(question, "unit", None),
        claim=_truth(question),
        in_order=question.kind == "order",
    )
    claim = getattr(question, "claim", None)
    explained = _explained(question)
    return Asked(
        ask=_words(answers_in.CLAIMED + claim if claim else question.ask),
        general=_words(explained) if explained else None,
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


def _choice(question: shapes.OneChoice | shapes.TrueOrFalse) -> How:
    """A claim's reasons, too: which of them shows it?"""
    return Choice(tuple(_option(option, WHOLE if option.is_right else NONE) for option in question.options))


def _many_choices(question: shapes.ManyChoices) -> How:
    """Each right one counts for its part, and a wrong one costs as much: so whoever ticks all of them has nothing."""
    right = sum(option.is_right for option in question.options)
    part = (WHOLE / right).quantize(Decimal("0.00001")).normalize()
    return Choice(tuple(_option(option, part if option.is_right else -part) for option in question.options), several=True)


def _option(option: shapes.Option, percent: Decimal) -> Answer:
    # A label is no markdown; said as plain text it stays what it is, whatever signs it has.
    return Answer(Words(option.text, "plain"), percent, _words(option.feedback))


def _short_answer(question: shapes.ShortAnswer) -> How:
    foreseen = (
        Answer(Words(spelling, "plain"), WHOLE if answer.is_right else NONE, _words(answer.feedback))
        for answer in question.answers
        for spelling in answer.spellings
    )
    return ShortAnswer((*foreseen, Answer(Words("*", "plain"), NONE, _words(question.otherwise))))


def _estimate(question: shapes.Estimate) -> How:
    """What is said below and above the margin stands with two wide ranges that count for nothing."""
    answer, margin = Decimal(str(question.answer)), Decimal(str(question.margin))
    near = [Near(answer, margin, WHOLE, _words(question.feedback))]
    for sign, said in ((-1, question.too_low), (1, question.too_high)):
        if said:
            near.append(Near(answer + sign * (margin + answers_in.FAR), answers_in.FAR, NONE, _words(said)))
    return Number(tuple(near))


def _match(question: shapes.Match) -> How:
    return Match(tuple(Pair(Words(pair.this, "plain"), pair.fits) for pair in question.pairs))


def _order(question: shapes.Order) -> How:
    return Match(tuple(Pair(Words(str(place), "plain"), step.text) for place, step in enumerate(question.steps, 1)))


_HOW: Mapping[str, Callable[[Any], How]] = {
    "one choice": _choice,
    "many choices": _many_choices,
    "true or false": _choice,
    "short answer": _short_answer,
    "estimate": _estimate,
    "order": _order,
    "match": _match,
}
"""How each kind of the course's questions is asked elsewhere."""


def _truth(question: Question) -> str | None:
    return ("true" if question.is_true else "false") if isinstance(question, shapes.TrueOrFalse) else None


def _explained(question: Question) -> str:
    """What is said of pairs and steps, a line each: a question file has no other place for it than its general feedback."""
    if isinstance(question, shapes.Match):
        return "\n".join(answers_in.explained(pair.this, pair.fits, pair.feedback) for pair in question.pairs)
    if isinstance(question, shapes.Order):
        steps = (answers_in.explained(str(place), step.text, step.feedback) for place, step in enumerate(question.steps, 1))
        return "\n".join((*steps, *([question.feedback] if question.feedback else [])))
    return ""


def _words(text: str) -> Words:
    return Words(text, "markdown")
