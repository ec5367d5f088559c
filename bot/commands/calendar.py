"""``/calendar``: what the group gets next, for everybody, in each reader's own zone. It tells of the group, never of a person."""

from __future__ import annotations

from bot.cards import Button, Card, Row, Text, Visit
from bot.commands.choosing import OWN
from bot.commands.command import Command, Step
from bot.commands.phrases import quoted
from bot.commands.slot_times import next_three
from bot.commands.slot_words import can_post, own_of, title_of
from bot.library import Course, Library
from bot.press import Press
from bot.storage import OwnPrompt, Slot, Store

MOST = 3
_WORDS = {"lesson": "A lesson", "prompt": "To discuss", "scenario": "To play", "round": "To play together", "review": "To review"}


async def calendar(visit: Visit, library: Library, store: Store) -> Card:
    """The next three postings over all slots that don't pause."""
    assert visit.group  # the desk sees to it: this step needs a group
    group, slots = visit.group, await store.slots_of(visit.group.group_id)
    course, own = library.course(group.language), await own_of(group, slots, store)
    active = [slot for slot in slots if not slot.paused and can_post(slot, course, own)]
    dates = ((at, slot.slot_id, slot) for slot in active for at in next_three(slot, group, visit.at))
    ahead = sorted(dates, key=lambda one: one[:2])[:MOST]
    moderates = visit.rights.moderates(group)
    if not ahead:
        how = " `/schedule add` plans one thing, `/plan start` a whole course." if moderates else ""
        return Card(
            (
                Text(
                    f"## What comes next in {group.name}\nNothing is planned just now.{how} "
                    "Lessons and quizzes are there at any time: `/learn`, `/quiz`."
                ),
            ),
            tone="warm",
        )
    lines = [f"**<t:{at}:F>** (<t:{at}:R>)\n{_in_words(slot, course, own)}" for at, _, slot in ahead]
    where = f"-# In <#{group.home_channel}>. The dates are in your own time zone."
    everything = (Row((Button("All slots", Press("schedule", "list", (), group.group_id)),)),) if moderates else ()
    return Card((Text(f"## What comes next in {group.name}"), Text("\n\n".join(lines)), Text(where), *everything), tone="warm")


def _in_words(slot: Slot, course: Course, own: tuple[OwnPrompt, ...]) -> str:
    """What it will be, as far as that is known: what is unused is chosen only when it is posted."""
    if slot.kind == "review":
        return "A review hour: what you are about to forget, each on their own"
    title = title_of(slot.kind, slot.theme, slot.item, course, own) if slot.item else None
    if title:
        return f"{_WORDS[slot.kind]}: {quoted(title, 80)}"
    if slot.theme == OWN:
        return "The next prompt of our own"
    theme = course.theme(slot.theme) if slot.theme else None
    about = f"about *{theme.title}*" if theme else "of the course"
    return f"The next {slot.kind} {about}"


CALENDAR = Command(
    "calendar",
    "What your group gets next, and when. Only you see it.",
    first="calendar",
    steps={"calendar": Step(calendar, needs_group=True)},
    in_direct_messages=False,
)
