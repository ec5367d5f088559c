"""The rehearsal's connections: sessions, resuming, shards, refusals at the door, and the bot as a process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
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


@pytest.mark.parametrize(("resumable", "identifies"), [(True, 1), (False, 2)])
async def test_a_session_that_is_taken_back_is_resumed_or_begun_anew(standin: StandIn, resumable: bool, identifies: int) -> None:
    async with playing(standin, with_command(greet, greet)) as bot:
        await bot.tree.sync()
        [connection] = [session.connection for session in standin.gateway.connected]
        again = asyncio.Event()
        standin.on_change(lambda: again.set() if any(s.connection is not connection for s in standin.gateway.connected) else None)
        standin.gateway.invalidate(resumable=resumable)
        await asyncio.wait_for(again.wait(), 10)
        assert standin.gateway.identifies == identifies
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
        ({"op": 2, "d": {"token": "rehearsal", "intents": 1, "presence": "x" * 4096}}, 4002),
        ({"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}, 4004),
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


async def identified(socket: aiohttp.ClientWebSocketResponse, intents: int = 1, **more: Any) -> None:
    await socket.send_json({"op": 2, "d": {"token": "rehearsal", "intents": intents, "properties": {}, **more}})


async def test_packets_are_compressed_as_the_client_asks(standin: StandIn) -> None:
    async with talking(standin) as socket:
        assert (await socket.receive_json())["op"] == 10
        await identified(socket, compress=True)
        ready, server = await socket.receive(timeout=5), await socket.receive(timeout=5)
        assert {one.type for one in (ready, server)} <= {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}
        assert json.loads(zlib.decompress(server.data))["t"] == "GUILD_CREATE"


async def test_a_stream_of_zstd_is_sent_where_python_can_and_plain_text_where_not(standin: StandIn) -> None:
    stream = any(find_spec(name.split(".")[0]) for name in ("zstandard", "backports.zstd")) or sys.version_info >= (3, 14)
    url = f"{standin.url}/gateway?v=10&encoding=json&compress=zstd-stream"
    async with aiohttp.ClientSession() as client, client.ws_connect(url) as socket:
        said = await socket.receive(timeout=5)
        assert said.type is (aiohttp.WSMsgType.BINARY if stream else aiohttp.WSMsgType.TEXT)
        assert not stream or said.data.startswith(b"\x28\xb5\x2f\xfd")


async def test_a_client_without_a_heartbeat_is_cut_off_whatever_else_it_says(standin: StandIn) -> None:
    standin.gateway.heartbeat = 0.4
    async with talking(standin) as silent, talking(standin) as alive:
        for socket in (silent, alive):
            assert (await socket.receive_json())["d"]["heartbeat_interval"] == 400
            await identified(socket, intents=0)
        standin.gateway.heartbeat = 60  # from the next one on
        await alive.send_json({"op": 1, "d": None})
        while not silent.closed:
            with suppress(TimeoutError, ConnectionError):
                await silent.send_json({"op": 3, "d": {}})
                await silent.receive(timeout=0.1)
        assert (silent.close_code, alive.closed) == (4009, False)


@pytest.mark.parametrize(
    ("asked", "named", "missing"),
    [
        ({"query": "", "limit": 0}, [], None),
        ({"query": "a", "limit": 5}, ["Ada"], []),
        ({"query": "", "limit": 1}, ["Red Flask"], []),
        ({"user_ids": ["17"]}, [], ["17"]),
    ],
)
async def test_a_bot_may_ask_who_is_on_a_server(
    standin: StandIn, asked: dict[str, Any], named: list[str], missing: list[str] | None
) -> None:
    async with talking(standin) as socket:
        await socket.receive_json()
        await identified(socket)
        assert [(await socket.receive_json())["t"] for _ in range(2)] == ["READY", "GUILD_CREATE"]
        await socket.send_json({"op": 8, "d": {"guild_id": str(standin.world.server.id), "nonce": "n", **asked}})
        if missing is None:
            # everybody, without the intent: nothing comes, and a heartbeat is answered
            await socket.send_json({"op": 1, "d": None})
            assert (await socket.receive_json())["op"] == 11
            return
        chunk = (await socket.receive_json(timeout=5))["d"]
        assert [one["user"]["global_name"] or one["user"]["username"] for one in chunk["members"]] == named
        assert (chunk["not_found"], chunk["nonce"], chunk["chunk_count"]) == (missing, "n", 1)


async def test_what_becomes_of_itself_a_bot_hears_without_the_intent_and_nothing_of_others(standin: StandIn) -> None:
    world, server = standin.world, standin.world.server
    async with talking(standin) as socket:
        await socket.receive_json()
        await identified(socket)
        assert [(await socket.receive_json())["t"] for _ in range(2)] == ["READY", "GUILD_CREATE"]
        role = server.role_named("Facilitators")
        for name in ("Ada", "Red Flask"):
            world.give_role(server, server.member_named(name), role)
        said = await socket.receive_json(timeout=5)
        assert (said["t"], said["d"]["user"]["id"]) == ("GUILD_MEMBER_UPDATE", str(world.bot.id))


async def test_texts_are_heard_without_the_intent_in_direct_messages_of_itself_and_where_it_is_mentioned(standin: StandIn) -> None:
    ada = person(standin)
    async with talking(standin) as socket:
        await socket.receive_json()
        await identified(socket, intents=1 << 9 | 1 << 12)
        assert (await socket.receive_json())["t"] == "READY"
        for channel, text in ((room(standin), "to all"), (ada.dm(), "to you"), (room(standin), f"hello <@{standin.world.bot.id}>")):
            await ada.say(channel, text)
        async with aiohttp.ClientSession(headers={"Authorization": "Bot rehearsal"}) as client:
            await client.post(f"{standin.url}/api/v10/channels/{room(standin)}/messages", json={"content": "my own"})
        heard = [(await socket.receive_json(timeout=5))["d"]["content"] for _ in range(4)]
        assert heard == ["", "to you", f"hello <@{standin.world.bot.id}>", "my own"]


async def test_only_the_latest_events_are_replayed_and_a_number_that_never_was_is_refused() -> None:
    standin = StandIn(World.evening(), keep_history=False)
    await standin.start()
    try:
        async with talking(standin) as socket:
            await socket.receive_json()
            await identified(socket)
            session = (await socket.receive_json())["d"]["session_id"]
            await socket.close(code=4000)
        for number in range(98):
            standin.world.add_channel(standin.world.server, f"room-{number}")
        # 100 are kept: READY and GUILD_CREATE are among them still
        for sequence, op in ((1, 0), (7000, None)):
            async with talking(standin) as socket:
                await socket.receive_json()
                await socket.send_json({"op": 6, "d": {"token": "rehearsal", "session_id": session, "seq": sequence}})
                if op is None:
                    await socket.receive(timeout=5)
                    assert socket.close_code == 4007
                    continue
                said = await socket.receive_json(timeout=5)
                assert (said["op"], said["s"], said["t"]) == (0, 2, "GUILD_CREATE")
                await socket.close(code=4000)
        standin.world.add_channel(standin.world.server, "one too many")
        standin.world.add_channel(standin.world.server, "two too many")
        async with talking(standin) as socket:
            await socket.receive_json()
            await socket.send_json({"op": 6, "d": {"token": "rehearsal", "session_id": session, "seq": 1}})
            assert (await socket.receive_json(timeout=5))["op"] == 9
    finally:
        await standin.stop()


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


async def test_another_bot_finds_a_discord_without_ours() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rehearsal.alone", "--port", "0", "--grant", "content", cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    told = {}
    while "token" not in told:
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        told[line[4:14].strip()] = line[14:].strip()
    headers = {"Authorization": f"Bot {told['token']}"}
    async with aiohttp.ClientSession(headers=headers) as client:
        async with client.get(f"{told['REST API']}/gateway/bot") as answer:
            assert (await answer.json())["url"] == told["gateway"]
        async with client.ws_connect(told["gateway"]) as socket:
            await socket.receive_json()
            await socket.send_json({"op": 2, "d": {"token": told["token"], "intents": 1 | 1 << 15, "properties": {}}})
            assert (await socket.receive_json(timeout=5))["t"] == "READY"
        async with client.get(told["page"]) as page:
            assert page.status == 200
    process.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, err) == (0, b"")


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
