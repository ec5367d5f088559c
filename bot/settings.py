"""Everything that an operator can set, read once from the environment and ``.env``.

A wrong value is one sentence that says what to do. Nothing else in the bot reads the environment.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

HERE = Path(__file__).resolve().parent.parent
MOST_SHARDS = 100_000
"""More than any bot has: a slip of the finger must not fill the memory."""
MOST_DAYS = 3650
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class SettingsTrouble(Exception):
    """A setting is missing or malformed. Its text is one sentence per problem, each with the remedy."""


class Settings(BaseSettings):
    """The settings, frozen. Names are those of the environment in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    discord_token: str | None = None
    database_url: str = "sqlite:///data/red-flask.db"
    learner_secret: str | None = None
    learner_secret_newer: Annotated[tuple[str, ...] | None, NoDecode] = None
    content_dir: Path = HERE / "content"
    log_level: LogLevel = "INFO"
    shard_count: int | None = None
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode] = None
    secret_dir: Path = Path("secret")
    retention_days: int = 180
    report_channel: int | None = None
    report_link: str | None = None

    def __repr__(self) -> str:
        return "<settings>"  # the token and the secret are among them

    __str__ = __repr__

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("DATABASE_URL must look like sqlite:///data/red-flask.db or postgresql://user:password@host/database.")
        if value.startswith("sqlite:///") and not Path(value.removeprefix("sqlite:///").replace(":memory:", "")).name:
            raise ValueError("DATABASE_URL must name a file, such as sqlite:///data/red-flask.db (four strokes if absolute).")
        return value

    @field_validator("learner_secret")
    @classmethod
    def _long_enough(cls, value: str | None) -> str | None:
        if value is not None and len(value) < 16:
            raise ValueError("LEARNER_SECRET is too short: give at least 16 characters, better 32 random ones.")
        return value

    @field_validator("learner_secret_newer", mode="before")
    @classmethod
    def _generations(cls, value: object) -> object:
        return tuple(one.strip() for one in value.split(",")) if isinstance(value, str) else value

    @field_validator("learner_secret_newer")
    @classmethod
    def _all_long_enough(cls, value: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...] | None:
        if any(len(one) < 16 for one in value or ()):
            raise ValueError(
                "LEARNER_SECRET_NEWER must list the newer secrets, oldest first, with commas between: 16 characters or more each."
            )
        if value and info.data.get("learner_secret") is None:
            raise ValueError("LEARNER_SECRET_NEWER needs LEARNER_SECRET, the oldest one, without which no key can be made.")
        return value

    @field_validator("content_dir")
    @classmethod
    def _content_is_there(cls, value: Path) -> Path:
        if not value.is_dir():
            raise ValueError(f"CONTENT_DIR names no folder ({value}): give the folder that holds en/ and sources.yaml.")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _known_level(cls, value: object) -> object:
        level = value.upper() if isinstance(value, str) else value
        if level not in get_args(LogLevel):
            raise ValueError(f"LOG_LEVEL must be one of {', '.join(get_args(LogLevel))}.")
        return level

    @field_validator("shard_count", mode="before")
    @classmethod
    def _whole_number(cls, value: object) -> object:
        if isinstance(value, str) and not (value.isdecimal() and int(value) > 0):
            raise ValueError("SHARD_COUNT must be a whole number from 1.")
        return value

    @field_validator("retention_days", mode="before")
    @classmethod
    def _some_days(cls, value: object) -> object:
        if isinstance(value, str) and not (value.isdecimal() and 7 <= int(value[:9]) <= MOST_DAYS):
            raise ValueError(f"RETENTION_DAYS must be a whole number of days from 7 to {MOST_DAYS}.")
        return value

    @field_validator("report_channel", mode="before")
    @classmethod
    def _a_channel(cls, value: object) -> object:
        if isinstance(value, str) and not (value.isdecimal() and 0 < int(value[:20]) < 1 << 63):
            raise ValueError(
                "REPORT_CHANNEL must be a channel's id, a long number: in Discord, Developer Mode, then Copy Channel ID."
            )
        return value

    @field_validator("report_link")
    @classmethod
    def _a_link(cls, value: str | None) -> str | None:
        if value is not None and (not value.startswith("https://") or any(sign.isspace() for sign in value) or len(value) > 512):
            raise ValueError("REPORT_LINK must be a web address that begins with https://, such as that of the project's issues.")
        return value

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _some_shards(cls, value: object) -> object:
        return _shards(value) if isinstance(value, str) else value

    @field_validator("shard_ids")
    @classmethod
    def _shards_exist(cls, value: tuple[int, ...] | None, info: ValidationInfo) -> tuple[int, ...] | None:
        if value is None:
            return None
        count = info.data.get("shard_count")
        if count is None:
            raise ValueError("SHARD_IDS needs SHARD_COUNT: set how many shards there are in all.")
        if any(shard >= count for shard in value):
            raise ValueError(
                f"SHARD_IDS names a shard that doesn't exist: with SHARD_COUNT={count} they run from 0 to {count - 1}."
            )
        return value


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read them. Raises ``SettingsTrouble`` with every problem, a sentence each."""
    try:
        settings = Settings(_env_file=env_file)  # type: ignore[call-arg]  # a word of pydantic-settings
    except ValidationError as error:
        raise SettingsTrouble("\n".join(_sentence(one["msg"]) for one in error.errors())) from None
    except UnicodeDecodeError as error:
        raise SettingsTrouble(f"{env_file} is not UTF-8 text: save it as UTF-8.") from error
    if settings.learner_secret and not os.environ.get("LEARNER_SECRET") and env_file and _is_open_to_others(env_file):
        raise SettingsTrouble(f"{env_file} has LEARNER_SECRET in it and can be read by others: run 'chmod 600 {env_file}'.")
    return settings


def _is_open_to_others(file: Path) -> bool:
    return os.name == "posix" and bool(file.stat().st_mode & 0o077)


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")


def _shards(value: str) -> tuple[int, ...]:
    shards: list[int] = []
    for part in value.replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        numbers = first.isdecimal() and (last.isdecimal() or not dash)
        if not numbers or not int(first) <= int(last or first) < MOST_SHARDS:
            raise ValueError("SHARD_IDS must list shards, such as 0,1,2 or 0-3.")
        shards += range(int(first), int(last or first) + 1)
    return tuple(dict.fromkeys(shards))
