"""What random nights (`test_random_nights.py`) found, each as the few steps that it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from at_the_desk import LIBRARY, MODERATOR, SECRET, text_of
from engines import a_group
from msgspec.structs import replace
from structlog.testing import capture_logs
from town import Forgetful, Town

from bot.cards import Card, Place, Visit
from bot.channels import Refused
from bot.commands import COMMANDS, Desk, publish
from bot.commands.publish import new_posting
from bot.group import Group
from bot.learner_key import Someone
from bot.poster import Poster, Timekeeper
from bot.press import Press
from bot.shelves import Shelves
from bot.storage import StorageAway, Store
from bot.storage.engine import Answers, Engine, Statement


@pytest.fixture
def town() -> Town:
    publish._IN_HAND.clear()
    return Town(server=1)


async def settled(store: Store) -> Group:
    group = a_group(server_id=1, moderators_channel=13)
    assert await store.add_group(group)
    return group


def start(group: Group, town: Town) -> Visit:
    """A moderator types ``/round start``."""
    given: Any = {"theme": "cameras-and-faces", "timer": "60"}
    press = Press("round", "start", (), group.group_id)
    return Visit(Someone(SECRET, 1), Place(1, group.home_channel), MODERATOR, press, town.now(), "en-US", given)


async def test_a_card_that_was_refused_while_the_clock_was_ahead_is_changed_when_that_is_put_right(
    store: Store, town: Town
) -> None:
    """When to try again was noted by the wrong clock: the card stayed as it was for a day."""
    group, shelves = await settled(store), Shelves(LIBRARY, store)
    desk, timekeeper = Desk(COMMANDS, shelves, store, town), Timekeeper(shelves, store, town, town.now)
    assert "has begun" in text_of(await desk.serve(start(group, town)))
    town.skew = timedelta(hours=25)
    town.edit_faults.append(Refused("Too much to do.", passes=True))
    await timekeeper.look()
    assert await store.round_in(group.home_channel), "it is over, and its card doesn't say so yet"
    town.skew = timedelta(0)
    await timekeeper.look()
    town.time += timedelta(seconds=3)  # for whoever led it on, and changes the card by that
    await timekeeper.look()
    assert "The answers are gone" in text_of(town.cards[town.latest])
    assert await store.round_in(group.home_channel) is None


async def test_a_round_that_was_never_posted_while_the_clock_was_ahead_frees_the_channel_when_that_is_put_right(
    store: Store, town: Town
) -> None:
    """Its hour, and the minute after which what was never posted is forgotten, began a day later."""
    group, shelves = await settled(store), Shelves(LIBRARY, store)
    desk, timekeeper = Desk(COMMANDS, shelves, store, town), Timekeeper(shelves, store, town, town.now)
    store._engine = engine = Slips(store._engine, at="postings")
    town.skew, engine.loses_answers = timedelta(hours=26), 1
    assert "The database does not answer" in text_of(await desk.serve(start(group, town)))
    assert await store.round_in(group.home_channel), "it died between the round's row and the posting's"
    town.skew = timedelta(0)
    for _ in range(2):
        await timekeeper.look()
        town.time += timedelta(seconds=70)
    assert "has begun" in text_of(await desk.serve(start(group, town)))


async def test_the_card_of_a_round_that_was_stopped_while_discord_was_busy_is_changed_later(store: Store, town: Town) -> None:
    """It stood there for ever, with buttons that led nowhere."""
    group, shelves = await settled(store), Shelves(LIBRARY, store)
    desk, timekeeper = Desk(COMMANDS, shelves, store, town), Timekeeper(shelves, store, town, town.now)
    visit = start(group, town)
    assert "has begun" in text_of(await desk.serve(visit))
    town.edit_faults.append(Refused("Discord has too much to do for me just now.", passes=True))
    stopped = text_of(await desk.serve(replace(visit, press=Press("round", "stop", (), group.group_id), given={})))
    assert "The round is stopped" in stopped
    assert "I try again" in stopped
    town.time += timedelta(seconds=3)
    await timekeeper.look()
    assert "The answers are gone" in text_of(town.cards[town.latest])
    assert await store.round_in(group.home_channel) is None


async def test_the_card_of_a_round_that_was_stopped_while_discord_was_busy_is_changed_before_the_next_begins(
    store: Store, town: Town
) -> None:
    """Whoever followed the words "`/round start` begins another" at once left it asking for ever."""
    group, shelves = await settled(store), Shelves(LIBRARY, store)
    desk, visit = Desk(COMMANDS, shelves, store, town), start(group, town)
    assert "has begun" in text_of(await desk.serve(visit))
    first = town.latest
    town.edit_faults.append(Refused("Discord has too much to do for me just now.", passes=True))
    stop = replace(visit, press=Press("round", "stop", (), group.group_id), given={})
    assert "I try again" in text_of(await desk.serve(stop))
    assert "question 1 of" in text_of(town.cards[first])
    assert "has begun" in text_of(await desk.serve(replace(visit, given={**visit.given, "questions": 3})))
    assert "The answers are gone" in text_of(town.cards[first])
    assert "question 1 of 3" in text_of(town.cards[town.latest])


async def test_a_round_whose_card_came_after_an_hour_and_was_not_confirmed_has_its_card_changed(store: Store, town: Town) -> None:
    """It was ended as one that never came, just when it came: its card asked the first question for ever."""
    group, shelves = await settled(store), Shelves(LIBRARY, store)
    desk, timekeeper = Desk(COMMANDS, shelves, store, town), Timekeeper(shelves, store, town, town.now)
    poster = Poster(shelves, store, town, town.now)
    town.faults.extend([Refused("Discord has too much to do for me just now.", passes=True), "lost"])
    assert "I try again in a few minutes" in text_of(await desk.serve(start(group, town)))
    town.time += timedelta(minutes=61)  # nobody was there: it ran on no machine
    await poster.look()
    assert "question 1 of" in text_of(town.cards[town.latest]), "and Discord's answer to that was lost"
    for _ in range(3):
        await timekeeper.look()
        town.time += timedelta(seconds=25)
        await poster.look()
    assert "The answers are gone" in text_of(town.cards[town.latest])
    assert await store.round_in(group.home_channel) is None


@pytest.mark.parametrize("is_there", [True, False])
async def test_the_card_of_a_round_that_was_stopped_before_discord_confirmed_it_says_that_it_is_over(
    store: Store, town: Town, is_there: bool
) -> None:
    """It was taken for one that never came, and asked the first question for ever."""
    group, shelves = await settled(store), Shelves(LIBRARY, store)
    desk, timekeeper = Desk(COMMANDS, shelves, store, town), Timekeeper(shelves, store, town, town.now)
    poster, visit = Poster(shelves, store, town, town.now), start(group, town)
    town.faults.append("lost" if is_there else Refused("Discord did not answer.", passes=True, unsure=True))
    assert "Discord did not answer" in text_of(await desk.serve(visit))
    stopped = text_of(await desk.serve(replace(visit, press=Press("round", "stop", (), group.group_id), given={})))
    assert "The round is stopped" in stopped
    assert "if it is there, I change it" in stopped
    for _ in range(3):
        town.time += timedelta(seconds=25)
        await poster.look()
        await timekeeper.look()
    assert "question 1 of" not in text_of(town.cards.get(town.latest) or Card(()))
    assert await store.round_in(group.home_channel) is None


class Meanwhile(Forgetful):
    """Something else is done between the timekeeper's reading all rounds and what it does about them."""

    then: Callable[[], Awaitable[object]] | None = None

    async def read(self, *unit: Statement) -> Answers:
        answers = await self.inner.read(*unit)
        if self.then and any("rounds LEFT JOIN postings" in sql for sql, _ in unit):
            then, self.then = self.then, None
            await then()
        return answers


async def test_a_round_that_is_posted_just_when_it_would_be_given_up_has_its_card_changed(store: Store, town: Town) -> None:
    """The bot was away for an hour, and then the poster and the timekeeper came to it at the same moment."""
    group, shelves = await settled(store), Shelves(LIBRARY, store)
    desk, timekeeper = Desk(COMMANDS, shelves, store, town), Timekeeper(shelves, store, town, town.now)
    poster = Poster(shelves, store, town, town.now)
    store._engine = engine = Meanwhile(store._engine)
    town.faults.append(Refused("Discord has too much to do for me just now.", passes=True))
    assert "I try again in a few minutes" in text_of(await desk.serve(start(group, town)))
    town.time += timedelta(minutes=61)
    engine.then = poster.look
    for _ in range(3):
        await timekeeper.look()
        town.time += timedelta(seconds=3)
    assert "The answers are gone" in text_of(town.cards[town.latest])
    assert await store.round_in(group.home_channel) is None


class Slips(Forgetful):
    """The database is away just when something is written that has this word in it."""

    def __init__(self, inner: Engine, at: str) -> None:
        super().__init__(inner)
        self.at = at

    async def write(self, *unit: Statement) -> Answers:
        if any(self.at in sql for sql, _ in unit) and self.loses_answers:
            self.loses_answers -= 1
            raise StorageAway
        return await self.inner.write(*unit)

    async def erase(self, *unit: Statement, tables: Sequence[str]) -> Answers:
        return await self.inner.erase(*unit, tables=tables)


async def test_a_database_that_is_away_when_moderators_were_told_is_trouble_and_no_bug(store: Store, town: Town) -> None:
    """It broke the whole look, and was told to the operator as a bug."""
    group = await settled(store)
    posting = new_posting(group, "prompt", "cameras-and-faces", "x", town.now())
    assert await store.claim(posting)
    await store.posting_failed(posting.posting_id, "Discord refused it.", told=False)
    store._engine = engine = Slips(store._engine, at="told")
    engine.loses_answers = 1
    poster = Poster(Shelves(LIBRARY, store), store, town, town.now)
    with capture_logs() as said:
        await poster.look()
    assert [(line["event"], line["step"]) for line in said if line["log_level"] == "error"] == [("storage trouble", "poster.tell")]
    await poster.look()
    assert not await store.untold()
