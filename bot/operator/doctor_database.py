"""What ``doctor`` can tell of the database, its migrations, its calendar, and its backups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.caretaker import WORKED_ON
from bot.group import Group
from bot.operator.doctor_here import in_words
from bot.operator.findings import Finding
from bot.settings import Settings
from bot.storage import Calendar, Examined, StorageTrouble, examine, is_there

FIRST_START = "The first start of the bot makes it; until then there is nothing to look at."
LATE = timedelta(days=1)
"""A calendar is behind by less than that in quiet hours, and while the bot was down."""
OLD_BACKUP = timedelta(days=8)
BACKUPS = Path("backups")
BREAKS = "docs/OPERATING.md, When something breaks."


@dataclass(frozen=True, slots=True)
class Database:
    """What was found, and what others go on from."""

    findings: list[Finding]
    marks: Mapping[str, str]
    groups: tuple[Group, ...] = ()
    paused: frozenset[int] = frozenset()


def about_database(settings: Settings, now: datetime, *, most: float) -> Database:
    """``most``: seconds for looking through all of it."""
    say = partial(Finding, "database")
    if not is_there(settings.database_url):
        return Database([say("ok", f"There is none yet. {FIRST_START}")], {})
    try:
        seen = examine(settings.database_url, int(now.timestamp()), most=most)
    except StorageTrouble as trouble:
        return Database([say("trouble", str(trouble), BREAKS)], {})
    if not seen.newest and not seen.marks:
        return Database([say("ok", f"{seen.engine}, empty. {FIRST_START}")], {})
    calendar = _about_calendar(seen.calendar, seen.marks, now) if seen.calendar else []
    findings = [*_about_file(seen), *_about_migrations(seen), *calendar]
    return Database(findings, seen.marks, seen.groups, seen.calendar.paused if seen.calendar else frozenset())


def about_backups(settings: Settings, folder: Path | None, now: datetime) -> list[Finding]:
    """Nobody tells us where backups go; the manual makes them in ``backups/``."""
    say = partial(Finding, "backups")
    if not is_there(settings.database_url):
        return [say("ok", "There is nothing to back up yet.")]
    place = folder or BACKUPS
    made = sorted(file.stat().st_mtime for file in place.glob("*.backup*")) if place.is_dir() else []
    if not made:
        remedy = "python bot.py backup FILE; --backups FOLDER tells this word where they are."
        return [say("warning", f"There is none in {place.absolute()}.", remedy)]
    age = now - datetime.fromtimestamp(made[-1], UTC)
    says = f"The latest of {len(made)} in {place} is {_days(age)} old."
    if age > OLD_BACKUP:
        return [say("warning", says, "python bot.py backup FILE, best each night.")]
    return [say("ok", says)]


def _about_file(seen: Examined) -> list[Finding]:
    say = partial(Finding, "database")
    groups = f", {len(seen.groups):,} group{'s' * (len(seen.groups) != 1)}" if seen.calendar else ""
    use = "in use" if seen.at_work else "not in use: no bot is at work on it"
    found = [say("ok", f"{seen.engine}, {in_words(seen.bytes)}{groups}; {use}.")]
    if seen.is_whole is False:
        found.append(
            say("trouble", "The file is damaged.", "Stop the bot, then: python bot.py restore FILE, with your latest backup.")
        )
    elif seen.is_whole is None and seen.engine.startswith("SQLite"):
        found.append(say("skipped", "It is too large to be looked through just now.", "python bot.py doctor --thorough"))
    if seen.obstacle:
        found.append(say("trouble", f"Nothing can be stored: {seen.obstacle}", BREAKS))
    return found


def _about_migrations(seen: Examined) -> list[Finding]:
    say = partial(Finding, "migrations")
    if seen.newest > seen.newest_known:
        says = f"The database is newer (step {seen.newest}) than this version of the bot (step {seen.newest_known})."
        return [say("trouble", says, "Install the newer version again, or restore the backup from before the upgrade.")]
    if seen.missing:
        says = f"The next start applies {len(seen.missing)}: {', '.join(seen.missing)}."
        return [say("warning", says, "Make a backup, then restart the bot.")]
    return [say("ok", f"The database is at step {seen.newest}, as this version knows it.")]


def _about_calendar(calendar: Calendar, marks: Mapping[str, str], now: datetime) -> list[Finding]:
    say = partial(Finding, "calendar")
    found = []
    if calendar.oldest_due is not None and (late := now - datetime.fromtimestamp(calendar.oldest_due, UTC)) > LATE:
        says = f"{calendar.due} slot{'s are' if calendar.due != 1 else ' is'} due, the oldest for {_days(late)}."
        found.append(say("warning", says, "Is the bot running, with the shards of all servers?"))
    if worked := marks.get(WORKED_ON):
        idle = now.date() - date.fromisoformat(worked)
        if idle > timedelta(days=2):
            remedy = "It erases what is kept for too long: start the bot; and look at the clock."
            found.append(say("warning", f"The daily job last worked {idle.days} days ago.", remedy))
        elif idle < timedelta(days=-1):
            found.append(say("warning", f"The daily job worked on {worked}, which is still to come.", "Look at the clock."))
    if calendar.paused:
        says = f"Slots have paused in {len(calendar.paused)} group{'s' * (len(calendar.paused) != 1)}, since something was refused."
        found.append(say("warning", says, "Their moderators know why, and /schedule resume goes on; below is what lacks."))
    if not found:
        waits = f"; {calendar.waiting} postings wait for another try" if calendar.waiting else ""
        found.append(say("ok", f"Nothing is late{waits}."))
    return found


def _days(time: timedelta) -> str:
    hours = int(time.total_seconds() // 3600)
    if hours < 48:
        return f"{hours} hour{'s' * (hours != 1)}"
    return f"{hours // 24} days"
