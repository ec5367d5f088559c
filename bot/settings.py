"""Everything that an operator can set, read once from the environment and ``.env``.

A wrong value is one sentence that says what to do. Nothing else in the bot reads the environment.

Why not pydantic-settings, which does this too: with the content read before (``bot/library/read_before.py``) nothing else in a
running bot needs pydantic, and to load both for a dozen settings was a quarter of every start. python-dotenv reads ``.env``.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, cast, get_args
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import fields

from bot.shards import ALL, Shards

HERE = Path(__file__).resolve().parent.parent
SQLITE = "sqlite:///data/red-flask.db"
MOST_SHARDS = 100_000
"""More than any bot has: a slip of the finger must not fill the memory."""
MOST_REQUESTS = 10_000
"""In a second: more than Discord grants to anybody."""
LEAST_DAYS, MOST_DAYS = 7, 3650
SHORTEST_SECRET = 16
LONGEST_LINK = 512
"""Discord's limit for a link's address."""
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["auto", "text", "logfmt", "json"]


class SettingsTrouble(Exception):
    """A setting is missing or malformed. Its text is one sentence per problem, each with the remedy."""


class Settings(Struct, frozen=True, kw_only=True):
    """The settings, frozen. Names are those of the environment in lower case."""

    discord_token: str | None = None
    database_url: str = SQLITE
    learner_secret: str | None = None
    learner_secret_newer: tuple[str, ...] | None = None
    content_dir: Path = HERE / "content"
    log_level: LogLevel = "INFO"
    log_format: LogFormat = "auto"
    shard_count: int | None = None
    shard_ids: tuple[int, ...] | None = None
    requests_per_second: int | None = None
    secret_dir: Path = Path("secret")
    retention_days: int = 180
    report_channel: int | None = None
    report_link: str | None = None
    metrics_port: int | None = None
    metrics_host: str = "127.0.0.1"
    backup_passphrase_file: Path | None = None

    @property
    def shards(self) -> Shards:
        """Which of them are here. How many there are without a setting is Discord's to say, but all of them are here."""
        if self.shard_count is None:
            return ALL
        return Shards(self.shard_count, tuple(range(self.shard_count)) if self.shard_ids is None else self.shard_ids)

    def __repr__(self) -> str:
        return "<settings>"  # the token and the secret are among them

    @property
    def not_for_a_log(self) -> tuple[str | None, ...]:
        """The token, the secrets, and the database's password, as they stand in its address and as they are meant."""
        _, _, rest = self.database_url.partition("://")
        _, _, password = rest.rpartition("@")[0].partition(":")
        return (self.discord_token, self.learner_secret, *(self.learner_secret_newer or ()), password, unquote(password))


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read them; the environment comes before the file. Raises ``SettingsTrouble`` with every problem, a sentence each."""
    own = {name.upper(): value for name, value in os.environ.items() if value}
    given = {**_in_file(env_file), **own}
    found: dict[str, Any] = {}
    problems: list[str] = []
    for field in fields(Settings):
        name = field.name.upper()
        if name in given:
            try:
                found[field.name] = READERS[field.name](given[name])
            except ValueError as error:
                problems.append(str(error))
    problems += _at_odds(found, given)
    if problems:
        raise SettingsTrouble("\n".join(problems))
    settings = Settings(**found)
    if settings.learner_secret and "LEARNER_SECRET" not in own and env_file and _is_open_to_others(env_file):
        raise SettingsTrouble(f"{env_file} has LEARNER_SECRET in it and can be read by others: run 'chmod 600 {env_file}'.")
    return settings


# ---------------------------------------------------------------- one setting each: its text in, its value or a sentence out


def _text(value: str) -> str:
    return value


def _database(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise ValueError("DATABASE_URL must look like sqlite:///data/red-flask.db or postgresql://user:password@host/database.")
    if value.startswith("sqlite:///") and not Path(value.removeprefix("sqlite:///").replace(":memory:", "")).name:
        raise ValueError("DATABASE_URL must name a file, such as sqlite:///data/red-flask.db (four strokes if absolute).")
    return value


def _secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"LEARNER_SECRET is too short: give at least {SHORTEST_SECRET} characters, better 32 random ones.")
    return value


def _newer_secrets(value: str) -> tuple[str, ...]:
    secrets = tuple(one.strip() for one in value.split(","))
    if any(len(one) < SHORTEST_SECRET for one in secrets):
        raise ValueError(
            "LEARNER_SECRET_NEWER must list the newer secrets, oldest first, with commas between: "
            f"{SHORTEST_SECRET} characters or more each."
        )
    return secrets


def _content(value: str) -> Path:
    if not Path(value).is_dir():
        raise ValueError(f"CONTENT_DIR names no folder ({value}): give the folder that holds en/ and sources.yaml.")
    return Path(value)


def _level(value: str) -> LogLevel:
    if value.upper() not in get_args(LogLevel):
        raise ValueError(f"LOG_LEVEL must be one of {', '.join(get_args(LogLevel))}.")
    return cast(LogLevel, value.upper())


def _format(value: str) -> LogFormat:
    if value.casefold() not in get_args(LogFormat):
        raise ValueError(f"LOG_FORMAT must be one of {', '.join(get_args(LogFormat))}.")
    return cast(LogFormat, value.casefold())


def _port(value: str) -> int:
    if not (value.isdecimal() and 0 < int(value[:6]) < 1 << 16):
        raise ValueError("METRICS_PORT must be a port's number from 1 to 65535, such as 9464.")
    return int(value)


def _shard_count(value: str) -> int:
    if not (value.isdecimal() and 0 < int(value[:9]) < MOST_SHARDS):
        raise ValueError("SHARD_COUNT must be a whole number from 1.")
    return int(value)


def _days(value: str) -> int:
    if not (value.isdecimal() and LEAST_DAYS <= int(value[:9]) <= MOST_DAYS):
        raise ValueError(f"RETENTION_DAYS must be a whole number of days from {LEAST_DAYS} to {MOST_DAYS}.")
    return int(value)


def _channel(value: str) -> int:
    if not (value.isdecimal() and 0 < int(value[:20]) < 1 << 63):
        raise ValueError("REPORT_CHANNEL must be a channel's id, a long number: in Discord, Developer Mode, then Copy Channel ID.")
    return int(value)


def _link(value: str) -> str:
    if not value.startswith("https://") or any(sign.isspace() for sign in value) or len(value) > LONGEST_LINK:
        raise ValueError("REPORT_LINK must be a web address that begins with https://, such as that of the project's issues.")
    return value


def _shards(value: str) -> tuple[int, ...]:
    shards: list[int] = []
    for part in value.replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        numbers = first.isdecimal() and (last.isdecimal() or not dash)
        if not numbers or not int(first) <= int(last or first) < MOST_SHARDS:
            raise ValueError("SHARD_IDS must list shards, such as 0,1,2 or 0-3.")
        shards += range(int(first), int(last or first) + 1)
    if twice := [shard for shard, times in Counter(shards).items() if times > 1]:
        raise ValueError(f"SHARD_IDS names shard {twice[0]} twice: name each once, such as 0,1,2 or 0-3.")
    return tuple(shards)


def _requests(value: str) -> int:
    if not (value.isdecimal() and 0 < int(value[:9]) <= MOST_REQUESTS):
        raise ValueError("REQUESTS_PER_SECOND must be a whole number from 1: this process's part of the 50 that Discord allows.")
    return int(value)


READERS: Mapping[str, Callable[[str], object]] = {
    "discord_token": _text,
    "database_url": _database,
    "learner_secret": _secret,
    "learner_secret_newer": _newer_secrets,
    "content_dir": _content,
    "log_level": _level,
    "log_format": _format,
    "shard_count": _shard_count,
    "shard_ids": _shards,
    "requests_per_second": _requests,
    "secret_dir": Path,
    "retention_days": _days,
    "report_channel": _channel,
    "report_link": _link,
    "metrics_port": _port,
    "metrics_host": _text,
    "backup_passphrase_file": Path,
}
"""How each setting is read. Raises ``ValueError``, whose text is the sentence that an operator gets."""


def _at_odds(found: Mapping[str, Any], given: Mapping[str, str]) -> list[str]:
    """What no setting shows by itself. Of one that is wrong already, nothing more is said."""
    problems = []
    if "learner_secret_newer" in found and "LEARNER_SECRET" not in given:
        problems.append("LEARNER_SECRET_NEWER needs LEARNER_SECRET, the oldest one, without which no key can be made.")
    shards, count = found.get("shard_ids", ()), found.get("shard_count")
    if shards and "SHARD_COUNT" not in given:
        problems.append("SHARD_IDS needs SHARD_COUNT: set how many shards there are in all.")
    elif count is not None and any(shard >= count for shard in shards):
        problems.append(f"SHARD_IDS names a shard that doesn't exist: with SHARD_COUNT={count} they run from 0 to {count - 1}.")
    elif count is not None and 0 < len(shards) < count and not found.get("database_url", SQLITE).startswith("postgres"):
        problems.append(
            "SHARD_IDS leaves shards to other processes, and several processes need Postgres: "
            "set DATABASE_URL to postgresql://… (see docs/OPERATING.md), or leave SHARD_IDS empty."
        )
    return problems


def _is_open_to_others(file: Path) -> bool:
    return os.name == "posix" and bool(file.stat().st_mode & 0o077)


def _in_file(env_file: Path | None) -> dict[str, str]:
    if env_file is None or not env_file.exists():
        return {}
    from dotenv import dotenv_values

    try:
        return {name.upper(): value for name, value in dotenv_values(env_file, encoding="utf-8").items() if value}
    except UnicodeDecodeError as error:
        raise SettingsTrouble(f"{env_file} is not UTF-8 text: save it as UTF-8.") from error
    except OSError as error:
        raise SettingsTrouble(f"{env_file} can't be read ({error.strerror}): look at its permissions.") from error
