"""Queries about what the bot posts in public: a row before each post, so that nothing is posted twice.

No row says who asked for a posting, or who read it. A slot's postings are claimed in `slots.py`, together with the slot.
"""

from collections.abc import Callable

from msgspec.structs import replace

from bot.storage.engine import Engine, ParentGone, Row, Statement, Value
from bot.storage.ours import OfOurServers
from bot.storage.rows import Posted, Posting, PostingKind


class Postings(OfOurServers):
    """The part of the store that is about postings. What is left to do is asked for the servers of this process alone."""

    _engine: Engine
    happened: Callable[[str], None]

    async def claim(self, posting: Posting) -> bool:
        """True: the row is there, go and post; one that failed or was missed may be claimed again.
        False: somebody else has claimed it, or the group is gone."""
        try:
            [claimed] = await self._engine.write((_CLAIM, posting_values(posting)))
        except ParentGone:
            return False
        return bool(claimed)

    async def try_again(self, posting: Posting) -> bool:
        """Take up one that a crash left claimed. True for exactly one of those who found it in the same state."""
        values: dict[str, Value] = {"posting": posting.posting_id, "looks": posting.looks, "claimed_at": posting.claimed_at}
        [taken] = await self._engine.write((_TRY_AGAIN, values))
        return bool(taken)

    async def posted(self, posting_id: int, *, message_id: int | None, thread_id: int | None) -> None:
        """It stands in the channel. None for a message that is there and whose id nobody knows any more."""
        await self._engine.write((_POSTED, {"posting": posting_id, "message": message_id, "thread": thread_id}))
        self.happened("posted")

    async def posting_failed(self, posting_id: int, trouble: str, *, told: bool = True) -> None:
        """It won't be tried again; `trouble` is a sentence for the moderators. `told`: they know it already."""
        await self._engine.write((_FAILED, {"posting": posting_id, "trouble": trouble, "told": int(told)}))
        self.happened("failed")

    async def posting_waits(self, posting_id: int, trouble: str, *, retry_at: int, message_id: int | None) -> None:
        """Refused in a way that may pass; to be tried again at `retry_at`, in Unix seconds. `message_id`: the message that is
        there already, if only its thread could not be opened."""
        values: dict[str, Value] = {"posting": posting_id, "trouble": trouble, "retry_at": retry_at, "message": message_id}
        await self._engine.write((_WAITS, values))
        self.happened("waiting")

    async def retry(self, posting: Posting, now: int) -> bool:
        """Claim one that waits, for another try. True for exactly one caller."""
        values: dict[str, Value] = {"posting": posting.posting_id, "retry_at": posting.retry_at, "now": now}
        [taken] = await self._engine.write((_RETRY, values))
        return bool(taken)

    async def posting(self, posting_id: int) -> Posting | None:
        [rows] = await self._engine.read((f"{_SELECT} WHERE posting_id = :posting", {"posting": posting_id}))
        return _posting(rows[0]) if rows else None

    async def unfinished(self) -> tuple[Posting, ...]:
        """Claimed, and neither posted nor failed: being posted just now, or left behind by a crash. Oldest first."""
        condition = f"state = 'claimed'{self._ours('postings')} ORDER BY claimed_at, posting_id"
        return await self._postings(f"{_SELECT} WHERE {condition}", {})

    async def waiting(self, now: int) -> tuple[Posting, ...]:
        """Those whose time for another try has come."""
        condition = f"state = 'waiting' AND retry_at <= :now{self._ours('postings')} ORDER BY retry_at, posting_id"
        return await self._postings(f"{_SELECT} WHERE {condition}", {"now": now})

    async def untold(self) -> tuple[Posting, ...]:
        """Missed or failed, and the moderators have not heard of it; by group, then by time."""
        condition = f"told = 0{self._ours('postings')} ORDER BY group_id, {_WHEN}, posting_id"
        return await self._postings(f"{_SELECT} WHERE {condition}", {})

    async def tell(self, posting_ids: tuple[int, ...]) -> None:
        """The moderators have heard of these."""
        if posting_ids:
            statements: list[Statement] = [(_TELL, {"posting": posting_id}) for posting_id in sorted(posting_ids)]
            await self._engine.write(*statements)

    async def forget_missed(self, after: int) -> tuple[int, ...]:
        """Nothing is missed that was planned for later than this, in Unix seconds: the clock had been wrong. The ids of the
        slots that this concerns."""
        [rows] = await self._engine.write((_FORGET_MISSED.format(ours=self._ours("postings")), {"after": after}))
        return tuple(sorted({slot for (slot,) in rows}))

    async def wait_no_longer(self, than: int, *, retry_at: int) -> None:
        """Those that would be tried again later than this, since the clock was wrong when they were put off, come at `retry_at`."""
        await self._engine.write((_SOONER, {"than": than, "retry_at": retry_at}))

    async def history(self, group_id: int, slot_id: int | None = None, most: int = 15) -> tuple[Posting, ...]:
        """The latest of what slots post, whatever became of them, latest first; of the group, or of one of its slots."""
        values: dict[str, Value] = {"group": group_id, "most": most}
        condition = "group_id = :group AND kind IN ('prompt', 'lesson', 'scenario', 'round', 'review')"
        if slot_id is not None:
            condition += " AND slot_id = :slot"
            values["slot"] = slot_id
        latest = f"ORDER BY claimed_at DESC, {_WHEN} DESC, posting_id LIMIT :most"
        return await self._postings(f"{_SELECT} WHERE {condition} {latest}", values)

    async def posted_items(self, group_id: int) -> tuple[Posted, ...]:
        """Everything of what slots post that stands in the channel, in the order in which they came."""
        [rows] = await self._engine.read((_POSTED_ITEMS, {"group": group_id}))
        return tuple(Posted(*row) for row in rows)

    async def set_replies(self, posting_id: int, on: bool) -> bool:
        """Whether people may reply to this one without their name. False: there is no such posting."""
        [changed] = await self._engine.write((_SET_REPLIES, {"posting": posting_id, "replies": int(on)}))
        return bool(changed)

    async def used(self, group_id: int, kind: PostingKind, theme: str | None = None) -> tuple[tuple[str, str, int], ...]:
        """(theme, item, how often) of what the group has had, or is about to have; of one theme, or of all."""
        values: dict[str, Value] = {"group": group_id, "kind": kind}
        if theme is not None:
            values["theme"] = theme
        [rows] = await self._engine.read((_USED if theme is None else _USED_OF_THEME, values))
        return tuple((of, item, times) for of, item, times in rows)

    async def _postings(self, query: str, values: dict[str, Value]) -> tuple[Posting, ...]:
        [rows] = await self._engine.read((query, values))
        return tuple(map(_posting, rows))


_COLUMNS = """posting_id, group_id, kind, theme, item, channel_id, claimed_at, state, message_id, thread_id, trouble,
       slot_id, due_at, ping, tries, retry_at, replies, looks"""

_SELECT = f"SELECT {_COLUMNS} FROM postings"

_WHEN = "coalesce(due_at, claimed_at)"

# The types are for Postgres, which takes a bare parameter between SELECT and FROM for a text.
_VALUES = """CAST(:posting AS BIGINT), CAST(:group AS BIGINT), CAST(:kind AS TEXT), CAST(:theme AS TEXT), CAST(:item AS TEXT),
       CAST(:channel AS BIGINT), CAST(:claimed_at AS BIGINT), CAST(:state AS TEXT), CAST(:message AS BIGINT),
       CAST(:thread AS BIGINT), CAST(:trouble AS TEXT), CAST(:slot AS BIGINT), CAST(:due_at AS BIGINT),
       CAST(:ping AS BIGINT), CAST(:tries AS BIGINT), CAST(:retry_at AS BIGINT), CAST(:replies AS SMALLINT),
       CAST(:looks AS BIGINT), CAST(:told AS SMALLINT)"""

INSERT = f"INSERT INTO postings ({_COLUMNS}, told) SELECT {_VALUES}"
"""To be followed by FROM and WHERE: from where, and under which condition. Its values are those of `posting_values`."""

_CLAIM = f"""
{INSERT} WHERE 1 = 1
ON CONFLICT (posting_id) DO UPDATE
   SET kind = excluded.kind, theme = excluded.theme, item = excluded.item, channel_id = excluded.channel_id,
       claimed_at = excluded.claimed_at, state = excluded.state, message_id = excluded.message_id,
       thread_id = excluded.thread_id, trouble = excluded.trouble, slot_id = excluded.slot_id, due_at = excluded.due_at,
       ping = excluded.ping, tries = excluded.tries, retry_at = excluded.retry_at, replies = excluded.replies,
       looks = excluded.looks, told = excluded.told
 WHERE postings.state IN ('failed', 'missed')
RETURNING 1
"""

_TRY_AGAIN = """
UPDATE postings SET looks = looks + 1
 WHERE posting_id = :posting AND state = 'claimed' AND looks = :looks AND claimed_at = :claimed_at RETURNING 1
"""

_POSTED = """
UPDATE postings
   SET state = 'posted', message_id = coalesce(CAST(:message AS BIGINT), message_id),
       thread_id = coalesce(CAST(:thread AS BIGINT), thread_id), trouble = NULL, retry_at = NULL, told = 1
 WHERE posting_id = :posting
"""

# What stands in the channel stays posted: a second process that finished it too may have met a refusal.
_FAILED = """
UPDATE postings SET state = 'failed', trouble = :trouble, retry_at = NULL, told = :told
 WHERE posting_id = :posting AND state <> 'posted'
"""

_WAITS = """
UPDATE postings
   SET state = 'waiting', trouble = :trouble, tries = tries + 1, retry_at = :retry_at,
       message_id = coalesce(CAST(:message AS BIGINT), message_id)
 WHERE posting_id = :posting AND state <> 'posted'
"""

_RETRY = """
UPDATE postings SET state = 'claimed', claimed_at = :now, retry_at = NULL
 WHERE posting_id = :posting AND state = 'waiting' AND retry_at = :retry_at RETURNING 1
"""

_FORGET_MISSED = """
DELETE FROM postings WHERE state = 'missed' AND due_at > :after AND slot_id IS NOT NULL{ours} RETURNING slot_id
"""

_SOONER = "UPDATE postings SET retry_at = :retry_at WHERE state = 'waiting' AND retry_at > :than"

_TELL = "UPDATE postings SET told = 1 WHERE posting_id = :posting AND told = 0"

_POSTED_ITEMS = f"""
SELECT kind, theme, item, min({_WHEN}) AS first_at, count(*) FROM postings
 WHERE group_id = :group AND state = 'posted' AND kind IN ('prompt', 'lesson', 'scenario', 'round', 'review')
   AND theme IS NOT NULL AND item IS NOT NULL
 GROUP BY kind, theme, item ORDER BY first_at, theme, item
"""

_SET_REPLIES = "UPDATE postings SET replies = :replies WHERE posting_id = :posting RETURNING 1"

_IN_USE = "group_id = :group AND kind = :kind AND state IN ('claimed', 'waiting', 'posted')"

_GROUPED = "AND theme IS NOT NULL AND item IS NOT NULL GROUP BY theme, item ORDER BY theme, item"

_USED = f"SELECT theme, item, count(*) FROM postings WHERE {_IN_USE} {_GROUPED}"

_USED_OF_THEME = f"SELECT theme, item, count(*) FROM postings WHERE {_IN_USE} AND theme = :theme {_GROUPED}"


def posting_values(posting: Posting, *, told: bool = True) -> dict[str, Value]:
    """The parameters of `INSERT`."""
    return {
        "posting": posting.posting_id,
        "group": posting.group_id,
        "kind": posting.kind,
        "theme": posting.theme,
        "item": posting.item,
        "channel": posting.channel_id,
        "claimed_at": posting.claimed_at,
        "state": posting.state,
        "message": posting.message_id,
        "thread": posting.thread_id,
        "trouble": posting.trouble,
        "slot": posting.slot_id,
        "due_at": posting.due_at,
        "ping": posting.ping,
        "tries": posting.tries,
        "retry_at": posting.retry_at,
        "replies": int(posting.replies),
        "looks": posting.looks,
        "told": int(told),
    }


def _posting(row: Row) -> Posting:
    posting = Posting(*row)
    return replace(posting, replies=bool(posting.replies))
