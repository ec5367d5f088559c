"""Speaking elsewhere than in an answer: messages, threads and forum posts. A refusal is a value with a sentence."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import aiohttp
import discord

from bot.cards import Card, Channel, Posted, Refused, Right
from bot.chat.render import kind_of_type, to_files, to_view

_RIGHTS: dict[Right, tuple[str, str]] = {
    "view": ("view_channel", "View Channel"),
    "send": ("send_messages", "Send Messages"),
    "send in threads": ("send_messages_in_threads", "Send Messages in Threads"),
    "open threads": ("create_public_threads", "Create Public Threads"),
    "attach": ("attach_files", "Attach Files"),
}
THREAD_EXISTS, TAG_REQUIRED, THREADS_FULL, UNKNOWN_MESSAGE = 160004, 40067, 160006, 10008


class DiscordChannels:
    """``Channels`` (see ``bot/cards.py``) by the channels that the client knows."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    def channel(self, channel: int) -> Channel | None:
        found = self._client.get_channel(channel)
        if not isinstance(found, discord.abc.GuildChannel | discord.Thread):
            return None
        return Channel(found.id, kind_of_type(found.type), found.name)

    def serves(self, server: int) -> bool:
        return self._client.get_guild(server) is not None

    def missing(self, channel: int, *rights: Right) -> str | None:
        found = self._client.get_channel(channel)
        if not isinstance(found, discord.abc.GuildChannel):
            return f"I can't see <#{channel}>. Give me View Channel there, or choose another channel."
        granted = found.permissions_for(found.guild.me)
        lacking = [_RIGHTS[right][1] for right in rights if not getattr(granted, _RIGHTS[right][0])]
        if isinstance(found, discord.ForumChannel) and "Send Messages" in lacking:
            lacking[lacking.index("Send Messages")] = "Create Posts (Send Messages)"
        if not lacking:
            return None
        return f"In <#{channel}> I lack: {', '.join(lacking)}. Give me that in the channel's settings, under Permissions."

    def all_may_view(self, channel: int) -> bool:
        found = self._client.get_channel(channel)
        if not isinstance(found, discord.abc.GuildChannel):
            return False
        return found.permissions_for(found.guild.default_role).view_channel

    async def post(self, channel: int, card: Card, *, nonce: str) -> Posted | Refused:
        found = self._client.get_channel(channel)
        if not isinstance(found, discord.TextChannel):
            return self._gone(channel)
        try:
            # With a nonce, the library also asks Discord to enforce it: the same nonce posts nothing twice.
            sent = await found.send(view=to_view(card), files=to_files(card), nonce=nonce)
        except _TROUBLE as error:
            return self._refusal(channel, error, "view", "send", "attach")
        return Posted(sent.id)

    async def post_in_forum(self, forum: int, title: str, card: Card) -> Posted | Refused:
        found = self._client.get_channel(forum)
        if not isinstance(found, discord.ForumChannel):
            return self._gone(forum)
        # A forum may ask for a tag. Moderated tags need a right that we don't have, so the first open one it is.
        tags = [tag for tag in found.available_tags if not tag.moderated][:1] if found.flags.require_tag else []
        try:
            made = await found.create_thread(name=title[:100], view=to_view(card), files=to_files(card), applied_tags=tags)
        except _TROUBLE as error:
            return self._refusal(forum, error, "view", "send", "send in threads", "attach")
        return Posted(made.message.id, made.thread.id)

    async def open_thread(self, channel: int, message: int, title: str) -> int | Refused:
        found = self._client.get_channel(channel)
        if not isinstance(found, discord.TextChannel):
            return self._gone(channel)
        try:
            return (await found.get_partial_message(message).create_thread(name=title[:100])).id
        except discord.HTTPException as error:
            if error.code == THREAD_EXISTS:
                return message  # a thread has the id of the message that it hangs on
            return self._refusal(channel, error, "open threads", "send in threads")
        except _TROUBLE as error:
            return self._refusal(channel, error)

    async def find_in_forum(self, forum: int, title: str, since: datetime) -> Posted | Refused | None:
        found = self._client.get_channel(forum)
        if not isinstance(found, discord.ForumChannel):
            return self._gone(forum)
        try:
            active = await found.guild.active_threads()
        except _TROUBLE as error:
            return self._refusal(forum, error, "view")
        me = found.guild.me.id
        for one in active:
            is_it = one.parent_id == forum and one.owner_id == me and one.name == title[:100]
            if is_it and discord.utils.snowflake_time(one.id) >= since:
                return Posted(one.id, one.id)
        return None

    def _gone(self, channel: int) -> Refused:
        return Refused(f"The channel <#{channel}> is gone, or I can't see it. `/group edit` gives the group another home.")

    def _refusal(self, channel: int, error: BaseException, *rights: Right) -> Refused:
        """One sentence for what Discord said; what it said itself stays out of logs and cards."""
        if isinstance(error, discord.Forbidden):
            lacking = self.missing(channel, *rights)
            return Refused(lacking or f"Discord does not let me do that in <#{channel}>. Look at my permissions there.")
        if isinstance(error, discord.NotFound) and error.code == UNKNOWN_MESSAGE:
            return Refused("It was posted, and somebody has deleted it since.")
        if isinstance(error, discord.NotFound):
            return self._gone(channel)
        if isinstance(error, discord.DiscordServerError | aiohttp.ClientError | TimeoutError | OSError):
            return Refused("Discord did not answer, so I can't tell whether it is there. Look first, then try again.")
        if isinstance(error, discord.HTTPException) and error.status == 429:
            return Refused("Discord has too much to do for me just now. Please try again in a few minutes.")
        code = error.code if isinstance(error, discord.HTTPException) else 0
        if code == TAG_REQUIRED:
            return Refused(f"The forum <#{channel}> asks for a tag that only moderators may give. Offer an open tag there.")
        if code == THREADS_FULL:
            return Refused("This server has as many open threads as Discord allows. Archive some, then try again.")
        return Refused(f"Discord refused it (code {code}). Look at the settings of <#{channel}>, then try again.")


_TROUBLE: tuple[type[Any], ...] = (discord.HTTPException, aiohttp.ClientError, asyncio.TimeoutError, OSError)
