"""What the stand-in's world is made of: servers, roles, members, channels, messages.

Unlike the rest of the project these are not frozen: they are the state of a living world, and a message
that a test holds shows its latest edit. No rule stands here; see world.py and permissions.py.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar

from rehearsal import components as parts

Json = dict[str, Any]
"""A JSON object as it goes over the wire."""

EPHEMERAL = 1 << 6
LOADING = 1 << 7
HAS_THREAD = 1 << 5
COMPONENTS_V2 = 1 << 15


class Kind(IntEnum):
    """Discord's channel types, as far as the stand-in has them."""

    TEXT = 0
    DM = 1
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


THREADS = frozenset({Kind.ANNOUNCEMENT_THREAD, Kind.THREAD, Kind.PRIVATE_THREAD})


@dataclass(slots=True)
class User:
    """An account. `username` is the unique handle, `name` what others see."""

    id: int
    username: str
    name: str
    bot: bool = False


@dataclass(slots=True)
class Role:
    """`colour` is 0xRRGGBB; 0 for none."""

    id: int
    name: str
    permissions: int
    position: int = 0
    mentionable: bool = False
    managed_by: int | None = None
    colour: int = 0


@dataclass(slots=True)
class Member:
    """A user on one server. `id` is the user's."""

    user: User
    server_id: int
    joined_at: datetime
    role_ids: list[int] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name


@dataclass(slots=True)
class Overwrite:
    """What a channel allows and denies to one role or member."""

    target_id: int
    is_role: bool
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Tag:
    id: int
    name: str
    moderated: bool = False


@dataclass(slots=True)
class Channel:
    """A channel, a thread, or the direct conversation of one person with the bot.

    `messages` and `private` are ordered by age and bounded by the world; `private` holds the ephemeral ones.
    """

    id: int
    kind: Kind
    name: str
    server_id: int | None
    parent_id: int | None = None
    topic: str | None = None
    position: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    private: dict[int, Message] = field(default_factory=dict)
    recipient_id: int | None = None
    tags: list[Tag] = field(default_factory=list)
    requires_tag: bool = False
    # the rest is for threads
    owner_id: int | None = None
    created_at: datetime | None = None
    archived: bool = False
    locked: bool = False
    archived_at: datetime | None = None
    auto_archive_minutes: int = 1440
    tag_ids: list[int] = field(default_factory=list)
    joined: set[int] = field(default_factory=set)
    total_messages: int = 0

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS


@dataclass(slots=True)
class Server:
    """`bot_role_id` is the bot's integration role; `command_overrides` are the server's own settings of who
    may use a command: its name -> {role or member id: allowed}. With `threads_full` no more threads can be opened."""

    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    has_bot: bool = True
    bot_role_id: int = 0
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    command_overrides: dict[str, dict[int, bool]] = field(default_factory=dict)
    threads_full: bool = False

    def role_named(self, name: str) -> Role:
        return _one(self.roles.values(), name)

    def member_named(self, name: str) -> Member:
        return _one(self.members.values(), name)

    def channel_named(self, name: str) -> Channel:
        """A channel or a thread by its name, with or without `#`; LookupError if there is none."""
        return _one(self.channels.values(), name.removeprefix("#"))


@dataclass(slots=True)
class Picture:
    """An attachment; mostly a picture. `alt` is what a card shows under it for those who can't see it."""

    id: int
    name: str
    content_type: str
    bytes: builtins.bytes
    url: str
    alt: str | None = None
    width: int | None = None
    height: int | None = None


class InteractionInfo(NamedTuple):
    """What everybody sees above an answer: who used which command. `command` is None for a control."""

    id: int
    kind: int
    command: str | None
    user_id: int
    who: str


@dataclass(slots=True)
class Message:
    """A message. `components` is Discord's JSON. `pings` are the ids of users and roles that it notifies
    (0 for everyone)."""

    id: int
    channel_id: int
    server_id: int | None
    author: User
    created_at: datetime
    type: int = 0
    flags: int = 0
    content: str = ""
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Picture] = field(default_factory=list)
    ephemeral_to: int | None = None
    interaction: InteractionInfo | None = None
    metadata: Json | None = None
    reference: Json | None = None
    nonce: str | None = None
    pings: frozenset[int] = frozenset()
    edited_at: datetime | None = None
    deleted: bool = False
    dismissed: bool = False

    @property
    def text(self) -> str:
        """All that can be read: the content, and every text display, in order, one per line."""
        return "\n".join(piece for piece in (self.content, *parts.texts(self.components)) if piece)

    @property
    def private(self) -> bool:
        return self.ephemeral_to is not None

    @property
    def is_thinking(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def buttons(self) -> list[Json]:
        return [part for part in parts.walk(self.components) if part["type"] == parts.BUTTON]

    @property
    def selects(self) -> list[Json]:
        return [part for part in parts.walk(self.components) if part["type"] in parts.SELECTS]

    @property
    def labels(self) -> list[str]:
        """The labels of all buttons, in order (the emoji's name where a button has only that)."""
        return [parts.label_of(button) for button in self.buttons]

    @property
    def custom_ids(self) -> list[str]:
        return [part["custom_id"] for part in parts.walk(self.components) if part.get("custom_id")]

    @property
    def pictures(self) -> list[Picture]:
        """Its attachments: name, bytes, and the alt text with which the card shows them."""
        return self.attachments


_T = TypeVar("_T", Role, Member, Channel)


def _one(found: Iterable[_T], name: str) -> _T:
    for thing in found:
        if thing.name == name:
            return thing
    raise LookupError(f"there is no {name!r} here")
