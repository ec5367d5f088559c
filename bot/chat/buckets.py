"""discord.py's memory of rate limits, kept short.

The library keeps a bucket for each route and channel that it called, for five minutes; and from 256 on it walks through all of
them whenever it makes another. While thousands of postings went out, each to a channel of its own, that came to 10 ms of
processor time for each of them, and learners waited nine times as long. A bucket whose window is over says nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable

from discord.http import HTTPClient

FEW = 256
"""Buckets that don't matter."""
EVERY = 5.0
"""Seconds between two walks."""
IDLE = 10.0
"""Seconds without a call after which a bucket may go."""


def keep_short(http: HTTPClient, clock: Callable[[], float]) -> None:
    """Put our tidying in the place of the library's. Both names are private; the library is pinned narrowly.

    ``clock`` is the event loop's, in seconds."""
    latest = 0.0

    def tidy() -> None:
        nonlocal latest
        now = clock()
        if len(http._buckets) < FEW or now < latest + EVERY:
            return
        latest = now
        for key, bucket in list(http._buckets.items()):
            is_in_use = bucket.outgoing or bucket._pending_requests or now < bucket._last_request + IDLE
            if not is_in_use and (bucket.expires is None or bucket.expires < now):
                del http._buckets[key]

    http._try_clear_expired_ratelimits = tidy  # type: ignore[method-assign]
