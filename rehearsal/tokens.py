"""By which token the bot is let in: a short word, or one in Discord's form, since some clients read the bot's id out of it."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from rehearsal.world import World


def long_token(world: World) -> str:
    """The bot's token as Discord writes them: its id, a moment and a secret. It holds as long as the short one does."""
    who = urlsafe_b64encode(str(world.bot.id).encode()).decode().rstrip("=")
    return f"{who}.rehear.{world.token}"


def is_token(world: World, given: object) -> bool:
    return given == world.token or given == long_token(world)
