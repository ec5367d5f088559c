"""Queries about cards that wait for the moderators' decision. The text is on the card in Discord alone: only where the card is,
and since which day, is kept, so that the text can be taken off it when nobody decides.
"""

from datetime import date

from bot.storage.engine import Engine, ParentGone, Value
from bot.storage.ours import OfOurServers
from bot.storage.rows import WaitingCard


class WaitingCards(OfOurServers):
    """The part of the store that is about waiting cards."""

    _engine: Engine

    async def add_waiting_card(self, card: WaitingCard) -> bool:
        """False: it is known already, or the group is gone."""
        values: dict[str, Value] = {
            "message": card.message_id, "group": card.group_id, "channel": card.channel_id,
            "kind": card.kind, "day": card.left_on.isoformat(),
        }  # fmt: skip
        try:
            [added] = await self._engine.write((_ADD, values))
        except ParentGone:
            return False
        return bool(added)

    async def take_waiting_card(self, message_id: int) -> bool:
        """It waits no longer. True for exactly one caller, whose decision it is."""
        [taken] = await self._engine.write((_TAKE, {"message": message_id}))
        return bool(taken)

    async def old_waiting_cards(self, before: date) -> tuple[WaitingCard, ...]:
        """Those that were left on this day or before, oldest first; on the servers of this process."""
        old = f"left_on <= :day{self._ours('waiting_cards')}"
        return await self._cards(f"{_SELECT} WHERE {old} {_ORDER}", {"day": before.isoformat()})

    async def waiting_cards_of(self, group_id: int) -> tuple[WaitingCard, ...]:
        return await self._cards(f"{_SELECT} WHERE group_id = :group {_ORDER}", {"group": group_id})

    async def _cards(self, query: str, values: dict[str, Value]) -> tuple[WaitingCard, ...]:
        [rows] = await self._engine.read((query, values))
        return tuple(
            WaitingCard(message, group, channel, kind, date.fromisoformat(day)) for message, group, channel, kind, day in rows
        )


_ADD = """
INSERT INTO waiting_cards (message_id, group_id, channel_id, kind, left_on) VALUES (:message, :group, :channel, :kind, :day)
ON CONFLICT (message_id) DO NOTHING RETURNING 1
"""

_TAKE = "DELETE FROM waiting_cards WHERE message_id = :message RETURNING 1"

_SELECT = "SELECT message_id, group_id, channel_id, kind, left_on FROM waiting_cards"

_ORDER = "ORDER BY left_on, message_id"
