"""A screenshot made small: the same PNG with a palette. Text is shades of few colours, so nobody sees the difference.

Written here, since a library for pictures would be a dependency for this alone.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import partial

MOST = 256
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED = 3
_SIZES = {2: 3, _INDEXED: 1, 6: 4}
"""The kinds of pictures -> bytes of a pixel."""


def small(png: bytes) -> bytes:
    """A picture of eight bits a colour, not interlaced, with a palette of at most 256 colours: those that it has most often; each
    other becomes the nearest of them."""
    rows = pixels(png)
    often = Counter(pixel for row in rows for pixel in row)
    palette = [colour for colour, _ in often.most_common(MOST)]
    place = {colour: number for number, colour in enumerate(palette)}
    for colour in often:
        if colour not in place:
            place[colour] = place[min(palette, key=partial(_far, colour))]
    data = b"".join(b"\0" + bytes([place[pixel] for pixel in row]) for row in rows)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, _INDEXED, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(data, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, content) for name, content in parts)


def pixels(png: bytes) -> list[list[bytes]]:
    """Each row of a picture, each pixel as three bytes."""
    width, height, depth, kind, *_ = struct.unpack(">IIBBBBB", next(_chunks(png, b"IHDR")))
    if depth != 8 or kind not in _SIZES:
        raise ValueError("only pictures as a browser makes them")
    rows = list(_rows(zlib.decompress(b"".join(_chunks(png, b"IDAT"))), width, height, _SIZES[kind]))
    if kind != _INDEXED:
        return rows
    palette = next(_chunks(png, b"PLTE"))
    return [[palette[3 * pixel[0] : 3 * pixel[0] + 3] for pixel in row] for row in rows]


def _far(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunks(png: bytes, wanted: bytes) -> Iterator[bytes]:
    at = len(_SIGNATURE)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        if name == wanted:
            yield png[at + 8 : at + 8 + length]
        at += length + 12


def _rows(data: bytes, width: int, height: int, size: int) -> Iterator[list[bytes]]:
    """The pixels of each row, without what the PNG's filters did to them. Alpha is left out: a page is opaque."""
    stride = width * size
    above = bytearray(stride)
    for start in range(0, height * (stride + 1), stride + 1):
        how, row = data[start], bytearray(data[start + 1 : start + 1 + stride])
        for at in range(stride if how else 0):
            left = row[at - size] if at >= size else 0
            corner = above[at - size] if at >= size else 0
            row[at] = (row[at] + _guess(how, left, above[at], corner)) & 255
        yield [bytes(row[at : at + 3]) for at in range(0, stride, size)]
        above = row


def _guess(how: int, left: int, up: int, corner: int) -> int:
    """What the filter took away: see the PNG specification, section 9."""
    if how == 1:
        return left
    if how == 2:
        return up
    if how == 3:
        return (left + up) // 2
    near = left + up - corner
    return min((left, up, corner), key=lambda one: abs(near - one))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
