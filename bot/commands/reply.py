"""A reply to a prompt, without one's name; it is written in ``reply_write.py``."""

from __future__ import annotations

from bot.commands.command import Command, Step
from bot.commands.later import later

REPLY = Command(
    "reply",
    "Reply to a prompt without one's name.",
    first="write",
    steps={
        "write": Step(speaks=later("reply_write.write"), needs_group=True),
        "send": Step(speaks=later("reply_write.send"), needs_group=True),
        "try-again": Step(later("reply_write.try_again"), needs_group=True, reads_card=True),
    },
    typed=False,
    in_direct_messages=False,
)
