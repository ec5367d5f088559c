"""``/prompt now``: what the calendar has next, at once. It is done in ``prompt_now.py``."""

from __future__ import annotations

from bot.cards import Option
from bot.commands.command import Command, Step, Subcommand
from bot.commands.later import later
from bot.commands.options import WHICH
from bot.commands.slot_words import complete_slot

PROMPT = Command(
    "prompt",
    "Post what the calendar has next, without waiting.",
    subcommands=(
        Subcommand(
            "now",
            "Post the next one at once. Its date then counts as done.",
            (Option("slot", "Of which slot? Without it: whatever comes next.", complete=complete_slot), WHICH),
        ),
    ),
    steps={"now": Step(speaks=later("prompt_now.now"), needs_group=True, for_moderators=True)},
    for_moderators=True,
    in_direct_messages=False,
)
