"""Compression on the gateway, as a client asks for it: `compress=zlib-stream` or `zstd-stream` in the address, or `compress` in its
identify, by which large events come as packets of their own."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any

Squeeze = Callable[[str], str | bytes]
"""From what is said to what is sent: text as it is, bytes when compressed."""

LARGE = 1024
"""Characters from which on a packet is worth compressing by itself."""


def stream(asked: str | None) -> Squeeze:
    """The compression of a whole connection. A kind that isn't known or isn't installed is none: clients take text, too."""
    if asked == "zlib-stream":
        deflate = zlib.compressobj()
        return lambda text: deflate.compress(text.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if asked == "zstd-stream":
        return _zstd() or plain
    return plain


def plain(text: str) -> str:
    return text


def each(text: str) -> str | bytes:
    """The compression of single packets, for a client that asked for it when it identified."""
    return zlib.compress(text.encode()) if len(text) >= LARGE else text


def _zstd() -> Squeeze | None:
    """With what Python brings from 3.14 on, or with either library for it."""
    for name in ("compression.zstd", "backports.zstd"):
        library: Any = _library(name)
        if library is not None:
            own = library.ZstdCompressor()
            return lambda text: bytes(own.compress(text.encode(), own.FLUSH_BLOCK))
    library = _library("zstandard")
    if library is None:
        return None
    object_ = library.ZstdCompressor().compressobj()
    return lambda text: bytes(object_.compress(text.encode()) + object_.flush(library.COMPRESSOBJ_FLUSH_BLOCK))


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None
