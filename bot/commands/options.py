"""Options that several commands have."""

from __future__ import annotations

from bot.cards import Option
from bot.commands.later import later

WHICH = Option("group", "Which group? Without it, this channel's.", complete=later("group_begin.complete_group"))
