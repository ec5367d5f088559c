"""Steps that are loaded when somebody first takes them, so that a start doesn't wait for what most groups need once a month.

A learner's daily ones (reading, answering, progress, joining) are there from the start. That all others can be found stands in a
test: a name in quotes is nothing that a type checker looks at.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

Function = Callable[..., Awaitable[Any]]


class Later:
    """``where`` is a file of this room and a coroutine function in it, as ``plan_run.show``. It is called like that function."""

    __slots__ = ("_found", "where")

    def __init__(self, where: str) -> None:
        self.where = where
        self._found: Function | None = None

    def __call__(self, *given: Any) -> Awaitable[Any]:
        return self.found()(*given)

    def found(self) -> Function:
        """The function itself; loads its file."""
        if self._found is None:
            file, _, name = self.where.partition(".")
            self._found = getattr(import_module(f"bot.commands.{file}"), name)
        return self._found


def later(where: str) -> Any:
    """The step, or the completion of an option, that stands there."""
    return Later(where)
