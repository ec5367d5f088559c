"""From a claimed posting to the channel, and what a refusal leads to: try again later, or stop and say why.

A refusal that may pass is tried again with growing pauses. Any other stops all slots of the group, since what was refused
is its home: so a lost channel costs one refused call, and the moderators hear one sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from bot.cards import Card, Text
from bot.channels import Channels, Refused
from bot.commands.publish import Post, Published, closing, in_hand, open_thread, send, tell_moderators
from bot.commands.slot_words import rights_trouble
from bot.group import Group
from bot.press import base36
from bot.shelves import Shelves
from bot.storage import Posting, Store

PAUSES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=45), timedelta(hours=2))
"""Before the second try, the third, and so on; after the last of them it is given up."""
CONTENT_GONE = "What it was to show was removed. Choose something else with `/schedule edit`, or remove the slot."


class Tools(Struct, frozen=True):
    """What every part of the poster works with. ``now`` gives the time in UTC."""

    shelves: Shelves
    store: Store
    channels: Channels
    now: Callable[[], datetime]
    doubtful: set[int] = field(default_factory=set)
    """Postings that were claimed and once seemed to be of the future: how long ago that was, nobody can tell any more, even when
    the clock comes round to the same minute."""


async def deliver(tools: Tools, posting: Posting, group: Group, *, may_be_there: bool = False) -> Published | None:
    """Post a claimed posting, or record why not. ``None``: it isn't there, or not surely, or not whole. One that ``may_be_there``
    already is not put off, since later Discord would not know its nonce any more."""
    post = await build(tools, posting, group)
    if post is None:
        await give_up(tools, posting, group, CONTENT_GONE, only_this_slot=True)
        return None
    sent = obstacle(tools, posting, group) or await send(posting, group, post, tools.channels)
    if isinstance(sent, Refused):
        await _refused(tools, posting, group, replace(sent, unsure=True) if may_be_there and sent.passes else sent, None)
        return None
    thread = await open_thread(posting, group, post, sent, tools.channels)
    if isinstance(thread, Refused) and (thread.unsure or thread.passes):
        await _refused(tools, posting, group, thread, sent.message)
        return None
    opened = thread if isinstance(thread, int) else sent.thread
    await tools.store.posted(posting.posting_id, message_id=sent.message, thread_id=opened)
    await _settle(tools, posting, group)
    return Published(sent.message, opened, thread.why if isinstance(thread, Refused) else None)


async def build(tools: Tools, posting: Posting, group: Group) -> Post | None:
    """The card of a posting, as it was or would have been sent; ``None`` when its content is gone."""
    from bot.commands.guide import guide_of  # with the first posting, not with each start
    from bot.commands.posts import post_of

    library = await tools.shelves.of(group)
    if posting.kind == "guide":
        card: Card | None = await guide_of(posting, group, library, tools.store)
        return Post(card, "", with_thread=False) if card else None
    return await post_of(posting, group, library, tools.store)


def obstacle(tools: Tools, posting: Posting, group: Group) -> Refused | None:
    """What can be seen to be missing before anything is sent: a refused call less, and nothing half done."""
    lacking = rights_trouble(group, tools.channels) if posting.channel_id == group.home_channel else None
    return Refused(lacking) if lacking else None


async def give_up(tools: Tools, posting: Posting, group: Group, why: str, *, only_this_slot: bool = False) -> None:
    """It won't be tried again. Slots that would meet the same refusal pause; the moderators are told in the same look."""
    # A guide goes to the moderators' channel, and that is what is lost: there is nobody to tell. A plan that was taken out of the
    # course has no closing card, and nobody can do anything about it.
    if posting.kind == "guide" or (posting.kind == "closing" and only_this_slot):
        await tools.store.posting_failed(posting.posting_id, why)
        return
    await tools.store.posting_failed(posting.posting_id, why, told=False)
    if posting.slot_id is not None and posting.channel_id == group.home_channel:
        await tools.store.pause_slots(group.group_id, why, slot_id=posting.slot_id if only_this_slot else None)


async def _settle(tools: Tools, posting: Posting, group: Group) -> None:
    """After the last date of a slot: the slot goes, and with the last item of a plan the plan ends."""
    from bot.commands.publish_slot import tidy

    slot = await tools.store.slot(posting.slot_id) if posting.slot_id is not None and posting.kind != "guide" else None
    if slot is not None and slot.due_at is None and (last := await tidy(slot, True, group, tools.store, tools.now())):
        await close(tools, last, group)


async def close(tools: Tools, last: Posting, group: Group) -> None:
    """A plan has ended: its closing card, and a word to the moderators. If this is interrupted, the card has its row."""
    with in_hand(last):
        await deliver(tools, last, group)
    name = (last.item or "").partition(" ")[0]
    plan = (await tools.shelves.of(group)).course(group.language).plan(name)
    said = f"The plan **{plan.title if plan else name}** of **{group.name}** is through. `/plan start` begins another."
    await tell_moderators(group, Card((Text(said),), tone="good"), tools.channels, f"d{base36(last.posting_id)}")


async def close_interrupted(tools: Tools) -> None:
    """Plans whose last item was posted just before a crash, so that nobody has ended them."""
    for run in await tools.store.plans_to_end():
        group = await tools.store.group(run.group_id)
        if group is not None and tools.channels.serves(group.server_id):
            last = closing(run, group, tools.now())
            if await tools.store.end_plan_if_done(run.group_id, last):
                await close(tools, last, group)


async def _refused(tools: Tools, posting: Posting, group: Group, refused: Refused, message: int | None) -> None:
    if refused.was_there:
        await tools.store.posted(posting.posting_id, message_id=None, thread_id=None)
    elif refused.unsure:
        return  # the row stays claimed, as after a crash: recovery looks again, and knows how not to post twice
    elif refused.passes and posting.tries < len(PAUSES):
        retry_at = int((tools.now() + PAUSES[posting.tries]).timestamp())
        await tools.store.posting_waits(
            posting.posting_id, refused.why, retry_at=retry_at, message_id=message or posting.message_id
        )
    else:
        await give_up(tools, posting, group, refused.why)
