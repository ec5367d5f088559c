"""kill -9 in the middle of a live round: it goes on where it was, no confirmed answer is lost, and nothing is there twice.

A real process of the bot plays rounds against the stand-in, with people who answer and a moderator who leads. The stand-in kills it
at a call of the test's choosing, before the call is carried out or after it, so that the answer never arrives; or between two
calls. Then it is started again, and people go on as people do: they press once more what was not answered.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from test_kill import process

from rehearsal.people import Person, Seen
from rehearsal.rest import Lost
from rehearsal.standin import StandIn
from rehearsal.things import Message
from rehearsal.world import World

PEOPLE = 6
"""So many people answer."""
QUESTIONS = 3
THEMES = ("scores", "blacklists", "data-aggregation", "opting-in", "cameras-and-faces", "censorship")
ACTS = ("start", "answer", "count", "reveal", "next", "end", "stop")
"""What is under way when the bot dies: the card is being posted, an answer confirmed, the number on the card changed, …"""
PHASES = ("arrived", "done", "between")
"""Before the call is carried out; after it; and when no call is under way, just after the act."""
SOON = 8.0
OVER = "The answers are gone"


@dataclass(slots=True)
class Hall:
    """The stand-in, the bot's process with one life after the other, and what people were told."""

    standin: StandIn
    database: Path
    bot: asyncio.subprocess.Process
    chance: random.Random
    people: list[int] = field(default_factory=list)
    pid: int = 0
    ahead: float = 0.0
    deadly: str = ""
    """The phase of the next call of the wanted kind at which the bot dies; empty: at none."""
    call: str = ""
    died: asyncio.Event = field(default_factory=asyncio.Event)
    deaths: Counter[tuple[str, str]] = field(default_factory=Counter)
    started: int = 0
    """How many rounds were told to have begun, or have a card."""

    def hear(self, method: str, path: str, phase: str) -> None:
        if self.deadly == phase and self.pid and self.call in f"{method} {path}":
            self.kill()
            raise Lost  # one that had only arrived is not carried out

    def kill(self) -> None:
        pid, self.pid, self.deadly = self.pid, 0, ""
        os.kill(pid, signal.SIGKILL)
        self.died.set()

    async def live(self, seconds: float = 3) -> None:
        """Another life, so many seconds later by everybody's clock: what the last one had claimed is left behind by then."""
        assert self.bot.stdin and self.bot.stdout
        if self.ahead:
            assert await self.bot.stdout.readline() == b"ended\n"
        self.ahead += seconds
        self.standin.world.move_clock(timedelta(seconds=self.ahead))
        self.died.clear()
        self.bot.stdin.write(f"{self.ahead}\n".encode())
        self.pid = int(await self.bot.stdout.readline())
        await self.standin.bot_is_ready()

    def ask(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.database, isolation_level=None)) as db:
            return db.execute(sql).fetchall()

    def cards(self) -> list[Message]:
        room = self.standin.world.server.channel_named("study-room")
        return [one for one in room.messages.values() if "a round" in one.text]

    async def until(self, condition: Callable[[], object]) -> None:
        deadline = asyncio.get_running_loop().time() + SOON
        while not condition():
            assert asyncio.get_running_loop().time() < deadline, f"it did not happen; {self.deaths}; {self.cards()[-1:]}"
            await asyncio.sleep(0.02)

    async def through(self, act: str, phase: str, call: str, doing: Callable[[], Any]) -> Seen | None:
        """Do it, and let the bot die meanwhile if that is wanted (``phase``). What was seen; None if there was no answer."""
        if phase in ("arrived", "done"):
            self.call, self.deadly = call, phase
        pressing = asyncio.create_task(doing())
        dying = asyncio.create_task(self.died.wait())
        await asyncio.wait([pressing, dying], return_when=asyncio.FIRST_COMPLETED)
        if self.deadly:  # a step that Discord lets wait is answered with "thinking" before it has made its call
            await asyncio.wait([dying], timeout=SOON)
        if self.died.is_set() and not pressing.done():
            await asyncio.wait([pressing], timeout=0.05)  # what was carried out in spite of that is there
        seen: Seen | None = pressing.result() if pressing.done() else None
        pressing.cancel()
        dying.cancel()
        await self._die(act, phase)
        return seen if seen is not None and not seen.failed else None

    async def count(self, phase: str) -> None:
        """The card's number is changed, by the look that comes within a second; the bot may die over it."""
        if phase in ("arrived", "done"):
            self.call, self.deadly = "PATCH /channels", phase
            # The card may show that number already; and what was noted a moment after that would be written over.
            await self.until(
                lambda: self.ask("UPDATE rounds SET shown = shown || '?' WHERE shown NOT LIKE '%?'") or self.died.is_set()
            )
        await self._die("count", phase)

    async def _die(self, act: str, phase: str) -> None:
        if phase == "between":
            self.kill()
        if phase:
            assert self.died.is_set(), f"it should have died: {act}, {phase}"
            self.deaths[act, phase] += 1
            await self.live()


@asynccontextmanager
async def hall(tmp_path: Path, seed: int) -> AsyncIterator[Hall]:
    standin = StandIn(World.evening(), calls_per_second=None, channel_limits=False)
    await standin.start()
    database = tmp_path / "red-flask.db"
    try:
        async with process(standin.url, f"sqlite:///{database}") as bot:
            one = Hall(standin, database, bot, random.Random(seed))
            standin.on_call = one.hear
            one.people = [standin.world.add_member(standin.world.server, f"Guest {number}").user.id for number in range(PEOPLE)]
            try:
                await one.live()
                await one.until(lambda: standin.world.commands)
                mo = person(one, "Mo")
                await mo.command(room(one), "group create", name="Thursday readers", time_zone="Europe/Berlin", language="en")
                yield one
            finally:
                if one.pid:
                    one.kill()
    finally:
        await standin.stop()


def room(one: Hall) -> int:
    return one.standin.world.server.channel_named("study-room").id


def person(one: Hall, name: str) -> Person:
    return Person(one.standin, one.standin.world.server.member_named(name).id)


async def answer(one: Hall, who: Person, card: Message, phase: str) -> None:
    """Until it is confirmed: whoever was not answered presses again. Any whole answer to a question of whatever kind."""
    seen: Seen | None = None
    for _ in range(12):
        if seen is None:
            await one.until(lambda: "Reveal" in card.labels)
            label = next((label for label in card.labels if label in ("A", "True")), "Answer")
            seen = await one.through("answer", phase, "callback", partial(who.press, card, label))
        elif seen.form:
            [field_] = seen.form.labels
            is_ticked = "Tick" in field_
            choice = seen.form.components[-1]["component"]["options"][0]["label"] if is_ticked else "17"
            given = {field_: [choice] if is_ticked else choice}
            seen = await one.through("answer", phase, "callback", partial(who.submit, seen.form, given))
        else:
            own, label = seen.message, next(label for label in seen.labels if len(label) == 1)
            assert own
            seen = await one.through("answer", phase, "callback", partial(who.press, own, label))
        phase = ""
        if seen is not None and "Your answer counts" in seen.text:
            return
    raise AssertionError(f"it is never confirmed: {seen}")


async def lead(one: Hall, card: Message, act: str, label: str, phase: str, there: str) -> None:
    """A moderator's press. If the bot dies over it, the card becomes by itself what it should be."""
    mo = person(one, "Mo")
    await one.through(act, phase, "callback", lambda: mo.press(card, label))
    await one.until(lambda: there in card.text)


async def begin(one: Hall, phase: str) -> Message:
    mo, before = person(one, "Mo"), len(one.cards())
    theme = THEMES[one.started % len(THEMES)]
    one.started += 1

    def start() -> Any:
        return mo.command(room(one), "round start", theme=theme, questions=QUESTIONS)

    seen = await one.through("start", phase, "POST /channels", start)
    if phase in ("arrived", "done"):  # whoever is left in the dark types it again
        again = await start()
        assert "running" in again.text, again.text
    else:
        assert seen and "has begun" in seen.text
    await one.until(lambda: len(one.cards()) == before + 1)
    return one.cards()[-1]


async def play(one: Hall, deadly: dict[str, str]) -> None:
    """A whole round. ``deadly``: act → the phase at which the bot dies over it, once in the round."""
    card = await begin(one, deadly.get("start", ""))
    people = [Person(one.standin, member) for member in one.people]
    dying_at = one.chance.randint(1, QUESTIONS)
    for number in range(1, QUESTIONS + 1):
        heading = f"question {number} of {QUESTIONS}"
        await one.until(partial(_is_asked, card, heading))
        dies = dict(deadly) if number == dying_at else {}
        last = one.chance.randrange(PEOPLE)
        answering = people if number in (dying_at, QUESTIONS) else []  # of the others nothing is told
        for place, who in enumerate(answering):
            await answer(one, who, card, dies.get("answer", "") if place == last else "")
        if "count" in dies:
            await one.count(dies["count"])
            await one.until(lambda: "At least 5" in card.text)
        assert one.ask("SELECT count(*) FROM round_answers") == [(len(answering),)], "no confirmed answer is lost"
        if number == QUESTIONS and "stop" in deadly:
            await stop(one, card, deadly["stop"])
            break
        await lead(one, card, "reveal", "Reveal", dies.get("reveal", ""), "The answer:")
        assert ("of us were right" in card.text) == bool(answering)
        assert one.ask("SELECT count(*), (SELECT salt FROM rounds) FROM round_answers") == [(0, "")]
        if number < QUESTIONS:
            next_dies = deadly.get("next", "") if number == 1 else ""
            await lead(one, card, "next", "Next question", next_dies, f"question {number + 1} of")
        else:
            await lead(one, card, "end", "See how it went", deadly.get("end", ""), OVER)
    await one.until(lambda: not one.ask("SELECT * FROM rounds"))
    assert OVER in card.text
    assert len(one.cards()) == one.started, "each round has one card"


def _is_asked(card: Message, heading: str) -> bool:
    return heading in card.text and "Reveal" in card.labels


async def stop(one: Hall, card: Message, phase: str) -> None:
    mo = person(one, "Mo")
    await one.through("stop", phase, "PATCH /channels", lambda: mo.command(room(one), "round stop"))
    await one.until(lambda: OVER in card.text)


async def test_a_round_survives_a_kill_at_each_of_its_moments(tmp_path: Path) -> None:
    async with hall(tmp_path, seed=6) as one:
        await play(one, {"start": "arrived", "answer": "arrived", "reveal": "arrived", "next": "done", "end": "arrived"})
        assert one.deaths.total() == 5
        await never_claimed(one)
        assert not one.standin.unknown_calls


async def never_claimed(one: Hall) -> None:
    """It dies between the round's row and its posting's: after a minute the channel is free again."""
    mo = person(one, "Mo")
    one.call, one.deadly = "POST /channels", "arrived"
    starting = asyncio.create_task(mo.command(room(one), "round start", theme="public-opinion", questions=3))
    await asyncio.wait_for(one.died.wait(), SOON)
    starting.cancel()
    one.ask("DELETE FROM postings WHERE kind = 'round' AND state = 'claimed'")  # as if it had died a moment earlier
    await one.live(seconds=70)
    await one.until(lambda: not one.ask("SELECT * FROM rounds"))
    assert "has begun" in (await mo.command(room(one), "round start", theme="public-opinion", questions=3)).text
    assert len(one.cards()) == one.started + 1


@pytest.mark.nightly
async def test_a_round_survives_a_kill_at_any_of_its_moments_again_and_again(tmp_path: Path) -> None:
    async with hall(tmp_path, seed=8) as one:
        wanted = [(act, phase) for act, phase in product(ACTS, PHASES) if (act, phase) != ("count", "between")]
        for _ in range(30):
            deadly = {
                act: one.chance.choice([phase for other, phase in wanted if other == act]) for act in one.chance.sample(ACTS, 5)
            }
            await play(one, deadly)
        assert set(one.deaths) == set(wanted)
