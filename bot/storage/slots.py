"""Queries about slots, the places in a group's calendar: what is due, and the claim that makes a posting exactly-once.

The claim is one transaction: the posting's row, whose id is made from slot and day, and the slot's next date. Both ask for the
slot as the caller has seen it. So of all who come, in one process or several, with a right clock or a wrong one, one posts.
"""

from collections.abc import Callable, Mapping
from datetime import date, time

from bot.storage.engine import Engine, ParentGone, Row, RowExists, Statement, Value
from bot.storage.ours import OfOurServers
from bot.storage.plans import ADD_RUN, run_values
from bot.storage.postings import INSERT, posting_values
from bot.storage.rows import PlanRun, Posting, Slot


class Slots(OfOurServers):
    """The part of the store that is about slots. What is due is asked for the servers of this process alone."""

    _engine: Engine
    happened: Callable[[str], None]

    async def add_slots(self, slots: tuple[Slot, ...], run: PlanRun | None = None) -> bool:
        """All of them, and the plan that they belong to, or nothing. False: the group is gone, or is running a plan already.
        RowExists: a random `slot_id` is taken; draw again."""
        statements: list[Statement] = [(_ADD, slot_values(slot)) for slot in slots]
        if run is not None:
            statements.insert(0, (ADD_RUN, run_values(run)))
        if not statements:
            return True
        try:
            await self._engine.write(*statements)
        except ParentGone:
            return False
        except RowExists:
            if run is not None and await self._runs_a_plan(run.group_id):
                return False
            raise
        return True

    async def slot(self, slot_id: int) -> Slot | None:
        found = await self._slots(f"{_SELECT} WHERE slot_id = :slot", {"slot": slot_id})
        return found[0] if found else None

    async def slots_of(self, group_id: int) -> tuple[Slot, ...]:
        """By their next date; those without one last."""
        return await self._slots(f"{_SELECT} WHERE group_id = :group {_ORDER}", {"group": group_id})

    async def change_slot(self, slot: Slot) -> bool:
        """Everything may change but its id and its group. False: it is gone."""
        [changed] = await self._engine.write((_CHANGE, slot_values(slot)))
        return bool(changed)

    async def change_slots(self, before: tuple[Slot, ...], after: tuple[Slot, ...]) -> None:
        """All in one go; but not those that are gone, or whose date was taken since they were read: what is posted already
        must not come a second time on another day."""
        pairs = sorted(zip(before, after, strict=True), key=lambda pair: pair[0].slot_id)
        changes: list[Statement] = [
            (_CHANGE_AS_SEEN, slot_values(new) | {"seen": NEVER if old.due_at is None else old.due_at})
            for old, new in pairs
            if new != old
        ]
        if changes:
            await self._engine.write(*changes)

    async def remove_slot(self, slot_id: int) -> bool:
        """What it has posted stays in the history. False: it was gone."""
        [removed] = await self._engine.write(("DELETE FROM slots WHERE slot_id = :slot RETURNING 1", {"slot": slot_id}))
        return bool(removed)

    async def remove_finished(self, before: date) -> None:
        """Slots that have no date left and were done with before this day, and plans of which all are."""
        ended, removed = _END_FINISHED + self._ours("plan_runs"), _REMOVE_FINISHED + self._ours("slots")
        await self._engine.write((ended, {"day": before.isoformat()}), (removed, {"day": before.isoformat()}))

    async def due(self, now: int, after: tuple[int, int] | None = None, most: int = 500) -> tuple[Slot, ...]:
        """Those that are due and not paused, by due time. `after`: (due_at, slot_id) of the last one of the page before."""
        values: dict[str, Value] = {"now": now, "most": most}
        if after is not None:
            values |= {"due_at": after[0], "slot": after[1]}
        return await self._slots((_DUE if after is None else _DUE_AFTER).format(ours=self._ours("slots")), values)

    async def next_due_at(self, after: int = 0) -> int | None:
        """The earliest moment later than this, in Unix seconds, at which there is something to do: a slot that is not paused,
        its facilitator's card, or a posting that waits for another try."""
        query = _NEXT_DUE.format(ours=self._ours("slots"), our_postings=self._ours("postings"))
        [[row]] = await self._engine.read((query, {"after": after}))
        return min((at for at in row if at is not None), default=None)

    async def take(self, slot: Slot, posting: Posting, *, done_until: date, due_at: int | None, told: bool = True) -> bool:
        """Claim the slot's date that is due, and move the slot on. True: the posting's row is new, go and post. False:
        somebody else has it, or had it once; or the slot was moved, paused or removed meanwhile.
        `told` False: the moderators have yet to hear of it."""
        seen: dict[str, Value] = {"its_slot": slot.slot_id, "old": slot.due_at, "paused": int(slot.paused)}
        moved: dict[str, Value] = {"done_until": done_until.isoformat(), "new": due_at}
        is_taken = await self._take((_TAKE, posting_values(posting, told=told) | seen), (_MOVE, seen | moved))
        if is_taken and posting.state != "claimed":
            self.happened(posting.state)
        return is_taken

    async def guides_due(self, now: int, most: int = 500) -> tuple[Slot, ...]:
        """Those whose facilitator's card is due, and which are not paused."""
        return await self._slots(_GUIDES_DUE.format(ours=self._ours("slots")), {"now": now, "most": most})

    async def take_guide(self, slot: Slot, posting: Posting) -> bool:
        """Claim the slot's facilitator's card, in the same manner as `take`."""
        seen: dict[str, Value] = {"its_slot": slot.slot_id, "old": slot.guide_at, "paused": int(slot.paused)}
        return await self._take((_TAKE_GUIDE, posting_values(posting) | seen), (_MOVE_GUIDE, seen))

    async def pause_slots(self, group_id: int, why: str, *, slot_id: int | None = None) -> int:
        """Pause this slot, or all of the group's. How many were not paused before; the others keep their reason."""
        values: dict[str, Value] = {"group": group_id, "why": why}
        if slot_id is not None:
            values["slot"] = slot_id
        [paused] = await self._engine.write((_PAUSE_ALL if slot_id is None else _PAUSE_ONE, values))
        return len(paused)

    async def resume_slot(self, slot_id: int, *, due_at: int | None, done_until: date | None) -> bool:
        """Let it go on from there. False: it is gone, or it is not paused."""
        values: dict[str, Value] = {
            "slot": slot_id, "due_at": due_at, "done_until": done_until.isoformat() if done_until else None
        }  # fmt: skip
        [resumed] = await self._engine.write((_RESUME, values))
        return bool(resumed)

    async def _slots(self, query: str, values: Mapping[str, Value]) -> tuple[Slot, ...]:
        [rows] = await self._engine.read((query, values))
        return tuple(map(_slot, rows))

    async def _take(self, insert: Statement, move: Statement) -> bool:
        try:
            [taken, _] = await self._engine.write(insert, move)
        except ParentGone:  # the group was erased meanwhile
            return False
        return bool(taken)

    async def _runs_a_plan(self, group_id: int) -> bool:
        [found] = await self._engine.read(("SELECT 1 FROM plan_runs WHERE group_id = :group", {"group": group_id}))
        return bool(found)


_COLUMNS = """slot_id, group_id, kind, theme, item, rule, starts_on, hour, ends_on, ping, grace, done_until, due_at,
       plan_place, guide_at, paused, why_paused"""

_SELECT = f"SELECT {_COLUMNS} FROM slots"

_ORDER = "ORDER BY CASE WHEN due_at IS NULL THEN 1 ELSE 0 END, due_at, slot_id"

_ADD = f"""
INSERT INTO slots ({_COLUMNS})
VALUES (:slot, :group, :kind, :theme, :item, :rule, :starts_on, :hour, :ends_on, :ping, :grace, :done_until, :due_at,
        :plan_place, :guide_at, :paused, :why_paused)
"""

_CHANGE = """
UPDATE slots
   SET kind = :kind, theme = :theme, item = :item, rule = :rule, starts_on = :starts_on, hour = :hour, ends_on = :ends_on,
       ping = :ping, grace = :grace, done_until = :done_until, due_at = :due_at, plan_place = :plan_place,
       guide_at = :guide_at, paused = :paused, why_paused = :why_paused
 WHERE slot_id = :slot RETURNING 1
"""

NEVER = -1

_CHANGE_AS_SEEN = _CHANGE.replace("RETURNING 1", "AND coalesce(due_at, -1) = :seen")

# A slot that paused itself stays: what it could not post may still be wanted.
_REMOVE_FINISHED = """
DELETE FROM slots WHERE due_at IS NULL AND paused = 0 AND done_until < :day
   AND (plan_place IS NULL OR group_id NOT IN (SELECT group_id FROM plan_runs))
"""

_END_FINISHED = """
DELETE FROM plan_runs WHERE NOT EXISTS (
    SELECT 1 FROM slots WHERE slots.group_id = plan_runs.group_id AND plan_place IS NOT NULL
       AND (due_at IS NOT NULL OR done_until IS NULL OR done_until >= :day)
)
"""

_DUE = f"{_SELECT} WHERE paused = 0 AND due_at <= :now{{ours}} ORDER BY due_at, slot_id LIMIT :most"

_DUE_AFTER = f"""
{_SELECT} WHERE paused = 0 AND due_at <= :now AND (due_at, slot_id) > (:due_at, :slot){{ours}}
 ORDER BY due_at, slot_id LIMIT :most
"""

_GUIDES_DUE = f"{_SELECT} WHERE paused = 0 AND guide_at <= :now{{ours}} ORDER BY guide_at, slot_id LIMIT :most"

_NEXT_DUE = """
SELECT (SELECT min(due_at) FROM slots WHERE paused = 0 AND due_at > :after{ours}),
       (SELECT min(guide_at) FROM slots WHERE paused = 0 AND guide_at > :after{ours}),
       (SELECT min(retry_at) FROM postings WHERE state = 'waiting' AND retry_at > :after{our_postings})
"""

_AS_SEEN = "slot_id = :its_slot AND paused = :paused"

_TAKE = f"{INSERT} FROM slots WHERE {_AS_SEEN} AND slots.due_at = :old ON CONFLICT (posting_id) DO NOTHING RETURNING 1"

_MOVE = f"UPDATE slots SET done_until = :done_until, due_at = :new WHERE {_AS_SEEN} AND due_at = :old"

_TAKE_GUIDE = f"{INSERT} FROM slots WHERE {_AS_SEEN} AND guide_at = :old ON CONFLICT (posting_id) DO NOTHING RETURNING 1"

_MOVE_GUIDE = f"UPDATE slots SET guide_at = NULL WHERE {_AS_SEEN} AND guide_at = :old"

_PAUSE_ALL = "UPDATE slots SET paused = 1, why_paused = :why WHERE group_id = :group AND paused = 0 RETURNING 1"

_PAUSE_ONE = """
UPDATE slots SET paused = 1, why_paused = :why WHERE group_id = :group AND slot_id = :slot AND paused = 0 RETURNING 1
"""

_RESUME = """
UPDATE slots SET paused = 0, why_paused = NULL, due_at = :due_at, done_until = :done_until
 WHERE slot_id = :slot AND paused = 1 RETURNING 1
"""


def slot_values(slot: Slot) -> dict[str, Value]:
    return {
        "slot": slot.slot_id,
        "group": slot.group_id,
        "kind": slot.kind,
        "theme": slot.theme,
        "item": slot.item,
        "rule": slot.rule,
        "starts_on": slot.starts_on.isoformat(),
        "hour": slot.hour.isoformat("minutes"),
        "ends_on": slot.ends_on.isoformat() if slot.ends_on else None,
        "ping": slot.ping,
        "grace": slot.grace,
        "done_until": slot.done_until.isoformat() if slot.done_until else None,
        "due_at": slot.due_at,
        "plan_place": slot.plan_place,
        "guide_at": slot.guide_at,
        "paused": int(slot.paused),
        "why_paused": slot.why_paused,
    }


def _slot(row: Row) -> Slot:
    slot, group, kind, theme, item, rule, starts, hour, ends, ping, grace, done, due, place, guide, paused, why = row
    first, last, dealt = date.fromisoformat(starts), date.fromisoformat(ends) if ends else None, done and date.fromisoformat(done)
    at = time.fromisoformat(hour)
    return Slot(slot, group, kind, theme, item, rule, first, at, last, ping, grace, dealt, due, place, guide, bool(paused), why)
