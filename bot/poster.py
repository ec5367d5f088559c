"""What the bot does in public unasked: finish what a crash interrupted, and speak up about a lost channel.

Knows no Discord: it looks into the store, builds cards, and hands them to ``Channels``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.cards import Card, Channels, Posted, Refused, Text
from bot.commands.discuss import prompt_post
from bot.commands.group import welcome_post
from bot.commands.publish import Post, Published, deliver, tell_moderators
from bot.group import Group
from bot.library import Library
from bot.log import log
from bot.press import base36
from bot.storage import Posting, Store

NONCE_HOLDS = timedelta(minutes=2)
"""Discord keeps a nonce for "a few minutes"; within this time sending again is safe."""
FORUM_SHOWS = timedelta(minutes=55)
"""A forum shows a post among its active ones for an hour at least; later, one that isn't there may have been archived."""
STILL_UNDER_WAY = timedelta(seconds=20)
"""A younger claim may simply be in the hands of a step that is posting it now."""


class Poster:
    """``now`` gives the time in UTC."""

    def __init__(self, library: Library, store: Store, channels: Channels, now: Callable[[], datetime]) -> None:
        self._library, self._store, self._channels, self._now = library, store, channels, now
        self._started = now()

    async def recover(self) -> None:
        """Finish every posting that was claimed and never confirmed, on the servers of this process."""
        if await self._recover_old():
            await asyncio.sleep(STILL_UNDER_WAY.total_seconds())
            await self._recover_old()

    async def _recover_old(self) -> bool:
        """True if some are so young that a step of this process may be posting them now."""
        some_are_young = False
        for posting in await self._store.unfinished():
            group = await self._store.group(posting.group_id)
            claimed = datetime.fromtimestamp(posting.claimed_at, UTC)
            if group is None or not self._channels.serves(group.server_id):
                continue
            if claimed > self._started - timedelta(seconds=1) and self._now() - claimed < STILL_UNDER_WAY:
                some_are_young = True
                continue
            outcome = await self._finish(posting, group, claimed)
            log().info("recovered", kind=posting.kind, outcome=outcome)
        return some_are_young

    async def channel_gone(self, server: int, channel: int) -> None:
        """A channel was deleted: if a group lived there, its moderators hear of it."""
        for group in await self._store.groups_of(server):
            if group.home_channel == channel:
                told = await self._tell(
                    group,
                    f"The home channel of **{group.name}** was deleted, so nothing can be posted there. "
                    "Nothing that was kept is lost. `/group edit` gives the group another home.",
                    f"gone{base36(channel)}",
                )
                log().info("home channel gone", moderators_told=told)

    async def _finish(self, posting: Posting, group: Group, claimed: datetime) -> str:
        post = self._post_of(posting, group)
        if post is None:
            await self._store.posting_failed(posting.posting_id, "Its content has been removed meanwhile.")
            return "content gone"
        sent: Posted | Published | Refused | None = None
        if group.home_kind == "forum":
            # A forum post has no nonce: look whether it is there.
            sent = await self._channels.find_in_forum(posting.channel_id, post.title, claimed - timedelta(seconds=5))
            if isinstance(sent, Posted):
                await self._store.posted(posting.posting_id, message_id=sent.message, thread_id=sent.thread)
                return "was there"
        holds = FORUM_SHOWS if group.home_kind == "forum" else NONCE_HOLDS
        if sent is None and self._now() - claimed < holds:
            sent = await deliver(posting, group, post, self._channels, self._store)
            if not isinstance(sent, Refused):
                return "posted"
        why = sent.why if isinstance(sent, Refused) else "I was stopped while posting it, too long ago to try again safely."
        await self._store.posting_failed(posting.posting_id, why)
        await self._tell(
            group,
            f"I can't tell whether **{post.title}** was posted in <#{posting.channel_id}>. {why} "
            "If it is not there, please ask me to post it again.",
            f"lost{base36(posting.posting_id)}",
        )
        return "unsure"

    def _post_of(self, posting: Posting, group: Group) -> Post | None:
        if posting.kind == "welcome":
            return welcome_post(group)
        theme = self._library.course(group.language).theme(posting.theme or "")
        prompt = theme.prompt(posting.item or "") if theme else None
        return prompt_post(group, theme, prompt) if theme and prompt else None

    async def _tell(self, group: Group, sentence: str, nonce: str) -> bool:
        return await tell_moderators(group, Card((Text(sentence),), tone="trouble"), self._channels, nonce)
