"""A made-up learner: joins, reads lessons and takes quizzes as a person would, by what stands on the cards and nothing else.

Who they are and how they go about it follows from a seed. Which questions they get is the bot's own chance, and what one of
them was told is the right answer, the others may have heard of.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from rehearsal import forms
from rehearsal.components import CHECKBOX_GROUP
from rehearsal.people import Form, Person, Seen
from rehearsal.things import Message

NAMES = (
    "Amara", "Anouk", "Bashir", "Bela", "Carmen", "Cyril", "Dilnoza", "Dov", "Edda", "Emre", "Farah", "Felix", "Goran", "Gudrun",
    "Hana", "Henrik", "Ines", "Ismail", "Jarek", "Joyce", "Kaito", "Kirsi", "Lale", "Lorenz", "Mina", "Matteo", "Nadia", "Noor",
    "Olga", "Oskar", "Pavel", "Priya", "Quentin", "Rana", "Rosa", "Samir", "Sofia", "Tomasz", "Ulla", "Viktor", "Wanja", "Xenia",
    "Yara", "Zoltan",
)  # fmt: skip
QUESTIONS = 5
"""In each quiz, which is what a person gets who asks for no other number."""
MOST_PRESSES = 60
"""In one lesson's pages or one quiz; a card that goes round in a circle is left."""


@dataclass(slots=True)
class Tally:
    """What all of them have done so far, and what came in their way."""

    joined: int = 0
    pages: int = 0
    answers: int = 0
    troubles: list[str] = field(default_factory=list)


class GoneWrong(Exception):
    """The bot didn't answer, or not with what was expected."""


class MadeUp:
    """`heard` is shared by all: a question -> the answer that the bot gave to somebody."""

    def __init__(self, person: Person, channel: int, chance: Random, tally: Tally, heard: dict[str, str]) -> None:
        self.person = person
        self.channel = channel
        self.chance = chance
        self.tally = tally
        self.heard = heard
        self.care = chance.uniform(0.5, 0.95)

    async def live(self, themes: list[str], goes_on: Callable[[], bool]) -> None:
        """Join, and then read and be asked about a few of these themes, the first ones more often than the last."""
        await self.join()
        for theme in themes[: self.chance.randint(1, min(4, len(themes)))]:
            if not goes_on():
                return
            await self.read(theme)
            if goes_on():
                await self.quiz(theme)

    async def join(self) -> None:
        seen = await self._typed("join")
        if "Join" in seen.labels:
            await self._pressed(seen, "Join")
            self.tally.joined += 1
        elif "have joined" not in seen.text:
            raise GoneWrong(f"/join was answered with “{_first(seen.text)}”")

    async def read(self, theme: str) -> None:
        seen = await self._typed("learn", theme=theme)
        for _ in range(MOST_PRESSES):
            self.tally.pages += 1
            on = [label for label in ("Next", "Next lesson") if label in seen.labels]
            if not on or (on[0] == "Next lesson" and self.chance.random() > self.care):
                return  # not everybody reads to the end
            seen = await self._pressed(seen, on[0])

    async def quiz(self, theme: str) -> None:
        seen = await self._typed("quiz", theme=theme, length=QUESTIONS)
        for _ in range(MOST_PRESSES):
            on = [label for label in ("Next question", "See how it went") if label in seen.labels]
            self._listen(seen.text)
            if on:
                self.tally.answers += 1
                seen = await self._pressed(seen, on[0])
            elif not (letters := [label for label in seen.labels if re.fullmatch("[A-H]|True|False", label)]):
                if "Answer" not in seen.labels:
                    return
                seen = await self._in_a_form(seen)
            else:
                seen = await self._pressed(seen, self._choice(seen.text, letters))

    def _choice(self, text: str, letters: list[str]) -> str:
        """The answer that they have heard of, if they are careful; else any."""
        beside = dict(re.findall(r"^\*\*([A-H])\*\* · (.+)$", text, re.MULTILINE))
        knows = [letter for letter in letters if beside.get(letter, letter) == self.heard.get(_question(text))]
        return knows[0] if knows and self.chance.random() < self.care else self.chance.choice(letters)

    async def _in_a_form(self, seen: Seen) -> Seen:
        question = _question(seen.text)
        if self.chance.random() > self.care:
            return await self._pressed(seen, "I don't know")
        answered = await self._sent(await self._pressed(seen, "Answer"), self.heard.get(question, ""))
        if "Try again" in answered.labels:  # a number is wanted, and in one word
            number = re.search(r"\d+(?:\.\d+)?", self.heard.get(question, ""))
            answered = await self._sent(await self._pressed(answered, "Try again"), number[0] if number else "")
        return answered

    async def _sent(self, seen: Seen, heard: str) -> Seen:
        if seen.form is None:
            raise GoneWrong("a button to answer with opened no form")
        return _answered(await self.person.submit(seen.form, self._filled(seen.form, heard)), "a form")

    def _filled(self, form: Form, heard: str) -> dict[str, object]:
        given: dict[str, object] = {}
        for one in forms.fields_of(form.components):
            if one.part["type"] == CHECKBOX_GROUP:
                labels = [option["label"] for option in one.part["options"]]
                given[one.custom_id] = self.chance.sample(labels, min(2, len(labels)))
            else:
                # a number, since an estimate wants one, and to others it is as wrong as any word
                given[one.custom_id] = (heard or str(self.chance.randint(1, 99)))[:40]
        return given

    def _listen(self, text: str) -> None:
        """What a card explains, all of them may hear of."""
        lines = text.splitlines()
        told = [line for line in lines if line.startswith(("**The answer:** ", "**You chose:** "))]
        heads = [at for at, line in enumerate(lines) if line in ("## That's right", "## Not quite")]
        if told and heads and heads[0] + 1 < len(lines):
            self.heard[lines[heads[0] + 1]] = told[-1].split(":** ", 1)[1]

    async def _typed(self, name: str, **options: object) -> Seen:
        return _answered(await self.person.command(self.channel, name, **options), f"/{name}")

    async def _pressed(self, seen: Seen, label: str) -> Seen:
        assert isinstance(seen.message, Message)
        return _answered(await self.person.press(seen.message, label), f"“{label}”")


def _answered(seen: Seen, what: str) -> Seen:
    if seen.failed is not None:
        raise GoneWrong(f"{what}: {seen.failed.lower()}")
    if seen.message is None and seen.form is None:
        raise GoneWrong(f"{what} was answered with nothing to see")
    return seen


def _question(text: str) -> str:
    return next((line[3:] for line in text.splitlines() if line.startswith("## ")), "")


def _first(text: str) -> str:
    return text.strip().partition("\n")[0][:100]
