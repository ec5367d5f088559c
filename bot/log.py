"""What may be said in a log, and how.

A line is an event and a few plain words beside it. Never a user id, a name, a message, the text of a foreign exception (it may
quote a person) or the values of local variables. Other libraries speak only from WARNING on, whatever ``LOG_LEVEL``
says, since discord.py at DEBUG prints whole payloads.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO


@contextmanager
def _as_if_not_installed(library: str) -> Iterator[None]:
    if library in sys.modules:
        yield
        return
    sys.modules[library] = None  # type: ignore[assignment]  # that is how Python spells it
    try:
        yield
    finally:
        del sys.modules[library]


# Where rich is installed structlog loads it, for tracebacks in colours. No line of ours has one, and it is a tenth of a start.
with _as_if_not_installed("rich"):
    import structlog

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger, WrappedLogger

OTHERS = ("discord", "aiohttp", "asyncio", "aiosqlite", "psycopg")
_TOKENS = re.compile(r"(/(?:webhooks|interactions)/)\d+/[^/\s?\"']+")
_FILLED_IN = re.compile(r"[\n<({\['\"]")
_LONG_NUMBERS = re.compile(r"\d{15,20}")


def start_log(level: str, to: TextIO | None = None) -> None:
    """Set up logging for the whole process; lines go to ``to``, standard error if none is given."""
    out = to or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], drop_missing=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(_Foreign())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in OTHERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def log() -> FilteringBoundLogger:
    """The log: ``log().info("posted", kind="prompt")``."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger


def frames(error: BaseException) -> str:
    """Where an exception came from, as ``file:line`` of each frame, innermost last; nothing of what it says."""
    found = traceback.extract_tb(error.__traceback__)
    return " ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in found)


def kind_of(error: BaseException) -> str:
    """The type of an exception and of what caused it: ``OSError<TimeoutError``."""
    names: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(names) < 4:
        names.append(type(seen).__name__)
        seen = seen.__cause__ or seen.__context__
    return "<".join(names)


class _Foreign(logging.Formatter):
    """Lines of other libraries: who, where, how serious. Their text is kept only without tokens and ids."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, object] = {"level": record.levelname.lower(), "event": "library", "of": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            event |= {"error": kind_of(record.exc_info[1]), "at": frames(record.exc_info[1])}
        if isinstance(record.msg, str):
            # The template without its values: what is filled in may be anything, a template is the library's own text.
            # asyncio fills in by itself, with the text of exceptions: of what has no values left, only the beginning is said.
            said = record.msg if record.args else _FILLED_IN.split(record.msg, maxsplit=1)[0].strip()
            event["says"] = _LONG_NUMBERS.sub("<id>", _TOKENS.sub(r"\1<token>", said))
        nobody: WrappedLogger = None
        stamped = structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True)(nobody, "", event)
        return str(structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])(nobody, "", stamped))
