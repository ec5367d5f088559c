"""How often the bot may call, what it is answered beyond that, and how a test breaks a call at a chosen point. With the real
discord.py wherever it is the one that has to put up with it."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord
import pytest
from stage import Bot, card, person, playing, room, say_nothing

from rehearsal.rate_limits import PER_CHANNEL, RateLimits
from rehearsal.standin import Lost, StandIn
from rehearsal.world import World

SEND = ("POST", "/channels/{}/messages")
READ = ("GET", "/channels/{}")


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    standin = StandIn(World.evening())
    await standin.start()
    yield standin
    await standin.stop()


class Watch:
    """A clock of seconds that stands still until it is moved."""

    def __init__(self, at: float = 1000.25) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


# -- the limits by themselves


def test_the_fifty_first_call_of_a_second_is_one_too_many_wherever_it_goes() -> None:
    watch = Watch()
    limits = RateLimits(now=watch)
    assert all(limits.take(*READ, str(number), {}, is_bots=True) is None for number in range(50))
    headers: dict[str, str] = {}
    limited = limits.take(*SEND, "99", headers, is_bots=True)
    assert limited is not None
    assert limited.body == {"message": "You are being rate limited.", "retry_after": 0.75, "global": True}
    assert limited.headers == {
        "Via": "1.1 rehearsal", "Retry-After": "1", "X-RateLimit-Scope": "global", "X-RateLimit-Global": "true",
    }  # fmt: skip
    assert limits.take(*READ, "99", {}, is_bots=False) is None
    watch.at = 1001.0
    assert limits.take(*SEND, "99", {}, is_bots=True) is None
    assert limits.counts.accepted == 51


def test_a_channel_takes_five_messages_in_five_seconds_and_no_other_suffers() -> None:
    watch = Watch()
    limits = RateLimits(now=watch)
    left = []
    for _ in range(5):
        headers: dict[str, str] = {}
        assert limits.take(*SEND, "1", headers, is_bots=True) is None
        left.append(headers["X-RateLimit-Remaining"])
        watch.at += 0.5
    assert left == ["4", "3", "2", "1", "0"]
    headers = {}
    limited = limits.take(*SEND, "1", headers, is_bots=True)
    assert limited is not None
    assert (limited.body["retry_after"], limited.body["global"]) == (2.5, False)
    assert {"Via": "1.1 rehearsal", "Retry-After": "3", "X-RateLimit-Scope": "user", "X-RateLimit-Remaining": "0"}.items() <= (
        limited.headers.items()
    )
    assert limits.take(*SEND, "2", {}, is_bots=True) is None
    assert limits.take(*READ, "1", {}, is_bots=True) is None
    watch.at += 2.5
    assert limits.take(*SEND, "1", {}, is_bots=True) is None


def test_the_limits_remember_only_the_channels_of_the_latest_seconds() -> None:
    watch = Watch()
    limits = RateLimits(calls_per_second=None, now=watch)
    for number in range(10_000):
        assert limits.take(*SEND, str(number), {}, is_bots=True) is None
        watch.at += 0.01
    assert len(limits) <= 501
    assert limits.counts.accepted == 10_000


def test_limits_can_be_switched_off() -> None:
    limits = RateLimits(calls_per_second=None, per_channel=False, now=Watch())
    assert all(limits.take(*SEND, "1", {}, is_bots=True) is None for _ in range(200))


def test_ten_thousand_refusals_in_ten_minutes_bar_the_address_until_the_oldest_is_that_old() -> None:
    watch = Watch(1000.0)
    limits = RateLimits(now=watch)
    for number in range(9_999):
        limits.answered((401, 403, 429)[number % 3])
        limits.answered(404)
        watch.at += 0.01
    assert limits.barred_for() == 0
    limits.answered(403)
    assert limits.barred_for() == pytest.approx(500.01)
    watch.at = 1600.0
    assert limits.barred_for() == 0


async def test_whoever_is_barred_is_not_answered_by_discord_at_all(standin: StandIn) -> None:
    for _ in range(10_000):
        standin.rest.limits.answered(403)
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bot rehearsal"}) as session,
        session.get(f"{standin.url}/api/v10/users/@me") as answer,
    ):
        assert (answer.status, await answer.text(), "Via" in answer.headers) == (429, "error code: 1015", False)
        assert 590 < int(answer.headers["Retry-After"]) <= 600


# -- the limits and discord.py


async def test_discord_py_waits_for_a_channel_that_has_had_its_share(standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PER_CHANNEL, SEND, (2, 0.6))
    async with playing(standin, Bot(say_nothing)) as bot:
        channel = bot.get_partial_messageable(room(standin))
        started = time.monotonic()
        for number in range(5):
            await channel.send(view=card(f"number {number}"))
        assert time.monotonic() - started >= 1.2
        assert [message.text for message in person(standin).reads(channel.id)] == [f"number {number}" for number in range(5)]
        assert standin.counts.limited == 0


async def test_discord_py_comes_through_when_many_channels_pass_the_limit_over_all() -> None:
    standin = StandIn(World.crowd(servers=1, channels=40), calls_per_second=10)
    await standin.start()
    try:
        async with playing(standin, Bot(say_nothing)) as bot:
            places = [c for c in standin.world.server.channels.values() if c.name.startswith("circle")]
            before = standin.counts.accepted
            await asyncio.gather(*(bot.get_partial_messageable(c.id).send(view=card(c.name)) for c in places[:25]))
            assert standin.counts.accepted - before == 25
            assert standin.counts.limited > 0
            assert standin.counts.refused == standin.counts.limited
            assert [len(c.messages) for c in places] == [1] * 25 + [0] * 15
            assert all(call.status in (200, 429) for call in standin.requests if call.method == "POST")
    finally:
        await standin.stop()


async def test_answers_to_interactions_do_not_count_against_the_limit_over_all(standin: StandIn) -> None:
    async def greet(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=card("Hello"), ephemeral=True)
        await interaction.edit_original_response(view=card("Hello again"))

    async with playing(standin, Bot(greet)) as bot:
        await bot.get_partial_messageable(room(standin)).send(view=card("x", buttons=(("More", "more"),)))
        ada = person(standin)
        message = ada.reads(room(standin))[0]
        before = standin.counts.accepted
        standin.rest.limits.calls_per_second = 0
        for _ in range(60):
            assert (await ada.press(message, "More")).failed is None
        assert (standin.counts.accepted - before, standin.counts.limited) == (0, 0)


async def test_every_answer_can_be_made_to_take_its_time(standin: StandIn) -> None:
    async with playing(standin, Bot(say_nothing)) as bot:
        standin.latency = 0.2
        started = time.monotonic()
        await bot.fetch_channel(room(standin))
        assert 0.2 <= time.monotonic() - started < 1


# -- trouble on purpose


@pytest.mark.parametrize(
    ("code", "status"), [(10003, 404), (50001, 403), (50013, 403), (40067, 400), (160004, 400), (160006, 400), (50083, 400)]
)
async def test_trouble_can_be_ordered_by_discords_own_code(standin: StandIn, code: int, status: int) -> None:
    async with playing(standin, Bot(say_nothing)) as bot:
        standin.misbehave("POST", "/messages", code=code)
        channel = bot.get_partial_messageable(room(standin))
        with pytest.raises(discord.HTTPException) as refused:
            await channel.send(view=card("no"))
        assert (refused.value.code, refused.value.status) == (code, status)
        await channel.send(view=card("yes"))


async def test_an_edit_too_many_of_an_old_message_is_tried_again_when_discord_says(standin: StandIn) -> None:
    async with playing(standin, Bot(say_nothing)) as bot:
        message = await bot.get_partial_messageable(room(standin)).send(view=card("old"))
        standin.misbehave("PATCH", "/messages/", code=30046, retry_after=0.2)
        began = time.monotonic()
        await message.edit(view=card("new"))
        assert time.monotonic() - began >= 0.2
        refused, _ = [call for call in standin.requests if call.method == "PATCH"]
        assert (refused.status, refused.answer["code"], refused.answer["global"]) == (429, 30046, False)


async def test_trouble_that_nobody_knows_must_be_spelt_out(standin: StandIn) -> None:
    with pytest.raises(LookupError):
        standin.misbehave("POST", "/messages", code=999999)
    with pytest.raises(ValueError, match="status"):
        standin.misbehave("POST", "/messages")
    async with playing(standin, Bot(say_nothing)) as bot:
        standin.misbehave("POST", "/messages", 400, code=999999, message="A new rule of Discord's")
        with pytest.raises(discord.HTTPException, match="A new rule") as refused:
            await bot.get_partial_messageable(room(standin)).send(view=card("no"))
        assert refused.value.code == 999999


async def test_a_full_server_opens_no_more_threads_until_there_is_room(standin: StandIn) -> None:
    async with playing(standin, Bot(say_nothing)) as bot:
        channel = await bot.fetch_channel(room(standin))
        forum = await bot.fetch_channel(room(standin, "questions"))
        assert isinstance(channel, discord.TextChannel) and isinstance(forum, discord.ForumChannel)
        message = await channel.send(view=card("Discuss!"))
        standin.world.server.threads_full = True
        for opening in (
            message.create_thread(name="Talk"),
            channel.create_thread(name="Talk", type=discord.ChannelType.public_thread),
            forum.create_thread(name="Talk", view=card("?")),
        ):
            with pytest.raises(discord.HTTPException) as full:
                await opening
            assert (full.value.status, full.value.code) == (400, 160006)
        standin.world.server.threads_full = False
        await message.create_thread(name="Talk")


async def test_forum_posts_are_not_deduplicated_whatever_nonce_they_bring(standin: StandIn) -> None:
    forum = room(standin, "questions")
    body = {"name": "Week 1", "message": {"content": "?", "nonce": "7", "enforce_nonce": True}}
    async with aiohttp.ClientSession(headers={"Authorization": "Bot rehearsal"}) as session:
        for _ in range(2):
            async with session.post(f"{standin.url}/api/v10/channels/{forum}/threads", json=body) as answer:
                assert answer.status == 201
    assert len([c for c in standin.world.channels.values() if c.parent_id == forum]) == 2


async def test_a_test_hears_of_a_call_before_it_is_carried_out_and_after(standin: StandIn) -> None:
    heard: list[tuple[str, int]] = []
    study = standin.world.channels[room(standin)]

    async def hear(method: str, path: str, phase: str) -> None:
        if (method, path) == ("POST", f"/channels/{study.id}/messages"):
            heard.append((phase, len(study.messages)))

    async with playing(standin, Bot(say_nothing)) as bot:
        standin.on_call = hear
        await bot.get_partial_messageable(study.id).send(view=card("heard"))
        assert heard == [("arrived", 0), ("done", 1)]


@pytest.mark.parametrize(("when", "there"), [("arrived", 0), ("done", 1)])
async def test_a_lost_connection_leaves_what_was_carried_out_and_brings_no_answer(standin: StandIn, when: str, there: int) -> None:
    study = standin.world.channels[room(standin)]

    def lose(method: str, path: str, phase: str) -> None:
        if phase == when:
            raise Lost

    standin.on_call = lose
    async with aiohttp.ClientSession(headers={"Authorization": "Bot rehearsal"}) as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.post(f"{standin.url}/api/v10/channels/{study.id}/messages", json={"content": "hello?"})
    assert len(study.messages) == there


CALLER = """
import sys, urllib.request
headers = {"Authorization": "Bot rehearsal", "Content-Type": "application/json"}
urllib.request.urlopen(urllib.request.Request(sys.argv[1], b'{"content": "last words"}', headers))
"""


@pytest.mark.parametrize("when", ["arrived", "done"])
async def test_a_caller_killed_when_its_call_has_arrived_is_obeyed_all_the_same(standin: StandIn, when: str) -> None:
    study = standin.world.channels[room(standin)]
    carried_out = asyncio.Event()

    async def kill(method: str, path: str, phase: str) -> None:
        if phase == when:
            caller.kill()
            await caller.wait()
        if phase == "done":
            carried_out.set()

    standin.on_call = kill
    address = f"{standin.url}/api/v10/channels/{study.id}/messages"
    caller = await asyncio.create_subprocess_exec(sys.executable, "-c", CALLER, address)
    await asyncio.wait_for(carried_out.wait(), 10)
    assert caller.returncode == -signal.SIGKILL
    assert [message.content for message in study.messages.values()] == ["last words"]


# -- many servers, and the time


async def test_five_hundred_servers_arrive_quickly() -> None:
    standin = StandIn(World.crowd(servers=500, channels=20), keep_history=False)
    await standin.start()
    try:
        started = time.process_time()
        async with playing(standin, Bot(say_nothing)) as bot:
            await asyncio.wait_for(bot.heard("ready").wait(), 30)
            assert time.process_time() - started < 3
            assert len(bot.guilds) == 500
            assert all(len(guild.text_channels) == 21 for guild in bot.guilds)
            last = bot.guilds[-1]
            assert last.me is not None and last.text_channels[-1].permissions_for(last.me).send_messages
            await last.text_channels[-1].send(view=card("Here too"))
    finally:
        await standin.stop()


async def test_the_bot_reads_the_worlds_time_from_an_interaction_even_when_it_was_moved_back(standin: StandIn) -> None:
    came: list[datetime] = []
    moved: list[timedelta] = []

    async def answer(interaction: discord.Interaction) -> None:
        came.append(interaction.created_at)
        await interaction.response.defer()

    thursday = datetime(2026, 12, 3, 18, tzinfo=UTC)
    standin.world.clock = lambda: thursday
    standin.world.on_move = moved.append
    async with playing(standin, Bot(answer)) as bot:
        await bot.get_partial_messageable(room(standin)).send(view=card("x", buttons=(("More", "more"),)))
        ada = person(standin, patience=0.1)
        message = ada.reads(room(standin))[0]
        for ahead in (timedelta(weeks=1), timedelta(0), timedelta(days=-1)):
            standin.world.move_clock(ahead)
            await ada.press(message, "More")
    assert [moment - thursday for moment in came] == moved == [timedelta(weeks=1), timedelta(0), timedelta(days=-1)]
    later: list[Any] = [standin.world.new_id() for _ in range(3)]
    assert later == sorted(set(later))
