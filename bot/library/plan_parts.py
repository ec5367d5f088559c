"""Small parts of a plan, as the rest of the bot knows them; the plan itself is in ``shapes.py``, by which they are reached."""

from __future__ import annotations

from bot.questions.shapes import Shape


class Guide(Shape):
    """What a facilitator should know before leading an item."""

    aim: str
    minutes: int
    follow_up: tuple[str, ...]
    watch_for: str | None


class Moment(Shape):
    """One step of an evening that is led minute by minute, whether something is posted then or not."""

    minute: int
    """So many minutes after the plan's hour."""
    do: str


class Measure(Shape):
    """Questions before and after."""

    questions: tuple[str, ...]
    statements: tuple[str, ...]
