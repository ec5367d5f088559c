"""Moving between the engines: every row of every table arrives as it was, or nothing does, and the old database stays as it is.

The databases are filled by what their own schema says, so that a table of tomorrow is moved here too.
"""

from __future__ import annotations

import asyncio
import re
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from engines import DAY, start_python
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.kept import VERSION
from bot.learner_key import Secret, Someone
from bot.main import main
from bot.operator.move import _without_password
from bot.storage import StillRunning, StorageTrouble, move, open_store

ODD = (
    "plain", "", " ", "'; DROP TABLE learners; --", "\\N", "\\", "\t", "a\nb\r\nc", "NULL", "%s :name {x}", "ä ö ü ß", "Ǆ",
    "e\u0301", "\u202eright to left", "\u200b", "👩‍🚀🏳️‍🌈", "字", "\x01\x1f\x7f", "\ufeff", "\uffff", "\U0010ffff", "x" * 20_000,
)  # fmt: skip
ROWS = len(ODD)
SECRET = Secret(b"the secret of these tests, long enough")


def columns_of(url: str) -> dict[str, list[tuple[str, str]]]:
    """Of each table of a SQLite database: its columns, and what is said of each."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db:
        made = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall()
    added = re.compile(r",? *([a-z_]+) ((?:BIGINT|SMALLINT|TEXT)\b(?:[^,()]|\([^()]*(?:\([^()]*\))?[^()]*\))*)")
    return {name: added.findall(re.sub(r"--.*", "", sql.partition("(")[2])) for name, sql in made}


def value(table: str, column: str, said: str, row: int, texts: tuple[str, ...]) -> int | str | None:
    """The same for the same column in every table, so that what refers to something finds it."""
    if listed := re.search(r"IN \(([^)]*)\)", said):
        options = [one.strip().strip("'") for one in listed[1].split(",")]
        return int(options[-1]) if options[-1].isdigit() else options[row % len(options)]
    if between := re.search(r"BETWEEN (\d+) AND (\d+)", said):
        return int(between[1]) + row % (int(between[2]) - int(between[1]) + 1)
    is_key = column.endswith(("_id", "_key")) or column in (
        "number",
        "trace",
        "code",
        "home_channel",
        "message_id",
        "asking",
        "about",
    )
    if not is_key and "NOT NULL" not in said and "PRIMARY" not in said and row % 3 == 0:
        return None
    if "TEXT" in said:
        return f"{row}:{texts[row]}" if is_key or (column, table) == ("name", "marks") else texts[row]
    if "SMALLINT" in said or "CHECK" in said:
        return 75 if column != "number" else row + 1
    return (1 << 62) + row


def fill(url: str, texts: tuple[str, ...] = ODD) -> None:
    """Rows in every table of a new SQLite database, by its schema."""

    async def opened() -> None:
        await (await open_store(url)).close()

    asyncio.run(opened())
    tables = columns_of(url)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        for table, columns in tables.items():
            if table == "migrations":
                continue
            names, places = ", ".join(name for name, _ in columns), ", ".join("?" * len(columns))
            for row in range(len(texts)):
                values = [value(table, name, said, row, texts) for name, said in columns]
                db.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.commit()


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, with their columns in one order."""

    async def read() -> dict[str, list[tuple[object, ...]]]:
        store = await open_store(url)
        tables: dict[str, list[str]] = {}
        for table, column in await store.columns():
            tables.setdefault(table, []).append(column)
        answers = await store._engine.read(*((f"SELECT {', '.join(names)} FROM {table}", {}) for table, names in tables.items()))
        await store.close()
        return {table: sorted(rows, key=repr) for table, rows in zip(tables, answers, strict=True)}

    return asyncio.run(read())


def tables_in(url: str) -> int:
    """Without making any."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        if not path.exists():
            return 0
        with closing(sqlite3.connect(path)) as db:
            return int(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    import psycopg

    with psycopg.connect(url) as there:
        [count] = there.execute(THERE).fetchone() or (0,)
        return int(count)


THERE = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'S') AND relnamespace = CAST('public' AS regnamespace)"
GENERATED = "SELECT count(*) FROM information_schema.columns WHERE is_generated = 'ALWAYS' AND table_schema = 'public'"


@pytest.fixture
def filled(sqlite_url: str) -> str:
    fill(sqlite_url)
    return sqlite_url


def test_every_row_of_every_table_arrives_and_comes_back(filled: str, postgres_url: str, tmp_path: Path) -> None:
    file, back = Path(filled.removeprefix("sqlite:///")), f"sqlite:///{tmp_path / 'back' / 'again.db'}"
    before, bytes_before = everything(filled), file.read_bytes()
    assert all(before.values()), "a table is empty: teach `value` how to fill it"
    seen: list[tuple[int, int]] = []
    moved = move(filled, postgres_url, lambda done, all: seen.append((done, all)))
    count = sum(map(len, before.values()))
    assert (moved.rows, moved.tables) == (count, len(before))
    assert (seen[0][1], seen[-1]) == (2 * count, (2 * count, 2 * count))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert file.read_bytes() == bytes_before
    assert everything(postgres_url) == before
    assert move(postgres_url, back).rows == count
    assert everything(back) == before == everything(postgres_url)


def test_nothing_counts_by_itself_so_no_counter_has_to_be_set(filled: str, postgres_url: str) -> None:
    import psycopg

    move(filled, postgres_url)
    with psycopg.connect(postgres_url) as there:
        assert there.execute("SELECT count(*) FROM pg_class WHERE relkind = 'S'").fetchone() == (0,)
        assert there.execute(GENERATED).fetchone() == (0,)
        # What it knows for its plans has no example of a key.
        assert there.execute("SELECT count(*) FROM pg_stats WHERE attname IN ('learner_key', 'trace', 'code')").fetchone() == (0,)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40), min_size=60, max_size=60))
@settings(
    max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_whatever_text_people_write_arrives(tmp_path: Path, postgres_url: str, texts: list[str]) -> None:
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as there:
        there.execute("DROP SCHEMA public CASCADE")
        there.execute("CREATE SCHEMA public")
    url = f"sqlite:///{tmp_path / 'one.db'}"
    for file in tmp_path.glob("one.db*"):
        file.unlink()
    fill(url, tuple(texts))
    move(url, postgres_url)
    assert everything(postgres_url) == everything(url)


def test_a_text_that_postgres_cannot_keep_is_named_and_nothing_is_moved(sqlite_url: str, postgres_url: str) -> None:
    fill(sqlite_url, ("fine", "not\0fine"))
    with pytest.raises(StorageTrouble, match=r"A text in \w+\.\w+ has a character"):
        move(sqlite_url, postgres_url)
    assert tables_in(postgres_url) == 0


async def test_a_learner_is_found_where_they_were_moved_to_and_the_list_of_erasures_came_along(
    sqlite_url: str, postgres_url: str
) -> None:
    from engines import a_group

    group = a_group()
    ada, ben = (Someone(SECRET, person).key(f"group {group.group_id}") for person in (1, 2))
    store = await open_store(sqlite_url)
    store.note_erasures(SECRET.trace, lambda: DAY)
    await store.secret_mark(SECRET.mark, SECRET.version)
    assert await store.add_group(group)
    for key in (ada, ben):
        assert await store.join(group.group_id, key, consent_version=VERSION, on=DAY)
    await store.record_answer(group.group_id, ada, "theme", 1, turn=0, was_right=True)
    await store.erase_learner(group.group_id, ben)
    await store.close()
    await asyncio.to_thread(move, sqlite_url, postgres_url)
    moved = await open_store(postgres_url)
    assert await moved.secret_mark("another", 9) == (SECRET.mark, 1)
    assert len((await moved.states(group.group_id, ada)).answers) == 1
    assert await moved.learner(group.group_id, ben) is None
    assert await moved._engine.read(("SELECT trace FROM erasures", {})) == [[(SECRET.trace(ben),)]]
    await moved.close()


# ---------------------------------------------------------------- refused


async def test_while_a_bot_is_at_work_on_it_nothing_is_moved(url: str, tmp_path: Path) -> None:
    running = await open_store(url)
    try:
        with pytest.raises(StillRunning, match="stop the bot first"):
            await asyncio.to_thread(move, url, f"sqlite:///{tmp_path / 'other.db'}")
    finally:
        await running.close()
    assert not (tmp_path / "other.db").exists()


def test_what_is_not_empty_is_left_alone(filled: str, postgres_url: str, tmp_path: Path) -> None:
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as there:
        there.execute("CREATE TABLE somebody_elses (n BIGINT)")
    with pytest.raises(StorageTrouble, match="not empty: it has a table somebody_elses"):
        move(filled, postgres_url)
    assert tables_in(postgres_url) == 1
    other = f"sqlite:///{tmp_path / 'other.db'}"
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE t (n)")
    with pytest.raises(StorageTrouble, match="not empty"):
        move(filled, other)
    assert tables_in(other) == 1


def test_a_table_of_somebody_elses_in_the_old_database_is_named(filled: str, postgres_url: str) -> None:
    with closing(sqlite3.connect(filled.removeprefix("sqlite:///"))) as db:
        db.execute("CREATE TABLE notes (n INTEGER PRIMARY KEY)")
    with pytest.raises(StorageTrouble, match="table notes"):
        move(filled, postgres_url)
    assert tables_in(postgres_url) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DELETE FROM migrations WHERE number > 3", "at step 3.*python bot.py migrate"),
        ("INSERT INTO migrations VALUES (9000, 'later', '2030-01-01')", "newer than this version"),
        ("DROP TABLE migrations", "nothing to move"),
    ],
)
def test_what_this_version_does_not_fit_is_not_moved(filled: str, postgres_url: str, change: str, said: str) -> None:
    with closing(sqlite3.connect(filled.removeprefix("sqlite:///"), isolation_level=None)) as db:
        db.execute(change)
    with pytest.raises(StorageTrouble, match=said):
        move(filled, postgres_url)
    assert tables_in(postgres_url) == 0


def test_the_same_one_and_none_at_all_are_refused(filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StorageTrouble, match="in use already"):
        move(filled, filled.replace("red-flask.db", "../data/red-flask.db"))
    with pytest.raises(StorageTrouble, match="nothing to move"):
        move(f"sqlite:///{tmp_path / 'none.db'}", f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "none.db").exists()
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(
    "wrong", ["postgresql://nobody:wrong@127.0.0.1:9/none", "postgresql://a:b@c@localhost/x", "postgresql://[/x"]
)
def test_a_server_that_is_not_there_is_a_sentence_about_the_address_that_was_given(filled: str, wrong: str) -> None:
    with pytest.raises(StorageTrouble, match=r"can't be reached.*in --to right") as refused:
        move(filled, wrong)
    assert "wrong" not in str(refused.value)


def test_a_user_who_may_make_no_tables_is_told_so(filled: str, postgres_url: str) -> None:
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as there:
        there.execute("REVOKE ALL ON SCHEMA public FROM public")
        there.execute("DROP ROLE IF EXISTS nobody_special")
        there.execute("CREATE ROLE nobody_special LOGIN")
    try:
        with pytest.raises(StorageTrouble, match="let that user own the database"):
            move(filled, re.sub(r"//[^:@/]*(:[^@]*)?@", "//nobody_special@", postgres_url))
    finally:
        with psycopg.connect(postgres_url, autocommit=True) as there:
            there.execute("DROP ROLE nobody_special")


# ---------------------------------------------------------------- killed


KILLED = """
import os, signal, sys
from pathlib import Path
import bot.storage.{engine}_moving as engine
from bot.storage import move

left = int(sys.argv[3])
def step(plain):
    def stepped(*given):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(*given)
    return stepped

place = engine.{place}
place.put = step(place.put)
place.rows = step(place.rows)
print(move(sys.argv[1], sys.argv[2], lambda done, all: None))
"""


@pytest.mark.parametrize("to", ["postgres", "sqlite"])
async def test_killed_at_any_table_the_other_database_is_as_empty_as_before(
    to: str, sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(fill, sqlite_url)
    target = postgres_url if to == "postgres" else f"sqlite:///{tmp_path / 'new.db'}"
    script = KILLED.format(engine=to, place=f"{to.title()}Place")
    for step in (0, 5, 25):
        process = await start_python(script, sqlite_url, target, str(step))
        assert await process.wait() == -signal.SIGKILL
        assert await asyncio.to_thread(tables_in, target) == 0
    before = await asyncio.to_thread(everything, sqlite_url)
    await asyncio.to_thread(move, sqlite_url, target)
    assert await asyncio.to_thread(everything, target) == before


# ---------------------------------------------------------------- at the shell


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filled: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", filled)


@pytest.mark.usefixtures("at_home")
def test_the_word_says_what_to_set_and_to_delete(postgres_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["move", "--to", postgres_url]) == 0
    said = capsys.readouterr().out
    assert re.search(r"^Moved: [\d,]+ rows in \d+ tables, each compared", said)
    assert f"DATABASE_URL={postgres_url}" in said
    for word in ("LEARNER_SECRET", "delete it"):
        assert word in said
    assert main(["move", "--to", postgres_url]) == 1
    assert "not empty" in capsys.readouterr().err


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("wrong", ["mysql://x/y", "redflask", "sqlite:///", "postgresql"])
def test_an_address_that_is_none_is_a_mistake_of_typing(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["move", "--to", wrong])
    assert ended.value.code == 2
    assert "--to" in capsys.readouterr().err


def test_a_password_is_not_printed() -> None:
    assert (
        _without_password("postgresql://red:s3cret@host:5432/db?sslmode=require")
        == "postgresql://red:…@host:5432/db?sslmode=require"
    )
    assert _without_password("postgresql://host/db?user=red&password=s3cret&x=y") == "postgresql://host/db?user=red&password=…&x=y"
    for plain in ("postgresql://red@host/db", "postgresql:///db?host=/tmp", "sqlite:///data/x.db"):
        assert _without_password(plain) == plain
