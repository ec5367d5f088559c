"""What ``doctor`` can tell of this machine: settings, libraries, content, the secret, the disk, and the bot that runs here."""

from __future__ import annotations

import os
import platform
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import partial
from importlib import metadata
from ipaddress import ip_address
from pathlib import Path

from msgspec.structs import fields

from bot.learner_key import SecretTrouble
from bot.library import BrokenContent, open_library
from bot.operator.findings import Finding
from bot.secret_file import SECRET_FILE, known_to, secret_of
from bot.settings import HERE, Settings
from bot.storage import SECRET_MARK, SECRET_VERSION

ENV_FILE = Path(".env")
LITTLE_ROOM, NO_ROOM = 200 << 20, 20 << 20
"""Bytes on the disk of the database."""
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def about_settings(settings: Settings) -> list[Finding]:
    say = partial(Finding, "settings")
    found = []
    own = [field.name for field in fields(settings) if getattr(settings, field.name) != field.default]
    found.append(say("ok", f"They can be read; {len(own)} of {len(fields(settings))} are not at their defaults."))
    if settings.discord_token is None:
        remedy = (
            "Put DISCORD_TOKEN=… into the file .env beside bot.py: https://discord.com/developers/applications, Bot, Reset Token."
        )
        found.append(Finding("token", "trouble", "There is none.", remedy))
    if _is_open(ENV_FILE):
        found.append(say("warning", f"{ENV_FILE} can be read by others, and the token is a password.", f"chmod 600 {ENV_FILE}"))
    return found


def about_libraries() -> list[Finding]:
    """Whether what is installed is what was tested together."""
    say = partial(Finding, "libraries")
    try:
        locked = dict(_LOCKED.findall((HERE / "requirements.lock").read_text(encoding="utf-8")))
    except OSError:
        return [say("ok", f"Python {platform.python_version()}; no requirements.lock here to compare with.")]
    here = {name: _installed(name) for name in locked}
    others = [f"{name} {is_}, locked {locked[name]}" for name, is_ in here.items() if is_ is not None and is_ != locked[name]]
    if others:
        says = f"{len(others)} are not as locked, and so not as tested: {', '.join(others[:6])}{', …' * (len(others) > 6)}."
        return [say("warning", says, "make setup")]
    count = sum(is_ is not None for is_ in here.values())
    return [say("ok", f"Python {platform.python_version()}; {count} libraries, all as locked.")]


def about_content(settings: Settings) -> list[Finding]:
    say = partial(Finding, "content")
    try:
        library = open_library(settings.content_dir)
    except BrokenContent as broken:
        problems = str(broken).splitlines()
        return [
            say("trouble", f"The bot won't start on it: {problems[0]}", f"python bot.py check lists all {len(problems)} lines.")
        ]
    themes = library.course("en").themes
    questions = sum(len(theme.questions) for theme in themes)
    return [say("ok", f"{len(themes)} themes with {questions} questions; languages: {', '.join(library.languages)}.")]


def about_secret(settings: Settings, marks: Mapping[str, str]) -> list[Finding]:
    """``marks``: what the database has noted of the secret that it was made with."""
    say = partial(Finding, "secret")
    file = settings.secret_dir / SECRET_FILE
    mark = marks.get(SECRET_MARK)
    if settings.learner_secret is None and not file.exists():
        if mark is None:
            return [say("ok", f"There is none yet; the first start makes it, in {file}.")]
        return [
            say(
                "trouble",
                f"{file} is missing, and the database needs it.",
                "Put it there from your copy; never begin with another.",
            )
        ]
    try:
        secret = secret_of(settings)
        known = known_to(mark, int(marks.get(SECRET_VERSION, "1")), secret) if mark else secret
    except SecretTrouble as trouble:
        return [say("trouble", str(trouble).replace("\n", " "), "docs/OPERATING.md, The secret.")]
    where = "LEARNER_SECRET" if settings.learner_secret else f"{file}, which you alone can read"
    found = [say("ok", f"It is in {where}, and it is the one of this database." if mark else f"It is in {where}.")]
    if known.version < secret.version:
        found.append(say("warning", "A newer version of it waits.", "Stop the bot, then: python bot.py rotate-secret"))
    if settings.learner_secret is None and _is_open(settings.secret_dir):
        found.append(say("warning", f"Others can look into {settings.secret_dir}.", f"chmod 700 {settings.secret_dir}"))
    return found


def about_disk(settings: Settings) -> list[Finding]:
    """After an erasure SQLite's file is written anew, for which it needs as much room again."""
    say = partial(Finding, "disk")
    if not settings.database_url.startswith("sqlite:"):
        return [say("ok", "The database is on its own server; look at the disk there.")]
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    folder = next(place for place in (file.absolute().parent, *file.absolute().parents) if place.exists())
    size = file.stat().st_size if file.exists() else 0
    free = shutil.disk_usage(folder).free
    says = f"{in_words(free)} free where the database is, which has {in_words(size)}."
    if free < NO_ROOM:
        return [say("trouble", says, "Make room: soon nothing can be stored any more.")]
    if free < max(size, LITTLE_ROOM):
        return [say("warning", says, "Make room: after somebody leaves, the file is written anew, which needs as much again.")]
    return [say("ok", says)]


def about_bot(settings: Settings) -> list[Finding]:
    """What the running bot says of itself, where it has been told to."""
    say = partial(Finding, "bot")
    if settings.metrics_port is None:
        return [say("skipped", "Whether it is connected can be asked with METRICS_PORT set.")]
    host = "127.0.0.1" if _is_anywhere(settings.metrics_host) else settings.metrics_host
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.metrics_port}/readyz"
    try:
        # Always http, and to where the bot itself listens.
        with urllib.request.urlopen(address, timeout=2) as answer:  # nosec B310
            return [say("ok", f"It runs and is {answer.read(200).decode(errors='replace').strip()}.")]
    except urllib.error.HTTPError as error:
        return [
            say("trouble", f"It runs, and isn't ready: {error.read(500).decode(errors='replace').strip()}.", "Look into its log.")
        ]
    except (OSError, ValueError):
        return [say("trouble", f"Nobody answers at {address}.", "Start the bot; or METRICS_PORT is not the one it runs with.")]


def in_words(size: float) -> str:
    """A number of bytes: ``3.2 MB``."""
    for unit in ("bytes", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TB"


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _is_anywhere(host: str) -> bool:
    """Whether a port is opened at all addresses of the machine."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:  # a name
        return False


def _is_open(place: Path) -> bool:
    return os.name == "posix" and place.exists() and bool(place.stat().st_mode & 0o077)
