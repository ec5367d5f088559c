"""Card → Discord's Components V2, Form → modal. One message is one container; nothing is remembered about it."""

from __future__ import annotations

import io
from typing import Any

import discord
from discord import ui

from bot.cards import (
    Button,
    Card,
    ChannelField,
    ChannelKind,
    Divider,
    Field,
    Form,
    Link,
    Menu,
    Part,
    Picture,
    RoleField,
    Row,
    Text,
    TextField,
)

MOST_TEXT = 4000
"""Discord's limit for all text of a message together, in characters."""

_COLOURS = {"plain": 0x8A817C, "warm": 0xB3372F, "good": 0x2F6F73, "look": 0xC98A1B, "trouble": 0x6B2737}
_STYLES = {
    "main": discord.ButtonStyle.primary,
    "plain": discord.ButtonStyle.secondary,
    "danger": discord.ButtonStyle.danger,
}
_CHANNEL_TYPES: dict[ChannelKind, discord.ChannelType] = {
    "text": discord.ChannelType.text,
    "announcement": discord.ChannelType.news,
    "forum": discord.ChannelType.forum,
}


def to_view(card: Card) -> ui.LayoutView:
    """The card as a view that the library need not remember: it is stopped before it is sent."""
    view = ui.LayoutView(timeout=None)
    room = MOST_TEXT
    items: list[ui.Item[Any]] = []
    for part in card.parts:
        if isinstance(part, Text):
            # A card that is too long is a bug of ours; the reader gets most of it rather than an error.
            text = part.markdown if len(part.markdown) <= room else part.markdown[: max(room - 1, 0)] + "…"
            room -= len(text)
            if text and room >= 0:
                items.append(ui.TextDisplay(text))
        else:
            items.append(_item(part))
    view.add_item(ui.Container(*items, accent_colour=_COLOURS[card.tone]))
    view.stop()
    return view


def to_files(card: Card) -> list[discord.File]:
    """The pictures of a card, to be sent along with it."""
    return [
        discord.File(io.BytesIO(part.data), part.name, description=part.alt) for part in card.parts if isinstance(part, Picture)
    ]


def to_modal(form: Form) -> ui.Modal:
    modal = ui.Modal(title=form.title[:45], custom_id=form.press.write(), timeout=None)
    for one in form.fields:
        modal.add_item(ui.Label(text=one.label[:45], description=one.help[:100] or None, component=_field(one)))
    modal.stop()  # not remembered: what comes back says in its custom_id where it belongs
    return modal


def channel_types(kinds: tuple[ChannelKind, ...]) -> list[discord.ChannelType]:
    """Discord's types for our kinds of channels."""
    return [_CHANNEL_TYPES[kind] for kind in kinds if kind in _CHANNEL_TYPES]


def kind_of_type(channel_type: object) -> ChannelKind:
    """Our kind for Discord's type of a channel."""
    return next((kind for kind, one in _CHANNEL_TYPES.items() if one is channel_type), "other")


def _item(part: Part) -> ui.Item[Any]:
    match part:
        case Divider():
            return ui.Separator()
        case Picture():
            return ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{part.name}", description=part.alt))
        case Row():
            return ui.ActionRow(*(_control(control) for control in part.controls))
        case Menu():
            options = [
                discord.SelectOption(label=one.label[:100], value=one.value, description=one.description[:100] or None)
                for one in part.choices
            ]
            select: ui.Select[Any] = ui.Select(custom_id=part.press.write(), placeholder=part.hint[:150], options=options)
            return ui.ActionRow(select)
        case Text():
            return ui.TextDisplay(part.markdown)


def _control(control: Button | Link) -> ui.Button[Any]:
    if isinstance(control, Link):
        return ui.Button(label=control.label[:80], url=control.url)
    return ui.Button(label=control.label[:80], custom_id=control.press.write(), style=_STYLES[control.tone])


def _field(field: Field) -> ui.Item[Any]:
    match field:
        case TextField():
            return ui.TextInput(
                custom_id=field.name,
                style=discord.TextStyle.paragraph if field.long else discord.TextStyle.short,
                default=field.value or None,
                placeholder=field.hint[:100] or None,
                required=field.required,
                max_length=field.longest,
            )
        case ChannelField():
            channels = [discord.Object(field.value)] if field.value else []
            return ui.ChannelSelect(
                custom_id=field.name,
                channel_types=channel_types(field.kinds),
                default_values=[discord.SelectDefaultValue.from_channel(one) for one in channels],
                required=field.required,
                min_values=1 if field.required else 0,
            )
        case RoleField():
            roles = [discord.Object(field.value)] if field.value else []
            return ui.RoleSelect(
                custom_id=field.name,
                default_values=[discord.SelectDefaultValue.from_role(one) for one in roles],
                required=field.required,
                min_values=1 if field.required else 0,
            )
