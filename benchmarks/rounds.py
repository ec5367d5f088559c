"""Five hundred people answer one question of a live round: is each confirmed in time, is none lost, is the card left in peace?

    python -m benchmarks.rounds                # three rounds each: within ten seconds, within two, all at the same moment

The bot is a process of its own with its own SQLite file. A moderator starts a round by its command; then everybody presses an
answer on the public card, at a moment of their own, and one in ten changes it half a second after it was confirmed. Then the rows
are counted by another process than the bot's, and the moderator reveals. It measures and says which budgets are met; it fails only
when something does not run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from aiohttp import web

from benchmarks.contenders import Contender
from benchmarks.evening import LETTERS, begin
from benchmarks.load import COMPONENT, FIRST_LEARNER, Json, Load, Press
from rehearsal import components as parts

THEMES = ("data-aggregation", "scores", "opting-in", "public-opinion", "blacklists", "censorship")
WITHIN = (10.0, 2.0, 0.0)
"""Seconds in which all of them press."""
CHANGE_THEIRS = 0.1
LOOKS_AGAIN = 0.5
"""Seconds from the confirmation to the change."""
PATIENCE_OF_DISCORD = 3.0
EDITS_BUDGET = 1.0
"""In a second."""
PUBLIC_CARD = 1 << 15
SETTLE = 3.0
"""Seconds after the last answer, in which the card still catches up."""


class Stage(Load):
    """The lean stand-in, which also lets a message be changed, and remembers when."""

    def __init__(self) -> None:
        super().__init__()
        self.card: list[Json] = []
        """What the round's message shows now."""
        self.changed_at: list[float] = []
        self._public = json.loads(self._receipt_head) | {"flags": PUBLIC_CARD}

    async def on_the_card(self, control: Json, user: int, *, moderator: bool = False) -> bytes:
        return await self.send(self.public_press(control, moderator=moderator), user)

    def public_press(self, control: Json, *, moderator: bool = False) -> Press:
        """Somebody's press on the public card."""
        data: Json = {"custom_id": control["custom_id"], "component_type": control["type"], "id": control.get("id", 1)}
        may = self.world.may(self.moderator, self.room) if moderator else None
        return self._template(COMPONENT, data, self._public | {"components": self.card}, may=may)

    @property
    def moderator(self) -> int:
        return self.world.server.member_named("Mo").id

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        match request.method, request.path.removeprefix("/api/v10").strip("/").split("/"):
            case "POST", ["interactions", number, _, "callback"] if request.content_type == "multipart/form-data":
                return _reply(json.loads(self._take(number, (await _json_of(request)).encode())))
            case "POST", ["channels", channel, "messages"]:
                body = await request.json()
                self.posted.append(body)
                self.card = body["components"]
                said = json.loads(self._message(self.card)) | {
                    "id": str(self.world.new_id()),
                    "channel_id": channel,
                    "flags": body["flags"],
                }
                self._public = said | {"components": []}
                return _reply(said)
            case "PATCH", ["channels", _, "messages", _]:
                self.changed_at.append(time.monotonic())
                self.card = json.loads(await _json_of(request))["components"]
                parts.number(self.card)
                return _reply(self._public | {"components": self.card})
        return await super()._answer(request)


@dataclass(frozen=True, slots=True)
class Played:
    """One question, answered by all."""

    within: float
    latencies: list[float]
    """Seconds until each answer, and each change, was confirmed."""
    expected: tuple[int, int]
    """How many answered; how many of them changed it."""
    stored: tuple[int, int]
    """The same in the database, before the reveal."""
    changes: list[float]
    """When the card was changed, of `time.monotonic`."""
    seconds: float
    """From the first press to the last look."""
    processor: float
    """Milliseconds of the bot's for each answer."""
    reveal: float
    """Seconds until the moderator's press was answered."""
    left: int
    """Answers in the database after that."""

    @property
    def shortest(self) -> float:
        """Between two changes of the card."""
        return min((later - earlier for earlier, later in pairwise(self.changes)), default=math.inf)

    @property
    def most_in_a_second(self) -> int:
        """Changes of the card in any stretch of a second, to a hundredth: a change that came late is no change more."""
        return max((sum(at <= one < at + 0.99 for one in self.changes) for at in self.changes), default=0)


async def start_round(stage: Stage, bot: Contender, chance: random.Random, had: set[tuple[str, int]]) -> None:
    """Until the first question is one that a single press answers. The same round can't be started twice within a minute."""
    while True:
        theme, many = chance.choice([(one, many) for one in THEMES for many in range(3, 9) if (one, many) not in had])
        had.add((theme, many))
        said = await stage.command("round", "start", theme=theme, questions=many)
        if "has begun" not in json.dumps(said):
            raise RuntimeError(f"the round did not begin: {json.dumps(said)[:300]}\n{bot.last_words()}")
        letters = _buttons(stage.card, *LETTERS)
        if letters and b"Your answer counts" in await stage.on_the_card(letters[0], FIRST_LEARNER - 1):
            return
        await stage.command("round", "stop")


async def play(
    stage: Stage, bot: Contender, within: float, people: int, chance: random.Random, had: set[tuple[str, int]]
) -> Played:
    await start_round(stage, bot, chance, had)
    presses = [stage.public_press(one) for one in _buttons(stage.card, *LETTERS)]
    latencies: list[float] = []
    changers = 0

    async def one(number: int, at: float) -> None:
        nonlocal changers
        user, first, second = FIRST_LEARNER + number, *chance.sample(presses, 2)
        changes = chance.random() < CHANGE_THEIRS
        await asyncio.sleep(at)
        latencies.append(await _timed(stage, first, user, b"Your answer counts", bot))
        if changes:
            changers += 1
            await asyncio.sleep(LOOKS_AGAIN)
            latencies.append(await _timed(stage, second, user, b"Changed; this counts now", bot))

    stage.changed_at.clear()
    began, processor = time.monotonic(), bot.processor_seconds()
    await asyncio.gather(*(one(number, chance.uniform(0, within)) for number in range(people)))
    processor = (bot.processor_seconds() - processor) * 1000 / len(latencies)
    await asyncio.sleep(SETTLE)
    seconds, changes = time.monotonic() - began, list(stage.changed_at)
    url = bot.environment["DATABASE_URL"]
    stored = _ask(url, "SELECT count(*), sum(changed) FROM round_answers")
    pressed = time.perf_counter()
    said = await stage.on_the_card(_buttons(stage.card, "Reveal")[0], stage.moderator, moderator=True)
    reveal = time.perf_counter() - pressed
    if b"of us were right" not in said:
        raise RuntimeError(f"nothing was revealed: {said[:300]!r}\n{bot.last_words()}")
    left = _ask(url, "SELECT count(*), 0 FROM round_answers")[0]
    await stage.command("round", "stop")
    expected = (people + 1, changers)  # and whoever tried the card
    return Played(within, latencies, expected, stored, changes, seconds, processor, reveal, left)


def print_table(played: list[Played]) -> None:
    print("\n| all within | confirmed | p50 ms | p99 ms | max ms | lost | changes of the card | processor ms each | reveal ms |")
    print("|---|---|---|---|---|---|---|---|---|")
    for within in dict.fromkeys(one.within for one in played):
        these = [one for one in played if one.within == within]
        every = sorted(latency * 1000 for one in these for latency in one.latencies)
        lost = sum(abs(want - got) for one in these for want, got in zip(one.expected, one.stored, strict=True))
        rate = max(one.most_in_a_second for one in these)
        changes = sum(len(one.changes) for one in these) / sum(one.seconds for one in these)
        processor, reveal = max(one.processor for one in these), max(one.reveal for one in these) * 1000
        print(
            f"| {f'{within:g} s' if within else 'at once'} | {len(every):,} | {_at(every, 0.5):.0f} | {_at(every, 0.99):.0f} | "
            f"{every[-1]:.0f} | {lost} | {changes:.2f} per s, {rate} in one at most | {processor:.2f} | {reveal:.0f} |"
        )
    slowest = max(max(one.latencies) for one in played)
    lost = sum(one.expected != one.stored for one in played)
    most = max(one.most_in_a_second for one in played)
    shortest = min(one.shortest for one in played)
    print()
    _verdict(slowest < PATIENCE_OF_DISCORD, f"a round's answers confirmed within Discord's three seconds: slowest {slowest:.2f} s")
    _verdict(not lost, f"answers lost or counted twice: in {lost} of {len(played)} rounds")
    _verdict(most <= EDITS_BUDGET, f"changes of the public card in a second: {most} at most, {shortest:.2f} s between two at least")
    print(f"Answers in the database after the reveals: {sum(one.left for one in played)}.")


async def run(given: argparse.Namespace, folder: Path) -> None:
    chance = random.Random(5)
    bot = Contender(
        "the bot", ("-m", "rehearsal.bot_process"), folder / "bot", {"DATABASE_URL": f"sqlite:///{folder / 'bot' / 'red-flask.db'}"}
    )
    stage = bot.load = Stage()
    try:
        await bot.start()
        await bot.ready()
        await begin(stage)
        had: set[tuple[str, int]] = set()
        played: list[Played] = []
        await play(stage, bot, 1.0, 100, chance, had)  # to warm up
        for turn in range(given.rounds):
            print(f"round {turn + 1} of {given.rounds} …", file=sys.stderr, flush=True)
            played += [await play(stage, bot, within, given.people, chance, had) for within in WITHIN]
        print(f"{given.people} people, of whom one in ten changes their answer; {given.rounds} rounds each.")
        print_table(played)
    finally:
        await bot.stop()
        await stage.stop()


async def _timed(stage: Stage, press: Press, user: int, wanted: bytes, bot: Contender) -> float:
    began = time.perf_counter()
    body = await stage.send(press, user)
    took = time.perf_counter() - began
    if wanted not in body:
        raise RuntimeError(f"another answer: {body[:300]!r}\n{bot.last_words()}")
    return took


def _reply(said: Json) -> web.Response:
    return web.Response(body=json.dumps(said).encode(), content_type="application/json")


async def _json_of(request: web.BaseRequest) -> str:
    """Of a change, which comes with its files, if any, as a form."""
    if request.content_type != "multipart/form-data":
        return await request.text()
    async for part in await request.multipart():
        if getattr(part, "name", "") == "payload_json":
            return await part.text()  # type: ignore[union-attr]
    raise web.HTTPBadRequest(reason="nothing but files")


def _ask(url: str, query: str) -> tuple[int, int]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db:
        one, two = db.execute(query).fetchone()
        return int(one), int(two or 0)


def _buttons(card: list[Json], *labels: str) -> list[Json]:
    return [part for part in parts.walk(card) if part["type"] == parts.BUTTON and parts.label_of(part) in labels]


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _verdict(is_met: bool, said: str) -> None:
    print(f"{'met   ' if is_met else 'MISSED'}  {said}")


def main() -> int:
    parser = argparse.ArgumentParser("benchmarks.rounds", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=500, help="who answer (default 500)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, each with every pace (default 3)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rounds-") as folder:
        asyncio.run(run(given, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
