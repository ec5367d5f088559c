"""What an author of a group's own theme may leave out: the course's models, with less asked for.

Whatever is written is held to the same lengths, since it stands on the same cards.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, SkipValidation, StringConstraints, model_validator

from bot.library.theme import MOST_ON_A_MENU, Lesson, Prompt, Theme
from bot.questions import Question
from bot.questions.source import Cited
from bot.questions.texts import EssayPart, Line, Slug, Text, unless_it_fits

MOST_WORDS = 400
MOST_QUESTIONS = 300
Few = Annotated[Cited, Field(max_length=8)]


class OwnLesson(Lesson):
    """A lesson may be of any length that is pleasant to read, and needs no source."""

    sources: Few = ()
    further: Few = ()

    @model_validator(mode="after")
    def _has_the_right_length(self) -> Self:
        words = len(" ".join((self.key_idea, self.example, self.try_this)).split())
        if words > MOST_WORDS:
            raise ValueError(
                f"key_idea, example and try_this have {words} words together; at most {MOST_WORDS} are read to the end"
            )
        cited = (source.line for source in (*self.sources, *self.further))
        unless_it_fits("the lesson", self.title, self.key_idea, self.example, self.try_this, *cited)
        return self


class OwnPromptText(Prompt):
    lesson: Slug | str = ""


class OwnTheme(Theme):
    """Lessons, questions and prompts: whichever there are. That there is one, ``own.py`` sees to."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    title: Annotated[Line, StringConstraints(max_length=60)]
    summary: Annotated[Line, StringConstraints(max_length=100)] = "A theme of our own."
    outcome: Text | str = ""
    essay: tuple[EssayPart, ...] = ()
    changes: Text | str = ""
    reviewed_on: date = date.min
    lessons: Annotated[tuple[OwnLesson, ...], Field(max_length=MOST_ON_A_MENU)] = ()
    questions: Annotated[tuple[Annotated[Question, SkipValidation], ...], Field(max_length=MOST_QUESTIONS)] = ()
    prompts: Annotated[tuple[OwnPromptText, ...], Field(max_length=MOST_ON_A_MENU)] = ()
