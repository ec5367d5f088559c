"""Opens everything in order, wires it, and closes it in reverse; and the command line's words.

What goes wrong before the bot runs is one sentence with the remedy and an exit status, never a traceback.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import bot.loading  # before all that it speeds up
from bot.caretaker import Caretaker
from bot.chat.channels import PER_SECOND
from bot.chat.client import RedFlask
from bot.chat.not_let_in import NotLetIn, TurnedAway
from bot.commands import COMMANDS, Desk
from bot.easel import Easel
from bot.learner_key import Secret, SecretTrouble
from bot.library import BrokenContent, Library, open_library
from bot.log import catch_the_unforeseen, form_for, kind_of, log, start_log
from bot.poster import Poster, Timekeeper
from bot.publisher import publish_due
from bot.secret_file import known_to, secret_of
from bot.settings import Settings, SettingsTrouble, read_settings
from bot.shelves import Shelves
from bot.storage import StorageDamaged, StorageTrouble, Store, open_store

# What is loaded by now stays: not even the first look needs to go through it.
gc.freeze()
gc.enable()

NO_TOKEN = """\
Red Flask needs a token to talk to Discord: put DISCORD_TOKEN=… into the file .env beside bot.py.
You get one at https://discord.com/developers/applications: New Application, then Bot, then Reset Token.
To try everything without Discord: make try"""

TALLIES_EVERY = 60.0
"""Seconds. So much of a statistic is lost in a crash."""
TIME_TO_LEAVE = 6.0
"""Seconds in which those who wait for an answer get it, and what is being posted is posted, before the bot ends; a database that
doesn't answer takes three more."""

EXPECTED = (NotLetIn, SettingsTrouble, SecretTrouble, BrokenContent, StorageTrouble)
NO_USE_TO_TRY_AGAIN = (TurnedAway, SettingsTrouble, SecretTrouble, BrokenContent, StorageDamaged)
SOMEBODY_IS_NEEDED = 78
"""The exit status when starting again is no use before somebody has put something right (EX_CONFIG of sysexits.h); else it is 1."""


def utc_now() -> datetime:
    return datetime.now(UTC)


Renew = Callable[[Library], None]
"""Gives the bot that runs another library."""
WhenOpen = Callable[[Renew], None]


def nobody_renews(renew: Renew) -> None:
    """The content stays as it was read."""


def main(argv: list[str], now: Callable[[], datetime] = utc_now, when_open: WhenOpen = nobody_renews) -> int:
    """The command line. Without a word it runs the bot, by the clock ``now``; ``when_open`` hears how to renew its content."""
    try:
        return _run(now, when_open) if argv in ([], ["run"]) else _word(argv, now, when_open)
    except EXPECTED as trouble:
        print(trouble, file=sys.stderr)
        is_running = argv in ([], ["run"])
        return SOMEBODY_IS_NEEDED if is_running and isinstance(trouble, NO_USE_TO_TRY_AGAIN) else 1


@asynccontextmanager
async def opened(
    settings: Settings, now: Callable[[], datetime] = utc_now, when_open: WhenOpen = nobody_renews
) -> AsyncIterator[RedFlask]:
    """The whole house, wired and ready to be connected; closed in reverse. ``now`` is the calendar's clock, in UTC."""
    library = open_library(settings.content_dir)
    secret = secret_of(settings, when_made=_tell_of_secret)
    store = await open_store(settings.database_url)
    easel = Easel()
    try:
        if store.waits:
            log().info("migration waits", steps=[one.number for one in store.waits], advice="an older version is still at work")
        known = known_to(*await store.secret_mark(secret.mark, secret.version), secret)
        if known.version < secret.version:
            log().warning("secret not in use", advice="a newer secret waits: stop the bot and run 'python bot.py rotate-secret'")
        secret = known
        store.note_erasures(secret.trace, lambda: now().date())
        store.shards = settings.shards
        # Entering the client, not only making it, is what lets it be closed even if it never connects.
        async with _client(settings, secret, easel) as client:
            shelves = Shelves(library, store)
            desk = Desk(
                COMMANDS,
                shelves,
                store,
                client.channels,
                retention_days=settings.retention_days,
                reports_to=settings.report_channel or settings.report_link,
            )
            poster = Poster(shelves, store, client.channels, now)
            timekeeper = Timekeeper(shelves, store, client.channels, now)

            def wake() -> None:
                poster.wake()
                timekeeper.wake()

            desk.when_changed(wake)
            when_open(shelves.renew)
            caretaker = Caretaker(
                store,
                client.channels,
                now,
                retention_days=settings.retention_days,
                shards=settings.shards,
                others=(("publisher", partial(publish_due, shelves, store)),),
                done_once=(("content.drafts", partial(_forget_drafts, store)),),
            )
            watched = None
            if settings.metrics_port is not None:
                from bot.watch import watch

                watched = await watch(settings, client, store, poster, now)
            at_work: list[asyncio.Task[None]] = []
            is_closing = asyncio.Event()

            async def when_ready() -> None:
                bot.loading.settle()
                if not at_work and not is_closing.is_set():
                    jobs = (poster.run(), timekeeper.run(), caretaker.run(), _write_tallies(store))
                    at_work.extend(map(asyncio.create_task, jobs))
                wake()

            client.begin(
                desk,
                when_ready=when_ready,
                when_channel_gone=poster.channel_gone,
                when_served=watched.when_served if watched else None,
            )
            try:
                yield client
            finally:
                is_closing.set()
                poster.leave()
                await _finish([asyncio.create_task(client.leave()), *at_work[:1]])
                if watched:
                    await watched.close()
                for task in at_work:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task
    finally:
        await easel.close()
        await store.close()


async def _finish(under_way: list[asyncio.Task[None]]) -> None:
    """Let them come to their end, if that doesn't take too long. Cancelled, since somebody is in a hurry, it waits no longer."""
    with suppress(asyncio.CancelledError):
        await asyncio.wait(under_way, timeout=TIME_TO_LEAVE)
    for task in under_way:
        task.cancel()


def _client(settings: Settings, secret: Secret, easel: Easel) -> RedFlask:
    per_second = settings.requests_per_second or PER_SECOND * settings.shards.part
    if settings.shards.are_all:
        return RedFlask(secret, easel, shard_count=settings.shard_count, shard_ids=settings.shard_ids, per_second=per_second)
    from bot.chat.one_of_several import OneOfSeveral
    from bot.session_turns import session_turn

    return OneOfSeveral(
        secret, easel, shard_count=settings.shard_count, shard_ids=settings.shard_ids, per_second=per_second,
        turn=partial(session_turn, settings.database_url),
    )  # fmt: skip


async def _forget_drafts(store: Store, now: datetime) -> None:
    """Files that a moderator looked at and didn't take into use."""
    await store.remove_old_drafts(now.date())


async def _write_tallies(store: Store) -> None:
    """What quizzes have counted, once a minute: a press costs no statement for it."""
    while True:
        await asyncio.sleep(TALLIES_EVERY)
        try:
            await store.write_tallies()
        except StorageTrouble as trouble:
            log().warning("tallies wait", error=kind_of(trouble))


def _tell_of_secret(file: Path) -> None:
    log().warning("secret made", file=str(file), advice="keep it, and apart from the database: without it progress is lost")


def _word(argv: list[str], now: Callable[[], datetime], when_open: WhenOpen) -> int:
    # Loaded here alone: the words need far more than the bot does, which would wait for all of it at each start.
    from bot.operator.line import read, stopped

    given = read(argv)
    try:
        return int(given.run(given)) if hasattr(given, "run") else _run(now, when_open)
    except KeyboardInterrupt:
        return stopped()


def _run(now: Callable[[], datetime], when_open: WhenOpen) -> int:
    settings = read_settings()
    if settings.discord_token is None:
        print(NO_TOKEN, file=sys.stderr)
        return SOMEBODY_IS_NEEDED
    start_log(settings.log_level, form=form_for(settings.log_format), hide=settings.not_for_a_log)
    catch_the_unforeseen()
    with suppress(asyncio.CancelledError):  # ended in a hurry
        asyncio.run(_serve(settings, settings.discord_token, now, when_open))
    return 0


async def _serve(settings: Settings, token: str, now: Callable[[], datetime], when_open: WhenOpen) -> None:
    stop, is_open = asyncio.Event(), asyncio.Event()
    loop, me = asyncio.get_running_loop(), asyncio.current_task()

    def wished() -> None:
        """SIGTERM or Ctrl-C."""
        if not is_open.is_set():
            # Nothing was confirmed to anybody yet, and somebody's lock on the database could keep us here for a minute.
            log().info("stopping")
            os._exit(0)
        if stop.is_set() and me is not None:
            me.cancel()  # once more: wait for nobody
        stop.set()

    for wish in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no such handlers; Ctrl-C still ends the run there
            loop.add_signal_handler(wish, wished)
    at_work: list[asyncio.Task[Any]] = []
    try:
        async with opened(settings, now, when_open) as client:
            is_open.set()
            running, stopping = asyncio.create_task(client.stay(token)), asyncio.create_task(stop.wait())
            at_work += running, stopping
            await asyncio.wait(at_work, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                await running
            log().info("stopping")
    finally:
        for task in at_work:
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
