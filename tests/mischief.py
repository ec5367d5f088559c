"""What goes wrong on an evening, on purpose: forged controls, cut content, a locked database, a look into the files."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import yaml
from evening import ROOT, Evening, public

from rehearsal.people import Person, Seen
from rehearsal.things import Message

TABLES = (
    "study_groups", "learners", "lessons_read", "answers", "postings", "slots", "plan_runs", "own_prompts", "waiting_cards",
    "publications", "own_files", "rounds", "round_answers",
)  # fmt: skip
CODE = re.compile(r"\b[0-9A-F]{6}\b")


def database(evening: Evening) -> Path:
    return evening.folder / "data" / "red-flask.db"


def ask(evening: Evening, sql: str, *values: object) -> list[Any]:
    """Look into the database file as it is now."""
    with closing(sqlite3.connect(database(evening), isolation_level=None)) as db:
        return db.execute(sql, values).fetchall()


def rows(evening: Evening) -> dict[str, int]:
    """How many rows each table has."""
    return {table: ask(evening, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def group_id(evening: Evening, name: str = "Thursday readers") -> int:
    [(number,)] = ask(evening, "SELECT group_id FROM study_groups WHERE name = ?", name)
    return int(number)


@contextmanager
def locked(evening: Evening) -> Iterator[None]:
    """Somebody else (a backup, a curious operator) holds the database."""
    with closing(sqlite3.connect(database(evening), isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        yield
        db.execute("ROLLBACK")


async def forge(person: Person, message: Message, label: str, custom_id: str) -> Seen:
    """Press a button whose ``custom_id`` somebody has exchanged."""
    [button] = [one for one in message.buttons if one.get("label") == label]
    real, button["custom_id"] = button["custom_id"], custom_id
    try:
        return await person.press(message, label)
    finally:
        if button.get("custom_id") == custom_id:
            button["custom_id"] = real


def lines(evening: Evening, *words: str) -> list[str]:
    """The lines of the log that hold all these words."""
    return [line for line in evening.said.getvalue().splitlines() if all(word in line for word in words)]


async def until(condition: Callable[[], object], seconds: float = 6) -> None:
    """Wait until it is true; fails when it takes too long."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


def posts(evening: Evening, channel: str, *words: str) -> list[Message]:
    """The public messages of a channel that hold all these words."""
    mo = evening.person("Mo")
    return [message for message in public(mo, evening.room(channel)) if all(word in message.text for word in words)]


def forum_posts(evening: Evening, forum: str, title: str) -> list[int]:
    """The ids of the posts in a forum that have this title."""
    channels = evening.standin.world.channels.values()
    return [one.id for one in channels if one.parent_id == evening.room(forum) and one.name == title]


def calls(evening: Evening, method: str, part: str) -> int:
    """How often the bot has made such a call."""
    return sum(call.method == method and part in call.path for call in evening.standin.requests)


class Content:
    """A copy of the content, to be cut. ``save`` also takes out the sources that nobody cites any more."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "content"
        shutil.copytree(ROOT / "content", self.folder)
        self.themes: dict[str, Any] = {}
        for file in sorted((self.folder / "en" / "themes").glob("*.yaml")):
            theme = yaml.safe_load(file.read_text(encoding="utf-8"))
            self.themes[theme["theme"]] = theme
            file.unlink()
        self.sources = yaml.safe_load((self.folder / "sources.yaml").read_text(encoding="utf-8"))

    def save(self) -> Path:
        cited = set(_cited(list(self.themes.values())))
        kept = {key: source for key, source in self.sources.items() if key in cited}
        _write(self.folder / "sources.yaml", kept)
        for old in (self.folder / "en" / "themes").glob("*.yaml"):
            old.unlink()
        for other in ("plans/*.yaml", "scenarios/*.yaml", "glossary.yaml"):
            for file in (self.folder / "en").glob(other):
                file.unlink()  # of themes that are cut they would be broken content
        for name, theme in self.themes.items():
            _write(self.folder / "en" / "themes" / f"{name}.yaml", theme)
        return self.folder


def _write(file: Path, data: object) -> None:
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=200), encoding="utf-8")


def _cited(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("sources", "further"):
                yield from value
            else:
                yield from _cited(value)
    elif isinstance(data, list):
        for one in data:
            yield from _cited(one)
