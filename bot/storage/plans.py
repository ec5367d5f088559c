"""Queries about plans under way. A plan's items are slots like any other, so this is only what makes them belong together.

What a plan consists of stands in the content, and starting one in `slots.py`, since it adds its slots.
"""

from datetime import date, time

from bot.storage.engine import Engine, Row, Statement, Value
from bot.storage.postings import INSERT, posting_values
from bot.storage.rows import PlanRun, Posting


class Plans:
    """The part of the store that is about plans. A group runs one at most."""

    _engine: Engine

    async def plan_run(self, group_id: int) -> PlanRun | None:
        [rows] = await self._engine.read((f"{_SELECT} WHERE group_id = :group", {"group": group_id}))
        return _run(rows[0]) if rows else None

    async def plans_to_end(self) -> tuple[PlanRun, ...]:
        """Those whose last item was posted or left out, and nobody has ended them: a crash came in between."""
        [rows] = await self._engine.read((f"{_SELECT} WHERE {_NOTHING_LEFT} AND {_LAST_IS_DONE} ORDER BY group_id", {}))
        return tuple(map(_run, rows))

    async def stop_plan(self, group_id: int) -> bool:
        """The plan and its slots go; what was posted stays. False: none was running."""
        values: dict[str, Value] = {"group": group_id}
        [_, stopped] = await self._engine.write((_REMOVE_SLOTS, values), (_STOP, values))
        return bool(stopped)

    async def end_plan_if_done(self, group_id: int, closing: Posting | None = None) -> bool:
        """The plan goes with all its slots, if none of them has a date any more. True for the one caller that ended it. In the
        same transaction its closing card is claimed, if it is to have one: so a crash can't come in between."""
        values: dict[str, Value] = {"group": group_id}
        claim: list[Statement] = [(_CLAIM_CLOSING, posting_values(closing))] if closing else []
        *_, ended, _ = await self._engine.write(*claim, (_END, values), (_REMOVE_ENDED, values))
        return bool(ended)


ADD_RUN = """
INSERT INTO plan_runs (group_id, plan, first_day, hour, started_on) VALUES (:group, :plan, :first_day, :hour, :started_on)
"""

_SELECT = "SELECT group_id, plan, first_day, hour, started_on FROM plan_runs"

_REMOVE_SLOTS = "DELETE FROM slots WHERE group_id = :group AND plan_place IS NOT NULL"

_STOP = "DELETE FROM plan_runs WHERE group_id = :group RETURNING 1"

_NOTHING_LEFT = """NOT EXISTS (
       SELECT 1 FROM slots WHERE slots.group_id = plan_runs.group_id AND plan_place IS NOT NULL AND slots.due_at IS NOT NULL)"""

_LAST_IS_DONE = """EXISTS (
       SELECT 1 FROM slots JOIN postings ON postings.slot_id = slots.slot_id
        WHERE slots.group_id = plan_runs.group_id AND postings.kind <> 'guide' AND postings.state IN ('posted', 'skipped')
          AND plan_place = (SELECT max(plan_place) FROM slots WHERE slots.group_id = plan_runs.group_id))
   AND NOT EXISTS (
       SELECT 1 FROM slots JOIN postings ON postings.slot_id = slots.slot_id
        WHERE slots.group_id = plan_runs.group_id AND plan_place IS NOT NULL AND postings.state IN ('claimed', 'waiting'))"""

# Of the run that it is about, and of no other that was started since.
_CLAIM_CLOSING = f"""
{INSERT} FROM plan_runs
 WHERE group_id = :group AND plan || ' ' || first_day = :item AND {_NOTHING_LEFT}
ON CONFLICT DO NOTHING
"""

_END = f"DELETE FROM plan_runs WHERE group_id = :group AND {_NOTHING_LEFT} RETURNING 1"

# Nobody can start the next plan between the two: its row has the same key, and waits until this one is surely gone.
_REMOVE_ENDED = f"{_REMOVE_SLOTS} AND NOT EXISTS (SELECT 1 FROM plan_runs WHERE group_id = :group)"


def run_values(run: PlanRun) -> dict[str, Value]:
    return {
        "group": run.group_id,
        "plan": run.plan,
        "first_day": run.first_day.isoformat(),
        "hour": run.hour.isoformat("minutes"),
        "started_on": run.started_on.isoformat(),
    }


def _run(row: Row) -> PlanRun:
    group, plan, first, hour, started = row
    return PlanRun(group, plan, date.fromisoformat(first), time.fromisoformat(hour), date.fromisoformat(started))
