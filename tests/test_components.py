"""What is written for Discord directly is what the library's own items would have written."""

from typing import Any

import discord
from discord import ui

from bot.cards import Button, Card, Choice, Divider, Link, Menu, Picture, Row, Text
from bot.chat.render import to_view
from bot.press import Press

PRESS = Press("quiz", "answer", ("1", "x"), 5)
DEFAULTS = {"disabled": False, "spoiler": False, "default": False, "required": True, "min_values": 1, "max_values": 1}
DEFAULTS |= {"divider": True, "spacing": 1}


def bare(value: Any) -> Any:
    """Without the defaults that the library spells out."""
    if isinstance(value, list):
        return [bare(one) for one in value]
    if isinstance(value, dict):
        return {key: bare(one) for key, one in value.items() if key not in DEFAULTS or one != DEFAULTS[key]}
    return value


async def test_a_card_is_written_as_the_library_writes_it() -> None:
    choices = (Choice("One", "1", "the first"), Choice("Two", "2"))
    buttons = Row(
        (Button("Go", PRESS, "main"), Button("Stay", PRESS), Button("Away", PRESS, "danger"), Link("Out", "https://a.example"))
    )
    parts = (Text("# Hello"), Divider(), Picture("a.png", b"", "a picture"), buttons, Menu(PRESS, choices, "Pick"))
    options = [discord.SelectOption(label="One", value="1", description="the first"), discord.SelectOption(label="Two", value="2")]
    styles = discord.ButtonStyle
    select: ui.Select[Any] = ui.Select(custom_id=PRESS.write(), placeholder="Pick", options=options)
    theirs: ui.LayoutView = ui.LayoutView()
    theirs.add_item(
        ui.Container(
            ui.TextDisplay("# Hello"),
            ui.Separator(),
            ui.MediaGallery(discord.MediaGalleryItem("attachment://a.png", description="a picture")),
            ui.ActionRow(
                ui.Button(label="Go", custom_id=PRESS.write(), style=styles.primary),
                ui.Button(label="Stay", custom_id=PRESS.write(), style=styles.secondary),
                ui.Button(label="Away", custom_id=PRESS.write(), style=styles.danger),
                ui.Button(label="Out", url="https://a.example"),
            ),
            ui.ActionRow(select),
            accent_colour=0xB3372F,
        )
    )
    ours = to_view(Card(parts, tone="warm"))
    assert ours.to_components() == bare(theirs.to_components())  # type: ignore[no-untyped-call]
    assert ours.has_components_v2()
    assert ours.is_finished()
    assert not ours.is_dispatchable()
