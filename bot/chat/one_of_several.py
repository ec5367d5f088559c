"""The client of a process that has some of the shards only. Loaded by those alone, so that a bot of one process pays nothing.

What is different: each session begins in its turn among all processes, and none does when Discord allows no more of them today,
since one too many costs the token.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import discord

from bot.chat.client import RedFlask
from bot.chat.not_let_in import NotLetIn
from bot.log import log

Turn = Callable[[int], AbstractAsyncContextManager[None]]
"""Has the turn in a bucket while inside."""
PATIENCE = 40.0
"""Seconds to wait for a turn with an open connection: after sixty without an event the library takes it for dead."""


class OneOfSeveral(RedFlask):
    """``turn``: see ``bot/session_turns.py``."""

    def __init__(self, *args: Any, turn: Turn, **more: Any) -> None:
        super().__init__(*args, **more)
        self.shard_connect_timeout = None  # a turn may take longer than any number of seconds
        self._turn = turn
        self._buckets = 1
        self._have_turn: set[int] = set()

    async def setup_hook(self) -> None:
        """Ask how many sessions may begin at once, and how many are left of today's."""
        try:
            _, _, told = await self.http.get_bot_gateway()
        except discord.GatewayNotFound as error:
            raise NotLetIn("Discord did not say how many sessions may begin: try again later.") from error
        ours = self.shard_ids or []
        left, self._buckets = told["remaining"], max(1, told["max_concurrency"])
        log().info("shards", ours=len(ours), of=self.shard_count, starts_left=left, at_once=self._buckets)
        if left < len(ours):
            again = datetime.now(UTC) + timedelta(milliseconds=told["reset_after"])
            raise NotLetIn(
                f"Discord lets this bot begin {left} more sessions today, and this process needs {len(ours)}: "
                f"start it again after {again:%Y-%m-%d %H:%M} UTC."
            )
        await super().setup_hook()

    async def launch_shard(self, gateway: Any, shard_id: int, *, initial: bool = False) -> None:
        """The turn is waited for before there is a connection, so that it may take as long as it takes."""
        if shard_id in self._have_turn:  # the library tries again by itself
            return await super().launch_shard(gateway, shard_id, initial=initial)
        async with self._turn(shard_id % self._buckets):
            self._have_turn.add(shard_id)
            try:
                return await super().launch_shard(gateway, shard_id, initial=initial)
            finally:
                self._have_turn.discard(shard_id)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """In the place of the library's pause, which knows of this process only. A session that was lost begins anew here."""
        if shard_id is None or shard_id in self._have_turn:
            return
        async with asyncio.timeout(PATIENCE):  # then the library connects anew, and it is tried again
            async with self._turn(shard_id % self._buckets):
                pass
