"""The receipt of an erasure: what, how many rows, which day. Not who."""

from __future__ import annotations

from datetime import datetime

from bot.kept import AFTERWARDS, KEPT
from bot.storage import Erased


def receipt(erased: Erased, at: datetime) -> str:
    """One paragraph; ``at`` gives the day, in UTC."""
    return f"**Erased on {at.date().isoformat()}:** {counted(erased)}. Nothing about you is kept in this group now."


def afterwards() -> tuple[str, ...]:
    """What stays for a while, so that the erasure holds: a paragraph each."""
    return tuple(f"-# {kept.title}: {kept.in_words} {kept.long[:1].upper()}{kept.long[1:]}." for kept in AFTERWARDS)


def counted(erased: Erased) -> str:
    return ", ".join(kept.count(getattr(erased, kept.table)) for kept in KEPT)
