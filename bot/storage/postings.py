"""Queries about what the bot posts in public: a row before each post, so that nothing is posted twice.

No row says who asked for a posting, or who read it.
"""

from bot.storage.engine import Engine, ParentGone
from bot.storage.rows import Posting


class Postings:
    """The part of the store that is about postings."""

    _engine: Engine

    async def claim(self, posting: Posting) -> bool:
        """True: the row is there, go and post; one that failed may be claimed again.
        False: somebody else has claimed it, or the group is gone."""
        try:
            [claimed] = await self._engine.write(
                (
                    _CLAIM,
                    {
                        "posting": posting.posting_id,
                        "group": posting.group_id,
                        "kind": posting.kind,
                        "theme": posting.theme,
                        "item": posting.item,
                        "channel": posting.channel_id,
                        "claimed_at": posting.claimed_at,
                    },
                )
            )
        except ParentGone:
            return False
        return bool(claimed)

    async def posted(self, posting_id: int, *, message_id: int, thread_id: int | None) -> None:
        """It stands in the channel."""
        await self._engine.write((_POSTED, {"posting": posting_id, "message": message_id, "thread": thread_id}))

    async def posting_failed(self, posting_id: int, trouble: str) -> None:
        """It won't be tried again; `trouble` is a sentence for the moderators."""
        await self._engine.write((_FAILED, {"posting": posting_id, "trouble": trouble}))

    async def unfinished(self) -> tuple[Posting, ...]:
        """Claimed, and neither posted nor failed: being posted just now, or left behind by a crash. Oldest first."""
        [rows] = await self._engine.read((_UNFINISHED, {}))
        return tuple(Posting(*row) for row in rows)


_CLAIM = """
INSERT INTO postings (posting_id, group_id, kind, theme, item, channel_id, state, claimed_at)
VALUES (:posting, :group, :kind, :theme, :item, :channel, 'claimed', :claimed_at)
ON CONFLICT (posting_id) DO UPDATE
   SET state = 'claimed', channel_id = excluded.channel_id, claimed_at = excluded.claimed_at, trouble = NULL
 WHERE postings.state = 'failed'
RETURNING 1
"""

_POSTED = """
UPDATE postings SET state = 'posted', message_id = :message, thread_id = :thread, trouble = NULL
 WHERE posting_id = :posting
"""

_FAILED = "UPDATE postings SET state = 'failed', trouble = :trouble WHERE posting_id = :posting"

_UNFINISHED = """
SELECT posting_id, group_id, kind, theme, item, channel_id, claimed_at, state, message_id, thread_id, trouble
  FROM postings WHERE state = 'claimed' ORDER BY claimed_at, posting_id
"""
