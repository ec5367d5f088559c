"""How an answer goes out: on which card, and what happens when it takes long. Decided here, so that no command thinks about it."""

from __future__ import annotations

from contextlib import suppress

import aiohttp
import discord

from bot.cards import Answer, Card, Form, Text
from bot.chat import callback
from bot.chat.render import to_files, to_modal, to_view
from bot.chat.slash import Interaction

TROUBLE = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError)
"""What may go wrong between the bot and Discord."""


async def hold(interaction: Interaction) -> None:
    with suppress(*TROUBLE):
        changes_its_card = interaction.message is not None and _is_private(interaction)
        await interaction.response.defer(ephemeral=not interaction.context.dm_channel, thinking=not changes_its_card)


async def respond(interaction: Interaction, answer: Answer) -> None:
    """The manners: a press on a private card changes that card, a press on a public one answers privately."""
    if interaction.response.is_done():  # it was held; and Discord takes no form any more
        card = _TOO_LATE_FOR_A_FORM if isinstance(answer, Form) else answer
        if interaction.message is not None and card.to == "this card" and not _is_private(interaction):
            # What was held is a private answer by now, so the public card is changed like any other message.
            await interaction.message.edit(view=to_view(card), attachments=to_files(card))
            await interaction.edit_original_response(view=to_view(_CHANGED))
        elif interaction.message is not None and card.to == "beside" and _is_private(interaction):
            await interaction.followup.send(view=to_view(card), ephemeral=not interaction.context.dm_channel)
        else:
            await interaction.edit_original_response(view=to_view(card), attachments=to_files(card))
    elif isinstance(answer, Form):
        await interaction.response.send_modal(to_modal(answer))
    elif _changes_its_card(interaction, answer):
        if files := to_files(answer):
            await interaction.response.edit_message(view=to_view(answer), attachments=files)
        else:
            await callback.change(interaction, answer)
    else:
        # In a direct message with the bot an answer is an ordinary message, so that a lesson stays.
        private = not interaction.context.dm_channel
        if files := to_files(answer):
            await interaction.response.send_message(view=to_view(answer), files=files, ephemeral=private)
        else:
            await callback.answer(interaction, answer, private=private)


def _changes_its_card(interaction: Interaction, card: Card) -> bool:
    if interaction.message is None or card.to == "beside":
        return False
    return card.to == "this card" or _is_private(interaction)


def _is_private(interaction: Interaction) -> bool:
    """Whether only one person sees the card that was used: a private one, or any in a direct message."""
    return interaction.context.dm_channel or (interaction.message is not None and interaction.message.flags.ephemeral)


_CHANGED = Card((Text("Done: the card has changed."),), tone="good")
OF_ANOTHER_VERSION = Card(
    (Text("I don't know this command in that form: it is from another version of me. Please type it again in a minute."),),
    tone="look",
)
_TOO_LATE_FOR_A_FORM = Card((Text("That took me too long, and now Discord takes no form. Please do it once more."),), tone="look")


def let_go(interaction: Interaction) -> None:
    """Nobody needs it any more. The library's interaction and its response know each other, so that only the garbage collector
    could tell, and had 31 objects to look through for each press: a tenth of what a press costs, and memory until it came."""
    with suppress(AttributeError):  # its response was never looked at, or the library calls it something else by now
        delattr(interaction, "_cs_response")
