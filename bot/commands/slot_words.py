"""What a slot is called: on cards, in menus and in the suggestions while somebody types. No step lives here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from bot.cards import Button, Card, Choice, Row, Text, Visit
from bot.channels import Channels, Right
from bot.commands.choosing import OWN, Kind, candidates, question_of
from bot.commands.phrases import MOST_CHOICES, quoted
from bot.commands.slot_times import next_three
from bot.group import Group
from bot.library import Course, Library
from bot.press import Press, base36
from bot.rule import rule_in_words
from bot.storage import OwnPrompt, Slot, Store
from bot.timetable import hour_is_quiet

LONGEST_TITLE = 80


def what_it_posts(slot: Slot, course: Course, own: tuple[OwnPrompt, ...], *, on_card: bool = True) -> str:
    """Such as ``next prompt of Opting in``. Off a card, in a menu, no sign is escaped."""
    return thing_in_words(slot.kind, slot.theme, slot.item, course, own, on_card=on_card)


def thing_in_words(
    kind: Kind, theme: str | None, item: str | None, course: Course, own: tuple[OwnPrompt, ...], *, on_card: bool = True
) -> str:
    """One item by its title, or which items follow one another."""
    if kind == "review":
        return "review hour"
    if item is not None:
        title = title_of(kind, theme, item, course, own)
        if title is None:
            return f"a {kind} that is not there any more"
        return f"{kind} {quoted(title, LONGEST_TITLE)}" if on_card else f"{kind} “{title}”"
    if theme is None:
        return f"next {kind} of the whole course"
    if theme == OWN:
        return "next of our own prompts"
    found = course.theme(theme)
    return f"next {kind} of {found.title}" if found else f"next {kind} of a theme that is not there any more"


def title_of(kind: Kind, theme: str | None, item: str, course: Course, own: tuple[OwnPrompt, ...]) -> str | None:
    """The title of one item; ``None`` when it was removed."""
    if kind == "prompt" and (question := question_of(course.theme(theme or ""), item)):
        return question.ask
    return next((one.title for one in candidates(course, kind, theme, own) if one.item == item), None)


def can_post(slot: Slot, course: Course, own: tuple[OwnPrompt, ...]) -> bool:
    """Whether what it posts is there (still)."""
    return any(slot.item in (None, one.item) for one in candidates(course, slot.kind, slot.theme, own))


def rhythm_in_words(slot: Slot) -> str:
    """Such as ``every Thursday at 19:00, until 17 December 2026``."""
    if not slot.rule:
        return f"once, on {day_in_words(slot.starts_on)} at {slot.hour:%H:%M}"
    until = f", until {day_in_words(slot.ends_on)}" if slot.ends_on else ""
    return f"{rule_in_words(slot.rule, slot.hour)}{until}"


def sentence(words: str) -> str:
    """With a capital at its beginning, and the rest as it was."""
    return f"{words[:1].upper()}{words[1:]}"


def day_in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def label_of(slot: Slot, course: Course, own: tuple[OwnPrompt, ...]) -> str:
    """One line for a menu, such as ``Every Thursday at 19:00 · next prompt of Opting in``."""
    line = f"{sentence(rhythm_in_words(slot))} · {what_it_posts(slot, course, own, on_card=False)}"
    return line if len(line) <= 100 else f"{line[:99]}…"


def stamps(moments: Iterable[int], style: str = "f") -> tuple[str, ...]:
    """Dates that Discord shows to each reader in their own zone."""
    return tuple(f"<t:{one}:{style}>" for one in moments)


def dates_in_words(slot: Slot, group: Group, now: datetime) -> str:
    """The next three dates, or that there are none."""
    return " · ".join(stamps(next_three(slot, group, now))) or "no date is left"


async def own_of(group: Group, slots: Iterable[Slot], store: Store) -> tuple[OwnPrompt, ...]:
    """The group's own prompts, asked for only if one of these slots posts them."""
    return await store.own_prompts(group.group_id) if any(slot.theme == OWN for slot in slots) else ()


# ---------------------------------------------------------------- which slot


async def complete_slot(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    """The group's slots, for its moderators."""
    if visit.group is None or not visit.rights.moderates(visit.group):
        return ()
    slots, course = await store.slots_of(visit.group.group_id), library.course(visit.group.language)
    own, wanted = await own_of(visit.group, slots, store), typed.casefold().strip()
    found = (Choice(label_of(slot, course, own), base36(slot.slot_id)) for slot in slots)
    return tuple(one for one in found if wanted in one.label.casefold())[:MOST_CHOICES]


async def find_slot(visit: Visit, library: Library, store: Store) -> Slot | Card:
    """The slot of a press, a menu or a typed command; a card if this group has no such slot."""
    assert visit.group  # every step that asks for a slot needs a group
    named = visit.press.args[0] if visit.press.args else visit.text("picked") or visit.text("slot") or ""
    slots = await store.slots_of(visit.group.group_id)
    found = next((slot for slot in slots if base36(slot.slot_id) == named), None)
    if found is None and named:
        course, own = library.course(visit.group.language), await own_of(visit.group, slots, store)
        like = [slot for slot in slots if label_of(slot, course, own).casefold() == named.casefold()]
        found = like[0] if len(like) == 1 else None
    return found or no_such_slot(visit.group.group_id)


def no_such_slot(group_id: int) -> Card:
    return Card(
        (
            Text("That slot is not in the calendar (any more). The list has those that are."),
            Row((Button("All slots", Press("schedule", "list", (), group_id), "main"),)),
        ),
        tone="look",
    )


# ---------------------------------------------------------------- what could go wrong


def rights_trouble(group: Group, channels: Channels) -> str | None:
    """Which rights the bot lacks to post in the group's home; ``None`` when it has them all."""
    opening: tuple[Right, ...] = () if group.home_kind == "forum" else ("open threads",)
    return channels.missing(group.home_channel, "view", "send", "send in threads", "attach", "tag", *opening)


def ping_trouble(slot: Slot, group: Group, channels: Channels) -> str | None:
    """A hint when the role that is to be pinged would not notice."""
    if slot.ping is None or channels.role_pings(group.server_id, slot.ping):
        return None
    return (
        f"<@&{slot.ping}> would not be notified, or is gone: in the role's settings, allow anyone to mention it, "
        "or give me Mention Everyone."
    )


def quiet_trouble(slot: Slot, group: Group) -> str | None:
    """A hint when its hour has come to lie in quiet hours."""
    if slot.due_at is None or not hour_is_quiet(slot.hour, group.quiet_from, group.quiet_until):
        return None
    return "its hour is in the quiet hours, so it waits until they end, or is missed. `/schedule edit` gives it another hour."


def moderators_trouble(group: Group, channels: Channels) -> str | None:
    """A hint when what goes wrong, and the facilitators' cards, can't be told to the moderators any more."""
    if group.moderators_channel is None:
        return None
    if channels.channel(group.moderators_channel) is None:
        return "the moderators' channel is gone, or I can't see it, so I can tell you nothing. `/group edit` names another."
    lacking = channels.missing(group.moderators_channel, "view", "send")
    return f"I can tell the moderators nothing. {lacking}" if lacking else None
