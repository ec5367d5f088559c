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
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
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
Asked = tuple[str, int]
"""Whom, and which question by its number."""


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
    """Those who learn. ``confirmed``: how often somebody saw that an answer to a question was taken."""

    standin: StandIn
    channel: int
    confirmed: Counter[Asked] = field(default_factory=Counter)
    doubtful: Counter[Asked] = field(default_factory=Counter)
    """How often somebody got no answer, as far as they saw."""
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
        if (what := to_press(message)) is None:
            return False
        [custom_id] = [one["custom_id"] for one in message.buttons if one.get("label") == what]
        _, number, _ = _read_question(Press.read(custom_id).args[:-1])
        while (what := to_press(message)) is not None:
            seen = await person.press(message, what)
            if any(one in seen.text for one in ANSWERED):
                self.confirmed[name, number] += 1
                break
            if seen.failed:  # perhaps it was kept all the same; and perhaps the answer to it comes later
                self.doubtful[name, number] += 1
                await asyncio.sleep(0.02)
        return True


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


@pytest.mark.parametrize("deaths", [8, pytest.param(400, marks=pytest.mark.nightly)])
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
    for asked in kept | learners.confirmed:
        confirmed = learners.confirmed[asked]
        assert confirmed <= kept[asked] <= confirmed + learners.doubtful[asked], asked
    assert set(executioner.deaths) == {"arrived", "done"}
    assert learners.confirmed.total() > deaths / 2


async def another_life(bot: asyncio.subprocess.Process) -> int:
    """Its process."""
    assert bot.stdin and bot.stdout
    bot.stdin.write(b"0\n")
    return int(await bot.stdout.readline())
