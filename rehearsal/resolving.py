"""What a person picks (a channel, a role, a user, a file) as an id, with the `resolved` objects that Discord adds."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import quote

from rehearsal import shapes
from rehearsal.things import Channel, Json, Message, Picture, Role, Server, User
from rehearsal.world import World


class Resolver:
    """Collects the objects of one interaction in `resolved`. It accepts ids, as numbers or text, things of the
    world, and names; ValueError for what this person could not pick here."""

    def __init__(self, world: World, user_id: int, channel: Channel) -> None:
        self.world = world
        self.user_id = user_id
        self.place = channel
        self.server: Server | None = world.servers.get(channel.server_id or 0)
        self.resolved: Json = {}

    def channel(self, given: object, kinds: Iterable[int] | None = None) -> str:
        channels = {} if self.server is None else self.server.channels
        channel = _find(channels.values(), given)
        if channel is None or not self.world.may(self.user_id, channel):
            raise ValueError(f"there is no channel {given!r} to pick")
        if kinds and channel.kind not in list(kinds):
            raise ValueError(f"#{channel.name} is not of a kind that can be picked here")
        shape = shapes.channel_json(self.world, channel, for_member=self.user_id)
        shape.pop("permission_overwrites", None)
        self._add("channels", channel.id, shape)
        return str(channel.id)

    def role(self, given: object) -> str:
        role = None if self.server is None else _find(self.server.roles.values(), given)
        if role is None:
            raise ValueError(f"there is no role {given!r} to pick")
        self._add("roles", role.id, shapes.role_json(role))
        return str(role.id)

    def user(self, given: object) -> str:
        people: list[User] = [self.world.users[self.user_id], self.world.bot]
        if self.server is not None:
            people = [member.user for member in self.server.members.values()]
        user = _find(people, given)
        if user is None:
            raise ValueError(f"there is nobody {given!r} to pick")
        self._add("users", user.id, shapes.user_json(user))
        if self.server is not None:
            member = self.server.members[user.id]
            shape = shapes.member_json(member, may=self.world.may(user.id, self.place))
            self._add("members", user.id, {k: v for k, v in shape.items() if k not in ("user", "deaf", "mute")})
        return str(user.id)

    def mentionable(self, given: object) -> str:
        try:
            return self.role(given)
        except ValueError:
            return self.user(given)

    def file(self, given: object) -> str:
        """A file as (name, bytes)."""
        if not isinstance(given, tuple) or len(given) != 2:
            raise ValueError("a file is given as (name, bytes)")
        name, content = given
        number = self.world.new_id()
        url = f"{self.world.base_url}/attachments/{self.place.id}/{number}/{quote(name)}"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        picture = Picture(number, name, kind, content, url)
        self.world.keep_upload(picture)
        holder = Message(0, self.place.id, None, self.world.bot, self.world.clock(), ephemeral_to=self.user_id)
        self._add("attachments", number, shapes.picture_json(picture, holder))
        return str(number)

    def _add(self, kind: str, number: int, shape: Json) -> None:
        self.resolved.setdefault(kind, {})[str(number)] = shape


_T = TypeVar("_T", Channel, Role, User)


def _find(things: Iterable[_T], given: object) -> _T | None:
    """By the thing itself, its id, or its name."""
    wanted = str(getattr(given, "id", given)).removeprefix("#").removeprefix("@")
    found = list(things)
    by_id = next((thing for thing in found if str(thing.id) == wanted), None)
    return by_id or next((thing for thing in found if thing.name.removeprefix("@") == wanted), None)
