"""Nights of a SQLite file: the disk is full, somebody holds the file, its bytes are damaged. Each is a sentence and a way back."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from evening import Evening, card, quizzed
from mischief import CODE, ask, database, lines, locked, rows
from night import a_night
from test_backup import restored

from bot.learner_key import Secret
from bot.main import SOMEBODY_IS_NEEDED, opened
from bot.storage import StorageBusy, StorageDamaged, back_up, open_store, sqlite_alone

PAGE = 4096


# ---------------------------------------------------------------- full


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The folder of the evening's database, on a disk of its own with a few megabytes."""
    place = tmp_path / "data"
    place.mkdir(mode=0o700)
    mounted = sys.platform == "linux" and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", place], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("nobody but root may make a small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(place: Path) -> Path:
    """To the last byte."""
    file = place / "filler"
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        for size in (1 << 16, 1 << 10, 1):
            with suppress(OSError):
                while filler.write(b"x" * size):
                    pass
    return file


async def test_a_full_disk_is_a_sentence_to_whoever_presses_and_with_room_again_all_goes_on(
    small_disk: Path, evening: Evening
) -> None:
    await evening.group()
    await evening.joined("Ada", "Ben")
    ada, ben, room = evening.person("Ada"), evening.person("Ben"), evening.room()
    filler = fill(small_disk)
    refused = None
    for _ in range(60):  # what is left in the WAL's last page takes some answers yet
        asked = card(await quizzed(ada, room))
        before = rows(evening)["answers"]
        seen = await ada.press(asked, "A")
        if "The disk of the database is full" in seen.text:
            refused = asked
            assert CODE.search(seen.text)
            assert rows(evening)["answers"] == before
            break
        assert "You chose" in seen.text  # confirmed, so it must be there
    assert refused
    assert lines(evening, "storage trouble", "error=StorageFull")
    assert (await ben.command(room, "progress")).failed is None
    kept = rows(evening)
    filler.unlink()
    assert "You chose" in (await ada.press(refused, "A")).text
    await evening.restart_bot()
    assert rows(evening)["learners"] == kept["learners"] == 2
    assert not lines(evening, "event=bug")


async def test_a_bot_that_starts_on_a_full_disk_says_so(small_disk: Path, tmp_path: Path) -> None:
    fill(small_disk)
    async with a_night(tmp_path) as night:
        await night.bot.start()
        assert await night.ended() == 1
        assert "disk" in night.log
        assert "Traceback" not in night.log


async def test_a_file_that_may_not_grow_is_a_sentence_and_nothing_confirmed_is_lost(tmp_path: Path) -> None:
    """What anybody can do who isn't root: the system refuses each byte beyond the file's present size."""
    async with a_night(tmp_path) as night:
        await night.start_bot()
        await night.group()
        await night.joined("Ada")
        ada = night.person("Ada")
        asked = card(await quizzed(ada, night.room()))
        assert night.bot.pid
        log = database(night).with_name("red-flask.db-wal").stat().st_size
        resource.prlimit(night.bot.pid, resource.RLIMIT_FSIZE, (log + 2 * PAGE, resource.RLIM_INFINITY))
        for _ in range(20):
            seen = await ada.press(asked, "A")
            if "You chose" not in seen.text:
                break
            asked = card(await quizzed(ada, night.room()))
        assert seen.failed is None
        assert "disk of the database" in seen.text
        assert CODE.search(seen.text)
        resource.prlimit(night.bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert "You chose" in (await ada.press(asked, "A")).text
        await night.kill()
        assert ask(night, "PRAGMA quick_check") == [("ok",)]
        assert ask(night, "SELECT count(*) > 0 FROM answers") == [(1,)]


# ---------------------------------------------------------------- locked


async def test_a_file_that_somebody_holds_for_ever_is_a_sentence_at_the_start(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await (await open_store(sqlite_url)).close()
    monkeypatch.setattr(sqlite_alone, "PATIENT", 0.2)
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, sqlite_url.removeprefix("sqlite:///"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout and holder.stdin
    try:
        assert await holder.stdout.readline()
        with pytest.raises(StorageBusy, match="locked by something else"):
            await open_store(sqlite_url, patience=0.2)
    finally:
        await holder.communicate(b"\n")
    await (await open_store(sqlite_url)).close()


HOLDER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA locking_mode = EXCLUSIVE")
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


async def test_while_somebody_holds_the_file_reading_goes_on_and_whoever_waits_is_served_when_it_is_free(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    ada, room = evening.person("Ada"), evening.room()
    ada.patience = 8
    asked = card(await quizzed(ada, room))
    with locked(evening):
        pressed = asyncio.ensure_future(ada.press(asked, "A"))
        assert "What would you like to read about?" in (await ada.command(room, "learn")).text
        await asyncio.sleep(0.5)
        assert not pressed.done()
    assert "You chose" in (await pressed).text
    assert rows(evening)["answers"] == 1


# ---------------------------------------------------------------- damaged


def overwritten(file: Path) -> None:
    """A disk that wrote the wrong bytes over the middle."""
    with file.open("r+b") as opened:
        opened.seek(5 * PAGE)
        opened.write(os.urandom(20 * PAGE))


def zeroed(file: Path) -> None:
    """A disk that lost a page."""
    with file.open("r+b") as opened:
        opened.seek(8 * PAGE)
        opened.write(bytes(PAGE))


def truncated(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2 // PAGE * PAGE)


def beheaded(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(b"Dear diary, " * 400)


def a_text(file: Path) -> None:
    file.write_text("Dear diary, " * 1000)


def emptied(file: Path) -> None:
    os.truncate(file, 0)


@pytest.fixture
async def backed_up(evening: Evening) -> tuple[Evening, Path]:
    """Ada has answered one question, and a backup was made."""
    await evening.group()
    await evening.joined("Ada")
    ada = evening.person("Ada")
    assert "You chose" in (await ada.press(card(await quizzed(ada, evening.room())), "A")).text
    backup = evening.folder / "a.backup"
    await asyncio.to_thread(back_up, evening.settings.database_url, backup, evening.now().date())
    return evening, backup


@pytest.mark.parametrize("harm", [overwritten, zeroed, truncated, beheaded, a_text, emptied])
async def test_a_damaged_file_is_found_at_the_start_and_the_backup_leads_back(
    harm: Callable[[Path], None], backed_up: tuple[Evening, Path]
) -> None:
    evening, backup = backed_up
    await evening.stop_bot()
    harm(database(evening))
    with pytest.raises(StorageDamaged, match=r"python bot\.py restore FILE"):
        async with opened(evening.settings, evening.now):
            raise AssertionError("it started")
    secret = Secret((evening.settings.learner_secret or "").encode())
    await asyncio.to_thread(restored, evening.settings.database_url, backup, secret)
    await evening.start_bot()
    assert rows(evening)["answers"] == 1
    assert "You chose" in (await evening.person("Ada").press(card(await quizzed(evening.person("Ada"), evening.room())), "A")).text


async def test_a_damaged_file_ends_a_real_start_with_one_sentence_and_the_status_for_somebody_is_needed(tmp_path: Path) -> None:
    async with a_night(tmp_path) as night:
        await (await open_store(night.settings.database_url)).close()
        overwritten(database(night))
        await night.bot.start()
        assert await night.ended() == SOMEBODY_IS_NEEDED
        assert night.log.startswith("The database file is damaged.")
        assert len(night.log.splitlines()) == 1


async def test_damage_that_comes_while_the_bot_runs_is_a_sentence_with_a_code_and_a_word_in_the_log(
    backed_up: tuple[Evening, Path],
) -> None:
    evening, _ = backed_up
    ada, room = evening.person("Ada"), evening.room()
    await evening.restart_bot()  # so that its pages are read anew
    overwritten(database(evening))
    seen = [await ada.command(room, name) for name in ("progress", "my-data show", "review", "calendar")]
    assert all(one.failed is None for one in seen)
    told = [one for one in seen if "The database file is damaged" in one.text]
    assert told
    assert all(CODE.search(one.text) for one in told)
    assert lines(evening, "storage trouble", "error=StorageDamaged")
    assert "What would you like to read about?" in (await ada.command(ada.dm(), "learn")).text  # as a guest, it goes on


async def test_a_kill_at_the_first_start_leaves_no_empty_file_behind(tmp_path: Path) -> None:
    """Else the next start would take it for a damaged one."""
    url = f"sqlite:///{tmp_path / 'data' / 'red-flask.db'}"
    for wait in (0.0, 0.002, 0.004, 0.008):
        child = os.fork()
        if not child:
            asyncio.run(open_store(url))
            os._exit(0)
        await asyncio.sleep(wait)
        os.kill(child, signal.SIGKILL)
        await asyncio.to_thread(os.waitpid, child, 0)
    await (await open_store(url)).close()
