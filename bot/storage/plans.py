"""Queries about plans under way. A plan's items are slots like any other, so this is only what makes them belong together.

What a plan consists of stands in the content, and starting one in `slots.py`, since it adds its slots.
"""

from datetime import date, time

from bot.storage.engine import Engine, Value
from bot.storage.rows import PlanRun


class Plans:
    """The part of the store that is about plans. A group runs one at most."""

    _engine: Engine

    async def plan_run(self, group_id: int) -> PlanRun | None:
        [rows] = await self._engine.read((_SELECT, {"group": group_id}))
        for group, plan, first, hour, started in rows:
            return PlanRun(group, plan, date.fromisoformat(first), time.fromisoformat(hour), date.fromisoformat(started))
        return None

    async def stop_plan(self, group_id: int) -> bool:
        """The plan and its slots go; what was posted stays. False: none was running."""
        values: dict[str, Value] = {"group": group_id}
        [_, stopped] = await self._engine.write((_REMOVE_SLOTS, values), (_STOP, values))
        return bool(stopped)

    async def end_plan_if_done(self, group_id: int) -> bool:
        """The plan goes with all its slots, if none of them has a date any more. True for the one caller that ended it."""
        values: dict[str, Value] = {"group": group_id}
        [ended, _] = await self._engine.write((_END, values), (_REMOVE_ENDED, values))
        return bool(ended)


ADD_RUN = """
INSERT INTO plan_runs (group_id, plan, first_day, hour, started_on) VALUES (:group, :plan, :first_day, :hour, :started_on)
"""

_SELECT = "SELECT group_id, plan, first_day, hour, started_on FROM plan_runs WHERE group_id = :group"

_REMOVE_SLOTS = "DELETE FROM slots WHERE group_id = :group AND plan_place IS NOT NULL"

_STOP = "DELETE FROM plan_runs WHERE group_id = :group RETURNING 1"

_END = """
DELETE FROM plan_runs
 WHERE group_id = :group
   AND NOT EXISTS (SELECT 1 FROM slots WHERE group_id = :group AND plan_place IS NOT NULL AND due_at IS NOT NULL)
RETURNING 1
"""

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
