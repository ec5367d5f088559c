"""Queries about what was published of a group, and the sums of which the next one is made. No single learner is in either."""

from datetime import date

from bot.storage.engine import ParentGone, RowExists, Statement, Value
from bot.storage.learners import DAYS_SINCE, Learners
from bot.storage.rows import Publication, PublishedTheme, Sums


class Publications(Learners):
    """The part of the store that remembers what was told. It stands on the learners, since with it their notes begin anew."""

    async def open_group_ids(self) -> tuple[int, ...]:
        """All groups on this machine that nobody has closed."""
        [rows] = await self._engine.read(("SELECT group_id FROM study_groups WHERE closed_on IS NULL ORDER BY group_id", {}))
        return tuple(group for (group,) in rows)

    async def publication(self, group_id: int) -> Publication | None:
        """The latest one."""
        [rows] = await self._engine.read((_LATEST, {"group": group_id}))
        if not rows:
            return None
        day, made_from, people, *_ = rows[0]
        return Publication(date.fromisoformat(day), made_from, people, tuple(PublishedTheme(*row[3:]) for row in rows))

    async def sums(self, group_id: int) -> Sums:
        """Who has changed is asked first: what changes while this runs is then in the sums, if it is counted at all."""
        values: dict[str, Value] = {"group": group_id}
        [[(changed,)], [(learners,)], read, known, answered] = await self._engine.read(
            (_CHANGED, values), (_LEARNERS, values), (_READ, values), (_KNOWN, values), (_ANSWERED, values)
        )
        return Sums(learners, changed, tuple(read), tuple(known), tuple(answered))

    async def publish(self, group_id: int, publication: Publication) -> bool:
        """Keep it; from now on nobody has changed. False: there is one of this day, or no such group."""
        common: dict[str, Value] = {
            "group": group_id, "day": publication.made_on.isoformat(),
            "from": publication.made_from, "people": publication.people,
        }  # fmt: skip
        unit: list[Statement] = [
            (_ADD, common | {"theme": one.theme, "lessons": one.lessons, "questions": one.questions}) for one in publication.themes
        ]
        try:
            # A change between the sums and this is forgotten: then the next publication waits for one person more, not for fewer.
            await self._engine.write(*unit, ("UPDATE learners SET changed = 0 WHERE group_id = :group", {"group": group_id}))
        except (RowExists, ParentGone):
            return False
        finally:
            self._noted.forget()
        return True


_ADD = """
INSERT INTO publications (group_id, made_on, theme, made_from, people, lessons, questions)
VALUES (:group, :day, :theme, :from, :people, :lessons, :questions)
"""

_LATEST = """
SELECT made_on, made_from, people, theme, lessons, questions FROM publications
 WHERE group_id = :group AND made_on = (SELECT max(made_on) FROM publications WHERE group_id = :group)
"""

# For those who agreed to an older list nothing is noted, so they never count as changed.
_CHANGED = f"SELECT count(*) FROM learners WHERE group_id = :group AND changed = 1 AND consent_version >= {DAYS_SINCE}"

_LEARNERS = "SELECT count(*) FROM learners WHERE group_id = :group"

_READ = "SELECT theme, lesson, count(*) FROM lessons_read WHERE group_id = :group GROUP BY theme, lesson"

_KNOWN = """
SELECT theme, question, count(*) FROM answers WHERE group_id = :group AND was_right = 1 GROUP BY theme, question
"""

_ANSWERED = "SELECT theme, count(DISTINCT learner_key) FROM answers WHERE group_id = :group GROUP BY theme"
