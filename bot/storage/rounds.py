"""Queries about rounds: a few questions that a group answers together, and the answers to the one that is being asked.

An answer is known by a code that is made with the question's salt; both are gone with the reveal. Each step of a round is an
`UPDATE` under the condition that nobody took it before, so that two presses, two processes or a restart make one. Closing a
question changes the key on which its answers hang: the database lets those that are on their way arrive first, and none afterwards.
"""

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from bot.storage.engine import Engine, ParentGone, Row, Statement, Value
from bot.storage.ours import OfOurServers
from bot.storage.rows import PostingState

TABLES = ("round_answers", "rounds")
UNSAID = "-"
"""In the place of the words about a question of which too few have answered."""


class Round(Struct, frozen=True):
    """One that runs. `round_id` is the number of the posting whose card it is played on."""

    round_id: int
    group_id: int
    channel_id: int
    """The group's home: there is one round at a time in it."""
    theme: str
    questions: tuple[int, ...]
    """Their numbers, in the order in which they are asked."""
    asking: int
    """The question that is being asked, from 1 on; below zero when its answers are closed."""
    salt: str
    """Makes the codes of those who answer this question."""
    told: tuple[tuple[str, ...], ...] = ()
    """For each question that was revealed, a word for each of its options; none if too few have answered."""
    timer: int = 0
    """Seconds until a question is revealed by itself; 0: never."""
    reveal_at: int | None = None
    """Unix seconds at which that will be."""
    stirred_at: int = 0
    """Unix seconds at which somebody last did something."""
    shown: str = ""
    """What its card shows, as far as is known."""

    @property
    def place(self) -> int:
        return abs(self.asking)

    @property
    def end(self) -> int:
        """What `asking` is when it is over."""
        return -len(self.questions) - 1

    @property
    def is_open(self) -> bool:
        """Whether answers are taken."""
        return self.asking > 0

    @property
    def is_over(self) -> bool:
        return self.asking == self.end

    @property
    def is_revealed(self) -> bool:
        """Whether the question at its place is."""
        return not self.is_over and len(self.told) >= self.place


class RoundNow(Struct, frozen=True):
    """A round with what else has to be known to look after it."""

    round: Round
    answered: int
    """How many have answered the question that is being asked."""
    state: PostingState | None
    """Of its posting; None: there is none."""
    posted_in: int | None
    message_id: int | None
    thread_id: int | None


class Counted(Enum):
    """What became of an answer in a round."""

    YES = "counted"
    CHANGED = "counted instead of the one before"
    SAME = "it was this one already"
    ONCE_ONLY = "it was changed before, and stays"
    CLOSED = "that question is asked no longer"


class Rounds(OfOurServers):
    """The part of the store that is about rounds."""

    _engine: Engine

    async def start_round(self, round_: Round) -> bool:
        """False: one runs in that channel, or the group is gone."""
        try:
            [started] = await self._engine.write((_START, _values(round_)))
        except ParentGone:
            return False
        return bool(started)

    async def round(self, round_id: int) -> Round | None:
        [rows] = await self._engine.read((f"{_SELECT} WHERE round_id = :round", {"round": round_id}))
        return _round(rows[0]) if rows else None

    async def round_in(self, channel_id: int) -> Round | None:
        [rows] = await self._engine.read((f"{_SELECT} WHERE channel_id = :channel", {"channel": channel_id}))
        return _round(rows[0]) if rows else None

    async def rounds(self, group_id: int | None = None) -> tuple[Round, ...]:
        """Those of one group, or all."""
        where, values = ("", {}) if group_id is None else (" WHERE group_id = :group", {"group": group_id})
        [rows] = await self._engine.read((f"{_SELECT}{where} ORDER BY round_id", values))
        return tuple(map(_round, rows))

    async def rounds_now(self) -> tuple[RoundNow, ...]:
        """All on the servers of this process, with their posting and how many have answered."""
        [rows] = await self._engine.read((_NOW.format(ours=self._ours("rounds")), {}))
        return tuple(RoundNow(_round(row[:-5]), *row[-5:]) for row in rows)

    async def move_round(self, round_: Round, asking: int, *, salt: str = "", reveal_at: int | None = None, at: int) -> bool:
        """From the step at which it was read to another. False: somebody was quicker."""
        values: dict[str, Value] = {
            "round": round_.round_id, "before": round_.asking, "asking": asking, "salt": salt, "reveal_at": reveal_at, "at": at
        }  # fmt: skip
        [moved] = await self._engine.write((_MOVE, values))
        return bool(moved)

    async def stop_round(self, round_: Round, *, at: int) -> bool:
        """From wherever it is to its end; answers that were not revealed go. False: it was there, or is gone."""
        values: dict[str, Value] = {"round": round_.round_id, "end": round_.end, "at": at}
        [stopped, _] = await self._engine.write((_STOP, values), (_FORGET_ALL, {"round": round_.round_id}))
        return bool(stopped)

    async def answer_round(self, round_: Round, code: str, chosen: str) -> Counted:
        """One answer to the question that is being asked; it may be changed once. `chosen`: a short word of ours, no text."""
        values: dict[str, Value] = {"round": round_.round_id, "asking": round_.asking, "code": code, "chosen": chosen}
        try:
            [counted] = await self._engine.write((_ANSWER, values))
        except ParentGone:  # Postgres: the question was closed while this very statement ran
            return Counted.CLOSED
        if counted:
            return Counted.CHANGED if counted[0][0] else Counted.YES
        [kept] = await self._engine.read((_MINE, {"round": round_.round_id, "asking": round_.asking, "code": code}))
        if not kept:
            return Counted.CLOSED
        return Counted.SAME if kept[0][0] == chosen else Counted.ONCE_ONLY

    async def chosen_in_round(self, round_: Round) -> dict[str, int]:
        """How many chose what; to be asked when the question is closed."""
        [rows] = await self._engine.read((_CHOSEN, {"round": round_.round_id}))
        return dict(rows)

    async def tell_round(self, round_: Round, words: tuple[str, ...], *, at: int) -> bool:
        """What is told of the question that is closed; its answers and its salt are gone with that. False: it was told before."""
        before, after = _told_word(round_.told), _told_word((*round_.told, words))
        values: dict[str, Value] = {"round": round_.round_id, "asking": round_.asking, "before": before, "told": after, "at": at}
        [told, _] = await self._engine.write((_TELL, values), (_FORGET, {"round": round_.round_id, "asking": round_.asking}))
        return bool(told)

    async def extend_round(self, round_: Round, reveal_at: int, *, at: int) -> bool:
        """More time for the question that is being asked. False: somebody was quicker, or it is revealed."""
        values: dict[str, Value] = {
            "round": round_.round_id, "asking": round_.asking, "before": round_.reveal_at, "reveal_at": reveal_at, "at": at
        }  # fmt: skip
        [extended] = await self._engine.write((_EXTEND, values))
        return bool(extended)

    async def round_shown(self, round_id: int, shown: str, *, stirred_at: int) -> None:
        """Its card is what `shown` says."""
        await self._engine.write((_SHOWN, {"round": round_id, "shown": shown, "at": stirred_at}))

    async def end_round(self, round_id: int) -> bool:
        """Its row goes, and with it what hangs on it; then the bytes of both. False: it was gone."""
        [ended] = await self._engine.erase(
            ("DELETE FROM rounds WHERE round_id = :round RETURNING 1", {"round": round_id}), tables=TABLES
        )
        return bool(ended)

    async def answers_in_rounds(self, codes: Sequence[tuple[int, str]]) -> tuple[tuple[int, str, bool], ...]:
        """Of these (round, code), the answers that stand: (round, what was chosen, whether it was changed)."""
        asked: list[Statement] = [(_ONE, {"round": round_id, "code": code}) for round_id, code in codes]
        found = await self._engine.read(*asked) if asked else []
        return tuple((round_id, chosen, bool(changed)) for rows in found for round_id, chosen, changed in rows)

    async def forget_in_rounds(self, codes: Sequence[tuple[int, str]]) -> int:
        """These answers go, as if they had never been given. How many there were."""
        gone: list[Statement] = [(_FORGET_ONE, {"round": round_id, "code": code}) for round_id, code in codes]
        return sum(map(len, await self._engine.erase(*gone, tables=TABLES))) if gone else 0


_COLUMNS = "round_id, group_id, channel_id, theme, questions, asking, salt, told, timer, reveal_at, stirred_at, shown"

_SELECT = f"SELECT {_COLUMNS} FROM rounds"

_START = f"""
INSERT INTO rounds ({_COLUMNS})
VALUES (:round, :group, :channel, :theme, :questions, :asking, :salt, :told, :timer, :reveal_at, :at, :shown)
ON CONFLICT DO NOTHING RETURNING 1
"""

_NOW = f"""
SELECT {", ".join(f"rounds.{one}" for one in _COLUMNS.split(", "))},
       (SELECT count(*) FROM round_answers WHERE round_answers.round_id = rounds.round_id),
       postings.state, postings.channel_id, postings.message_id, postings.thread_id
  FROM rounds LEFT JOIN postings ON postings.posting_id = rounds.round_id
 WHERE 1 = 1{{ours}}
 ORDER BY rounds.round_id
"""

_MOVE = """
UPDATE rounds SET asking = :asking, salt = :salt, reveal_at = :reveal_at, stirred_at = :at
 WHERE round_id = :round AND asking = :before RETURNING 1
"""

_STOP = """
UPDATE rounds SET asking = :end, salt = '', reveal_at = NULL, stirred_at = :at
 WHERE round_id = :round AND asking <> :end RETURNING 1
"""

_FORGET_ALL = "DELETE FROM round_answers WHERE round_id = :round"

_ANSWER = """
INSERT INTO round_answers (round_id, asking, group_id, code, chosen, changed)
SELECT round_id, asking, group_id, CAST(:code AS TEXT), CAST(:chosen AS TEXT), 0
  FROM rounds WHERE round_id = :round AND asking = :asking AND asking > 0
ON CONFLICT (round_id, code) DO UPDATE SET chosen = excluded.chosen, changed = 1
 WHERE round_answers.changed = 0 AND round_answers.chosen <> excluded.chosen
RETURNING changed
"""

_MINE = "SELECT chosen FROM round_answers WHERE round_id = :round AND asking = :asking AND code = :code"

_ONE = "SELECT round_id, chosen, changed FROM round_answers WHERE round_id = :round AND code = :code"

_FORGET_ONE = "DELETE FROM round_answers WHERE round_id = :round AND code = :code RETURNING 1"

_CHOSEN = "SELECT chosen, count(*) FROM round_answers WHERE round_id = :round GROUP BY chosen"

_TELL = """
UPDATE rounds SET told = :told, salt = '', reveal_at = NULL, stirred_at = :at
 WHERE round_id = :round AND asking = :asking AND asking < 0 AND told = :before RETURNING 1
"""

_FORGET = "DELETE FROM round_answers WHERE round_id = :round AND asking = :asking AND asking < 0"

_EXTEND = """
UPDATE rounds SET reveal_at = :reveal_at, stirred_at = :at
 WHERE round_id = :round AND asking = :asking AND asking > 0 AND reveal_at = :before RETURNING 1
"""

_SHOWN = "UPDATE rounds SET shown = :shown, stirred_at = :at WHERE round_id = :round"


def _values(one: Round) -> dict[str, Value]:
    return {
        "round": one.round_id, "group": one.group_id, "channel": one.channel_id, "theme": one.theme,
        "questions": ",".join(map(str, one.questions)), "asking": one.asking, "salt": one.salt, "told": _told_word(one.told),
        "timer": one.timer, "reveal_at": one.reveal_at, "at": one.stirred_at, "shown": one.shown,
    }  # fmt: skip


def _round(row: Row) -> Round:
    round_id, group, channel, theme, questions, asking, salt, told, timer, reveal_at, stirred_at, shown = row
    numbers = tuple(int(one) for one in questions.split(","))
    return Round(round_id, group, channel, theme, numbers, asking, salt, _told(told), timer, reveal_at, stirred_at, shown)


def _told_word(told: tuple[tuple[str, ...], ...]) -> str:
    """As one text: questions apart by semicolons, their words by commas."""
    return ";".join(",".join(words) or UNSAID for words in told)


def _told(word: str) -> tuple[tuple[str, ...], ...]:
    return tuple(() if one == UNSAID else tuple(one.split(",")) for one in word.split(";")) if word else ()
