"""QUESTIONS: one file per kind, which reads it, orders it and grades it.

To add a kind, write ``bot/questions/<kind>.py`` with a class that is a ``Question``, and name it in ``KINDS``.
"""

from __future__ import annotations

from bot.questions.one_choice import OneChoice, Option
from bot.questions.question import Choice, Graded, Level, Question, UnknownOption
from bot.questions.source import Shelf, Source

KINDS: dict[str, type[Question]] = {
    "one choice": OneChoice,
}
"""What an author writes after ``kind:``, and the class that reads it."""

__all__ = [
    "KINDS",
    "Choice",
    "Graded",
    "Level",
    "OneChoice",
    "Option",
    "Question",
    "Shelf",
    "Source",
    "UnknownOption",
]
