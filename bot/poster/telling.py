"""What moderators hear of the calendar: one message for all that went wrong, and a word when something comes to its end.

It goes to the group's moderators' channel. Where there is none, or it can't be reached, ``/schedule list`` and
``/schedule history`` say the same.
"""

from __future__ import annotations

from itertools import groupby

from bot.cards import Button, Card, Row, Text
from bot.channels import Channels, Posted, Refused
from bot.commands.choosing import OWN, is_kind
from bot.commands.publish import tell_moderators
from bot.commands.slot_words import sentence, thing_in_words
from bot.group import Group
from bot.library import Library
from bot.poster.delivery import Tools
from bot.poster.safely import safely
from bot.poster.turns import Job, in_turns
from bot.press import Press, base36
from bot.storage import Posting, Slot, Store

MOST_LINES = 10


async def tell_all(tools: Tools, workers: int) -> None:
    """Each group's missed and failed postings that its moderators have not heard of, in one message for all of them."""
    jobs: list[Job[list[Posting]]] = []
    for group_id, its in groupby(sorted(await tools.store.untold(), key=lambda one: one.group_id), lambda one: one.group_id):
        group = await tools.store.group(group_id)
        postings = sorted(its, key=lambda one: one.due_at or one.claimed_at)
        if group is None:
            await tools.store.tell(tuple(one.posting_id for one in postings))
        elif tools.channels.serves(group.server_id):
            jobs.append(Job(0, group.server_id, postings))

    async def tell(postings: list[Posting]) -> None:
        await safely("poster.tell", _tell_and_note(tools, postings))

    await in_turns(jobs, tell, workers)


async def _tell_and_note(tools: Tools, postings: list[Posting]) -> None:
    if await _tell(tools, postings):
        await tools.store.tell(tuple(one.posting_id for one in postings))


async def _tell(tools: Tools, postings: list[Posting]) -> bool:
    """False if it may go better at the next look. With no channel to tell it in, the history has it."""
    group = await tools.store.group(postings[0].group_id)
    if group is None:
        return True
    card = await _troubles(group, postings, await tools.shelves.of(group), tools.store)
    said = await tell_moderators(group, card, tools.channels, f"t{base36(postings[0].posting_id)}")
    return not (isinstance(said, Refused) and said.passes)


async def say_without_thread(tools: Tools, group: Group, posting: Posting, title: str, trouble: str) -> None:
    card = Card((Text(f"**{title}** is in <#{posting.channel_id}>, but without its thread. {trouble}"),), tone="look")
    await tell_moderators(group, card, tools.channels, f"w{base36(posting.posting_id)}")


async def say_supply_ends(tools: Tools, group: Group, slot: Slot, posting_id: int) -> None:
    """All were used once."""
    of = _about(slot.theme, group, await tools.shelves.of(group))
    card = Card(
        (
            Text(
                f"That was the last {slot.kind} {of} that **{group.name}** had not had. From the next date on they begin again "
                "with the first. `/schedule edit` chooses something else."
            ),
        ),
        tone="look",
    )
    await tell_moderators(group, card, tools.channels, f"e{base36(posting_id)}")


async def title_of(posting: Posting, group: Group, library: Library, store: Store) -> str:
    """What a posting was to show, in a few words."""
    if is_kind(posting.kind):
        own = await store.own_prompts(group.group_id) if posting.theme == OWN else ()
        course = library.course(group.language)
        words = thing_in_words(posting.kind, posting.theme or None, posting.item or None, course, own)
        return sentence(words) if words.startswith("a ") else f"The {words}"
    return {"welcome": "The welcome card", "guide": "A facilitator's card", "closing": "The closing card"}.get(
        posting.kind, "A reply"
    )


async def _troubles(group: Group, postings: list[Posting], library: Library, store: Store) -> Card:
    missed = [one for one in postings if one.state == "missed"]
    failed = [one for one in postings if one.state != "missed"]
    parts: list[str] = [f"## Not posted in {group.name}"]
    if missed:
        lines = [f"- {await _line(one, group, library, store)}" for one in missed[-MOST_LINES:]]
        more = f"\n- and {len(missed) - MOST_LINES} more before" if len(missed) > MOST_LINES else ""
        parts.append("**Missed, since I was not running then, or it was in quiet hours:**\n" + "\n".join(lines) + more)
        parts.append("`/prompt now` posts the next one at once. The calendar goes on as planned.")
    for one in failed[:MOST_LINES]:
        parts.append(f"{await _line(one, group, library, store)}: {one.trouble or ''}")  # noqa: PERF401  it awaits
    paused = [slot for slot in await store.slots_of(group.group_id) if slot.why_paused]
    if paused:
        slots, them = ("One slot has", "it") if len(paused) == 1 else (f"{len(paused)} slots have", "them")
        parts.append(f"{slots} paused. When that is mended, `/schedule resume` lets {them} go on; it looks first whether it works.")
    own = await store.own_prompts(group.group_id) if any(one.theme == OWN for one in postings) else ()
    from bot.commands.schedule_again import again_buttons

    again = again_buttons((*failed, *reversed(missed)), group, library.course(group.language), own)
    row = Row((*again, Button("What was posted", Press("schedule", "history", (), group.group_id))))
    return Card((Text("\n\n".join(parts)[:3500]), row), tone="trouble")


async def _line(posting: Posting, group: Group, library: Library, store: Store) -> str:
    return f"<t:{posting.due_at or posting.claimed_at}:f> {await title_of(posting, group, library, store)}"


def _about(theme: str | None, group: Group, library: Library) -> str:
    if theme == OWN:
        return "of your own"
    found = library.course(group.language).theme(theme) if theme else None
    return f"about *{found.title}*" if found else "of the course"


async def tell_of_lost_home(group: Group, channel: int, channels: Channels) -> bool:
    """A group's home was deleted."""
    sentence = (
        f"The home channel of **{group.name}** was deleted, so nothing can be posted there. "
        "Nothing that was kept is lost. `/group edit` gives the group another home."
    )
    said = await tell_moderators(group, Card((Text(sentence),), tone="trouble"), channels, f"gone{base36(channel)}")
    return isinstance(said, Posted)
