"""The client: one event in, one request out.

Buttons, menus and forms are read in one ``on_interaction`` instead of through the library's views: its callbacks only log
exceptions (the learner would get no answer), and it remembers an open form by object, so that one opened before a restart and sent
after it would be lost. A ``Press`` has neither fault, and nothing has to be stored.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import perf_counter, time
from typing import Any, Literal

import discord
from discord import app_commands

from bot.cards import Answer, Card, Choice, Form, Given
from bot.chat.answering import OF_ANOTHER_VERSION, TROUBLE, hold, let_go, respond
from bot.chat.arrivals import filled_in, picked, visit_of
from bot.chat.buckets import keep_short
from bot.chat.channels import PER_SECOND, DiscordChannels
from bot.chat.not_let_in import NO_SUCH_TOKEN, NOT_LET_IN, TurnedAway, not_let_in
from bot.chat.render import drawn
from bot.chat.slash import Interaction, build, register
from bot.chat.uploads import uploaded
from bot.commands import Desk
from bot.easel import Easel
from bot.learner_key import Secret
from bot.log import kind_of, log
from bot.press import NotAPress, Press

TOO_LATE, ANSWERED_BEFORE, UNKNOWN_MESSAGE, INVALID_BODY = 10062, 40060, 10008, 50035
HOLD_AFTER = 2.0
"""Seconds."""
Outcome = Literal["answered", "form", "trouble", "not answered", "too late"]
"""``trouble``: a card that says what went wrong on our side. How somebody did in a quiz is no outcome."""
UNREADABLE = Press("?", "?")
"""Leads to no step, so that the desk answers kindly."""


LONGEST_LIMIT = 30.0
"""Seconds. When Discord wants us to wait for longer than this, nobody is kept waiting: it is a refusal that may pass."""
MOST_DOUBLINGS = 5
"""Of the pause between two tries to connect again: at most 32 seconds. The library's own ten make 17 minutes of it, so that after
an outage of ten the bot was still away for another ten."""


class RedFlask(discord.AutoShardedClient):
    """Discord, seen from the house. ``begin`` hands it the desk; everything else is events."""

    def __init__(
        self,
        secret: Secret,
        easel: Easel,
        *,
        shard_count: int | None = None,
        shard_ids: tuple[int, ...] | None = None,
        per_second: float = PER_SECOND,
    ) -> None:
        intents = discord.Intents.none()
        intents.guilds = True  # channels and rights; no members, no messages, nothing privileged
        # Without voice there is nothing to warn about at every start.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=intents,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_LIMIT,
            shard_count=shard_count,
            shard_ids=list(shard_ids) if shard_ids is not None else None,  # type: ignore[arg-type]  # None is its default
        )
        self.channels = DiscordChannels(self, easel, per_second, self._turn_away)
        self._easel = easel
        self._tree = app_commands.CommandTree(self)
        self._tree.error(self._tree_failed)
        self._secret = secret
        self._registers = shard_ids is None or 0 in shard_ids
        self._was_ready = self._is_turned_away = False
        self._under_way = 0
        """Visits that have come and are not yet answered."""
        self._nobody_waits = asyncio.Event()
        self._turning_away: asyncio.Task[None] | None = None
        self._desk: Desk
        self._when_ready: Callable[[], Awaitable[None]]
        self._when_channel_gone: Callable[[int, int], Awaitable[None]]
        self._when_served: Callable[[str, str, float, float], None]
        self._serving: Callable[[Interaction, Press, dict[str, Given]], Awaitable[object]] = self._answer
        self.gateway_events = {"connected": 0, "resumed": 0, "lost": 0}

    def begin(
        self,
        desk: Desk,
        *,
        when_ready: Callable[[], Awaitable[None]],
        when_channel_gone: Callable[[int, int], Awaitable[None]],
        when_served: Callable[[str, str, float, float], None] | None = None,
    ) -> None:
        """Hand over the desk, and what to do when all servers are known and when a channel (server, id) is deleted. ``when_served``
        hears of each interaction the command, the outcome, and the seconds since it arrived and since Discord made it."""
        self._desk, self._when_ready, self._when_channel_gone = desk, when_ready, when_channel_gone
        if when_served is not None:
            self._when_served, self._serving = when_served, self._serve_timed
        for command in desk.commands.values():
            if command.typed:
                self._tree.add_command(build(command, self._typed, self._suggest))

    async def stay(self, token: str) -> None:
        """Connect, and stay until closed. Raises ``NotLetIn`` when that can't be (any more)."""
        try:
            await self.start(token)
        except NOT_LET_IN as error:
            raise not_let_in(error) from error
        if self._is_turned_away:
            raise TurnedAway(NO_SUCH_TOKEN)

    async def leave(self) -> None:
        """Take nothing more from Discord; done when everybody who had come is answered."""
        for shard in self.shards.values():
            with suppress(*TROUBLE):
                await shard.disconnect()
        if self._under_way:
            self._nobody_waits.clear()
            await self._nobody_waits.wait()

    async def launch_shard(self, gateway: Any, shard_id: int, *, initial: bool = False) -> None:
        await super().launch_shard(gateway, shard_id, initial=initial)
        # Private, but the library has no other way to say so; it is pinned narrowly.
        if (shard := self.get_shard(shard_id)) is not None:
            shard._parent._backoff._max = MOST_DOUBLINGS

    async def setup_hook(self) -> None:
        keep_short(self.http, self.loop.time)
        await self._tell_of_commands()

    async def _tell_of_commands(self) -> None:
        if self._registers and self.application_id is not None:
            written = await register(self._tree, self.application_id)
            log().info("commands", written=written)

    async def on_ready(self) -> None:
        log().info("ready", servers=len(self.guilds))
        await self._guarded(self._when_ready())
        if self._was_ready:  # a new session, and somebody may have deleted commands since the last
            with suppress(*TROUBLE):
                await self._tell_of_commands()
        self._was_ready = True

    async def on_shard_connect(self, shard: int) -> None:
        self.gateway_events["connected"] += 1

    async def on_shard_resumed(self, shard: int) -> None:
        self.gateway_events["resumed"] += 1

    async def on_shard_disconnect(self, shard: int) -> None:
        self.gateway_events["lost"] += 1

    def shards_now(self) -> list[tuple[int, bool, float]]:
        """Of each shard of this process: its number, whether it is connected, and seconds to Discord and back."""
        return [(number, not one.is_closed(), one.latency) for number, one in self.shards.items()]

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._guarded(self._when_channel_gone(channel.guild.id, channel.id))

    async def on_interaction(self, interaction: Interaction) -> None:
        """A button, a menu or a form. Typed commands come through the library's tree, which calls ``_typed``."""
        kinds = discord.InteractionType
        if interaction.type not in (kinds.component, kinds.modal_submit):
            return
        data: Any = interaction.data
        try:
            press = Press.read(data["custom_id"])
        except NotAPress:
            press = UNREADABLE
        try:
            given = picked(data) if interaction.type is kinds.component else filled_in(data)
            await self._serve(interaction, press, given)
        except Exception as error:
            await self._sorry(interaction, press, error)

    async def on_error(self, event: str, /, *_: Any, **__: Any) -> None:
        """A bug in an event. The library would log its arguments' text; we log where it was."""
        error = sys.exc_info()[1]
        log().error("bug", step=f"event.{event}", error=kind_of(error) if error else "unknown")

    async def _typed(self, interaction: Interaction, press: Press, given: dict[str, Given]) -> None:
        try:
            await self._serve(interaction, press, given)
        except Exception as error:
            await self._sorry(interaction, press, error)

    async def _tree_failed(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """A typed command that never got as far as a step. The library would only log it, and nobody would get an answer."""
        if interaction.type is discord.InteractionType.autocomplete:
            return
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            log().warning("unknown command", advice="Discord has commands of another version: python bot.py doctor names them")
            with suppress(*TROUBLE):
                await respond(interaction, OF_ANOTHER_VERSION)
            return
        await self._sorry(interaction, Press("typed", "command"), error)

    async def _sorry(self, interaction: Interaction, press: Press, error: Exception) -> None:
        """Something of ours failed around the steps: the person gets a sentence and a code all the same."""
        with suppress(*TROUBLE):
            await respond(interaction, self._desk.broken(press, error))

    async def _suggest(
        self, interaction: Interaction, press: Press, given: dict[str, Given], option: str, typed: str
    ) -> tuple[Choice, ...]:
        return await self._desk.complete(visit_of(interaction, self._secret, press, given), option, typed)

    def _turn_away(self) -> None:
        """Discord answered that it doesn't know our token: whoever goes on asking is barred before long."""
        if not self._is_turned_away:
            self._is_turned_away = True
            self._turning_away = self.loop.create_task(self.close())

    async def _serve(self, interaction: Interaction, press: Press, given: dict[str, Given]) -> None:
        self._under_way += 1
        try:
            await self._serving(interaction, press, given)
            let_go(interaction)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._nobody_waits.set()

    async def _serve_timed(self, interaction: Interaction, press: Press, given: dict[str, Given]) -> None:
        began = perf_counter()
        outcome = await self._answer(interaction, press, given)
        # What somebody made up must not become a figure of its own.
        command = press.command if press.command in self._desk.commands else "unknown"
        made = ((interaction.id >> 22) + discord.utils.DISCORD_EPOCH) / 1000
        self._when_served(command, outcome, perf_counter() - began, time() - made)

    async def _answer(self, interaction: Interaction, press: Press, given: dict[str, Given]) -> Outcome:
        """Serve it. How that went."""
        step = self._desk.step(press)
        card = interaction.message if step and step.reads_card else None
        # Discord waits three seconds for an answer. If a step needs longer, since Discord or the database is slow, it is told so
        # in time: a request more, but only then, and no command has to think of it.
        holding: list[asyncio.Task[None]] = []
        late = self.loop.call_later(HOLD_AFTER, lambda: holding.append(asyncio.create_task(hold(interaction))))
        try:
            if step and step.takes_file:
                given |= await uploaded(interaction, self.http)
            answer = await self._desk.serve(visit_of(interaction, self._secret, press, given, card))
            if isinstance(answer, Card):
                answer = await drawn(answer, self._easel)
        finally:
            late.cancel()
            for task in holding:
                await task
        bug: Exception
        try:
            await respond(interaction, answer)
            return _outcome(answer)
        except TROUBLE as error:
            code = error.code if isinstance(error, discord.HTTPException) else 0
            if code != INVALID_BODY:
                if code not in (TOO_LATE, ANSWERED_BEFORE, UNKNOWN_MESSAGE):
                    log().warning("not answered", step=f"{press.command}.{press.step}", error=kind_of(error), code=code)
                    return "not answered"
                return "too late"
            bug = error
        except Exception as error:
            bug = error
        # A card that can't be rendered, or that Discord finds too long, is a bug; the person still gets a sentence.
        with suppress(*TROUBLE):
            await respond(interaction, self._desk.broken(press, bug))
        return "trouble"

    async def _guarded(self, doing: Awaitable[None]) -> None:
        try:
            await doing
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._desk.broken(Press("poster", "event"), error)


def _outcome(answer: Answer) -> Outcome:
    if isinstance(answer, Form):
        return "form"
    return "trouble" if answer.tone == "trouble" else "answered"
