"""What a command is made of: its words for Discord's menu, and its steps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from msgspec import Struct

from bot.cards import Answer, Option, Visit
from bot.channels import Channels
from bot.library import Library
from bot.storage import Store

QuietStep = Callable[[Visit, Library, Store], Awaitable[Answer]]
SpeakingStep = Callable[[Visit, Library, Store, Channels], Awaitable[Answer]]


class Step(Struct, frozen=True):
    """One step and who may take it. A ``speaks`` step also gets ``Channels``, to post elsewhere."""

    quiet: QuietStep | None = None
    speaks: SpeakingStep | None = None
    needs_group: bool = False
    picks_group: bool = False
    """True if a person on a server with several groups is asked which one; without any, the step goes on without."""
    for_moderators: bool = False
    of_closed: bool = False
    """True if the group that its press carries may be one that was closed and is not erased yet."""
    reads_card: bool = False
    """True if it wants the text of the pressed card in ``visit.on_card``."""
    takes_file: bool = False
    """True if a form brings it a file, which is fetched for it."""


class Subcommand(Struct, frozen=True):
    """A second word, such as *create* in ``/group create``. Its name is also the name of its step."""

    name: str
    about: str
    options: tuple[Option, ...] = ()


class Command(Struct, frozen=True):
    """One slash command with all its steps, or (not ``typed``) the steps of buttons that no slash command leads to.

    A typed command goes to the step named after its subcommand, or to ``first``. ``for_moderators`` hides it from the
    others in Discord; the steps say themselves who may take them.
    """

    name: str
    about: str
    steps: Mapping[str, Step]
    first: str = ""
    options: tuple[Option, ...] = ()
    subcommands: tuple[Subcommand, ...] = ()
    for_moderators: bool = False
    everywhere: bool = False
    """True if it also works for people who installed the app for themselves, in any place."""
    in_direct_messages: bool = True
    typed: bool = True
