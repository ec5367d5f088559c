"""Queries about what was published of a group, and the sums of which the next one is made. No single learner is in either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

from bot.kept import VERSION
from bot.progress import APART, LESSONS, Publication, Sum, Told, rounded
from bot.storage.engine import ParentGone, Row, RowExists, Statement, Value
from bot.storage.learners import Learners
from bot.storage.ours import OfOurServers
from bot.storage.rows import Sums


class Publications(Learners, OfOurServers):
    """The part of the store that remembers what was told. It stands on the learners, since with it their notes begin anew."""

    happened: Callable[[str], None]

    async def open_group_ids(self) -> tuple[int, ...]:
        """All groups on the servers of this process that nobody has closed."""
        query = f"SELECT group_id FROM study_groups WHERE closed_on IS NULL{self._our_groups()} ORDER BY group_id"
        [rows] = await self._engine.read((query, {}))
        return tuple(group for (group,) in rows)

    async def publications(self, group_id: int) -> tuple[Publication, ...]:
        """All of them, the oldest first."""
        [rows] = await self._engine.read((_ALL, {"group": group_id}))
        told: dict[tuple[str, int], list[Told]] = {}
        for day, made_from, theme, question, word in rows:
            told.setdefault((day, made_from), []).append(Told(theme, question, word))
        return tuple(Publication(date.fromisoformat(day), made_from, tuple(them)) for (day, made_from), them in told.items())

    async def changed(self, group_id: int) -> tuple[int, date | None]:
        """How many changed something since the latest publication, and its day: all that most days' work asks of a group."""
        values: dict[str, Value] = {"group": group_id}
        [[(changed,)], latest] = await self._engine.read((_CHANGED, values), (_LATEST, values))
        return changed, _day(latest)

    async def sums(self, group_id: int, lessons: Sequence[tuple[str, str]]) -> Sums:
        """What the next publication would be made of. ``lessons``: the (theme, lesson) that the course has now, maybe thousands, so
        the query names those that were read and are gone. Who has changed is asked first: what changes while this runs is then
        in the sums, if it is counted at all."""
        values: dict[str, Value] = {"group": group_id}
        [[(changed,)], latest, read] = await self._engine.read((_CHANGED, values), (_LATEST, values), (_READ_AT_ALL, values))
        gone = sorted({(theme, lesson) for theme, lesson in read} - set(lessons))
        names = [_letters(place) for place in range(len(gone))]
        course = values | {f"theme_{name}": theme for name, (theme, _) in zip(names, gone, strict=True)}
        course |= {f"lesson_{name}": lesson for name, (_, lesson) in zip(names, gone, strict=True)}
        pairs = ", ".join(f"(:theme_{name}, :lesson_{name})" for name in names)
        of_today = _READ.format(there=f"AND (theme, lesson) NOT IN (VALUES {pairs})" if gone else "")
        [[(learners,)], asked, of_lessons] = await self._engine.read(
            (_AGREED_LEARNERS, values), (_ASKED, values), (of_today, course)
        )
        how_many = Counter(theme for theme, _ in lessons)
        return Sums(
            changed,
            _day(latest),
            (
                *(Sum(theme, LESSONS, done, learners * how_many[theme], behind, moved)
                  for theme, done, behind, moved in of_lessons),
                *(Sum(*row) for row in asked),
            ),
        )  # fmt: skip

    async def publish(self, group_id: int, publication: Publication) -> bool:
        """Keep it; from now on nobody has changed, and whoever agreed to that is noted as being in these figures.
        False: there is one of this day, or no such group."""
        common: dict[str, Value] = {"group": group_id, "day": publication.made_on.isoformat(), "from": publication.made_from}
        unit: list[Statement] = []
        for one in publication.told:
            place: dict[str, Value] = {"group": group_id, "theme": one.theme}
            unit.append((_ADD, common | {"theme": one.theme, "question": one.question, "told": one.word}))
            unit.append((_IN_LESSONS, place) if one.question == LESSONS else (_IN_QUESTION, place | {"question": one.question}))
        try:
            # A change between the sums and this is forgotten: then the next publication waits for one person more, not for fewer.
            await self._engine.write(*unit, ("UPDATE learners SET changed = 0 WHERE group_id = :group", {"group": group_id}))
        except (RowExists, ParentGone):
            return False
        finally:
            self._noted.forget()
        self.happened("published")
        return True

    async def count_learners(self, group_id: int, on: date) -> None:
        """Note how many there are, rounded down to fives, unless that was done less than a week ago. Counted at every look, the
        number would show who pressed *Join* just now, to somebody who brings it to the edge of a five."""
        [[(learners,)]] = await self._engine.read((_LEARNERS, {"group": group_id}))
        values: dict[str, Value] = {"group": group_id, "day": on.isoformat(), "before": (on - APART).isoformat()}
        await self._engine.write((_COUNT, values | {"learners": rounded(learners)}))

    async def counted(self, group_id: int) -> int | None:
        """How many learners there were at the latest count, rounded down to fives; None before the first."""
        [rows] = await self._engine.read((_COUNTED, {"group": group_id}))
        return rows[0][0] if rows and rows[0][1] else None


def _day(rows: list[Row]) -> date | None:
    return date.fromisoformat(rows[0][0]) if rows[0][0] else None


def _letters(place: int) -> str:
    """A parameter's name has letters only."""
    return "".join("abcdefghij"[int(digit)] for digit in str(place))


_AGREED = f"""learner_key IN
       (SELECT learner_key FROM learners WHERE group_id = :group AND consent_version >= {VERSION})"""
"""Those of whom it may be noted what is told already. The others are in no figure: else agreeing would look like learning."""

_ADD = """
INSERT INTO publications (group_id, made_on, made_from, theme, question, told)
VALUES (:group, :day, :from, :theme, :question, :told)
"""

_IN_LESSONS = f"UPDATE lessons_read SET told = 1 WHERE group_id = :group AND theme = :theme AND told = 0 AND {_AGREED}"

_IN_QUESTION = f"""
UPDATE answers SET told = was_right WHERE group_id = :group AND theme = :theme AND question = :question AND {_AGREED}
"""

_ALL = """
SELECT made_on, made_from, theme, question, told FROM publications WHERE group_id = :group ORDER BY made_on, theme, question
"""

_LATEST = "SELECT max(made_on) FROM publications WHERE group_id = :group"

_AGREED_LEARNERS = f"SELECT count(*) FROM learners WHERE group_id = :group AND consent_version >= {VERSION}"

_CHANGED = f"{_AGREED_LEARNERS} AND changed = 1"

_LEARNERS = "SELECT count(*) FROM learners WHERE group_id = :group"

_READ_AT_ALL = "SELECT DISTINCT theme, lesson FROM lessons_read WHERE group_id = :group"

_READ = f"""
SELECT theme, count(*), count(DISTINCT learner_key), count(DISTINCT CASE WHEN told = 0 THEN learner_key END)
  FROM lessons_read WHERE group_id = :group AND {_AGREED} {{there}}
 GROUP BY theme ORDER BY theme
"""

_ASKED = f"""
SELECT theme, question, sum(was_right), count(*), count(*),
       sum(CASE WHEN told IS NULL OR told <> was_right THEN 1 ELSE 0 END)
  FROM answers WHERE group_id = :group AND {_AGREED}
 GROUP BY theme, question ORDER BY theme, question
"""

_COUNT = """
UPDATE study_groups SET counted = :learners, counted_on = :day
 WHERE group_id = :group AND (counted_on IS NULL OR counted_on <= :before)
"""

_COUNTED = "SELECT counted, counted_on FROM study_groups WHERE group_id = :group"
