"""How the bot ends: asked to, it finishes what people wait for; and when Discord won't have it, it stops asking."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import discord
import pytest
from evening import Evening, card, quizzed
from mischief import ask, calls, locked, posts, rows, until
from night import a_night
from test_poster import plan, prompts, slot_now, states

from bot.chat.not_let_in import TurnedAway
from bot.main import SOMEBODY_IS_NEEDED, opened
from bot.poster.recovery import STILL_UNDER_WAY


async def test_asked_to_end_it_answers_whoever_waits_and_ends_with_nought(tmp_path: Path) -> None:
    async with a_night(tmp_path) as night:
        await night.start_bot()
        await night.group()
        await night.joined("Ada")
        ada = night.person("Ada")
        asked = card(await quizzed(ada, night.room()))
        night.standin.latency = 0.3  # so that the answer is under way when the signal comes
        pressed = asyncio.ensure_future(ada.press(asked, "A"))
        await until(lambda: rows(night)["answers"])
        night.bot.signal(signal.SIGTERM)
        assert (await pressed).failed is None
        began = time.monotonic()
        assert await night.ended() == 0, night.log
        assert time.monotonic() - began < 5
        assert "stopping" in night.log
        assert '"error"' not in night.log
        assert ask(night, "SELECT times_asked FROM answers") == [(1,)]


async def test_a_click_that_waits_for_the_database_gets_its_sentence_before_the_bot_ends(tmp_path: Path) -> None:
    async with a_night(tmp_path) as night:
        await night.start_bot()
        await night.group()
        ada = night.person("Ada")
        ada.patience = 10
        offer = card(await ada.command(night.room(), "join"))
        with locked(night):
            pressed = asyncio.ensure_future(ada.press(offer, "Join"))
            await asyncio.sleep(0.2)
            began = time.monotonic()
            night.bot.signal(signal.SIGTERM)
            seen = await pressed
            assert "The database is locked by something else just now" in seen.text
            assert await night.ended() == 0, night.log
            assert time.monotonic() - began < 10
        assert rows(night)["learners"] == 0


async def test_asked_twice_it_waits_for_nobody_and_ends_with_nought(tmp_path: Path) -> None:
    async with a_night(tmp_path) as night:
        await night.start_bot()
        await night.group()
        mo = night.person("Mo")
        night.standin.latency = 30
        posting = asyncio.ensure_future(mo.command(night.room(), "discuss", theme="data-aggregation", prompt="which-flow"))
        await until(lambda: posts(night, "study-room", "Which flow"))
        began = time.monotonic()
        night.bot.signal(signal.SIGTERM)
        await asyncio.sleep(0.1)
        night.bot.signal(signal.SIGINT)
        assert await night.ended() == 0, night.log
        assert time.monotonic() - began < 5
        posting.cancel()
        night.standin.latency = 0
        # What was under way is finished at the next start.
        assert ask(night, "SELECT state FROM postings WHERE kind = 'prompt'") == [("claimed",)]
        await night.start_bot()
        # Begun in the second in which the new process starts, it may be in another's hands and is left alone for a while.
        within = STILL_UNDER_WAY.total_seconds() + 10
        await until(lambda: ask(night, "SELECT state FROM postings WHERE kind = 'prompt'") == [("posted",)], within)
        assert len(posts(night, "study-room", "Which flow")) == 1


async def test_asked_to_end_while_it_starts_it_ends_at_once(tmp_path: Path) -> None:
    """Somebody's lock keeps it from its database for a minute."""
    async with a_night(tmp_path) as night:
        await night.start_bot()
        await night.bot.stop()
        with locked(night):
            await night.bot.start()
            await asyncio.sleep(1.5)
            assert night.bot.is_running
            began = time.monotonic()
            night.bot.signal(signal.SIGTERM)
            assert await night.ended() in (0, -signal.SIGTERM)
            assert time.monotonic() - began < 4
        await night.start_bot()


async def test_asked_to_end_while_the_calendar_posts_it_finishes_that_one_and_begins_no_other(evening: Evening) -> None:
    await evening.group()
    go_on = asyncio.Event()

    async def wait(method: str, path: str, phase: str) -> None:
        if method == "POST" and path.endswith("/messages") and phase == "done":
            await go_on.wait()

    evening.standin.on_call = wait
    for _ in range(3):
        await plan(evening)
    await until(lambda: prompts(evening))
    leaving = asyncio.ensure_future(evening.stop_bot())
    await asyncio.sleep(0.1)
    assert not leaving.done()
    go_on.set()
    await leaving
    assert await states(evening) == ["posted"]
    assert len(prompts(evening)) == 1
    await evening.start_bot()
    await until(lambda: len(prompts(evening)) == 3)


# ---------------------------------------------------------------- Discord won't have it


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (4004, "does not accept the token: reset it on the developer page"),
        (4011, "does not take these shards .*: look at SHARD_COUNT"),
        (4013, "over intents"),
        (4014, "over intents"),
        (4012, "for good"),
    ],
)
async def test_when_discord_closes_for_good_the_bot_stops_and_says_what_to_do(code: int, sentence: str, evening: Evening) -> None:
    await evening.stop_bot()
    async with opened(evening.settings, evening.now) as client:
        staying = asyncio.ensure_future(client.stay("rehearsal"))
        await evening.standin.bot_is_ready()
        await evening.standin.drop_gateway(code)
        with pytest.raises(TurnedAway, match=sentence):
            await asyncio.wait_for(staying, 5)


async def test_an_intent_that_is_not_granted_ends_the_bot_with_a_sentence(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    await evening.stop_bot()
    async with opened(evening.settings, evening.now) as client:
        client._connection._intents = discord.Intents(guilds=True, members=True)
        with pytest.raises(TurnedAway, match="over intents"):
            await asyncio.wait_for(client.stay("rehearsal"), 5)


async def test_a_token_that_is_refused_by_a_call_ends_the_bot_and_costs_nobody_their_calendar(evening: Evening) -> None:
    await evening.group()
    await evening.stop_bot()
    slot = await plan(evening)
    evening.standin.misbehave("POST", "/messages", 401, times=1000)
    async with opened(evening.settings, evening.now) as client:
        with pytest.raises(TurnedAway, match="does not accept the token"):
            await asyncio.wait_for(client.stay("rehearsal"), 8)
    assert calls(evening, "POST", "/messages") <= 2
    assert await states(evening) == ["waiting"]
    evening.standin.rest.troubles.clear()
    evening.move(minutes=6)
    await evening.start_bot()
    await until(lambda: len(prompts(evening)) == 1)
    now = await slot_now(evening, slot)
    assert now is not None and not now.paused


async def test_a_token_that_is_revoked_ends_the_bot_with_a_sentence_and_a_status_of_its_own(tmp_path: Path) -> None:
    async with a_night(tmp_path) as night:
        await night.start_bot()
        night.standin.world.token = "another"
        asked_before = len(night.standin.requests)
        await night.standin.drop_gateway(4004, resumable=False)
        assert await night.ended() == SOMEBODY_IS_NEEDED, night.log
        assert "Discord does not accept the token: reset it on the developer page" in night.log
        assert "Traceback" not in night.log
        assert len(night.standin.requests) == asked_before
        # And so at the next start: one question, one sentence.
        await night.bot.start()
        assert await night.ended() == SOMEBODY_IS_NEEDED
        assert "Discord does not accept the token" in night.log
        assert len(night.standin.requests) == asked_before + 1
