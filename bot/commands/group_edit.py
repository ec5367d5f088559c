"""``/group edit``: change a group by options or in a form. A form that is refused is not lost: *Try again* brings it back."""

from __future__ import annotations

from msgspec.structs import replace

from bot.cards import Answer, Button, Card, ChannelField, Form, RoleField, Row, Text, TextField, Visit
from bot.channels import Channels
from bot.commands.again import refused, typed_again
from bot.commands.group_options import LONGEST_NAME
from bot.commands.group_wish import Wish, changed
from bot.commands.phrases import say
from bot.commands.slot_times import retimed, with_guide
from bot.group import Group
from bot.library import Library
from bot.press import Press, base36, id_in
from bot.storage import Change, Store

LONGEST_ZONE = 60
TAKEN = "That channel is the home of another group: one group per channel. Choose another with `channel`."


async def edit(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """With options: change these. Without: a form with everything filled in."""
    assert visit.group
    if not set(visit.given) - {"group"}:
        return _as_it_is(visit.group)
    wish = Wish(
        visit.text("name"),
        visit.text("time_zone"),
        visit.text("language"),
        visit.channel("channel"),
        visit.channel("moderators_channel"),
        visit.number("facilitators"),
    )
    return await _change(visit, wish, library, store, channels)


async def form(visit: Visit, library: Library, store: Store) -> Form:
    assert visit.group
    return _as_it_is(visit.group)


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
    return await _change(visit, wish, library, store, channels)


async def try_again(visit: Visit, library: Library, store: Store) -> Form:
    """Open the form again with what was typed: texts from the refusing card's own, ids from its button."""
    assert visit.group
    group = visit.group
    home, moderators, facilitators = (id_in(one) if one else None for one in (*visit.press.args, "", "", "")[:3])
    form = _form(group, group.name, group.time_zone, home or group.home_channel, moderators, facilitators)
    return typed_again(form, visit.on_card)


def in_words(group: Group) -> str:
    """What the group is now, as a list."""
    moderators = f"<#{group.moderators_channel}>" if group.moderators_channel else "none"
    facilitators = f"<@&{group.facilitators_role}>" if group.facilitators_role else "members with Manage Server"
    hidden = (
        "\n-# Discord shows `/group`, `/plan`, `/schedule`, `/prompt`, `/discuss` and `/content` only to members with Manage "
        "Server. To show "
        "them to the facilitators' role too: Server Settings, Integrations, Red Flask."
        if group.facilitators_role
        else ""
    )
    return (
        f"- Home: <#{group.home_channel}>\n- Time zone: {group.time_zone}\n- Language: {group.language}\n"
        f"- Moderators' channel: {moderators}\n- Facilitators: {facilitators}{hidden}"
    )


async def _change(visit: Visit, wish: Wish, library: Library, store: Store, channels: Channels) -> Card:
    assert visit.group
    group = visit.group
    wanted = changed(group, wish, channels, library.languages)
    if isinstance(wanted, str):
        return _refused(group, wish, wanted)
    done = await store.change_group(wanted)
    if done is Change.CHANNEL_TAKEN:
        return _refused(group, wish, TAKEN)
    if done is Change.GONE:
        return say(f"**{group.name}** was closed meanwhile; there is nothing to change.", tone="look")
    slots = await store.slots_of(group.group_id)
    if wanted.time_zone != group.time_zone:  # what was planned for 19:00 stays at 19:00
        await store.change_slots(slots, tuple(retimed(slot, wanted, visit.at) for slot in slots))
    elif wanted.moderators_channel != group.moderators_channel:
        await store.change_slots(slots, tuple(with_guide(slot, wanted, visit.at) for slot in slots))
    kept = f"What the calendar has keeps its hours, now in {wanted.time_zone}: `/calendar`."
    moved = (kept,) if slots and wanted.time_zone != group.time_zone else ()
    card = say(f"**{wanted.name}** is changed.", in_words(wanted), *moved, tone="good")
    paused = sum(slot.paused and slot.why_paused is not None for slot in slots)
    if not paused:
        return card
    said = "One slot of the calendar has paused itself." if paused == 1 else f"{paused} slots of the calendar paused themselves."
    resume = Button("Resume what paused itself", Press("schedule", "resume", (), group.group_id), "main")
    return replace(card, parts=(*card.parts, Text(said), Row((resume,))))


def _refused(group: Group, wish: Wish, why: str) -> Card:
    """Say what is wrong, repeat what was typed, and let it be mended in the form. Nothing is stored for it."""
    moderators = None if "moderators" in wish.clears else group.moderators_channel
    facilitators = None if "facilitators" in wish.clears else group.facilitators_role
    ids = (
        wish.home.id if wish.home else group.home_channel,
        wish.moderators.id if wish.moderators else moderators,
        wish.facilitators or facilitators,
    )
    typed = {"name": wish.name or group.name, "time_zone": wish.time_zone or group.time_zone}
    args = tuple("" if one is None else base36(one) for one in ids)
    again = Press("group", "try-again", args, group.group_id)
    return refused(_form(group, group.name, group.time_zone, *ids), typed, f"{why}\n-# Nothing was changed.", again)


def _form(group: Group, name: str, zone: str, home: int, moderators: int | None, facilitators: int | None) -> Form:
    return Form(
        "Edit the group",
        Press("group", "fill-in", (), group.group_id),
        (
            TextField("name", "Name", name[:LONGEST_NAME], longest=LONGEST_NAME),
            TextField("time_zone", "Time zone", zone[:LONGEST_ZONE], longest=LONGEST_ZONE, help="Such as Europe/Berlin."),
            ChannelField("home", "Home channel", ("text", "announcement", "forum"), home),
            ChannelField(
                "moderators",
                "Moderators' channel",
                ("text",),
                moderators,
                help="Where I tell moderators of trouble. Not one that everyone can view.",
                required=False,
            ),
            RoleField(
                "facilitators",
                "Facilitators' role",
                facilitators,
                help="Its members moderate this group, besides those with Manage Server.",
                required=False,
            ),
        ),
    )


def _as_it_is(group: Group) -> Form:
    return _form(group, group.name, group.time_zone, group.home_channel, group.moderators_channel, group.facilitators_role)
