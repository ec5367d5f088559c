"""Why Discord doesn't let the bot in, or not any more, as a sentence with the remedy."""

from __future__ import annotations

AUTHENTICATION_FAILED, INVALID_SHARD, SHARDING_REQUIRED, INVALID_INTENTS = 4004, 4010, 4011, 4013
"""With these the gateway closes for good, besides that for privileged intents (4014)."""
NO_SUCH_TOKEN = "Discord does not accept the token: reset it on the developer page and put the new one into .env."
INTENTS = "Discord refused the connection over intents, though none is privileged: please report this."


class NotLetIn(Exception):
    """Discord can't be reached, or won't have us. Its text is one sentence with what to do."""


class TurnedAway(NotLetIn):
    """Discord won't have us before somebody has put something right; to ask again would only make it worse."""


def turned_away(code: int) -> TurnedAway:
    if code == AUTHENTICATION_FAILED:
        return TurnedAway(NO_SUCH_TOKEN)
    if code in (INVALID_SHARD, SHARDING_REQUIRED):
        return TurnedAway(f"Discord does not take these shards (code {code}): look at SHARD_COUNT and SHARD_IDS; empty is best.")
    return TurnedAway(
        INTENTS if code == INVALID_INTENTS else f"Discord closed the connection for good (code {code}): please report it."
    )
