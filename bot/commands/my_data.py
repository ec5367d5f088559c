"""``/my-data``: what is kept about a learner. What the steps do is in ``my_data_*.py``."""

from __future__ import annotations

from bot.cards import Choice, Option
from bot.commands.command import Command, Step, Subcommand
from bot.commands.later import later

WHERE = Option(
    "where",
    "This group, all your groups on this server, or, in a direct message with me, all of them.",
    choices=(
        Choice("this group", "here"),
        Choice("all my groups on this server", "server"),
        Choice("all my groups with this bot (in a direct message)", "all"),
    ),
)

MY_DATA = Command(
    "my-data",
    "See, take away, pause or erase all that is kept about you.",
    subcommands=(
        Subcommand("show", "Everything that is kept about you, in words.", (WHERE,)),
        Subcommand("download", "Everything that is kept about you, as files that only you see.", (WHERE,)),
        Subcommand("erase", "Erase everything that is kept about you, at once.", (WHERE,)),
        Subcommand("pause", "Keep nothing new about you; what was kept stays.", (WHERE,)),
        Subcommand("resume", "Go on after a pause.", (WHERE,)),
        Subcommand("what-could-be-known", "What a bot with the usual rights could find out about somebody. A made-up person."),
    ),
    steps={
        "show": Step(later("my_data_show.show"), picks_group=True),
        "download": Step(later("my_data_show.download"), picks_group=True),
        "erase": Step(later("my_data_show.erase"), picks_group=True),
        "pause": Step(later("my_data_show.pause"), picks_group=True),
        "resume": Step(later("my_data_show.resume"), picks_group=True),
        "what-could-be-known": Step(later("my_data_known.what_could_be_known")),
    },
    everywhere=True,
)
