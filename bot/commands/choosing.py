"""Which prompt, lesson, scenario or round comes next: the one that was fixed, or the next that the group has not had.

Nothing repeats until all were used. Chosen when it is posted, not before, so that whatever was posted meanwhile counts.
"""

from __future__ import annotations

from typing import TypeGuard

from msgspec import Struct

from bot.commands.round_words import lengths, title_of_round
from bot.group import Group
from bot.library import Course, Library, Theme
from bot.questions import Question
from bot.storage import OwnPrompt, SlotKind, Store

OWN = "own"
"""The theme word of the group's own prompts."""
Kind = SlotKind
KINDS: tuple[Kind, ...] = ("prompt", "lesson", "scenario", "round", "review")
"""What a slot can post."""


class Chosen(Struct, frozen=True):
    """One item. ``left``: how many others the group has not had, before they begin again."""

    theme: str
    item: str
    title: str
    left: int


REVIEW_HOUR = Chosen("review", "hour", "Review hour", 1)
"""The one thing of its kind, about no theme. There is always another."""


async def chosen(group: Group, kind: Kind, theme: str | None, item: str | None, library: Library, store: Store) -> Chosen | None:
    """The item to post now: the one with this name, or the next unused one of the theme (of the whole course if it is
    ``None``). ``None`` when there is no such thing, or not any more."""
    if kind == "review":
        return REVIEW_HOUR
    own = await store.own_prompts(group.group_id) if theme == OWN else ()
    all_of_them = candidates(library.course(group.language), kind, theme, own)
    if kind == "round" and item is None:
        return _next_round(all_of_them, await store.used(group.group_id, kind, theme), theme)
    times = {(name, what): count for name, what, count in await store.used(group.group_id, kind, theme)}

    def used(one: Chosen) -> int:
        return times.get((one.theme, one.item), 0)

    if item is not None:
        found = next((one for one in all_of_them if one.item == item), None)
    else:
        found = min(all_of_them, key=used, default=None)
    if found is None:
        return None
    left = sum(used(one) == used(found) for one in all_of_them if one is not found) if item is None else 0
    return Chosen(found.theme, found.item, found.title, left)


def is_kind(word: str) -> TypeGuard[Kind]:
    """Whether a slot can post such a thing."""
    return word in KINDS


def _next_round(rounds: list[Chosen], posted: tuple[tuple[str, str, int], ...], theme: str | None) -> Chosen | None:
    """A round of the usual length, of the theme that has had the fewest. One theme never runs out: its rounds differ."""
    times: dict[str, int] = {}
    for name, _, count in posted:
        times[name] = times.get(name, 0) + count
    usual = {one.theme: one for one in reversed(rounds)}
    found = min(reversed(usual.values()), key=lambda one: times.get(one.theme, 0), default=None)
    if found is None:
        return None
    left = sum(times.get(name, 0) == times.get(found.theme, 0) for name in usual if name != found.theme) if theme is None else 1
    return Chosen(found.theme, found.item, found.title, left)


def question_item(number: int) -> str:
    """What stands for a prompt that a question of a round became. No prompt of the course can have such a name."""
    return f"?{number}"


def question_of(theme: Theme | None, item: str | None) -> Question | None:
    """The other way round; ``None`` if the item is something else, or its question is gone."""
    number = (item or "")[1:]
    return theme.question(int(number)) if theme and item and item[0] == "?" and number.isdecimal() and len(number) <= 5 else None


def candidates(course: Course, kind: Kind, theme: str | None, own: tuple[OwnPrompt, ...]) -> list[Chosen]:
    """All items in the order in which they come, as if none had been used."""
    if kind == "review":
        return [REVIEW_HOUR]
    if theme == OWN:
        return [Chosen(OWN, str(one.number), one.title, 0) for one in own] if kind == "prompt" else []
    themes = [one for one in course.themes if theme in (None, one.name)]
    if kind == "lesson":
        return [Chosen(one.name, lesson.name, lesson.title, 0) for one in themes for lesson in one.lessons]
    if kind == "scenario":
        return [Chosen(one.theme, one.name, one.title, 0) for one in course.scenarios if theme in (None, one.theme)]
    if kind == "round":  # the usual length first
        return [Chosen(one.name, str(many), title_of_round(one, many), 0) for one in themes for many in lengths(one)]
    if kind == "prompt":
        return [Chosen(one.name, prompt.name, prompt.title, 0) for one in themes for prompt in one.prompts]
    return []
