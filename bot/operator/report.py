"""``bot.py report [FILE]``: all groups on this machine together, as a page or, if FILE ends with ``.csv``, as a table.

It names no group, and says of learning only what is about several groups that have published it themselves. Reading many groups
takes a while; after two seconds a bar shows how far it is.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.library import Library, read_library
from bot.operator.asking import sign_of_life
from bot.overview import Overview, overview
from bot.reports import machine_of, machine_page, machine_sheet
from bot.settings import Settings, read_settings
from bot.storage import Store, is_there, open_store

USUALLY = Path("red-flask-report.html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", type=Path, default=USUALLY, metavar="FILE", help=f"ends with .html or .csv; without it, {USUALLY}"
    )


def report(given: argparse.Namespace) -> int:
    """Write it, and say where; 1 with a sentence if that can't be."""
    file: Path = given.file
    settings = read_settings()
    if file.suffix.casefold() not in (".html", ".csv"):
        print(f"{file} has to end with .html (a page) or .csv (a table).", file=sys.stderr)
        return 1
    if not is_there(settings.database_url):
        print("There is no database yet, so there is nothing to report: start the bot once, or set DATABASE_URL.", file=sys.stderr)
        return 1
    with sign_of_life("Reading the course"):
        library = read_library(settings.content_dir)
    groups = asyncio.run(_read(settings, library))
    machine = machine_of(groups, [(theme.name, theme.title) for theme in library.course("en").themes])
    today = datetime.now(UTC).date()
    try:
        file.write_bytes((machine_sheet if file.suffix.casefold() == ".csv" else machine_page)(machine, today))
    except OSError as error:
        print(f"{file} can't be written ({error.strerror}): name a file in a folder of yours.", file=sys.stderr)
        return 1
    print(
        f"{file}: {machine.groups} {'group' if machine.groups == 1 else 'groups'}, {machine.summed_up} with a summary of their own."
    )
    return 0


async def _read(settings: Settings, library: Library) -> list[Overview]:
    store = await open_store(settings.database_url)
    try:
        return await _overviews(store, library)
    finally:
        await store.close()


async def _overviews(store: Store, library: Library) -> list[Overview]:
    ids, found = await store.open_group_ids(), []
    with sign_of_life("Reading groups") as seen:
        for number, group_id in enumerate(ids, 1):
            one = await _one(store, library, group_id)
            if one:
                found.append(one)
            seen(number, len(ids))
    return found


async def _one(store: Store, library: Library, group_id: int) -> Overview | None:
    group = await store.group(group_id)
    if group is None:
        return None  # closed just now
    return overview(
        group.name,
        await store.counted(group_id),
        group.publish_from,
        library.course(group.language),
        await store.posted_items(group_id),
        await store.own_prompts(group_id),
        await store.publications(group_id),
    )
