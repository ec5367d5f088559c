"""Interaction → Visit. Here a user id becomes a ``Person``; nothing behind this line can get it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import discord

from bot.cards import Channel, Given, Place, Visit
from bot.chat.render import kind_of_type
from bot.group import Rights
from bot.learner_key import Secret, Someone
from bot.press import Press

FILE_UPLOAD = discord.ComponentType.file_upload.value


def visit_of(
    interaction: discord.Interaction[Any],
    secret: Secret,
    press: Press,
    given: Mapping[str, Given] | None = None,
    card: discord.Message | None = None,
) -> Visit:
    """The visit that an interaction is. ``card``: the bot's own card that was used, if the step wants to read it."""
    user = interaction.user
    roles = frozenset(role.id for role in user.roles) if isinstance(user, discord.Member) else frozenset()
    return Visit(
        person=Someone(secret, user.id),
        place=Place(interaction.guild_id, interaction.channel_id, getattr(interaction.channel, "parent_id", None)),
        rights=Rights(interaction.permissions.manage_guild and interaction.guild_id is not None, roles),
        press=press,
        at=interaction.created_at,
        language=str(interaction.locale),
        given=given or {},
        on_card=texts_on(card),
        on_message=card.id if card else None,
    )


def given_option(value: object) -> Given | None:
    """What one option of a typed command brought, in our words."""
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, discord.Role):
        return value.id
    if isinstance(value, (discord.app_commands.AppCommandChannel, discord.app_commands.AppCommandThread)):
        return Channel(value.id, kind_of_type(value.type), value.name)
    return None


def picked(data: Mapping[str, Any]) -> dict[str, Given]:
    """What was picked from a menu."""
    values = data.get("values") or []
    return {"picked": str(values[0])} if values else {}


def filled_in(data: Mapping[str, Any]) -> dict[str, Given]:
    """The fields of a form. Those left empty are absent, and so are files: ``uploads.py`` fetches them."""
    channels: Mapping[str, Any] = data.get("resolved", {}).get("channels", {})
    roles: Mapping[str, Any] = data.get("resolved", {}).get("roles", {})
    given: dict[str, Given] = {}
    for field in fields_of(data.get("components", [])):
        name, values = field["custom_id"], field.get("values")
        if field.get("type") == FILE_UPLOAD:
            continue
        if values is None:
            if field.get("value"):  # a text, or the one choice of a radio group
                given[name] = str(field["value"])
        elif values and values[0] in channels:
            channel = channels[values[0]]
            kind = kind_of_type(discord.enums.try_enum(discord.ChannelType, channel["type"]))
            given[name] = Channel(int(values[0]), kind, channel.get("name", ""))
        elif values and values[0] in roles:
            given[name] = int(values[0])
        elif values:
            given[name] = tuple(str(one) for one in values) if len(values) > 1 else str(values[0])
    return given


def texts_on(message: discord.Message | None) -> tuple[str, ...]:
    """The texts of the bot's own card, part by part. A message of anyone else gives none."""
    if message is None or not message.flags.components_v2:
        return ()
    return tuple(
        part.content
        for part in _all_parts(message.components)
        if isinstance(part, discord.TextDisplay) and isinstance(part.content, str)
    )


def fields_of(components: list[Any]) -> Iterator[Mapping[str, Any]]:
    """The fields of a form that was sent, whatever they stand in."""
    for one in components:
        if "component" in one:  # a label with its field
            yield one["component"]
        else:  # a row of fields, or a text between them
            yield from (field for field in one.get("components", []) if "custom_id" in field)


def _all_parts(components: Any) -> Iterator[Any]:
    for one in components:
        yield one
        yield from _all_parts(getattr(one, "children", ()))
