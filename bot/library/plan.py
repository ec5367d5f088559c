"""A plan: an ordered course for a group, week by week. What an author may write in a file, and what the rest of the bot reads.

A plan has no facts of its own: it orders lessons, prompts, scenarios and review hours, and tells the facilitator how to lead them.
Rules that need the themes are in ``across_plans.py``; when an item is posted for one group, the commands work out.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from bot.library import shapes
from bot.library.measure import Measure
from bot.library.shapes import Weekday
from bot.questions.texts import Frozen, Line, Matching, Slug, Text, unless_it_fits

KINDS = shapes.ITEM_KINDS
FEWEST, MOST = 3, 10
"""Questions of a round."""
MOST_ITEMS = 120
"""More than a year of two things a week."""


_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def is_hour(text: str) -> bool:
    return bool(_HOUR.fullmatch(text))


Minute = Annotated[int, Field(ge=0, le=240)]
Hour = Annotated[Line, Matching(_HOUR.pattern, 'is no time of day; write it as "19:00", with quotation marks')]
LessonName = Annotated[
    Line,
    Matching(
        r"[a-z0-9-]+/[a-z0-9-]+", "names no lesson; write the theme, a slash and the lesson, such as cookies/a-note-for-later"
    ),
]
"""A lesson with its theme: ``theme/lesson``."""


class Guide(Frozen, shapes.Guide):
    """What a facilitator should know before leading an item."""

    aim: Annotated[Text, StringConstraints(max_length=500)]
    """What the group will have found out, or can do, afterwards."""
    minutes: Annotated[int, Field(ge=5, le=240)]
    """How long to take."""
    follow_up: Annotated[tuple[Annotated[Line, StringConstraints(max_length=300)], ...], Field(min_length=2, max_length=4)]
    """Two to four questions that keep the talk going. None asks for anybody's own data."""
    watch_for: Annotated[Text, StringConstraints(max_length=800)] | None = None
    """Where the talk may become close or go astray, and what helps then."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        unless_it_fits("the facilitator's card", self.aim, *self.follow_up, self.watch_for)
        return self


class Moment(Frozen, shapes.Moment):
    """One step of an evening that is led minute by minute, whether something is posted then or not."""

    minute: Minute
    """So many minutes after the plan's hour."""
    do: Annotated[Line, StringConstraints(max_length=200)]
    """What whoever leads it does, in one line."""


class Item(Frozen, shapes.Item):
    """One thing that is posted on one day of a week."""

    lesson: Slug | None = None
    """A lesson of the theme: posted as a card."""
    prompt: Slug | None = None
    """A prompt of the theme: posted with a thread to talk in."""
    scenario: Slug | None = None
    """A scenario about the theme: posted with a button that everybody plays it with, alone."""
    round: Annotated[int, Field(ge=FEWEST, le=MOST)] | None = None
    """A round of so many questions, 3 to 10, about the theme: posted as a card on which whoever leads begins it."""
    review: Literal["everything"] | None = None
    """A review hour: posted with a button by which everybody reviews, alone, what they are about to forget. It has no theme. An
    item is one of these five."""
    theme: Slug | Literal[""] = ""
    """The theme of the lesson, the prompt, the scenario or the round."""
    weekday: Weekday
    """The day of the week. Items stand in the order in which they come."""
    hour: Hour | None = None
    """Local to the group, as "18:30" in quotation marks; left out, it is the plan's."""
    minute: Minute | None = None
    """Instead of an hour: so many minutes after the plan's."""
    needs: tuple[LessonName, ...] = ()
    """Lessons that have to come before, as theme/lesson, besides a prompt's own."""
    guide: Guide
    """What whoever leads the talk is shown a day before."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum(name is not None for name in (self.lesson, self.prompt, self.scenario, self.round, self.review)) != 1:
            raise ValueError("an item is one thing: write `lesson:`, `prompt:`, `scenario:`, `round:` or `review: everything`")
        if self.review is not None and self.theme:
            raise ValueError("a review is about everything: leave `theme:` out")
        if self.review is None and not self.theme:
            raise ValueError("`theme:` is missing: the theme of the lesson, the prompt, the scenario or the round")
        if self.hour is not None and self.minute is not None:
            raise ValueError("an item comes either at an `hour:` of its own or at a `minute:` after the plan's hour")
        return self


class Week(Frozen, shapes.Week):
    """One week of a plan. It begins on the weekday of the plan's first item."""

    title: Annotated[Line, StringConstraints(max_length=60)]
    """What the week is called in the calendar."""
    aim: Annotated[Text, StringConstraints(max_length=300)] | None = None
    """What this week is for."""
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=14)]
    """What is posted, in the order of days and hours."""


class Plan(Frozen, shapes.Plan):
    """One plan. An item is known by its place: 0, 1, 2 and so on through all weeks."""

    name: Slug = Field(alias="plan")
    """Its permanent name: running plans are known by it."""
    title: Annotated[Line, StringConstraints(max_length=60)]
    """What moderators pick it by."""
    summary: Annotated[Line, StringConstraints(max_length=100)]
    """One line for the list of plans."""
    aim: Annotated[Text, StringConstraints(max_length=500)]
    """What the whole plan is for."""
    hour: Hour
    """When its items are posted, local to the group: as "19:00" in quotation marks. Whoever starts the plan may choose another."""
    run: tuple[Moment, ...] = ()
    """What happens minute by minute, for whoever leads it; only for a plan of one sitting, whose items all have a minute."""
    weeks: Annotated[tuple[Week, ...], Field(min_length=1, max_length=26)]
    """Its weeks, in order."""
    measure: Measure | None = None
    """Questions with which the plan opens and closes, so that the group sees what has changed. May be left out."""

    @model_validator(mode="after")
    def _runs_in_one_sitting(self) -> Self:
        if self.run and not self.is_one_sitting:
            raise ValueError("`run:` is for a plan of one day: one week, each item with a `minute:`, and all on one weekday")
        if [moment.minute for moment in self.run] != sorted({moment.minute for moment in self.run}):
            raise ValueError("the minutes of `run:` come in their order, none twice")
        lines = [f"{moment.do} <t:1234567890:t>" for moment in self.run]
        first = self.items[0].guide
        unless_it_fits("the facilitator's card with the run", first.aim, *first.follow_up, first.watch_for, *lines)
        return self
