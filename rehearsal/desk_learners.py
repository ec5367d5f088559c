"""At the desk: fill the group with made-up learners, who join, read and take quizzes through the real bot, and move the clock until
what they have learnt is published. Where there is no group yet, a moderator begins one first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from rehearsal import permissions
from rehearsal.bot_calendar import Planned
from rehearsal.desk_asked import Unclear, whole
from rehearsal.desk_clock import Clock
from rehearsal.desk_part import Deeds
from rehearsal.desk_people import join
from rehearsal.made_up import NAMES, GoneWrong, MadeUp, Tally
from rehearsal.people import Person
from rehearsal.things import Json, Kind, Member

if TYPE_CHECKING:
    from rehearsal.standin import StandIn

AT_ONCE = 5
"""So many learn at the same time."""
PATIENCE = 15.0  # s; a busy machine is no failure
DAYS_TO_PUBLISH = 9
SHOWN_TROUBLES = 5


class Learners:
    def __init__(self, standin: StandIn, clock: Clock) -> None:
        self.standin = standin
        self.clock = clock
        self._tally: Tally | None = None
        self._count = self._done = 0
        self._stop = self._is_busy = False

    @property
    def deeds(self) -> Deeds:
        return {"learners/fill": self._fill, "learners/stop": self._halt, "learners/publish": self._publish}

    def seen(self) -> Json:
        tally = self._tally or Tally()
        return {
            "busy": self._is_busy, "count": self._count, "done": self._done, "joined": tally.joined, "pages": tally.pages,
            "answers": tally.answers, "troubles": tally.troubles[:SHOWN_TROUBLES],
            "more_troubles": len(tally.troubles[SHOWN_TROUBLES:]),
            "most": len(NAMES), "published": self._planned().told,
        }  # fmt: skip

    async def _fill(self, asked: Json) -> str:
        count = whole(asked, "count", "how many learners", least=1, most=len(NAMES))
        seed = whole(asked, "seed", "the seed", least=0, most=999_999)
        self._begin()
        try:
            chance = Random(seed)
            channel, said = await self._home()
            themes = [str(one.value) for one in await self._anyone().complete(channel, "learn", "theme", "")]
            names = chance.sample(NAMES, len(NAMES))[:count]  # so that more of them are the same ones, and more
            self._tally, self._count, self._done = Tally(), count, 0
            heard: dict[str, str] = {}
            people = [self._made_up(name, channel, Random(f"{seed} {name}"), heard) for name in names]
            waiting = iter(people)
            await asyncio.gather(*(self._take_turns(waiting, themes) for _ in range(AT_ONCE)))
        except (LookupError, PermissionError, TimeoutError) as refusal:
            raise Unclear(f"It didn’t work: {refusal}.") from None
        finally:
            self._end()
        return said + self._summed_up()

    def _summed_up(self) -> str:
        tally = self._tally or Tally()
        who = "learner" if self._done == 1 else "learners"
        stopped = " Then they were stopped." if self._stop else ""
        stopped = stopped if self.standin.bot_online else " Then the bot was gone."
        wrong = f" {len(tally.troubles)} of them met trouble." if tally.troubles else ""
        return f"{self._done} {who} read {tally.pages} pages and answered {tally.answers} questions.{stopped}{wrong}"

    async def _halt(self, asked: Json) -> str:
        self._stop = True
        return "They put their things down."

    async def _publish(self, asked: Json) -> str:
        """Day by day, with all that is due on the way, until something new about the group is told."""
        if not self._planned().groups:
            raise Unclear("There is no group yet: fill one with learners first.")
        self._begin()
        before = self._planned().told
        try:
            for day in range(1, DAYS_TO_PUBLISH + 1):
                await self.clock.walk(self.standin.world.clock() + timedelta(days=1))
                if self._planned().told > before:
                    return f"After {'a day' if day == 1 else f'{day} days'} there is something new to see: look at /progress."
                if self._stop:
                    break
        finally:
            self._end()
        raise Unclear("Nothing new was told: too few have gone on in any one lesson or question since the last time.")

    def _begin(self) -> None:
        if self._is_busy:
            raise Unclear("They are at it already: wait, or stop them.")
        if not self.standin.bot_online:
            raise Unclear("The bot isn’t connected: start it first.")
        self._is_busy, self._stop = True, False
        self.standin.world.changed()

    def _end(self) -> None:
        self._is_busy = False
        self.standin.world.changed()

    async def _home(self) -> tuple[int, str]:
        """The group's channel, and what there is to say about it; if there is no group, one is begun."""
        found, world = self._planned(), self.standin.world
        if found.home is not None and found.home in world.channels:
            return found.home, ""
        server = world.server
        rooms = [
            one for one in server.channels.values() if one.kind == Kind.TEXT and world.bot_may(one.id) & permissions.SEND_MESSAGES
        ]
        leads = [one for one in _people(self.standin) if permissions.on_server(server, one.id) & permissions.MANAGE_GUILD]
        if not rooms or not leads:
            raise Unclear("There is no group yet, and nobody who could begin one here: make somebody a moderator.")
        lead = Person(self.standin, leads[0].id, patience=PATIENCE)
        seen = await lead.command(rooms[0].id, "group create", name=server.name, time_zone="Europe/Berlin", language="en")
        if seen.failed is not None or seen.message is None:
            raise Unclear(f"There is no group yet, and {leads[0].name} could not begin one: {seen.failed or 'no answer came'}.")
        return rooms[0].id, f"There was no group, so {leads[0].name} began one in #{rooms[0].name}. "

    def _made_up(self, name: str, channel: int, chance: Random, heard: dict[str, str]) -> MadeUp:
        """A member by this name: whoever has it already goes on."""
        found = [one for one in _people(self.standin) if one.name == name]
        member = found[0] if found else join(self.standin.world, name)
        assert self._tally is not None
        return MadeUp(Person(self.standin, member.id, patience=PATIENCE), channel, chance, self._tally, heard)

    async def _take_turns(self, waiting: Iterator[MadeUp], themes: list[str]) -> None:
        assert self._tally is not None
        for one in waiting:
            if self._stop or not self.standin.bot_online:
                return
            try:
                await one.live(themes, lambda: not self._stop)
            except (GoneWrong, LookupError, PermissionError, ValueError, TimeoutError) as trouble:
                self._tally.troubles.append(f"{one.person.user.name}: {trouble}")
            self._done += 1
            self.standin.world.changed()

    def _anyone(self) -> Person:
        return Person(self.standin, _people(self.standin)[0].id, patience=PATIENCE)

    def _planned(self) -> Planned:
        return self.clock.planned()


def _people(standin: StandIn) -> list[Member]:
    return [one for one in standin.world.server.members.values() if not one.user.bot]
