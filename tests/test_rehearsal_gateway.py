"""The rehearsal's connections: sessions, resuming, shards, refusals at the door, and the bot as a process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from stage import Bot, card, person, playing, room, say_nothing, with_command

from rehearsal.bot_process import ROOT, BotProcess, point_discord_py_at
from rehearsal.standin import StandIn
from rehearsal.world import World


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    standin = StandIn(World.evening())
    await standin.start()
    yield standin
    await standin.stop()


@asynccontextmanager
async def talking(standin: StandIn) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """The gateway, without a library in between."""
    url = f"{standin.url}/gateway?v=10&encoding=json"
    async with aiohttp.ClientSession() as client, client.ws_connect(url) as socket:
        yield socket


async def greet(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(view=card("Hello", buttons=(("More", "more"),)), ephemeral=True)


@pytest.mark.parametrize("code", [4000, 1001, 1006])
async def test_a_dropped_connection_is_resumed_and_nothing_is_lost(standin: StandIn, code: int) -> None:
    async with playing(standin, with_command(greet, greet)) as bot:
        await bot.tree.sync()
        await standin.drop_gateway(code if code != 1006 else 4009)
        asked = asyncio.create_task(person(standin).command(room(standin), "learn"))
        await standin.bot_is_ready()
        assert (await asked).text == "Hello"
        assert bot.heard("resumed").is_set()
        assert standin.gateway.identifies == 1


async def test_a_connection_that_cannot_be_resumed_starts_anew(standin: StandIn) -> None:
    async with playing(standin, with_command(greet, greet)) as bot:
        await bot.tree.sync()
        await standin.drop_gateway(resumable=False)
        await standin.bot_is_ready()
        assert standin.gateway.identifies == 2
        assert (await person(standin).command(room(standin), "learn")).text == "Hello"
        assert len(standin.gateway.sessions) == 1
        assert not bot.heard("resumed").is_set()


async def test_a_request_to_reconnect_is_followed(standin: StandIn) -> None:
    async with playing(standin, with_command(greet, greet)) as bot:
        await bot.tree.sync()
        standin.gateway.ask_to_reconnect()
        await asyncio.wait_for(bot.heard("resumed").wait(), 5)
        assert (await person(standin).command(room(standin), "learn")).text == "Hello"


async def test_a_card_of_an_earlier_run_is_still_answered(standin: StandIn) -> None:
    async with playing(standin, with_command(greet, greet)) as bot:
        await bot.tree.sync()
        message = (await person(standin).command(room(standin), "learn")).message
        assert message is not None
    assert not standin.bot_online
    ada = person(standin, patience=0.2)
    assert (await ada.press(message, "More")).failed == "This interaction failed"
    assert (await ada.command(room(standin), "learn")).failed == "The application did not respond"
    async with playing(standin, Bot(greet)):
        assert (await ada.press(message, "More")).text == "Hello"


async def test_without_any_bot_a_control_fails_at_once(standin: StandIn) -> None:
    ada = person(standin, patience=60)
    message = await ada.say(room(standin), "hello")
    button = {"type": 2, "id": 2, "style": 1, "label": "x", "custom_id": "x"}
    message.components = [{"type": 1, "id": 1, "components": [button]}]
    seen = await asyncio.wait_for(ada.press(message, "x"), 1)
    assert seen.failed == "This interaction failed"


async def test_each_shard_hears_only_of_its_servers(standin: StandIn) -> None:
    world = standin.world
    servers = [world.server, *(world.add_server(f"server {number}") for number in range(4))]
    for server in servers[1:]:
        world.add_channel(server, "study-room")
        world.add_member(server, world.users[world.server.member_named("Ada").id])
    point_discord_py_at(standin.url)
    heard: dict[int, int] = {}

    class Sharded(discord.AutoShardedClient):
        async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
            return

        async def on_interaction(self, interaction: discord.Interaction) -> None:
            assert interaction.guild is not None
            heard[interaction.guild.id] = interaction.guild.shard_id
            await greet(interaction)

    bot = Sharded(intents=discord.Intents(guilds=True), shard_count=2, max_messages=None)
    running = asyncio.create_task(bot.start(world.token))
    try:
        await standin.bot_is_ready(20, shards=2)
        for server in servers:
            channel = bot.get_partial_messageable(server.channel_named("study-room").id)
            await channel.send(view=card("x", buttons=(("More", "more"),)))
            ada = person(standin)
            message = ada.reads(channel.id)[0]
            assert (await ada.press(message, "More")).text == "Hello"
        assert heard == {server.id: (server.id >> 22) % 2 for server in servers}
        assert set(heard.values()) == {0, 1}
    finally:
        await bot.close()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_wrong_token_is_refused(standin: StandIn) -> None:
    point_discord_py_at(standin.url)
    with pytest.raises(discord.LoginFailure):
        await Bot(say_nothing).login("not the token")


async def test_privileged_intents_are_refused_unless_granted(standin: StandIn) -> None:
    intents = discord.Intents(guilds=True, guild_messages=True, message_content=True)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with playing(standin, Bot(say_nothing, intents)):
            pass
    standin.world.privileged_intents = 1 << 15
    heard: list[str] = []

    class Listener(Bot):
        async def on_message(self, message: discord.Message) -> None:
            heard.append(message.content)

    for wanted in (intents, discord.Intents(guilds=True, guild_messages=True), discord.Intents(guilds=True)):
        async with playing(standin, Listener(say_nothing, wanted)) as bot:
            await person(standin).say(room(standin), "hello all")
            if wanted.guild_messages:
                await asyncio.wait_for(bot.heard("message").wait(), 5)
            await asyncio.sleep(0.05)
    assert heard == ["hello all", ""]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("not json", 4002),
        ({"op": 99}, 4003),
        ({"op": 2, "d": {"token": "wrong", "intents": 1}}, 4004),
        ({"op": 2, "d": {"token": "rehearsal"}}, 4013),
        ({"op": 2, "d": {"token": "rehearsal", "intents": 1, "shard": [2, 2]}}, 4010),
    ],
)
async def test_what_a_client_may_not_say_closes_the_connection(standin: StandIn, said: Any, code: int) -> None:
    async with talking(standin) as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_str(said if isinstance(said, str) else json.dumps(said))
        while not socket.closed:
            await socket.receive(timeout=5)
        assert socket.close_code == code


async def test_a_heartbeat_is_acknowledged_and_an_old_session_is_not_resumed(standin: StandIn) -> None:
    async with talking(standin) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 1, "d": None})
        assert (await socket.receive_json())["op"] == 11
        await socket.send_json({"op": 6, "d": {"token": "rehearsal", "session_id": "gone", "seq": 7}})
        assert await socket.receive_json() == {"op": 9, "d": False, "s": None, "t": None}


async def test_memory_stays_bounded_over_many_presses() -> None:
    standin = StandIn(World.evening(), keep_history=False)
    await standin.start()
    try:
        async with playing(standin, Bot(greet)) as bot:
            channel = bot.get_partial_messageable(room(standin))
            await channel.send(view=card("x", buttons=(("More", "more"),)))
            ada = person(standin)
            message = ada.reads(channel.id)[0]
            started = asyncio.get_running_loop().time()
            for _ in range(400):
                assert (await ada.press(message, "More")).failed is None
            took = asyncio.get_running_loop().time() - started
            assert len(standin.world.channels[channel.id].private) == 300
            assert len(standin.world.messages) == 301
            assert len(standin.interactions) == 300
            assert len(standin.requests) == 100
            assert took / 400 < 0.05
    finally:
        await standin.stop()


async def test_a_taken_port_is_one_sentence_and_exit_code_1(standin: StandIn) -> None:
    port = standin.url.rpartition(":")[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rehearsal", "--port", port, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 1
    assert out == b""
    assert err.decode() == f"Port {port} is taken: choose another with --port, or end what listens there.\n"


async def test_ctrl_c_ends_everything_and_leaves_nothing_behind(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rehearsal", "--port", "0", cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    assert line.startswith("Open http://127.0.0.1:")
    assert os.listdir(tmp_path) != []
    process.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    assert err == b""
    assert os.listdir(tmp_path) == []


async def test_a_killed_bot_is_noticed_and_comes_back(standin: StandIn, tmp_path: Path) -> None:
    bot = BotProcess(standin.url, tmp_path)
    ended: asyncio.Queue[int] = asyncio.Queue()
    bot.on_end = ended.put_nowait
    try:
        await bot.start()
        await standin.bot_is_ready(60)
        assert bot.pid is not None
        os.kill(bot.pid, signal.SIGKILL)
        assert await asyncio.wait_for(ended.get(), 10) == -signal.SIGKILL
        assert not bot.is_running
        await bot.restart()
        await standin.bot_is_ready(60)
        assert standin.gateway.identifies == 2
        assert "rehearsal" not in bot.last_words()
    finally:
        await bot.stop()
    assert ended.empty()


HOLDER = """
import asyncio, pathlib, sys
from rehearsal.bot_process import BotProcess

async def hold():
    await BotProcess(sys.argv[1], pathlib.Path(sys.argv[2])).start()
    await asyncio.sleep(600)

asyncio.run(hold())
"""


async def test_the_bot_ends_with_the_rehearsal_even_if_that_is_killed(standin: StandIn, tmp_path: Path) -> None:
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLDER, standin.url, tmp_path, cwd=ROOT)
    await standin.bot_is_ready(60)
    gone = asyncio.Event()
    standin.on_change(lambda: None if standin.bot_online else gone.set())
    holder.kill()
    await holder.wait()
    await asyncio.wait_for(gone.wait(), 10)
