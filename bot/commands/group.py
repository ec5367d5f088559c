"""``/group``: moderators begin a study group, look at it, change it, and close it. What the steps do is in ``group_*.py``."""

from __future__ import annotations

from bot.cards import Option
from bot.commands.command import Command, Step, Subcommand
from bot.commands.group_options import (
    AMOUNT_OPTION,
    ARCHIVE_OPTION,
    GOAL_OPTION,
    GUIDE_OPTION,
    LONGEST_NAME,
    PUBLISH_OPTION,
    QUIET_OPTION,
    REPLIES_OPTION,
)
from bot.commands.later import later
from bot.commands.options import WHICH

_HOME = Option(
    "channel",
    "Its home: a text, announcement or forum channel.",
    kind="channel",
    kinds=("text", "announcement", "forum"),
)
_MODERATORS = Option("moderators_channel", "Where I tell moderators of trouble.", kind="channel", kinds=("text",))
_FACILITATORS = Option("facilitators", "A role whose members moderate this group too.", kind="role")
_NAME = Option("name", "What the group is called.", most=LONGEST_NAME)
_ZONE = Option("time_zone", "Its time zone: type the nearest big city.", complete=later("group_begin.complete_zone"))
_LANGUAGE = Option("language", "The language of its lessons.", complete=later("group_begin.complete_language"))


def _required(option: Option) -> Option:
    return Option(option.name, option.about, option.kind, True, complete=option.complete, most=option.most)


GROUP = Command(
    "group",
    "Begin a study group, look at it, change it, close it.",
    subcommands=(
        Subcommand(
            "create",
            "Begin a study group. Its home is this channel, unless you name another.",
            (_required(_NAME), _required(_ZONE), _required(_LANGUAGE), _HOME, _MODERATORS, _FACILITATORS),
        ),
        Subcommand("show", "What a group is now, and what you can do with it.", (WHICH,)),
        Subcommand(
            "edit",
            "Change a group. Without options you get a form.",
            (WHICH, _NAME, _ZONE, _LANGUAGE, _HOME, _MODERATORS, _FACILITATORS),
        ),
        Subcommand(
            "settings",
            "Quiet hours, threads, facilitators' cards, replies without a name. Without options you get a form.",
            (WHICH, QUIET_OPTION, ARCHIVE_OPTION, GUIDE_OPTION, REPLIES_OPTION, PUBLISH_OPTION, GOAL_OPTION, AMOUNT_OPTION),
        ),
        Subcommand("report", "What the group has covered, discussed and learnt, as a page and a table to take away.", (WHICH,)),
        Subcommand("close", "Close a group. Asks first, and says what is erased.", (WHICH,)),
    ),
    steps={
        "create": Step(speaks=later("group_begin.create"), for_moderators=True),
        "show": Step(later("group_begin.show"), needs_group=True, for_moderators=True),
        "edit": Step(speaks=later("group_edit.edit"), needs_group=True, for_moderators=True),
        "form": Step(later("group_edit.form"), needs_group=True, for_moderators=True),
        "fill-in": Step(speaks=later("group_edit.fill_in"), needs_group=True, for_moderators=True),
        "try-again": Step(later("group_edit.try_again"), needs_group=True, for_moderators=True, reads_card=True),
        "settings": Step(speaks=later("group_settings.settings"), needs_group=True, for_moderators=True),
        "settings-form": Step(later("group_settings.settings_form"), needs_group=True, for_moderators=True),
        "settings-fill-in": Step(speaks=later("group_settings.settings_fill_in"), needs_group=True, for_moderators=True),
        "settings-again": Step(later("group_settings.settings_again"), needs_group=True, for_moderators=True, reads_card=True),
        "welcome": Step(speaks=later("group_begin.welcome"), needs_group=True, for_moderators=True),
        "report": Step(later("group_report.report"), needs_group=True, for_moderators=True),
        "close": Step(later("group_close.close"), needs_group=True, for_moderators=True),
        "close-now": Step(speaks=later("group_close.close_now"), needs_group=True, for_moderators=True),
        "erase-now": Step(speaks=later("group_close.erase_now"), needs_group=True, for_moderators=True),
        "reopen": Step(later("group_close.reopen"), for_moderators=True, of_closed=True),
        "erase-closed": Step(later("group_close.erase_closed"), for_moderators=True, of_closed=True),
    },
    for_moderators=True,
    in_direct_messages=False,
)
