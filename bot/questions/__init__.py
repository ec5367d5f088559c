"""QUESTIONS: one file per kind, which says how it is written; and ``shapes.py``, which orders it and grades it.

To add a kind, write ``bot/questions/<kind>.py`` with a class that reads a ``Question``, its shape in ``shapes.py``, and name it in
``kinds.py``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.questions.shapes import Choice, Graded, Level, OneChoice, Option, Question, Shape, Source, UnknownOption

if TYPE_CHECKING:
    from bot.questions.kinds import KINDS
    from bot.questions.source import Shelf

__all__ = [
    "KINDS",
    "Choice",
    "Graded",
    "Level",
    "OneChoice",
    "Option",
    "Question",
    "Shape",
    "Shelf",
    "Source",
    "UnknownOption",
]

_FOR_READING = {"KINDS": "kinds", "Shelf": "source"}


def __getattr__(name: str) -> Any:
    """What only reading needs is loaded when it is asked for: a bot whose content was read before starts without it."""
    if name in _FOR_READING:
        return getattr(import_module(f"bot.questions.{_FOR_READING[name]}"), name)
    raise AttributeError(name)
