"""Where somebody is in a scenario: a path of choices in, the card of the story out. Pure; the path is all that there is to know.

A path is a character for each choice that was made. It travels in a button, so nothing is kept about who plays what, and a card
goes on after a restart. A mark of what was chosen goes with it: if a later version of the scenario has other choices there, that is
noticed instead of leading somewhere else.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.library.shapes import Choice, Node, Scenario

if TYPE_CHECKING:
    from fractions import Fraction

LONGEST_PATH = 30
_STEPS = "0123"


class Step(Struct, frozen=True):
    """One choice that was made. ``before`` and ``after``: how many people are expected to fit; ``None`` where nobody counts."""

    node: Node
    choice: Choice
    before: Fraction | None
    after: Fraction | None


class Story(Struct, frozen=True):
    """A scenario as far as it has been played."""

    scenario: Scenario
    node: Node
    path: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def fitting(self) -> Fraction | None:
        """How many people are expected to fit by now; ``None`` where nobody counts."""
        if self.steps:
            return self.steps[-1].after
        if self.scenario.count is None:
            return None
        from fractions import Fraction  # with the first scenario that counts

        return Fraction(self.scenario.count.start)

    def choose(self, index: int) -> Story | None:
        """After this choice; ``None`` if there is no such choice, or nothing where it leads."""
        if not 0 <= index < len(self.node.choices) or len(self.path) >= LONGEST_PATH:
            return None
        choice, before = self.node.choices[index], self.fitting
        after = narrowed(before, choice.narrows.share) if before is not None and choice.narrows else before
        node = self.scenario.node(led_to(choice, after) or "")
        if node is None:
            return None
        return Story(self.scenario, node, self.path + _STEPS[index], (*self.steps, Step(self.node, choice, before, after)))

    def back(self) -> Story:
        """Before the latest choice."""
        return _walked(self.scenario, self.path[:-1]) or begun(self.scenario)

    @property
    def mark(self) -> int:
        """Below 36³. Another number if what this path means has changed; a text may change as it likes."""
        chosen = [(step.node.name, led_to(step.choice, step.after), _narrowing(step.choice)) for step in self.steps]
        return zlib.crc32(repr(chosen).encode()) % 36**3 if chosen else 0


def begun(scenario: Scenario) -> Story:
    return Story(scenario, scenario.nodes[0])


def story_at(scenario: Scenario, path: str, mark: int) -> Story | None:
    """The story after these choices; ``None`` if the scenario has other ones by now."""
    story = _walked(scenario, path)
    return story if story is not None and story.mark == mark else None


def narrowed(fitting: Fraction, share: Fraction) -> Fraction:
    """So many people still fit. Whoever is looked for always does; of the others, this share."""
    return 1 + (fitting - 1) * share


def is_under(fitting: Fraction, limit: int) -> bool:
    """Counted in whole people, as it is shown."""
    return round(fitting) < limit


def led_to(choice: Choice, fitting: Fraction | None) -> str | None:
    """The node to which a choice leads while so many people fit."""
    if choice.to is not None:
        return choice.to
    for branch in choice.by_count:
        if branch.fewer_than is None or (fitting is not None and is_under(fitting, branch.fewer_than)):
            return branch.to
    return None


def _walked(scenario: Scenario, path: str) -> Story | None:
    story: Story | None = begun(scenario)
    for step in path[: LONGEST_PATH + 1]:
        story = story.choose(_STEPS.find(step)) if story else None
    return story


def _narrowing(choice: Choice) -> str | None:
    return choice.narrows.keeps if choice.narrows else None
