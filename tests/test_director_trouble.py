"""The director's desk makes Discord misbehave, shows every call of the bot, and starts and ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import discord
import pytest
from director_stage import DeskLine, at_the_directors_desk
from stage import Bot, card, room

from rehearsal.bot_process import BotProcess
from rehearsal.page import add_page
from rehearsal.standin import StandIn
from rehearsal.world import World

SEND = "POST /channels/*/messages"


@pytest.fixture
async def desk(standin: StandIn) -> AsyncIterator[DeskLine]:
    async with at_the_directors_desk(standin) as desk:
        yield desk


async def study(bot: Bot, standin: StandIn) -> discord.TextChannel:
    channel = await bot.fetch_channel(room(standin))
    assert isinstance(channel, discord.TextChannel)
    return channel


@pytest.mark.parametrize(("answer", "status", "code"), [("50013", 403, 50013), ("10003", 404, 10003), ("50001", 403, 50001)])
async def test_a_call_is_refused_as_often_as_the_row_says(
    bot: Bot, standin: StandIn, desk: DeskLine, answer: str, status: int, code: int
) -> None:
    channel = await study(bot, standin)
    assert await desk.do("trouble/add", call=SEND, answer=answer, times=2) == "From now on Discord misbehaves like this."
    for _ in range(2):
        with pytest.raises(discord.HTTPException) as refusal:
            await channel.send(view=card("No"))
        assert (refusal.value.status, refusal.value.code) == (status, code)
    await channel.send(view=card("Yes"))
    row = await desk.shows(lambda told: [one for one in told["trouble"]["rows"] if one["hits"] == 2])
    assert row[0]["left"] == 0
    assert len(standin.world.server.channel_named("study-room").messages) == 1


async def test_the_bot_waits_when_it_is_told_to_and_tries_again_when_discord_fails(
    bot: Bot, standin: StandIn, desk: DeskLine
) -> None:
    channel = await study(bot, standin)
    loop = asyncio.get_running_loop()
    for answer, more in (("429", {"seconds": 0.3}), ("429 global", {"seconds": "0.3"}), ("slow", {"seconds": 0.3})):
        await desk.do("trouble/add", call=SEND, answer=answer, times=1, **more)
        began = loop.time()
        await channel.send(view=card(answer))
        assert loop.time() - began >= 0.3
    await desk.do("trouble/add", call="* **", answer="502", times=1)
    await channel.send(view=card("again"))
    assert len(standin.world.server.channel_named("study-room").messages) == 4
    told = await desk.shows(lambda told: told["calls"] if len(told["calls"]["failed"]) == 3 else None)
    assert [one["why"] for one in told["failed"]] == [
        "too often: again in 0.3 s", "too often: again in 0.3 s, over all", "502: Bad Gateway"
    ]  # fmt: skip
    assert told["limited"] == 2
    assert await desk.do("trouble/clear") == "Discord behaves again."
    assert standin.on_call is None


@pytest.mark.parametrize(("answer", "stands"), [("cut", 0), ("lost", 1)])
async def test_a_cut_line_and_a_lost_answer_differ_in_what_was_done(standin: StandIn, answer: str, stands: int) -> None:
    async with at_the_directors_desk(standin) as desk, aiohttp.ClientSession() as session:
        await desk.do("trouble/add", call=f"POST /channels/{room(standin)}/messages", answer=answer)
        headers = {"Authorization": f"Bot {standin.world.token}"}
        there = f"{standin.url}/api/v10/channels/{room(standin)}/messages"
        with pytest.raises(aiohttp.ClientError):
            await session.post(
                f"{standin.url}/api/v10/channels/{room(standin)}/messages", headers=headers, json={"content": "Hello"}
            )
        assert len(standin.world.server.channel_named("study-room").messages) == stands
        [row] = await desk.shows(lambda told: [one for one in told["trouble"]["rows"] if one["hits"]])
        assert row["left"] is None, "always, until it is removed"
        [failed] = await desk.shows(lambda told: told["calls"]["failed"])
        assert failed["why"] == "the connection was cut"
        await desk.do("trouble/remove", number=row["number"])
        await session.post(there, headers=headers, json={"content": "Hello"})
        assert len(standin.world.server.channel_named("study-room").messages) == stands + 1


async def test_what_cannot_go_wrong_like_this_is_refused_with_a_sentence(standin: StandIn, desk: DeskLine) -> None:
    async def why(**row: object) -> str:
        return await desk.refused("trouble/add", **{"call": SEND, "answer": "500", **row})

    assert (await why(call="POST /chanels/*/messages")).startswith("The stand-in knows no call like POST /chanels/*/messages")
    for call in ("everything", "POST", "POST /a b", "FETCH /users/@me"):
        assert "such as POST /channels/*/messages" in await why(call=call)
    assert (await why(answer="418")).startswith("Say what comes instead: one of 429,")
    assert await why(answer="slow", seconds=61) == "Give how much later in seconds: more than 0, at most 60."
    assert await why(answer="429") == "Give when to try again in seconds: more than 0, at most 60."
    assert await why(times="0") == "Give how often as a whole number from 1 to 1000."
    assert await desk.refused("trouble/remove", number=99) == "There is no such row (any more)."
    assert "isn’t connected" in await desk.refused("gateway/drop")
    for _ in range(20):
        await desk.do("trouble/add", call=SEND, answer="500")
    assert "trouble enough" in await why()


async def test_the_line_drops_and_comes_back_or_begins_anew(bot: Bot, standin: StandIn, desk: DeskLine) -> None:
    for deed, event in (("gateway/drop", "resumed"), ("gateway/reconnect", "resumed"), ("gateway/invalidate", "ready")):
        bot.heard(event).clear()
        await desk.do(deed)
        await asyncio.wait_for(bot.heard(event).wait(), 20)


async def test_every_call_is_listed_with_what_breaks_discords_limits_and_what_is_not_known(standin: StandIn) -> None:
    headers = {"Authorization": f"Bot {standin.world.token}"}
    async with at_the_directors_desk(standin) as desk, aiohttp.ClientSession(f"{standin.url}", headers=headers) as session:
        here = f"/api/v10/channels/{room(standin)}/messages"
        await session.post(here, json={"content": "x" * 2001, "components": [{"type": 1, "components": []}]})
        await session.post(here, json={"content": "Good evening"})
        for _ in range(2):
            await session.get("/api/v10/guilds/1/emojis/magic")
        calls = await desk.shows(lambda told: told["calls"] if told["calls"]["made"] == 4 else None)
        assert [one["status"] for one in calls["calls"]] == [400, 200, 501, 501]
        assert calls["broken_limits"] == 1
        assert calls["unknown"] == [{"method": "GET", "path": "/guilds/1/emojis/magic", "times": 2}]
        first = (await desk.ask("calls/open", number=1))["call"]
        assert "content: Must be 2000 or fewer in length." in first["problems"]
        assert "components › 0 › components: Must be between 1 and 5 in length." in first["problems"]
        assert first["why"].endswith("(and 1 more)")
        assert first["size"] > 2000 and '"Invalid Form Body"' in first["answer"]
        second = (await desk.ask("calls/open", number="2"))["call"]
        assert second["problems"] == [] and '"Good evening"' in second["body"]
        assert "too long ago" in await desk.refused("calls/open", number=99)


SHORT_LIVED = "import sys; print('I could not begin'); sys.exit(3)"
LASTING = "import time; print('I am here', flush=True); time.sleep(60)"


async def test_the_bot_is_started_stopped_killed_and_seen_to_die(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standin = StandIn(World.evening())
    process = BotProcess("http://127.0.0.1:9", tmp_path)
    add_page(standin, process)
    await standin.start()
    monkeypatch.setattr("rehearsal.bot_process.PROGRAM", ("-c", LASTING))
    try:
        async with at_the_directors_desk(standin) as desk:

            async def is_said(state: str, log: str = "I am here") -> None:
                await desk.shows(lambda told: (told["bot"]["state"], told["bot"]["log"]) == (state, [log] if log else []), 20)

            await is_said("not started", "")
            assert "start it first" in await desk.refused("bot/stop")
            await desk.do("bot/start")
            await is_said("starting")
            assert "runs already" in await desk.refused("bot/start")
            await desk.do("bot/kill")
            await is_said("killed")
            await desk.do("bot/start")
            await is_said("starting")
            first = process.pid
            await desk.do("bot/restart")
            assert process.pid != first
            await is_said("starting")
            await desk.do("bot/stop")
            await is_said("stopped")
            monkeypatch.setattr("rehearsal.bot_process.PROGRAM", ("-c", SHORT_LIVED))
            await desk.do("bot/start")
            await is_said("died with exit status 3", "I could not begin")
    finally:
        await process.kill()
        await standin.stop()


async def test_a_rehearsal_without_a_bot_of_its_own_says_so(standin: StandIn, desk: DeskLine) -> None:
    assert "no bot of its own" in await desk.refused("bot/start")
    assert desk.told["bot"]["can"] == []
