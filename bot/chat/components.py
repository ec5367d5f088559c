"""Card → the JSON of Discord's Components V2, written directly.

The library's own items (``ui.Container``, ``ui.TextDisplay`` …) are made to be remembered and called back, which no card of ours
is: each knows its view and its parent, and a card of them leaves a dozen objects in circles for the garbage collector. At a
hundred clicks at once that was a tenth of a click's processor time. Forms, which are rare, are still made of them.
"""

from __future__ import annotations

from typing import Any

from discord import ComponentType, ui

from bot.cards import Button, Card, Divider, Download, Drawing, Link, Menu, Picture, Row, Text

MOST_TEXT = 4000
"""Discord's limit for all text of a message together, in characters."""

_COLOURS = {"plain": 0x8A817C, "warm": 0xB3372F, "good": 0x2F6F73, "look": 0xC98A1B, "trouble": 0x6B2737}
_STYLES = {"main": 1, "plain": 2, "danger": 4}
_LINK = 5
# As plain numbers, since an enum's value is asked for at every click.
_TEXT, _LINE, _PICTURES = ComponentType.text_display.value, ComponentType.separator.value, ComponentType.media_gallery.value
_ROW, _BUTTON, _MENU = ComponentType.action_row.value, ComponentType.button.value, ComponentType.select.value
_CONTAINER, _FILE = ComponentType.container.value, ComponentType.file.value

Json = dict[str, Any]


class Written(ui.LayoutView):
    """A view for sending only: the library asks a view for its components, and need not remember it."""

    def __init__(self, components: list[Json]) -> None:
        super().__init__(timeout=None)
        self._components = components
        self.stop()

    def to_components(self) -> list[Json]:
        return self._components

    def has_components_v2(self) -> bool:
        return True


def components_of(card: Card) -> list[Json]:
    """The card as one container."""
    room = MOST_TEXT
    inside: list[Json] = []
    for part in card.parts:
        if isinstance(part, Text):
            # A card that is too long is a bug of ours; the reader gets most of it rather than an error.
            text = part.markdown if len(part.markdown) <= room else part.markdown[: max(room - 1, 0)] + "…"
            room -= len(text)
            if text and room >= 0:
                inside.append(text_of(text))
        elif not isinstance(part, Drawing):  # not drawn: the same stands in words beside it
            inside.append(_component(part))
    return [{"type": _CONTAINER, "accent_color": _COLOURS[card.tone], "components": inside}]


def text_of(markdown: str) -> Json:
    return {"type": _TEXT, "content": markdown}


def _component(part: Text | Divider | Picture | Download | Row | Menu) -> Json:
    match part:
        case Row():
            return {"type": _ROW, "components": [_control(control) for control in part.controls]}
        case Menu():
            options = [
                {"label": one.label[:100], "value": one.value} | _if_any("description", one.description[:100])
                for one in part.choices
            ]
            menu = {"type": _MENU, "custom_id": part.press.write(), "options": options}
            return {"type": _ROW, "components": [menu | _if_any("placeholder", part.hint[:150])]}
        case Divider():
            return {"type": _LINE}
        case Picture():
            picture = {"media": {"url": f"attachment://{part.name}"}} | _if_any("description", part.alt)
            return {"type": _PICTURES, "items": [picture]}
        case Download():
            return {"type": _FILE, "file": {"url": f"attachment://{part.name}"}}
        case Text():
            return text_of(part.markdown)


def _control(control: Button | Link) -> Json:
    if isinstance(control, Link):
        return {"type": _BUTTON, "style": _LINK, "label": control.label[:80], "url": control.url}
    return {"type": _BUTTON, "style": _STYLES[control.tone], "label": control.label[:80], "custom_id": control.press.write()}


def _if_any(word: str, text: str) -> Json:
    return {word: text} if text else {}
