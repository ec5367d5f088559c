"""Walking through the components of a message or of a form, as Discord's JSON. Checks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 17, 18, 19, 21, 22, 23

SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})
FIELDS = SELECTS | {TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX}


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component, nested ones included, in reading order."""
    for part in components:
        yield part
        yield from walk(part.get("components") or [])
        for single in ("accessory", "component"):
            if part.get(single):
                yield from walk([part[single]])


def texts(components: list[dict[str, Any]]) -> list[str]:
    return [part["content"] for part in walk(components) if part["type"] == TEXT]


def label_of(button: dict[str, Any]) -> str:
    label = button.get("label") or (button.get("emoji") or {}).get("name") or ""
    return str(label)


def number(components: list[dict[str, Any]]) -> None:
    """Give each component without an `id` the next free one, and write the ids of defaults as text, as Discord does."""
    taken = {part["id"] for part in walk(components) if part.get("id")}
    free = 0
    for part in walk(components):
        if not part.get("id"):
            free += 1
            while free in taken:
                free += 1
            part["id"] = free
        for default in part.get("default_values") or []:
            default["id"] = str(default["id"])  # a browser would round the number


_MEDIA_TOO: dict[str, Any] = {"description": None, "spoiler": False}
_FILLED_IN: dict[int, dict[str, Any]] = {
    CONTAINER: {"accent_color": None, "spoiler": False},
    SEPARATOR: {"spacing": 1, "divider": True},
    THUMBNAIL: _MEDIA_TOO,
    FILE: {"spoiler": False},
    **{select: {"min_values": 1, "max_values": 1} for select in SELECTS},
}


def complete(components: list[dict[str, Any]]) -> None:
    """Make of the components of a request what Discord gives back: ids, defaults, no empty keys."""
    number(components)
    for part in walk(components):
        for key in [key for key, value in part.items() if value is None]:
            del part[key]
        for key, default in _FILLED_IN.get(part["type"], {}).items():
            part.setdefault(key, default)
        if part["type"] in SELECTS:
            part.pop("required", None)
        for item in part.get("items", ()):
            item |= _MEDIA_TOO | item


def media(components: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Every media item that a card shows (its JSON, to be completed in place) with its alt text."""
    for part in walk(components):
        if part["type"] == GALLERY:
            for item in part["items"]:
                yield item["media"], item.get("description")
        elif part["type"] == THUMBNAIL:
            yield part["media"], part.get("description")
        elif part["type"] == FILE:
            yield part["file"], None
