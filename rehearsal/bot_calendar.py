"""What the bot's calendar has next, read from its database beside it. The one place of the rehearsal that knows the bot's tables,
and it only looks; where they are different or not there, it says that nothing is planned.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MOST_COMING = 6
_SUMMER_TIME_WITHIN = timedelta(days=370)


@dataclass(frozen=True, slots=True)
class Coming:
    """One posting to come; with `is_card`, the card about it for whoever leads it."""

    at: datetime
    what: str
    group: str
    is_card: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """`home` and `zone` are the first group's; `left_over` counts what is due and not posted, `told` the publications so far."""

    coming: list[Coming] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    home: int | None = None
    zone: str | None = None
    left_over: int = 0
    told: int = 0


def planned(database: Path, now: datetime) -> Planned:
    """As it stands now."""
    if not database.exists():
        return Planned()
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, timeout=0.2)) as db:
            return _planned(db, int(now.timestamp()))
    except sqlite3.Error:
        return Planned()


def _planned(db: sqlite3.Connection, now: int) -> Planned:
    groups = db.execute(_GROUPS).fetchall()
    [left_over] = db.execute(_LEFT_OVER, {"now": now}).fetchone()
    [told] = db.execute("SELECT count(*) FROM publications").fetchone()
    coming = [
        Coming(datetime.fromtimestamp(at, UTC), f"{kind}: {item or theme}" if item or theme else kind, group, bool(is_card))
        for at, kind, theme, item, group, is_card in db.execute(_COMING, {"now": now, "most": MOST_COMING})
    ]
    home, zone = groups[0][1:] if groups else (None, None)
    return Planned(coming, [one[0] for one in groups], home, zone, left_over, told)


def next_change_of_summer_time(zone: str, after: datetime) -> datetime | None:
    """When the clocks of this zone change next, to the minute; None where they never do."""
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return None

    def offset(moment: datetime) -> timedelta | None:
        return moment.astimezone(there).utcoffset()

    early = after
    while early - after < _SUMMER_TIME_WITHIN:
        late = early + timedelta(days=1)
        if offset(early) != offset(late):
            while late - early > timedelta(minutes=1):
                middle = early + (late - early) / 2
                early, late = (middle, late) if offset(middle) == offset(early) else (early, middle)
            return late.replace(second=0, microsecond=0)
        early = late
    return None


_GROUPS = "SELECT name, home_channel, time_zone FROM study_groups WHERE closed_on IS NULL ORDER BY group_id"

_COMING = """
SELECT at, kind, theme, item, name, is_card FROM (
    SELECT due_at AS at, kind, theme, item, group_id, 0 AS is_card FROM slots WHERE paused = 0 AND due_at > :now
    UNION ALL
    SELECT guide_at, kind, theme, item, group_id, 1 FROM slots WHERE paused = 0 AND guide_at > :now
) JOIN study_groups USING (group_id) WHERE closed_on IS NULL ORDER BY at, is_card LIMIT :most
"""

_LEFT_OVER = """
SELECT (SELECT count(*) FROM slots JOIN study_groups USING (group_id)
         WHERE closed_on IS NULL AND paused = 0 AND (due_at <= :now OR guide_at <= :now))
     + (SELECT count(*) FROM postings WHERE state = 'claimed')
"""
