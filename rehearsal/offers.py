"""Which slash commands Discord shows to whom and where, and how what is typed becomes an interaction's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rehearsal import permissions
from rehearsal.limits_commands import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ROLE,
    STRING,
    SUBCOMMAND,
    SUBCOMMAND_GROUP,
    USER,
)  # fmt: skip
from rehearsal.resolving import Resolver
from rehearsal.things import Channel, Json, Kind
from rehearsal.world import World


class NotOffered(LookupError):
    """Discord would not show this command to this person here."""


def offered(world: World, user_id: int, channel: Channel) -> list[Json]:
    """The slash commands that this person is shown in this channel."""
    if channel.server_id is None:
        return [c for c in world.commands.values() if c["type"] == 1 and _is_for_direct(c)]
    server = world.servers[channel.server_id]
    may = world.may(user_id, channel)
    speaks = permissions.SEND_IN_THREADS if channel.is_thread else permissions.SEND_MESSAGES
    if not server.has_bot or channel.kind == Kind.FORUM or not may & permissions.USE_COMMANDS or not may & speaks:
        return []
    own = world.server_commands.get(server.id, {}).values()
    return [
        command for command in [*own, *world.commands.values()]
        if command["type"] == 1 and _is_for_servers(command) and _is_allowed(world, server.id, user_id, may, command)
    ]  # fmt: skip


def find(commands: list[Json], full_name: str) -> tuple[Json, list[Json]]:
    """The command of a full name like `group create`, and its way down: [group?, subcommand?]."""
    first, *rest = full_name.split()
    command = next((c for c in commands if c["name"] == first), None)
    if command is None:
        raise NotOffered(f"Discord doesn't offer /{first} here")
    way: list[Json] = []
    options = command.get("options") or []
    for word in rest:
        step = next((o for o in options if o["name"] == word and o["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)), None)
        if step is None:
            raise NotOffered(f"/{first} has no {word!r}")
        way.append(step)
        options = step.get("options") or []
    if any(o["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP) for o in options):
        raise NotOffered(f"/{full_name} is only a group: {', '.join(o['name'] for o in options)}")
    return command, way


def command_data(
    resolver: Resolver, command: Json, way: list[Json], given: Mapping[str, object], *, focused: str | None = None
) -> Json:
    """The interaction's data. `focused` is the option still being typed: then nothing is required yet.

    LookupError for an option that isn't there, ValueError for a value that Discord's client wouldn't send.
    """
    leaf = way[-1] if way else command
    definitions = {option["name"]: option for option in leaf.get("options") or []}
    for name in given:
        if name not in definitions:
            raise LookupError(f"/{command['name']} has no option {name!r}; it has {', '.join(definitions) or 'none'}")
    options: list[Json] = []
    for name, definition in definitions.items():
        if name == focused:
            options.append({"name": name, "type": definition["type"], "value": str(given[name]), "focused": True})
        elif given.get(name) is not None:
            value = _value(resolver, definition, given[name])
            options.append({"name": name, "type": definition["type"], "value": value})
        elif definition.get("required") and focused is None:
            raise ValueError(f"{name}: This option is required. Specify a value.")
    for step in reversed(way):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    if resolver.resolved:
        data["resolved"] = resolver.resolved
    return data


def option_of(command: Json, way: list[Json], name: str) -> Json:
    for option in (way[-1] if way else command).get("options") or []:
        if option["name"] == name:
            return dict(option)
    raise LookupError(f"/{command['name']} has no option {name!r}")


def _is_for_direct(command: Json) -> bool:
    return 1 in command["contexts"] if command["contexts"] is not None else bool(command["dm_permission"])


def _is_for_servers(command: Json) -> bool:
    return command["contexts"] is None or 0 in command["contexts"]


def _is_allowed(world: World, server_id: int, user_id: int, may: int, command: Json) -> bool:
    """By the server's own settings if there are any for this command and person, else by default permissions."""
    server = world.servers[server_id]
    if may & permissions.ADMINISTRATOR:
        return True
    settings = server.command_overrides.get(command["name"], {})
    if user_id in settings:
        return settings[user_id]
    by_role = [settings[role_id] for role_id in server.members[user_id].role_ids if role_id in settings]
    if by_role:
        return any(by_role)
    if server.id in settings:
        return settings[server.id]
    wanted = command["default_member_permissions"]
    if wanted is None:
        return True
    return int(wanted) != 0 and may & int(wanted) == int(wanted)


def _value(resolver: Resolver, definition: Json, given: object) -> Any:
    kind, name = definition["type"], definition["name"]
    if kind in (STRING, INTEGER, NUMBER):
        if definition.get("choices"):
            for choice in definition["choices"]:
                if given in (choice["name"], choice["value"]):
                    return choice["value"]
            raise ValueError(f"{name}: {given!r} is not one of the choices")
        return _typed(definition, given)
    if kind == BOOLEAN:
        if str(given).lower() not in ("true", "false"):
            raise ValueError(f"{name}: {given!r} is neither true nor false")
        return str(given).lower() == "true"
    if kind == ATTACHMENT:
        return resolver.file(given)
    if kind == CHANNEL:
        return resolver.channel(given, definition.get("channel_types"))
    if kind == ROLE:
        return resolver.role(given)
    if kind == USER:
        return resolver.user(given)
    if kind == MENTIONABLE:
        return resolver.mentionable(given)
    raise ValueError(f"{name}: the rehearsal knows no option of type {kind}")


def _typed(definition: Json, given: object) -> Any:
    kind, name = definition["type"], definition["name"]
    if kind == STRING:
        size: float = len(str(given))
        low, high, value = definition.get("min_length"), definition.get("max_length"), str(given)
        if not value:
            raise ValueError(f"{name}: This option is required. Specify a value.")
        checked: Any = value
    else:
        try:
            checked = int(str(given)) if kind == INTEGER else float(str(given))
        except ValueError:
            raise ValueError(f"{name}: {given!r} is not a number") from None
        size, low, high = checked, definition.get("min_value"), definition.get("max_value")
    if low is not None and size < low:
        raise ValueError(f"{name}: {given!r} is below {low}")
    if high is not None and size > high:
        raise ValueError(f"{name}: {given!r} is above {high}")
    return checked
