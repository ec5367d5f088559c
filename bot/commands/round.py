"""``/round``: a few questions that the group answers together, each for themselves, and then looks at together.

The group plays against the questions. There are no names, no ranks and no speed: an answer is confirmed to the one who gave it, is
kept until its question is revealed, and what is told then follows the rules of publication. Whoever leads decides when.
``round_start.py`` begins it; ``round_answer.py`` is what everybody does, ``round_lead.py`` what whoever leads does,
``round_play.py`` how it goes on.
"""

from __future__ import annotations

from bot.cards import Choice, Option
from bot.commands.command import Command, Step, Subcommand
from bot.commands.later import later
from bot.commands.phrases import complete_theme
from bot.commands.round_words import FEWEST, MOST

TIMERS = (Choice("No: I reveal it when we are ready", "0"), *(Choice(f"{one} seconds", str(one)) for one in (60, 90, 120, 300)))

ROUND = Command(
    "round",
    "Play a few questions together in the group's channel.",
    subcommands=(
        Subcommand(
            "start",
            "Begin a round: everybody answers privately, then you reveal what we think.",
            (
                Option("theme", "What about?", required=True, complete=complete_theme),
                Option("questions", "How many? 5 if you don't say.", kind="number", least=FEWEST, most=MOST),
                Option("timer", "Shall each question be revealed by itself? No, if you don't say.", choices=TIMERS),
            ),
        ),
        Subcommand("stop", "End the round that is running, whatever has become of its card."),
    ),
    steps={
        "start": Step(speaks=later("round_start.start"), needs_group=True, for_moderators=True),
        "theme": Step(speaks=later("round_start.theme_picked"), needs_group=True, for_moderators=True),
        "stop": Step(speaks=later("round_lead.stop"), needs_group=True, for_moderators=True),
        "begin": Step(later("round_start.begin"), needs_group=True, for_moderators=True),
        "reveal": Step(later("round_lead.reveal_it"), needs_group=True, for_moderators=True),
        "next": Step(later("round_lead.next_one"), needs_group=True, for_moderators=True),
        "stop-it": Step(later("round_lead.stop_it"), needs_group=True, for_moderators=True),
        "stop-now": Step(speaks=later("round_lead.stop_now"), needs_group=True, for_moderators=True),
        "talk": Step(speaks=later("round_talk.talk"), needs_group=True, for_moderators=True),
    },
    for_moderators=True,
    in_direct_messages=False,
)

PLAYING = Command(
    "playing",
    "Answer in a round.",
    first="answer",
    steps={
        "answer": Step(later("round_answer.answer"), needs_group=True),
        "fill-in": Step(later("round_answer.fill_in"), needs_group=True),
        "filled-in": Step(later("round_answer.filled_in"), needs_group=True),
        "fill-again": Step(later("round_answer.fill_again"), needs_group=True, reads_card=True),
        "more": Step(later("round_answer.more"), needs_group=True),
        "read": Step(later("round_read.read_again"), needs_group=True),
    },
    typed=False,
    in_direct_messages=False,
)
