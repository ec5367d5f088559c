"""What Discord refuses when a bot registers its slash commands, with its own error format."""

from __future__ import annotations

import re
from typing import Any

from rehearsal.checks import array, entry, text, unknown_keys, whole_number
from rehearsal.refusals import Path, Problems, too_many_commands
from rehearsal.things import Json

SUBCOMMAND, SUBCOMMAND_GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 6, 7, 8, 9, 10, 11

LOCALES = frozenset(
    {
        "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl",
        "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja",
        "zh-TW", "ko",
    }
)  # fmt: skip
COMMAND_KEYS = frozenset(
    {
        "id", "application_id", "version", "type", "name", "description", "name_localizations",
        "description_localizations", "options", "default_member_permissions", "dm_permission", "nsfw",
        "contexts", "integration_types", "handler", "guild_id",
    }
)  # fmt: skip
OPTION_KEYS = frozenset(
    {
        "type", "name", "description", "name_localizations", "description_localizations", "required", "choices",
        "options", "channel_types", "min_value", "max_value", "min_length", "max_length", "autocomplete",
    }
)  # fmt: skip
_NAME = re.compile(r"^[-_'\w]{1,32}$")


def check_commands(commands: Any) -> list[Json]:
    """The commands of a bulk overwrite, or the Refusal that Discord would answer."""
    problems = Problems()
    listed = array(problems, (), commands) or []
    problems.settle()
    if sum(1 for c in listed if isinstance(c, dict) and c.get("type", 1) == 1) > 100:
        raise too_many_commands()
    seen: set[tuple[int, str]] = set()
    for index, command in enumerate(listed):
        if entry(problems, (index,), command) is None:
            continue
        _command(problems, (index,), command)
        key = (command.get("type", 1), command.get("name", ""))
        if key in seen:
            problems.add((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
        seen.add(key)
    problems.settle()
    return listed


def check_command(command: Any) -> Json:
    """One command, or the Refusal that Discord would answer."""
    problems = Problems()
    body = entry(problems, (), command) or {}
    _command(problems, (), body)
    problems.settle()
    return body


def _command(problems: Problems, path: Path, command: Json) -> None:
    unknown_keys(problems, path, command, COMMAND_KEYS)
    kind = command.get("type", 1)
    if kind in (2, 3):
        text(problems, (*path, "name"), command.get("name"), shortest=1, longest=32, required=True)
        if command.get("description"):
            problems.add((*path, "description"), "APPLICATION_COMMAND_NO_DESCRIPTION", "Only slash commands have one")
        return
    _name(problems, (*path, "name"), command.get("name"))
    text(problems, (*path, "description"), command.get("description"), shortest=1, longest=100, required=True)
    _localized(problems, path, command)
    _options(problems, (*path, "options"), command.get("options"), depth=0)
    may = command.get("default_member_permissions")
    if may is not None and not str(may).isdigit():
        problems.add((*path, "default_member_permissions"), "NUMBER_TYPE_COERCE", f'Value "{may}" is not int.')
    for key, most in (("contexts", 2), ("integration_types", 1)):
        values = array(problems, (*path, key), command.get(key), least=1, most=3) or []
        for index, value in enumerate(values):
            whole_number(problems, (*path, key, index), value, least=0, most=most)
    if _size(command) > 8000:
        problems.add(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")


def _options(problems: Problems, path: Path, given: Any, *, depth: int) -> None:
    options = array(problems, path, given, most=25) or []
    names: set[str] = set()
    optional_seen = False
    nested = [isinstance(o, dict) and o.get("type") in (SUBCOMMAND, SUBCOMMAND_GROUP) for o in options]
    if any(nested) and not all(nested):
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands can't stand beside other options")
    for index, option in enumerate(options):
        here = (*path, index)
        if entry(problems, here, option) is None:
            continue
        _option(problems, here, option, depth=depth)
        if option.get("name") in names:
            problems.add((*here, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already used")
        names.add(option.get("name", ""))
        if option.get("required") and optional_seen:
            problems.add(
                here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )  # fmt: skip
        optional_seen = optional_seen or not option.get("required")


def _option(problems: Problems, path: Path, option: Json, *, depth: int) -> None:
    unknown_keys(problems, path, option, OPTION_KEYS)
    kind = whole_number(problems, (*path, "type"), option.get("type"), least=1, most=11)
    _name(problems, (*path, "name"), option.get("name"))
    text(problems, (*path, "description"), option.get("description"), shortest=1, longest=100, required=True)
    _localized(problems, path, option)
    if kind in (SUBCOMMAND, SUBCOMMAND_GROUP):
        if depth > 1 or (depth == 1 and kind == SUBCOMMAND_GROUP):
            problems.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command option type is invalid here")
        # a subcommand's own options are values: nothing may be nested below them
        _options(problems, (*path, "options"), option.get("options"), depth=2 if kind == SUBCOMMAND else 1)
        return
    if option.get("options"):
        problems.add((*path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "A value has no options")
    _choices(problems, path, option, kind)
    for low, high, kinds in (("min_value", "max_value", (INTEGER, NUMBER)), ("min_length", "max_length", (STRING,))):
        if (option.get(low) is not None or option.get(high) is not None) and kind not in kinds:
            problems.add((*path, low), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Not for an option of this type")
        elif option.get(low) is not None and option.get(high) is not None and option[low] > option[high]:
            problems.add((*path, low), "APPLICATION_COMMAND_OPTIONS_MIN_MAX", f"{low} is greater than {high}")


def _choices(problems: Problems, path: Path, option: Json, kind: int | None) -> None:
    choices = array(problems, (*path, "choices"), option.get("choices"), most=25) or []
    if choices and option.get("autocomplete"):
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", "Choices and autocomplete exclude each other")
    if (choices or option.get("autocomplete")) and kind not in (STRING, INTEGER, NUMBER):
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "An option of this type has no choices")
    names: set[str] = set()
    for index, choice in enumerate(choices):
        here = (*path, "choices", index)
        check_choice(problems, here, choice, kind)
        if isinstance(choice, dict):
            if choice.get("name") in names:
                problems.add(here, "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Option choice already used")
            names.add(choice.get("name", ""))


def check_choice(problems: Problems, path: Path, choice: Any, kind: int | None) -> None:
    """A choice, of an option or of an autocompletion. `kind` is the option's type."""
    if entry(problems, path, choice) is None:
        return
    unknown_keys(problems, path, choice, ("name", "value", "name_localizations"))
    text(problems, (*path, "name"), choice.get("name"), shortest=1, longest=100, required=True)
    if kind == STRING:
        text(problems, (*path, "value"), choice.get("value"), longest=100, required=True)
    elif kind == INTEGER:
        whole_number(problems, (*path, "value"), choice.get("value"), least=-(2**53), most=2**53)
    elif isinstance(choice.get("value"), bool) or not isinstance(choice.get("value"), int | float):
        problems.add((*path, "value"), "NUMBER_TYPE_COERCE", f'Value "{choice.get("value")}" is not float.')


def _name(problems: Problems, path: Path, name: Any) -> None:
    given = text(problems, path, name, shortest=1, longest=32, required=True)
    if given and (not _NAME.match(given) or given != given.lower()):
        problems.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _localized(problems: Problems, path: Path, thing: Json) -> None:
    for key in ("name_localizations", "description_localizations"):
        for locale, words in (thing.get(key) or {}).items():
            here = (*path, key, locale)
            if locale not in LOCALES:
                problems.add(here, "ENUM_TYPE_COERCE", f'Value "{locale}" is not a valid enum value.')
            elif key == "name_localizations":
                _name(problems, here, words)
            else:
                text(problems, here, words, shortest=1, longest=100, required=True)


def _size(thing: Json) -> int:
    """Discord counts names, descriptions and values, each at its longest translation."""
    total = 0
    for key in ("name", "description"):
        words = [str(thing.get(key) or ""), *(str(w) for w in (thing.get(f"{key}_localizations") or {}).values())]
        total += max(len(word) for word in words)
    total += len(str(thing.get("value", "")))
    for inner in [*(thing.get("options") or []), *(thing.get("choices") or [])]:
        total += _size(inner) if isinstance(inner, dict) else 0
    return total
