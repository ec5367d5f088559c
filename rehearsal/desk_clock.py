"""At the desk: the clock of the rehearsal. It is moved to the next posting, by a while, or over the next change of summer time;
at once, or past everything on the way, which is then posted each at its time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from rehearsal.bot_calendar import Planned, next_change_of_summer_time, planned
from rehearsal.desk_asked import Unclear, one_of, truth
from rehearsal.desk_part import Deeds
from rehearsal.things import Json
from rehearsal.world import World

MOST_AHEAD = timedelta(days=3650)
NOTICES = 1.5
"""Seconds in which the bot notices that its clock was moved, and has begun with what it does once a day."""
PATIENCE = 8.0
"""Seconds that one posting may take; what waits for something else, such as quiet hours, is not waited for."""
AFTER_CHANGE = timedelta(hours=1)


class Clock:
    def __init__(self, world: World, database: Path | None, is_online: Callable[[], bool]) -> None:
        self.world = world
        self.database = database
        self.is_online = is_online
        self._going: Json | None = None
        self._stop = False

    @property
    def deeds(self) -> Deeds:
        return {"clock/move": self._move, "clock/stop": self._halt}

    def seen(self) -> Json:
        found = self.planned()
        change = self._change(found)
        return {
            "ahead": self.world.ahead.total_seconds(), "zone": found.zone, "groups": found.groups, "going": self._going,
            "coming": [
                {"at": one.at.isoformat(), "what": one.what, "group": one.group, "is_card": one.is_card} for one in found.coming
            ],
            "change": change.isoformat() if change else None,
        }  # fmt: skip

    def planned(self) -> Planned:
        return Planned() if self.database is None else planned(self.database, self.world.clock())

    async def _move(self, asked: Json) -> str:
        how = one_of(asked, "to", "where to", {name: name for name in ("posting", "hour", "day", "week", "summer time", "now")})
        if self._going is not None:
            raise Unclear("The clock is on its way already: stop it first.")
        if how == "now":
            self.world.move_clock(timedelta(0))
            return "Here it is the real time again."
        goal = self._goal(how)
        if goal - self.world.clock() + self.world.ahead > MOST_AHEAD:
            raise Unclear("That is far enough: go back to now first.")
        if how != "posting" and truth(asked, "posting", "whether everything on the way is posted"):
            return await self.walk(goal)
        self._jump(goal)
        return f"Here it is {_words(goal, self.planned().zone)} now."

    async def _halt(self, asked: Json) -> str:
        self._stop = True
        return "The clock stops after what is being posted now."

    async def walk(self, goal: datetime) -> str:
        """Go there by way of everything that is due, and wait for each."""
        if not self.is_online():
            raise Unclear("The bot isn’t connected, so nothing would be posted on the way: start it first.")
        self._stop, stops = False, 0
        self._going = {"goal": goal.isoformat(), "stops": 0}
        try:
            await self._until_done(0)  # what is due already is not passed by
            while not self._stop and self.world.clock() < goal:
                coming = [one.at for one in self.planned().coming if one.at <= goal]
                target = min([goal, *coming[:1]])
                self._jump(target)
                if target in coming:
                    stops += 1
                    self._going = {"goal": goal.isoformat(), "stops": stops}
                await self._until_done(0 if target in coming else NOTICES)
                if not self.is_online():
                    raise Unclear("The bot went away, so the clock stopped: start it, and go on.")
        finally:
            self._going = None
            self.world.changed()
        where = f"Here it is {_words(self.world.clock(), self.planned().zone)} now"
        return f"{where}; {'nothing was' if not stops else 'one moment was' if stops == 1 else f'{stops} moments were'} on the way."

    async def _until_done(self, least: float) -> None:
        """So many seconds at least, and then until nothing that is due is left over, or patience isn't."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while (waited := loop.time() - began) < PATIENCE and self.is_online():
            if waited >= least and not self.planned().left_over:
                return
            await asyncio.sleep(0.1)

    def _goal(self, how: str) -> datetime:
        now, found = self.world.clock(), self.planned()
        if how == "posting":
            if not found.coming:
                raise Unclear("Nothing is planned: start a plan with /plan start, or plan something with /schedule add.")
            return found.coming[0].at
        if how == "summer time":
            change = self._change(found)
            if change is None:
                raise Unclear(f"The clocks in {found.zone or 'UTC'} don’t change within a year: give a group another time zone.")
            return change + AFTER_CHANGE
        return now + {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}[how]

    def _change(self, found: Planned) -> datetime | None:
        # to the day: it is asked for twice a second, and moves seldom
        return next_change_of_summer_time(found.zone, self.world.clock()) if found.zone else None

    def _jump(self, goal: datetime) -> None:
        """To that very moment, and a breath after it, so that what is due then is due."""
        self.world.move_clock(self.world.ahead + (goal - self.world.clock()) + timedelta(seconds=0.05))


def _words(moment: datetime, zone: str | None) -> str:
    from zoneinfo import ZoneInfo

    there = moment.astimezone(ZoneInfo(zone)) if zone else moment
    return f"{there:%A}, {there.day} {there:%B %Y}, {there:%H:%M} ({zone or 'UTC'})"
