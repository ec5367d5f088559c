"""Sends the garbage collector to sleep while everything is loaded. ``bot/main.py`` imports it before all else, and wakes it then.

Until then it would look through the same modules again and again and find nothing to throw away: a fifth of each start.
And it asks for one heap instead of one for each thread: the database's two would keep a MiB for themselves, and hardly ever need
memory at the same moment.
"""

from __future__ import annotations

import ctypes  # the library has loaded it, too
import gc
from contextlib import suppress

ARENAS = -8
"""M_ARENA_MAX in glibc's malloc.h."""

gc.disable()
with suppress(AttributeError, OSError, TypeError):  # only glibc has it
    ctypes.CDLL(None).mallopt(ARENAS, 1)

SELDOM = (10_000, 4, 2)
"""When the garbage collector looks at the young and the middle-aged: so seldom that most of what a click made has gone by itself.
All are looked at as often as Python does by default, after 80,000 new objects, so that no more garbage waits."""


def settle() -> None:
    """Content, library and servers stay until the end: the garbage collector need not walk them at every turn. A new session of
    Discord's brings new servers; unfrozen first, the old ones can go."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    give_back()


def give_back() -> None:
    """What only the start needed goes back to the system: 2 MiB of 60, more with many servers. Only glibc has to be told."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
