"""What one member sees of the world, as one JSON object for the page.

It leaves out what Discord would hide from that member, adds the HTML of every text, and turns the addresses of
pictures into paths of this very page, so that the browser never asks anybody else. It changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rehearsal import permissions, shapes
from rehearsal.components import TEXT
from rehearsal.markdown import Names, to_html
from rehearsal.things import Channel, Json, Message
from rehearsal.world import World

if TYPE_CHECKING:
    from rehearsal.people import Person
    from rehearsal.standin import StandIn

_THREAD_NOTICE, _THREAD_STARTER = 18, 21
_HUES = 4


def snapshot(standin: StandIn, person: Person, *, bot_can_start: bool) -> Json:
    """Everything that the page shows to this person now."""
    world = standin.world
    direct = person.dm()
    server = world.server
    visible = [c for c in server.channels.values() if person.sees(c.id)]
    visible.sort(key=lambda c: (c.is_thread, c.position, c.id))
    visible.append(world.channels[direct])
    names = names_for(standin, person)
    offers = {str(channel.id): person.offered(channel.id) for channel in visible}
    return {
        "me": str(person.user.id),
        "server": {"id": str(server.id), "name": server.name, "roles": _roles(standin)},
        "members": _members(standin),
        "channels": [_channel(world, channel) for channel in visible],
        "messages": {
            str(channel.id): [
                message_for_page(standin, message, names)
                | {"pings_me": _pings(standin, message, person), "reply_to": _replied_to(world, message, person)}
                for message in person.reads(channel.id)
                if message.type != _THREAD_STARTER
            ]
            for channel in visible
        },
        "commands": {command["id"]: command for offer in offers.values() for command in offer},
        "offered": {place: [command["id"] for command in offer] for place, offer in offers.items()},
        "unknown_calls": [{"method": call.method, "path": call.path} for call in standin.unknown_calls],
        "bot_online": standin.bot_online,
        "bot_can_start": bot_can_start,
        "ahead": world.ahead.total_seconds(),
    }


def names_for(standin: StandIn, person: Person) -> Names:
    """What mentions stand for in this person's eyes."""
    server = standin.world.server
    return Names(
        {user.id: user.name for user in standin.world.users.values()},
        {channel.id: channel.name for channel in server.channels.values() if person.sees(channel.id)},
        {role.id: role.name for role in server.roles.values()},
        {role.id: role.colour for role in server.roles.values() if role.colour},
    )


def message_for_page(standin: StandIn, message: Message, names: Names) -> Json:
    """Discord's JSON of a message, and beside each text its HTML."""
    names = replace(names, everyone=0 in message.pings)
    shape = shapes.message_json(standin.world, message)
    shape |= {"ephemeral": message.private, "thinking": message.is_thinking, "gist": _gist(message.text)}
    shape["html"] = to_html(message.content, names) if message.content else ""
    shape["components"] = for_page(message.components, names, standin.url)
    shape["attachments"] = for_page(shape["attachments"], names, standin.url)
    shape["embeds"] = [_embed(one, names) for one in message.embeds]
    return shape


def _embed(embed: Json, names: Names) -> Json:
    def told(part: Json, *keys: str) -> Json:
        return part | {f"{key}_html": to_html(str(part[key]), names) for key in keys if part.get(key)}

    fields = [told(field, "name", "value") for field in embed.get("fields") or []]
    return told(embed, "title", "description") | {"fields": fields}


def for_page(part: Any, names: Names, url: str) -> Any:
    """A copy of components: texts with their `html`, addresses at the stand-in as paths."""
    if isinstance(part, list):
        return [for_page(one, names, url) for one in part]
    if not isinstance(part, dict):
        return part
    copy = {key: for_page(value, names, url) for key, value in part.items()}
    for key in ("url", "proxy_url"):
        if isinstance(copy.get(key), str):
            copy[key] = copy[key].removeprefix(url) if copy[key].startswith(f"{url}/") else copy[key]
    if copy.get("type") == TEXT:
        copy["html"] = to_html(str(copy["content"]), names)
    return copy


def _replied_to(world: World, message: Message, person: Person) -> Json | None:
    """What stands above a reply: the message that it answers, as far as this person may see it. So for an answer to a button."""
    if message.type == _THREAD_NOTICE:
        return None
    number = (message.reference or {}).get("message_id") or (message.metadata or {}).get("interacted_message_id")
    if number is None:
        return None
    first = world.messages.get(int(number))
    if first is None or first.channel_id != message.channel_id or first.ephemeral_to not in (None, person.user.id):
        return {"id": None}
    return {"id": str(first.id), "author": shapes.user_json(first.author), "gist": _gist(first.text)}


def _pings(standin: StandIn, message: Message, person: Person) -> bool:
    """Whether this message notifies this person: by name, by one of their roles, or with everyone."""
    server = standin.world.servers.get(message.server_id or 0)
    member = None if server is None else server.members.get(person.user.id)
    me = {0, person.user.id, *(member.role_ids if member else ())}
    return message.author.id != person.user.id and not me.isdisjoint(message.pings)


def _roles(standin: StandIn) -> list[Json]:
    server = standin.world.server
    return [{"id": str(role.id), "name": role.name} for role in server.roles.values() if role.id != server.id]


def _members(standin: StandIn) -> list[Json]:
    server = standin.world.server
    return [
        {
            "id": str(member.id), "name": member.name, "username": member.user.username, "bot": member.user.bot,
            "moderator": bool(permissions.on_server(server, member.id) & permissions.MANAGE_GUILD),
            "hue": number % _HUES,
        }
        for number, member in enumerate(sorted(server.members.values(), key=lambda one: one.id))
    ]  # fmt: skip


def _channel(world: World, channel: Channel) -> Json:
    parent = world.channels.get(channel.parent_id or 0)
    tags = channel.tags if parent is None else [tag for tag in parent.tags if tag.id in channel.tag_ids]
    return {
        "id": str(channel.id), "name": channel.name, "type": int(channel.kind), "topic": channel.topic,
        "parent_id": None if channel.parent_id is None else str(channel.parent_id), "locked": channel.locked,
        "archived": channel.archived, "tags": [{"id": str(tag.id), "name": tag.name} for tag in tags],
    }  # fmt: skip


def _gist(text: str) -> str:
    """The beginning, without marks: for a forum's list of posts."""
    plain = re.sub(r"(?m)^-# |[*_~`|#>]+|<[^>]*>|\[([^\]]*)\]\([^)]*\)", r"\1", text)
    words = " ".join(plain.split())
    return words if len(words) <= 140 else f"{words[:139].rstrip()}…"
