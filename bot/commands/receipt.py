"""The receipt of an erasure: what, how many rows, which day. Not who."""

from __future__ import annotations

from datetime import datetime

from bot.kept import KEPT, after_an_erasure
from bot.storage import Erased


def receipt(erased: Erased, at: datetime) -> str:
    """One paragraph; ``at`` gives the day, in UTC."""
    return f"**Erased on {at.date().isoformat()}:** {counted(erased)}. None of it is left in this group.\n-# {after_an_erasure()}"


def counted(erased: Erased) -> str:
    return ", ".join(kept.count(getattr(erased, kept.table)) for kept in KEPT)
