"""How a round goes on, whoever leads it: a moderator's press, the timer, or the hour after which it closes itself.

Each step is one condition in the store, so that two who take the same step at once have taken it once, and whoever was killed in
the middle is followed by somebody who finishes it. Nothing is shown here, except by ``put_up``.
"""

from __future__ import annotations

import secrets

from msgspec.structs import replace

from bot.cards import Card
from bot.channels import Channels, Posted, Refused
from bot.commands.round_cards import card_of
from bot.commands.round_words import words_about
from bot.group import Group
from bot.library import Library, Theme
from bot.storage import Posting, Round, Store

MOST_AHEAD = 600
"""Seconds that a timer can be away."""


def new_salt() -> str:
    return secrets.token_hex(16)


def first_asked(round_: Round, at: int) -> Round:
    """The same with its first question."""
    return replace(round_, asking=1, salt=new_salt(), reveal_at=_later(round_, at), stirred_at=at)


def theme_of(round_: Round, group: Group, library: Library) -> Theme | None:
    return library.course(group.language).theme(round_.theme)


async def reveal(round_: Round, group: Group, library: Library, store: Store, at: int) -> Round | None:
    """Close the question, turn its answers into words, forget them. The round as it is then; ``None`` if it is gone."""
    if round_.is_open:
        await store.move_round(round_, -round_.place, salt=round_.salt, at=at)
        closed = await store.round(round_.round_id)
        if closed is None or closed.place != round_.place:  # somebody was quicker, and went on
            return closed
        round_ = closed
    if round_.is_over or round_.is_open or round_.is_revealed:
        return round_
    theme = theme_of(round_, group, library)
    question = theme.question(round_.questions[round_.place - 1]) if theme else None
    counts = await store.chosen_in_round(round_)
    await store.tell_round(round_, words_about(question, counts, group.publish_from) if question else (), at=at)
    return await store.round(round_.round_id)


async def go_on(round_: Round, store: Store, at: int) -> Round | None:
    """To the next question, or to the end. The round as it is then."""
    if round_.is_revealed:
        if round_.place == len(round_.questions):
            await store.move_round(round_, round_.end, at=at)
        else:
            later = _later(round_, at)
            await store.move_round(round_, round_.place + 1, salt=new_salt(), reveal_at=later, at=at)
    return await store.round(round_.round_id)


async def put_up(
    round_: Round, posting: Posting, group: Group, library: Library, channels: Channels, answered: int = 0
) -> Posted | Refused:
    """Let its message show what it is now."""
    if posting.message_id is None:
        return Refused("Its card was deleted.", was_there=True)
    card = shown(round_, group, library, answered)
    return await channels.edit(posting.thread_id or posting.channel_id, posting.message_id, card)


def shown(round_: Round, group: Group, library: Library, answered: int = 0) -> Card:
    return card_of(round_, group, theme_of(round_, group, library), answered)


def _later(round_: Round, at: int) -> int | None:
    return at + round_.timer if round_.timer else None
