"""A new version of the secret: every learner keeps everything, whoever is killed in the middle, on both engines.

The word of the command line is run as an operator runs it: in a process of its own, with its settings in the environment.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from engines import DAY, ROOT, a_group

from bot.kept import VERSION
from bot.learner_key import Secret, Someone
from bot.secret_file import SECRET_FILE, add_generation, known_to, load_secret
from bot.storage import Store, open_store

PEOPLE = range(1, 8)
GROUPS = (a_group(), a_group())
FIRST = "the first secret of these tests"


def key(secret: Secret, person: int, group: int) -> str:
    return Someone(secret, person).key(f"group {group}")


async def filled(url: str, secret: Secret) -> None:
    store = await open_store(url)
    await store.secret_mark(secret.mark, secret.version)
    for group in GROUPS:
        assert await store.add_group(group)
        for person in PEOPLE:
            at = group.group_id, key(secret, person, group.group_id)
            await store.join(*at, consent_version=VERSION, on=DAY)
            await store.mark_read(*at, "a-theme", f"lesson-{person}", on=DAY)
            for number in range(person):
                await store.record_answer(*at, "a-theme", number, turn=0, was_right=True, on=DAY)
    await store.close()


async def known(store: Store, whole: Secret) -> Secret:
    return known_to(*await store.secret_mark(whole.mark, whole.version), whole)


async def everybody_has_everything(url: str, whole: Secret) -> int:
    """The version by which they were found."""
    store = await open_store(url)
    secret = await known(store, whole)
    for group in GROUPS:
        for person in PEOPLE:
            states = await store.states(group.group_id, key(secret, person, group.group_id))
            assert states.read == {("a-theme", f"lesson-{person}")}
            assert len(states.answers) == person
        assert (await store.figures(group.group_id)).learners == len(PEOPLE)
    await store.close()
    return secret.version


def settings(url: str, folder: Path, **more: str) -> dict[str, str]:
    ours = ("DATABASE_URL", "SECRET_DIR", "LEARNER_SECRET", "LEARNER_SECRET_NEWER")
    clean = {name: value for name, value in os.environ.items() if name not in ours}
    return clean | {"DATABASE_URL": url, "SECRET_DIR": str(folder / "secret"), "PYTHONPATH": str(ROOT)} | more


def rotated(url: str, folder: Path, *arguments: str, script: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    begin = [sys.executable, "-c", script] if script else [sys.executable, str(ROOT / "bot.py"), "rotate-secret"]
    return subprocess.run(
        [*begin, *(arguments or ("--yes",))],
        cwd=folder,
        env=settings(url, folder, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


async def test_everybody_keeps_everything_and_no_old_key_is_left(url: str, tmp_path: Path) -> None:
    old = load_secret(None, tmp_path / "secret")
    await filled(url, old)
    for version in (2, 3):
        done = await asyncio.to_thread(rotated, url, tmp_path)
        assert done.returncode == 0, done.stderr
        assert f"14 learner keys moved to version {version}" in done.stdout
        new = load_secret(None, tmp_path / "secret")
        assert new.version == version
        assert await everybody_has_everything(url, new) == version
        store = await open_store(url)
        for group in GROUPS:
            for person in PEOPLE:
                assert await store.learner(group.group_id, key(new.until(version - 1), person, group.group_id)) is None
        await store.close()
        lines = (tmp_path / "secret" / SECRET_FILE).read_text().splitlines()
        assert len(lines) == version
        for line in lines:
            assert line.removeprefix("then: ") not in done.stdout + done.stderr


async def test_it_asks_first_and_no_answer_is_a_no(url: str, tmp_path: Path) -> None:
    old = load_secret(None, tmp_path / "secret")
    await filled(url, old)
    done = await asyncio.to_thread(rotated, url, tmp_path, script=WITHOUT_YES)
    assert done.returncode == 1
    assert "Nothing was done" in done.stderr
    assert load_secret(None, tmp_path / "secret").mark == old.mark


def test_in_a_folder_without_a_database_nothing_is_made_and_nobody_thinks_that_it_was_done(tmp_path: Path) -> None:
    done = rotated("sqlite:///data/red-flask.db", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("There is no database where DATABASE_URL says")
    assert list(tmp_path.iterdir()) == []


WITHOUT_YES = "import sys; from bot.main import main; sys.exit(main(['rotate-secret']))"


async def test_while_a_bot_has_the_database_open_it_is_refused(url: str, tmp_path: Path) -> None:
    old = load_secret(None, tmp_path / "secret")
    await filled(url, old)
    running = await open_store(url)
    try:
        assert await running.group(GROUPS[0].group_id)
        done = await asyncio.to_thread(rotated, url, tmp_path)
        assert done.returncode == 1
        assert "stop the bot first" in done.stderr
        assert (await known(running, load_secret(None, tmp_path / "secret"))).version == 1
    finally:
        await running.close()
    # Its new generation waits in the file, and the next time that one is taken.
    assert load_secret(None, tmp_path / "secret").version == 2
    assert await everybody_has_everything(url, load_secret(None, tmp_path / "secret")) == 1
    assert (await asyncio.to_thread(rotated, url, tmp_path)).returncode == 0
    assert load_secret(None, tmp_path / "secret").version == 2
    assert await everybody_has_everything(url, load_secret(None, tmp_path / "secret")) == 2


KILLED = """
import os, signal, sys
from contextlib import contextmanager
import bot.secret_file, bot.storage.{engine} as engine
from bot.main import main

left = int(sys.argv[1])
def one_step(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

for name in ("replace", "fsync"):
    def step(*given, plain=getattr(os, name)):
        one_step(); plain(*given); one_step()
    setattr(os, name, step)

plain = engine.alone
@contextmanager
def alone(*given):
    with plain(*given) as execute:
        def stepped(*what):
            one_step(); found = execute(*what); one_step()
            return found
        yield stepped
        one_step()
    one_step()
engine.alone = alone
code = main(["rotate-secret", "--yes"])
print("steps left:", left)
sys.exit(code)
"""


async def test_killed_at_any_step_nothing_is_lost_and_the_next_time_finishes(url: str, tmp_path: Path) -> None:
    """Before and after everything that it writes: the file, each statement, the commit."""
    (tmp_path / "secret").mkdir(mode=0o700)
    script = KILLED.format(engine="sqlite" if url.startswith("sqlite") else "postgres")
    await filled(url, load_secret(None, tmp_path / "secret"))
    version, kills, step = 1, 0, 0
    stride = 4 if url.startswith("sqlite") else 6  # a process takes its time
    while True:
        done = await asyncio.to_thread(rotated, url, tmp_path, str(step), script=script)
        whole = load_secret(None, tmp_path / "secret")
        found = await everybody_has_everything(url, whole)
        if done.returncode == 0:
            assert found == whole.version == version + 1
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert found <= whole.version <= found + 1
        kills, step = kills + 1, step + stride
        if found > version:  # it was killed after the commit: begin again from there
            version = found
        leftovers = [file.name for file in (tmp_path / "secret").iterdir() if file.name != SECRET_FILE]
        assert len(leftovers) <= kills
    assert kills >= 4


async def test_a_bot_that_starts_before_the_database_follows_goes_by_the_old_version(url: str, tmp_path: Path) -> None:
    old = load_secret(None, tmp_path / "secret")
    await filled(url, old)
    assert add_generation(tmp_path / "secret").version == 2
    assert await everybody_has_everything(url, load_secret(None, tmp_path / "secret")) == 1


async def test_with_the_secret_in_the_environment_the_new_one_has_to_be_there_first(url: str, tmp_path: Path) -> None:
    await filled(url, Secret(FIRST.encode()))
    done = await asyncio.to_thread(rotated, url, tmp_path, LEARNER_SECRET=FIRST)
    assert done.returncode == 1
    assert "LEARNER_SECRET_NEWER" in done.stderr
    assert FIRST not in done.stdout + done.stderr
    newer = "the second secret of these tests", "and the third one that is long enough"
    for version, listed in enumerate((newer[:1], newer), 2):
        with_it = {"LEARNER_SECRET": FIRST, "LEARNER_SECRET_NEWER": ",".join(listed)}
        done = await asyncio.to_thread(rotated, url, tmp_path, **with_it)
        assert done.returncode == 0, done.stderr
        assert f"version {version}" in done.stdout
        whole = Secret(FIRST.encode(), *(one.encode() for one in listed))
        assert await everybody_has_everything(url, whole) == version
    assert not (tmp_path / "secret").exists()


async def test_a_machine_without_the_newer_secret_is_told_which_one_is_missing(url: str, tmp_path: Path) -> None:
    await filled(url, Secret(FIRST.encode(), b"the second secret of these tests"))
    done = await asyncio.to_thread(rotated, url, tmp_path, LEARNER_SECRET=FIRST)
    assert done.returncode == 1
    assert "version 2 of its secret, and here is version 1" in done.stderr


async def test_the_old_keys_are_gone_from_the_files(url: str, tmp_path: Path) -> None:
    from test_attack import files_of

    old = load_secret(None, tmp_path / "secret")
    await filled(url, old)
    assert (await asyncio.to_thread(rotated, url, tmp_path)).returncode == 0
    if url.startswith("sqlite"):
        found = {str(file): file.read_bytes() for file in (tmp_path / "data").iterdir()}
    else:  # its WAL is its operator's
        found = {name: content for name, content in files_of(url).items() if "pg_wal" not in name}
    for content in found.values():
        for group in GROUPS:
            for person in PEOPLE:
                assert key(old, person, group.group_id).encode() not in content
