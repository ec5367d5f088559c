"""``/schedule``: a moderator plans what the group gets and when. The words of the command; its steps are in ``schedule_*.py``."""

from __future__ import annotations

from bot.cards import Option
from bot.commands.command import Command, Step, Subcommand
from bot.commands.group import WHICH
from bot.commands.schedule_add import add, change, change_again, edit, new, new_again
from bot.commands.schedule_again import post_again
from bot.commands.schedule_change import open_card, pause, remove, resume, skip, unping
from bot.commands.schedule_form import LONGEST_RULE
from bot.commands.schedule_history import history
from bot.commands.schedule_list import list_slots, show_to_me
from bot.commands.schedule_subject import GRACE_HOURS, KINDS, MOST_GRACE, complete_item, complete_themes
from bot.commands.slot_words import complete_slot

WHAT = "A prompt, a lesson card, a scenario, a round to play together, or a review hour."
_SLOT = Option("slot", "Which slot?", required=True, complete=complete_slot)
_ANY_SLOT = Option("slot", "Only this slot.", complete=complete_slot)
_ITEM = Option("item", "Always this one. Without it: the next that the group has not had.", complete=complete_item)
_PING = Option("ping", "A role to ping. Without it, nobody is.", kind="role")
_RULE = Option("rule", "Instead of the choices: a rule as in RFC 5545, such as FREQ=MONTHLY;BYDAY=2TU.", most=LONGEST_RULE)
_GRACE = Option(
    "grace", f"How many hours late it may still be posted. {GRACE_HOURS} if you don't say.", kind="number", least=0, most=MOST_GRACE
)

SCHEDULE = Command(
    "schedule",
    "Plan what the group gets, and when.",
    subcommands=(
        Subcommand(
            "add",
            "Plan a prompt, lesson, scenario, round or review hour, once or again and again. A form asks when.",
            (
                Option("what", WHAT, required=True, choices=KINDS),
                Option("theme", "What about? Without it, the whole course in order.", complete=complete_themes),
                _ITEM,
                _PING,
                _RULE,
                _GRACE,
                WHICH,
            ),
        ),
        Subcommand("list", "What is planned, with the next dates.", (WHICH,)),
        Subcommand(
            "edit",
            "Change a slot. A form asks when; the options change what.",
            (
                _SLOT,
                Option("what", WHAT, choices=KINDS),
                Option("theme", "What about?", complete=complete_themes),
                _ITEM,
                _PING,
                _RULE,
                _GRACE,
                WHICH,
            ),
        ),
        Subcommand("pause", "Let a slot pause until you resume it.", (_SLOT, WHICH)),
        Subcommand(
            "resume",
            "Let a slot go on. It looks first whether it can.",
            (Option("slot", "Which slot? Without it: all that paused themselves.", complete=complete_slot), WHICH),
        ),
        Subcommand("skip", "Leave out a slot's next date.", (_SLOT, WHICH)),
        Subcommand("remove", "Take a slot out of the calendar.", (_SLOT, WHICH)),
        Subcommand("test", "See what a slot would post now. Only you see it.", (_SLOT, WHICH)),
        Subcommand("history", "What was posted, missed, skipped or refused.", (_ANY_SLOT, WHICH)),
    ),
    steps={
        "add": Step(add, needs_group=True, for_moderators=True),
        "new": Step(speaks=new, needs_group=True, for_moderators=True),
        "new-again": Step(new_again, needs_group=True, for_moderators=True, reads_card=True),
        "list": Step(speaks=list_slots, needs_group=True, for_moderators=True),
        "open": Step(speaks=open_card, needs_group=True, for_moderators=True),
        "edit": Step(edit, needs_group=True, for_moderators=True),
        "change": Step(speaks=change, needs_group=True, for_moderators=True),
        "change-again": Step(change_again, needs_group=True, for_moderators=True, reads_card=True),
        "pause": Step(speaks=pause, needs_group=True, for_moderators=True),
        "resume": Step(speaks=resume, needs_group=True, for_moderators=True),
        "skip": Step(speaks=skip, needs_group=True, for_moderators=True),
        "remove": Step(remove, needs_group=True, for_moderators=True),
        "unping": Step(speaks=unping, needs_group=True, for_moderators=True),
        "test": Step(show_to_me, needs_group=True, for_moderators=True),
        "history": Step(speaks=history, needs_group=True, for_moderators=True),
        "again": Step(speaks=post_again, needs_group=True, for_moderators=True),
    },
    for_moderators=True,
    in_direct_messages=False,
)
