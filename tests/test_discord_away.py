"""Nights on which Discord doesn't answer, or answers with errors: what waits is done once it is back, and nothing twice."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from evening import Evening, card, public, quizzed
from mischief import ask, calls, lines, posts, rows, until
from test_poster import plan, prompts
from test_trouble_posting import PROMPT, discuss

from bot.cards import Card, Text
from bot.channels import Refused
from bot.chat.client import MOST_DOUBLINGS
from bot.chat.pace import A_FEW
from rehearsal.rest import Lost


@pytest.mark.parametrize("everywhere", [False, True])
async def test_sent_away_for_ten_minutes_nobody_is_kept_waiting_and_it_is_posted_once_later(
    everywhere: bool, evening: Evening
) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    evening.standin.misbehave("POST", "/messages", 429, retry_after=600, everywhere=everywhere)
    began = time.monotonic()
    assert "Discord has too much to do for me just now" in (await discuss(evening)).text
    assert time.monotonic() - began < 4
    assert ask(evening, "SELECT state FROM postings WHERE kind = 'prompt'") == [("waiting",)]
    evening.move(minutes=11)
    await until(lambda: posts(evening, "study-room", PROMPT))
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'prompt'") == [("posted",)])
    assert len(posts(evening, "study-room", PROMPT)) == 1


async def test_sent_away_again_and_again_it_stops_asking_until_discord_wants_it(evening: Evening) -> None:
    evening.standin.misbehave("POST", "/messages", 429, times=1000, retry_after=60)
    wished = [evening.client.channels.post(evening.room(), Card((Text("Hello"),)), nonce=f"n{number}") for number in range(60)]
    said = await asyncio.gather(*wished)
    assert all(isinstance(one, Refused) and one.passes and not one.unsure for one in said)
    # Those that were on their way already can't be called back.
    assert A_FEW <= calls(evening, "POST", "/messages") < 3 * A_FEW


async def test_server_errors_at_every_call_for_a_while_lose_nothing(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer comes too late for Discord; the next press shows that it was kept."""
    monkeypatch.setattr("rehearsal.interactions.FIRST_ANSWER", timedelta(seconds=3))  # however long others are given
    await evening.group()
    await evening.joined("Ada")
    ada = evening.person("Ada")
    asked = card(await quizzed(ada, evening.room()))
    evening.standin.misbehave("POST", "/", 502, times=3)
    await plan(evening)
    assert (await ada.press(asked, "A")).failed
    ada.patience = 8
    assert "your first answer counts" in (await ada.press(asked, "B")).text
    await until(lambda: prompts(evening), 10)
    assert ask(evening, "SELECT times_asked FROM answers") == [(1,)]
    assert not lines(evening, "level=error")


async def test_a_slow_discord_is_waited_for(evening: Evening) -> None:
    await evening.group()
    evening.standin.latency = 2.2
    seen = await discuss(evening)
    assert seen.failed is None
    await until(lambda: posts(evening, "study-room", PROMPT))
    evening.standin.latency = 0
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'prompt'") == [("posted",)])
    assert len(posts(evening, "study-room", PROMPT)) == 1
    assert not lines(evening, "level=error")


@pytest.mark.parametrize("seconds", [2, pytest.param(600, marks=pytest.mark.nightly)])
async def test_when_discord_is_not_there_at_all_the_bot_is_back_soon_after_it(seconds: int, evening: Evening) -> None:
    """Two seconds by day, ten minutes in the nightly run. The pauses between two tries don't grow without end, what could not be
    posted comes with its next try, and a card of before is still answered."""
    await evening.group()
    await evening.joined("Ada")
    ada = evening.person("Ada")
    asked = card(await quizzed(ada, evening.room()))
    gateway = evening.standin.gateway
    if seconds < 10:  # as if it had tried for ten minutes already
        for shard in evening.client.shards.values():
            shard._parent._backoff._exp = 10
            assert all(shard._parent._backoff.delay() <= 2**MOST_DOUBLINGS for _ in range(100))
            shard._parent._backoff._exp = 0
    await evening.standin.go_away()
    await until(lambda: not gateway.connected)
    await plan(evening)
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'prompt'") == [("waiting",)])
    await asyncio.sleep(seconds)
    assert not gateway.connected
    await evening.standin.come_back()
    await until(lambda: gateway.connected, 2**MOST_DOUBLINGS + 10)
    assert "You chose" in (await ada.press(asked, "A")).text
    assert ask(evening, "SELECT times_asked FROM answers") == [(1,)]
    assert prompts(evening) == []
    evening.move(minutes=16)  # after ten minutes the pause before the third try is a quarter of an hour
    evening.wake()
    await until(lambda: prompts(evening))
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'prompt'") == [("posted",)])
    assert len(prompts(evening)) == 1
    assert not lines(evening, "level=error", "event=bug")


async def test_when_discord_breaks_every_connection_it_is_posted_once_or_the_moderators_decide(evening: Evening) -> None:
    """What was sent may be there. While Discord knows its nonce it is sent again; after that nobody can tell but people."""
    await evening.group(moderators_channel="moderators")

    def breaks(method: str, path: str, phase: str) -> None:
        raise Lost

    evening.standin.on_call = breaks
    await plan(evening)
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'prompt'") == [("claimed",)])
    evening.move(minutes=10)
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'prompt'") == [("failed",)])
    evening.standin.on_call = None
    evening.wake()  # the moderators couldn't be told either, until now
    await until(lambda: posts(evening, "moderators", "I can't tell whether it is in"))
    [told] = posts(evening, "moderators", "I can't tell whether it is in")
    assert prompts(evening) == []
    await evening.person("Mo").press(told, next(one for one in told.labels if "Post it now" in one))
    await until(lambda: prompts(evening))
    assert len(prompts(evening)) == 1


async def test_commands_that_somebody_deleted_are_back_with_the_next_session(evening: Evening) -> None:
    await evening.group()
    world, gateway = evening.standin.world, evening.standin.gateway
    there = {one["name"] for one in world.commands.values()}
    for number in [number for number, one in world.commands.items() if one["name"] in ("quiz", "learn")]:
        del world.commands[number]
    identified = gateway.identifies
    await evening.standin.drop_gateway(resumable=False)
    await until(lambda: gateway.identifies > identified and gateway.connected, 15)
    await until(lambda: {one["name"] for one in world.commands.values()} == there)
    assert "What would you like to read about?" in (await evening.person("Ada").command(evening.room(), "learn")).text


async def test_a_bot_that_was_removed_and_invited_again_goes_on_where_it_was(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    world, before = evening.standin.world, rows(evening)
    [welcome] = public(evening.person("Ada"), evening.room())
    world.remove_bot(world.server)
    slot = await plan(evening)
    await evening.rest(0.3)
    assert prompts(evening) == []
    world.add_bot(world.server)
    assert "What would you like to read about?" in (await evening.person("Ada").press(welcome, "Start")).text
    evening.wake()
    await until(lambda: prompts(evening))
    assert rows(evening)["learners"] == before["learners"] == 1
    assert slot.slot_id
