"""A file that somebody hands over in a form: the field that asks for it, and what came.

Only what fits is ever fetched, and only from Discord itself (``bot/chat/uploads.py``). What is in a file is nobody's business here.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_BYTES = 256 * 1024
"""A larger file is not fetched at all."""


@dataclass(frozen=True, slots=True)
class FileField:
    name: str
    label: str
    help: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class File:
    """What came. With ``trouble``, one sentence why it could not be had, ``data`` is empty."""

    name: str
    data: bytes = b""
    trouble: str | None = None
