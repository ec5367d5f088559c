"""From the body of a request to a message: its components numbered, its pictures kept, its pings counted.

The body has passed limits.py before it comes here.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from rehearsal import components as parts
from rehearsal import permissions, shapes
from rehearsal.things import COMPONENTS_V2, EPHEMERAL, InteractionInfo, Json, Message, Picture
from rehearsal.world import World

_MENTION = re.compile(r"<@(&?)!?(\d{15,20})>|@(everyone|here)")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    content: bytes


Uploads = Mapping[int, Upload]


def compose(
    world: World, channel_id: int, body: Json, files: Uploads, *, message_id: int | None = None,
    extra_flags: int = 0, ephemeral_to: int | None = None, interaction: InteractionInfo | None = None,
    metadata: Json | None = None,
) -> Message:  # fmt: skip
    """The bot's message that this body describes; not yet in the world."""
    channel = world.channels[channel_id]
    nonce = body.get("nonce")
    reference = _reference(channel_id, body.get("message_reference"))
    message = Message(
        message_id or world.new_id(), channel_id, channel.server_id, world.bot, world.clock(),
        flags=(body.get("flags") or 0) & ~EPHEMERAL | extra_flags | (EPHEMERAL if ephemeral_to else 0),
        content=body.get("content") or "", embeds=body.get("embeds") or [], components=body.get("components") or [],
        ephemeral_to=ephemeral_to, interaction=interaction, metadata=metadata,
        type=_kind(interaction, reference),
        nonce=None if nonce is None else str(nonce), reference=reference,
    )  # fmt: skip
    message.attachments = _uploaded(world, message, body, files)
    _finish(world, message)
    if ephemeral_to is None:
        message.pings = _pings(world, message, body.get("allowed_mentions"))
    return message


def _kind(interaction: InteractionInfo | None, reference: Json | None) -> int:
    """An ordinary message (0), a reply (19), or the answer to a command (20). An answer to a control is a reply to its card."""
    if interaction is not None:
        return 20 if interaction.command else 19
    return 19 if reference is not None and reference["type"] == 0 else 0


def _reference(channel_id: int, given: Json | None) -> Json | None:
    """The message that this one answers, as Discord tells of it: ids as text, and always with the channel."""
    if given is None:
        return None
    ids = {key: str(given[key]) for key in ("message_id", "guild_id") if given.get(key) is not None}
    return {"type": given.get("type") or 0, "channel_id": str(given.get("channel_id") or channel_id)} | ids


def revise(world: World, message: Message, body: Json, files: Uploads) -> None:
    """Change a message as this body says: what it doesn't name stays. Nobody is pinged by an edit."""
    new = _uploaded(world, message, body, files)
    if body.get("attachments") is not None:
        staying = {str(entry.get("id")) for entry in body["attachments"]}
        message.attachments = [p for p in message.attachments if str(p.id) in staying]
    message.attachments = [*message.attachments, *new]
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        message.embeds = body["embeds"] or []
    if "components" in body:
        message.components = body["components"] or []
    message.flags |= (body.get("flags") or 0) & COMPONENTS_V2
    _finish(world, message)
    world.message_edited(message)


def names_that_stay(message: Message, body: Json) -> list[str]:
    """The attachments of a message that this edit leaves in place."""
    listed = body.get("attachments")
    if not isinstance(listed, list):
        return [picture.name for picture in message.attachments]
    staying = {str(entry.get("id")) for entry in listed if isinstance(entry, dict)}
    return [picture.name for picture in message.attachments if str(picture.id) in staying]


def _uploaded(world: World, message: Message, body: Json, files: Uploads) -> list[Picture]:
    described = {str(entry.get("id")): entry for entry in body.get("attachments") or []}
    pictures = []
    for index, upload in sorted(files.items()):
        about = described.get(str(index), {})
        name = about.get("filename") or upload.name
        picture_id = world.new_id()
        size = _png_size(upload.content)
        pictures.append(
            Picture(
                picture_id, name, mimetypes.guess_type(name)[0] or "application/octet-stream", upload.content,
                f"{world.base_url}/attachments/{message.channel_id}/{picture_id}/{quote(name)}",
                about.get("description"), *size,
            )
        )  # fmt: skip
    return pictures


def _finish(world: World, message: Message) -> None:
    """Complete the components and put the pictures in where the body only names them."""
    if not message.components:
        return
    parts.complete(message.components)
    by_name = {picture.name: picture for picture in message.attachments}
    by_url = {picture.url: picture for picture in message.attachments}
    for item, alt in parts.media(message.components):
        url = item["url"]
        picture = by_name.get(url.removeprefix("attachment://")) if url.startswith("attachment://") else by_url.get(url)
        if picture is None:
            item |= {"id": str(world.new_id()), "proxy_url": url}
        else:
            picture.alt = alt or picture.alt
            item.update(shapes.media_json(picture))
    for part in parts.walk(message.components):
        picture = by_url.get(part["file"]["url"]) if part["type"] == parts.FILE else None
        if picture is not None:
            part |= {"name": picture.name, "size": len(picture.bytes)}


def _pings(world: World, message: Message, allowed: Json | None) -> frozenset[int]:
    """Whom the message notifies. A role only if it is mentionable; everyone only with that permission."""
    told: set[int] = set()
    loud = bool(world.bot_may(message.channel_id) & permissions.MENTION_EVERYONE)
    server = world.servers.get(message.server_id or 0)
    for is_role, digits, everyone in _MENTION.findall(message.text):
        if everyone:
            if loud and _is_allowed(allowed, "everyone", 0):
                told.add(0)
        elif is_role:
            role = server.roles.get(int(digits)) if server else None
            if role and (role.mentionable or loud) and _is_allowed(allowed, "roles", role.id):
                told.add(role.id)
        elif int(digits) in world.users and _is_allowed(allowed, "users", int(digits)):
            told.add(int(digits))
    return frozenset(told)


def _is_allowed(allowed: Json | None, kind: str, who: int) -> bool:
    if allowed is None:
        return True
    listed: Sequence[object] = allowed.get(kind) or [] if kind != "everyone" else []
    return kind in (allowed.get("parse") or []) or str(who) in {str(i) for i in listed}


def _png_size(content: bytes) -> tuple[int, int] | tuple[None, None]:
    if content[:8] != b"\x89PNG\r\n\x1a\n":
        return None, None
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
