"""``python bot.py doctor``: what it says of a healthy bot and of all that can be wrong, beside a running bot and without one.

It is run by its own front door, against the stand-in for Discord and real databases.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from evening import ROOT, Evening
from mischief import database, locked
from test_schedule import add

from bot.chat.inspection import Inspection
from bot.main import main
from bot.operator import doctor_discord
from bot.operator.findings import Finding, begun, plain, what_came
from bot.storage import open_store
from rehearsal.bot_process import point_discord_py_at
from rehearsal.permissions import SEND_MESSAGES
from rehearsal.rest import Call, Trouble
from rehearsal.routes import applications
from rehearsal.standin import StandIn
from rehearsal.things import Overwrite
from rehearsal.world import World

TOKEN = "rehearsal"
SECRET = "a secret of the rehearsal, long enough"


class Surgery:
    """Where the doctor is asked, with settings of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys
        monkeypatch.chdir(folder)
        for name in [name for name in os.environ if name in ("LOG_LEVEL", "METRICS_PORT", "SHARD_COUNT", "SHARD_IDS")]:
            monkeypatch.delenv(name)
        self.set(DISCORD_TOKEN=TOKEN, LEARNER_SECRET=SECRET, DATABASE_URL=f"sqlite:///{folder / 'data' / 'red-flask.db'}")

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self._monkeypatch.setenv(name, value)

    async def ask(self, *words: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
        """The exit status, and what was found by what it is about."""
        status = await asyncio.to_thread(main, ["doctor", "--json", *words])
        out, err = self._capsys.readouterr()
        assert err == ""
        said = json.loads(out)
        assert said["status"] in ("ok", "warning", "trouble")
        assert status == (said["status"] == "trouble")
        assert TOKEN not in out
        assert SECRET not in out
        by: dict[str, list[dict[str, str]]] = {}
        for one in said["findings"]:
            by.setdefault(one.pop("about"), []).append(one)
            assert one["level"] not in ("warning", "trouble") or one["remedy"], one
        return status, by


@pytest.fixture
def surgery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Surgery:
    return Surgery(tmp_path, monkeypatch, capsys)


@pytest.fixture
async def discord() -> AsyncIterator[StandIn]:
    """A stand-in without a bot."""
    standin = StandIn(World.evening())
    await standin.start()
    point_discord_py_at(standin.url)
    yield standin
    await standin.stop()


def levels(found: list[dict[str, str]]) -> set[str]:
    return {one["level"] for one in found}


def words(found: list[dict[str, str]]) -> str:
    return "\n".join(f"{one['says']} {one['remedy']}" for one in found)


def back_up(folder: Path) -> None:
    (folder / "backups").mkdir()
    (folder / "backups" / "red-flask-today.backup").touch()


# ---------------------------------------------------------------- beside a running bot


async def test_of_a_healthy_bot_all_is_well_in_less_than_two_seconds(evening: Evening, surgery: Surgery) -> None:
    await evening.group()
    back_up(evening.folder)
    before = evening.standin.gateway.identifies
    began, worked = time.monotonic(), time.process_time()
    status, by = await surgery.ask()
    assert time.process_time() - worked < 2, "the bot's own work among it"
    assert time.monotonic() - began < 15, "and on a machine that has other things to do"
    assert status == 0
    assert {level for found in by.values() for level in levels(found)} <= {"ok", "skipped"}, by
    assert {"token", "intents", "clock", "commands", "sessions", "channels", "database", "migrations"} <= set(by)
    assert "in use" in words(by["database"])
    assert "1 group" in words(by["channels"])
    assert evening.is_running
    assert evening.standin.gateway.identifies == before, "it does not connect"
    assert not evening.standin.unknown_calls
    await evening.joined("Ada")  # and nothing was in the way of the bot


async def test_it_says_which_right_is_missing_in_which_channel(evening: Evening, surgery: Surgery) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    world = evening.standin.world
    for name in ("study-room", "moderators"):
        channel = world.channels[evening.room(name)]
        channel.overwrites[world.bot.id] = Overwrite(world.bot.id, is_role=False, deny=SEND_MESSAGES)
    status, by = await surgery.ask()
    assert status == 1
    assert levels(by["channels"]) == {"trouble", "warning"}
    assert "#study-room" in words(by["channels"])
    assert "Send Messages" in words(by["channels"])
    assert "moderators' channel" in words(by["channels"])
    assert "<#" not in words(by["channels"])


async def test_a_group_whose_server_has_removed_the_bot_is_named(evening: Evening, surgery: Surgery) -> None:
    await evening.group()
    evening.standin.world.server.has_bot = False
    _, by = await surgery.ask()
    assert "“Thursday readers”: the bot is not on its server any more." in words(by["channels"])
    assert levels(by["channels"]) == {"warning"}


async def test_commands_that_somebody_deleted_are_named(evening: Evening, surgery: Surgery) -> None:
    commands = evening.standin.world.commands
    gone = next(number for number, one in commands.items() if one["name"] == "learn")
    del commands[gone]
    _, by = await surgery.ask()
    assert levels(by["commands"]) == {"warning"}
    assert "/learn" in words(by["commands"])


async def test_a_database_that_somebody_else_holds_is_trouble_and_nothing_hangs(evening: Evening, surgery: Surgery) -> None:
    with locked(evening):
        status, by = await surgery.ask("--offline")
    assert status == 1
    assert "locked" in words(by["database"])


# ---------------------------------------------------------------- Discord


def application(discord: StandIn, **changes: Any) -> None:
    """What Discord says of the bot's account from now on."""
    route = next(one for one in applications.routes(discord.world) if one.pattern.startswith("/oauth2"))
    plain_one = route.handler(Call("GET", route.pattern, {}, discord.world.clock())).body
    discord.rest.troubles.append(Trouble("GET", route.pattern, 200, plain_one | changes, 9, False))


async def test_a_token_that_discord_refuses_is_trouble(discord: StandIn, surgery: Surgery) -> None:
    surgery.set(DISCORD_TOKEN="hunter2-is-not-it")
    status, by = await surgery.ask()
    assert status == 1
    assert levels(by["token"]) == {"trouble"}
    assert "Reset" in words(by["token"])
    assert "hunter2" not in str(by)


async def test_privileged_intents_that_nobody_needs_are_a_warning(discord: StandIn, surgery: Surgery) -> None:
    application(discord, flags=1 << 19 | 1 << 14)
    status, by = await surgery.ask()
    assert status == 0
    assert "server members, message content" in words(by["intents"])


async def test_presses_that_go_to_a_web_address_are_trouble(discord: StandIn, surgery: Surgery) -> None:
    application(discord, interactions_endpoint_url="https://example.org/presses")
    status, by = await surgery.ask()
    assert status == 1
    assert "web address" in words(by["token"])
    assert "example.org" not in words(by["token"])


@pytest.mark.parametrize(("minutes", "way"), [(3, "ahead of"), (-3, "behind")])
async def test_a_clock_that_is_wrong_is_a_warning(
    discord: StandIn, surgery: Surgery, monkeypatch: pytest.MonkeyPatch, minutes: int, way: str
) -> None:
    class Wrong(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(minutes=minutes)

    monkeypatch.setattr("bot.operator.doctor.datetime", Wrong)
    _, by = await surgery.ask()
    assert levels(by["clock"]) == {"warning"}
    assert way in words(by["clock"])


async def test_discord_that_can_not_be_reached_is_one_trouble(surgery: Surgery) -> None:
    point_discord_py_at("http://127.0.0.1:9")
    status, by = await surgery.ask()
    assert status == 1
    assert "can't be reached" in words(by["discord"])


async def test_discord_that_does_not_answer_one_question_holds_up_no_other(
    discord: StandIn, surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_discord, "PATIENCE", 0.2)

    async def forever(self: Inspection) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(Inspection, "sessions", forever)
    monkeypatch.setattr(doctor_discord._in_time, "__defaults__", (0.2,))
    began = time.monotonic()
    status, by = await surgery.ask()
    assert time.monotonic() - began < 5
    assert status == 1
    assert "did not answer" in words(by["sessions"])
    assert levels(by["token"]) == {"ok"}


async def test_few_sessions_and_too_few_shards_are_warnings(discord: StandIn, surgery: Surgery) -> None:
    said = {
        "url": "wss://gateway.discord.gg",
        "shards": 4,
        "session_start_limit": {"total": 1000, "remaining": 3, "reset_after": 1, "max_concurrency": 1},
    }
    discord.rest.troubles.append(Trouble("GET", "/gateway/bot", 200, said, 9, False))
    surgery.set(SHARD_COUNT="1")
    _, by = await surgery.ask()
    assert len(by["sessions"]) == 2
    assert "3 more times" in words(by["sessions"])
    assert "advises 4 shards" in words(by["sessions"])


# ---------------------------------------------------------------- database, secret, disk


@pytest.fixture
async def made(surgery: Surgery) -> Path:
    """A database that a bot has used and closed."""
    file = surgery.folder / "data" / "red-flask.db"
    await (await open_store(f"sqlite:///{file}")).close()
    return file


async def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(surgery: Surgery) -> None:
    status, by = await surgery.ask("--offline")
    assert status == 0
    assert "none yet" in words(by["database"])
    assert list(surgery.folder.iterdir()) == []


async def test_a_database_that_nobody_has_open_is_looked_at_and_left_as_it_is(surgery: Surgery, made: Path) -> None:
    before = made.read_bytes()  # noqa: ASYNC240  nothing else runs here
    _, by = await surgery.ask("--offline")
    assert levels(by["database"]) == {"ok"}
    assert "no bot is at work" in words(by["database"])
    assert made.read_bytes() == before  # noqa: ASYNC240


async def test_migrations_that_wait_are_named_and_not_applied(surgery: Surgery, made: Path) -> None:
    with closing(sqlite3.connect(made)) as db, db:
        [(latest, name)] = db.execute("SELECT number, name FROM migrations ORDER BY number DESC LIMIT 1").fetchall()
        db.execute("DELETE FROM migrations WHERE number = ?", (latest,))
    _, by = await surgery.ask("--offline")
    assert levels(by["migrations"]) == {"warning"}
    assert f"{latest:04}_{name}" in words(by["migrations"])
    with closing(sqlite3.connect(made)) as db:
        assert db.execute("SELECT 1 FROM migrations WHERE number = ?", (latest,)).fetchall() == []


async def test_a_database_newer_than_the_bot_is_trouble(surgery: Surgery, made: Path) -> None:
    with closing(sqlite3.connect(made)) as db, db:
        db.execute("INSERT INTO migrations VALUES (9999, 'of_tomorrow', '2030-01-01')")
    status, by = await surgery.ask("--offline")
    assert status == 1
    assert "9999" in words(by["migrations"])


async def test_a_damaged_database_is_trouble(surgery: Surgery, made: Path) -> None:
    with closing(sqlite3.connect(made)) as db:
        [(page,), (root,)] = (
            db.execute("PRAGMA page_size").fetchone(),
            db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'study_groups_by_server'").fetchone(),
        )
    with made.open("r+b") as file:
        file.seek((root - 1) * page)
        file.write(b"\xff" * page)
    status, by = await surgery.ask("--offline")
    assert status == 1
    assert "damaged" in words(by["database"])
    assert "restore" in words(by["database"])


async def test_a_file_that_is_no_database_is_trouble(surgery: Surgery) -> None:
    (surgery.folder / "notes.txt").write_text("Just some notes of an operator, and no database at all.\n" * 50)
    surgery.set(DATABASE_URL="sqlite:///notes.txt")
    status, by = await surgery.ask("--offline")
    assert status == 1
    assert "not a SQLite database" in words(by["database"])


async def test_another_secret_than_that_of_the_database_is_trouble(surgery: Surgery, made: Path) -> None:
    with closing(sqlite3.connect(made)) as db, db:
        db.execute("INSERT INTO marks VALUES ('learner secret', '0123456789abcdef')")
    status, by = await surgery.ask("--offline")
    assert status == 1
    assert "another secret" in words(by["secret"])


async def test_a_secret_file_that_is_missing_is_trouble_and_none_is_made(
    surgery: Surgery, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(made)) as db, db:
        db.execute("INSERT INTO marks VALUES ('learner secret', '0123456789abcdef')")
    monkeypatch.delenv("LEARNER_SECRET")
    status, by = await surgery.ask("--offline")
    assert status == 1
    assert "missing" in words(by["secret"])
    assert not (surgery.folder / "secret").exists()


async def test_a_secret_file_that_others_can_read_is_trouble(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEARNER_SECRET")
    (surgery.folder / "secret").mkdir(mode=0o755)
    file = surgery.folder / "secret" / "learner-secret"
    file.write_text("a secret of this test, long enough\n")
    file.chmod(0o644)
    status, by = await surgery.ask("--offline")
    assert status == 1
    assert "chmod 600" in words(by["secret"])
    file.chmod(0o600)
    status, by = await surgery.ask("--offline")
    assert status == 0
    assert "chmod 700" in words(by["secret"])


async def test_a_calendar_that_stands_still_is_a_warning(evening: Evening, surgery: Surgery) -> None:
    await evening.group()
    await add(evening)
    await evening.stop_bot()
    long_ago = datetime.now(UTC) - timedelta(days=3)
    with closing(sqlite3.connect(database(evening))) as db, db:
        db.execute("INSERT OR REPLACE INTO marks VALUES ('daily job', ?)", (long_ago.date().isoformat(),))
        db.execute("UPDATE slots SET due_at = ?", (int(long_ago.timestamp()),))
    _, by = await surgery.ask("--offline")
    assert "last worked 3 days ago" in words(by["calendar"])
    assert "1 slot is due, the oldest for 3 days" in words(by["calendar"])
    with closing(sqlite3.connect(database(evening))) as db, db:
        db.execute("UPDATE slots SET paused = 1, why_paused = 'the channel is gone'")
    _, by = await surgery.ask("--offline")
    assert "paused in 1 group" in words(by["calendar"])


async def test_an_old_backup_is_a_warning_and_a_fresh_one_is_well(surgery: Surgery, made: Path) -> None:
    _, by = await surgery.ask("--offline")
    assert "There is none in" in words(by["backups"])
    back_up(surgery.folder)
    _, by = await surgery.ask("--offline")
    assert levels(by["backups"]) == {"ok"}
    long_ago = time.time() - 20 * 86400
    os.utime(surgery.folder / "backups" / "red-flask-today.backup", (long_ago, long_ago))
    _, by = await surgery.ask("--offline")
    assert "20 days old" in words(by["backups"])


async def test_a_server_of_postgres_is_looked_at(surgery: Surgery, postgres_url: str) -> None:
    surgery.set(DATABASE_URL=postgres_url)
    status, by = await surgery.ask("--offline")
    assert status == 0
    assert "empty" in words(by["database"])
    store = await open_store(postgres_url)
    try:
        _, by = await surgery.ask("--offline")
        assert levels(by["database"]) == {"ok"}
        assert "Postgres" in words(by["database"])
        assert "in use." in words(by["database"])
        assert levels(by["migrations"]) == {"ok"}
    finally:
        await store.close()
    with psycopg.connect(postgres_url, autocommit=True) as db:
        [(name,)] = db.execute("SELECT current_database()").fetchall()
        db.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    status, by = await surgery.ask("--offline")
    assert status == 1
    assert "only lets us read" in words(by["database"])


async def test_postgres_that_is_not_there_is_one_sentence(surgery: Surgery) -> None:
    surgery.set(DATABASE_URL="postgresql://me:hunter2@127.0.0.1:9/nobody")
    status, by = await surgery.ask("--offline")
    assert status == 1
    assert "can't be reached" in words(by["database"])
    assert "hunter2" not in str(by)


# ---------------------------------------------------------------- the rest


async def test_a_wrong_setting_is_a_finding_for_programs_too(surgery: Surgery) -> None:
    surgery.set(LOG_LEVEL="loud", METRICS_PORT="many")
    status, by = await surgery.ask()
    assert status == 1
    assert [one["level"] for one in by["settings"]] == ["trouble", "trouble"]
    assert set(by) == {"settings"}


async def test_broken_content_is_trouble(surgery: Surgery) -> None:
    (surgery.folder / "content").mkdir()
    surgery.set(CONTENT_DIR="content")
    status, by = await surgery.ask("--offline")
    assert status == 1
    assert "python bot.py check" in words(by["content"])


def test_a_look_that_hangs_or_fails_is_a_finding_and_quotes_nothing() -> None:
    def fails() -> list[Finding]:
        raise KeyError("what Ada typed")

    [hung] = what_came("disk", begun(lambda: time.sleep(0.5) or []), 0.05)  # type: ignore[func-returns-value]
    [failed] = what_came("disk", begun(fails), 5)
    assert "No answer" in hung.says
    assert "KeyError" in failed.says
    assert "Ada" not in failed.says
    assert hung.level == failed.level == "trouble"


def test_names_can_not_steer_the_terminal() -> None:
    assert plain("a\x1b[31mred\u202e\x07") == "a�[31mred��"


@pytest.fixture(scope="module")
def from_outside(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    folder = tmp_path_factory.mktemp("doctor")
    clean = {name: value for name, value in os.environ.items() if name not in ("DISCORD_TOKEN", "DATABASE_URL", "LEARNER_SECRET")}
    return subprocess.run(
        [sys.executable, ROOT / "bot.py", "doctor", "--offline"],
        cwd=folder, env=clean, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_for_people_it_is_a_line_for_each_finding_and_one_at_the_end(from_outside: subprocess.CompletedProcess[str]) -> None:
    assert from_outside.returncode == 1
    assert from_outside.stderr == ""
    *found, last = from_outside.stdout.splitlines()
    assert all(line.split()[0] in ("ok", "warning", "trouble", "skipped") for line in found)
    assert last == "1 trouble."
    [token] = [line for line in found if line.startswith("trouble")]
    assert "→ Put DISCORD_TOKEN=" in token
