"""What ``doctor`` finds, and looks that are taken side by side, each in its time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal, TypeVar

from bot.log import frames, kind_of

T = TypeVar("T")

Level = Literal["ok", "warning", "trouble", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, in a sentence, and what to do where it isn't well."""

    about: str
    level: Level
    says: str
    remedy: str = ""


def begun(work: Callable[[], T]) -> Future[T]:
    """Work that is done beside everything else. Nobody waits for it when the program ends, however long it hangs."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def what_came(about: str, look: Future[list[Finding]], patience: float) -> list[Finding]:
    """What a look found, if it comes within so many seconds. A look that fails or hangs is a finding, too."""
    began = time.monotonic()
    try:
        return look.result(patience)
    except TimeoutError:
        return [
            Finding(
                about,
                "trouble",
                f"No answer within {time.monotonic() - began:.0f} seconds.",
                "Run this once more; if it stays so, something hangs.",
            )
        ]
    except Exception as error:
        says = f"This could not be looked at ({kind_of(error)} at {frames(error)})."
        return [Finding(about, "trouble", says, "That is a bug of ours: please report this line.")]


def plain(text: str) -> str:
    """A text for a terminal: names of groups and channels are others', and no sign in them may steer it."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "�" for sign in text)
