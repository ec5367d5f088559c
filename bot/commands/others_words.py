"""What somebody else wrote, in whole, as it may stand on a card of ours: a reply, a suggestion, a report.

It must not pass for the bot's own words, nor lead or call anybody anywhere: no heading, small print, quotation, link, mention or
code in it means anything, and what is quoted stays quoted to its end. Emphasis and lists stay as they were meant. What is shown can
be read back to the letter, since a waiting card is the only place where such a text is.
"""

from __future__ import annotations

import re

_LIVE = re.compile(r"[\\`<>@\[\]#|]|:(?=//)")
_TAMED = re.compile(r"\\([\\`<>@\[\]#|:])")
_QUOTE = ">>> "
"""Quotes all that follows, whatever its lines begin with."""


def tamed(text: str) -> str:
    """The same text, for a part of a card that is ours otherwise."""
    return _LIVE.sub(r"\\\g<0>", text)


def untamed(shown: str) -> str:
    """The other way round."""
    return _TAMED.sub(r"\1", shown)


def as_quote(text: str) -> str:
    """As a text of its own on a card."""
    return _QUOTE + tamed(text)


def is_quote(shown: str) -> bool:
    """Cards from before show such a text as it was typed."""
    return shown.startswith(_QUOTE)


def from_quote(shown: str) -> str:
    """What somebody wrote, from the text on the card."""
    return untamed(shown.removeprefix(_QUOTE)) if is_quote(shown) else shown
