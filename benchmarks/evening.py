"""What happens before the clicks: a moderator begins a group, learners join, and the questions are asked, all by real presses.

Every control that is used here and in the rounds is one that the bot itself put on a card. Nothing is built by hand.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from statistics import mean

from benchmarks.load import FIRST_LEARNER, Json, Load, Press
from rehearsal import components as parts

SCOUT = FIRST_LEARNER - 1
"""A guest who walks through every quiz first, to see the cards. Nothing of a guest is stored."""
AT_ONCE = 32
LETTERS = "ABCDE"
ONWARD = ("Next question", "See how it went")


@dataclass(frozen=True, slots=True)
class Course:
    """All questions as the bot asked them: for each its answers' presses; and an answer card of middling length."""

    questions: tuple[tuple[Press, ...], ...]
    typical: list[Json]
    lengths: tuple[int, ...]
    """Characters of text on each answer card."""

    @property
    def mean_length(self) -> float:
        return mean(self.lengths)

    @property
    def typical_length(self) -> int:
        return _length(self.typical)


async def begin(load: Load) -> None:
    """A group in the room that everybody presses in."""
    await load.command("group", "create", name="Thursday readers", time_zone="Europe/Berlin", language="en")
    if not load.posted:
        raise RuntimeError("the bot posted no welcome card")


async def walk_through(load: Load) -> Course:
    """Take every theme's whole quiz as a guest."""
    questions: list[tuple[Press, ...]] = []
    answers: list[list[Json]] = []
    menu = (await load.command("quiz", length=10))["components"]
    [select] = [part for part in parts.walk(menu) if part["type"] == parts.STRING_SELECT]
    for option in select["options"]:
        card = (await load.press(menu, select, SCOUT, option["value"]))["components"]
        while True:
            choices = [part for part in parts.walk(card) if part["type"] == parts.BUTTON and parts.label_of(part) in LETTERS]
            after = [(await load.press(card, choice, SCOUT))["components"] for choice in choices]
            if after and all(_buttons(one, *ONWARD) for one in after):  # one choice: a press is an answer
                questions.append(tuple(load.prepare(card, choice) for choice in choices))
                answers += after
                answer = after[-1]
            else:
                answer = await _some_answer(load, card)
            onward = _buttons(answer, *ONWARD)[0]
            if onward["label"] == ONWARD[1]:
                break
            card = (await load.press(answer, onward, SCOUT))["components"]
    lengths = [_length(card) for card in answers]
    middle = mean(lengths)
    typical = min(zip(lengths, answers, strict=True), key=lambda one: abs(one[0] - middle))[1]
    return Course(tuple(questions), typical, tuple(lengths))


async def everybody_joins(load: Load, learners: int) -> None:
    """As many learners press Join, on the welcome card's offer; the first is `FIRST_LEARNER`."""
    welcome = json.loads(json.dumps(load.posted[0]["components"]))
    offer = (await load.press(welcome, _button(welcome, "Join"), FIRST_LEARNER))["components"]
    join = load.prepare(offer, _button(offer, "Join"))
    waiting = iter(range(FIRST_LEARNER, FIRST_LEARNER + learners))

    async def some() -> None:
        for learner in waiting:
            if b"Welcome to" not in await load.send(join, learner):
                raise RuntimeError("a learner could not join")

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


async def _some_answer(load: Load, card: list[Json]) -> list[Json]:
    """Past a question that takes more than one press, or a form: it is not measured."""
    while not _buttons(card, *ONWARD):
        [button, *_] = _buttons(card, *LETTERS, "True", "I don't know")
        card = (await load.press(card, button, SCOUT))["components"]
    return card


def _length(card: list[Json]) -> int:
    return len("".join(parts.texts(card)))


def _button(card: list[Json], *labels: str) -> Json:
    return _buttons(card, *labels)[0]


def _buttons(card: list[Json], *labels: str) -> list[Json]:
    return [part for part in parts.walk(card) if part["type"] == parts.BUTTON and parts.label_of(part) in labels]
