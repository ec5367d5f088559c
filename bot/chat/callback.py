"""An answer in one lean request.

The library asks Discord to send back the message that it has just been given (``with_response``), reads it, and makes objects of
it that no step of ours looks at: a sixth of what a click costs. So a card without files, which nearly all are, goes out without
that. The names used here are private; the library is pinned narrowly.
"""

from __future__ import annotations

from typing import Any

import discord
from discord import InteractionResponseType
from discord.http import Route
from discord.webhook.async_ import async_context

from bot.cards import Card
from bot.chat.components import components_of

_V2 = 1 << 15
_PRIVATE = 1 << 6
_NOBODY = discord.AllowedMentions.none().to_dict()


async def change(interaction: discord.Interaction[Any], card: Card) -> None:
    """The card in the place of the one that was pressed; its pictures go, since ``card`` has no files."""
    data = {"flags": _V2, "components": components_of(card), "attachments": [], "allowed_mentions": _NOBODY}
    await _call_back(interaction, InteractionResponseType.message_update, data)


async def answer(interaction: discord.Interaction[Any], card: Card, *, private: bool) -> None:
    """A message of its own."""
    data = {"flags": _V2 | _PRIVATE if private else _V2, "components": components_of(card), "allowed_mentions": _NOBODY}
    await _call_back(interaction, InteractionResponseType.channel_message, data)


async def _call_back(interaction: discord.Interaction[Any], kind: InteractionResponseType, data: dict[str, Any]) -> None:
    """Raises what the library raises."""
    if interaction.response.is_done():
        raise discord.InteractionResponded(interaction)
    http = interaction.client.http
    await async_context.get().request(
        Route("POST", _PATH, webhook_id=interaction.id, webhook_token=interaction.token),
        session=interaction._session,
        proxy=http.proxy,
        proxy_auth=http.proxy_auth,
        payload={"type": kind.value, "data": data},
    )
    interaction.response._response_type = kind


_PATH = "/interactions/{webhook_id}/{webhook_token}/callback"
