"""``/schedule history``: what was posted, with a way to it; what was missed, skipped or refused, and why."""

from __future__ import annotations

from bot.cards import Answer, Button, Card, Row, Text, Visit
from bot.channels import Channels
from bot.commands.choosing import OWN, is_kind
from bot.commands.schedule_again import again_buttons
from bot.commands.schedule_card import slot_press
from bot.commands.slot_words import find_slot, thing_in_words
from bot.group import Group
from bot.library import Course, Library
from bot.press import Press
from bot.storage import OwnPrompt, Posting, Slot, Store

MOST_LINES = 15
LONGEST_WHY = 110
ROOM = 3_600


async def history(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """The latest of one slot, or of the whole group."""
    assert visit.group
    group, slot = visit.group, None
    if visit.press.args or visit.text("slot") is not None:
        found = await find_slot(visit, library, store)
        if isinstance(found, Card):
            return found
        slot = found
    rows = await store.history(group.group_id, slot.slot_id if slot else None, MOST_LINES)
    own = await store.own_prompts(group.group_id) if any(row.theme == OWN for row in rows) else ()
    course = library.course(group.language)
    lines: list[str] = []
    room = ROOM
    for row in rows:
        line = _line(row, group, course, own, channels)
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    of = "this slot" if slot else group.name
    nothing = "Nothing has been posted yet."
    again = again_buttons(rows[: len(lines)], group, course, own)
    return Card(
        (
            Text(f"## What {of} has had"),
            Text("\n".join(lines) or nothing),
            *((Row(again),) if again else ()),
            _back(slot, group),
        ),
        tone="warm",
    )


def _line(row: Posting, group: Group, course: Course, own: tuple[OwnPrompt, ...], channels: Channels) -> str:
    what = thing_in_words(row.kind if is_kind(row.kind) else "prompt", row.theme or None, row.item or None, course, own)
    at = row.claimed_at if row.state == "posted" else row.due_at or row.claimed_at
    return f"- <t:{at}:f> {what}: {_outcome(row, group, channels)}"


def _outcome(row: Posting, group: Group, channels: Channels) -> str:
    match row.state:
        case "posted" if row.message_id is not None:
            return f"[posted]({_link(row, group, channels)})"
        case "posted":
            return "posted, and deleted since"
        case "missed":
            return "**missed**: I was not running then, or it was in quiet hours"
        case "skipped":
            return "skipped by a moderator"
        case "waiting":
            return f"**not posted yet**: {_short(row.trouble)} I try again <t:{row.retry_at}:R>."
        case "failed":
            return f"**not posted**: {_short(row.trouble)}"
        case _:
            return "being posted"


def _link(row: Posting, group: Group, channels: Channels) -> str:
    """A forum's post is a place of its own; in any other channel the message stands in the channel, whatever thread hangs on it."""
    home = channels.channel(row.channel_id)
    is_forum = home.kind == "forum" if home else group.home_kind == "forum"
    place = row.thread_id if is_forum and row.thread_id is not None else row.channel_id
    return f"https://discord.com/channels/{group.server_id}/{place}/{row.message_id}"


def _short(why: str | None) -> str:
    why = why or "I don't know why."
    return why if len(why) <= LONGEST_WHY else f"{why[: LONGEST_WHY - 1]}…"


def _back(slot: Slot | None, group: Group) -> Row:
    everything = Button("All slots", Press("schedule", "list", (), group.group_id))
    return Row((Button("Back to the slot", slot_press("open", slot)), everything) if slot else (everything,))
