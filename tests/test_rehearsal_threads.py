"""Threads over HTTP, as any client may ask for them: archived ones, who is in them, private ones; and other lists in pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from stage import person, room

from rehearsal import permissions
from rehearsal.standin import StandIn
from rehearsal.world import Channel, Kind, World


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    standin = StandIn(World.evening(), channel_limits=False)
    await standin.start()
    yield standin
    await standin.stop()


async def ask(standin: StandIn, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bot rehearsal"}) as client,
        client.request(method, f"{standin.url}/api/v10{path}", json=body) as answer,
    ):
        return answer.status, await answer.json() if answer.status != 204 else None


async def opened(standin: StandIn, name: str, kind: int = 11) -> Channel:
    status, shape = await ask(standin, "POST", f"/channels/{room(standin)}/threads", {"name": name, "type": kind})
    assert status == 201
    return standin.world.channels[int(shape["id"])]


def bots(standin: StandIn, allow: int = 0, deny: int = 0) -> None:
    standin.world.set_bot_permissions(room(standin), allow=allow, deny=deny)


async def test_archived_threads_come_in_pages_latest_first(standin: StandIn) -> None:
    study = room(standin)
    bots(standin, allow=permissions.CREATE_PRIVATE_THREADS | permissions.MANAGE_THREADS)
    threads = [await opened(standin, f"talk {number}") for number in range(3)] + [await opened(standin, "whisper", 12)]
    for thread in threads:
        assert (await ask(standin, "PATCH", f"/channels/{thread.id}", {"archived": True}))[0] == 200
    _, first = await ask(standin, "GET", f"/channels/{study}/threads/archived/public?limit=2")
    assert [one["name"] for one in first["threads"]] == ["talk 2", "talk 1"]
    assert (first["has_more"], [one["user_id"] for one in first["members"]]) == (True, [str(standin.world.bot.id)] * 2)
    before = first["threads"][-1]["thread_metadata"]["archive_timestamp"].replace("+", "%2B")
    _, rest = await ask(standin, "GET", f"/channels/{study}/threads/archived/public?before={before}")
    assert ([one["name"] for one in rest["threads"]], rest["has_more"]) == (["talk 0"], False)
    for path in ("threads/archived/private", "users/@me/threads/archived/private"):
        _, private = await ask(standin, "GET", f"/channels/{study}/{path}")
        assert [one["name"] for one in private["threads"]] == ["whisper"]
    bots(standin)
    assert (await ask(standin, "GET", f"/channels/{study}/threads/archived/private"))[1]["code"] == 50013
    status, refused = await ask(standin, "GET", f"/channels/{study}/threads/archived/public?before=yesterday")
    assert (status, list(refused["errors"])) == (400, ["before"])


async def test_people_are_added_to_a_thread_and_sent_away_again(standin: StandIn) -> None:
    thread, ada = await opened(standin, "talk"), person(standin).user.id
    place = f"/channels/{thread.id}/thread-members"
    assert await ask(standin, "PUT", f"{place}/{ada}") == (204, None)
    _, listed = await ask(standin, "GET", f"{place}?with_member=true")
    assert [(one["user_id"], one["member"]["user"]["username"]) for one in listed] == [
        (str(standin.world.bot.id), "Red Flask"), (str(ada), "ada.lumen"),
    ]  # fmt: skip
    assert (await ask(standin, "GET", f"{place}/{ada}"))[1]["user_id"] == str(ada)
    assert (await ask(standin, "DELETE", f"{place}/{ada}"))[1]["code"] == 50013
    bots(standin, allow=permissions.MANAGE_THREADS)
    assert await ask(standin, "DELETE", f"{place}/{ada}") == (204, None)
    assert (await ask(standin, "GET", f"{place}/{ada}"))[1]["code"] == 10007
    assert (await ask(standin, "PUT", f"{place}/17"))[1]["code"] == 10007
    assert await ask(standin, "DELETE", f"{place}/@me") == (204, None)
    assert thread.joined == set()
    thread.archived = True
    assert (await ask(standin, "PUT", f"{place}/@me"))[1]["code"] == 50083
    assert (await ask(standin, "GET", f"/channels/{room(standin)}/thread-members"))[1]["code"] == 50024


async def test_a_private_thread_is_seen_by_those_in_it_and_by_who_manages_threads(standin: StandIn) -> None:
    bots(standin, allow=permissions.CREATE_PRIVATE_THREADS)
    thread, world = await opened(standin, "whisper", 12), standin.world
    ada, mo = person(standin), person(standin, "Mo")
    assert thread.kind == Kind.PRIVATE_THREAD
    assert [one.sees(thread.id) for one in (ada, mo)] == [False, False]
    thread.joined.add(ada.user.id)
    world.change_role(
        world.server, world.server.roles[world.server.members[mo.user.id].role_ids[0]], may=permissions.MANAGE_THREADS
    )
    assert [one.sees(thread.id) for one in (ada, mo)] == [True, True]
    assert await ask(standin, "DELETE", f"/channels/{thread.id}/thread-members/@me") == (204, None)
    assert (await ask(standin, "GET", f"/channels/{thread.id}"))[1]["code"] == 50001


async def test_messages_are_listed_around_after_and_before_one_of_them(standin: StandIn) -> None:
    study = room(standin)
    ids = [int((await ask(standin, "POST", f"/channels/{study}/messages", {"content": f"{n}"}))[1]["id"]) for n in range(7)]

    async def listed(query: str) -> list[int]:
        _, found = await ask(standin, "GET", f"/channels/{study}/messages?{query}")
        return [ids.index(int(message["id"])) for message in found]

    assert await listed("limit=3") == [6, 5, 4]
    assert await listed(f"limit=2&before={ids[3]}") == [2, 1]
    assert await listed(f"limit=2&after={ids[3]}") == [5, 4]
    assert await listed(f"limit=3&around={ids[3]}") == [4, 3, 2]
    for wrong in ("limit=0", "limit=101", "limit=x", "before=x"):
        status, refused = await ask(standin, "GET", f"/channels/{study}/messages?{wrong}")
        assert (status, refused["code"], list(refused["errors"])) == (400, 50035, [wrong.partition("=")[0]])


async def test_an_answer_to_a_message_brings_that_along(standin: StandIn) -> None:
    bots(standin, allow=permissions.READ_MESSAGE_HISTORY)
    place = f"/channels/{room(standin)}/messages"
    asked = await person(standin).say(room(standin), "what?")
    _, answer = await ask(standin, "POST", place, {"content": "this", "message_reference": {"message_id": asked.id}})
    assert (answer["type"], answer["message_reference"]["message_id"]) == (19, str(asked.id))
    assert answer["referenced_message"]["author"]["username"] == "ada.lumen"
    standin.world.delete_message(asked)
    assert (await ask(standin, "GET", f"{place}/{answer['id']}"))[1]["referenced_message"] is None


@pytest.mark.parametrize(
    ("path", "name"),
    [("/channels/x", "channel_id"), ("/guilds/1/members/x", "user_id"), ("/channels/1/messages/1e3", "message_id")],
)
async def test_what_cannot_be_an_id_is_refused_as_one(standin: StandIn, path: str, name: str) -> None:
    status, refused = await ask(standin, "GET", path)
    assert (status, refused["code"]) == (400, 50035)
    [problem] = refused["errors"][name]["_errors"]
    assert problem["code"] == "NUMBER_TYPE_COERCE"


async def test_members_are_listed_only_to_a_bot_that_was_granted_the_intent(standin: StandIn) -> None:
    server = standin.world.server
    assert (await ask(standin, "GET", f"/guilds/{server.id}/members?limit=5"))[1]["code"] == 50001
    standin.world.privileged_intents = 1 << 1
    _, members = await ask(standin, "GET", f"/guilds/{server.id}/members?limit=2&after={person(standin).user.id}")
    assert [one["user"]["username"] for one in members] == ["ben.quill", "chi.marrow"]
    _, found = await ask(standin, "GET", f"/guilds/{server.id}/members/search?query=ad&limit=5")
    assert [one["user"]["username"] for one in found] == ["ada.lumen"]
    assert (await ask(standin, "GET", f"/guilds/{server.id}/roles/{server.bot_role_id}"))[1]["name"] == "Red Flask"
    assert (await ask(standin, "GET", f"/guilds/{server.id}/roles/17"))[1]["code"] == 10011


async def test_a_servers_own_command_is_registered_changed_and_deleted_and_its_settings_are_told(standin: StandIn) -> None:
    world, server = standin.world, standin.world.server
    base = f"/applications/{world.application_id}/guilds/{server.id}/commands"
    status, command = await ask(standin, "POST", base, {"name": "word", "description": "Say a word"})
    assert (status, command["guild_id"]) == (201, str(server.id))
    status, changed = await ask(standin, "PATCH", f"{base}/{command['id']}", {"description": "Say two"})
    assert (status, changed["description"], changed["id"], changed["guild_id"]) == (200, "Say two", command["id"], str(server.id))
    server.command_overrides["word"] = {server.id: False, person(standin).user.id: True}
    _, [settings] = await ask(standin, "GET", f"{base}/permissions")
    assert [(one["type"], one["permission"]) for one in settings["permissions"]] == [(1, False), (2, True)]
    assert await ask(standin, "DELETE", f"{base}/{command['id']}") == (204, None)
    assert (await ask(standin, "GET", f"{base}/{command['id']}"))[1]["code"] == 10063
