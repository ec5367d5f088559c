"""The world in a folder, to go on with tomorrow: `python -m rehearsal --keep DIR`. Without that nothing outlives a rehearsal.

In the folder are `world.json` (all that is said, and what time it is), `files/` (attachments), `bot/` (the bot's database and log)
and `secret` (the bot's). The world is written anew a moment after it changed, beside the old file, which it then replaces: whatever
ends the rehearsal, the folder holds a whole world, at most a few seconds old.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import threading
from contextlib import suppress
from pathlib import Path

from rehearsal.kept_world import Unreadable, from_json, moved_to, pictures_of, to_json
from rehearsal.world import World

VERSION = 1
WORLD = "world.json"
SOON = 1.0
"""Seconds between a change and the writing of it."""
OUR_SHARE = 10
"""Writing a large world takes longer; then it is done so seldom that it takes no more than one part in this many."""


class NotKept(Exception):
    """The folder can't be used: a sentence that says why, and what to do."""


class Keeping:
    """A folder that is ours alone while the rehearsal runs."""

    def __init__(self, folder: Path) -> None:
        """NotKept, if there is something else in it, it is in use, or can't be written."""
        self.folder = folder
        self._lock: int | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._writing = threading.Lock()
        self.world = self._opened()
        self._was_at = self.world.base_url

    @property
    def bots_folder(self) -> Path:
        return self.folder / "bot"

    @property
    def secret(self) -> str:
        """The bot's, by which it knows its learners again; made at the first time."""
        file = self.folder / "secret"
        if not file.exists():
            _write(file, secrets.token_urlsafe(32).encode())
        return file.read_text(encoding="ascii").strip()

    def begin(self) -> None:
        """The world has its address; from now on what changes is written."""
        moved_to(self.world, self._was_at, self.world.base_url)
        self.world.on_change(self._changed.set)
        self._task = asyncio.create_task(self._keep_writing())
        self._changed.set()

    async def end(self) -> None:
        """Write the last of it, and leave the folder to others."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self.save()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def save(self) -> None:
        self._write(*self._as_it_is())

    def _opened(self) -> World:
        folder, file = self.folder, self.folder / WORLD
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            there = {one.name for one in folder.iterdir()}
            if there - {"lock"} and WORLD not in there and there - {"lock", "bot", "secret", "files"}:
                raise NotKept(f"{folder} holds other things than a rehearsal: name an empty folder, or one that doesn’t exist yet.")
            self._lock_it()
            for inner in ("files", "bot"):
                (folder / inner).mkdir(exist_ok=True, mode=0o700)
            if not file.exists():
                return World.evening()
            kept = json.loads(file.read_text(encoding="utf-8"))
        except NotADirectoryError:
            raise NotKept(f"{folder} is a file: name a folder.") from None
        except FileExistsError:
            raise NotKept(f"{folder} is a file: name a folder.") from None
        except OSError as trouble:
            raise NotKept(f"{folder} can’t be used ({trouble.strerror}): name a folder that you may write to.") from None
        except ValueError:
            raise NotKept(f"{file} is damaged, and nothing was changed: put a copy of it back, or name another folder.") from None
        if not isinstance(kept, dict) or not isinstance(kept.get("version"), int):
            raise NotKept(f"{file} is not of a rehearsal: name another folder.")
        if kept["version"] > VERSION:
            raise NotKept(f"{file} is of a newer rehearsal: update Red Flask, or name another folder.")
        try:
            return from_json(kept, lambda name: (folder / "files" / name).read_bytes())
        except (Unreadable, OSError) as trouble:
            raise NotKept(
                f"{file} is damaged ({trouble}), and nothing was changed: put a copy back, or name another folder."
            ) from None

    def _lock_it(self) -> None:
        """Two rehearsals would write over each other. The lock dies with its process."""
        try:
            from fcntl import LOCK_EX, LOCK_NB, flock
        except ImportError:
            return  # Windows has none; there it is up to whoever starts two
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            flock(self._lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise NotKept(f"Another rehearsal is using {self.folder}: end it first, or name another folder.") from None

    async def _keep_writing(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._changed.wait()
            await asyncio.sleep(SOON)
            self._changed.clear()
            began = loop.time()
            # made here, since nothing changes meanwhile; written elsewhere, since disks are slow
            world, pictures = self._as_it_is()
            took = loop.time() - began
            # a disk that is full for a while is no reason to end: the next change tries again
            with suppress(OSError):
                await asyncio.to_thread(self._write, world, pictures)
            await asyncio.sleep(took * (OUR_SHARE - 1))

    def _as_it_is(self) -> tuple[bytes, dict[str, bytes]]:
        world = to_json(self.world) | {"version": VERSION}
        return json.dumps(world, ensure_ascii=False, separators=(",", ":")).encode(), pictures_of(self.world)

    def _write(self, world: bytes, pictures: dict[str, bytes]) -> None:
        """Files first, so that no world names one that isn't there; those that it names no longer go last."""
        files = self.folder / "files"
        with self._writing:
            there = {one.name for one in files.iterdir()}
            for name, content in pictures.items():
                if name not in there:
                    _write(files / name, content)
            _write(self.folder / WORLD, world)
            for name in there - pictures.keys():
                with suppress(OSError):
                    (files / name).unlink()


def _write(file: Path, content: bytes) -> None:
    """All of it, or nothing."""
    beside = file.with_name(f".{file.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
