"""Migrations, on both engines: applied once, whole or not at all, whoever is killed in the middle."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import time
from pathlib import Path

import pytest
from engines import DAY, a_group, start_python
from msgspec.structs import replace

from bot.storage import (
    MIGRATIONS,
    PlanRun,
    Posting,
    PostingKind,
    PostingState,
    Slot,
    SlotKind,
    StorageTrouble,
    WaitingCard,
    open_store,
    step_back,
)
from bot.storage.migrate import SAFE, _statements, migrations_in

OPENING = """
import asyncio, sys, pathlib
from bot.storage import open_store
async def main():
    store = await open_store(sys.argv[1], pathlib.Path(sys.argv[2]))
    await store.close()
asyncio.run(main())
"""

ENDLESS = {
    "sqlite": "INSERT INTO one WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n;",
    "postgresql": "INSERT INTO one SELECT 1 FROM pg_sleep(600);",
}

SLOW = {  # about a second, so that processes that start at once do meet
    "sqlite": "INSERT INTO one WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000)"
    " SELECT i FROM n WHERE i = 1;",
    "postgresql": "INSERT INTO one SELECT 1 FROM pg_sleep(1);",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "migrations"
    made.mkdir()
    return made


def write(folder: Path, number: int, forward: str, back: str = "") -> None:
    (folder / f"{number:04}_step_{number}.sql").write_text(forward)
    (folder / f"{number:04}_step_{number}.back.sql").write_text(back)


async def tables(url: str, folder: Path) -> set[str]:
    store = await open_store(url, folder)
    found = {table for table, _ in await store.columns()}
    await store.close()
    return found


async def rows(url: str, folder: Path, sql: str) -> list[tuple[object, ...]]:
    store = await open_store(url, folder)
    [found] = await store._engine.read((sql, {}))
    await store.close()
    return found


async def test_new_migrations_are_applied_in_order_and_once(url: str, folder: Path) -> None:
    write(folder, 1, "CREATE TABLE one (n BIGINT);\nINSERT INTO one VALUES (1);\n")
    assert await tables(url, folder) == {"migrations", "one"}
    write(folder, 10, "INSERT INTO two SELECT n FROM one;")
    write(folder, 2, "CREATE TABLE two (n BIGINT);")
    assert await tables(url, folder) == {"migrations", "one", "two"}
    assert await rows(url, folder, "SELECT n FROM two") == [(1,)]
    assert await rows(url, folder, "SELECT number, name FROM migrations ORDER BY number") == [
        (1, "step_1"),
        (2, "step_2"),
        (10, "step_10"),
    ]


async def test_the_day_is_noted_and_nothing_about_the_machine(url: str, folder: Path) -> None:
    write(folder, 1, "CREATE TABLE one (n BIGINT);")
    [row] = await rows(url, folder, "SELECT * FROM migrations")
    assert row[:2] == (1, "step_1")
    assert isinstance(row[2], str)
    assert len(row[2]) == len("2026-01-01")
    assert len(row) == 3


async def test_our_own_migrations_lead_back(url: str) -> None:
    before = await tables(url, MIGRATIONS)
    assert len(before) > 1
    await step_back(url, to=0)
    assert await rows_without_migrating(url) == {"migrations"}
    assert await tables(url, MIGRATIONS) == before


async def rows_without_migrating(url: str) -> set[str]:
    from bot.storage.whole import engine_module

    engine = await engine_module(url).open_engine(url, 1)
    found = {table for table, _ in await engine.columns()}
    await engine.close()
    return found


def test_every_migration_of_ours_has_a_way_back() -> None:
    for migration in migrations_in(MIGRATIONS):
        assert migration.back.exists(), migration.name


def test_every_migration_says_when_it_is_safe() -> None:
    for migration in migrations_in(MIGRATIONS):
        first = migration.forward.read_text(encoding="utf-8").partition("\n")[0]
        assert first.removeprefix("-- safe: ") in SAFE, f"{migration.forward.name} begins with none of: -- safe: {', '.join(SAFE)}"
        assert migration.safe == first.removeprefix("-- safe: ")


FIRST_EVENING = (
    "INSERT INTO study_groups (group_id, server_id, name, home_channel, home_kind, moderators_channel, facilitators_role,"
    " time_zone, language, created_on) VALUES (7, 1, 'Thursday readers', 2, 'text', NULL, 3, 'Europe/Berlin', 'en', '2026-03-02')",
    "INSERT INTO learners VALUES (7, 'somebody', '2026-03-02', 1)",
    "INSERT INTO lessons_read VALUES (7, 'somebody', 'theme', 'lesson')",
    "INSERT INTO answers VALUES (7, 'somebody', 'theme', 3, 2, 1)",
    "INSERT INTO marks VALUES ('secret', 'a mark')",
    *(
        f"INSERT INTO postings VALUES ({number}, 7, {kind}, {theme}, 2, {state}, {1000 + number}, {message}, {thread}, {trouble})"
        for number, (kind, theme, state, message, thread, trouble) in enumerate(
            (
                ("'welcome'", "NULL, NULL", "'posted'", 11, "NULL", "NULL"),
                ("'prompt'", "'theme', 'one'", "'claimed'", "NULL", "NULL", "NULL"),
                ("'prompt'", "'theme', 'two'", "'posted'", 1 << 60, 1 << 61, "NULL"),
                ("'prompt'", "'theme', 'three'", "'failed'", "NULL", "NULL", "'The channel is gone.'"),
            )
        )
    ),
)
ITS_TABLES = ("study_groups", "learners", "lessons_read", "answers", "postings", "marks")


@pytest.fixture
def only_the_first(folder: Path) -> Path:
    for file in MIGRATIONS.glob("0001_*"):
        shutil.copy(file, folder)
    return folder


async def everything(url: str, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the first evening's tables, with all their columns."""
    store = await open_store(url, folder)
    columns = await store.columns()
    names = {table: ", ".join(column for of, column in columns if of == table) for table in ITS_TABLES}
    found = await store._engine.read(*((f"SELECT {names[table]} FROM {table}", {}) for table in ITS_TABLES))
    await store.close()
    return {f"{table}: {names[table]}": sorted(rows, key=repr) for table, rows in zip(ITS_TABLES, found, strict=True)}


async def fill_as_on_the_first_evening(url: str, folder: Path) -> None:
    store = await open_store(url, folder)
    await store._engine.write(*((sql, {}) for sql in FIRST_EVENING))
    await store.close()


async def test_the_calendar_keeps_what_was_there_and_leads_back_to_it(url: str, only_the_first: Path) -> None:
    await fill_as_on_the_first_evening(url, only_the_first)
    before = await everything(url, only_the_first)
    assert [len(rows) for rows in before.values()] == [1, 1, 1, 1, 4, 1]
    for _ in range(2):
        store = await open_store(url)
        group = await store.group(7)
        assert group == a_group(
            group_id=7, server_id=1, name="Thursday readers", home_channel=2, facilitators_role=3, time_zone="Europe/Berlin"
        )
        assert (group.archive_after, group.guide_hours, group.replies, group.quiet_from) == (1440, 24, False, None)
        prompt = Posting(1, 7, "prompt", "theme", "one", 2, 1001)
        assert await store.unfinished() == (prompt,)
        assert await store.history(7) == (
            replace(prompt, posting_id=3, item="three", claimed_at=1003, state="failed", trouble="The channel is gone."),
            replace(prompt, posting_id=2, item="two", claimed_at=1002, state="posted", message_id=1 << 60, thread_id=1 << 61),
            prompt,
        )
        assert await store.untold() == ()
        assert (await store.states(7, "somebody")).read == {("theme", "lesson")}
        await store.close()
        await step_back(url, to=1)
        assert await everything(url, only_the_first) == before


async def test_the_way_back_from_the_calendar_leaves_only_what_an_older_version_can_read(url: str, only_the_first: Path) -> None:
    store = await open_store(url)
    group = a_group(replies=True)
    assert await store.add_group(group)
    posting = Posting(1, group.group_id, "prompt", "theme", "item", 5, 9, "waiting", 3, None, "Later.", retry_at=7, slot_id=4)
    states: tuple[PostingState, ...] = ("claimed", "posted", "failed", "missed", "skipped")
    kinds: tuple[PostingKind, ...] = ("lesson", "guide", "reply")
    others = [replace(posting, state=state) for state in states] + [replace(posting, kind=kind, state="posted") for kind in kinds]
    for number, one in enumerate((posting, *others), 1):
        assert await store.claim(replace(one, posting_id=number))
    assert await store.add_slots((), PlanRun(group.group_id, "plan", DAY, time(19), DAY))
    assert await store.add_own_prompt(group.group_id, "Title", "Text", DAY)
    assert await store.add_waiting_card(WaitingCard(1, group.group_id, 5, "reply", DAY))
    await store.close()
    await step_back(url, to=1)
    assert await rows(url, only_the_first, "SELECT posting_id, state, message_id, trouble FROM postings ORDER BY 1") == [
        (1, "failed", 3, "Later."),
        (2, "claimed", 3, "Later."),
        (3, "posted", 3, "Later."),
        (4, "failed", 3, "Later."),
    ]
    assert await tables(url, only_the_first) == {*ITS_TABLES, "migrations"}
    assert await rows(url, only_the_first, "SELECT group_id FROM study_groups") == [(group.group_id,)]


async def test_scenarios_join_what_was_planned_and_posted_and_the_way_back_forgets_them_alone(url: str, folder: Path) -> None:
    for file in MIGRATIONS.glob("000[1-4]_*"):
        shutil.copy(file, folder)
    store, group = await open_store(url, folder), a_group()
    assert await store.add_group(group)
    slot = Slot(
        1, group.group_id, "lesson", "theme", "item", "FREQ=WEEKLY", DAY, time(19), DAY, 3, 60, DAY, 4, 5, 6, True, "Why.",
    )  # fmt: skip
    posting = Posting(
        2, group.group_id, "prompt", "theme", "item", 5, 9, "waiting", 3, 4, "Later.", 1, 7, 8, 1, 10, replies=False, looks=2
    )
    assert await store.add_slots((slot,))
    assert await store.claim(posting)
    await store.close()
    for _ in range(2):
        store = await open_store(url)
        assert await store.slots_of(group.group_id) == (slot,)
        assert await store.history(group.group_id) == (posting,)
        assert await store.add_slots((replace(slot, slot_id=11, kind="scenario"),))
        assert await store.claim(replace(posting, posting_id=12, kind="scenario"))
        await store.close()
        await step_back(url, to=4)
    store = await open_store(url, folder)
    assert await store.slots_of(group.group_id) == (slot,)
    assert await store.history(group.group_id) == (posting,)
    await store.close()


async def test_rounds_and_reviews_join_the_calendar_and_the_way_back_forgets_them_alone(url: str, folder: Path) -> None:
    for file in MIGRATIONS.glob("000[1-8]_*"):
        shutil.copy(file, folder)
    store, group = await open_store(url, folder), a_group()
    assert await store.add_group(group)
    slot = Slot(
        1, group.group_id, "scenario", "theme", "item", "FREQ=WEEKLY", DAY, time(19), DAY, 3, 60, DAY, 4, 5, 6, True, "Why.",
    )  # fmt: skip
    posting = Posting(
        2, group.group_id, "prompt", "theme", "item", 5, 9, "waiting", 3, 4, "Later.", 1, 7, 8, 1, 10, replies=False, looks=2
    )
    assert await store.add_slots((slot,))
    assert await store.claim(posting)
    await store.close()
    for _ in range(2):
        store = await open_store(url)
        assert await store.slots_of(group.group_id) == (slot,)
        assert await store.history(group.group_id) == (posting,)
        kinds: tuple[SlotKind, ...] = ("round", "review")
        for number, kind in enumerate(kinds):
            assert await store.add_slots((replace(slot, slot_id=11 + number, kind=kind),))
            assert await store.claim(replace(posting, posting_id=21 + number, kind=kind))
        await store.close()
        await step_back(url, to=8)
    store = await open_store(url, folder)
    assert await store.slots_of(group.group_id) == (slot,)
    assert await store.history(group.group_id) == (posting,)
    await store.close()


@pytest.mark.parametrize("place", ["begin", "middle", "end"])
async def test_a_kill_inside_the_calendars_migration_leaves_what_was_there(url: str, only_the_first: Path, place: str) -> None:
    await fill_as_on_the_first_evening(url, only_the_first)
    before = await everything(url, only_the_first)
    interrupted = only_the_first.with_name("interrupted")
    shutil.copytree(MIGRATIONS, interrupted)
    [calendar] = [file for file in interrupted.glob("0002_*") if ".back" not in file.name]
    text, dropping = calendar.read_text(), "DROP TABLE postings;\n"
    assert text.count(dropping) == 1
    endless = f"CREATE TABLE one (n BIGINT);\n{ENDLESS[url.partition(':')[0]]}\n"
    cut = {"begin": 0, "middle": text.index(dropping) + len(dropping), "end": len(text)}[place]
    calendar.write_text(f"{text[:cut]}{endless}{text[cut:]}")
    process = await start_python(OPENING, url, str(interrupted))
    await until_it_is_inside(url, process)
    process.kill()
    await process.wait()
    async with asyncio.timeout(15):
        assert await everything(url, only_the_first) == before
    assert len(await tables(url, MIGRATIONS)) > len(ITS_TABLES) + 1
    assert await rows(url, MIGRATIONS, "SELECT posting_id FROM postings ORDER BY 1") == [(0,), (1,), (2,), (3,)]


async def test_stepping_back_stops_where_it_is_told(url: str, folder: Path) -> None:
    for number in (1, 2, 3):
        write(folder, number, f"CREATE TABLE t{number} (n BIGINT);", f"DROP TABLE t{number};")
    await tables(url, folder)
    await step_back(url, folder, to=1)
    assert await rows_without_migrating(url) == {"migrations", "t1"}


async def test_a_migration_that_fails_leaves_nothing_behind(url: str, folder: Path) -> None:
    write(folder, 1, "CREATE TABLE one (n BIGINT);")
    write(folder, 2, "CREATE TABLE two (n BIGINT);\nINSERT INTO nowhere VALUES (1);")
    with pytest.raises(StorageTrouble):
        await open_store(url, folder)
    assert await rows_without_migrating(url) == {"migrations", "one"}
    write(folder, 2, "CREATE TABLE two (n BIGINT);")
    assert await tables(url, folder) == {"migrations", "one", "two"}


async def test_a_newer_database_is_refused_with_a_sentence(url: str, folder: Path) -> None:
    write(folder, 1, "CREATE TABLE one (n BIGINT);")
    write(folder, 2, "CREATE TABLE two (n BIGINT);")
    await tables(url, folder)
    (folder / "0002_step_2.sql").unlink()
    with pytest.raises(StorageTrouble, match=r"newer than this version.*step 2.*knows 1"):
        await open_store(url, folder)


async def test_a_start_after_a_kill_in_the_middle_works(url: str, folder: Path) -> None:
    endless = ENDLESS[url.partition(":")[0]]
    write(folder, 1, f"CREATE TABLE one (n BIGINT);\nINSERT INTO one VALUES (1);\n{endless}\n")
    process = await start_python(OPENING, url, str(folder))
    await until_it_is_inside(url, process)
    process.kill()
    await process.wait()
    write(folder, 1, "CREATE TABLE one (n BIGINT);\nINSERT INTO one VALUES (2);\n")
    async with asyncio.timeout(15):
        assert await rows(url, folder, "SELECT n FROM one") == [(2,)]


async def until_it_is_inside(url: str, process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(20):
            looks_inside = 0
            while looks_inside < 3:  # a lock that is there for a moment is not the endless statement's
                assert process.returncode is None
                looks_inside = looks_inside + 1 if await asyncio.to_thread(is_migrating, url) else 0
                await asyncio.sleep(0.05)
    except BaseException:
        process.kill()
        raise


def is_migrating(url: str) -> bool:
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        if not path.exists() or not path.stat().st_size:
            return False
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as db:
            try:
                db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            db.execute("ROLLBACK")
        return False
    import psycopg

    with psycopg.connect(url) as connection:
        seen = connection.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND wait_event = 'PgSleep'"
        )
        return seen.fetchone() is not None


async def test_several_processes_that_start_at_once_apply_it_once(url: str, folder: Path) -> None:
    write(folder, 1, f"CREATE TABLE one (n BIGINT);\n{SLOW[url.partition(':')[0]]}\n")
    write(folder, 2, "INSERT INTO one VALUES (2);")
    processes = [await start_python(OPENING, url, str(folder)) for _ in range(5)]
    assert [await process.wait() for process in processes] == [0] * 5
    assert await rows(url, folder, "SELECT n FROM one ORDER BY n") == [(1,), (2,)]


def test_two_migrations_of_one_number_are_refused(folder: Path) -> None:
    write(folder, 1, "")
    (folder / "0001_another.sql").touch()
    with pytest.raises(ValueError, match="number 1: another and step_1"):
        migrations_in(folder)


def test_no_migrations_at_all_is_a_mistake(folder: Path) -> None:
    with pytest.raises(ValueError, match="no migrations"):
        migrations_in(folder)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("-- nothing;\n", []),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1;\nSELECT 2;", ["SELECT 1", "SELECT 2"]),
        ("SELECT 1; -- first;\n\n-- why;\nSELECT\n 2;\n", ["SELECT 1", "SELECT\n 2"]),
        ("SELECT ';' ;  \nSELECT 2", ["SELECT ';'", "SELECT 2"]),
        ("CREATE TABLE t (\n  a TEXT, -- a note;\n  b TEXT\n);", ["CREATE TABLE t (\n  a TEXT, \n  b TEXT\n)"]),
    ],
)
def test_statements_end_at_a_semicolon_at_the_end_of_a_line(text: str, expected: list[str]) -> None:
    assert list(_statements(text)) == expected
