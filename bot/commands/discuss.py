"""``/discuss``: a moderator posts a discussion prompt, with a thread. What the steps do is in ``discuss_post.py``."""

from __future__ import annotations

from bot.cards import Option
from bot.commands.command import Command, Step
from bot.commands.later import later

DISCUSS = Command(
    "discuss",
    "Post a discussion prompt in the group's channel, with a thread.",
    first="discuss",
    options=(
        Option("theme", "What about?", required=True, complete=later("discuss_post.complete_theme_or_own")),
        Option(
            "prompt",
            "Which prompt? Without it, the first one that the group has not had.",
            complete=later("discuss_post.complete_prompt"),
        ),
    ),
    steps={
        "discuss": Step(speaks=later("discuss_post.discuss"), needs_group=True, for_moderators=True),
        "theme": Step(speaks=later("discuss_post.theme_picked"), needs_group=True, for_moderators=True),
    },
    for_moderators=True,
    in_direct_messages=False,
)
