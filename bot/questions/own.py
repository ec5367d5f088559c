"""Questions that a group brings along: the same kinds, with less asked for.

Feedback, sources and a lesson make a question better, and `check` asks the course for them. But a group that has forty questions in
a file shall be able to use them tonight.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.questions.kinds import Kind
from bot.questions.one_choice import OneChoice, Option
from bot.questions.shapes import Level
from bot.questions.source import Cited
from bot.questions.texts import Line, Slug, Text

LongLabel = Annotated[Line, StringConstraints(max_length=160)]


class OwnOption(Option):
    right: LongLabel | None = None
    wrong: LongLabel | None = None
    feedback: Annotated[Text, StringConstraints(max_length=400)] | Literal[""] = ""


class OwnOneChoice(OneChoice):
    level: Level = "understand"
    lesson: Slug | Literal[""] = ""
    options: Annotated[tuple[OwnOption, ...], Field(min_length=2, max_length=4)]
    sources: Annotated[Cited, Field(max_length=8)] = ()


OWN_KINDS: dict[str, Kind] = {"one choice": OwnOneChoice}
"""Kinds of which a group's own may say less; all others are as in the course."""
