"""How often Discord lets a bot call: fifty times a second over all, and some routes less often for each channel.

Counts by the machine's own monotonic time, whatever the world's clock says. Windows are fixed, as Discord's are; a call
that is refused doesn't count. What Discord answers beyond a limit is made here, in the form that discord.py waits for.

Only the routes in `PER_CHANNEL` have limits of their own. Discord publishes none of them: these are the ones that its
headers have told for years. For all other routes the headers say that there is plenty.
"""

from __future__ import annotations

import math
import time
import zlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rehearsal.things import Json

CALLS_PER_SECOND = 50
REFUSALS, REFUSALS_IN = 10_000, 600.0
"""So many answers of 401, 403 or 429 in so many seconds, and the address is barred."""
PER_CHANNEL: Mapping[tuple[str, str], tuple[int, float]] = {
    ("POST", "/channels/{}/messages"): (5, 5.0),
    ("PATCH", "/channels/{}/messages/{}"): (5, 5.0),
}
"""Method and pattern of a route -> how many calls in how many seconds, for each channel by itself."""


@dataclass(slots=True)
class Counts:
    """What became of the bot's calls. `accepted`: of those that count against its fifty a second, the ones within the limits,
    whatever they were answered then; `limited`: answered 429; `refused`: answered 401, 403 or 429, of which Discord takes
    10,000 in ten minutes before it bars the address."""

    accepted: int = 0
    limited: int = 0
    refused: int = 0

    def answered(self, status: int) -> None:
        self.limited += status == 429
        self.refused += status in (401, 403, 429)


class Limited(NamedTuple):
    """The answer to a call beyond a limit."""

    body: Json
    headers: dict[str, str]


class RateLimits:
    """`calls_per_second` None: no limit over all. `per_channel` False: none for a channel. Memory holds the latest few
    seconds only, and the times of the latest 10,000 refusals."""

    def __init__(
        self, *, calls_per_second: int | None = CALLS_PER_SECOND, per_channel: bool = True,
        now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.calls_per_second = calls_per_second
        self.per_channel = per_channel
        self.counts = Counts()
        self._now = now
        self._second, self._in_second = 0, 0
        self._refusals: deque[float] = deque(maxlen=REFUSALS)
        # a route -> its channels in the order in which their windows began: (end of the window, calls in it)
        self._windows: dict[tuple[str, str], dict[str, tuple[float, int]]] = {route: {} for route in PER_CHANNEL}

    def __len__(self) -> int:
        """How many channels' windows are remembered."""
        return sum(len(windows) for windows in self._windows.values())

    def answered(self, status: int) -> None:
        """Note what a call was answered."""
        self.counts.answered(status)
        if status in (401, 403, 429):
            self._refusals.append(self._now())

    def barred_for(self) -> float:
        """Seconds for which nothing is answered any more, since too much was refused; 0 if all is well."""
        if len(self._refusals) < REFUSALS:
            return 0.0
        return max(0.0, self._refusals[0] + REFUSALS_IN - self._now())

    def take(self, method: str, pattern: str, major: str, headers: dict[str, str], *, is_bots: bool) -> Limited | None:
        """Count one call, and add Discord's headers; or the answer of a call too many.

        `major` is the id in the path that limits are counted by; `is_bots` is false for answers to interactions, which
        don't count against the bot's fifty.
        """
        now = self._now()
        if is_bots and self._second != math.floor(now):
            self._second, self._in_second = math.floor(now), 0
        if is_bots and self.calls_per_second is not None and self._in_second >= self.calls_per_second:
            return too_often(headers, self._second + 1 - now, is_global=True)
        wait = self._take_channel(method, pattern, major, headers, now)
        if wait is not None:
            return too_often(headers, wait, is_global=False)
        self._in_second += is_bots
        self.counts.accepted += is_bots
        return None

    def _take_channel(self, method: str, pattern: str, major: str, headers: dict[str, str], now: float) -> float | None:
        """Seconds to wait, if this channel has had its share."""
        route = (method, pattern)
        if not self.per_channel or route not in PER_CHANNEL:
            headers |= _headers(route, limit=1000, left=999, seconds=1.0)
            return None
        limit, length = PER_CHANNEL[route]
        windows = self._windows[route]
        while windows and (oldest := next(iter(windows))) and windows[oldest][0] <= now:
            del windows[oldest]
        end, calls = windows.get(major, (now + length, 0))
        headers |= _headers(route, limit=limit, left=max(0, limit - calls - 1), seconds=end - now)
        if calls >= limit:
            return end - now
        windows[major] = (end, calls + 1)
        return None


def too_often(headers: dict[str, str], wait: float, *, is_global: bool) -> Limited:
    """Discord's 429, to be tried again after `wait` seconds."""
    wait = math.ceil(wait * 1000) / 1000
    beyond = {
        # discord.py takes a 429 without Via for a ban by Cloudflare
        "Via": "1.1 rehearsal", "Retry-After": str(math.ceil(wait)), "X-RateLimit-Scope": "global" if is_global else "user",
    }  # fmt: skip
    if is_global:
        # of the whole bot, not of the route's bucket
        headers = {key: value for key, value in headers.items() if not key.startswith("X-RateLimit-")}
        beyond["X-RateLimit-Global"] = "true"
    body = {"message": "You are being rate limited.", "retry_after": wait, "global": is_global}
    return Limited(body, headers | beyond)


def _headers(route: tuple[str, str], *, limit: int, left: int, seconds: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left), "X-RateLimit-Reset-After": f"{seconds:.3f}",
        "X-RateLimit-Reset": f"{time.time() + seconds:.3f}", "X-RateLimit-Bucket": f"{zlib.crc32(''.join(route).encode()):08x}",
        "Via": "1.1 rehearsal",
    }  # fmt: skip
