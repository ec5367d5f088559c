"""The log: readable at a terminal, JSON for programs, and neither the token nor a secret nor what an exception says ever in it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Iterator

import aiohttp
import discord
import pytest
from evening import ROOT
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.learner_key import Secret, Someone
from bot.log import catch_the_unforeseen, form_for, hear, kind_of, log, start_log
from bot.settings import Settings

BOT_TOKEN = "MTU3NDM4ODMxMDAyODA1ODYyNA.Gx1abc.0123456789_abcdefghijklmnopqrstuvw-XYZ"
INTERACTION_TOKEN = "aW50ZXJhY3Rpb246MTU3NDM4ODMxMDAyODA1ODYyNDpzb21ldGhpbmc"
PATHS = ("/webhooks/1574388310028058624/{}", "/interactions/1574388310028058624/{}/callback")
FORMS = pytest.mark.parametrize("form", ["text", "logfmt", "json"])
LIBRARIES = ("discord.http", "discord.gateway", "aiohttp.client", "asyncio", "aiosqlite", "psycopg.pool", "somebody.else")

secrets = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=12, max_size=60)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, threading.excepthook, sys.unraisablehook)
    yield
    root.handlers[:], (sys.excepthook, threading.excepthook, sys.unraisablehook) = handlers, hooks
    root.setLevel(level)


# ---------------------------------------------------------------- its forms


def test_for_programs_each_line_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    start_log("INFO", out, "json")
    log().error("bug", code="3FA9C1", step="quiz.answer", at="desk.py:49 quiz.py:77", servers=3)
    logging.getLogger("discord.gateway").warning("Shard ID %s has no heartbeat", 5)
    ours, theirs = map(json.loads, out.getvalue().splitlines())
    assert list(ours)[:3] == ["timestamp", "level", "event"]
    assert ours["event"] == "bug"
    assert ours["servers"] == 3
    assert theirs == theirs | {"level": "warning", "event": "library", "of": "discord.gateway"}
    assert theirs["says"] == "Shard ID %s has no heartbeat"


def test_for_people_it_is_one_short_line_without_signs_for_a_terminal_where_there_is_none() -> None:
    out = io.StringIO()
    start_log("INFO", out, "text")
    log().warning("clock jumped", days=9, advice="look at the clock")
    assert re.fullmatch(r'\d\d:\d\d:\d\d  warning  clock jumped  days=9 advice="look at the clock"\n', out.getvalue())


def test_at_a_terminal_it_is_for_people_and_otherwise_for_programs() -> None:
    script = "from bot.log import *; start_log('INFO', form=form_for('auto')); log().info('ready', servers=1)"
    run = [sys.executable, "-c", script]
    piped = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(piped.stderr)["event"] == "ready"
    master, slave = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    subprocess.run(run, cwd=ROOT, stderr=slave, check=True, env=clean)
    os.close(slave)
    seen = os.read(master, 4096).decode()
    os.close(master)
    assert "\x1b[36minfo" in seen
    assert "servers=1" in seen
    assert form_for("logfmt") == "logfmt"


def test_a_log_that_can_not_be_written_keeps_nobody_from_an_answer() -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    start_log("INFO", Full())
    log().error("bug", step="x")  # and nothing is raised
    closed = io.StringIO()
    start_log("INFO", closed)
    closed.close()
    log().error("bug", step="x")


def test_whoever_counts_hears_of_warnings_and_errors_alone() -> None:
    heard: list[str] = []
    start_log("INFO", io.StringIO())
    stop = hear(heard.append)
    log().info("ready")
    log().warning("clock jumped")
    log().error("bug")
    stop()
    log().error("bug")
    assert heard == ["clock jumped", "bug"]


# ---------------------------------------------------------------- what must not be in it


@FORMS
@given(secret=secrets, around=st.text(max_size=20))
def test_a_hidden_word_is_in_no_line_whoever_says_it(form: str, secret: str, around: str) -> None:
    out = io.StringIO()
    start_log("DEBUG", out, form, hide=[None, "", secret])  # type: ignore[arg-type]
    log().error("bug", step=f"{around}{secret}{around}", error=secret)
    for library in LIBRARIES:
        logging.getLogger(library).error(f"{secret} {around}")
        logging.getLogger(library).error("it failed: %s", secret)
    said = out.getvalue()
    assert len(said.splitlines()) >= 9
    for written in {secret, json.dumps(secret)[1:-1]}:
        assert written not in said or all(sign.isspace() for sign in secret)


def test_the_settings_hide_the_token_the_secrets_and_the_databases_password() -> None:
    settings = Settings(
        discord_token=BOT_TOKEN,
        learner_secret="the oldest secret of all",
        learner_secret_newer=("the newer secret",),
        database_url="postgresql://me:p%40ss-word-1@host/red",
    )
    hidden = {one for one in settings.not_for_a_log if one}
    assert hidden == {BOT_TOKEN, "the oldest secret of all", "the newer secret", "p%40ss-word-1", "p@ss-word-1"}
    assert not any(one in f"{settings!r}{settings}" for one in hidden)
    assert not any(Settings().not_for_a_log)


@given(st.text(min_size=16, max_size=80), st.integers(0, 2**63))
def test_nothing_that_holds_a_secret_shows_it(secret: str, user: int) -> None:
    try:
        hashing = Secret(secret.encode("utf-8", "surrogatepass"))
    except Exception:
        return
    someone = Someone(hashing, user)
    said = f"{hashing!r} {hashing} {someone!r} {someone} {someone.key('group 1')!r} {Settings(learner_secret=secret)!r}"
    assert said == "<secret> <secret> <someone> <someone> <learner key> <settings>"


@FORMS
@pytest.mark.parametrize("path", PATHS)
def test_tokens_of_discord_are_in_no_line_of_any_library(form: str, path: str) -> None:
    """Also none that the settings don't know: each interaction has a token of its own, with which anybody could answer."""
    out = io.StringIO()
    start_log("DEBUG", out, form)  # type: ignore[arg-type]
    address = f"https://discord.com/api/v10{path.format(INTERACTION_TOKEN)}"
    response = aiohttp.RequestInfo(URL(address), "POST", {"Authorization": f"Bot {BOT_TOKEN}"}, URL(address))  # type: ignore[arg-type]
    failures: list[Exception] = [
        aiohttp.ClientResponseError(response, (), status=500, message=f"Bot {BOT_TOKEN}"),
        aiohttp.InvalidURL(address),
        OSError(f"cannot connect to {address}"),
        discord.LoginFailure(f"improper token {BOT_TOKEN}"),
    ]
    for library in LIBRARIES:
        other = logging.getLogger(library)
        for failure in failures:
            try:
                raise failure
            except Exception as error:
                other.error("Ignoring exception in %s", address, exc_info=error)
                other.error(f"POST {address} with Bot {BOT_TOKEN} failed", exc_info=error)
                log().error("bug", step="x", error=kind_of(error))
        other.debug("Dispatching %s", {"token": INTERACTION_TOKEN})
        other.warning(f"token is {BOT_TOKEN}")
    said = out.getvalue()
    assert said.count("ClientResponseError") > 7
    for secret in (BOT_TOKEN, BOT_TOKEN.split(".")[2], INTERACTION_TOKEN, "1574388310028058624"):
        assert secret not in said


@FORMS
async def test_what_the_library_says_at_debug_never_comes_through(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:9")
    out = io.StringIO()
    start_log("DEBUG", out, form)  # type: ignore[arg-type]
    client = discord.Client(intents=discord.Intents.none())
    async with client:
        with pytest.raises((discord.LoginFailure, aiohttp.ClientError, OSError)):
            await client.login(BOT_TOKEN)

    async def quotes() -> None:
        raise ValueError(f"Ada said {BOT_TOKEN}")

    forgotten = asyncio.get_running_loop().create_task(quotes())
    await asyncio.sleep(0)
    del forgotten
    await asyncio.sleep(0.01)
    assert BOT_TOKEN not in out.getvalue()
    assert "Ada" not in out.getvalue()


def test_what_nobody_catches_is_a_line_and_not_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    start_log("INFO", out)
    catch_the_unforeseen()

    def breaks() -> None:
        raise KeyError("Ada said: my secret is out")

    thread = threading.Thread(target=breaks)
    thread.start()
    thread.join()
    try:
        breaks()
    except KeyError as error:
        sys.excepthook(KeyError, error, error.__traceback__)
    said = out.getvalue()
    assert said.count("event=bug") == 2
    assert "step=unforeseen.thread error=KeyError" in said
    assert "test_log.py:" in said
    assert "Ada" not in said + "".join(capsys.readouterr())
