"""What a person does in front of the screen: types a command, presses, picks, fills in a form, reads.

Used by the page and by the tests alike. It allows only what a real client would: a control that is disabled,
hidden or someone else's can't be used, and a required field can't be left empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rehearsal.things import Json, Message

if TYPE_CHECKING:
    from rehearsal.standin import StandIn


class NotOffered(LookupError):
    """Discord would not show this command to this person here."""


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Form:
    """An open form. `components` is Discord's JSON."""

    id: int
    custom_id: str
    title: str
    components: list[Json]
    channel_id: int
    text: str = ""
    labels: list[str] = field(default_factory=list)
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person sees after doing something. `text` and `labels` are as they were at that moment, while
    `message` is alive and shows later edits."""

    message: Message | None = None
    form: Form | None = None
    failed: str | None = None
    edited: bool = False
    text: str = ""
    labels: list[str] = field(default_factory=list)
    private: bool = False


class Person:
    def __init__(self, standin: StandIn, member_id: int, *, locale: str = "en-US", patience: float = 5.0) -> None:
        self.standin = standin
        self.world = standin.world
        self.user = self.world.users[member_id]
        self.locale = locale
        self.patience = patience

    def offered(self, channel: int) -> list[Json]:
        """The commands that Discord shows this person in this channel, as its JSON."""
        raise NotImplementedError

    async def command(self, channel: int, name: str, /, **options: object) -> Seen: raise NotImplementedError
    async def complete(self, channel: int, name: str, option: str, typed: str, /, **others: object) -> list[Choice]: raise NotImplementedError
    async def press(self, message: Message, what: str) -> Seen: raise NotImplementedError
    async def pick(self, message: Message, *values: str | int, what: str | None = None) -> Seen: raise NotImplementedError
    async def submit(self, form: Form, answers: Mapping[str, object] | None = None, /, **more: object) -> Seen: raise NotImplementedError
    async def say(self, channel: int, text: str) -> Message: raise NotImplementedError
    def reads(self, channel: int) -> list[Message]: raise NotImplementedError
    def dm(self) -> int: raise NotImplementedError
    def dismiss(self, message: Message) -> None: raise NotImplementedError
    def sees(self, channel: int) -> bool: raise NotImplementedError
