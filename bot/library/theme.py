"""A theme with its lessons and prompts: what an author may write in a file, and what the rest of the bot reads.

Both are the same frozen models; only what a theme calls itself (``theme: slug``) is called ``name`` in code.
Rules that need more than one file are in ``across.py``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, SkipValidation, StringConstraints, model_validator

from bot.library import shapes
from bot.questions import Question
from bot.questions.source import Cited
from bot.questions.texts import Claim, EssayParts, EssayQuestion, Frozen, Line, RuleNames, Slug, Text, unless_it_fits

Title = Annotated[Line, StringConstraints(max_length=80)]
FEWEST_WORDS, MOST_WORDS = 120, 200
MOST_ON_A_MENU = 25


class Lesson(Frozen, shapes.Lesson):
    """A short text in three parts."""

    name: Slug = Field(alias="lesson")
    """Its permanent name within the theme: progress is kept under it."""
    title: Title
    """What the lesson is called in lists and above its pages."""
    key_idea: Text
    """The first page: the idea, in plain words. The three pages have 120 to 200 words together."""
    example: Text
    """The second page: one case that shows it, with who, where and when."""
    try_this: Text
    """The third page: something to look at, count or ask, alone and posted nowhere."""
    sources: Annotated[Cited, Field(min_length=1)]
    """The keys of the sources of its facts, from sources.yaml."""
    further: Cited = ()
    """The keys of sources for those who want more."""
    essay: EssayParts = ()
    """The parts of the essay that it is about. Left out if it was added to what the essay says."""
    review_by: date | None = None
    """When its facts have to be looked at again, if that isn't said with a source."""
    accepted: RuleNames = ()
    """Rules that `check` shall be silent about here; say beside it why."""

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


class Prompt(Frozen, shapes.Prompt):
    """Something to discuss."""

    name: Slug = Field(alias="prompt")
    """Its permanent name within the theme."""
    title: Annotated[Line, StringConstraints(max_length=60)]
    """It names the thread below the prompt, too."""
    text: Annotated[Text, StringConstraints(max_length=1_000)]
    """What the group talks about. It never asks for anybody's own data."""
    lesson: Slug
    """The lesson of this theme to which its card leads."""
    essay_question: EssayQuestion | None = None
    """The discussion question of the essay that it comes from: DQ1, DQ2 or DQ3."""
    essay: EssayParts = ()
    """The parts of the essay that it is about. Left out if it was added to what the essay says."""
    note: Text | None = None
    """A remark in small print below the prompt."""
    accepted: RuleNames = ()
    """Rules that `check` shall be silent about here; say beside it why."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        unless_it_fits("the prompt", self.title, self.text, self.note)
        return self


class Theme(Frozen, shapes.Theme):
    """One theme of the course."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: Slug = Field(alias="theme")
    """Its permanent name, the same in every language: progress is kept under it."""
    number: Annotated[int, Field(ge=1, le=1295)]
    """Its permanent number, the same in every language; themes are shown in this order."""
    title: Title
    """What the theme is called."""
    tag: Annotated[Line, StringConstraints(max_length=20)] | None = None
    """The tag that its posts get in a forum, if the forum has such a tag."""
    summary: Annotated[Line, StringConstraints(max_length=100)]
    """One line for the list of themes."""
    outcome: Text
    """What one can do afterwards: "After this you can …"."""
    essay: Annotated[EssayParts, Field(min_length=1)]
    """All parts that it draws on. Its lessons, questions and prompts say which of these they are about, if any."""
    claims: tuple[Claim, ...] = ()
    """Numbers of the fact checks behind it."""
    changes: Text
    """What was changed from what the essay says; the licence asks for that."""
    reviewed_on: date
    """When its facts were last checked, as 2026-11-23 and without quotation marks."""
    content_note: Annotated[Text, StringConstraints(max_length=500)] | None = None
    """A word before lessons, quizzes and prompts of a theme that may feel close. Usually left out."""
    lessons: Annotated[tuple[Lesson, ...], Field(min_length=1, max_length=MOST_ON_A_MENU)]
    """Its lessons, in the order in which they are read."""
    questions: tuple[Annotated[Question, SkipValidation], ...] = ()
    """Its questions. Each was read by its own kind before the theme around it is (see ``read.py``)."""
    prompts: Annotated[tuple[Prompt, ...], Field(max_length=MOST_ON_A_MENU)] = ()
    """What a group may talk about, each with its thread."""
    accepted: RuleNames = ()
    """Rules that `check` shall be silent about here; say beside it why."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        titles = [*(lesson.title for lesson in self.lessons), *(prompt.title for prompt in self.prompts)]
        unless_it_fits("the theme's first card", self.title, self.summary, self.outcome, self.content_note, *titles)
        return self
