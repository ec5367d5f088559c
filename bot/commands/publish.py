"""Posting in public, exactly once: the row first, then the message, then the confirmation.

A command and the poster both post through here. If the bot dies between the row and the confirmation, the poster finds
the row at the next start and finishes it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from bot.cards import Card, Channels, Posted, Refused
from bot.group import Group
from bot.press import base36
from bot.storage import Posting, PostingKind, Store

SAME_POST_SECONDS = 60
"""A second wish for the same post within this time is a double press, not a wish."""


@dataclass(frozen=True, slots=True)
class Post:
    """What a posting shows. ``title`` names its thread or forum post; ``None`` opens no thread on a message."""

    card: Card
    title: str
    with_thread: bool


@dataclass(frozen=True, slots=True)
class Published:
    """It is there. ``trouble`` is a sentence when the message could be posted, and its thread could not."""

    message: int
    thread: int | None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class JustPosted:
    """The same was posted a moment ago: nothing was posted twice."""


def new_posting(group: Group, kind: PostingKind, theme: str | None, item: str | None, at: datetime) -> Posting:
    """The row of a post that somebody asks for now. The same wish within a minute has the same id."""
    moment = int(at.timestamp())
    wish = f"{group.group_id}|{kind}|{theme}|{item}|{moment // SAME_POST_SECONDS}"
    posting_id = int.from_bytes(hashlib.sha256(wish.encode()).digest()[:7])
    return Posting(posting_id, group.group_id, kind, theme, item, group.home_channel, moment)


async def publish(posting: Posting, group: Group, post: Post, channels: Channels, store: Store) -> Published | JustPosted | Refused:
    """Claim the posting, post it, confirm it. A refusal is kept with its reason, and nothing is posted."""
    if not await store.claim(posting):
        return JustPosted()
    return await deliver(posting, group, post, channels, store)


async def deliver(posting: Posting, group: Group, post: Post, channels: Channels, store: Store) -> Published | Refused:
    """Post a claimed posting. Safe to do again within a few minutes: the nonce makes it the same message."""
    thread: int | Refused | None = None
    if group.home_kind == "forum":
        sent = await channels.post_in_forum(posting.channel_id, post.title, post.card)
    else:
        sent = await channels.post(posting.channel_id, post.card, nonce=base36(posting.posting_id))
    if isinstance(sent, Refused):
        await store.posting_failed(posting.posting_id, sent.why)
        return sent
    if post.with_thread and group.home_kind != "forum":
        thread = await channels.open_thread(posting.channel_id, sent.message, post.title)
    opened = sent.thread if not isinstance(thread, int) else thread
    await store.posted(posting.posting_id, message_id=sent.message, thread_id=opened)
    return Published(sent.message, opened, thread.why if isinstance(thread, Refused) else None)


async def tell_moderators(group: Group, card: Card, channels: Channels, nonce: str) -> bool:
    """Say something in the group's moderators' channel. False when it has none, or can't be reached."""
    if group.moderators_channel is None:
        return False
    return isinstance(await channels.post(group.moderators_channel, card, nonce=nonce), Posted)
