"""``/suggest``: a prompt of one's own, for the moderators. What the steps do is in ``suggest_write.py``."""

from __future__ import annotations

from bot.commands.command import Command, Step
from bot.commands.later import later

SUGGEST = Command(
    "suggest",
    "Suggest a discussion prompt for the group. It goes to the moderators, without your name.",
    first="suggest",
    steps={
        "suggest": Step(speaks=later("suggest_write.suggest"), needs_group=True),
        "send": Step(speaks=later("suggest_write.send"), needs_group=True),
        "try-again": Step(later("suggest_write.try_again"), needs_group=True, reads_card=True),
    },
    in_direct_messages=False,
)
