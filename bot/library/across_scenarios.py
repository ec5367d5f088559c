"""Rules about a whole scenario: that every node can be reached, every path ends, and nothing goes round in a circle.

Like ``across.py`` this looks at the pages as written, so that an author hears of everything at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from bot.library.across_plans import Themes
from bot.library.page import Page, Steps
from bot.library.problems import Problem
from bot.library.shapes import share_of
from bot.library.story import LONGEST_PATH, is_under, narrowed
from bot.library.story_graph import a_circle, in_order, longest, reachable
from bot.library.wording import where
from bot.questions.texts import ROOM, did_you_mean, shortened

MOST_COUNTS = 5_000
"""So many different numbers of people can be worked out for one scenario while it is read."""
ROOM_FOR_A_FACT = 60
"""What stands beside a fact's name where an end sums up what was given away."""
ROOM_FOR_A_SOURCE = 200
_OF_THE_WORLD = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])|[0-9.]+ ?%")

Way = tuple[Steps, str]
"""Where a way stands in the page, and the node to which it leads."""


def within_scenario(page: Page, themes: Themes) -> Iterator[Problem]:
    """What the story's shape makes impossible to play, and what it names that isn't there."""
    yield from _of_its_theme(page, themes)
    nodes = {_text(node, "node"): (steps, node) for steps, node in reversed(tuple(page.listed("nodes"))) if _text(node, "node")}
    nodes = dict(reversed(nodes.items()))
    for steps, node in page.listed("nodes"):
        name = _text(node, "node")
        if name and nodes[name][0] != steps:
            yield _at(page, (*steps, "node"), f"is taken already, in line {page.line((*nodes[name][0], 'node'))}")
        text = _text(node, "text") + "".join(_text(choice, "then") for _, choice in _choices(steps, node))
        if found := _OF_THE_WORLD.search(text):
            what = f"the story has {found[0]}, as if it were true of the world: say that under `known:`, with its sources"
            yield _at(page, (*steps, "text"), what)
        yield from _too_long(page, steps, node)
        yield from _counted(page, steps, node)
    ways = {name: tuple(_ways(steps, node)) for name, (steps, node) in nodes.items()}
    unknown = [(place, to) for its in ways.values() for place, to in its if to not in nodes]
    for place, to in unknown:
        yield _at(page, place, f"there is no node {shortened(to)!r}{did_you_mean(to, nodes)}")
    if nodes and not unknown:
        yield from _shape(page, nodes, ways)


def _shape(page: Page, nodes: dict[str, tuple[Steps, dict[str, Any]]], ways: dict[str, tuple[Way, ...]]) -> Iterator[Problem]:
    arrows = {name: tuple(to for _, to in its) for name, its in ways.items()}
    first = next(iter(nodes))
    met = reachable(first, arrows)
    for name in nodes:
        if name not in met:
            what = "no choice leads here; let one do so, or delete the node"
            yield _at(page, (*nodes[name][0], "node"), what)
    circle = a_circle(arrows)
    if circle:
        into = next(place for place, to in ways[circle[-1]] if to == circle[0])
        what = f"goes round in a circle ({' → '.join((*circle, circle[0]))}); every path has to come to an end"
        yield _at(page, into, what)
        return
    far = longest(first, arrows)
    if far > LONGEST_PATH:
        yield _at(page, ("nodes",), f"the longest path has {far} choices; a button has room for {LONGEST_PATH}")
    ends = [name for name, its in ways.items() if not its and name in met]
    if len(ends) < 2:
        what = "all paths lead to one end; a choice has a consequence, so there are two or more ends"
        yield _at(page, ("nodes",), what)
    yield from _never_met(page, first, nodes, ways, in_order(arrows))


def _never_met(
    page: Page, first: str, nodes: dict[str, tuple[Steps, dict[str, Any]]], ways: dict[str, tuple[Way, ...]], order: tuple[str, ...]
) -> Iterator[Problem]:
    """Branches of ``by_count`` that no number of people can ever lead to."""
    count = page.data.get("count")
    start = count.get("start") if isinstance(count, dict) else None
    if not isinstance(start, int) or isinstance(start, bool):
        return
    met: dict[str, set[Fraction]] = {name: set() for name in nodes}
    met[first], taken = {Fraction(start)}, set()
    for name in order:
        steps, node = nodes[name]
        for place, choice in _choices(steps, node):
            narrows = choice.get("narrows")
            share = share_of(_text(narrows, "keeps")) if isinstance(narrows, dict) else None
            for fitting in met[name]:
                after = narrowed(fitting, share) if share else fitting
                way = _branch(place, choice, after)
                if way is not None:
                    taken.add(way[0])
                    met[way[1]].add(after)
        if sum(map(len, met.values())) > MOST_COUNTS:
            yield _at(page, ("count",), f"more than {MOST_COUNTS:,} different counts are possible; use the same shares more often")
            return
    for its in ways.values():
        for place, to in its:
            if "by_count" in place and place not in taken and met[next(iter(nodes))]:
                yield _at(page, place, f"so many people never fit when this choice is made, so nobody comes to {to} this way")


def _branch(place: Steps, choice: dict[str, Any], fitting: Fraction) -> Way | None:
    if _text(choice, "to"):
        return (*place, "to"), _text(choice, "to")
    for steps, branch in _branches(place, choice):
        limit = branch.get("fewer_than")
        if limit is None or (isinstance(limit, int) and is_under(fitting, limit)):
            return (*steps, "to"), _text(branch, "to")
    return None


def _of_its_theme(page: Page, themes: Themes) -> Iterator[Problem]:
    theme, lesson = _text(page.data, "theme"), _text(page.data, "lesson")
    if theme and theme not in themes:
        yield _at(page, ("theme",), f"there is no theme {shortened(theme)!r}{did_you_mean(theme, themes)}")
    elif theme and lesson and lesson not in themes[theme].lessons:
        what = f"the theme {theme} has no lesson {shortened(lesson)!r}{did_you_mean(lesson, themes[theme].lessons)}"
        yield _at(page, ("lesson",), what)


def _counted(page: Page, steps: Steps, node: dict[str, Any]) -> Iterator[Problem]:
    if isinstance(page.data, dict) and "count" in page.data:
        return
    for place, choice in _choices(steps, node):
        for key in ("narrows", "by_count"):
            if key in choice:
                yield _at(page, (*place, key), "nobody is counted in this scenario; say who under `count:`, before `nodes:`")


def _too_long(page: Page, steps: Steps, node: dict[str, Any]) -> Iterator[Problem]:
    """The most that can stand on this node's card: what the choice before it said comes first."""
    name, known = _text(node, "node"), node.get("known")
    before = sum_of_facts = 0
    for its, other in page.listed("nodes"):
        longest_fact = 0
        for _, choice in _choices(its, other):
            narrows = choice.get("narrows")
            by, assuming = (_text(narrows, "by"), _text(narrows, "assuming")) if isinstance(narrows, dict) else ("", "")
            longest_fact = max(longest_fact, len(by) + ROOM_FOR_A_FACT if by else 0)
            if name in {to for _, to in _ways_of_choice((), choice)}:
                before = max(before, len(_text(choice, "then")) + len(by) + len(assuming))
        sum_of_facts += longest_fact
    sources = known.get("sources") if isinstance(known, dict) else None
    cited = ROOM_FOR_A_SOURCE * len(sources) if isinstance(sources, tuple) else 0
    letters = len(_text(node, "text")) + len(_text(known, "text")) + cited + before + ("ending" in node) * sum_of_facts
    if letters > ROOM:
        what = f"has {letters:,} characters with what comes before it and its sources; a card has room for {ROOM:,}"
        yield _at(page, (*steps, "text"), what)


def _ways(steps: Steps, node: dict[str, Any]) -> Iterator[Way]:
    for place, choice in _choices(steps, node):
        yield from _ways_of_choice(place, choice)


def _ways_of_choice(place: Steps, choice: dict[str, Any]) -> Iterator[Way]:
    if _text(choice, "to"):
        yield (*place, "to"), _text(choice, "to")
    for steps, branch in _branches(place, choice):
        if _text(branch, "to"):
            yield (*steps, "to"), _text(branch, "to")


def _choices(steps: Steps, node: dict[str, Any]) -> Iterator[tuple[Steps, dict[str, Any]]]:
    found = node.get("choices")
    for index, choice in enumerate(found if isinstance(found, tuple) else ()):
        if isinstance(choice, dict):
            yield (*steps, "choices", index), choice


def _branches(place: Steps, choice: dict[str, Any]) -> Iterator[tuple[Steps, dict[str, Any]]]:
    found = choice.get("by_count")
    for index, branch in enumerate(found if isinstance(found, tuple) else ()):
        if isinstance(branch, dict):
            yield (*place, "by_count", index), branch


def _text(data: Any, key: str) -> str:
    found = data.get(key) if isinstance(data, dict) else None
    return found.strip() if isinstance(found, str) else ""


def _at(page: Page, steps: Steps, what: str) -> Problem:
    return Problem(page.file, page.line(steps), where(page, steps), what)
