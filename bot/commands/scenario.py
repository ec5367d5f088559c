"""``/scenario``: a short story to play. What the steps do is in ``scenario_play.py``."""

from __future__ import annotations

from bot.cards import Option
from bot.commands.command import Command, Step
from bot.commands.later import later

SCENARIO = Command(
    "scenario",
    "Play a short story in which a choice has a consequence. Only you see it.",
    first="begin",
    options=(Option("name", "Which one? Without it, you get the list.", complete=later("scenario_play.complete_scenario")),),
    steps={
        "begin": Step(later("scenario_play.begin")),
        "list": Step(later("scenario_play.list_scenarios")),
        "play": Step(later("scenario_play.play")),
        "at": Step(later("scenario_play.at")),
    },
    everywhere=True,
)
