"""What Discord says of the bot, asked by the token alone: without connecting, so that it works beside a running bot.

For ``python bot.py doctor``. It asks and changes nothing; what the answers are worth is decided there. Whether a channel will do is
judged by the very rules of a running bot (``channels.py``): the few servers that are asked about are put where the client keeps
the servers that it was told of.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.channels import Right
from bot.chat.channels import DiscordChannels
from bot.chat.slash import build, differences
from bot.commands import Command
from bot.log import kind_of

PRIVILEGED = ("presences", "server members", "message content")


class NotAnswered(Exception):
    """Discord did not answer as hoped. Its text is half a sentence that says why, and nothing of the token."""


class TokenRefused(NotAnswered):
    """Discord doesn't know the token."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who the token belongs to."""

    name: str
    privileged: tuple[str, ...]
    """Privileged intents that are switched on for it."""
    endpoint: bool
    """Whether presses go to a web address instead of to the bot."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """How often the bot may connect."""

    left: int
    most: int
    shards: int
    """So many does Discord advise."""


class Inspection:
    """Questions to Discord. Each may raise ``NotAnswered``."""

    def __init__(self, client: discord.Client, clock: _Clock) -> None:
        self._client, self._clock = client, clock
        self._channels = DiscordChannels(client)

    def account(self) -> Account:
        flags, application = self._client.application_flags, self._client.application
        switched_on = (
            flags.gateway_presence or flags.gateway_presence_limited,
            flags.gateway_guild_members or flags.gateway_guild_members_limited,
            flags.gateway_message_content or flags.gateway_message_content_limited,
        )
        found = tuple(name for name, is_on in zip(PRIVILEGED, switched_on, strict=True) if is_on)
        endpoint = application is not None and application.interactions_endpoint_url is not None
        return Account(self._client.user.name if self._client.user else "", found, endpoint)

    @property
    def seconds_ahead(self) -> float | None:
        """By how much this machine's clock is ahead of Discord's, to half a second; ``None`` if Discord sent no time."""
        return self._clock.ahead

    async def sessions(self) -> Sessions:
        shards, _, limits = await _answer(self._client.http.get_bot_gateway())
        return Sessions(limits["remaining"], limits["total"], shards)

    async def commands_that_differ(self, commands: Iterable[Command]) -> tuple[str, ...]:
        """Names of those that Discord doesn't have as this version has them."""
        tree = app_commands.CommandTree(self._client)
        for command in commands:
            if command.typed:
                tree.add_command(build(command, _nobody_serves, _nobody_suggests))
        assert self._client.application_id is not None
        found: tuple[str, ...] = await _answer(differences(tree, self._client.application_id))
        return found

    async def visit(self, server: int) -> bool:
        """Get to know a server. False if the bot is not on it."""
        assert self._client.user is not None
        try:
            guild = await _answer(self._client.fetch_guild(server, with_counts=False))
            channels, me = await asyncio.gather(_answer(guild.fetch_channels()), _answer(guild.fetch_member(self._client.user.id)))
        except NotAnswered as trouble:
            if isinstance(trouble.__cause__, discord.NotFound | discord.Forbidden):
                return False
            raise
        for channel in channels:
            guild._add_channel(channel)
        guild._add_member(me)
        self._client._connection._add_guild(guild)
        return True

    @property
    def channels(self) -> DiscordChannels:
        """The channels of the servers that were visited, by the rules of a running bot."""
        return self._channels

    def lacks(self, channel: int, *rights: Right) -> str | None:
        return self._channels.missing(channel, *rights)


@asynccontextmanager
async def inspecting(token: str, now: Callable[[], datetime]) -> AsyncIterator[Inspection]:
    """Log in, without connecting. Raises ``TokenRefused`` or ``NotAnswered``."""
    clock = _Clock(now)
    client = discord.Client(intents=discord.Intents.none(), max_messages=None, http_trace=clock.trace())
    try:
        await _answer(client.login(token))
        yield Inspection(client, clock)
    finally:
        await client.close()


class _Clock:
    """Compares each answer's ``Date`` with our own time in the middle between question and answer."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.ahead: float | None = None

    def trace(self) -> aiohttp.TraceConfig:
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._asked)
        trace.on_request_end.append(self._answered)
        return trace

    async def _asked(self, session: aiohttp.ClientSession, context: Any, asked: aiohttp.TraceRequestStartParams) -> None:
        context.asked = self._now()

    async def _answered(self, session: aiohttp.ClientSession, context: Any, answered: aiohttp.TraceRequestEndParams) -> None:
        try:
            theirs = parsedate_to_datetime(answered.response.headers["Date"])
        except (KeyError, ValueError):
            return
        ours = context.asked + (self._now() - context.asked) / 2
        # What it sends is cut to whole seconds.
        self.ahead = (ours - theirs).total_seconds() - 0.5


async def _answer(asked: Any) -> Any:
    """What comes of it; what goes wrong as half a sentence. Of what Discord or a library says, nothing is repeated."""
    try:
        return await asked
    except discord.LoginFailure as error:
        raise TokenRefused("Discord does not accept the token") from error
    except discord.HTTPException as error:
        raise NotAnswered(f"Discord answered with status {error.status}, code {error.code}") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise NotAnswered(f"Discord can't be reached ({kind_of(error)})") from error


async def _nobody_serves(*_: Any) -> None:
    """Commands are only compared here."""


async def _nobody_suggests(*_: Any) -> tuple[Any, ...]:
    return ()
