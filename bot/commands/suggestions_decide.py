"""What moderators do with a suggested prompt: accept it, edit it first, or decline it; and the group's own prompts.

Title and text are read from the card. Its row in the store decides who decides: whoever takes it.
"""

from __future__ import annotations

from bot.cards import Button, Card, Choice, Divider, Form, Menu, Row, Text, TextField, Visit
from bot.commands.choosing import OWN
from bot.commands.others_words import as_quote, from_quote, is_quote, tamed, untamed
from bot.commands.phrases import MOST_CHOICES, note, quoted, say
from bot.commands.waiting import ON_CARD_ALONE, decided, has_something, id_of, texts_of, trouble_on_card
from bot.library import Library
from bot.press import NotAPress, Press, base36
from bot.storage import OwnPrompt, Store, WaitingCard

LONGEST_TITLE = 60
LONGEST_TEXT = 1_000
MOST = MOST_CHOICES
"""Prompts of a group's own: as many as a menu has room for."""
_HEADING = "### "


def waiting_card(group_id: int, title: str, text: str, trouble: str | None = None) -> Card:
    """The card in the moderators' channel. Title and text are its last two, so that they can be read back whole."""
    return Card(
        (
            Text(f"## A suggested prompt\nSomebody in the group would like to talk about this. {ON_CARD_ALONE}"),
            *trouble_on_card(trouble),
            Divider(),
            Text(f"{_HEADING}{tamed(title)}"),
            Text(as_quote(text)),
            Divider(),
            Row(
                (
                    Button("Accept", Press("suggestions", "accept", (), group_id), "main"),
                    Button("Edit", Press("suggestions", "edit", (), group_id)),
                    Button("Decline", Press("suggestions", "decline", (), group_id)),
                )
            ),
        ),
        to="this card",
    )


def tidy(title: str | None) -> str:
    """A title on one line."""
    return " ".join((title or "").split())


async def accept(visit: Visit, library: Library, store: Store) -> Card:
    """It becomes a prompt of the group, as it stands."""
    title, text = _suggested(visit)
    return await _add(visit, title, text, store)


async def edit(visit: Visit, library: Library, store: Store) -> Form:
    """The form with what was suggested; sending it accepts it."""
    assert visit.group
    title, text = _suggested(visit)
    return Form(
        "Edit and accept",
        Press("suggestions", "edited", (), visit.group.group_id),
        (
            TextField("title", "Title", title, longest=LONGEST_TITLE),
            TextField("text", "Text", text, longest=LONGEST_TEXT, long=True),
        ),
    )


async def edited(visit: Visit, library: Library, store: Store) -> Card:
    """It becomes a prompt of the group, as the moderator wrote it. A field that was emptied stays as it was suggested."""
    title, text = _suggested(visit)
    new_title, new_text = tidy(visit.text("title")), visit.text("text") or ""
    title = new_title[:LONGEST_TITLE] if has_something(new_title) else title
    text = new_text[:LONGEST_TEXT] if has_something(new_text) else text
    written = Text(f"{_HEADING}{tamed(title)}"), Text(as_quote(text))
    return await _add(visit, title, text, store, Text("This is what you had written:"), *written)


async def decline(visit: Visit, library: Library, store: Store) -> Card:
    """Take the text off the card."""
    title, text = _suggested(visit)
    assert visit.group and visit.on_message is not None
    is_ours = await store.take_waiting_card(visit.on_message)
    same = _same(await store.own_prompts(visit.group.group_id), title, text)
    if same and not is_ours:
        return _accepted(same[0])
    if same:
        there = f"But the same is prompt {same[0].number} of your own already; `/group show` leads to them."
        return decided(f"Declined, and its text is removed from here. {there}")
    if not is_ours:
        # Declined before, and its answer was lost; or accepted in other words.
        return decided("The text is removed. If it was accepted in other words, it is among your own prompts: `/group show`.")
    return decided("Declined. The text is removed.")


async def waits(visit: Visit, library: Library, store: Store) -> Card:
    """A moderator sees that the card waits still, though its row is gone: the bot was stopped at a bad moment."""
    assert visit.group
    card = id_of(visit.press.args[0] if visit.press.args else "")
    if visit.group.moderators_channel is None:
        raise NotAPress("nowhere to wait")
    row = WaitingCard(card, visit.group.group_id, visit.group.moderators_channel, "suggestion", visit.at.date())
    await store.add_waiting_card(row)
    return say("Then please press its button once more.")


async def own(visit: Visit, library: Library, store: Store) -> Card:
    """The group's own prompts; a menu opens one."""
    assert visit.group
    prompts = await store.own_prompts(visit.group.group_id)
    picked = visit.text("picked")
    if picked is not None:
        return _one(visit, next((one for one in prompts if str(one.number) == picked), None))
    if not prompts:
        return say(
            f"**{visit.group.name}** has no prompts of its own yet. Anybody can suggest one with `/suggest`; what you accept is "
            "listed here, and `/discuss` posts it."
        )
    lines = "\n".join(f"- {one.number}: {quoted(one.title)}" for one in prompts)
    choices = tuple(Choice(f"{one.number}: {one.title}", str(one.number)) for one in prompts[:MOST])
    return note(
        Text(f"## Our own prompts\n{lines}"),
        Menu(Press("suggestions", "own", (), visit.group.group_id), choices, "Read one, or remove it"),
    )


async def remove(visit: Visit, library: Library, store: Store) -> Card:
    """Remove one. Its text stays on this private card, so that a slip can be mended by copying it."""
    assert visit.group
    named = visit.press.args[0] if visit.press.args else ""
    prompt = next((one for one in await store.own_prompts(visit.group.group_id) if str(one.number) == named), None)
    if prompt is None or not await store.remove_own_prompt(visit.group.group_id, prompt.number):
        return _one(visit, None)
    slots = await store.slots_of(visit.group.group_id)
    planned = any((slot.theme, slot.item) == (OWN, str(prompt.number)) for slot in slots)
    hint = " A slot of the calendar was to post it: `/schedule list` leads there." if planned else ""
    return note(
        Text(f"Prompt {prompt.number} is removed. What was posted of it stays.{hint} It was this:"),
        Divider(),
        Text(f"{_HEADING}{tamed(prompt.title)}"),
        Text(as_quote(prompt.text)),
        Row((_all(visit),)),
        tone="good",
    )


async def _add(visit: Visit, title: str, text: str, store: Store, *typed: Text) -> Card:
    """Add it first, then take the card; who does not get the card takes back what they added.

    In this order nothing is lost if the bot dies in between: the card still waits, and its next Accept finds the same prompt and
    keeps one. And two at once can't both have the card, nor can one decline what another accepts.
    """
    assert visit.group and visit.on_message is not None
    group = visit.group.group_id
    before = await store.own_prompts(group)
    if len(before) >= MOST and not _same(before, title, text):
        full = f"The group has {MOST} prompts of its own, which is the most: remove one first (`/group show`), then accept this."
        return waiting_card(group, title, text, full)
    added = await store.add_own_prompt(group, title, text, visit.at.date())
    if added is None:
        return say("The group was closed meanwhile; there is nothing to accept.", tone="look")
    is_ours = await store.take_waiting_card(visit.on_message)
    others = [one for one in _same(await store.own_prompts(group), title, text) if one.number != added.number]
    if is_ours:
        for one in others:
            await store.remove_own_prompt(group, one.number)
        return _accepted(added)
    await store.remove_own_prompt(group, added.number)
    if others:
        return _accepted(others[0])
    still = Button("It still waits", Press("suggestions", "waits", (base36(visit.on_message),), group))
    late = "Another moderator has decided about this one, so nothing was added. Only if its card still has its buttons:"
    return note(*typed, Text(late), Row((still,)), tone="look")


def _accepted(prompt: OwnPrompt) -> Card:
    return decided(
        f"Accepted: {quoted(prompt.title)} is prompt {prompt.number} of your own. `/discuss` posts it, `/schedule add` "
        "plans it, and `/group show` leads to all of them."
    )


def _same(prompts: tuple[OwnPrompt, ...], title: str, text: str) -> list[OwnPrompt]:
    return [one for one in prompts if (one.title, one.text) == (title, text)]


def _suggested(visit: Visit) -> tuple[str, str]:
    title, text = texts_of(visit, 2)
    if not title.startswith(_HEADING):
        raise NotAPress("not a suggestion")
    title = title.removeprefix(_HEADING)
    return (untamed(title) if is_quote(text) else title)[:LONGEST_TITLE], from_quote(text)[:LONGEST_TEXT]


def _one(visit: Visit, prompt: OwnPrompt | None) -> Card:
    assert visit.group
    if prompt is None:
        return note(Text("That prompt has been removed already."), Row((_all(visit),)), tone="look")
    remove_it = Button("Remove", Press("suggestions", "remove", (str(prompt.number),), visit.group.group_id), "danger")
    return note(
        Text(f"-# Prompt {prompt.number}, accepted on {prompt.added_on.isoformat()}"),
        Text(f"{_HEADING}{tamed(prompt.title)}"),
        Text(as_quote(prompt.text)),
        Row((remove_it, _all(visit))),
    )


def _all(visit: Visit) -> Button:
    assert visit.group
    return Button("All our own prompts", Press("suggestions", "own", (), visit.group.group_id))
