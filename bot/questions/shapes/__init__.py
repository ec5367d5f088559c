"""What the rest of the bot knows of a question and of a source: the words, and what can be done with them.

How they are read and checked stands in the files of the same names one folder up, which need pydantic; the classes there are these
ones, and more. Nothing here does, so that a bot whose content was read before starts without it (``bot/library/read_before.py``).
"""

from __future__ import annotations

from bot.questions.shapes.estimate import Estimate
from bot.questions.shapes.many_choices import ManyChoices
from bot.questions.shapes.match import Match, Pair
from bot.questions.shapes.one_choice import OneChoice, Option
from bot.questions.shapes.order import Order, Step
from bot.questions.shapes.question import (
    DONT_KNOW,
    LETTERS,
    Asking,
    Choice,
    Explained,
    Graded,
    Level,
    NoAnswer,
    Press,
    Question,
    Ticks,
    Told,
    Typing,
    Unfinished,
    UnknownOption,
)
from bot.questions.shapes.short_answer import Answer, ShortAnswer
from bot.questions.shapes.thing import Shape, Source
from bot.questions.shapes.true_or_false import TrueOrFalse

__all__ = [
    "DONT_KNOW",
    "LETTERS",
    "Answer",
    "Asking",
    "Choice",
    "Estimate",
    "Explained",
    "Graded",
    "Level",
    "ManyChoices",
    "Match",
    "NoAnswer",
    "OneChoice",
    "Option",
    "Order",
    "Pair",
    "Press",
    "Question",
    "Shape",
    "ShortAnswer",
    "Source",
    "Step",
    "Ticks",
    "Told",
    "TrueOrFalse",
    "Typing",
    "Unfinished",
    "UnknownOption",
]

OF_QUESTIONS: tuple[type[Shape], ...] = (
    Option,
    OneChoice,
    ManyChoices,
    TrueOrFalse,
    Answer,
    ShortAnswer,
    Estimate,
    Step,
    Order,
    Pair,
    Match,
)
"""All shapes of questions, and of what is in them."""
