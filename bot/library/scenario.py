"""A scenario: a short branching story that one person plays alone. What an author may write in a file, and what the bot reads.

A choice has a consequence, and every end explains it. The story is invented; what is true of the world stands apart from it, under
``known``, with its sources. That nothing loops and every path ends is looked at in ``across_scenarios.py``; where somebody is in a
story, in ``story.py``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bot.library import shapes
from bot.library.shapes import share_of
from bot.questions.source import Cited
from bot.questions.texts import Frozen, Line, RuleNames, Slug, Text, shortened, unless_it_fits

LONGEST_CHOICE = 38
"""A choice stands on a button, and a phone shows no more of one."""
MOST_CHOICES, MOST_NODES = 4, 40


def _is_share(text: str) -> str:
    if share_of(text) is None:
        raise ValueError(f"{shortened(text)!r} is no share; write it as 1 in 80")
    return text


Share = Annotated[Line, AfterValidator(_is_share)]
Title = Annotated[Line, StringConstraints(max_length=60)]


class Known(Frozen, shapes.Known):
    """What is true of the world, beside the story."""

    text: Annotated[Text, StringConstraints(max_length=1_000)]
    """What is established, by whom and when."""
    sources: Annotated[Cited, Field(min_length=1)]
    """The keys of its sources, from sources.yaml."""


class Narrows(Frozen, shapes.Narrows):
    """A fact that a choice gives away: so many of the people who fitted still do."""

    by: Annotated[Line, StringConstraints(max_length=60)]
    """Which fact it is: *her year of birth*."""
    keeps: Share
    """How many of those who fitted still fit, as 1 in 80."""
    assuming: Annotated[Line, StringConstraints(max_length=250)]
    """What the share takes for granted; the player is told."""
    sources: Cited = ()
    """The keys of sources from which the share is taken, if it is."""


class Branch(Frozen, shapes.Branch):
    """Where a choice leads while fewer than so many people still fit; without a number, otherwise."""

    fewer_than: Annotated[int, Field(ge=2)] | None = None
    """Taken while fewer people than this still fit; the last branch has none."""
    to: Slug
    """The node to which it leads."""


class Choice(Frozen, shapes.Choice):
    """One thing that the player can do."""

    choose: Annotated[Line, StringConstraints(max_length=LONGEST_CHOICE)]
    """What stands on its button."""
    then: Annotated[Text, StringConstraints(max_length=400)] | None = None
    """What happens at once: shown above the next node."""
    narrows: Narrows | None = None
    """The fact that it gives away, in a story that counts."""
    to: Slug | None = None
    """The node to which it leads."""
    by_count: tuple[Branch, ...] = ()
    """Where it leads, by how many people still fit; in the place of `to`."""

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if (self.to is None) == (not self.by_count):
            raise ValueError("a choice leads somewhere: write either `to:` or `by_count:`")
        limits = [branch.fewer_than for branch in self.by_count]
        rising = [limit for limit in limits[:-1] if limit is not None]
        if limits and (limits[-1] is not None or len(rising) < len(limits) - 1 or rising != sorted(set(rising))):
            raise ValueError("in `by_count:` each branch has a larger `fewer_than:` than the one before, and the last has none")
        return self


class Node(Frozen, shapes.Node):
    """One card of the story: either with choices, or an end."""

    name: Slug = Field(alias="node")
    """Its permanent name within the scenario: buttons know it."""
    text: Annotated[Text, StringConstraints(max_length=1_200)]
    """What happens. It is invented; what is true of the world stands under `known`."""
    known: Known | None = None
    """What is true of the world, with its sources. Each end has it."""
    choices: Annotated[tuple[Choice, ...], Field(max_length=MOST_CHOICES)] = ()
    """What the player can do, unless it is an end."""
    ending: Title | None = None
    """The end's title, if it is an end."""

    @model_validator(mode="after")
    def _goes_on_or_ends(self) -> Self:
        if bool(self.choices) == (self.ending is not None):
            raise ValueError("a node either has `choices:` or is an end, with a title in `ending:`")
        if self.ending is not None and self.known is None:
            raise ValueError("an end explains what happened: write what is `known:`, with its sources")
        labels = {choice.choose.casefold() for choice in self.choices}
        if len(labels) < len(self.choices):
            raise ValueError("two choices say the same")
        return self


class Count(Frozen, shapes.Count):
    """A crowd in which somebody invented is looked for; each fact that is given away makes it smaller."""

    start: Annotated[int, Field(ge=2, le=9_999_999_999)]
    """How many people fit at the beginning."""
    of: Annotated[Line, StringConstraints(max_length=60)]
    """Who is counted: *people in Harland*."""
    who: Annotated[Line, StringConstraints(max_length=40)]
    """Who is looked for: *Mira*."""
    assuming: Annotated[Text, StringConstraints(max_length=400)]
    """What the sum takes for granted; the player is told."""


class Scenario(Frozen, shapes.Scenario):
    """One story. The first of its nodes is where it begins."""

    name: Slug = Field(alias="scenario")
    """Its permanent name, the same in every language."""
    number: Annotated[int, Field(ge=1, le=99)]
    """Its permanent number, the same in every language; scenarios are shown in this order."""
    title: Title
    """What it is called in lists."""
    summary: Annotated[Line, StringConstraints(max_length=100)]
    """One line for the list of scenarios."""
    theme: Slug
    """The theme to which it belongs."""
    lesson: Slug
    """The lesson of that theme to which its ends lead."""
    minutes: Annotated[int, Field(ge=2, le=30)]
    """About how long it takes."""
    about: Annotated[Text, StringConstraints(max_length=600)]
    """What the player reads before it begins."""
    content_note: Annotated[Text, StringConstraints(max_length=500)] | None = None
    """Shown instead of the theme's, before anything else."""
    reviewed_on: date
    """When its facts were last checked, as 2026-11-23 and without quotation marks."""
    count: Count | None = None
    """A crowd that each fact makes smaller; left out in a story that counts nobody."""
    nodes: Annotated[tuple[Node, ...], Field(min_length=3, max_length=MOST_NODES)]
    """Its cards. It begins with the first."""
    accepted: RuleNames = ()
    """Rules that `check` shall be silent about here; say beside it why."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        assumed = self.count.assuming if self.count else None
        unless_it_fits("the scenario's first card", self.title, self.about, self.content_note, assumed, self.nodes[0].text)
        return self
