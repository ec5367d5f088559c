"""What may be said in a log, and how.

A line is an event and a few plain words beside it. Never a user id, a name, a message, the text of a foreign exception (it may
quote a person) or the values of local variables. Other libraries speak only from WARNING on, whatever ``LOG_LEVEL``
says, since discord.py at DEBUG prints whole payloads.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO


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
# Where greenlet is, which comes with a contributor's tools, structlog makes ready for it; nothing of ours runs in one.
with _as_if_not_installed("rich"), _as_if_not_installed("greenlet"):
    import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

OTHERS = ("discord", "aiohttp", "asyncio", "aiosqlite", "psycopg")
Form = Literal["text", "logfmt", "json"]
"""For people at a terminal; for people with a file; for programs."""

_TOKENS = re.compile(r"(/(?:webhooks|interactions)/)\d+/[^/\s?\"']+")
_BOT_TOKENS = re.compile(r"[\w-]{18,}\.[\w-]{5,8}\.[\w-]{20,}")
_FILLED_IN = re.compile(r"[\n<({\['\"]")
_LONG_NUMBERS = re.compile(r"\d{15,20}")
_FIRST = ("timestamp", "level", "event")
_SHORTEST_SECRET = 4

_heard: list[Callable[[str], None]] = []


def start_log(level: str, to: TextIO | None = None, form: Form = "logfmt", *, hide: Iterable[str | None] = ()) -> None:
    """Set up logging for the whole process; lines go to ``to``, standard error if none is given. What is in ``hide``, such as the
    token, can't get into a line whatever somebody logs."""
    out = to or sys.stderr
    written = _Writing(form, out, hide)
    structlog.configure(
        processors=[structlog.processors.add_log_level, _hear, written],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=lambda *_: _Out(out),
        cache_logger_on_first_use=False,
    )
    logging.raiseExceptions = False  # what can't be written would be printed with all its values
    handler = logging.StreamHandler(out)
    handler.setFormatter(_Foreign(written))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in OTHERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def form_for(wanted: Literal["auto", "text", "logfmt", "json"]) -> Form:
    """How lines are written that go to standard error: for people where somebody is at the terminal, else for programs."""
    if wanted != "auto":
        return wanted
    return "text" if sys.stderr.isatty() else "json"


def catch_the_unforeseen() -> None:
    """What nobody catches becomes a line like any other. Python itself prints what an exception says, which may quote a person."""

    def say(error: BaseException | None, where: str) -> None:
        if error is not None and not isinstance(error, KeyboardInterrupt | SystemExit):
            log().error("bug", step=where, error=kind_of(error), at=frames(error))

    sys.excepthook = lambda _, error, __: say(error, "unforeseen")
    threading.excepthook = lambda raised: say(raised.exc_value, "unforeseen.thread")
    sys.unraisablehook = lambda raised: say(raised.exc_value, "unforeseen.late")


def hear(call: Callable[[str], None]) -> Callable[[], None]:
    """From now on ``call`` is told the event of each warning and error; what comes back ends that."""
    _heard.append(call)
    return lambda: _heard.remove(call)


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


def _hear(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    if name in ("warning", "error"):
        for call in _heard:
            call(str(event["event"]))
    return event


class _Out:
    """Where lines go. A log that can't be written (a full disk, a pipe that closed) must not keep anybody from an answer."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def msg(self, line: str) -> None:
        with suppress(OSError, ValueError):
            self._out.write(line + "\n")
            self._out.flush()

    debug = info = warning = error = msg


class _Writing:
    """From an event to a line, of our own and of other libraries alike."""

    def __init__(self, form: Form, out: TextIO, hide: Iterable[str | None]) -> None:
        self._form = form
        self._colours = form == "text" and out.isatty() and not os.environ.get("NO_COLOR")
        secrets = sorted({one for one in hide if one and len(one) >= _SHORTEST_SECRET}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, secrets)) if secrets else r"(?!)")
        self._json = structlog.processors.JSONRenderer()
        self._logfmt = structlog.processors.LogfmtRenderer(key_order=_FIRST, drop_missing=True)

    def __call__(self, logger: WrappedLogger, name: str, event: EventDict) -> str:
        stamped = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        said = {"timestamp": stamped, "level": event.get("level", name), "event": event["event"], **event}
        said = {key: self._without_secrets(value) for key, value in said.items()}
        if self._form == "json":
            return str(self._json(logger, name, said))
        return self._for_people(said) if self._form == "text" else str(self._logfmt(logger, name, said))

    def _without_secrets(self, value: object) -> object:
        if not isinstance(value, str):
            return value
        return _BOT_TOKENS.sub("<token>", self._secrets.sub("<secret>", value))

    def _for_people(self, said: EventDict) -> str:
        """``11:15:10  error    bug  code=3FA9C1 step=quiz.answer``, by the machine's own clock."""
        rest = str(self._logfmt(None, "", {key: value for key, value in said.items() if key not in _FIRST}))
        clock, level, event = datetime.now().astimezone().strftime("%H:%M:%S"), str(said["level"]), str(said["event"])
        if self._colours:
            colour = {"warning": "33", "error": "31;1"}.get(level, "36")
            return f"\x1b[2m{clock}\x1b[0m  \x1b[{colour}m{level:8}\x1b[0m \x1b[1m{event}\x1b[0m  {rest}".rstrip()
        return f"{clock}  {level:8} {event}  {rest}".rstrip()


class _Foreign(logging.Formatter):
    """Lines of other libraries: who, where, how serious. Their text is kept only without tokens and ids."""

    def __init__(self, written: _Writing) -> None:
        super().__init__()
        self._written = written

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
        return self._written(nobody, record.levelname.lower(), event)
