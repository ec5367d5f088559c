"""Card → Discord's Components V2, Form → modal. One message is one container; nothing is remembered about it."""

from __future__ import annotations

import io
from typing import Any

import discord
from discord import ui
from msgspec.structs import replace

from bot.cards import (
    Card,
    ChannelField,
    ChannelKind,
    Choice,
    ChoiceField,
    Download,
    Drawing,
    Field,
    Form,
    Part,
    Picture,
    RoleField,
    TextField,
)
from bot.chat.components import MOST_TEXT, Written, components_of, text_of
from bot.easel import Easel
from bot.upload import FileField

__all__ = ["MOST_TEXT", "channel_types", "drawn", "kind_of_type", "to_files", "to_modal", "to_view"]

_CHANNEL_TYPES: dict[ChannelKind, discord.ChannelType] = {
    "text": discord.ChannelType.text,
    "announcement": discord.ChannelType.news,
    "forum": discord.ChannelType.forum,
}


def to_view(card: Card, ping: int | None = None) -> ui.LayoutView:
    """The card as a view that the library need not remember: it is stopped before it is sent. The role ``ping`` stands above it."""
    above = [] if ping is None else [text_of(f"<@&{ping}>")]
    return Written(above + components_of(card))


async def drawn(card: Card, easel: Easel | None) -> Card:
    """The card with its drawings as pictures; without those that could not be made."""
    if easel is None or not any(isinstance(part, Drawing) for part in card.parts):
        return card
    parts: list[Part] = []
    for part in card.parts:
        if isinstance(part, Drawing):
            data = await easel.png(part.svg)
            parts += [Picture(part.name, data, part.alt)] if data else []
        else:
            parts.append(part)
    return replace(card, parts=tuple(parts))


def to_files(card: Card) -> list[discord.File]:
    """The pictures and downloads of a card, to be sent along with it."""
    return [
        discord.File(io.BytesIO(part.data), part.name, description=part.alt if isinstance(part, Picture) else None)
        for part in card.parts
        if isinstance(part, Picture | Download)
    ]


def to_modal(form: Form) -> ui.Modal:
    modal = ui.Modal(title=form.title[:45], custom_id=form.press.write(), timeout=None)
    if form.opening:
        modal.add_item(ui.TextDisplay(form.opening.markdown))
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
        case ChoiceField():
            return _choices(field)
        case FileField():
            return ui.FileUpload(custom_id=field.name, required=field.required, min_values=int(field.required), max_values=1)
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


MOST_IN_A_GROUP = 10
"""Discord's limit for a group of radio buttons or checkboxes; a longer list becomes a menu, and so does a lone radio button."""


def _choices(field: ChoiceField) -> ui.Item[Any]:
    required = field.required
    if len(field.choices) > MOST_IN_A_GROUP or (len(field.choices) == 1 and not field.several):
        options = [_option(discord.SelectOption, one, field) for one in field.choices]
        most = len(options) if field.several else 1
        return ui.Select(custom_id=field.name, options=options, required=required, min_values=int(required), max_values=most)
    if field.several:
        boxes = [_option(discord.CheckboxGroupOption, one, field) for one in field.choices]
        return ui.CheckboxGroup(
            custom_id=field.name, options=boxes, required=required, min_values=int(required), max_values=len(boxes)
        )
    return ui.RadioGroup(
        custom_id=field.name, options=[_option(discord.RadioGroupOption, one, field) for one in field.choices], required=required
    )


def _option(kind: Any, choice: Choice, field: ChoiceField) -> Any:
    return kind(
        label=choice.label[:100],
        value=choice.value,
        description=choice.description[:100] or None,
        default=choice.value in field.values,
    )
