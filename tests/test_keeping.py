"""A rehearsal that is kept in a folder: all of it is there again tomorrow, also after a kill -9; and which folders are refused."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from evening import ROOT
from mischief import until
from stage import Bot, card, chart, person, room

from rehearsal import permissions
from rehearsal.keeping import Keeping, NotKept
from rehearsal.kept_world import from_json, moved_to, pictures_of, to_json
from rehearsal.standin import StandIn


async def test_a_world_is_read_back_as_it_was_kept(bot: Bot, standin: StandIn) -> None:
    world = standin.world
    channel = await bot.fetch_channel(room(standin))
    forum = await bot.fetch_channel(room(standin, "questions"))
    assert isinstance(channel, discord.TextChannel) and isinstance(forum, discord.ForumChannel)
    prompt = await channel.send(view=card("Prompt of the week", picture=True), file=chart())
    await prompt.create_thread(name="Who decided?")
    await forum.create_thread(name="A longer question", view=card("Which score?"))
    ada = person(standin)
    await ada.command(room(standin), "learn", theme="data")
    waved = (await ada.command(room(standin), "learn", theme="data")).message
    assert waved is not None
    ada.dismiss(waved)
    await ada.say(room(standin), "Good evening, <@&1>")
    world.direct(ada.user.id)
    world.overwrite(room(standin), world.server.member_named("Ben"), deny=permissions.SEND_MESSAGES)
    world.server.command_overrides["learn"] = {ada.user.id: False}
    world.move_clock(timedelta(days=3))

    text = json.dumps(to_json(world))
    again = from_json(json.loads(text), lambda name: pictures_of(world)[name])
    assert json.dumps(to_json(again)) == text
    assert again.server.channel_named("study-room").messages.keys() == world.server.channel_named("study-room").messages.keys()
    assert again.new_id() > world.last_id - 1
    assert again.clock() - world.clock() < timedelta(minutes=1)
    assert [len(one.private) for one in again.channels.values() if one.name == "study-room"] == [1], "what was waved away is gone"
    assert again.commands == world.commands and again.direct(ada.user.id).id == world.direct(ada.user.id).id
    [picture] = again.messages[prompt.id].attachments
    assert picture.bytes == world.messages[prompt.id].attachments[0].bytes
    moved_to(again, world.base_url, "http://127.0.0.1:1")
    assert picture.url.startswith("http://127.0.0.1:1/attachments/")
    assert world.base_url not in json.dumps(again.messages[prompt.id].components)


@asynccontextmanager
async def rehearsing(folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, aiohttp.ClientWebSocketResponse]]:
    """The real thing, kept in this folder, and the page's line to it. It is killed in the end, as by a power cut."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rehearsal", "--port", "0", "--keep", str(folder), cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        url = (await asyncio.wait_for(process.stdout.readline(), 90)).decode().removeprefix("Open ").strip()
        async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/page/live", headers={"Origin": url}) as line:
            await line.send_json({"do": "be", "member": "Mo"})
            yield process, line
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def told(line: aiohttp.ClientWebSocketResponse, *words: str) -> dict[str, Any]:
    """Wait until the page shows all these words."""
    async with asyncio.timeout(20):
        while True:
            said = await line.receive_json()
            if "world" in said and all(word in json.dumps(said) for word in words):
                world: dict[str, Any] = said["world"]
                return world


async def test_after_a_kill_the_server_what_was_said_the_clock_and_the_bots_own_data_are_there_again(tmp_path: Path) -> None:
    folder = tmp_path / "kept" / "here"
    async with rehearsing(folder) as (_, line):
        world = await told(line, "study-room", "group")
        study = next(one["id"] for one in world["channels"] if one["name"] == "study-room")
        options = {"name": "Night readers", "time_zone": "Europe/Berlin", "language": "en"}
        await line.send_json({"do": "command", "channel": study, "name": "group create", "options": options, "n": 1})
        await told(line, "The group is there")
        await line.send_json({"do": "clock", "by": 86400, "n": 2})
        await told(line, "The group is there", "86400.0")
        await _is_kept(folder, "The group is there", '"ahead":86400.0')
    async with rehearsing(folder) as (process, line):
        world = await told(line, "Night readers", "The group is there", "86400.0")
        study_again = next(one["id"] for one in world["channels"] if one["name"] == "study-room")
        assert study_again == study
        await line.send_json({"do": "command", "channel": study, "name": "join", "options": {}, "n": 3})
        await told(line, "Join Night readers?")
        with pytest.raises(NotKept, match="Another rehearsal is using"):
            Keeping(folder)
        process.terminate()
        await asyncio.wait_for(process.wait(), 20)
        assert "Join Night readers?" in (folder / "world.json").read_text(), "what comes last is kept too"
    assert (folder / "secret").stat().st_mode & 0o077 == 0


async def _is_kept(folder: Path, *words: str) -> None:
    world = folder / "world.json"
    await until(lambda: world.exists() and all(word in world.read_text() for word in words), 20)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"thesis.odt": "years of work"}, "holds other things than a rehearsal"),
        ({"world.json": '{"version": 1, "us'}, "is damaged, and nothing was changed"),
        ({"world.json": '{"version": 1, "users": [{"id": 7}]}'}, "is damaged (TypeError"),
        ({"world.json": "[1, 2]"}, "is not of a rehearsal"),
        ({"world.json": '{"name": "a game"}'}, "is not of a rehearsal"),
        ({"world.json": '{"version": 99}'}, "is of a newer rehearsal"),
    ],
)
def test_a_folder_with_something_else_in_it_is_refused_with_one_sentence_and_left_alone(
    tmp_path: Path, files: dict[str, str], why: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(NotKept) as refusal:
        Keeping(tmp_path)
    assert why in str(refusal.value) and str(refusal.value).endswith(".") and "\n" not in str(refusal.value)
    assert {one.name: one.read_text() for one in tmp_path.iterdir() if one.is_file() and one.name != "lock"} == files


async def test_a_file_instead_of_a_folder_is_refused_and_so_says_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rehearsal", "--port", "0", "--keep", str(tmp_path / "file"), cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=os.environ | {"TMPDIR": str(tmp_path)},
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, out) == (1, b"")
    assert err.decode() == f"{tmp_path / 'file'} is a file: name a folder.\n"
