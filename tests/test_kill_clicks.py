"""kill -9 while people learn, again and again: each answer that was confirmed to somebody is kept, exactly once.

A real process of the bot answers four learners at once, on each engine. The stand-in kills it at a call of its own choosing: when
the answer arrives, before it is shown, or after that, so that the bot never hears. Then it is started again. Whoever got no answer
presses once more, as people do. Which call it will be is random, under a seed that the failure names.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

import pytest
from evening import Evening, card
from mischief import ask
from test_kill import process

from bot.commands.quiz_answer import _read_question
from bot.group import Group
from bot.kept import VERSION
from bot.learner_key import Secret, Someone
from bot.press import Press
from bot.storage import Store, open_store
from rehearsal.people import NotOffered, Person, Seen
from rehearsal.standin import StandIn
from rehearsal.things import Message
from rehearsal.world import World

LEARNERS = ("Ada", "Ben", "Cy", "Dee")
SECRET = Secret(b"x" * 40)
"""As in the process."""
GROUP = 7
ANSWERED = ("## That's right", "## Not quite")
ALREADY = "You had answered this one before"
Asked = tuple[str, int]
"""Whom, and which question by its number."""


@dataclass(slots=True)
class Presses:
    """Of one person on one question. A card says how often it had been asked before, its *turn*, so that pressing it twice, or one
    that came late and shows the same turn once more, is one answer: it makes `turn` times asked into `turn + 1`."""

    tried: set[int] = field(default_factory=set)
    confirmed: set[int] = field(default_factory=set)
    newly: Counter[int] = field(default_factory=Counter)
    """How often somebody was told that it counts without being told that it had counted before."""
    history: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Executioner:
    """Kills the bot at the n-th answer that it gives."""

    pid: int = 0
    calls_left: int = 0
    deaths: Counter[str] = field(default_factory=Counter)

    def hear(self, method: str, path: str, phase: str) -> None:
        if not self.pid or not path.endswith("/callback"):
            return
        self.calls_left -= 1
        if self.calls_left <= 0:
            pid, self.pid = self.pid, 0
            os.kill(pid, signal.SIGKILL)
            self.deaths[phase] += 1


@dataclass(slots=True)
class Class:
    """Those who learn, and what they were told."""

    standin: StandIn
    channel: int
    presses: defaultdict[Asked, Presses] = field(default_factory=lambda: defaultdict(Presses))
    is_over: bool = False

    def person(self, name: str) -> Person:
        # Who waits for a bot that was killed waits in vain; three seconds of it, hundreds of times, would make this test slow.
        return Person(self.standin, self.standin.world.server.member_named(name).id, patience=0.4)

    async def learn(self, name: str) -> None:
        """Question after question, until it is over; the one under way is finished first."""
        person = self.person(name)
        while not self.is_over:
            try:
                seen = await person.command(self.channel, "quiz", theme="data-aggregation", length=10)
            except NotOffered:  # it has never been there yet
                seen = Seen(failed="nobody is there")
            message = seen.message
            while message is not None and not self.is_over:
                if not await self._answer(name, person, message):
                    break
                if "Next question" not in message.labels:
                    break
                while "Next question" in message.labels and not self.is_over:
                    if (await person.press(message, "Next question")).failed:
                        await asyncio.sleep(0.02)
            await asyncio.sleep(0.01)

    async def _answer(self, name: str, person: Person, message: Message) -> bool:
        """Press until it is taken. False: there is no question before them."""
        is_asked = False
        while (what := to_press(message)) is not None:
            is_asked = True
            [custom_id] = [one["custom_id"] for one in message.buttons if one.get("label") == what]
            _, word, turn = _read_question(Press.read(custom_id).args[:-1])
            number = int(word[:2], 36)
            presses = self.presses[name, number]
            presses.tried.add(turn)
            seen = await person.press(message, what)
            said = seen.failed or ("already" if ALREADY in seen.text else seen.text.splitlines()[1])
            presses.history.append(f"{datetime.now(UTC):%H:%M:%S.%f} turn {turn}: {said}")
            if any(one in seen.text for one in ANSWERED):
                presses.confirmed.add(turn)
                presses.newly[turn] += ALREADY not in seen.text
                break
            if seen.failed:  # perhaps it was kept all the same; and perhaps the answer to it comes later
                await asyncio.sleep(0.02)
        return is_asked


def to_press(message: Message) -> str | None:
    """One press is a whole answer, but for an order, which takes several."""
    return next((one for one in ("I don't know", *"ABCDE", "True") if one in message.labels), None)


@asynccontextmanager
async def a_class(url: str) -> AsyncIterator[tuple[Class, Store]]:
    world = World.evening()
    for name in set(LEARNERS) - {member.user.name for member in world.server.members.values()}:
        world.add_member(world.server, name, username=name.lower())
    channel = world.server.channel_named("study-room").id
    standin = StandIn(world)
    await standin.start()
    store = await open_store(url)
    today = datetime.now(UTC).date()
    assert await store.add_group(Group(GROUP, world.server.id, "Circle", channel, "text", None, None, "UTC", "en", today))
    for name in LEARNERS:
        assert await store.join(GROUP, key_of(standin, name), consent_version=VERSION, on=today)
    try:
        yield Class(standin, channel), store
    finally:
        await store.close()
        await standin.stop()


def key_of(standin: StandIn, name: str) -> str:
    return Someone(SECRET, standin.world.server.member_named(name).id).key(f"group {GROUP}")


@pytest.mark.parametrize("deaths", [8, pytest.param(120, marks=pytest.mark.nightly)])
async def test_every_answer_that_was_confirmed_is_there_exactly_once(deaths: int, url: str) -> None:
    chance = random.Random(5)
    executioner = Executioner()
    async with a_class(url) as (learners, store):
        learners.standin.on_call = executioner.hear
        learning = [asyncio.ensure_future(learners.learn(name)) for name in LEARNERS]
        async with process(learners.standin.url, url) as bot, asyncio.timeout(30 + 5 * deaths):
            life = 0
            try:
                while executioner.deaths.total() < deaths:
                    executioner.calls_left = chance.randint(1, 12)
                    executioner.pid = life = await another_life(bot)
                    assert bot.stdout
                    ended = asyncio.ensure_future(bot.stdout.readline())
                    await asyncio.wait([ended, *learning], return_when=asyncio.FIRST_COMPLETED)
                    assert ended.done(), [one.exception() for one in learning if one.done()]
                life = await another_life(bot)
                await asyncio.sleep(0.5)
                learners.is_over = True
                await asyncio.gather(*learning)
            finally:
                with suppress(ProcessLookupError):
                    os.kill(life, signal.SIGKILL)
        kept = Counter[Asked]()
        for name in LEARNERS:
            states = await store.states(GROUP, key_of(learners.standin, name))
            kept.update({(name, one.question): one.times_asked for one in states.answers})
    assert set(kept) <= set(learners.presses)
    for asked, presses in learners.presses.items():
        counted = set(range(kept[asked]))
        assert presses.confirmed <= counted <= presses.tried, (asked, kept[asked], presses)
        assert set(presses.newly.values()) <= {0, 1}, (asked, presses)
    assert set(executioner.deaths) == {"arrived", "done"}
    assert sum(len(one.confirmed) for one in learners.presses.values()) > deaths / 4


async def test_a_question_whose_card_comes_late_once_more_is_answered_once(evening: Evening) -> None:
    """Somebody pressed *Next question* twice, since nothing happened; the second answer to it comes when they have answered that
    question already, and shows it again. Who counts what they were told counts two, and one is kept: as it should be."""
    await evening.group()
    await evening.joined("Ada")
    ada = evening.person("Ada")
    message = card(await ada.command(evening.room(), "quiz", theme="data-aggregation"))
    await answered(ada, message)
    late, calls = asyncio.Event(), count(1)

    async def hold_the_second(method: str, path: str, phase: str) -> None:
        if path.endswith("/callback") and phase == "arrived" and next(calls) == 2:
            await late.wait()

    evening.standin.on_call = hold_the_second
    presses = [asyncio.create_task(ada.press(message, "Next question")) for _ in range(2)]
    await asyncio.wait(presses, return_when=asyncio.FIRST_COMPLETED)
    assert ALREADY not in (await answered(ada, message)).text
    late.set()
    await asyncio.gather(*presses)
    assert to_press(message), "the question is before them again"
    assert ALREADY in (await answered(ada, message)).text
    assert ask(evening, "SELECT times_asked FROM answers") == [(1,), (1,)]


async def answered(person: Person, message: Message) -> Seen:
    seen = Seen()
    while (what := to_press(message)) is not None:
        seen = await person.press(message, what)
    return seen


async def another_life(bot: asyncio.subprocess.Process) -> int:
    """Its process."""
    assert bot.stdin and bot.stdout
    bot.stdin.write(b"0\n")
    return int(await bot.stdout.readline())
