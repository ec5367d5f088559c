"""One group's trouble is not the others': whatever fails in one step of a look is a line in the log, and the look goes on."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from bot.log import frames, kind_of, log
from bot.storage import StorageTrouble

T = TypeVar("T")


async def safely(step: str, doing: Awaitable[T]) -> T | None:
    """What it gives; ``None``, and one line in the log, if it fails."""
    try:
        return await doing
    except Exception as error:
        word = "storage trouble" if isinstance(error, StorageTrouble) else "bug"
        log().error(word, step=step, error=kind_of(error), at=frames(error))
        return None
