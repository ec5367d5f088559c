"""``/content``: what a group brought along itself. What the steps do is in ``content_*.py``."""

from __future__ import annotations

from bot.cards import Option
from bot.commands.command import Command, Step, Subcommand
from bot.commands.later import later
from bot.commands.options import WHICH

_THEME = Option("theme", "Which one? Without it: the only one, or the list.", complete=later("content_files.complete_own"))

CONTENT = Command(
    "content",
    "Lessons, questions and prompts of your group's own.",
    first="list",
    subcommands=(
        Subcommand("upload", "Bring a file with lessons, questions or prompts of your own.", (WHICH,)),
        Subcommand("list", "What your group has of its own.", (WHICH,)),
        Subcommand("download", "Get a file of your own back, as it was uploaded.", (_THEME, WHICH)),
        Subcommand("stats", "How your own questions do: right at first try, what misleads, what draws nobody.", (_THEME, WHICH)),
        Subcommand("remove", "Take a file of your own out. I ask first.", (_THEME, WHICH)),
    ),
    steps={
        "upload": Step(later("content_upload.upload"), needs_group=True, for_moderators=True),
        "take": Step(later("content_upload.take"), needs_group=True, for_moderators=True, takes_file=True),
        "show": Step(later("content_upload.show"), needs_group=True, for_moderators=True),
        "read": Step(later("content_read.read"), needs_group=True, for_moderators=True),
        "use": Step(later("content_upload.use"), needs_group=True, for_moderators=True),
        "throw-away": Step(later("content_upload.throw_away"), needs_group=True, for_moderators=True),
        "list": Step(later("content_files.listed"), needs_group=True, for_moderators=True),
        "one": Step(later("content_files.one"), needs_group=True, for_moderators=True),
        "download": Step(later("content_files.download"), needs_group=True, for_moderators=True),
        "fetch": Step(later("content_files.fetch"), needs_group=True, for_moderators=True),
        "stats": Step(later("content_files.stats"), needs_group=True, for_moderators=True),
        "statistics": Step(later("content_files.statistics"), needs_group=True, for_moderators=True),
        "remove": Step(later("content_files.remove"), needs_group=True, for_moderators=True),
        "ask": Step(later("content_files.ask"), needs_group=True, for_moderators=True),
        "remove-now": Step(later("content_files.remove_now"), needs_group=True, for_moderators=True),
    },
    for_moderators=True,
    in_direct_messages=False,
)
