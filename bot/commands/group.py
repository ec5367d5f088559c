"""``/group``: moderators begin a study group, look at it, change it, and close it."""

from __future__ import annotations

import secrets

from bot.cards import Answer, Button, Card, Channel, Choice, Option, Row, Text, Visit
from bot.channels import Channels, Refused
from bot.commands.command import Command, Step, Subcommand
from bot.commands.group_close import close, close_now, erase_closed, erase_now, reopen, still_closed
from bot.commands.group_edit import TAKEN, edit, fill_in, form, in_words, try_again
from bot.commands.group_report import report
from bot.commands.group_settings import (
    AMOUNT_OPTION,
    ARCHIVE_OPTION,
    GOAL_OPTION,
    GUIDE_OPTION,
    PUBLISH_OPTION,
    QUIET_OPTION,
    REPLIES_OPTION,
    settings,
    settings_again,
    settings_fill_in,
    settings_form,
    settings_in_words,
    settings_row,
)
from bot.commands.group_wish import LONGEST_NAME, Wish, blank, changed
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


_HOME = Option(
    "channel",
    "Its home: a text, announcement or forum channel.",
    kind="channel",
    kinds=("text", "announcement", "forum"),
)
_MODERATORS = Option("moderators_channel", "Where I tell moderators of trouble.", kind="channel", kinds=("text",))
_FACILITATORS = Option("facilitators", "A role whose members moderate this group too.", kind="role")
WHICH = Option("group", "Which group? Without it, this channel's.", complete=complete_group)
_NAME = Option("name", "What the group is called.", most=LONGEST_NAME)
_ZONE = Option("time_zone", "Its time zone: type the nearest big city.", complete=complete_zone)
_LANGUAGE = Option("language", "The language of its lessons.", complete=complete_language)


def _required(option: Option) -> Option:
    return Option(option.name, option.about, option.kind, True, complete=option.complete, most=option.most)


GROUP = Command(
    "group",
    "Begin a study group, look at it, change it, close it.",
    subcommands=(
        Subcommand(
            "create",
            "Begin a study group. Its home is this channel, unless you name another.",
            (_required(_NAME), _required(_ZONE), _required(_LANGUAGE), _HOME, _MODERATORS, _FACILITATORS),
        ),
        Subcommand("show", "What a group is now, and what you can do with it.", (WHICH,)),
        Subcommand(
            "edit",
            "Change a group. Without options you get a form.",
            (WHICH, _NAME, _ZONE, _LANGUAGE, _HOME, _MODERATORS, _FACILITATORS),
        ),
        Subcommand(
            "settings",
            "Quiet hours, threads, facilitators' cards, replies without a name. Without options you get a form.",
            (WHICH, QUIET_OPTION, ARCHIVE_OPTION, GUIDE_OPTION, REPLIES_OPTION, PUBLISH_OPTION, GOAL_OPTION, AMOUNT_OPTION),
        ),
        Subcommand("report", "What the group has covered, discussed and learnt, as a page and a table to take away.", (WHICH,)),
        Subcommand("close", "Close a group. Asks first, and says what is erased.", (WHICH,)),
    ),
    steps={
        "create": Step(speaks=create, for_moderators=True),
        "show": Step(show, needs_group=True, for_moderators=True),
        "edit": Step(speaks=edit, needs_group=True, for_moderators=True),
        "form": Step(form, needs_group=True, for_moderators=True),
        "fill-in": Step(speaks=fill_in, needs_group=True, for_moderators=True),
        "try-again": Step(try_again, needs_group=True, for_moderators=True, reads_card=True),
        "settings": Step(speaks=settings, needs_group=True, for_moderators=True),
        "settings-form": Step(settings_form, needs_group=True, for_moderators=True),
        "settings-fill-in": Step(speaks=settings_fill_in, needs_group=True, for_moderators=True),
        "settings-again": Step(settings_again, needs_group=True, for_moderators=True, reads_card=True),
        "welcome": Step(speaks=welcome, needs_group=True, for_moderators=True),
        "report": Step(report, needs_group=True, for_moderators=True),
        "close": Step(close, needs_group=True, for_moderators=True),
        "close-now": Step(speaks=close_now, needs_group=True, for_moderators=True),
        "erase-now": Step(speaks=erase_now, needs_group=True, for_moderators=True),
        "reopen": Step(reopen, for_moderators=True, of_closed=True),
        "erase-closed": Step(erase_closed, for_moderators=True, of_closed=True),
    },
    for_moderators=True,
    in_direct_messages=False,
)
