"""What discord.py remembers of rate limits stays little, and nothing that still counts is forgotten."""

from __future__ import annotations

import asyncio

from discord.http import HTTPClient

from bot.chat.buckets import EVERY, FEW, IDLE, keep_short


async def test_buckets_whose_window_is_over_go_and_the_others_stay() -> None:
    loop = asyncio.get_running_loop()
    began, ahead = loop.time(), 0.0
    http = HTTPClient(loop)
    keep_short(http, lambda: began + ahead)
    http.get_ratelimit("still open").expires = began + 600
    http.get_ratelimit("under way").outgoing = 1
    http.get_ratelimit("waited for")._pending_requests.append(loop.create_future())
    for number in range(FEW + 50):
        http.get_ratelimit(f"over {number}").expires = began + 5
    assert len(http._buckets) == FEW + 53  # all are young
    ahead = IDLE + EVERY
    http.get_ratelimit("young")._last_request = began + ahead
    assert set(http._buckets) <= {"still open", "under way", "waited for", "young"}
    assert {"still open", "under way", "waited for"} <= set(http._buckets)


async def test_they_are_not_walked_through_each_time() -> None:
    loop = asyncio.get_running_loop()
    began, ahead = loop.time(), IDLE + EVERY
    http = HTTPClient(loop)
    keep_short(http, lambda: began + ahead)
    for number in range(FEW):
        http.get_ratelimit(f"{number}")._last_request = began + ahead
    ahead += IDLE
    for number in range(FEW):
        http.get_ratelimit(f"later {number}")._last_request = began + ahead
    before = len(http._buckets)
    assert before <= FEW + 1  # the first of these found all the others idle
    ahead += EVERY / 2
    for number in range(FEW):
        http.get_ratelimit(f"soon after {number}")
    assert len(http._buckets) == before + FEW
