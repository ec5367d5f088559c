"""``/group``: moderators begin a study group, look at it, change it, and close it."""

from __future__ import annotations

import re
import secrets

from bot.cards import (
    Answer,
    Button,
    Card,
    Channel,
    ChannelField,
    Channels,
    Choice,
    Form,
    Option,
    Refused,
    RoleField,
    Row,
    Text,
    TextField,
    Visit,
)
from bot.commands.command import Command, Step, Subcommand
from bot.commands.group_wish import LONGEST_NAME, Wish, blank, changed
from bot.commands.phrases import MOST_CHOICES, SAFETY, say
from bot.commands.publish import JustPosted, Post, Published, new_posting, publish
from bot.group import Group
from bot.library import Library
from bot.press import Press, base36
from bot.progress import learners_in_words
from bot.storage import Change, Store
from bot.timetable import zones_like

GROUP_BITS = 40
TAKEN = "That channel is the home of another group: one group per channel. Choose another with `channel`."


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
        return say(TAKEN, tone="look")
    sent = await publish(new_posting(group, "welcome", None, None, visit.at), group, welcome_post(group), channels, store)
    return _created(group, sent)


async def show(visit: Visit, library: Library, store: Store) -> Card:
    """What the group is now, and what a moderator can do with it."""
    assert visit.group  # the desk sees to it: this step needs a group
    group = visit.group
    figures = await store.figures(group.group_id)
    prompts = sum(count for kind, _, _, count in figures.posted if kind == "prompt")
    return Card(
        (
            Text(f"## {group.name}"),
            Text(_in_words(group)),
            Text(f"{learners_in_words(figures.learners).capitalize()} · prompts posted: {prompts}. Who joined, nobody sees."),
            Row(
                (
                    Button("Edit", Press("group", "form", (), group.group_id)),
                    Button("Post the welcome card again", Press("group", "welcome", (), group.group_id)),
                    Button("Close the group", Press("group", "close", (), group.group_id), "danger"),
                )
            ),
        ),
        tone="warm",
    )


async def edit(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """With options: change these. Without: a form with everything filled in."""
    assert visit.group
    if not set(visit.given) - {"group"}:
        return _form(visit.group)
    wish = Wish(
        visit.text("name"),
        visit.text("time_zone"),
        visit.text("language"),
        visit.channel("channel"),
        visit.channel("moderators_channel"),
        visit.number("facilitators"),
    )
    return await _change(visit.group, wish, library, store, channels)


async def form(visit: Visit, library: Library, store: Store) -> Form:
    assert visit.group
    return _form(visit.group)


async def fill_in(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """The form came back: change the group, or say what is wrong and keep what was typed."""
    assert visit.group
    moderators, facilitators = visit.channel("moderators"), visit.number("facilitators")
    empty = {"moderators": moderators, "facilitators": facilitators}
    wish = Wish(
        visit.text("name") or "",
        visit.text("time_zone") or "",
        None,
        visit.channel("home"),
        moderators,
        facilitators,
        frozenset(name for name, value in empty.items() if value is None),
    )
    return await _change(visit.group, wish, library, store, channels)


async def try_again(visit: Visit, library: Library, store: Store) -> Form:
    """Open the form again with what was typed: names from the refusing card's own text, ids from its button."""
    assert visit.group
    typed = dict(re.findall(r"^> (Name|Time zone): (.*)$", visit.on_card, re.MULTILINE))
    home, moderators, facilitators = (int(one, 36) if one else None for one in (*visit.press.args, "", "", "")[:3])
    return _form(
        visit.group,
        Wish(typed.get("Name"), typed.get("Time zone"), None, None, None, None),
        home,
        moderators,
        facilitators,
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


async def close(visit: Visit, library: Library, store: Store) -> Card:
    """Ask first, and say what will be erased."""
    assert visit.group
    figures = await store.figures(visit.group.group_id)
    return Card(
        (
            Text(
                f"## Close {visit.group.name}?\nThis erases the group at once: its settings, its list of what was posted, and the "
                f"progress of all its learners ({learners_in_words(figures.learners)}). Messages in Discord stay; their "
                "buttons will say that the group was closed. It can't be undone."
            ),
            Row(
                (
                    Button("Close and erase", Press("group", "close-now", (), visit.group.group_id), "danger"),
                    Button("Keep the group", Press("group", "show", (), visit.group.group_id)),
                )
            ),
        ),
        tone="trouble",
    )


async def close_now(visit: Visit, library: Library, store: Store) -> Card:
    assert visit.group
    await store.erase_group(visit.group.group_id)
    return say(
        f"**{visit.group.name}** is closed. Its settings, its list of what was posted and all progress of its learners are erased.",
        tone="good",
    )


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


def welcome_post(group: Group) -> Post:
    """The public card that a group begins with."""
    return Post(
        Card(
            (
                Text(f"## Welcome to {group.name}"),
                Text(
                    "This is a study group about digital privacy. Read a short lesson, try a quiz, talk about what you think. "
                    "**Start** opens the lessons, and only you see them. You need not join for that: **Join** lets me "
                    "remember where you were, and shows first what is kept. Nobody is ranked here."
                ),
                Text(f"> {SAFETY}"),
                Row(
                    (
                        Button("Start", Press("learn", "list", (), group.group_id), "main"),
                        Button("Join", Press("join", "offer", (), group.group_id)),
                        Button("About", Press("about", "about", (), group.group_id)),
                    )
                ),
            ),
            tone="warm",
        ),
        f"Welcome to {group.name}",
        with_thread=False,
    )


def _created(group: Group, sent: Published | JustPosted | Refused) -> Card:
    begun = f"**{group.name}** has its home in <#{group.home_channel}>."
    later = Row((Button("Post the welcome card", Press("group", "welcome", (), group.group_id), "main"),))
    if isinstance(sent, Refused):
        return Card((Text(f"{begun} Its welcome card could not be posted: {sent.why}"), later), tone="look")
    onward = "`/discuss` posts the first prompt; `/group show` has everything else."
    return say(f"## The group is there\n{begun} {onward}", _in_words(group), tone="good")


def _in_words(group: Group) -> str:
    moderators = f"<#{group.moderators_channel}>" if group.moderators_channel else "none"
    facilitators = f"<@&{group.facilitators_role}>" if group.facilitators_role else "members with Manage Server"
    return (
        f"- Home: <#{group.home_channel}>\n- Time zone: {group.time_zone}\n- Language: {group.language}\n"
        f"- Moderators' channel: {moderators}\n- Facilitators: {facilitators}"
    )


async def _change(group: Group, wish: Wish, library: Library, store: Store, channels: Channels) -> Card:
    wanted = changed(group, wish, channels, library.languages)
    if isinstance(wanted, str):
        return _refused(group, wish, wanted)
    done = await store.change_group(wanted)
    if done is Change.CHANNEL_TAKEN:
        return _refused(group, wish, TAKEN)
    if done is Change.GONE:
        return say(f"**{group.name}** was closed meanwhile; there is nothing to change.", tone="look")
    return say(f"**{wanted.name}** is changed.", _in_words(wanted), tone="good")


def _refused(group: Group, wish: Wish, why: str) -> Card:
    """Say what is wrong, repeat what was typed, and let it be mended in the form. Nothing is stored for it."""
    name, zone = (" ".join((text or "").split()) for text in (wish.name, wish.time_zone))
    ids = (wish.home, wish.moderators)
    args = (*(base36(one.id) if one else "" for one in ids), base36(wish.facilitators) if wish.facilitators else "")
    return Card(
        (
            Text(f"{why}\n-# Nothing was changed."),
            Text(f"> Name: {name or group.name}\n> Time zone: {zone or group.time_zone}"),
            Row((Button("Try again", Press("group", "try-again", args, group.group_id), "main"),)),
        ),
        tone="look",
    )


def _form(
    group: Group,
    wish: Wish | None = None,
    home: int | None = None,
    moderators: int | None = None,
    facilitators: int | None = None,
) -> Form:
    wish = wish or Wish()
    again = wish.name is not None
    return Form(
        "Edit the group",
        Press("group", "fill-in", (), group.group_id),
        (
            TextField("name", "Name", (wish.name or group.name)[:LONGEST_NAME], longest=LONGEST_NAME),
            TextField(
                "time_zone",
                "Time zone",
                (wish.time_zone or group.time_zone)[:60],
                longest=60,
                help="Such as Europe/Berlin.",
            ),
            ChannelField("home", "Home channel", ("text", "announcement", "forum"), home or group.home_channel),
            ChannelField(
                "moderators",
                "Moderators' channel",
                ("text",),
                moderators if again else group.moderators_channel,
                help="Where I tell moderators of trouble. Not one that everyone can view.",
                required=False,
            ),
            RoleField(
                "facilitators",
                "Facilitators' role",
                facilitators if again else group.facilitators_role,
                help="Its members moderate this group, besides those with Manage Server.",
                required=False,
            ),
        ),
    )


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
_WHICH = Option("group", "Which group? Without it, this channel's.", complete=complete_group)
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
        Subcommand("show", "What a group is now, and what you can do with it.", (_WHICH,)),
        Subcommand(
            "edit",
            "Change a group. Without options you get a form.",
            (_WHICH, _NAME, _ZONE, _LANGUAGE, _HOME, _MODERATORS, _FACILITATORS),
        ),
        Subcommand("close", "Close a group. Asks first, and says what is erased.", (_WHICH,)),
    ),
    steps={
        "create": Step(speaks=create, for_moderators=True),
        "show": Step(show, needs_group=True, for_moderators=True),
        "edit": Step(speaks=edit, needs_group=True, for_moderators=True),
        "form": Step(form, needs_group=True, for_moderators=True),
        "fill-in": Step(speaks=fill_in, needs_group=True, for_moderators=True),
        "try-again": Step(try_again, needs_group=True, for_moderators=True, reads_card=True),
        "welcome": Step(speaks=welcome, needs_group=True, for_moderators=True),
        "close": Step(close, needs_group=True, for_moderators=True),
        "close-now": Step(close_now, needs_group=True, for_moderators=True),
    },
    for_moderators=True,
    in_direct_messages=False,
)
