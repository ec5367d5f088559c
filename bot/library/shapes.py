"""What the rest of the bot knows of the course: themes, plans and scenarios, and what can be looked up in them.

What an author may write, and where it is refused, stands in ``theme.py``, ``plan.py`` and ``scenario.py``, which need pydantic; the
classes there are these ones, and more. Nothing here does (see ``read_before.py``). A test compares their fields.
"""

from __future__ import annotations

import re
from datetime import date, time
from typing import TYPE_CHECKING, Literal, get_args

from bot.library.plan_parts import Guide as Guide
from bot.library.plan_parts import Measure as Measure
from bot.library.plan_parts import Moment as Moment
from bot.questions.shapes import Question, Shape, Source

if TYPE_CHECKING:
    from fractions import Fraction

OWN_PREFIX = "own:"  # before the name of a group's own theme, so that no theme of the course can ever have it


class Lesson(Shape):
    """A short text in three parts."""

    name: str
    title: str
    key_idea: str
    example: str
    try_this: str
    sources: tuple[Source, ...]
    further: tuple[Source, ...]
    essay: tuple[str, ...]
    review_by: date | None
    accepted: tuple[str, ...]


class Prompt(Shape):
    """Something to discuss."""

    name: str
    title: str
    text: str
    lesson: str
    essay_question: str | None
    essay: tuple[str, ...]
    note: str | None
    accepted: tuple[str, ...]


class Theme(Shape):
    """One theme of the course."""

    name: str
    number: int
    title: str
    tag: str | None  # the name of its tag in a forum that has such a tag
    summary: str
    outcome: str
    essay: tuple[str, ...]
    claims: tuple[str, ...]
    changes: str
    reviewed_on: date
    content_note: str | None
    lessons: tuple[Lesson, ...]
    questions: tuple[Question, ...]
    prompts: tuple[Prompt, ...]
    accepted: tuple[str, ...]

    @property
    def is_own(self) -> bool:
        return self.name.startswith(OWN_PREFIX)  # a group brought it along, instead of the course

    def lesson(self, name: str) -> Lesson | None:
        return next((lesson for lesson in self.lessons if lesson.name == name), None)

    def question(self, number: int) -> Question | None:
        return next((question for question in self.questions if question.number == number), None)

    def prompt(self, name: str) -> Prompt | None:
        return next((prompt for prompt in self.prompts if prompt.name == name), None)


class Term(Shape):
    """One word of the course."""

    name: str
    word: str
    also: tuple[str, ...]
    """Its other forms, and other words for the same, as they stand in lessons."""
    means: str
    lesson: str | None
    """Where it is explained, as ``theme/lesson``."""
    sources: tuple[Source, ...]
    review_by: date | None
    accepted: tuple[str, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.word, *self.also)


# ---------------------------------------------------------------- plans

ItemKind = Literal["lesson", "prompt", "scenario", "round", "review"]
ITEM_KINDS: tuple[ItemKind, ...] = get_args(ItemKind)
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES_OF_A_DAY = 24 * 60


class Item(Shape):
    """One thing that is posted on one day of a week."""

    lesson: str | None
    prompt: str | None
    scenario: str | None
    round: int | None  # so many questions
    review: str | None  # which has no theme, so that is empty
    theme: str
    weekday: Weekday
    hour: str | None  # local to the group; ``None``: the plan's
    minute: int | None  # after its hour
    needs: tuple[str, ...]
    guide: Guide

    @property
    def kind(self) -> ItemKind:
        return next(kind for kind in ITEM_KINDS if getattr(self, kind))

    @property
    def name(self) -> str:
        """The permanent name of what it is; of a round the number of its questions; there is but one review."""
        return self.lesson or self.prompt or self.scenario or str(self.round or "hour")


class Week(Shape):
    title: str
    aim: str | None
    items: tuple[Item, ...]


class Plan(Shape):
    """One plan. An item is known by its place: 0, 1, 2 and so on through all weeks."""

    name: str
    title: str
    summary: str
    aim: str
    hour: str
    run: tuple[Moment, ...]
    """What happens minute by minute, for whoever leads it; only of a plan of one sitting."""
    weeks: tuple[Week, ...]
    measure: Measure | None

    @property
    def items(self) -> tuple[Item, ...]:
        """All items of all weeks, in the order in which they come."""
        return tuple(item for week in self.weeks for item in week.items)

    def week_of(self, place: int) -> Week:
        """The week in which the item at this place stands. Raises ``IndexError`` if there is no such place."""
        return [week for week in self.weeks for _ in week.items][place]

    @property
    def is_one_sitting(self) -> bool:
        """Whether all of it comes on one day, minute by minute."""
        days = {item.weekday for item in self.items}
        return all(item.minute is not None for item in self.items) and len(days) == len(self.weeks) == 1

    def times(self, hour: time | None = None) -> tuple[tuple[int, time], ...]:
        """For each item, how many days after the plan's first day it comes, and its local hour. What goes on past midnight comes on
        the next day."""
        found = []
        for item, days, at in zip(self.items, self.days_after_the_first(), self.hours(hour), strict=True):
            whole = at.hour * 60 + at.minute + (item.minute or 0)
            found.append((days + whole // MINUTES_OF_A_DAY, time(*divmod(whole % MINUTES_OF_A_DAY, 60))))
        return tuple(found)

    def days_after_the_first(self) -> tuple[int, ...]:
        """For each item, how many days after the plan's first item it comes. A week runs from the first item's weekday."""
        first = DAYS.index(self.items[0].weekday)
        return tuple(
            number * 7 + (DAYS.index(item.weekday) - first) % 7 for number, week in enumerate(self.weeks) for item in week.items
        )

    def hours(self, hour: time | None = None) -> tuple[time, ...]:
        """For each item, the local hour from which its minutes count. ``hour`` takes the place of the plan's own; an item with an
        hour of its own keeps it."""
        usual = hour or time.fromisoformat(self.hour)
        return tuple(time.fromisoformat(item.hour) if item.hour else usual for item in self.items)


# ---------------------------------------------------------------- scenarios

_SHARE = re.compile(r"([1-9][0-9]{0,8}) in ([1-9][0-9]{0,8})")


def share_of(text: str) -> Fraction | None:
    """``1 in 80`` as a number; ``None`` if it isn't written like that, or is more than all."""
    found = _SHARE.fullmatch(text)
    from fractions import Fraction  # with the first scenario that counts

    share = Fraction(int(found[1]), int(found[2])) if found else None
    return share if share is not None and share <= 1 else None


class Known(Shape):
    """What is true of the world, beside the story."""

    text: str
    sources: tuple[Source, ...]


class Narrows(Shape):
    """A fact that a choice gives away: so many of the people who fitted still do."""

    by: str
    keeps: str
    assuming: str
    sources: tuple[Source, ...]

    @property
    def share(self) -> Fraction:
        share = share_of(self.keeps)
        assert share is not None, "it was checked when it was read"
        return share


class Branch(Shape):
    """Where a choice leads while fewer than so many people still fit; without a number, otherwise."""

    fewer_than: int | None
    to: str


class Choice(Shape):
    """One thing that the player can do."""

    choose: str
    then: str | None
    narrows: Narrows | None
    to: str | None
    by_count: tuple[Branch, ...]


class Node(Shape):
    """One card of the story: either with choices, or an end."""

    name: str
    text: str
    known: Known | None
    choices: tuple[Choice, ...]
    ending: str | None


class Count(Shape):
    """A crowd in which somebody invented is looked for; each fact that is given away makes it smaller."""

    start: int
    of: str
    """Who is counted: *people in Harland*."""
    who: str
    """Who is looked for: *Mira*."""
    assuming: str


class Scenario(Shape):
    """One story. The first of its nodes is where it begins."""

    name: str
    number: int
    title: str
    summary: str
    theme: str
    lesson: str
    """Of that theme; its ends lead there."""
    minutes: int
    about: str
    content_note: str | None
    """Shown instead of the theme's, before anything else."""
    reviewed_on: date
    count: Count | None
    nodes: tuple[Node, ...]
    accepted: tuple[str, ...]

    def node(self, name: str) -> Node | None:
        return next((node for node in self.nodes if node.name == name), None)

    @property
    def endings(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.ending is not None)
