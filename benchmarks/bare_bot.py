"""The floor: a discord.py bot that answers every click with one and the same card, and does nothing else.

It knows no custom_id, no group and no learner, stores nothing, and remembers no view. Its card is built once, from the
components in BARE_CARD, so that it is as large as a card of ours. `--builds-card` builds it anew for each click instead.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

import discord
from discord import ui

from rehearsal.bot_process import point_discord_py_at

TEXT, ROW = 10, 1


def card(components: list[dict[str, Any]]) -> ui.LayoutView:
    """A container of texts and a row of buttons, as in the JSON of a card of ours."""
    [container] = components
    items: list[ui.Item[Any]] = []
    for part in container["components"]:
        if part["type"] == TEXT:
            items.append(ui.TextDisplay(part["content"]))
        elif part["type"] == ROW:
            items.append(ui.ActionRow(*(_button(one) for one in part["components"])))
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*items, accent_colour=container["accent_color"]))
    view.stop()
    return view


def _button(one: dict[str, Any]) -> ui.Button[Any]:
    return ui.Button(label=one["label"], custom_id=one["custom_id"], style=discord.ButtonStyle(one["style"]))


class BareBot(discord.Client):
    def __init__(self, components: list[dict[str, Any]], *, builds_card: bool) -> None:
        super().__init__(intents=discord.Intents(guilds=True), max_messages=None)
        self._components = components
        self._card = None if builds_card else card(components)

    async def on_ready(self) -> None:
        print("ready", flush=True)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(view=self._card or card(self._components))


async def run() -> None:
    async with BareBot(json.loads(os.environ["BARE_CARD"]), builds_card="--builds-card" in sys.argv) as bot:
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    point_discord_py_at(os.environ["REHEARSAL_URL"])
    asyncio.run(run())
