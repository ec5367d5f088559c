"""What an author writes of every question, whatever its kind."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from bot.questions import shapes
from bot.questions.shapes import Level
from bot.questions.source import Cited
from bot.questions.texts import EssayParts, Frozen, Line, Number, RuleNames, Slug, unless_it_fits

Label = Annotated[Line, StringConstraints(max_length=80)]
"""Something to choose: it stands on a line of a card, beside a box of a form, or on a button, which holds 80 characters."""

Feedback = Annotated[Line, StringConstraints(min_length=20, max_length=160)]


class Common(Frozen):
    """What every question has beside what is asked."""

    number: Number
    """Its permanent number within the theme: progress is kept under it. Never change it, never give it to another question."""
    level: Level
    """What it takes to answer: recall a fact, understand it, apply it to a case, analyse how things hang together, or evaluate."""
    lesson: Slug
    """The lesson of this theme that answers it."""
    sources: Annotated[Cited, Field(min_length=1)]
    """The keys of the sources of what it teaches, from sources.yaml."""
    essay: EssayParts = ()
    """The parts of the essay that it is about: P1 to P18, DQ1 to DQ3. Left out if it was added to what the essay says."""
    review_by: date | None = None
    """When its facts have to be looked at again, if that isn't said with a source."""
    accepted: RuleNames = ()
    """Rules that `check` shall be silent about here; say beside it why."""


def unless_its_card_fits(question: shapes.Question) -> None:
    """Raises ``ValueError`` unless the card after an answer holds the longest that it may have to say."""
    explained = question.explain()
    texts = [text for one in explained.lists for _, text in one]
    unless_it_fits(
        "the question",
        question.ask,
        *texts,
        *(f"{one.text}{one.feedback}" for one in explained.told),
        *(source.line for source in question.sources),
    )


def all_different(what: str, texts: tuple[str, ...]) -> None:
    """Raises ``ValueError`` if two say the same."""
    if len({" ".join(text.casefold().split()) for text in texts}) < len(texts):
        raise ValueError(f"two {what} say the same")
