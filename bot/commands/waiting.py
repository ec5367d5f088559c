"""What somebody wrote for the moderators to decide about: a card in their channel.

The text lives on that card alone. Stored are the card's id and its day, so that the text can be taken off the card when nobody has
decided for a week; neither the text nor who wrote it is stored or logged. No step lives here.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import date, timedelta

from msgspec.structs import replace

from bot.cards import Card, Text, Visit
from bot.channels import Channels, Refused
from bot.commands.phrases import say
from bot.group import Group
from bot.press import NotAPress, base36, id_in
from bot.storage import StorageTrouble, Store, WaitingCard, WaitingKind

DAYS = 7
"""For so long a text waits on its card."""
ON_CARD_ALONE = (
    f"The text stands on this card alone, until you decide or for {DAYS} days; I keep neither the text nor who wrote it."
)
NONCE_BITS = 60


def expired_card() -> Card:
    """What a card becomes when nobody has decided about it."""
    return say(f"Nobody decided about this within {DAYS} days, so its text is removed.")


def nowhere_to_hand(group: Group, channels: Channels) -> str | None:
    """Why nothing can be handed to the moderators just now, in one sentence; ``None`` when it can."""
    if group.moderators_channel is None:
        return f"**{group.name}** has no moderators' channel to hand it to; a moderator can name one with `/group edit`."
    if channels.missing(group.moderators_channel, "view", "send"):
        return "I can't write in the moderators' channel just now; please tell a moderator, who can mend that."
    if channels.all_may_view(group.moderators_channel):
        return "Everyone can view the moderators' channel just now, so I hand nothing to it; please tell a moderator."
    return None


async def hand_over(visit: Visit, kind: WaitingKind, card: Card, store: Store, channels: Channels) -> str | None:
    """Put the card before the moderators. ``None`` when they have it, otherwise one sentence why not."""
    assert visit.group and visit.group.moderators_channel
    where = visit.group.moderators_channel
    nonce = base36(secrets.randbits(NONCE_BITS))
    sent = await channels.post(where, card, nonce=nonce)
    if isinstance(sent, Refused) and sent.unsure:
        # It may be there, and without its id nobody could take the text off it: the same nonce finds it again.
        sent = await channels.post(where, card, nonce=nonce)
    if isinstance(sent, Refused):
        if sent.unsure:
            return "Discord did not answer, so I can't tell whether the moderators have it; please ask one before you try again."
        return "I could not hand it to the moderators; please try again in a few minutes."
    try:
        await store.add_waiting_card(WaitingCard(sent.message, visit.group.group_id, where, kind, visit.at.date()))
    except StorageTrouble as trouble:
        # Without its row nobody would take the text off the card after a week.
        await channels.edit(where, sent.message, say("Something came in between; its writer was asked to try again."))
        return str(trouble)
    return None


def texts_of(visit: Visit, count: int) -> tuple[str, ...]:
    """The last ``count`` texts of the waiting card that was pressed, which are what somebody wrote."""
    if visit.on_message is None or len(visit.on_card) <= count:
        raise NotAPress("not a card that waits")
    return visit.on_card[-count:]


def id_of(written: str) -> int:
    """An id out of a press. Raises ``NotAPress`` for what can't be one."""
    return id_in(written)


def has_something(text: str) -> bool:
    """Whether there is anything to see: neither spaces alone nor signs that nobody sees."""
    return any(unicodedata.category(sign)[0] not in "CZ" for sign in text)


def decided(*paragraphs: str) -> Card:
    """What a waiting card becomes: the text and the buttons are gone."""
    return replace(say(*paragraphs), to="this card")


def at_work() -> Card:
    """For a second moderator in the same moment."""
    return say("Another moderator has just decided about this one. Look at the card again in a moment.")


def trouble_on_card(trouble: str | None) -> tuple[Text, ...]:
    """A sentence above the text, which stays, and with it the buttons."""
    return (Text(trouble),) if trouble else ()


async def remove_old_texts(today: date, store: Store, channels: Channels) -> None:
    """Take the texts that nobody decided about off their cards. A card that can't be changed is tried daily for a month."""
    for card in await store.old_waiting_cards(today - timedelta(days=DAYS)):
        edited = await channels.edit(card.channel_id, card.message_id, expired_card())
        is_done = not isinstance(edited, Refused) or edited.was_there
        if is_done or card.left_on < today - timedelta(days=30):
            await store.take_waiting_card(card.message_id)


async def remove_all_texts(group: Group, store: Store, channels: Channels) -> None:
    """Before a group is erased: nobody could decide about these any more, and nobody would take them off their cards."""
    for card in await store.waiting_cards_of(group.group_id):
        await channels.edit(card.channel_id, card.message_id, say(f"**{group.name}** was closed, so this text is removed."))
