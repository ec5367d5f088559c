"""Speaking elsewhere than in an answer: messages, threads and forum posts. A refusal is a value with a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import aiohttp
import discord
from msgspec.structs import replace

from bot.cards import Card, Channel
from bot.channels import Posted, Refused, Right
from bot.chat.pace import Pace
from bot.chat.render import drawn, kind_of_type, to_files, to_view
from bot.easel import Easel

_RIGHTS: dict[Right, tuple[str, str]] = {
    "view": ("view_channel", "View Channel"),
    "send": ("send_messages", "Send Messages"),
    "send in threads": ("send_messages_in_threads", "Send Messages in Threads"),
    "open threads": ("create_public_threads", "Create Public Threads"),
    "attach": ("attach_files", "Attach Files"),
}
THREAD_EXISTS, TAG_REQUIRED, THREADS_FULL, UNKNOWN_MESSAGE, INVALID_BODY = 160004, 40067, 160006, 10008, 50035
THREAD_ARCHIVED, THREAD_LOCKED = 50083, 160005
PER_SECOND = 50
"""Calls that Discord allows a bot in a second, answers to interactions aside; all its processes together."""
UNAUTHORIZED = 401


class DiscordChannels:
    """``Channels`` (see ``bot/cards.py``) by the channels that the client knows."""

    def __init__(
        self,
        client: discord.Client,
        easel: Easel | None = None,
        per_second: float = PER_SECOND,
        when_unauthorized: Callable[[], None] = lambda: None,
    ) -> None:
        """``per_second``: how many of the calls are this process's. ``when_unauthorized``: Discord doesn't know the token."""
        self._client, self._easel, self._when_unauthorized = client, easel, when_unauthorized
        self._pace = Pace(per_second)

    def channel(self, channel: int) -> Channel | None:
        found = self._client.get_channel(channel)
        if not isinstance(found, discord.abc.GuildChannel | discord.Thread):
            return None
        return Channel(found.id, kind_of_type(found.type), found.name)

    def serves(self, server: int) -> bool:
        guild = self._client.get_guild(server)
        return guild is not None and not guild.unavailable

    def removed_from(self, server: int) -> bool:
        client = self._client
        shards = getattr(client, "shards", {})
        is_ours = (server >> 22) % (client.shard_count or 1) in shards
        return is_ours and client.is_ready() and not client.is_closed() and client.get_guild(server) is None

    def missing(self, channel: int, *rights: Right) -> str | None:
        found = self._client.get_channel(channel)
        if not isinstance(found, discord.abc.GuildChannel):
            return f"I can't see <#{channel}>. Give me View Channel there, or choose another channel."
        granted = found.permissions_for(found.guild.me)
        lacking = [_RIGHTS[right][1] for right in rights if right != "tag" and not getattr(granted, _RIGHTS[right][0])]
        if isinstance(found, discord.ForumChannel) and "Send Messages" in lacking:
            lacking[lacking.index("Send Messages")] = "Create Posts (Send Messages)"
        if not lacking and "tag" in rights and isinstance(found, discord.ForumChannel):
            is_without = found.flags.require_tag and all(tag.moderated for tag in found.available_tags)
            return _needs_tag(channel) if is_without else None
        if not lacking:
            return None
        return f"In <#{channel}> I lack: {', '.join(lacking)}. Give me that in the channel's settings, under Permissions."

    def all_may_view(self, channel: int) -> bool:
        found = self._client.get_channel(channel)
        if not isinstance(found, discord.abc.GuildChannel):
            return False
        return found.permissions_for(found.guild.default_role).view_channel

    def role_pings(self, server: int, role: int) -> bool:
        guild = self._client.get_guild(server)
        found = guild.get_role(role) if guild else None
        return found is not None and (found.mentionable or found.guild.me.guild_permissions.mention_everyone)

    async def post(self, channel: int, card: Card, *, nonce: str, ping: int | None = None) -> Posted | Refused:
        found = self._client.get_channel(channel)
        if not isinstance(found, discord.TextChannel):
            return self._gone(channel)
        return await self._send(found, channel, card, nonce, ping, "view", "send", "attach")

    async def post_in_thread(self, thread: int, card: Card, *, nonce: str) -> Posted | Refused:
        # An archived thread isn't among those that the client knows; speaking in it opens it again.
        return await self._send(self._client.get_partial_messageable(thread), thread, card, nonce, None)

    async def post_in_forum(
        self, forum: int, title: str, card: Card, *, tag: str | None = None, archive_after: int = 1440, ping: int | None = None
    ) -> Posted | Refused:
        found = self._client.get_channel(forum)
        if not isinstance(found, discord.ForumChannel):
            return self._gone(forum)
        card = await drawn(card, self._easel)
        options: Any = {
            "name": title[:100],
            "applied_tags": _tags(found, tag),
            "auto_archive_duration": archive_after,
            "allowed_mentions": _mentions(ping),
        }
        from bot.chat.tries import tries

        try:
            try:
                async with self._pace:
                    with tries(self._client.http, once=True):  # a second try of the library's would make a second post
                        made = await found.create_thread(view=to_view(card, ping), files=to_files(card), **options)
            except discord.HTTPException as error:
                if error.status != 400 or error.code != INVALID_BODY:
                    raise
                # Discord's documentation doesn't promise that a forum post may begin with a card: then the card comes second.
                async with self._pace:
                    made = await found.create_thread(content=title[:100], **options)
                async with self._pace:
                    await made.thread.send(view=to_view(card, ping), files=to_files(card), allowed_mentions=_mentions(ping))
        except _TROUBLE as error:
            return self._refusal(forum, error, "view", "send", "send in threads", "attach")
        return Posted(made.message.id, made.thread.id)

    async def open_thread(self, channel: int, message: int, title: str, *, archive_after: int = 1440) -> int | Refused:
        found = self._client.get_channel(channel)
        if not isinstance(found, discord.TextChannel):
            return self._gone(channel)
        opened: Any = found.get_partial_message(message)
        try:
            async with self._pace:
                return int((await opened.create_thread(name=title[:100], auto_archive_duration=archive_after)).id)
        except discord.HTTPException as error:
            if error.code == THREAD_EXISTS:
                return message  # a thread has the id of the message that it hangs on
            return self._refusal(channel, error, "open threads", "send in threads")
        except _TROUBLE as error:
            return self._refusal(channel, error)

    async def edit(self, channel: int, message: int, card: Card) -> Posted | Refused:
        ours = self._client.get_partial_messageable(channel).get_partial_message(message)
        card = await drawn(card, self._easel)
        try:
            async with self._pace:
                await ours.edit(view=to_view(card), attachments=to_files(card))
        except _TROUBLE as error:
            return self._refusal(channel, error, "view")
        return Posted(message)

    async def find_in_forum(self, forum: int, title: str, since: datetime) -> Posted | Refused | None:
        found = self._client.get_channel(forum)
        if not isinstance(found, discord.ForumChannel):
            return self._gone(forum)
        try:
            async with self._pace:
                active = await found.guild.active_threads()
        except _TROUBLE as error:
            return self._refusal(forum, error, "view")
        me = found.guild.me.id
        for one in active:
            is_it = one.parent_id == forum and one.owner_id == me and one.name == title[:100]
            if is_it and discord.utils.snowflake_time(one.id) >= since:
                return Posted(one.id, one.id)
        return None

    async def _send(
        self, place: discord.abc.Messageable, channel: int, card: Card, nonce: str, ping: int | None, *rights: Right
    ) -> Posted | Refused:
        from bot.chat.tries import tries  # with the first post

        card = await drawn(card, self._easel)
        tried = None
        try:
            async with self._pace:
                # With a nonce, the library also asks Discord to enforce it: the same nonce posts nothing twice.
                with tries(self._client.http) as tried:
                    sent = await place.send(
                        view=to_view(card, ping), files=to_files(card), nonce=nonce, allowed_mentions=_mentions(ping)
                    )
        except _TROUBLE as error:
            refused = self._refusal(channel, error, *rights) if rights else self._refusal_of_thread(channel, error)
            # Sent away at the second try, the first may have been carried out: put off, it would be sent again without its nonce.
            return replace(refused, unsure=True) if refused.passes and tried is not None and tried.failed else refused
        return Posted(sent.id)

    def _refusal_of_thread(self, thread: int, error: BaseException) -> Refused:
        if isinstance(error, discord.NotFound) and error.code != UNKNOWN_MESSAGE:
            return Refused("The thread is gone, or I can't see it.")
        found = self._client.get_channel(thread)
        if not isinstance(error, discord.Forbidden) or not isinstance(found, discord.Thread) or error.code == THREAD_LOCKED:
            return self._refusal(thread, error)
        if found.locked:
            return Refused(f"The thread <#{thread}> is locked. Unlock it, then try again.")
        return self._refusal(found.parent_id, error, "view", "send in threads")

    def _gone(self, channel: int) -> Refused:
        return Refused(f"The channel <#{channel}> is gone, or I can't see it. `/group edit` gives the group another home.")

    def _refusal(self, channel: int, error: BaseException, *rights: Right) -> Refused:
        """One sentence for what Discord said; what it said itself stays out of logs and cards."""
        if isinstance(error, discord.HTTPException) and error.code in (THREAD_ARCHIVED, THREAD_LOCKED):
            return Refused(f"The thread <#{channel}> is locked. Unlock it, then try again.")
        if isinstance(error, discord.Forbidden):
            lacking = self.missing(channel, *rights)
            return Refused(lacking or f"Discord does not let me do that in <#{channel}>. Look at my permissions there.")
        if isinstance(error, discord.NotFound) and error.code == UNKNOWN_MESSAGE:
            return Refused("It was posted, and somebody has deleted it since.", was_there=True)
        if isinstance(error, discord.NotFound):
            return self._gone(channel)
        if isinstance(error, aiohttp.ClientConnectorError):  # nothing was sent
            return Refused("Discord can't be reached just now.", passes=True)
        if isinstance(error, discord.DiscordServerError | aiohttp.ClientError | TimeoutError | OSError):
            why = "Discord did not answer, so I can't tell whether it is there. Look first, then try again."
            return Refused(why, passes=True, unsure=True)
        if isinstance(error, discord.HTTPException) and error.status == UNAUTHORIZED:
            self._when_unauthorized()
            return Refused("Discord does not accept the bot's token any more.", passes=True)
        if isinstance(error, discord.RateLimited) or (isinstance(error, discord.HTTPException) and error.status == 429):
            return Refused("Discord has too much to do for me just now.", passes=True)
        code = error.code if isinstance(error, discord.HTTPException) else 0
        if code == TAG_REQUIRED:
            return Refused(_needs_tag(channel))
        if code == THREADS_FULL:
            why = "This server has as many open threads as Discord allows: please archive some."
            return Refused(why, passes=True)
        return Refused(f"Discord refused it (code {code}). Look at the settings of <#{channel}>, then try again.")


def _needs_tag(forum: int) -> str:
    return f"The forum <#{forum}> asks for a tag that only moderators may give. Offer an open tag there."


def _mentions(ping: int | None) -> discord.AllowedMentions:
    return discord.AllowedMentions(
        everyone=False, users=False, replied_user=False, roles=[discord.Object(ping)] if ping is not None else False
    )


def _tags(forum: discord.ForumChannel, wanted: str | None) -> list[discord.ForumTag]:
    """The tag of that name; without one, any if the forum asks for one. Moderated tags need a right that we don't have."""
    ours = [tag for tag in forum.available_tags if not tag.moderated]
    named = [tag for tag in ours if wanted is not None and tag.name.casefold() == wanted.casefold()]
    return named[:1] or (ours[:1] if forum.flags.require_tag else [])


_TROUBLE: tuple[type[Any], ...] = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, asyncio.TimeoutError, OSError)
