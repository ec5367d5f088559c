"""Queries about one learner of one group, known only by a learner key.

Every write is zero rows *by its own statement* for someone who has not joined, has left, has paused or has not yet agreed to
the list of what is kept as it is today (`MAY_KEEP`), never by a check before it: a press that arrives after the erasure brings
nothing back. With them goes a note of the day and of the change; once it stands, the process remembers that, and the next answer is
one statement. It asks by itself whether the note still stands, since another process may have erased, or published, meanwhile.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property

from bot.kept import KEPT, VERSION
from bot.recall import Memory
from bot.storage.engine import Engine, ParentGone, Row, Statement, Value
from bot.storage.erasures import Erasures
from bot.storage.memory import Noted
from bot.storage.rows import AnswerState, Erased, Kept, Learner, States

DAYS_SINCE = 2
"""The version of the list of what is kept from which the day of the latest activity is on it: nobody is erased by a day to
which they did not agree."""

TABLES = tuple(kept.table for kept in KEPT)
"""Those that have anything about a learner, `learners` first: the others' rows go with its row."""

MAY_KEEP = f"paused = 0 AND consent_version >= {VERSION}"
"""The learners of whom anything new may be kept."""


class Learners(Erasures):
    """The part of the store that is about learners."""

    _engine: Engine
    clock: Callable[[], float]

    @cached_property
    def _noted(self) -> Noted:
        """Whose note of the day and the change stands, as far as this process knows."""
        return Noted()

    async def join(self, group_id: int, key: str, *, consent_version: int, on: date) -> bool:
        """False: already in. Then the first day stays, a higher consent version is noted, and so is the day with it.
        ParentGone: there is no such group any more."""
        values: dict[str, Value] = {
            "group": group_id, "key": key, "version": consent_version, "day": on.isoformat()
        }  # fmt: skip
        [joined, _] = await self._engine.write((_JOIN, values), (_CONSENT, values))
        return bool(joined)

    async def learner(self, group_id: int, key: str) -> Learner | None:
        [rows] = await self._engine.read((_LEARNER, {"group": group_id, "key": key}))
        return _learner(*rows[0]) if rows else None

    async def erase_learner(self, group_id: int, key: str) -> Erased:
        """Everything about this learner, in one transaction; then its bytes. All zeros for someone who hasn't joined."""
        [erased] = await self.erase_learners([(group_id, key)])
        return erased

    async def erase_learners(self, keys: Sequence[tuple[int, str]]) -> tuple[Erased, ...]:
        """The same for one person in several groups: all of it or, if that fails, nothing."""
        unit: list[Statement] = []
        for group_id, key in keys:
            values: dict[str, Value] = {"group": group_id, "key": key}
            unit += ((_COUNT, values), self._note_learner(group_id, key), (_LEAVE, values))
        try:
            answers = await self._engine.erase(*unit, tables=TABLES)
        finally:  # whoever joins again has a row in which nothing is noted yet
            self._noted.forget()
        return tuple(Erased(**dict(zip(TABLES, counts, strict=True))) for [counts] in answers[::3])

    async def pause(self, group_id: int, key: str) -> bool:
        """From now on nothing new is kept. False: not a learner, or paused before."""
        [paused] = await self._engine.write((_PAUSE, {"group": group_id, "key": key}))
        return bool(paused)

    async def resume(self, group_id: int, key: str, *, on: date) -> bool:
        """False: not a learner, or not paused."""
        values: dict[str, Value] = {"group": group_id, "key": key}
        [resumed, _] = await self._engine.write((_RESUME, values), (_ACTIVE, values | {"day": on.isoformat()}))
        return bool(resumed)

    async def mark_read(self, group_id: int, key: str, theme: str, lesson: str, *, on: date | None = None) -> bool:
        """True if it is newly kept. `on`: the day, as the latest on which this learner did something; None leaves that as it is."""
        values: dict[str, Value] = {"group": group_id, "key": key, "theme": theme, "lesson": lesson}
        try:
            kept = await self._write_with_note(_NOTE_READING, _MARK_READ, values, group_id, key, on)
        except ParentGone:
            return False
        return bool(kept)

    async def record_answer(
        self,
        group_id: int,
        key: str,
        theme: str,
        question: int,
        *,
        turn: int,
        was_right: bool,
        memory: Memory | None = None,
        on: date | None = None,
    ) -> Kept:
        """`turn` is `times_asked` as it was when the card was made, 0 for a question that is new to the learner.
        So the same press twice, or an old card, changes nothing. `memory`: how well it is remembered after this answer. `on`: as
        for `mark_read`."""
        values: dict[str, Value] = {
            "group": group_id, "key": key, "theme": theme, "question": question,
            "turn": turn, "was_right": int(was_right), **_memory_values(memory),
        }  # fmt: skip
        try:
            kept = await self._write_with_note(_NOTE_ANSWER, _RECORD, values, group_id, key, on)
        except ParentGone:  # Postgres: the learner left while this very statement ran
            return Kept.NOT_A_LEARNER
        if kept:
            return Kept.YES
        one = {name: values[name] for name in _OF_AN_ANSWER}
        [learner, answered] = await self._engine.read((_LEARNER, {"group": group_id, "key": key}), (_ANSWERED, one))
        if learner and learner[0][2]:
            return Kept.PAUSED
        if learner and learner[0][1] < VERSION:
            return Kept.NOT_AGREED
        return Kept.ALREADY if answered else Kept.NOT_A_LEARNER

    async def memory(self, group_id: int, key: str, theme: str, question: int) -> Memory | None:
        """How well this learner remembers this question; None if that is not kept (yet)."""
        values: dict[str, Value] = {"group": group_id, "key": key, "theme": theme, "question": question}
        [rows] = await self._engine.read((_MEMORY, values))
        return _memory(*rows[0]) if rows else None

    async def _write_with_note(
        self, note: str, what: str, values: dict[str, Value], group_id: int, key: str, on: date | None
    ) -> list[Row]:
        """What the statement `what` returned; with `note` before it, unless that stands already. Remembered is only that it did: if
        it doesn't any more, or nothing was kept for another reason, the note comes first after all."""
        now, turn = self.clock(), self._noted.turn
        day = None if on is None else on.isoformat()
        if on is not None and self._noted.stands(group_id, key, on, now):
            [kept] = await self._engine.write((_IF_NOTED[what], values | {"day": day}))
            if kept:
                return kept
        [noted, kept] = await self._engine.write((note, values | {"day": day}), (what, values))
        if on is not None and noted == [(1,)]:
            self._noted.keep(group_id, key, on, now, turn)
        return kept

    async def states(self, group_id: int, key: str) -> States:
        """Everything that is kept about this learner, in one go."""
        values: dict[str, Value] = {"group": group_id, "key": key}
        [learners, read, answers] = await self._engine.read((_LEARNER, values), (_READ, values), (_ANSWERS, values))
        if not learners:
            return States(None, frozenset(), ())
        return States(
            _learner(*learners[0]),
            frozenset((theme, lesson) for theme, lesson in read),
            tuple(AnswerState(theme, number, asked, bool(right), _memory(*rest)) for theme, number, asked, right, *rest in answers),
        )


# Joining is no learning: else five who only join could stand for one who learnt.
_JOIN = """
INSERT INTO learners (group_id, learner_key, joined_on, consent_version, active_on, changed)
VALUES (:group, :key, :day, :version, :day, 0)
ON CONFLICT (group_id, learner_key) DO NOTHING RETURNING 1
"""

_CONSENT = """
UPDATE learners SET consent_version = :version, active_on = :day
 WHERE group_id = :group AND learner_key = :key AND consent_version < :version
"""

_LEARNER = (
    "SELECT joined_on, consent_version, paused, active_on, changed FROM learners WHERE group_id = :group AND learner_key = :key"
)

_PAUSE = "UPDATE learners SET paused = 1 WHERE group_id = :group AND learner_key = :key AND paused = 0 RETURNING 1"

_RESUME = "UPDATE learners SET paused = 0 WHERE group_id = :group AND learner_key = :key AND paused = 1 RETURNING 1"

# Not "later than": a day that a wrong clock left in the future is put right.
_ACTIVE = f"""
UPDATE learners SET active_on = :day
 WHERE group_id = :group AND learner_key = :key AND {MAY_KEEP} AND active_on <> :day
"""

_LEAVE = "DELETE FROM learners WHERE group_id = :group AND learner_key = :key"

_COUNT = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table} WHERE group_id = :group AND learner_key = :key)" for table in TABLES)

_MARK_READ = f"""
INSERT INTO lessons_read (group_id, learner_key, theme, lesson)
SELECT group_id, learner_key, :theme, :lesson FROM learners WHERE group_id = :group AND learner_key = :key AND {MAY_KEEP}
ON CONFLICT (group_id, learner_key, theme, lesson) DO NOTHING RETURNING 1
"""

# A card from before the learner left and joined again counts as the first turn. Only a card of turn 1 must count
# as the second: else its own row would be waiting for turn 1, and the same press twice would count twice.
_RECORD = f"""
INSERT INTO answers (group_id, learner_key, theme, question, times_asked, was_right, stability, difficulty, asked_on, misled)
SELECT group_id, learner_key, :theme, :question, CASE WHEN :turn = 1 THEN 2 ELSE 1 END, :was_right,
       :stability, :difficulty, :asked_on, :misled
  FROM learners WHERE group_id = :group AND learner_key = :key AND {MAY_KEEP}
ON CONFLICT (group_id, learner_key, theme, question) DO UPDATE
   SET times_asked = answers.times_asked + 1, was_right = excluded.was_right, stability = excluded.stability,
       difficulty = excluded.difficulty, asked_on = excluded.asked_on, misled = excluded.misled
 WHERE answers.times_asked = :turn
RETURNING 1
"""

_IF_NOTED = {what: what.replace(MAY_KEEP, f"{MAY_KEEP} AND changed = 1 AND active_on = :day") for what in (_MARK_READ, _RECORD)}
"""The same, for those in whose row that stands."""

# Before what is written, since only then it can be seen whether it changes anything: reading a lesson again doesn't, nor does
# the same answer. Else five who only look again could stand for one who learnt.
_NOTE = f"""
UPDATE learners SET active_on = COALESCE(:day, active_on), changed = CASE WHEN changed = 0 AND EXISTS (%s) THEN 0 ELSE 1 END
 WHERE group_id = :group AND learner_key = :key AND {MAY_KEEP} RETURNING changed
"""

_NOTE_READING = (
    _NOTE
    % """
SELECT 1 FROM lessons_read WHERE group_id = :group AND learner_key = :key AND theme = :theme AND lesson = :lesson
"""
)

_NOTE_ANSWER = (
    _NOTE
    % """
SELECT 1 FROM answers WHERE group_id = :group AND learner_key = :key AND theme = :theme AND question = :question
    AND (times_asked <> :turn OR was_right = :was_right)
"""
)

_OF_AN_ANSWER = ("group", "key", "theme", "question")

_ANSWERED = """
SELECT 1 FROM answers
 WHERE group_id = :group AND learner_key = :key AND theme = :theme AND question = :question
"""

_READ = "SELECT theme, lesson FROM lessons_read WHERE group_id = :group AND learner_key = :key"

_ANSWERS = """
SELECT theme, question, times_asked, was_right, stability, difficulty, asked_on, misled
  FROM answers WHERE group_id = :group AND learner_key = :key ORDER BY theme, question
"""

_MEMORY = """
SELECT stability, difficulty, asked_on, misled FROM answers
 WHERE group_id = :group AND learner_key = :key AND theme = :theme AND question = :question
"""


def _learner(joined_on: str, consent_version: int, paused: int, active_on: str, changed: int) -> Learner:
    return Learner(date.fromisoformat(joined_on), consent_version, bool(paused), date.fromisoformat(active_on), bool(changed))


def _memory(stability: int | None, difficulty: int | None, asked_on: str | None, misled: int) -> Memory | None:
    if stability is None or difficulty is None or asked_on is None:
        return None
    return Memory(stability, difficulty, date.fromisoformat(asked_on), bool(misled))


def _memory_values(memory: Memory | None) -> dict[str, Value]:
    if memory is None:
        return {"stability": None, "difficulty": None, "asked_on": None, "misled": 0}
    return {
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "asked_on": memory.asked_on.isoformat(),
        "misled": int(memory.misled),
    }
