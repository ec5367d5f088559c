"""What moderators do with a reply that somebody sent without their name: accept it, decline it, switch replies off for the prompt.

The text is read from the card and goes into the thread once, whoever presses at the same time and wherever the bot is stopped: the
card's own posting row decides. That row knows neither the text nor who wrote it.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time, timedelta

from msgspec.structs import replace

from bot.cards import Button, Card, Choice, Divider, Menu, Row, Text, Visit
from bot.channels import Channels, Refused
from bot.commands.others_words import as_quote, from_quote
from bot.commands.phrases import note, quoted, say
from bot.commands.posts import post_of
from bot.commands.publish import in_hand, is_in_hand
from bot.commands.waiting import ON_CARD_ALONE, at_work, decided, id_of, texts_of, trouble_on_card
from bot.library import Library
from bot.press import NotAPress, Press, base36
from bot.storage import Posting, Store

NONCE_HOLDS = timedelta(minutes=2)
"""Within this time Discord recognises a message that it has already: sending it again is safe."""
SOMEONE = "**Someone in the group** writes:"
MOST_PROMPTS = 10


def waiting_card(prompt: Posting, text: str, trouble: str | None = None, *, unsure: bool = False) -> Card:
    """The card in the moderators' channel. The text is its last one, so that it can be read back whole."""

    def press(step: str) -> Press:
        return Press("replies", step, (base36(prompt.posting_id),), prompt.group_id)

    buttons: tuple[Button, ...] = (Button("Accept", press("accept"), "main"), Button("Decline", press("decline")))
    if unsure:
        buttons = (
            Button("Post it again", press("again")),
            Button("It is there", press("there"), "main"),
            Button("Leave it out", press("leave-out")),
        )
    switch = (
        Button("Replies off for this prompt", press("off")) if prompt.replies else Button("Replies on for this prompt", press("on"))
    )
    return Card(
        (
            Text(
                f"## A reply without a name\nSomebody in the group would like to say this in <#{prompt.thread_id}>. {ON_CARD_ALONE}"
            ),
            *trouble_on_card(trouble),
            Divider(),
            Text(as_quote(text)),
            Divider(),
            Row((*buttons, switch)),
        ),
        to="this card",
    )


async def accept(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """Put the text into the prompt's thread, once."""
    prompt, posting = await _looked_up(visit, store)
    if is_in_hand(posting):
        return at_work()
    with in_hand(posting):
        if await store.claim(posting):
            return await _send(visit, prompt, posting, store, channels)
        before = await store.posting(posting.posting_id)
        if before is None or before.state != "claimed":
            return await _as_decided(visit, before, store)
        # The bot was stopped between the claim and its confirmation: the text may be in the thread, or may not.
        if visit.at - datetime.fromtimestamp(before.claimed_at, UTC) < NONCE_HOLDS:
            return await _send(visit, prompt, posting, store, channels)
        return _unsure(visit, prompt, "I was stopped while I was posting it.")


async def again(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """A moderator has looked into the thread, and it is not there."""
    prompt, posting = await _looked_up(visit, store)
    if is_in_hand(posting):
        return at_work()
    with in_hand(posting):
        if not await store.claim(posting):  # true where it was refused meanwhile
            before = await store.posting(posting.posting_id)
            if before is None or before.state != "claimed":
                return await _as_decided(visit, before, store)
        return await _send(visit, prompt, posting, store, channels)


async def there(visit: Visit, library: Library, store: Store) -> Card:
    """A moderator has looked into the thread, and it is there."""
    return await _close(visit, store, was_posted=True)


async def leave_out(visit: Visit, library: Library, store: Store) -> Card:
    """A moderator has looked into the thread: it is not there, and shall not be."""
    return await _close(visit, store, was_posted=False)


async def decline(visit: Visit, library: Library, store: Store) -> Card:
    """Take the text off the card."""
    prompt, posting = await _looked_up(visit, store)
    if is_in_hand(posting):
        return at_work()
    if await store.claim(_refusal(visit, posting)):
        return await _as_decided(visit, _refusal(visit, posting), store)
    before = await store.posting(posting.posting_id)
    if before is not None and before.state == "claimed":
        return _unsure(visit, prompt, "It was accepted before, and I was stopped while I was posting it.")
    return await _as_decided(visit, before, store)


async def off(visit: Visit, library: Library, store: Store) -> Card:
    return await _switch(visit, store, on=False)


async def on(visit: Visit, library: Library, store: Store) -> Card:
    return await _switch(visit, store, on=True)


async def switches(visit: Visit, library: Library, store: Store) -> Card:
    """The group's latest prompts, to switch replies off for one or on again."""
    assert visit.group  # the desk sees to it: this step needs a group
    picked = visit.text("picked")
    if picked is not None:
        prompt = await _prompt(visit, picked, store)
        await store.set_replies(prompt.posting_id, not prompt.replies)
    latest = await store.history(visit.group.group_id, most=MOST_PROMPTS)
    choices: list[Choice] = []
    for posting in latest:
        if posting.kind == "prompt" and posting.state == "posted":
            post = await post_of(posting, visit.group, library, store)
            title = post.title if post else "A prompt that is no longer in the course"
            choices.append(Choice(title[:100], base36(posting.posting_id), f"Replies are {'on' if posting.replies else 'off'}"))
    if not choices:
        return say("This group has posted no prompt yet, so there is none to switch replies off for.", tone="look")
    lines = "\n".join(f"- {quoted(one.label, 100)}: **{one.description.split()[-1]}**" for one in choices)
    return note(
        Text(f"## Replies without a name\nFor the latest prompts:\n{lines}"),
        Menu(Press("replies", "switches", (), visit.group.group_id), tuple(choices), "Switch one off, or on"),
    )


async def _send(visit: Visit, prompt: Posting, posting: Posting, store: Store, channels: Channels) -> Card:
    text = _text(visit)
    nonce = base36(posting.posting_id)
    sent = await channels.post_in_thread(posting.channel_id, Card((Text(SOMEONE), Text(as_quote(text)))), nonce=nonce)
    if isinstance(sent, Refused):
        if sent.unsure:
            return _unsure(visit, prompt, "Discord did not answer.")
        if not sent.was_there:
            await store.posting_failed(posting.posting_id, sent.why)
            return waiting_card(prompt, text, f"{sent.why}\n-# It is not in the thread; you can accept it again.")
    message = None if isinstance(sent, Refused) else sent.message
    await store.posted(posting.posting_id, message_id=message, thread_id=posting.thread_id)
    return await _as_decided(visit, replace(posting, state="posted", message_id=message), store)


async def _close(visit: Visit, store: Store, *, was_posted: bool) -> Card:
    _, posting = await _looked_up(visit, store)
    if is_in_hand(posting):
        return at_work()
    with in_hand(posting):
        before = await store.posting(posting.posting_id)
        if before is not None and before.state in ("claimed", "failed"):
            if was_posted:
                await store.posted(posting.posting_id, message_id=None, thread_id=posting.thread_id)
            else:  # only what failed may be claimed again, here as declined
                await store.posting_failed(posting.posting_id, "It was left out.")
                await store.claim(_refusal(visit, posting))
            before = replace(posting, state="posted" if was_posted else "skipped")
        return await _as_decided(visit, before, store)


def _refusal(visit: Visit, posting: Posting) -> Posting:
    """The row of one that was declined. It keeps its day, not the minute: there is nothing that the minute would be needed for."""
    day = datetime.combine(visit.at.astimezone(UTC).date(), time(), UTC)
    return replace(posting, state="skipped", claimed_at=int(day.timestamp()))


async def _as_decided(visit: Visit, posting: Posting | None, store: Store) -> Card:
    """What the card becomes. Its row goes last: until then, the text would still be taken off after a week."""
    assert visit.on_message is not None
    await store.take_waiting_card(visit.on_message)
    if posting is not None and posting.state == "posted":
        return decided(f"Accepted: the reply is in <#{posting.thread_id}>. Its text is removed from here.")
    return decided("Declined: the reply was not posted, and its text is removed.")


async def _switch(visit: Visit, store: Store, *, on: bool) -> Card:
    prompt, _ = await _looked_up(visit, store)
    text = _text(visit)
    await store.set_replies(prompt.posting_id, on)
    word = "on" if on else "off"
    said = f"Replies without a name are **{word}** for this prompt now. This one still waits for you."
    return waiting_card(replace(prompt, replies=on), text, said)


def _unsure(visit: Visit, prompt: Posting, why: str) -> Card:
    text = _text(visit)
    said = f"{why} So I can't tell whether it is in <#{prompt.thread_id}> already. Please look there, then choose."
    return waiting_card(prompt, text, said, unsure=True)


def _text(visit: Visit) -> str:
    """What somebody wrote, from the card that was pressed."""
    [shown] = texts_of(visit, 1)
    return from_quote(shown)


async def _looked_up(visit: Visit, store: Store) -> tuple[Posting, Posting]:
    """The prompt, and the row that the reply on this card has, or would have."""
    texts_of(visit, 1)
    prompt = await _prompt(visit, visit.press.args[0] if visit.press.args else "", store)
    if prompt.thread_id is None:
        raise NotAPress("a prompt without a thread")
    number = int.from_bytes(hashlib.sha256(f"reply|{visit.on_message}".encode()).digest()[:7])
    moment = int(visit.at.timestamp())
    return prompt, Posting(number, prompt.group_id, "reply", None, None, prompt.thread_id, moment, thread_id=prompt.thread_id)


async def _prompt(visit: Visit, number: str, store: Store) -> Posting:
    assert visit.group
    prompt = await store.posting(id_of(number))
    if prompt is None or prompt.group_id != visit.group.group_id or prompt.kind != "prompt":
        raise NotAPress("no prompt of this group")
    return prompt
