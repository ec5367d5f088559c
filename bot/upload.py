"""A file that somebody hands over in a form: the field that asks for it, and what came.

Only what fits is ever fetched, and only from Discord itself (``bot/chat/uploads.py``). What is in a file is nobody's business here.
"""

from __future__ import annotations

from msgspec import Struct

MOST_BYTES = 256 * 1024
"""A larger file is not fetched at all."""


class FileField(Struct, frozen=True):
    name: str
    label: str
    help: str = ""
    required: bool = True


class File(Struct, frozen=True):
    """What came. With ``trouble``, one sentence why it could not be had, ``data`` is empty."""

    name: str
    data: bytes = b""
    trouble: str | None = None
