"""Why Discord doesn't let the bot in, or not any more, as a sentence with the remedy."""

from __future__ import annotations

import aiohttp
import discord

from bot.log import kind_of

UNAUTHORIZED = 401
AUTHENTICATION_FAILED, INVALID_SHARD, SHARDING_REQUIRED, INVALID_INTENTS = 4004, 4010, 4011, 4013
"""With these the gateway closes for good, besides that for privileged intents (4014)."""
NO_SUCH_TOKEN = "Discord does not accept the token: reset it on the developer page and put the new one into .env."
INTENTS = "Discord refused the connection over intents, though none is privileged: please report this."


class NotLetIn(Exception):
    """Discord can't be reached, or won't have us. Its text is one sentence with what to do."""


class TurnedAway(NotLetIn):
    """Discord won't have us before somebody has put something right; to ask again would only make it worse."""


NOT_LET_IN = (discord.LoginFailure, discord.ConnectionClosed, discord.PrivilegedIntentsRequired, discord.HTTPException,
              discord.RateLimited, aiohttp.ClientConnectionError, OSError)  # fmt: skip


def not_let_in(error: BaseException) -> NotLetIn:
    """What one of `NOT_LET_IN` means."""
    if isinstance(error, discord.LoginFailure) or getattr(error, "status", None) == UNAUTHORIZED:
        return TurnedAway(NO_SUCH_TOKEN)
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return TurnedAway(INTENTS)
    if isinstance(error, discord.ConnectionClosed):
        return _closed(error.code)
    if isinstance(error, discord.RateLimited):
        return NotLetIn(f"Discord wants the bot to wait for {error.retry_after:.0f} seconds: start again after that.")
    if isinstance(error, discord.HTTPException):
        return NotLetIn(f"Discord did not let the bot in (status {error.status}): try again later.")
    return NotLetIn(f"Discord can't be reached ({kind_of(error)}): look at the network, then start again.")


def _closed(code: int) -> TurnedAway:
    if code == AUTHENTICATION_FAILED:
        return TurnedAway(NO_SUCH_TOKEN)
    if code in (INVALID_SHARD, SHARDING_REQUIRED):
        return TurnedAway(f"Discord does not take these shards (code {code}): look at SHARD_COUNT and SHARD_IDS; empty is best.")
    return TurnedAway(
        INTENTS if code == INVALID_INTENTS else f"Discord closed the connection for good (code {code}): please report it."
    )
