"""A wrong setting is one sentence with the remedy and exit status 1, as an operator sees it: `python bot.py`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from evening import ROOT

from bot.main import SOMEBODY_IS_NEEDED
from bot.settings import Settings, SettingsTrouble, read_settings
from bot.shards import Shards

Ended = subprocess.CompletedProcess[str]

WRONG: Mapping[str, tuple[Mapping[str, str], str]] = {
    "an unknown engine": ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must look like"),
    "a database without a file": ({"DATABASE_URL": "sqlite:///"}, "DATABASE_URL must name a file"),
    "a database in memory": ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL must name a file"),
    "a database where a folder is": ({"DATABASE_URL": "sqlite:////"}, "DATABASE_URL must name a file"),
    "a database below a file": ({"DATABASE_URL": "sqlite:///notes.txt/x.db"}, "Check DATABASE_URL"),
    "a file that is no database": ({"DATABASE_URL": "sqlite:///notes.txt"}, "not a SQLite database"),
    "a short secret": ({"LEARNER_SECRET": "short"}, "LEARNER_SECRET is too short"),
    "no such content": ({"CONTENT_DIR": "no/such/folder"}, "CONTENT_DIR names no folder"),
    "content that is a file": ({"CONTENT_DIR": "notes.txt"}, "CONTENT_DIR names no folder"),
    "an unknown level": ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of"),
    "an unknown form of the log": ({"LOG_FORMAT": "loud"}, "LOG_FORMAT must be one of"),
    "a port that is none": ({"METRICS_PORT": "70000"}, "METRICS_PORT must be a port's number"),
    "a port in words": ({"METRICS_PORT": "any"}, "METRICS_PORT must be a port's number"),
    "a word for a number": ({"SHARD_COUNT": "two"}, "SHARD_COUNT must be a whole number"),
    "no shards": ({"SHARD_COUNT": "0"}, "SHARD_COUNT must be a whole number"),
    "days that are too few": ({"RETENTION_DAYS": "1"}, "RETENTION_DAYS must be a whole number of days from 7"),
    "days in words": ({"RETENTION_DAYS": "half a year"}, "RETENTION_DAYS must be a whole number of days from 7"),
    "a list that is none": ({"SHARD_COUNT": "4", "SHARD_IDS": "one"}, "SHARD_IDS must list shards"),
    "a list backwards": ({"SHARD_COUNT": "4", "SHARD_IDS": "3-1"}, "SHARD_IDS must list shards"),
    "a list without its count": ({"SHARD_IDS": "0,1"}, "SHARD_IDS needs SHARD_COUNT"),
    "a shard too many": ({"SHARD_COUNT": "4", "SHARD_IDS": "2-4"}, "run from 0 to 3"),
    "a shard that is named twice": ({"SHARD_COUNT": "4", "SHARD_IDS": "0-2,1"}, "SHARD_IDS names shard 1 twice"),
    "several processes on SQLite": ({"SHARD_COUNT": "4", "SHARD_IDS": "0-1"}, "several processes need Postgres"),
    "no requests": ({"REQUESTS_PER_SECOND": "0"}, "REQUESTS_PER_SECOND must be a whole number from 1"),
    "more shards than memory": ({"SHARD_COUNT": "4", "SHARD_IDS": "0-99999999999"}, "SHARD_IDS must list shards"),
}


def python_bot(folder: Path, environment: Mapping[str, str]) -> Ended:
    """`python bot.py` in a folder of its own, with these settings and no others."""
    own = (
        "DISCORD_TOKEN",
        "DATABASE_URL",
        "LEARNER_SECRET",
        "CONTENT_DIR",
        "LOG_LEVEL",
        "LOG_FORMAT",
        "METRICS_PORT",
        "METRICS_HOST",
        "SHARD_COUNT",
        "SHARD_IDS",
        "REQUESTS_PER_SECOND",
        "RETENTION_DAYS",
    )
    plain = {name: value for name, value in os.environ.items() if name not in own}
    return subprocess.run(
        [sys.executable, ROOT / "bot.py"],
        cwd=folder, env=plain | dict(environment), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Future[Ended]]]:
    """All wrong starts of the table, side by side, since each takes a second to import everything."""
    secret = {"DISCORD_TOKEN": "rehearsal", "LEARNER_SECRET": "a secret of the tests, long enough"}
    folder = tmp_path_factory.mktemp("operator")
    (folder / "notes.txt").write_text("Not a database, and not a folder either: just some notes of an operator.\n" * 20)
    with ThreadPoolExecutor(4) as several:
        yield {name: several.submit(python_bot, folder, secret | dict(settings)) for name, (settings, _) in WRONG.items()}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_one_sentence_and_the_exit_status_that_asks_for_somebody(
    name: str, ended: Mapping[str, Future[Ended]]
) -> None:
    done, (_, sentence) = ended[name].result(), WRONG[name]
    # a folder that can't be made may be there a minute later, with the disk that it is on
    assert done.returncode == (1 if name == "a database below a file" else SOMEBODY_IS_NEEDED), done
    assert sentence in done.stderr
    said = [line for line in done.stderr.strip().splitlines() if " event=" not in line]
    assert len(said) == 1, done.stderr
    assert done.stdout == ""


def test_every_problem_is_said_at_once(tmp_path: Path) -> None:
    done = python_bot(tmp_path, {"LOG_LEVEL": "loud", "SHARD_COUNT": "two", "DATABASE_URL": "mysql://x"})
    assert done.returncode == SOMEBODY_IS_NEEDED
    assert len(done.stderr.splitlines()) == 3
    assert "Traceback" not in done.stderr


def test_without_a_token_it_says_how_to_get_one_and_how_to_try_without(tmp_path: Path) -> None:
    done = python_bot(tmp_path, {})
    assert done.returncode == SOMEBODY_IS_NEEDED
    assert "DISCORD_TOKEN" in done.stderr
    assert "https://discord.com/developers/applications" in done.stderr
    assert "make try" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []  # nothing was made either


def test_the_file_env_is_read_and_the_environment_comes_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "LOG_LEVEL=debug\nSHARD_COUNT=4\nSHARD_IDS=0-1, 3\nDATABASE_URL=postgresql://x\nDISCORD_TOKEN=\nSOMETHING_ELSE=x\n"
    )
    monkeypatch.setenv("SHARD_COUNT", "8")
    settings = read_settings(file)
    assert (settings.log_level, settings.shard_count, settings.shard_ids) == ("DEBUG", 8, (0, 1, 3))
    assert settings.discord_token is None


def test_without_settings_all_shards_are_here_and_of_a_count_all_that_are_not_named_elsewhere() -> None:
    assert Settings().shards == Shards(1, (0,))
    assert Settings(shard_count=3).shards == Shards(3, (0, 1, 2))
    assert Settings(shard_count=3).shards.are_all
    some = Settings(shard_count=8, shard_ids=(5, 0, 1, 2)).shards
    assert (some.are_all, some.has_first, some.part, str(some)) == (False, True, 0.5, "0-2,5")
    assert [some.has(server << 22) for server in range(9)] == [True, True, True, False, False, True, False, False, True]


def test_one_process_that_names_all_its_shards_needs_no_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARD_COUNT", "4")
    monkeypatch.setenv("SHARD_IDS", "0-3")
    assert read_settings(None).shards.are_all


def test_what_is_empty_in_the_environment_is_taken_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("RETENTION_DAYS=30\n")
    monkeypatch.setenv("RETENTION_DAYS", "")
    assert read_settings(file).retention_days == 30


def test_of_a_count_that_is_wrong_nothing_else_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARD_COUNT", "two")
    monkeypatch.setenv("SHARD_IDS", "0-1")
    with pytest.raises(SettingsTrouble) as raised:
        read_settings(None)
    assert len(str(raised.value).splitlines()) == 1


def test_a_file_env_in_another_encoding_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes("DISCORD_TOKEN=ü".encode("latin-1"))
    with pytest.raises(SettingsTrouble, match="save it as UTF-8"):
        read_settings(file)


def test_what_is_wrong_is_never_quoted_when_it_may_be_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNER_SECRET", "hunter2")
    monkeypatch.setenv("DATABASE_URL", "mysql://me:hunter2@host/x")
    with pytest.raises(SettingsTrouble) as raised:
        read_settings(None)
    assert "hunter2" not in str(raised.value)


def test_settings_do_not_show_the_token() -> None:
    settings = Settings(discord_token="hunter2")
    assert "hunter2" not in f"{settings} {settings!r}"
