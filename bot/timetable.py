"""Time zones by their IANA names. Pure: no clock is read here."""

from __future__ import annotations

import difflib
from functools import cache
from zoneinfo import available_timezones


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
