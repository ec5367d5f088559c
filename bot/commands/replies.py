"""What moderators do with replies without a name; it is done in ``replies_decide.py``."""

from __future__ import annotations

from bot.commands.command import Command, Step
from bot.commands.later import later

REPLIES = Command(
    "replies",
    "Decide about replies without a name.",
    first="switches",
    steps={
        "accept": Step(speaks=later("replies_decide.accept"), needs_group=True, for_moderators=True, reads_card=True),
        "again": Step(speaks=later("replies_decide.again"), needs_group=True, for_moderators=True, reads_card=True),
        "there": Step(later("replies_decide.there"), needs_group=True, for_moderators=True, reads_card=True),
        "leave-out": Step(later("replies_decide.leave_out"), needs_group=True, for_moderators=True, reads_card=True),
        "decline": Step(later("replies_decide.decline"), needs_group=True, for_moderators=True, reads_card=True),
        "off": Step(later("replies_decide.off"), needs_group=True, for_moderators=True, reads_card=True),
        "on": Step(later("replies_decide.on"), needs_group=True, for_moderators=True, reads_card=True),
        "switches": Step(later("replies_decide.switches"), needs_group=True, for_moderators=True),
    },
    for_moderators=True,
    typed=False,
    in_direct_messages=False,
)
