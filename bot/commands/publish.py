"""Posting in public, exactly once: the row first, then the message, then the confirmation.

A command and the poster both post through here. If the bot dies between the row and the confirmation, the poster finds
the row at the next start and finishes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from bot.cards import Card
from bot.channels import Channels, Posted, Refused
from bot.group import Group
from bot.press import base36
from bot.storage import PlanRun, Posting, PostingKind, Slot, Store

TRY_AGAIN_SECONDS = 300
"""Until the poster tries once more what may have passed by then."""
SAME_POST_SECONDS = 60
"""A second wish for the same post within this time is a double press, not a wish."""


class Post(Struct, frozen=True):
    """What a posting shows. ``title`` names its thread or forum post, ``tag`` is the forum's tag for it, if it has one."""

    card: Card
    title: str
    with_thread: bool
    tag: str | None = None


class Published(Struct, frozen=True):
    """It is there. ``trouble`` is a sentence when the message could be posted, and its thread could not."""

    message: int
    thread: int | None
    trouble: str | None = None


class JustPosted(Struct, frozen=True):
    """The same was posted a moment ago: nothing was posted twice."""


def new_posting(group: Group, kind: PostingKind, theme: str | None, item: str | None, at: datetime) -> Posting:
    """The row of a post that somebody asks for now. The same wish within a minute has the same id."""
    moment = int(at.timestamp())
    posting_id = _number(f"{group.group_id}|{kind}|{theme}|{item}|{moment // SAME_POST_SECONDS}")
    return Posting(posting_id, group.group_id, kind, theme, item, group.home_channel, moment)


def occurrence(slot: Slot, day: date, group: Group, theme: str, item: str, at: datetime) -> Posting:
    """The row of what a slot posts for one day of the group's. One slot and day have one id, whatever the hour or the clock."""
    posting_id = _number(f"slot|{slot.slot_id}|{day.isoformat()}")
    moment = int(at.timestamp())
    posting = Posting(posting_id, group.group_id, slot.kind, theme, item, group.home_channel, moment)
    return replace(posting, slot_id=slot.slot_id, due_at=slot.due_at, ping=slot.ping)


def guide(slot: Slot, group: Group, channel: int, at: datetime) -> Posting:
    """The row of a facilitator's card: one for each time that a slot is due."""
    posting_id = _number(f"guide|{slot.slot_id}|{slot.due_at}")
    posting = Posting(posting_id, group.group_id, "guide", slot.theme, slot.item, channel, int(at.timestamp()))
    return replace(posting, slot_id=slot.slot_id, due_at=slot.due_at)


def closing(run: PlanRun, group: Group, at: datetime) -> Posting:
    """The row of a plan's closing card: one for each run. Storage knows by its item which run it is about."""
    item = f"{run.plan} {run.first_day.isoformat()}"
    posting_id = _number(f"closing|{group.group_id}|{item}|{run.started_on.isoformat()}")
    return Posting(posting_id, group.group_id, "closing", None, item, group.home_channel, int(at.timestamp()))


async def publish(posting: Posting, group: Group, post: Post, channels: Channels, store: Store) -> Published | JustPosted | Refused:
    """Claim the posting, post it, confirm it. A refusal is kept with its reason, and nothing is posted."""
    if is_in_hand(posting):
        return JustPosted()
    with in_hand(posting):
        if not await store.claim(posting):
            left = await store.posting(posting.posting_id)
            if left is None or not await _is_to_be_finished(left, posting.claimed_at, group, store):
                return JustPosted()
            return await deliver(left, group, post, channels, store, may_be_there=left.state == "claimed")
        return await deliver(posting, group, post, channels, store)


async def deliver(
    posting: Posting, group: Group, post: Post, channels: Channels, store: Store, *, may_be_there: bool = False
) -> Published | Refused:
    """Post a claimed posting. Safe to do again within a few minutes: the nonce makes it the same message.

    A refusal ends it, with its reason. One that may pass waits for the poster's next try; and if Discord's answer was lost the row
    stays claimed, and the poster will look again.
    """
    sent = await send(posting, group, post, channels)
    if isinstance(sent, Refused):
        if may_be_there and sent.passes:  # put off, it would be sent again when Discord has forgotten its nonce
            sent = replace(sent, unsure=True)
        if sent.was_there:
            await store.posted(posting.posting_id, message_id=None, thread_id=None)
        elif not sent.unsure:
            await _put_off(posting, sent, None, store)
        return sent
    thread = await open_thread(posting, group, post, sent, channels)
    opened = thread if isinstance(thread, int) else sent.thread
    if isinstance(thread, Refused) and (thread.unsure or thread.passes):
        if not thread.unsure:
            await _put_off(posting, thread, sent.message, store)
        return thread
    await store.posted(posting.posting_id, message_id=sent.message, thread_id=opened)
    return Published(sent.message, opened, thread.why if isinstance(thread, Refused) else None)


async def _is_to_be_finished(left: Posting, now: int, group: Group, store: Store) -> bool:
    """Whether one that is there already is taken up at once, since somebody asks for it again."""
    if left.state == "waiting":
        return await store.retry(left, now)
    # Discord's answer was lost a moment ago: the same nonce again tells whether it is there. A forum's posts have none.
    return left.state == "claimed" and not _is_in_forum(left, group) and await store.try_again(left)


async def _put_off(posting: Posting, refused: Refused, message: int | None, store: Store) -> None:
    if refused.passes:
        retry_at = posting.claimed_at + TRY_AGAIN_SECONDS
        await store.posting_waits(posting.posting_id, refused.why, retry_at=retry_at, message_id=message)
    else:
        await store.posting_failed(posting.posting_id, refused.why)


def refused_in_words(title: str, home: int, refused: Refused) -> str:
    """For the moderator who asked for it."""
    if refused.unsure:
        return f"Discord did not answer. I look again in a moment: **{title}** will be in <#{home}> once."
    if refused.passes:
        return f"**{title}** is not wholly there yet. {refused.why} I try again in a few minutes."
    return f"I could not post in <#{home}>. {refused.why}"


async def send(posting: Posting, group: Group, post: Post, channels: Channels) -> Posted | Refused:
    """The message, or the forum post. Nothing is confirmed yet. A message that is there already is not sent again."""
    if posting.message_id is not None:
        return Posted(posting.message_id, posting.thread_id)
    if _is_in_forum(posting, group):
        return await channels.post_in_forum(
            posting.channel_id, post.title, post.card, tag=post.tag, archive_after=group.archive_after, ping=posting.ping
        )
    return await channels.post(posting.channel_id, post.card, nonce=base36(posting.posting_id), ping=posting.ping)


async def open_thread(posting: Posting, group: Group, post: Post, sent: Posted, channels: Channels) -> int | Refused | None:
    """The thread on a message that is there; ``None`` where none is wanted, or the post is one by itself."""
    if not post.with_thread or sent.thread is not None or _is_in_forum(posting, group):
        return None
    return await channels.open_thread(posting.channel_id, sent.message, post.title, archive_after=group.archive_after)


async def tell_moderators(group: Group, card: Card, channels: Channels, nonce: str) -> Posted | Refused | None:
    """Say something in the group's moderators' channel; ``None`` when it has none."""
    if group.moderators_channel is None:
        return None
    return await channels.post(group.moderators_channel, card, nonce=nonce)


@contextmanager
def in_hand(posting: Posting) -> Iterator[None]:
    """While somebody in this process is posting it, nobody else takes it for left behind."""
    _IN_HAND[posting.posting_id] = _IN_HAND.get(posting.posting_id, 0) + 1
    try:
        yield
    finally:
        _IN_HAND[posting.posting_id] -= 1
        if not _IN_HAND[posting.posting_id]:
            del _IN_HAND[posting.posting_id]


def is_in_hand(posting: Posting) -> bool:
    return posting.posting_id in _IN_HAND


_IN_HAND: dict[int, int] = {}
"""Posting → how many are at it."""


def _is_in_forum(posting: Posting, group: Group) -> bool:
    return group.home_kind == "forum" and posting.channel_id == group.home_channel


def _number(wish: str) -> int:
    return int.from_bytes(hashlib.sha256(wish.encode()).digest()[:7])
