"""QUESTIONS: two files per kind. ``shapes/<kind>.py`` asks, grades and explains it; ``<kind>.py`` says how it is written.

To add a kind, write both, name the shape in ``shapes/__init__.py`` and the class that reads it in ``kinds.py``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.questions.shapes import (
    Asking,
    Choice,
    Explained,
    Graded,
    Level,
    NoAnswer,
    OneChoice,
    Option,
    Question,
    Shape,
    Source,
    Ticks,
    Told,
    Typing,
    Unfinished,
    UnknownOption,
)

if TYPE_CHECKING:
    from bot.questions.kinds import KINDS
    from bot.questions.source import Shelf

__all__ = [
    "KINDS",
    "Asking",
    "Choice",
    "Explained",
    "Graded",
    "Level",
    "NoAnswer",
    "OneChoice",
    "Option",
    "Question",
    "Shape",
    "Shelf",
    "Source",
    "Ticks",
    "Told",
    "Typing",
    "Unfinished",
    "UnknownOption",
]

_FOR_READING = {"KINDS": "kinds", "Shelf": "source"}


def __getattr__(name: str) -> Any:
    """What only reading needs is loaded when it is asked for: a bot whose content was read before starts without it."""
    if name in _FOR_READING:
        return getattr(import_module(f"bot.questions.{_FOR_READING[name]}"), name)
    raise AttributeError(name)
