"""Time zones by their IANA names, and the moment of a local hour. Pure: no clock is read here."""

from __future__ import annotations

import difflib
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


def moment(day: date, hour: time, zone: str) -> datetime:
    """That hour of that day in the zone, in UTC. An hour that the clocks skip becomes the first moment after the gap; one that
    comes twice is its first."""
    there = ZoneInfo(zone)
    local = datetime.combine(day, hour)
    early = local.replace(tzinfo=there, fold=0).astimezone(UTC)
    if early.astimezone(there).replace(tzinfo=None) == local:
        return early
    late = local.replace(tzinfo=there, fold=1).astimezone(UTC)
    before, after = sorted((early, late))
    offset = (before - timedelta(seconds=1)).astimezone(there).utcoffset()
    while after - before > timedelta(seconds=1):  # the gap begins somewhere between the two
        middle = before + (after - before) / 2
        if middle.astimezone(there).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def local_day(at: datetime, zone: str) -> date:
    """The date that people in the zone write at that moment."""
    return at.astimezone(ZoneInfo(zone)).date()


def is_quiet(at: datetime, zone: str, quiet_from: time | None, quiet_until: time | None) -> bool:
    """Whether the moment lies in the zone's quiet hours."""
    return hour_is_quiet(at.astimezone(ZoneInfo(zone)).time(), quiet_from, quiet_until)


def hour_is_quiet(hour: time, quiet_from: time | None, quiet_until: time | None) -> bool:
    """From the one hour, inclusive, to the other, exclusive; they may lie on both sides of midnight."""
    if quiet_from is None or quiet_until is None:
        return False
    if quiet_from <= quiet_until:
        return quiet_from <= hour < quiet_until
    return hour >= quiet_from or hour < quiet_until


def find_zone(typed: str) -> str | None:
    """The IANA name that somebody means, whatever its case (``europe/berlin``); ``None`` if there is none."""
    return _by_folded_name().get(_folded(typed))


def zones_like(typed: str, most: int = 25) -> tuple[str, ...]:
    """Names that fit what was typed so far: first those whose city begins with it, then those that hold it, then near misses."""
    wanted = _folded(typed)
    names = _by_folded_name()
    city_first = [name for folded, name in names.items() if folded.rsplit("/", 1)[-1].startswith(wanted)]
    holding = [name for folded, name in names.items() if wanted in folded and name not in city_first]
    found = city_first + holding
    if not found:
        cities = {folded.rsplit("/", 1)[-1]: name for folded, name in names.items()}
        found = [cities[city] for city in difflib.get_close_matches(wanted.rsplit("/", 1)[-1], cities, 5, 0.7)]
    return tuple(found[:most])


@cache
def _by_folded_name() -> dict[str, str]:
    # Areas and cities only: names such as EST5EDT or Etc/GMT+3 mislead more people than they serve. UTC stays.
    skipped = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(skipped))
    return {_folded(name): name for name in (*names, "UTC")}


def _folded(name: str) -> str:
    return "_".join(name.casefold().split())
