"""Closing a group. It is hidden at once and erased after a week, so that a slip of the finger can be taken back; or erased at once,
by a button of its own.
"""

from __future__ import annotations

from bot.cards import Answer, Button, Card, Row, Text, Visit
from bot.channels import Channels
from bot.commands.phrases import say
from bot.commands.waiting import remove_all_texts
from bot.group import Group
from bot.library import Library
from bot.press import Press
from bot.progress import learners_in_words
from bot.storage import Store

GRACE_DAYS = 7
"""As the caretaker erases; ``tests/test_closing.py`` sees that they agree."""


async def close(visit: Visit, library: Library, store: Store) -> Card:
    """Ask first, and say what will be erased, and when."""
    assert visit.group  # the desk sees to it: this step needs a group
    counted = await store.counted(visit.group.group_id)
    return Card(
        (
            Text(
                f"## Close {visit.group.name}?\nThe group is gone for everyone at once, and its calendar posts nothing more. "
                f"After {GRACE_DAYS} days it is erased: its settings, calendar, own prompts and own content, its list of what was "
                f"posted, and the progress of all its learners ({learners_in_words(counted)}). Until then "
                "moderators can open it again. "
                "Messages in Discord stay; their buttons will say that the group was closed."
            ),
            Row(
                (
                    Button("Close", Press("group", "close-now", (), visit.group.group_id), "danger"),
                    Button("Close and erase now", Press("group", "erase-now", (), visit.group.group_id), "danger"),
                    Button("Keep the group", Press("group", "show", (), visit.group.group_id)),
                )
            ),
            Text("-# *Close and erase now* can't be undone."),
        ),
        tone="trouble",
    )


async def close_now(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """Hide it; the caretaker erases it when the grace is over. Texts that wait for a decision go at once: nobody could decide."""
    assert visit.group
    await remove_all_texts(visit.group, store, channels)
    if not await store.close_group(visit.group.group_id, on=visit.at.date()):
        return say("This group was closed already; nothing has changed.")
    return Card(
        (
            Text(
                f"**{visit.group.name}** is closed. In {GRACE_DAYS} days all of it is erased. Until then moderators can open it "
                "again, here or with `/group create` in its home channel."
            ),
            Row((_reopen_button(visit.group),)),
        ),
        tone="good",
    )


async def erase_now(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    assert visit.group
    await remove_all_texts(visit.group, store, channels)
    await store.erase_group(visit.group.group_id)
    return say(f"**{visit.group.name}** is closed. {ERASED}", tone="good")


async def reopen(visit: Visit, library: Library, store: Store) -> Card:
    """Take the closing back."""
    group = visit.group
    if group is None or not await store.reopen_group(group.group_id):
        return say("There is nothing to open: the group is open already, or it has been erased.", tone="look")
    return say(f"**{group.name}** is open again, with everything that it kept. `/group show` has it.", tone="good")


async def erase_closed(visit: Visit, library: Library, store: Store) -> Card:
    """A closed group, before its grace is over."""
    group = visit.group and await store.closed_group(group_id=visit.group.group_id)
    if group is None:
        return say("There is nothing to erase: the group is open again, or it has been erased.", tone="look")
    await store.erase_group(group.group_id)
    return say(f"{ERASED} `/group create` begins a new group here.", tone="good")


def still_closed(group: Group) -> Answer:
    """For somebody who wants to begin a group where one was closed."""
    return Card(
        (
            Text(
                f"**{group.name}** has its home there. It was closed, and is erased {GRACE_DAYS} days after that. "
                "Open it again, or erase it now and then begin anew."
            ),
            Row((_reopen_button(group), Button("Erase it now", Press("group", "erase-closed", (), group.group_id), "danger"))),
        ),
        tone="look",
    )


ERASED = "Its settings, its list of what was posted and all progress of its learners are erased."


def _reopen_button(group: Group) -> Button:
    return Button("Open it again", Press("group", "reopen", (), group.group_id))
