"""What a study group is, and who moderates it.

A group is known to several rooms (storage keeps it, steps read it, the poster posts for it), so it
stands on its own. It knows no Discord and no SQL.
"""

from __future__ import annotations

from datetime import date, time
from typing import Literal

from msgspec import Struct

HomeKind = Literal["text", "announcement", "forum"]


class Group(Struct, frozen=True):
    """One study group on one Discord server.

    ``group_id`` is a random 40-bit number that is never reused. Channels, roles and servers are Discord's ids:
    the bot has to post there. Nobody's user id is among them, not even the moderator's who created the group.
    """

    group_id: int
    server_id: int
    name: str
    home_channel: int
    home_kind: HomeKind
    moderators_channel: int | None
    facilitators_role: int | None
    time_zone: str
    language: str
    created_on: date
    quiet_from: time | None = None
    """From here to ``quiet_until``, in the group's own zone, the calendar posts nothing; both or neither."""
    quiet_until: time | None = None
    archive_after: int = 1440
    """Minutes after which Discord archives an idle thread: 60, 1440, 4320 or 10080."""
    guide_hours: int = 24
    """How long before an item of a plan its facilitator's card comes; 0 for never."""
    replies: bool = False
    """Whether people may reply without their name, through the moderators."""
    publish_from: int = 5
    """So many learners stand behind each figure that is published; never fewer than 3."""
    recall_goal: int = 90
    """In percent: how likely a learner should still know an answer when a review asks for it again."""
    review_amount: int = 12
    """Questions that a review asks in a day, if the learner doesn't say."""
    own_version: int = 0
    """Goes up whenever its own content changes; 0 while it never had any. Storage alone sets it."""


class Rights(Struct, frozen=True):
    """What the person of one visit may do on this server, as that interaction itself said."""

    manage_server: bool = False
    roles: frozenset[int] = frozenset()

    def moderates(self, group: Group | None) -> bool:
        """True with Manage Server, or with the group's facilitators' role."""
        return self.manage_server or (group is not None and group.facilitators_role in self.roles)
