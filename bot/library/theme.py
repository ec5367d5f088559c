"""A theme with its lessons and prompts: what an author may write in a file, and what the rest of the bot reads.

Both are the same frozen models; only what a theme calls itself (``theme: slug``) is called ``name`` in code.
Rules that need more than one file are in ``across.py``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, SkipValidation, StringConstraints, model_validator

from bot.questions import Question
from bot.questions.source import Cited
from bot.questions.texts import Claim, EssayParts, EssayQuestion, Frozen, Line, RuleNames, Slug, Text, unless_it_fits

Title = Annotated[Line, StringConstraints(max_length=80)]
FEWEST_WORDS, MOST_WORDS = 120, 200
MOST_ON_A_MENU = 25


class Lesson(Frozen):
    """A short text in three parts."""

    name: Slug = Field(alias="lesson")
    title: Title
    key_idea: Text
    example: Text
    try_this: Text
    sources: Annotated[Cited, Field(min_length=1)]
    further: Cited = ()
    essay: EssayParts = ()
    review_by: date | None = None
    """When its facts have to be looked at again, if that isn't said with a source."""
    accepted: RuleNames = ()

    @model_validator(mode="after")
    def _has_the_right_length(self) -> Self:
        words = len(" ".join((self.key_idea, self.example, self.try_this)).split())
        if not FEWEST_WORDS <= words <= MOST_WORDS:
            raise ValueError(
                f"key_idea, example and try_this have {words} words together; a lesson has {FEWEST_WORDS} to {MOST_WORDS}"
            )
        cited = (source.line for source in (*self.sources, *self.further))
        unless_it_fits("the lesson", self.title, self.key_idea, self.example, self.try_this, *cited)
        return self


class Prompt(Frozen):
    """Something to discuss."""

    name: Slug = Field(alias="prompt")
    title: Annotated[Line, StringConstraints(max_length=60)]
    text: Annotated[Text, StringConstraints(max_length=1_000)]
    lesson: Slug
    essay_question: EssayQuestion | None = None
    essay: EssayParts = ()
    note: Text | None = None
    accepted: RuleNames = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        unless_it_fits("the prompt", self.title, self.text, self.note)
        return self


class Theme(Frozen):
    """One theme of the course."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: Slug = Field(alias="theme")
    number: Annotated[int, Field(ge=1, le=99)]
    title: Title
    tag: Annotated[Line, StringConstraints(max_length=20)] | None = None
    """The name of its tag in a forum that has such a tag; Discord's limit."""
    summary: Annotated[Line, StringConstraints(max_length=100)]
    outcome: Text
    essay: Annotated[EssayParts, Field(min_length=1)]
    """All parts that it draws on. Its lessons, questions and prompts say which of these they are about, if any."""
    claims: tuple[Claim, ...] = ()
    changes: Text
    reviewed_on: date
    content_note: Annotated[Text, StringConstraints(max_length=500)] | None = None
    lessons: Annotated[tuple[Lesson, ...], Field(min_length=1, max_length=MOST_ON_A_MENU)]
    questions: tuple[Annotated[Question, SkipValidation], ...] = ()
    """Each was read by its own kind before the theme around it is (see ``read.py``)."""
    prompts: Annotated[tuple[Prompt, ...], Field(max_length=MOST_ON_A_MENU)] = ()
    accepted: RuleNames = ()

    def lesson(self, name: str) -> Lesson | None:
        return next((lesson for lesson in self.lessons if lesson.name == name), None)

    def question(self, number: int) -> Question | None:
        return next((question for question in self.questions if question.number == number), None)

    def prompt(self, name: str) -> Prompt | None:
        return next((prompt for prompt in self.prompts if prompt.name == name), None)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        titles = [*(lesson.title for lesson in self.lessons), *(prompt.title for prompt in self.prompts)]
        unless_it_fits("the theme's first card", self.title, self.summary, self.outcome, self.content_note, *titles)
        return self
