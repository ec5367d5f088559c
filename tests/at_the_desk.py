"""A desk with the real content and a real database, but no Discord: for the tests of rules and of cards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import discord
from begun import fresh
from evening import ROOT
from msgspec.structs import replace

from bot.cards import Answer, Button, Card, Form, Given, Menu, Place, Row, Text, Visit
from bot.chat.channels import DiscordChannels
from bot.commands import COMMANDS, Command, Desk
from bot.group import Group, Rights
from bot.learner_key import Secret, Someone
from bot.library import Library, read_library
from bot.press import Press
from bot.shelves import Shelves
from bot.storage import Store, open_store

SECRET = Secret(b"a secret of the tests, long enough")
AT = datetime(2026, 8, 6, 19, 0, tzinfo=UTC)
SERVER, HOME, OTHER_HOME, LOUNGE, MODERATORS, FACILITATORS = 1, 10, 11, 12, 13, 14
GROUP = Group(
    2**40 - 1, SERVER, "Thursday readers", HOME, "text", MODERATORS, FACILITATORS, "Europe/Berlin", "en", date(2026, 8, 6)
)
OTHER = replace(GROUP, group_id=2**39, name="Monday readers", home_channel=OTHER_HOME, moderators_channel=None)
MODERATOR = Rights(manage_server=True)
LIBRARY = read_library(ROOT / "content")


@dataclass(slots=True)
class Counter:
    """Where visits arrive. No channel can be seen from here: every wish to post is refused."""

    desk: Desk
    store: Store
    library: Library
    _runner: asyncio.Runner

    def serve(self, visit: Visit) -> Answer:
        return self._runner.run(self.desk.serve(visit))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """A look into its database."""
        [rows] = self._runner.run(self.store._engine.read((query, {})))
        return rows

    def do(self, wish: object) -> None:
        """Run something on the store."""
        assert asyncio.iscoroutine(wish)
        self._runner.run(wish)


@contextmanager
def opened_counter(folder: Path, commands: tuple[Command, ...] = COMMANDS) -> Iterator[Counter]:
    """A counter for plain (not async) tests, since hypothesis has no others."""
    with asyncio.Runner() as runner:

        async def begin() -> tuple[Store, Desk]:
            store = await open_store(fresh(f"sqlite:///{folder / 'desk.db'}"))
            channels = DiscordChannels(discord.Client(intents=discord.Intents.none()))
            return store, Desk(commands, Shelves(LIBRARY, store), store, channels)

        store, desk = runner.run(begin())
        try:
            yield Counter(desk, store, LIBRARY, runner)
        finally:
            runner.run(store.close())


def visit_to(
    press: Press,
    *,
    user: int = 1,
    place: Place | None = None,
    rights: Rights | None = None,
    at: datetime = AT,
    given: Mapping[str, Given] | None = None,
    on_card: tuple[str, ...] = (),
    on_message: int | None = None,
) -> Visit:
    """Somebody in the home of ``GROUP``, unless told otherwise."""
    where, may = place or Place(SERVER, HOME), rights or Rights()
    return Visit(Someone(SECRET, user), where, may, press, at, "en-US", given or {}, on_card, on_message)


def text_of(answer: Answer) -> str:
    """All that can be read, controls left out."""
    if isinstance(answer, Form):
        return answer.title
    return "\n".join(part.markdown for part in answer.parts if isinstance(part, Text))


def buttons_of(card: Card) -> list[Button]:
    rows = (part.controls for part in card.parts if isinstance(part, Row))
    return [control for row in rows for control in row if isinstance(control, Button)]


def presses_of(card: Card) -> list[Press]:
    return [button.press for button in buttons_of(card)] + [part.press for part in card.parts if isinstance(part, Menu)]
