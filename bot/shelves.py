"""Which library a group reads: the course, and its own content laid over it.

What was read is remembered by the group and the version of its own content, which comes with the group itself: so a change is seen
as soon as the group is, on every machine, and nothing has to be told to anybody. Files are read on another thread, one at a time.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from bot.group import Group
from bot.library import Library, Spot, Theme
from bot.storage import OwnFile, Store

if TYPE_CHECKING:
    from bot.library import OwnContent
    from bot.quality import Finding

ENDINGS = (".yaml", ".yml", ".gift", ".txt", ".csv")
"""Of files that can be read."""
FIRST_NUMBER = 36 * 36
"""Themes of the course have numbers below. One's own is known to buttons by this and its file's number."""
MOST_REMEMBERED = 8 * 1024 * 1024
"""Characters of files whose themes are remembered, all groups together."""
NOT_FOR_OWN = frozenset({"figures", "levels", "stale"})
"""Rules of ``check`` that ask for what only the course promises: a source for each figure, all levels, a day of review."""
MOST_WEAK_SPOTS = 100

_READER = ThreadPoolExecutor(1, thread_name_prefix="own-content")


class Shelves:
    """``course`` is what everybody reads, and what a group without content of its own does."""

    def __init__(self, course: Library, store: Store) -> None:
        self.course = course
        self._store = store
        self._read: dict[int, tuple[int, Library, Library, int]] = {}
        """Group → version, the course that it was laid over, what came of it, how many characters."""

    def renew(self, course: Library) -> None:
        """From the next visit, and the poster's next look, on this course counts. Cards of the old one are answered as after any
        change of the content."""
        self.course = course

    async def of(self, group: Group | None) -> Library:
        if group is None or not group.own_version:
            return self.course
        found = self._read.get(group.group_id)
        if found is not None and found[0] == group.own_version and found[1] is self.course:
            return found[2]
        course, files = self.course, await self._store.own_files(group.group_id)
        laid = await asyncio.get_running_loop().run_in_executor(_READER, partial(_laid, course, files))
        self._keep(group, course, laid, sum(len(file.text) for file in files))
        return laid

    def _keep(self, group: Group, course: Library, laid: Library, letters: int) -> None:
        self._read.pop(group.group_id, None)  # the place of an entry is its age
        self._read[group.group_id] = group.own_version, course, laid, letters
        while len(self._read) > 1 and sum(one[3] for one in self._read.values()) > MOST_REMEMBERED:
            del self._read[next(iter(self._read))]


async def read_file(content: bytes, name: str, course: Library) -> OwnContent:
    """What is in a file, without using it."""
    return await asyncio.get_running_loop().run_in_executor(_READER, partial(_read, content, name, course))


async def weak_spots(content: OwnContent, language: str, today: date) -> tuple[Finding, ...]:
    """What would make it better, as ``check`` warns of the course. Nothing of it keeps a file from being used."""
    return await asyncio.get_running_loop().run_in_executor(_READER, partial(_weak_spots, content, language, today))


def theme_of(content: OwnContent, file_number: int) -> Theme | None:
    """The theme as buttons know it."""
    return content.theme.but(number=FIRST_NUMBER + file_number) if content.theme else None


def _read(content: bytes, name: str, course: Library) -> OwnContent:
    from bot.library import read_own  # with what only reading needs: most bots start, and stay, without it

    return read_own(content, name, {source.key: source for source in course.sources})


def _laid(course: Library, files: tuple[OwnFile, ...]) -> Library:
    themes: list[Theme] = []
    spots: dict[tuple[str, int], Spot] = {}
    for file in files:
        content = _read(file.text.encode(), file.name, course)
        theme = theme_of(content, file.number)
        if theme is not None:  # one that an older version of the bot took and this one doesn't is left out; /content list says so
            themes.append(theme)
            spots |= {(theme.name, number): Spot(file.name, line) for number, line in content.lines.items()}
    return course.with_own(themes, spots)


def _weak_spots(content: OwnContent, language: str, today: date) -> tuple[Finding, ...]:
    from bot.quality import RULES, Bank, Written, warnings_in  # with libraries that the bot needs only here

    if content.page is None:
        return ()
    rules = (rule for rule in RULES if rule.name not in NOT_FOR_OWN)
    return tuple(warnings_in(Bank((Written(content.page),), today, language), rules)[:MOST_WEAK_SPOTS])
