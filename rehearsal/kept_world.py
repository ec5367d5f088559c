"""The world as JSON, and back. Attachments are named by their ids; their bytes lie beside it, in files.

What ends with the bot's process is not in it: sessions of the gateway, and interactions that still wait for an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from rehearsal.things import (
    Channel,
    InteractionInfo,
    Json,
    Kind,
    Member,
    Message,
    Overwrite,
    Picture,
    Role,
    Server,
    Tag,
    User,
)
from rehearsal.world import World


class Unreadable(Exception):
    """It isn't what `to_json` made; says in a few words what is missing or wrong."""


def to_json(world: World) -> Json:
    return {
        "base_url": world.base_url, "ahead": world.ahead.total_seconds(), "last_id": world.last_id, "bot": world.bot.id,
        "token": world.token,
        "users": [_plain(user) for user in world.users.values()],
        "servers": [_server(server) for server in world.servers.values()],
        "channels": [_channel(channel) for channel in world.channels.values()],
        "commands": list(world.commands.values()),
        "server_commands": {str(server): list(commands.values()) for server, commands in world.server_commands.items()},
    }  # fmt: skip


def pictures_of(world: World) -> dict[str, bytes]:
    """The name of each attachment's file, and what is in it."""
    shelves = [shelf for channel in world.channels.values() for shelf in (channel.messages, channel.private)]
    return {str(one.id): one.bytes for shelf in shelves for message in list(shelf.values()) for one in message.attachments}


def moved_to(world: World, old: str, new: str) -> None:
    """The stand-in listens somewhere else than it did: attachments are there now."""
    before, after = f"{old}/attachments/", f"{new}/attachments/"
    for message in world.messages.values():
        if message.attachments:
            message.components = json.loads(json.dumps(message.components).replace(before, after))
            for picture in message.attachments:
                picture.url = picture.url.replace(before, after)


def from_json(kept: Json, read: Callable[[str], bytes]) -> World:
    """A world like the one that was kept. `read` gives an attachment's bytes by its file's name. Unreadable, OSError."""
    try:
        return _Reader(kept, read).world
    except (KeyError, TypeError, ValueError, AttributeError) as trouble:
        raise Unreadable(f"{type(trouble).__name__}: {trouble}") from None


def _server(server: Server) -> Json:
    shape = _plain(server, leave_out={"roles", "members", "channels"})
    return shape | {
        "roles": [_plain(role) for role in server.roles.values()],
        "members": [_plain(member, leave_out={"user"}) | {"user": member.id} for member in server.members.values()],
        "command_overrides": {
            name: {str(who): may for who, may in of.items()} for name, of in server.command_overrides.items()
        },
    }  # fmt: skip


def _channel(channel: Channel) -> Json:
    shape = _plain(channel, leave_out={"overwrites", "messages", "private", "tags"})
    return shape | {
        "overwrites": [_plain(one) for one in channel.overwrites.values()],
        "tags": [_plain(tag) for tag in channel.tags],
        "messages": [_message(one) for one in channel.messages.values()],
        "private": [_message(one) for one in channel.private.values() if not one.dismissed],
    }  # fmt: skip


def _message(message: Message) -> Json:
    shape = _plain(message, leave_out={"author", "attachments", "interaction"})
    return shape | {
        "author": message.author.id,
        "attachments": [_plain(one, leave_out={"bytes"}) for one in message.attachments],
        "interaction": None if message.interaction is None else list(message.interaction),
    }  # fmt: skip


def _plain(thing: Any, leave_out: frozenset[str] | set[str] = frozenset()) -> Json:
    """A dataclass's fields, as JSON has them."""
    return {one.name: _value(getattr(thing, one.name)) for one in fields(thing) if one.name not in leave_out}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return value


class _Reader:
    """Builds the world in the order in which its things name each other."""

    def __init__(self, kept: Json, read: Callable[[str], bytes]) -> None:
        self.read = read
        world = self.world = World()
        world.users = {one["id"]: User(**one) for one in kept["users"]}
        world.bot = world.users[kept["bot"]]
        world.application_id = world.bot.id
        world.token = str(kept["token"])
        world.base_url = str(kept["base_url"])
        for one in kept["servers"]:
            server = self._server(one)
            world.servers[server.id] = server
        for one in kept["channels"]:
            self._place(self._channel(one))
        world.commands = {int(one["id"]): one for one in kept["commands"]}
        world.server_commands = {int(key): {int(one["id"]): one for one in all_} for key, all_ in kept["server_commands"].items()}
        world.ahead = timedelta(seconds=float(kept["ahead"]))
        world.last_id = int(kept["last_id"])

    def _server(self, kept: Json) -> Server:
        given = dict(kept)
        roles = {one["id"]: Role(**one) for one in given.pop("roles")}
        members = given.pop("members")
        overrides = {name: {int(who): may for who, may in of.items()} for name, of in given.pop("command_overrides").items()}
        server = Server(**given, roles=roles, command_overrides=overrides)
        for one in members:
            user = self.world.users[one["user"]]
            joined = datetime.fromisoformat(one["joined_at"])
            server.members[user.id] = Member(user, one["server_id"], joined, [int(role) for role in one["role_ids"]])
        return server

    def _channel(self, kept: Json) -> Channel:
        given = dict(kept)
        overwrites = {one["target_id"]: Overwrite(**one) for one in given.pop("overwrites")}
        tags = [Tag(**one) for one in given.pop("tags")]
        shelves = [[self._message(one) for one in given.pop(name)] for name in ("messages", "private")]
        given |= {"kind": Kind(given["kind"]), "joined": set(given["joined"])}
        for when in ("created_at", "archived_at"):
            given[when] = None if given[when] is None else datetime.fromisoformat(given[when])
        public, private = ({one.id: one for one in shelf} for shelf in shelves)
        return Channel(**given, overwrites=overwrites, tags=tags, messages=public, private=private)

    def _message(self, kept: Json) -> Message:
        given = dict(kept)
        given["author"] = self.world.users[given["author"]]
        given["attachments"] = [Picture(**one, bytes=self.read(str(one["id"]))) for one in given["attachments"]]
        given["interaction"] = None if given["interaction"] is None else InteractionInfo(*given["interaction"])
        given["pings"] = frozenset(given["pings"])
        given["created_at"] = datetime.fromisoformat(given["created_at"])
        given["edited_at"] = None if given["edited_at"] is None else datetime.fromisoformat(given["edited_at"])
        return Message(**given)

    def _place(self, channel: Channel) -> None:
        world = self.world
        world.channels[channel.id] = channel
        for message in (*channel.messages.values(), *channel.private.values()):
            world.messages[message.id] = message
        if channel.server_id is not None:
            world.servers[channel.server_id].channels[channel.id] = channel
        elif channel.recipient_id is not None:
            world.directs[channel.recipient_id] = channel
