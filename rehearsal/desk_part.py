"""What a part of the director's desk is: things that it does, each by its name, and what it shows of itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from rehearsal.things import Json

Deed = Callable[[Json], Awaitable[str | Json]]
"""Does what was asked. Says in a sentence what came of it, or answers with more than that. `Unclear`, if it can't."""
Deeds = Mapping[str, Deed]


class Part(Protocol):
    @property
    def deeds(self) -> Deeds: ...

    def seen(self) -> Json:
        """What the desk shows of it now. Asked for twice a second while a desk is open, so it must be quick."""
