"""What an attacker gets who takes away all that the bot has written, after everything that people can do was done.

On SQLite that is each byte in the bot's folder, in its folder for temporary files and in a backup; on Postgres a dump of all
tables, as text and as bytes, the files of the database with its WAL, and an unpacked backup. The log and whatever was
printed go with both. `test_privacy` has the first evening; here are the calendar, the texts that pass through moderators,
forms that are refused, bugs that quote somebody, direct messages, display names and pictures, more spellings, and
the second engine.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from engines import DAY, a_group
from evening import ROOT, Evening, card
from mischief import CODE, lines, posts
from psycopg import sql
from test_privacy import LONG_NAME, SECRET_TEXTS, _words, spellings, whole_evening
from test_reply import prompt, replied
from test_reply import waiting as waiting_reply
from test_schedule import add
from test_suggest import suggested
from test_suggest import waiting as waiting_suggestion

from bot.cards import Card, Visit
from bot.channels import Channels
from bot.commands.command import Step
from bot.commands.suggest import SUGGEST
from bot.kept import AFTERWARDS, KEPT, VERSION
from bot.learner_key import Secret, Someone
from bot.library import Library
from bot.recall import Sure, first
from bot.settings import Settings
from bot.storage import StorageTrouble, Store, back_up, open_store
from rehearsal import shapes
from rehearsal.standin import StandIn
from rehearsal.things import Member, User
from rehearsal.world import World

REPLIES = ("nobody asked me before they filmed the yard", "my brother reads all of my letters")
DECLINED = ("Whose photograph is it?", "The one from the lake that Ben has kept for years.")
MISTYPED = ("when choir is out", "past the funeral")
BROKEN = ("Where does my aunt hide it?", "She told only Chi, and Chi typed it here.")
DIRECT = ("between you and me, I failed the exam", "a theme that Ada asks for in private")
ACCEPTED = ("What would you never ask?", "Some questions feel odd when a person asks them.")
"""The one exception: an accepted suggestion is the group's own prompt. Its text is kept, its author is not."""


def alignments(raw: bytes) -> Iterator[bytes]:
    """The part of its base64 that is the same whatever stands before and after it, for each of the three places to begin."""
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(bytes(before) + raw + bytes(3))[first:last]


def all_spellings(number: int) -> set[bytes]:
    raws = (str(number).encode(), number.to_bytes(8), number.to_bytes(8, "little"))
    found = {spelling for raw in raws for spelling in alignments(raw)}
    found |= {raw.hex().upper().encode() for raw in raws} | {raw.hex().encode() for raw in raws}
    return found | set(spellings(number))


def avatar_of(user_id: int, what: str = "avatar") -> str:
    return hashlib.md5(b"%s %d" % (what.encode(), user_id), usedforsecurity=False).hexdigest()


def called(user_id: int, where: str) -> str:
    """What Discord shows instead of the user name: one name for all servers, one for this server."""
    return f"Called-{where}-{user_id % 9973:04}-Ünal"


@pytest.fixture
async def attacked(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Evening]:
    """An evening at LOG_LEVEL=DEBUG on each engine, on which everybody has pictures and display names, and on which temporary
    files lie where they can be searched."""
    user_json, member_json = shapes.user_json, shapes.member_json

    def with_pictures(user: User) -> dict[str, Any]:
        return user_json(user) | {"avatar": avatar_of(user.id), "global_name": None if user.bot else called(user.id, "all")}

    def of_a_server(member: Member, *, may: int | None = None) -> dict[str, Any]:
        own = {"avatar": avatar_of(member.id, "here"), "banner": avatar_of(member.id, "banner"), "nick": called(member.id, "here")}
        return member_json(member, may=may) | (own if not member.user.bot else {})

    monkeypatch.setattr(shapes, "user_json", with_pictures)
    monkeypatch.setattr(shapes, "member_json", of_a_server)
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("rehearsal") and getattr(module, "member_json", None) is member_json:
            monkeypatch.setattr(module, "member_json", of_a_server)
    (tmp_path / "temporary").mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    standin = StandIn(World.evening())
    await standin.start()
    settings = Settings(
        discord_token="rehearsal",
        database_url=url,
        learner_secret="a secret of the rehearsal, long enough",
        content_dir=ROOT / "content",
        log_level="DEBUG",
    )
    one = Evening(standin, settings, tmp_path)
    await one.start_bot()
    yield one
    await one.stop_bot()
    await standin.stop()


async def everything(evening: Evening) -> None:
    """The evening of `test_privacy`, and all that has come since."""
    with pytest.MonkeyPatch.context() as breaking:
        await whole_evening(evening, breaking)
    mo, ada, room = evening.person("Mo"), evening.person("Ada"), evening.room()
    card(await mo.command(room, "group settings", replies="on"))
    asked = await prompt(evening, "always-harmless", "always harmless")
    for text, decision in zip(REPLIES, ("Accept", "Decline"), strict=True):
        await replied(evening, asked, text)
        await mo.press(waiting_reply(evening), decision)
    for (title, text), decision in ((ACCEPTED, "Accept"), (DECLINED, "Decline")):
        await suggested(evening, title, text)
        await mo.press(waiting_suggestion(evening), decision)
    await replied(evening, asked, REPLIES[1])  # these two stay undecided
    await suggested(evening, *DECLINED)
    await add(evening)
    first_day = str((evening.now() + timedelta(days=7)).date())
    shown = card(await mo.command(room, "plan start", plan="three-evenings", first_day=first_day))
    assert "has begun" in (await mo.press(shown, "Start it")).text
    for where in ("show", "download", "pause", "resume"):
        seen = await ada.command(room, f"my-data {where}")
        assert seen.failed is None, seen.failed
    assert "Erased on" in (await ada.command(room, "leave")).text
    await refused_and_broken(evening)
    assert len(posts(evening, "moderators", "A suggested prompt")) == 1
    assert lines(evening, "level=error", "step=learn.begin")


async def refused_and_broken(evening: Evening) -> None:
    """Forms that are refused and tried again; a bug, and another that nobody waits for, whose exceptions quote what somebody
    typed; and what is said to the bot in private."""
    chi, ada, room = evening.person("Chi"), evening.person("Ada"), evening.room()
    refused = await add(evening, {"How often": "Every week", "Days": ["Thursday"], "Hour": MISTYPED[0]})
    form = (await evening.person("Mo").press(card(refused), "Try again")).form
    assert form
    await evening.person("Mo").submit(form, {"How often": "Every week", "Days": ["Thursday"], "Hour": MISTYPED[1]})

    async def boom(words: str) -> None:
        raise OSError(words)

    async def breaks(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
        words = " ".join(str(value) for value in visit.given.values())
        forgotten.append(asyncio.get_running_loop().create_task(boom(f"{words} {ada.user.id}")))
        await asyncio.sleep(0.05)
        try:
            raise StorageTrouble(words)
        except StorageTrouble as trouble:
            raise KeyError(words, ada.user.id, ada.user.username) from trouble

    forgotten: list[asyncio.Task[None]] = []
    with pytest.MonkeyPatch.context() as breaking:
        breaking.setitem(SUGGEST.steps, "send", Step(speaks=breaks, needs_group=True))
        seen = await suggested(evening, *BROKEN, name="Chi")
        assert CODE.search(seen.text)
        await evening.standin.drop_gateway()
    forgotten.clear()
    gc.collect()
    await ada.say(ada.dm(), DIRECT[0])
    await ada.command(ada.dm(), "quiz", theme=DIRECT[1])
    await ada.command(ada.dm(), "my-data show")
    await chi.complete(room, "learn", "theme", DIRECT[1])
    assert lines(evening, "level=error", "step=suggest.send")
    assert lines(evening, "of=asyncio", "error=OSError")


def dump(url: str) -> dict[str, bytes]:
    """All tables, as text and as Postgres's own bytes."""
    found: dict[str, bytes] = {}
    with psycopg.connect(url) as db:
        for (table,) in db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            for form in ("text", "binary"):
                copy = sql.SQL("COPY {} TO STDOUT (FORMAT {})").format(sql.Identifier(table), sql.SQL(form))
                with db.cursor().copy(copy) as rows:
                    found[f"{table} as {form}"] = b"".join(bytes(row) for row in rows)
    return found


def files_of(url: str) -> dict[str, bytes]:
    """The files of this database and the WAL of its server."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CHECKPOINT")
        [(folder, number)] = db.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
        ).fetchall()
    places = Path(folder, "base", str(number)), Path(folder, "pg_wal")
    return {str(file): file.read_bytes() for place in places for file in place.rglob("*") if file.is_file()}


def taken(evening: Evening) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """(what is written to be read, what is raw): in the raw files of Postgres a short name would be found by chance."""
    readable = {str(file): file.read_bytes() for file in evening.folder.rglob("*") if file.is_file()}
    readable["the log"] = evening.said.getvalue().encode()
    url = evening.settings.database_url
    if url.startswith("sqlite"):
        assert any(name.endswith("red-flask.db") for name in readable)
        return readable, {}
    return readable | dump(url), files_of(url)


async def backed_up(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an operator does it, while the bot runs. What Postgres packs is unpacked, for the search."""
    url, file = evening.settings.database_url, evening.folder / "a.backup"
    if not url.startswith("sqlite"):
        with psycopg.connect(url) as db:
            [(programs,)] = db.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'").fetchall()
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    await asyncio.to_thread(back_up, url, file, evening.now().date())
    if not url.startswith("sqlite"):
        running = await asyncio.create_subprocess_exec("pg_restore", "-f", "-", file, stdout=asyncio.subprocess.PIPE)
        unpacked, _ = await running.communicate()
        assert b"COPY" in unpacked
        file.with_name("a.unpacked").write_bytes(unpacked)


async def test_whoever_takes_everything_away_finds_nobody(
    attacked: Evening, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await everything(attacked)
    await backed_up(attacked, monkeypatch)
    world = attacked.standin.world
    members = [member.user for member in world.server.members.values() if not member.user.bot]
    texts = (*SECRET_TEXTS, *REPLIES, *DECLINED, *MISTYPED, *BROKEN, *DIRECT)
    for running in (True, False):
        readable, raw = taken(attacked)
        readable["printed"] = "".join(capfd.readouterr()).encode()
        assert any(ACCEPTED[1].encode() in content for content in readable.values()), "the search would find a text"
        for name, content in (readable | raw).items():
            for user in members:
                for spelling in all_spellings(user.id):
                    assert spelling not in content, f"{name} knows {user.username} as {spelling!r}"
                for avatar in (avatar_of(user.id, what) for what in ("avatar", "here", "banner")):
                    for spelling in (avatar.encode(), avatar.upper().encode(), bytes.fromhex(avatar)):
                        assert spelling not in content, f"{name} knows a picture"
                for shown in (called(user.id, where) for where in ("all", "here")):
                    for written in (shown.encode(), shown.encode("utf-16-le"), *alignments(shown.encode())):
                        assert written not in content, f"{name} knows a display name"
                if name in readable:
                    assert user.username.encode() not in content, name
                    if len(user.name) > 2 or name == "the log":
                        assert user.name not in _words(content), f"{name} says {user.name}"
            assert LONG_NAME.encode() not in content, name
            for text in texts:
                for written in (text.encode(), text.encode("utf-16-le"), *alignments(text.encode())):
                    assert written not in content, f"{name} has what somebody wrote"
                assert text.casefold().encode() not in content.lower(), name
        if running:
            await attacked.stop_bot()


@pytest.mark.parametrize("before", range(5))
def test_the_search_finds_an_id_in_base64_wherever_it_begins(before: int) -> None:
    number = 1574388310028058624
    for raw in (str(number).encode(), number.to_bytes(8), number.to_bytes(8, "little")):
        written = base64.b64encode(b"x" * before + raw + b"some more")
        assert any(spelling in written for spelling in all_spellings(number))


async def test_two_groups_of_one_person_share_no_value_that_others_do_not(url: str) -> None:
    """Ada is in both, Ben in one and Chi in the other: without the secret, Ada's two rows fit no better than Ben's and Chi's."""
    secret = Secret(b"a secret of this test, long enough")
    store = await open_store(url)
    here, there = a_group(), a_group()
    of: dict[tuple[int, int], str] = {}
    for group, people in ((here, (1, 2)), (there, (1, 3))):
        assert await store.add_group(group)
        for person in people:
            key = of[group.group_id, person] = Someone(secret, person).key(f"group {group.group_id}")
            await store.join(group.group_id, key, consent_version=VERSION, on=DAY)
            await store.mark_read(group.group_id, key, "a-theme", "a-lesson", on=DAY)
            await store.record_answer(group.group_id, key, "a-theme", 1, turn=0, was_right=True, on=DAY)
    rows: dict[str, tuple[Any, ...]] = {}
    for table in (kept.table for kept in KEPT):
        names = [column for name, column in await store.columns() if name == table]
        [found] = await store._engine.read((f"SELECT {', '.join(names)} FROM {table}", {}))
        for row in found:
            values = dict(zip(names, row, strict=True))
            rest = tuple(value for name, value in values.items() if name not in ("group_id", "learner_key"))
            rows[values["learner_key"]] = (*rows.get(values["learner_key"], ()), *rest)
    await store.close()
    assert set(rows) == set(of.values())
    assert len(rows) == 4
    assert len(set(rows.values())) == 1


async def test_times_about_learners_are_days(url: str) -> None:
    """In every column of every table that is about them: no hour, no second, no number as large as one."""
    secret = Secret(b"a secret of this test, long enough")
    store = await open_store(url)
    store.note_erasures(secret.trace, lambda: DAY)
    group = a_group()
    assert await store.add_group(group)
    for person in (1, 2):
        key = Someone(secret, person).key(f"group {group.group_id}")
        await store.join(group.group_id, key, consent_version=VERSION, on=DAY)
        await store.mark_read(group.group_id, key, "a-theme", "a-lesson", on=DAY)
        memory = first(True, Sure.FAIRLY, DAY)
        await store.record_answer(group.group_id, key, "a-theme", 1, turn=0, was_right=True, memory=memory, on=DAY)
        assert await store.count_once(group.group_id, key, "plan:a-plan/before", ["answered"])
        store.count(None, "a-theme/1", ("answered",))
    await store.tallies(None, k=2, on=DAY)
    await store.erase_learner(group.group_id, key)
    for kept in KEPT + AFTERWARDS:
        names = [column.name for column in kept.about]
        [rows] = await store._engine.read((f"SELECT {', '.join(names)} FROM {kept.table}", {}))
        assert rows, kept.table
        for name, value in zip(names, rows[0], strict=True):
            if isinstance(value, int):
                assert value < 10_000, f"{kept.table}.{name} may be a time"
            elif name.endswith("_on"):
                assert value is None or re.fullmatch(r"\d{4}-\d\d-\d\d", value), f"{kept.table}.{name} is more than a day"
            else:
                assert not re.search(r"\d\d:\d\d|\d{4}-\d\d-\d\d", value or ""), f"{kept.table}.{name} has a time in it"
    await store.close()
