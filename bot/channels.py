"""How the bot speaks elsewhere than in its own answers: posts, threads, a look at a channel.

A protocol that steps and the poster use and that ``bot/chat/`` fulfils. A refusal of Discord's is a value with a sentence,
never an exception; it also says what the poster has to know: whether waiting may help, and whether the thing may be there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from bot.cards import Card, Channel

Right = Literal["view", "send", "send in threads", "open threads", "attach", "tag"]
"""``tag``: of a forum that asks for one, an open tag."""


class Posted(Struct, frozen=True):
    """A message of ours that is there now, and the thread that came with it, if any."""

    message: int
    thread: int | None = None


class Refused(Struct, frozen=True):
    """Discord would not do it. ``why`` is one sentence for a moderator, with what to do."""

    why: str
    passes: bool = False
    """True if it may pass by itself: too many threads just now, too many requests, Discord not answering."""
    unsure: bool = False
    """True if it may have been done all the same, since Discord's answer was lost."""
    was_there: bool = False
    """True if it had been posted and somebody has deleted it since."""


class Channels(Protocol):
    """How a step speaks elsewhere than in its own answer."""

    def serves(self, server: int) -> bool:
        """Whether this process looks after the server, and Discord has told of it."""

    def removed_from(self, server: int) -> bool:
        """Whether this process would look after the server and Discord, which has told of all, doesn't list it. An outage is not
        a removal: then it is listed, as unavailable."""

    async def post(self, channel: int, card: Card, *, nonce: str, ping: int | None = None) -> Posted | Refused:
        """Send a card to a text channel. The same ``nonce`` within a few minutes sends nothing twice. The role
        ``ping`` is mentioned above the card; nobody else ever is, whatever the card says."""

    async def post_in_thread(self, thread: int, card: Card, *, nonce: str) -> Posted | Refused:
        """Send a card to a thread or forum post, which may be archived."""

    async def post_in_forum(
        self, forum: int, title: str, card: Card, *, tag: str | None = None, archive_after: int = 1440, ping: int | None = None
    ) -> Posted | Refused:
        """Open a forum post that begins with the card, with the forum's tag of that name if it has one. ``archive_after`` is in
        minutes."""

    async def open_thread(self, channel: int, message: int, title: str, *, archive_after: int = 1440) -> int | Refused:
        """Open a thread on a message and give its id; the same id if the message already has one. ``archive_after``: minutes."""

    async def edit(self, channel: int, message: int, card: Card) -> Posted | Refused:
        """Put another card in the place of one of our own."""

    async def find_in_forum(self, forum: int, title: str, since: datetime) -> Posted | Refused | None:
        """One of our own posts in the forum with that title, made since then; ``None`` when there is none."""

    def channel(self, channel: int) -> Channel | None:
        """The channel as it is now; ``None`` when it is gone, or the bot can't see it."""

    def missing(self, channel: int, *rights: Right) -> str | None:
        """A sentence that says which of these rights the bot lacks there; ``None`` when it has them all."""

    def all_may_view(self, channel: int) -> bool:
        """Whether everyone on the server may view the channel."""

    def role_pings(self, server: int, role: int) -> bool:
        """Whether a mention of this role by the bot notifies its members."""
