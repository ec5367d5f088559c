"""``/group``: moderators begin a study group, look at it, change it, and close it."""

from __future__ import annotations

import secrets

from bot.cards import Answer, Button, Card, Channel, Choice, Row, Text, Visit
from bot.channels import Channels, Refused
from bot.commands.group_close import still_closed
from bot.commands.group_edit import TAKEN, in_words
from bot.commands.group_settings import (
    settings_in_words,
    settings_row,
)
from bot.commands.group_wish import Wish, blank, changed
from bot.commands.phrases import MOST_CHOICES, say
from bot.commands.posts import welcome_post
from bot.commands.publish import JustPosted, Published, new_posting, publish
from bot.group import Group
from bot.library import Library
from bot.press import GROUP_BITS, Press, base36
from bot.progress import learners_in_words
from bot.storage import Store
from bot.timetable import zones_like


async def create(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """Check everything, store the group, post its welcome card."""
    assert visit.place.server is not None  # Discord offers this command on servers only; the desk checks it too
    home = visit.channel("channel") or _here(visit, channels)
    if home is None:
        return say("I can't see this channel. Let me view it, or name another one with `channel`.", tone="trouble")
    new = blank(secrets.randbits(GROUP_BITS), visit.place.server, home, visit.at.date())
    wish = Wish(
        visit.text("name") or "",
        visit.text("time_zone") or "",
        visit.text("language") or "en",
        home,
        visit.channel("moderators_channel"),
        visit.number("facilitators"),
    )
    group = changed(new, wish, channels, library.languages)
    if isinstance(group, str):
        return say(f"{group}\n-# No group was made. Press the arrow-up key, or type the command again.", tone="look")
    if not await store.add_group(group):
        closed = await store.closed_group(home_channel=group.home_channel)
        return still_closed(closed) if closed else say(TAKEN, tone="look")
    sent = await publish(new_posting(group, "welcome", None, None, visit.at), group, welcome_post(group), channels, store)
    return _created(group, sent)


async def show(visit: Visit, library: Library, store: Store) -> Card:
    """What the group is now, and what a moderator can do with it."""
    assert visit.group  # the desk sees to it: this step needs a group
    group = visit.group
    figures, counted = await store.figures(group.group_id), await store.counted(group.group_id)
    prompts = sum(count for kind, _, _, count in figures.posted if kind == "prompt")
    return Card(
        (
            Text(f"## {group.name}"),
            Text(in_words(group)),
            Text(settings_in_words(group)),
            Text(
                f"{learners_in_words(counted).capitalize()}, counted once a week · prompts posted: {prompts}. "
                f"Who joined, nobody sees."
            ),
            Row(
                (
                    Button("Edit", Press("group", "form", (), group.group_id)),
                    Button("Post the welcome card again", Press("group", "welcome", (), group.group_id)),
                    Button("Close the group", Press("group", "close", (), group.group_id), "danger"),
                )
            ),
            settings_row(group),
        ),
        tone="warm",
    )


async def welcome(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """Post the welcome card once more."""
    assert visit.group
    posting = new_posting(visit.group, "welcome", None, None, visit.at)
    sent = await publish(posting, visit.group, welcome_post(visit.group), channels, store)
    if isinstance(sent, JustPosted):
        return say("The welcome card was posted a moment ago; it is there once.")
    if isinstance(sent, Refused):
        return say(f"I could not post in <#{visit.group.home_channel}>. {sent.why}", tone="trouble")
    return say(f"The welcome card is in <#{sent.thread or visit.group.home_channel}>.", tone="good")


async def complete_zone(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    return tuple(Choice(name.replace("_", " "), name) for name in zones_like(typed))


async def complete_language(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    return tuple(Choice(name, name) for name in library.languages if typed.casefold() in name)


async def complete_group(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    """The server's groups, for moderators of each."""
    groups = await store.groups_of(visit.place.server) if visit.place.server is not None else ()
    wanted = typed.casefold().strip()
    return tuple(
        Choice(group.name, base36(group.group_id))
        for group in groups
        if wanted in group.name.casefold() and visit.rights.moderates(group)
    )[:MOST_CHOICES]


def _created(group: Group, sent: Published | JustPosted | Refused) -> Card:
    begun = f"**{group.name}** has its home in <#{group.home_channel}>."
    later = Row((Button("Post the welcome card", Press("group", "welcome", (), group.group_id), "main"),))
    if isinstance(sent, Refused):
        return Card((Text(f"{begun} Its welcome card could not be posted: {sent.why}"), later), tone="look")
    onward = "`/plan start` plans a whole course in one go, `/discuss` posts a first prompt; `/group show` has everything else."
    return say(f"## The group is there\n{begun} {onward}", in_words(group), tone="good")


def _here(visit: Visit, channels: Channels) -> Channel | None:
    where = visit.place.parent or visit.place.channel
    return channels.channel(where) if where is not None else None
