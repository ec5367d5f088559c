"""The vocabulary between the rules and Discord. A step takes a ``Visit`` and answers with a ``Card`` or a ``Form``. These few
frozen words are all that the two sides share: rules never speak Discord, and ``bot/chat/`` never knows rules.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from bot.group import Group, Rights
from bot.person import LearnerKey as LearnerKey
from bot.person import Limits as Limits
from bot.person import Person as Person
from bot.press import Press
from bot.upload import File, FileField

# ---------------------------------------------------------------- who and where


class Place(Struct, frozen=True):
    """Where a visit happens. In a direct message there is no server."""

    server: int | None
    channel: int | None
    parent: int | None = None
    """The channel that a thread or forum post belongs to."""


ChannelKind = Literal["text", "announcement", "forum", "other"]


class Channel(Struct, frozen=True):
    """A channel that somebody named in a command or picked in a form."""

    id: int
    kind: ChannelKind
    name: str


Given = str | int | Channel | File | tuple[str, ...]
"""What one option or field brought. Roles come as their id, several picks as a tuple."""


class Visit(Struct, frozen=True):
    """One interaction. ``chat/`` fills it in; the desk adds ``group`` and ``key``."""

    person: Person
    place: Place
    rights: Rights
    press: Press
    """Command, step and arguments; for a typed command the step is its subcommand, or its first step."""
    at: datetime
    """When it arrived, in UTC."""
    language: str = "en"
    """What the person reads on Discord, as ``en-US``; a group's own language comes first."""
    given: Mapping[str, Given] = field(default_factory=dict)
    """Options of a command, fields of a form, or the pick of a menu under ``"picked"``."""
    on_card: tuple[str, ...] = ()
    """The texts of the bot's own card that was pressed, one for each ``Text``; a refused form's *Try again* reads them back."""
    on_message: int | None = None
    """Which message that card is, for a step that reads it."""
    group: Group | None = None
    key: LearnerKey | None = None
    limits: Limits | None = None
    """What this person may still do today; the desk hands it out."""
    retention_days: int = 180
    """After so many days without any activity a learner is erased."""
    reports_to: int | str | None = None
    """The operator's channel for reports of a wrong question of the course, or else a web address to report it at."""
    many_groups: bool = False
    """True when the server has several groups and nothing says which one is meant."""

    def text(self, name: str) -> str | None:
        """A text that was given, without the spaces around it; ``None`` when there is none."""
        value = self.given.get(name)
        return value.strip() or None if isinstance(value, str) else None

    def number(self, name: str) -> int | None:
        value = self.given.get(name)
        return value if isinstance(value, int) else None

    def picks(self, name: str) -> tuple[str, ...]:
        """All that was picked in a field; empty when there is none."""
        value = self.given.get(name)
        return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()

    def channel(self, name: str) -> Channel | None:
        value = self.given.get(name)
        return value if isinstance(value, Channel) else None

    def file(self, name: str) -> File | None:
        value = self.given.get(name)
        return value if isinstance(value, File) else None

    @property
    def is_direct(self) -> bool:
        """True in a direct message, where there is no server and hence no group."""
        return self.place.server is None

    @property
    def reads(self) -> str:
        """The language to answer in."""
        return self.group.language if self.group else self.language


# ---------------------------------------------------------------- what is shown


class Text(Struct, frozen=True):
    """A paragraph or more, in Discord's markdown."""

    markdown: str


class Divider(Struct, frozen=True):
    """A thin line between parts."""


class Drawing(Struct, frozen=True):
    """A picture that is yet to be drawn, from SVG. ``chat/`` makes a ``Picture`` of it, or leaves it out if that can't be."""

    name: str
    svg: str
    alt: str


class Picture(Struct, frozen=True):
    """A picture with the same said in words, for those who can't see it."""

    name: str
    data: bytes
    alt: str


class Download(Struct, frozen=True):
    """A file to take away."""

    name: str
    data: bytes


class Button(Struct, frozen=True):
    label: str
    press: Press
    tone: Literal["main", "plain", "danger"] = "plain"


class Link(Struct, frozen=True):
    label: str
    url: str


class Row(Struct, frozen=True):
    """Up to five buttons beside one another."""

    controls: tuple[Button | Link, ...]


class Choice(Struct, frozen=True):
    label: str
    value: str
    description: str = ""


class Menu(Struct, frozen=True):
    """Pick one of up to 25. What is picked arrives as ``visit.text("picked")``."""

    press: Press
    choices: tuple[Choice, ...]
    hint: str


Part = Text | Divider | Drawing | Picture | Download | Row | Menu

Tone = Literal["plain", "warm", "good", "look", "trouble"]


class Card(Struct, frozen=True):
    """One message. ``to`` is ``"me"`` unless a moderator's step changes the very card that carries the pressed button; or unless it
    is ``"beside"`` a private card, which stays, so that its button can be pressed once more."""

    parts: tuple[Part, ...]
    tone: Tone = "plain"
    to: Literal["me", "this card", "beside"] = "me"


class TextField(Struct, frozen=True):
    name: str
    label: str
    value: str = ""
    hint: str = ""
    help: str = ""
    required: bool = True
    longest: int = 100
    long: bool = False


class ChannelField(Struct, frozen=True):
    name: str
    label: str
    kinds: tuple[ChannelKind, ...]
    value: int | None = None
    help: str = ""
    required: bool = True


class RoleField(Struct, frozen=True):
    name: str
    label: str
    value: int | None = None
    help: str = ""
    required: bool = True


class ChoiceField(Struct, frozen=True):
    """Pick from a short list. One pick arrives as ``visit.text(name)``, several as ``visit.picks(name)``."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    values: tuple[str, ...] = ()
    """What is picked already."""
    help: str = ""
    required: bool = True
    several: bool = False


Field = TextField | ChannelField | RoleField | ChoiceField | FileField


class Form(Struct, frozen=True):
    """Up to five fields to fill in, an ``opening`` text counted among them. Its press is the step that receives them in
    ``visit.given``."""

    title: str
    press: Press
    fields: tuple[Field, ...]
    opening: Text | None = None


Answer = Card | Form


# ---------------------------------------------------------------- what a command is made of

Complete = Callable[..., Awaitable[tuple[Choice, ...]]]
"""``async (visit, library, store, typed) -> choices``; the other options are in ``visit.given``."""


class Option(Struct, frozen=True):
    """One option of a slash command."""

    name: str
    about: str
    kind: Literal["text", "number", "channel", "role"] = "text"
    required: bool = False
    choices: tuple[Choice, ...] = ()
    complete: Complete | None = None
    least: int | None = None
    most: int | None = None
    kinds: tuple[ChannelKind, ...] = ()
