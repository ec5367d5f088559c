"""Questions that a group brings along: the same kinds, with less asked for.

Feedback, sources and a lesson make a question better, and `check` asks the course for them. But a group that has forty questions in
a file shall be able to use them tonight.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.questions.common import Common
from bot.questions.estimate import Estimate
from bot.questions.kinds import Kind
from bot.questions.many_choices import ManyChoices
from bot.questions.match import Match, Pair
from bot.questions.one_choice import OneChoice, Option
from bot.questions.order import Order, Step
from bot.questions.shapes import Level
from bot.questions.short_answer import Answer, ShortAnswer
from bot.questions.source import Cited
from bot.questions.texts import Line, Slug, Text
from bot.questions.true_or_false import TrueOrFalse

LongLabel = Annotated[Line, StringConstraints(max_length=160)]
OwnFeedback = Annotated[Text, StringConstraints(max_length=400)] | Literal[""]


class OwnCommon(Common):
    """What every kind may leave out."""

    level: Level = "understand"
    lesson: Slug | Literal[""] = ""
    sources: Annotated[Cited, Field(max_length=8)] = ()


class OwnOption(Option):
    """An option of a choice of one, with more room: it stands on a line of the card."""

    right: LongLabel | None = None
    wrong: LongLabel | None = None
    feedback: OwnFeedback = ""


class OwnShortOption(Option):
    """An option that stands beside a box of a form, which holds no more than the course's."""

    feedback: OwnFeedback = ""


class OwnAnswer(Answer):
    feedback: OwnFeedback = ""


class OwnPair(Pair):
    feedback: OwnFeedback = ""


class OwnStep(Step):
    feedback: OwnFeedback = ""


class OwnOneChoice(OwnCommon, OneChoice):
    options: Annotated[tuple[OwnOption, ...], Field(min_length=2, max_length=4)]


class OwnManyChoices(OwnCommon, ManyChoices):
    options: Annotated[tuple[OwnShortOption, ...], Field(min_length=3, max_length=6)]


class OwnTrueOrFalse(OwnCommon, TrueOrFalse):
    reasons: Annotated[tuple[OwnOption, ...], Field(min_length=2, max_length=4)]


class OwnShortAnswer(OwnCommon, ShortAnswer):
    answers: Annotated[tuple[OwnAnswer, ...], Field(min_length=1, max_length=8)]
    otherwise: OwnFeedback = ""


class OwnEstimate(OwnCommon, Estimate):
    margin: Annotated[int, Field(ge=0, le=10**15)] | Annotated[float, Field(ge=0, le=1e15)] = 0
    feedback: OwnFeedback = ""
    too_low: OwnFeedback = ""
    too_high: OwnFeedback = ""


class OwnOrder(OwnCommon, Order):
    steps: Annotated[tuple[OwnStep, ...], Field(min_length=3, max_length=5)]


class OwnMatch(OwnCommon, Match):
    pairs: Annotated[tuple[OwnPair, ...], Field(min_length=3, max_length=5)]


OWN_KINDS: dict[str, Kind] = {
    "one choice": OwnOneChoice,
    "many choices": OwnManyChoices,
    "true or false": OwnTrueOrFalse,
    "short answer": OwnShortAnswer,
    "estimate": OwnEstimate,
    "order": OwnOrder,
    "match": OwnMatch,
}
"""Every kind, as a group may write it."""
