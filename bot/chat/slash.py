"""Slash commands, made from our own ``Command``.

A veteran of discord.py will look for cogs and decorators here. There are none: a command is described once, in
``bot/commands/``, without Discord, so that its rules can be tested without Discord. This file turns that description into the
library's ``app_commands``, which knows best how to register them and how to read what was typed.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Optional

import discord
from discord import app_commands

from bot.cards import ChannelKind, Choice, Given, Option
from bot.chat.arrivals import given_option
from bot.chat.render import channel_types
from bot.commands import Command
from bot.press import Press

Interaction = discord.Interaction[Any]
Serve = Callable[[Interaction, Press, dict[str, Given]], Awaitable[None]]
Suggest = Callable[[Interaction, Press, dict[str, Given], str, str], Awaitable[tuple[Choice, ...]]]

_TYPES: dict[str, Any] = {
    "text": str,
    "number": int,
    "channel": app_commands.AppCommandChannel,
    "role": discord.Role,
}


def build(command: Command, serve: Serve, suggest: Suggest) -> app_commands.Command[Any, ..., None] | app_commands.Group:
    """One command of ours as one of the library's."""
    contexts = app_commands.AppCommandContext(guild=True, dm_channel=command.in_direct_messages, private_channel=command.everywhere)
    installs = app_commands.AppInstallationType(guild=True, user=command.everywhere)
    rights = discord.Permissions(manage_guild=True) if command.for_moderators else None
    if not command.subcommands:
        single = _single(command.name, command.about, command.options, Press(command.name, command.first), serve, suggest)
        single.allowed_contexts, single.allowed_installs = contexts, installs
        single.default_permissions = rights
        return single
    group = app_commands.Group(
        name=command.name,
        description=command.about,
        allowed_contexts=contexts,
        allowed_installs=installs,
        default_permissions=rights,
    )
    for one in command.subcommands:
        group.add_command(_single(one.name, one.about, one.options, Press(command.name, one.name), serve, suggest))
    return group


async def register(tree: app_commands.CommandTree[Any], application: int) -> bool:
    """Tell Discord about the commands if it knows others. False when nothing had to be written."""
    if not await differences(tree, application):
        return False
    await tree.sync()
    return True


async def differences(tree: app_commands.CommandTree[Any], application: int) -> tuple[str, ...]:
    """The names of commands that Discord knows otherwise than we do, doesn't know, or knows although we don't."""
    wanted = _by_name([_comparable(command.to_dict(tree)) for command in tree.get_commands()])
    known = _by_name([_comparable(dict(one)) for one in await tree.client.http.get_global_commands(application)])
    return tuple(sorted(name for name in wanted.keys() | known.keys() if wanted.get(name) != known.get(name)))


def _single(
    name: str, about: str, options: tuple[Option, ...], press: Press, serve: Serve, suggest: Suggest
) -> app_commands.Command[Any, ..., None]:
    async def callback(interaction: Interaction, **typed: object) -> None:
        found = {key: given_option(value) for key, value in typed.items()}
        await serve(interaction, press, {key: value for key, value in found.items() if value is not None})

    parameters = [inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction)]
    parameters += [
        inspect.Parameter(
            one.name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=_annotation(one),
            default=inspect.Parameter.empty if one.required else None,
        )
        for one in options
    ]
    callback.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    described = app_commands.describe(**{one.name: one.about for one in options})(callback)
    made: app_commands.Command[Any, ..., None] = app_commands.Command(name=name, description=about, callback=described)
    for one in options:
        if one.choices:
            app_commands.choices(**{one.name: [app_commands.Choice(name=c.label, value=c.value) for c in one.choices]})(made)
        if one.complete:
            made.autocomplete(one.name)(_suggestions(press, one.name, suggest))
    return made


def _annotation(option: Option) -> Any:
    kind = _TYPES[option.kind]
    if option.kinds:
        kind = app_commands.Transform[kind, _OnlyChannels(option.kinds)]
    if option.kind == "number" or (option.kind == "text" and option.most):
        kind = app_commands.Range[kind, 1 if option.least is None else option.least, option.most]
    return kind if option.required else Optional[kind]  # noqa: UP045  a Range can't be joined by |


class _OnlyChannels(app_commands.Transformer):
    """A channel of certain kinds, as Discord's client offers them. Unlike the library's own ``TextChannel`` it needs no
    channel that the bot knows already: one that it can't see shall get a sentence, not an error."""

    def __init__(self, kinds: tuple[ChannelKind, ...]) -> None:
        self._kinds = kinds

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return channel_types(self._kinds)

    async def transform(self, interaction: Interaction, value: Any, /) -> Any:
        return value


def _suggestions(press: Press, option: str, suggest: Suggest) -> Any:
    async def complete(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        # Its pairs one by one: dict() would ask it for `keys`, which it takes for an option of that name.
        typed = {name: value for name, value in interaction.namespace}  # noqa: C416
        others: dict[str, Given] = {key: value for key, value in typed.items() if key != option and isinstance(value, (str, int))}
        found = await suggest(interaction, press, others, option, current)
        return [app_commands.Choice(name=one.label[:100], value=one.value[:100]) for one in found]

    return complete


# What Discord adds to a command by itself. (dm_permission: an older word for contexts, from which Discord works it out.)
_ADDED = ("id", "application_id", "version", "guild_id", "handler", "name_localized", "description_localized", "dm_permission")


def _comparable(payload: dict[str, Any]) -> dict[str, Any]:
    """A command's description without what only one of the two sides writes."""
    plain: dict[str, Any] = {}
    for key, value in payload.items():
        if key in _ADDED or value in (None, [], {}, False):
            continue
        if key == "options":
            plain[key] = [_comparable(option) for option in value]
        elif key in ("contexts", "integration_types", "channel_types"):
            plain[key] = sorted(value)
        else:
            plain[key] = str(value) if key == "default_member_permissions" else value
    return plain


def _by_name(commands: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {command["name"]: command for command in commands}
