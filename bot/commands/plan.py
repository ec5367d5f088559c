"""``/plan``: a moderator runs a whole course. The words of the command; its steps are in ``plan_start.py`` and ``plan_run.py``."""

from __future__ import annotations

from bot.cards import Option
from bot.commands.command import Command, Step, Subcommand
from bot.commands.later import later
from bot.commands.options import WHICH

LONGEST_DAY, LONGEST_HOUR = 40, 20
MOST_WEEKS = 8

PLAN = Command(
    "plan",
    "Run a whole course: start it, look at it, shift it, stop it.",
    subcommands=(
        Subcommand(
            "start",
            "See a plan on your dates, then start it with a press.",
            (
                Option("plan", "Which plan?", required=True, complete=later("plan_words.complete_plan")),
                Option("first_day", "The day of its first item: 3 December, tuesday, 2026-12-03.", required=True, most=LONGEST_DAY),
                Option("hour", "At what time, in the group's zone? Without it, the plan's own.", most=LONGEST_HOUR),
                Option("no_meetings_from", "The first day of a break: items in it move behind it.", most=LONGEST_DAY),
                Option("no_meetings_until", "The last day of the break.", most=LONGEST_DAY),
                WHICH,
            ),
        ),
        Subcommand("show", "The running plan: what was posted, and what comes.", (WHICH,)),
        Subcommand(
            "shift",
            "Move everything that is not posted yet by whole weeks. Shows the new dates first.",
            (Option("weeks", "By how many weeks? 1 if you don't say.", kind="number", least=1, most=MOST_WEEKS), WHICH),
        ),
        Subcommand("skip", "Leave out the next item.", (WHICH,)),
        Subcommand("stop", "Stop the running plan. Asks first; what was posted stays.", (WHICH,)),
    ),
    steps={
        "start": Step(speaks=later("plan_start.start"), needs_group=True, for_moderators=True),
        "fill-in": Step(speaks=later("plan_start.start"), needs_group=True, for_moderators=True),
        "look": Step(speaks=later("plan_start.look"), needs_group=True, for_moderators=True),
        "begin": Step(speaks=later("plan_start.begin"), needs_group=True, for_moderators=True),
        "change": Step(later("plan_start.change"), needs_group=True, for_moderators=True),
        "again": Step(later("plan_start.again"), needs_group=True, for_moderators=True, reads_card=True),
        "not-now": Step(later("plan_start.not_now"), needs_group=True, for_moderators=True),
        "notes": Step(later("guide.notes"), needs_group=True, for_moderators=True),
        "show": Step(later("plan_run.show"), needs_group=True, for_moderators=True),
        "shift": Step(later("plan_run.shift"), needs_group=True, for_moderators=True),
        "shift-now": Step(later("plan_run.shift_now"), needs_group=True, for_moderators=True),
        "skip": Step(later("plan_run.skip"), needs_group=True, for_moderators=True),
        "stop": Step(later("plan_run.stop"), needs_group=True, for_moderators=True),
        "stop-now": Step(later("plan_run.stop_now"), needs_group=True, for_moderators=True),
    },
    for_moderators=True,
    in_direct_messages=False,
)
