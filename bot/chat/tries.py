"""What the library doesn't tell: whether Discord failed at a call before the try that counted.

It tries a call again by itself when Discord answers with an error of its own (500, 502, 504), up to five times, and raises what
came of the last try. But the first may have been carried out, and only its answer lost: then *too many requests* at the second
doesn't mean that nothing is there. And what Discord can't tell from the first (a forum's post has no nonce) would be there twice.

Answers to interactions go another way, so a click doesn't pass through here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient


class Tries:
    """Of the calls that are made meanwhile. ``once``: Discord's own error is raised at the first try."""

    def __init__(self, once: bool) -> None:
        self._once = once
        self.failed = False

    async def note(self, response: aiohttp.ClientResponse) -> None:
        if response.status >= 500:
            self.failed = True
            if self._once:
                raise discord.DiscordServerError(response, None)


@contextmanager
def tries(http: HTTPClient, *, once: bool = False) -> Iterator[Tries]:
    if not isinstance(http.request, partial):
        http.request = partial(_noting, http.request)  # type: ignore[method-assign]
    now = Tries(once)
    token = _now.set(now)
    try:
        yield now
    finally:
        _now.reset(token)


async def _noting(plain: Any, route: discord.http.Route, **more: Any) -> Any:
    """The library hands on to aiohttp what it doesn't know, and aiohttp shows each answer to whoever may raise an error for it."""
    now = _now.get()
    return await plain(route, **more) if now is None else await plain(route, **more, raise_for_status=now.note)


_now: ContextVar[Tries | None] = ContextVar("tries", default=None)
