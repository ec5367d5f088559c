"""What an author may write about a word of the course, in ``glossary.yaml``."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from bot.library import shapes
from bot.library.plan import LessonName
from bot.questions.source import Cited
from bot.questions.texts import Frozen, Line, RuleNames, Slug, Text

Word = Annotated[Line, StringConstraints(max_length=60)]
MOST_TERMS = 200


class Term(Frozen, shapes.Term):
    """One word of the course."""

    name: Slug = Field(alias="term")
    """Its permanent name: small letters, digits, hyphens."""
    word: Word
    """The word as it is shown."""
    also: tuple[Word, ...] = ()
    """Its other forms, and other words for the same, as they stand in lessons."""
    means: Annotated[Text, StringConstraints(max_length=300)]
    """What it means here, in a sentence or two."""
    lesson: LessonName | None = None
    """Where it is explained: theme/lesson."""
    sources: Cited = ()
    """Where its facts come from, if it states any: keys of sources."""
    review_by: date | None = None
    """When its facts have to be looked at again, if that isn't said with a source."""
    accepted: RuleNames = ()
    """Rules that `check` shall be silent about here; say beside it why."""


class Terms(Frozen):
    """One file of them."""

    terms: Annotated[tuple[Term, ...], Field(min_length=1, max_length=MOST_TERMS)]
    """The words, in any order."""
