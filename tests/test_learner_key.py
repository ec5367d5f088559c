"""Who is who without knowing who: a person shows nobody who they are, and the secret stays secret."""

from __future__ import annotations

import asyncio
import copy
import pickle
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from evening import ROOT
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import LearnerKey
from bot.learner_key import Secret, SecretTrouble, Someone
from bot.log import start_log
from bot.main import main
from bot.secret_file import SECRET_FILE, add_generation, load_secret
from bot.settings import SettingsTrouble, read_settings
from bot.storage import open_store

SECRET = Secret(b"a secret of the tests, long enough")
IDS = st.integers(1, 2**63 - 1)


@pytest.mark.parametrize(
    "deed",
    [
        lambda who: copy.copy(who),
        lambda who: copy.deepcopy(who),
        lambda who: copy.deepcopy({"someone": [who]}),
        lambda who: pickle.dumps(who),
        lambda who: who == who,
        lambda who: who != 1,
        lambda who: who in [Someone(SECRET, 1)],
        lambda who: hash(who),
        lambda who: {who},
        lambda who: {who: 1},
        lambda who: who < who,
        lambda who: int(who),
        lambda who: bytes(who),
        lambda who: vars(who),
        lambda who: list(who),
    ],
)
def test_a_person_is_neither_copied_nor_pickled_nor_compared(deed: Callable[[object], object]) -> None:
    with pytest.raises(TypeError):
        deed(Someone(SECRET, 4711))


@given(IDS)
def test_a_person_prints_as_someone_whatever_the_format(user_id: int) -> None:
    who = Someone(SECRET, user_id)
    for printed in (repr(who), str(who), f"{who}", f"{who!r}", f"{who:>30}", "%s" % who, "{}".format(who)):  # noqa: UP031, UP032
        assert printed == "<someone>"


def test_a_person_has_no_attribute_that_tells_who_they_are() -> None:
    who = Someone(SECRET, 4711)
    values = [getattr(who, name) for name in dir(who) if not name.startswith("__")]
    assert all(value != 4711 for value in values)
    assert not hasattr(who, "user_id")
    assert not hasattr(who, "id")


@given(IDS, IDS, st.text(max_size=20), st.text(max_size=20))
def test_a_key_is_the_same_each_time_and_differs_for_every_person_and_scope(one: int, other: int, here: str, there: str) -> None:
    key = Someone(SECRET, one).key(here)
    assert key == Someone(SECRET, one).key(here)
    assert len(key) == 22
    assert str(one) not in key or one < 10**6  # a short number may stand in a text by chance
    assert (key == Someone(SECRET, other).key(here)) is (one == other)
    assert (key == Someone(SECRET, one).key(there)) is (here == there)


@given(IDS, st.text(max_size=10), st.binary(max_size=10))
def test_scope_and_salt_do_not_run_into_one_another(user_id: int, scope: str, salt: bytes) -> None:
    who = Someone(SECRET, user_id)
    assert who.key(scope + "a", salt) != who.key(scope, b"a" + salt)
    assert who.key(scope, b"x" + salt) != who.key(scope, salt)


def test_another_secret_makes_another_key() -> None:
    assert Someone(SECRET, 1).key("group 1") != Someone(Secret(b"another secret, long enough"), 1).key("group 1")


def test_neither_a_secret_nor_a_key_shows_itself() -> None:
    assert repr(SECRET) == f"{SECRET}" == "<secret>"
    assert repr(LearnerKey("abc")) == "<learner key>"
    assert "abc" not in repr({"key": LearnerKey("abc")})


def test_the_secret_is_made_at_the_first_start_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "secret"
    first = load_secret(None, folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / SECRET_FILE).stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == [SECRET_FILE]
    assert first.mark == load_secret(None, folder).mark


def test_two_first_starts_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    start = "import sys; from pathlib import Path; from bot.secret_file import load_secret; "
    start += "print(load_secret(None, Path(sys.argv[1])).mark)"
    folder = tmp_path / "secret"
    starts = [
        subprocess.Popen([sys.executable, "-c", start, folder], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = [one.communicate(timeout=30)[0] for one in starts]
    assert len(set(said)) == 1
    assert said[0].strip()
    assert [file.name for file in folder.iterdir()] == [SECRET_FILE]


def test_what_a_killed_first_start_left_behind_does_no_harm(tmp_path: Path) -> None:
    # In a container every start may have the same process id, and so had the one that was killed.
    start = "import os, sys; from pathlib import Path; from bot.secret_file import load_secret; "
    start += "folder = Path(sys.argv[1]); folder.mkdir(); (folder / f'learner-secret.{os.getpid()}').write_text('half'); "
    start += "load_secret(None, folder); print('well')"
    done = subprocess.run(
        [sys.executable, "-c", start, tmp_path / "secret"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout.strip() == "well", done.stderr


def test_a_secret_file_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    load_secret(None, tmp_path)
    (tmp_path / SECRET_FILE).chmod(0o640)
    with pytest.raises(SecretTrouble, match="chmod 600"):
        load_secret(None, tmp_path)


@pytest.mark.parametrize("content", ["", "\n", "short"])
def test_a_damaged_secret_file_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / SECRET_FILE
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(SecretTrouble, match=SECRET_FILE):
        load_secret(None, tmp_path)


def test_a_secret_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("")
    with pytest.raises(SecretTrouble, match="mend that, or set LEARNER_SECRET"):
        load_secret(None, tmp_path / "secret")


def test_each_generation_wraps_the_keys_of_the_one_before() -> None:
    one, two, three = b"first, and long enough", b"second, and long enough", b"third, and long enough"
    whole = Secret(one, two, three)
    assert [whole.until(version).mark for version in (1, 2, 3)] == [Secret(one).mark, Secret(one, two).mark, whole.mark]
    keys = [Someone(whole.until(version), 4711).key("here") for version in (1, 2, 3)]
    assert keys[0] == Someone(Secret(one), 4711).key("here")
    assert [whole.until(2).raised(keys[0]), whole.raised(keys[1])] == keys[1:]
    # The newest alone, or all but the oldest, lead from nobody's id to a key; nor does another order.
    for wrong in (Secret(three), Secret(two, three), Secret(two, one, three)):
        assert Someone(wrong, 4711).key("here") not in keys
        assert whole.as_known(wrong.mark) is None
    known = whole.as_known(Secret(one, two).mark)
    assert known is not None
    assert known.version == 2


def test_a_secret_file_of_one_line_gets_a_line_for_each_generation(tmp_path: Path) -> None:
    first = load_secret(None, tmp_path)
    second = add_generation(tmp_path)
    assert second.version == 2
    assert second.until(1).mark == first.mark
    assert load_secret(None, tmp_path).mark == second.mark
    file = tmp_path / SECRET_FILE
    assert [line.startswith("then: ") for line in file.read_text().splitlines()] == [False, True]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [SECRET_FILE]


def test_a_secret_of_several_lines_from_other_means_stays_one_secret(tmp_path: Path) -> None:
    file = tmp_path / SECRET_FILE
    file.write_bytes(b"c29tZXRoaW5nIG1hZGUg\nYnkgb3RoZXIgbWVhbnM=\n")
    file.chmod(0o600)
    assert load_secret(None, tmp_path).mark == Secret(b"c29tZXRoaW5nIG1hZGUg\nYnkgb3RoZXIgbWVhbnM=").mark
    assert add_generation(tmp_path).until(1).mark == Secret(b"c29tZXRoaW5nIG1hZGUg\nYnkgb3RoZXIgbWVhbnM=").mark


def test_a_secret_in_a_file_of_settings_that_others_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEARNER_SECRET", raising=False)
    file = tmp_path / ".env"
    file.write_text("LEARNER_SECRET=a secret of the tests, long enough\n")
    file.chmod(0o644)
    with pytest.raises(SettingsTrouble, match="chmod 600"):
        read_settings(file)
    file.chmod(0o600)
    assert read_settings(file).learner_secret
    file.write_text("LOG_LEVEL=DEBUG\n")  # with no secret in it, it is nobody's business
    file.chmod(0o644)
    assert read_settings(file).learner_secret is None


def test_a_start_at_the_lowest_level_says_nothing_of_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither when it is made, nor when it is the wrong one, nor when others can read it, nor when it is rotated."""
    monkeypatch.chdir(tmp_path)
    for name in ("LEARNER_SECRET", "LEARNER_SECRET_NEWER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/data/x.db")
    monkeypatch.setenv("SECRET_DIR", str(tmp_path / "secret"))
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    start_log("DEBUG")
    file = tmp_path / "secret" / SECRET_FILE

    async def a_database() -> None:
        await (await open_store(f"sqlite:///{tmp_path}/data/x.db")).close()

    asyncio.run(a_database())
    for _ in range(2):
        assert main(["rotate-secret", "--yes"]) == 0
    secrets = file.read_text()
    assert len(secrets.splitlines()) == 3
    file.chmod(0o644)
    assert main(["rotate-secret", "--yes"]) == 1
    file.unlink()
    file.write_text("another secret, and long enough")
    file.chmod(0o600)
    assert main(["rotate-secret", "--yes"]) == 1
    said = "".join(capfd.readouterr())
    assert "chmod 600" in said
    for one in (*secrets.splitlines(), "another secret, and long enough"):
        assert one.removeprefix("then: ") not in said
    everything = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())
    assert all(one.removeprefix("then: ").encode() not in everything for one in secrets.splitlines())
