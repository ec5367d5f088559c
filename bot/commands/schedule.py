"""``/schedule``: a moderator plans what the group gets and when. The words of the command; its steps are in ``schedule_*.py``."""

from __future__ import annotations

from bot.cards import Choice, Option
from bot.commands.command import Command, Step, Subcommand
from bot.commands.later import later
from bot.commands.options import WHICH
from bot.commands.slot_words import complete_slot

KINDS = (
    Choice("A prompt to discuss", "prompt"),
    Choice("A lesson card", "lesson"),
    Choice("A scenario to play", "scenario"),
    Choice("A review hour, each on their own", "review"),
    Choice("A round to play together", "round"),
)
GRACE_HOURS = 2
MOST_GRACE = 24
LONGEST_RULE = 200
WHAT = "A prompt, a lesson card, a scenario, a round to play together, or a review hour."
_SLOT = Option("slot", "Which slot?", required=True, complete=complete_slot)
_ANY_SLOT = Option("slot", "Only this slot.", complete=complete_slot)
_ITEM = Option(
    "item", "Always this one. Without it: the next that the group has not had.", complete=later("schedule_subject.complete_item")
)
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
                Option(
                    "theme",
                    "What about? Without it, the whole course in order.",
                    complete=later("schedule_subject.complete_themes"),
                ),
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
                Option("theme", "What about?", complete=later("schedule_subject.complete_themes")),
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
            (
                Option("slot", "Which slot? Without it: all that paused themselves.", complete=complete_slot),
                WHICH,
            ),
        ),
        Subcommand("skip", "Leave out a slot's next date.", (_SLOT, WHICH)),
        Subcommand("remove", "Take a slot out of the calendar.", (_SLOT, WHICH)),
        Subcommand("test", "See what a slot would post now. Only you see it.", (_SLOT, WHICH)),
        Subcommand("history", "What was posted, missed, skipped or refused.", (_ANY_SLOT, WHICH)),
    ),
    steps={
        "add": Step(later("schedule_add.add"), needs_group=True, for_moderators=True),
        "new": Step(speaks=later("schedule_add.new"), needs_group=True, for_moderators=True),
        "new-again": Step(later("schedule_add.new_again"), needs_group=True, for_moderators=True, reads_card=True),
        "list": Step(speaks=later("schedule_list.list_slots"), needs_group=True, for_moderators=True),
        "open": Step(speaks=later("schedule_change.open_card"), needs_group=True, for_moderators=True),
        "edit": Step(later("schedule_add.edit"), needs_group=True, for_moderators=True),
        "change": Step(speaks=later("schedule_add.change"), needs_group=True, for_moderators=True),
        "change-again": Step(later("schedule_add.change_again"), needs_group=True, for_moderators=True, reads_card=True),
        "pause": Step(speaks=later("schedule_change.pause"), needs_group=True, for_moderators=True),
        "resume": Step(speaks=later("schedule_change.resume"), needs_group=True, for_moderators=True),
        "skip": Step(speaks=later("schedule_change.skip"), needs_group=True, for_moderators=True),
        "remove": Step(later("schedule_change.remove"), needs_group=True, for_moderators=True),
        "unping": Step(speaks=later("schedule_change.unping"), needs_group=True, for_moderators=True),
        "test": Step(later("schedule_list.show_to_me"), needs_group=True, for_moderators=True),
        "history": Step(speaks=later("schedule_history.history"), needs_group=True, for_moderators=True),
        "again": Step(speaks=later("schedule_again.post_again"), needs_group=True, for_moderators=True),
    },
    for_moderators=True,
    in_direct_messages=False,
)
