"""*Post it now*: what was missed, or refused for a reason that is mended since, is posted after all. Once, as everything is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from bot.cards import Button, Card, Visit
from bot.channels import Channels, Refused
from bot.commands.choosing import chosen, is_kind
from bot.commands.phrases import say
from bot.commands.posts import post_of
from bot.commands.publish import JustPosted, Published, publish, refused_in_words
from bot.commands.publish_slot import tidy
from bot.commands.slot_words import rights_trouble, thing_in_words
from bot.group import Group
from bot.library import Course, Library
from bot.press import Press, base36, id_in
from bot.storage import OwnPrompt, Posting, Store

MOST_BUTTONS = 4
"""A row has five, and one leads back."""
LONGEST_LABEL = 38
"""More isn't shown whole on a phone."""
GONE = "What it was to show is no longer there. `/discuss` posts something else at once."


async def post_again(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """A button of the history, or of a message about what was not posted; the posting's number is in the press."""
    assert visit.group
    group, word = visit.group, visit.press.args[0] if visit.press.args else ""
    row = await store.posting(id_in(word))
    if row is None or row.group_id != group.group_id or not _can_come_again(row):
        return say("I don't know this posting any more. `/discuss` posts a prompt at once.", tone="look")
    if row.state not in ("failed", "missed"):
        return say("That one was dealt with meanwhile: `/schedule history` says how.")
    if not is_kind(row.kind):
        return await _closing_again(row, group, visit, library, store, channels)
    item = await chosen(group, row.kind, row.theme or None, row.item or None, library, store)
    if item is None:
        return say(GONE, tone="look")
    anew = Posting(
        row.posting_id, group.group_id, row.kind, item.theme, item.item, group.home_channel, int(visit.at.timestamp()),
        slot_id=row.slot_id, due_at=row.due_at, ping=row.ping,
    )  # fmt: skip
    post = await post_of(anew, group, library, store)
    if post is None:
        return say(GONE, tone="look")
    trouble = rights_trouble(group, channels)
    sent = Refused(trouble) if trouble else await publish(anew, group, post, channels, store)
    await _tidy(anew, sent, group, store, visit.at)
    return _said(item.title, sent, group)


def again_buttons(rows: Iterable[Posting], group: Group, course: Course, own: tuple[OwnPrompt, ...]) -> tuple[Button, ...]:
    """One for each of the first few that were missed or refused."""
    able = [row for row in rows if row.state in ("failed", "missed") and _can_come_again(row)][:MOST_BUTTONS]
    return tuple(
        Button(
            "Post it now" if len(able) == 1 else f"Post {_name(row, course, own)}",
            Press("schedule", "again", (base36(row.posting_id),), group.group_id),
        )
        for row in able
    )


def _can_come_again(row: Posting) -> bool:
    return is_kind(row.kind) or row.kind == "closing"


async def _closing_again(row: Posting, group: Group, visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    anew = replace(row, channel_id=group.home_channel, claimed_at=int(visit.at.timestamp()), state="claimed", trouble=None, tries=0)
    post = await post_of(anew, group, library, store)
    if post is None:
        return say("The plan is no longer part of the course, so it has no closing card either.", tone="look")
    trouble = rights_trouble(group, channels)
    return _said(post.title, Refused(trouble) if trouble else await publish(anew, group, post, channels, store), group)


def _name(row: Posting, course: Course, own: tuple[OwnPrompt, ...]) -> str:
    if row.kind == "closing":
        return "the closing card"
    words = thing_in_words(
        row.kind if is_kind(row.kind) else "prompt", row.theme or None, row.item or None, course, own, on_card=False
    )
    return words if len(words) <= LONGEST_LABEL else f"{words[: LONGEST_LABEL - 1]}…"


async def _tidy(row: Posting, sent: Published | JustPosted | Refused, group: Group, store: Store, at: datetime) -> None:
    slot = await store.slot(row.slot_id) if row.slot_id is not None else None
    if slot is not None and isinstance(sent, Published):
        await tidy(slot, slot.due_at is None, group, store, at)


def _said(title: str, sent: Published | JustPosted | Refused, group: Group) -> Card:
    home = f"<#{group.home_channel}>"
    if isinstance(sent, JustPosted):
        return say("Somebody else posted it in the same moment; it is there once.")
    if isinstance(sent, Refused):
        return say(refused_in_words(title, group.home_channel, sent), tone="look" if sent.passes else "trouble")
    if sent.trouble:
        return say(f"**{title}** is in {home}, but without its thread. {sent.trouble}", tone="look")
    return say(f"**{title}** is posted: <#{sent.thread or group.home_channel}>.", tone="good")
