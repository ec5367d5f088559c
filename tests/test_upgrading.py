"""Rolling upgrades: an old and a new version side by side on one database, and a database that is newer than the code.

The older version is the real one where the project's history is at hand: what stood before the latest migration came in, taken out
of git and run as processes of its own. In a copy without history those tests are skipped; the rest needs none.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from engines import ROOT
from evening import answered, card

from bot.main import main
from bot.storage import MIGRATIONS, Migration, StorageTrouble, migrate, open_store, plan_of
from bot.storage.migrate import SAFE, migrations_in
from rehearsal.people import Person
from rehearsal.standin import StandIn
from rehearsal.things import Server
from rehearsal.world import World

SECRET = "a secret of these tests, long enough"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One migration, as an older version has it."""
    made = tmp_path / "older"
    made.mkdir()
    write(made, 1, "before", "CREATE TABLE one (n BIGINT);\nCREATE TABLE marks (name TEXT PRIMARY KEY, mark TEXT NOT NULL);")
    return made


def write(folder: Path, number: int, safe: str, sql: str) -> None:
    (folder / f"{number:04}_step_{number}.sql").write_text(f"-- safe: {safe}\n{sql}\n")


def newer(folder: Path, *more: tuple[str, str]) -> Path:
    """The next version: with these migrations more."""
    made = folder.with_name("newer")
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(folder, made)
    for number, (safe, sql) in enumerate(more, 2):
        write(made, number, safe, sql)
    return made


WIDER = ("before", "ALTER TABLE one ADD COLUMN m BIGINT NOT NULL DEFAULT 5;")
TIDIER = ("after", "DROP TABLE one;")


def numbers(url: str, folder: Path) -> list[int]:
    return [one.number for one in plan_of(url, folder).missing]


# ---------------------------------------------------------------- the marks


@pytest.mark.parametrize("migration", migrations_in(MIGRATIONS), ids=lambda one: str(one.number))
def test_what_is_safe_before_takes_nothing_away(migration: Migration) -> None:
    """A coarse look; the test with the real older version below is the finer one. A table that is made anew has its name again."""
    sql = re.sub(r"--.*", "", migration.forward.read_text(encoding="utf-8"))
    taken = set(re.findall(r"DROP TABLE (\w+)", sql)) - set(re.findall(r"RENAME TO (\w+)", sql))
    taken |= set(re.findall(r"DROP COLUMN \w+|RENAME COLUMN \w+", sql))
    bound = [line for line in re.findall(r"ADD COLUMN .*", sql) if "NOT NULL" in line and "DEFAULT" not in line]
    assert (migration.safe != "before") == bool(taken or bound), (taken, bound)


# ---------------------------------------------------------------- side by side


async def test_what_is_safe_before_happens_while_the_older_version_works_and_the_rest_afterwards(url: str, folder: Path) -> None:
    old, new = folder, newer(folder, WIDER, TIDIER)
    older = await open_store(url, old)
    await older._engine.write(("INSERT INTO one (n) VALUES (1)", {}))
    younger = await open_store(url, new)
    assert [one.number for one in younger.waits] == numbers(url, new) == [3]
    await older._engine.write(("INSERT INTO one (n) VALUES (2)", {}))
    assert await younger._engine.read(("SELECT n, m FROM one ORDER BY n", {})) == [[(1, 5), (2, 5)]]
    await older.close()
    await younger.close()
    last = await open_store(url, new)
    assert last.waits == ()
    assert "one" not in {table for table, _ in await last.columns()}
    await last.close()


async def test_on_postgres_the_last_process_that_is_restarted_finishes_it(postgres_url: str, folder: Path) -> None:
    """Only an older version counts: the other processes of the new one can be at work meanwhile."""
    new = newer(folder, WIDER, TIDIER)
    older = [await open_store(postgres_url, folder) for _ in range(2)]
    younger = []
    for one in older:
        await one.close()
        younger.append(await open_store(postgres_url, new))
    assert [len(one.waits) for one in younger] == [1, 0]
    for one in younger:
        await one.close()


async def test_what_needs_everybody_stopped_is_refused_meanwhile_with_a_sentence(url: str, folder: Path) -> None:
    new = newer(folder, WIDER, ("stopped", "DROP TABLE one;"))
    older = await open_store(url, folder)
    with pytest.raises(StorageTrouble, match=r"Step 3 \(step_3\).*stop all of its processes"):
        await open_store(url, new)
    assert numbers(url, new) == [3]
    await older._engine.write(("INSERT INTO one (n) VALUES (2)", {}))
    await older.close()
    await (await open_store(url, new)).close()
    assert numbers(url, new) == []


async def test_what_comes_after_something_that_waits_is_needed_and_so_refused(url: str, folder: Path) -> None:
    """Two releases at once: the second needs what stands behind what has to wait."""
    new = newer(folder, TIDIER, ("before", "CREATE TABLE two (n BIGINT);"))
    older = await open_store(url, folder)
    with pytest.raises(StorageTrouble, match="Step 3"):
        await open_store(url, new)
    await older.close()


async def test_without_a_mark_it_is_taken_to_need_everybody_stopped(url: str, folder: Path) -> None:
    new = newer(folder)
    (new / "0002_step_2.sql").write_text("CREATE TABLE two (n BIGINT);\n-- safe: before\n")
    older = await open_store(url, folder)
    with pytest.raises(StorageTrouble, match="Step 2"):
        await open_store(url, new)
    await older.close()


async def test_only_what_is_safe_before_can_be_asked_for(url: str, folder: Path) -> None:
    await (await open_store(url, folder)).close()
    new = newer(folder, WIDER, TIDIER)
    told: list[int] = []
    left = await asyncio.to_thread(migrate, url, lambda one, _: told.append(one.number), new, only_before=True)
    assert (told, [one.number for one in left]) == ([2], [3])
    assert await asyncio.to_thread(migrate, url, lambda one, _: told.append(one.number), new) == ()
    assert told == [2, 3]


# ---------------------------------------------------------------- the word


class AtTheShell:
    """Words of the command line, with the settings in the environment."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("LEARNER_SECRET", SECRET)
        monkeypatch.delenv("LEARNER_SECRET_NEWER", raising=False)
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str]:
        code = main(list(words))
        said = self._capsys.readouterr()
        return code, said.out + said.err


@pytest.fixture
def shell(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> AtTheShell:
    monkeypatch.chdir(tmp_path)
    return AtTheShell(url, monkeypatch, capsys)


def test_the_plan_changes_nothing_and_migrate_does_it_once(url: str, shell: AtTheShell, tmp_path: Path) -> None:
    latest = migrations_in(MIGRATIONS)[-1]
    older = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, older)
    for file in older.glob(f"{latest.number:04}_*"):
        file.unlink()
    code, said = shell("migrate", "--plan")
    assert (code, "no database yet" in said, f"step {latest.number}" in said) == (0, True, True)
    assert not (tmp_path / "data").exists()
    if url.startswith("sqlite"):
        assert shell("migrate")[0] == 1
        assert not (tmp_path / "data").exists()
    asyncio.run(opened_once(url, older))
    files = {file: file.read_bytes() for file in tmp_path.glob("data/*")}
    code, said = shell("migrate", "--plan")
    assert code == 0
    assert f"The database is at step {latest.number - 1}; this version knows step {latest.number}." in said
    assert f"step {latest.number}, {latest.name.replace('_', ' ')}: {latest.safe}, {SAFE[latest.safe]}" in said
    assert "Nothing was changed." in said
    assert {file: file.read_bytes() for file in tmp_path.glob("data/*")} == files
    code, said = shell("migrate")
    assert (code, f"step {latest.number}," in said, "done in" in said, "up to date" in said) == (0, True, True, True)
    code, said = shell("migrate")
    assert (code, "nothing to do" in said) == (0, True)
    code, said = shell("migrate", "--plan")
    assert (code, "nothing would run" in said) == (0, True)


async def opened_once(url: str, folder: Path = MIGRATIONS) -> None:
    await (await open_store(url, folder)).close()


@pytest.mark.parametrize(
    "words",
    [("migrate",), ("migrate", "--plan"), ("report",), ("stats",), ("rotate-secret", "--yes"), ("run",)],
    ids=lambda words: " ".join(words),
)
def test_a_database_that_is_newer_is_refused_by_every_word(
    words: tuple[str, ...], url: str, shell: AtTheShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "rehearsal")
    asyncio.run(from_the_future(url))
    code, said = shell(*words)
    assert code == 1
    assert re.search(r"newer than this version of the bot \(step 9000; .*Install the newer version again, or restore", said), said


async def from_the_future(url: str) -> None:
    store = await open_store(url)
    await store._engine.write(("INSERT INTO migrations (number, name, applied_on) VALUES (9000, 'later', '2030-01-01')", {}))
    await store.close()


# ---------------------------------------------------------------- the real older version


BOT = """
import asyncio, sys
from pathlib import Path
from bot.log import start_log
from bot.main import opened
from bot.settings import Settings
from rehearsal.bot_process import point_discord_py_at

url, database, shard = sys.argv[1:]

async def live():
    settings = Settings(discord_token="rehearsal", database_url=database, content_dir=Path("content").absolute(),
                        learner_secret="x" * 40, shard_count=2, shard_ids=(int(shard),))
    async with opened(settings) as client:
        client._connection.guild_ready_timeout = 0.05
        await client.start("rehearsal")

point_discord_py_at(url)
start_log("WARNING", sys.stderr)
asyncio.run(live())
"""


def as_before(latest: Path, to: Path) -> Path:
    """The tree as it was before the latest migration came in, out of git."""

    def git(*words: str) -> bytes:
        done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=False)
        return done.stdout if done.returncode == 0 else b""

    if shutil.which("git") is None or git("rev-parse", "--is-shallow-repository").strip() != b"false":
        pytest.skip("this copy of the project has no history to take an older version from")
    name = latest.relative_to(ROOT).as_posix()
    came_in = git("log", "--diff-filter=A", "--format=%H", "--", name).split()
    tree = git("archive", f"{came_in[-1].decode()}~1" if came_in else "HEAD")
    if not tree:
        pytest.skip("this copy of the project has no history to take an older version from")
    to.mkdir()
    subprocess.run(["tar", "-x", "-C", str(to)], input=tree, check=True)
    assert not (to / name).exists()
    return to


class Circle:
    """One server's group, in which its moderator answers one question after another for as long as somebody answers."""

    def __init__(self, standin: StandIn, server: Server) -> None:
        world = standin.world
        self.server = server
        self.room = next(one.id for one in world.channels.values() if one.server_id == server.id and one.name.startswith("circle"))
        [self.someone] = [
            Person(standin, member.user.id, patience=4) for member in server.members.values() if member.user.id != world.bot.id
        ][:1]
        self.confirmed = 0
        self.answering = asyncio.create_task(asyncio.sleep(0))

    async def begin(self) -> None:
        for _ in range(20):
            with suppress(AssertionError):  # a busy machine; what was done already is done
                await self.someone.command(self.room, "group create", name="Circle", time_zone="Europe/Berlin", language="en")
                seen = await self.someone.command(self.room, "join")
                if "Join" in seen.labels:
                    seen = await self.someone.press(card(seen), "Join")
                if card(seen):
                    break
        self.answering = asyncio.create_task(self.answer())

    async def answer(self) -> None:
        while True:
            with suppress(AssertionError):  # nobody is there for a moment
                seen = await self.someone.command(self.room, "quiz", theme="data-aggregation")
                card(seen)
                await answered(self.someone, seen)
                self.confirmed += 1

    async def rest(self) -> None:
        self.answering.cancel()
        with suppress(asyncio.CancelledError):
            await self.answering

    async def goes_on(self, times: int = 2) -> None:
        goal = self.confirmed + times
        async with asyncio.timeout(60):
            while self.confirmed < goal:
                assert not self.answering.done(), self.answering.exception()
                await asyncio.sleep(0.02)


class Neighbours:
    """Two servers on two shards, each shard a process of its own, whatever its version, on one Postgres."""

    def __init__(self, standin: StandIn, database: str) -> None:
        self.standin, self.database = standin, database
        self.circles = {(server.id >> 22) % 2: Circle(standin, server) for server in standin.world.servers.values()}
        assert len(self.circles) == 2
        self.running: dict[int, asyncio.subprocess.Process] = {}

    async def start(self, tree: Path, shard: int) -> None:
        self.running[shard] = await asyncio.create_subprocess_exec(
            sys.executable, "-c", BOT, self.standin.url, self.database, str(shard), cwd=tree,
            env=os.environ | {"PYTHONPATH": str(tree)},
        )  # fmt: skip

    async def stop(self, shard: int) -> None:
        with suppress(ProcessLookupError):
            self.running[shard].terminate()
        await self.running[shard].wait()

    async def go_on(self) -> None:
        """Both groups' people are answered."""
        await asyncio.gather(*(circle.goes_on() for circle in self.circles.values()))

    async def close(self) -> None:
        await asyncio.gather(*(circle.rest() for circle in self.circles.values()))
        for shard in self.running:
            await self.stop(shard)
        await self.standin.stop()

    async def every_answer_is_kept(self) -> None:
        store = await open_store(self.database)
        for circle in self.circles.values():
            [group] = await store.groups_of(circle.server.id)
            query = "SELECT CAST(sum(times_asked) AS BIGINT) FROM answers WHERE group_id = :group"
            [[(kept,)]] = await store._engine.read((query, {"group": group.group_id}))
            assert circle.confirmed <= kept <= circle.confirmed + 4  # stored, and the process ended before it could say so
        await store.close()


@pytest.fixture
async def neighbours(postgres_url: str) -> AsyncIterator[Neighbours]:
    standin = StandIn(World.crowd(servers=2, channels=1))
    await standin.start()
    made = Neighbours(standin, postgres_url)
    yield made
    await made.close()


async def test_the_version_before_goes_on_working_after_the_latest_migration_with_this_one_beside_it(
    neighbours: Neighbours, postgres_url: str, tmp_path: Path
) -> None:
    latest = migrations_in(MIGRATIONS)[-1]
    old, first = as_before(latest.forward, tmp_path / "before"), neighbours.circles[0]
    await neighbours.start(old, 0)
    await neighbours.standin.bot_is_ready(60)
    await first.begin()
    await first.goes_on()
    assert plan_of(postgres_url).missing[-1].number == latest.number
    if latest.safe == "stopped":
        with pytest.raises(StorageTrouble, match="stop all of its processes"):
            await asyncio.to_thread(migrate, postgres_url)
        return
    left = await asyncio.to_thread(migrate, postgres_url)
    assert [one.number for one in left] == [latest.number] * (latest.safe == "after")
    await first.goes_on()
    await neighbours.start(ROOT, 1)
    await neighbours.standin.bot_is_ready(60, shards=2)
    await neighbours.circles[1].begin()
    await neighbours.go_on()
    await asyncio.gather(*(circle.rest() for circle in neighbours.circles.values()))
    await neighbours.every_answer_is_kept()


@pytest.mark.nightly
async def test_two_old_processes_are_replaced_one_after_the_other_and_no_answer_is_lost(
    neighbours: Neighbours, postgres_url: str, tmp_path: Path
) -> None:
    latest = migrations_in(MIGRATIONS)[-1]
    old = as_before(latest.forward, tmp_path / "before")
    if latest.safe == "stopped":
        pytest.skip("the latest migration needs everybody stopped")
    for shard in range(2):
        await neighbours.start(old, shard)
    await neighbours.standin.bot_is_ready(60, shards=2)
    for circle in neighbours.circles.values():
        await circle.begin()
    await neighbours.go_on()
    await asyncio.to_thread(migrate, postgres_url)
    for shard in range(2):
        await neighbours.go_on()
        await neighbours.stop(shard)
        await neighbours.circles[1 - shard].goes_on()  # while the other is away
        await neighbours.start(ROOT, shard)
        await neighbours.go_on()
    assert plan_of(postgres_url).missing == ()
    await asyncio.gather(*(circle.rest() for circle in neighbours.circles.values()))
    await neighbours.every_answer_is_kept()


@pytest.mark.nightly
async def test_the_tests_of_the_version_before_pass_on_the_database_of_this_one(tmp_path: Path) -> None:
    """What it does with its storage, on what is there after the latest migration."""
    latest = migrations_in(MIGRATIONS)[-1]
    if latest.safe != "before":
        pytest.skip("the latest migration isn't one that the version before can live with")
    old = as_before(latest.forward, tmp_path / "before")
    for file in (latest.forward, latest.back):
        shutil.copy(file, old / "migrations")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/test_storage.py", "tests/test_storage_calendar.py",
        "--deselect", "tests/test_storage.py::test_columns_name_every_table",  # which knows no table of tomorrow
        cwd=old, env=os.environ | {"PYTHONPATH": str(old)}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()[-5000:]


# ---------------------------------------------------------------- a backup is never refused


def test_a_newer_database_can_be_backed_up_all_the_same_and_the_operator_hears_what_that_means(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = AtTheShell(sqlite_url, monkeypatch, capsys)
    asyncio.run(from_the_future(sqlite_url))
    code, said = shell("backup", str(tmp_path / "a.backup"))
    assert code == 0
    assert "Only the newer version can restore it" in said
    assert (tmp_path / "a.backup").stat().st_size
