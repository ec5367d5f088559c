"""What was begun and not finished: postings that a crash, or a lost answer of Discord's, left claimed; and those that wait for
another try.

*Text channels*: sent once more with the same nonce, while Discord still knows it. *Forums*, whose posts have no nonce: look for
our own post with that title first. Too late or unsure: the moderators are told, and nothing is repeated.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.channels import Posted, Refused
from bot.commands.choosing import is_kind
from bot.commands.publish import in_hand, is_in_hand
from bot.group import Group
from bot.log import log
from bot.poster.delivery import CONTENT_GONE, Tools, build, deliver, give_up
from bot.poster.occurrences import is_quiet_now
from bot.poster.safely import safely
from bot.storage import Posting

NONCE_HOLDS = timedelta(minutes=2)
"""Discord keeps a nonce for "a few minutes"; within this time sending again is safe."""
FORUM_SHOWS = timedelta(minutes=55)
"""A forum shows a post among its active ones for an hour at least; later, one that isn't there may have been archived."""
CLOCK_WENT_BACK = timedelta(seconds=60)
"""A claim may be so far ahead of the clock, as other machines' clocks are."""
STILL_UNDER_WAY = timedelta(seconds=20)
"""A younger claim may be in the hands of another process, which is posting it now."""
FORUM_SHOWS_AFTER = timedelta(seconds=60)
"""In a forum sending twice posts twice: until then, one that isn't there may still be on its way."""
TOO_LATE = "I was stopped while posting it, too long ago to try again safely."


async def doubt(tools: Tools) -> None:
    """After the clock went back, before anything else: of which postings nobody can tell any more how long ago they were begun.
    Only a look, since the database may refuse or put off whatever is to be written about it."""
    for posting in await tools.store.unfinished():
        if _is_of_the_future(tools, posting):
            tools.doubtful.add(posting.posting_id)


async def finish_claimed(tools: Tools, started: datetime) -> bool:
    """Finish every posting that was claimed and never confirmed, on the servers of this process. True if some are too young yet."""
    some_are_young = False
    for posting in await tools.store.unfinished():
        if is_in_hand(posting):
            continue
        group = await tools.store.group(posting.group_id)
        if group is None or not tools.channels.serves(group.server_id) or posting.kind == "reply":
            continue  # a reply's text is in the moderators' card alone: whoever presses Accept again finishes it
        if _is_young(tools, posting, started) and not _is_of_the_future(tools, posting):
            some_are_young = True
            continue
        with in_hand(posting):
            if await tools.store.try_again(posting):
                outcome = await safely("poster.recover", _finish(tools, posting, group))
                if outcome is None:
                    some_are_young = True
                else:
                    log().info("recovered", kind=posting.kind, outcome=outcome)
    return some_are_young


async def retry_waiting(tools: Tools) -> None:
    """Those that were refused in a way that may have passed by now."""
    now = tools.now()
    for posting in await tools.store.waiting(int(now.timestamp())):
        group = await tools.store.group(posting.group_id)
        if group is None or not tools.channels.serves(group.server_id) or is_quiet_now(tools, group):
            continue
        if posting.channel_id != group.home_channel and is_kind(posting.kind):
            moved = "The group has another home since; *Post it now* posts it there."
            await tools.store.posting_failed(posting.posting_id, moved, told=False)
            continue
        if is_in_hand(posting):
            continue
        with in_hand(posting):
            if await tools.store.retry(posting, int(now.timestamp())):
                await safely("poster.retry", deliver(tools, posting, group))


def _is_young(tools: Tools, posting: Posting, started: datetime) -> bool:
    claimed = datetime.fromtimestamp(posting.claimed_at, UTC)
    # From before this process began: left behind by a crash, and nothing to wait for.
    return claimed > started - timedelta(seconds=1) and tools.now() - claimed < STILL_UNDER_WAY


def _is_of_the_future(tools: Tools, posting: Posting) -> bool:
    """The clock went back since it was claimed: nobody can tell how long ago that was, and Discord may have forgotten the nonce."""
    return datetime.fromtimestamp(posting.claimed_at, UTC) - tools.now() > CLOCK_WENT_BACK


async def _finish(tools: Tools, posting: Posting, group: Group) -> str | None:
    """How it went; ``None`` if it has to be looked at again."""
    post = await build(tools, posting, group)
    if post is None:
        await give_up(tools, posting, group, CONTENT_GONE, only_this_slot=True)
        return "content gone"
    if posting.message_id is None and (posting.posting_id in tools.doubtful or _is_of_the_future(tools, posting)):
        return await _give_up_unsure(tools, posting)
    claimed = datetime.fromtimestamp(posting.claimed_at, UTC)
    is_in_forum = group.home_kind == "forum" and posting.channel_id == group.home_channel
    if posting.message_id is not None:  # the message is there, and only its thread was missing
        return "posted" if await deliver(tools, posting, group) else "not posted"
    if is_in_forum:
        found = await tools.channels.find_in_forum(posting.channel_id, post.title, claimed - timedelta(seconds=5))
        if isinstance(found, Posted):
            await tools.store.posted(posting.posting_id, message_id=found.message, thread_id=found.thread)
            return "was there"
        if isinstance(found, Refused) and not found.passes:
            await give_up(tools, posting, group, found.why)
            return "refused"
        if isinstance(found, Refused) or tools.now() - claimed < FORUM_SHOWS_AFTER:
            return None
    if tools.now() - claimed < (FORUM_SHOWS if is_in_forum else NONCE_HOLDS):
        done = await deliver(tools, posting, group, may_be_there=not is_in_forum)
        return "posted" if done else "not posted"
    return await _give_up_unsure(tools, posting)


async def _give_up_unsure(tools: Tools, posting: Posting) -> str:
    why = f"I can't tell whether it is in <#{posting.channel_id}>. {TOO_LATE} If it is not there, please ask me to post it again."
    await tools.store.posting_failed(posting.posting_id, why, told=posting.kind == "guide")
    tools.doubtful.discard(posting.posting_id)
    return "unsure"
