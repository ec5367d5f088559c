"""What moderators do with suggested prompts; it is done in ``suggestions_decide.py``."""

from __future__ import annotations

from bot.commands.command import Command, Step
from bot.commands.later import later

SUGGESTIONS = Command(
    "suggestions",
    "Decide about suggested prompts.",
    first="own",
    steps={
        "accept": Step(later("suggestions_decide.accept"), needs_group=True, for_moderators=True, reads_card=True),
        "edit": Step(later("suggestions_decide.edit"), needs_group=True, for_moderators=True, reads_card=True),
        "edited": Step(later("suggestions_decide.edited"), needs_group=True, for_moderators=True, reads_card=True),
        "decline": Step(later("suggestions_decide.decline"), needs_group=True, for_moderators=True, reads_card=True),
        "waits": Step(later("suggestions_decide.waits"), needs_group=True, for_moderators=True),
        "own": Step(later("suggestions_decide.own"), needs_group=True, for_moderators=True),
        "remove": Step(later("suggestions_decide.remove"), needs_group=True, for_moderators=True),
    },
    for_moderators=True,
    typed=False,
    in_direct_messages=False,
)
