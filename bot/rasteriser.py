"""SVG in, PNG out: the process of its own in which pictures are rasterised, since that would hold up everybody else in the bot's.

It is started by ``bot/easel.py`` and imports nothing of ours, so that it is small. Each request and each answer is a length in four
bytes and that many bytes; an answer of no bytes says that this picture can't be made. It ends when its input does.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

FONTS = Path(__file__).resolve().parent / "fonts"
LATIN = 0x250
"""The bundled font knows the letters below this; for a picture with others the system's fonts are asked, too."""


def rasterised(svg: str) -> bytes:
    """The picture as a PNG; empty if that can't be."""
    import resvg_py

    only_latin = all(ord(letter) < LATIN or letter in "–—‘’“”…·" for letter in svg)
    files = [str(file) for file in sorted(FONTS.glob("*.ttf"))]
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=only_latin, font_files=files))
    except Exception:  # whatever is wrong with a picture, the next one is not
        return b""


def serve() -> None:
    """Until the input ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(4)) == 4:
        png = rasterised(source.read(struct.unpack(">I", head)[0]).decode())
        sink.write(struct.pack(">I", len(png)) + png)
        sink.flush()


if __name__ == "__main__":
    serve()
