"""REST: registering slash commands, for every server or for one."""

from __future__ import annotations

from typing import Any

from rehearsal.limits_commands import check_command, check_commands
from rehearsal.refusals import Refusal, missing_access, too_many_commands, unknown_command
from rehearsal.rest import Call, Reply, Route
from rehearsal.things import Json
from rehearsal.world import World


def routes(world: World) -> list[Route]:
    commands = _Commands(world)
    found = []
    for base in ("/applications/{}/commands", "/applications/{}/guilds/{}/commands"):
        found += [
            Route("GET", base, commands.every),
            Route("PUT", base, commands.replace_all),
            Route("POST", base, commands.add),
        ]
    # before the others: `permissions` would pass for a command's id
    found.append(Route("GET", "/applications/{}/guilds/{}/commands/permissions", commands.settings))
    for base in ("/applications/{}/commands/{}", "/applications/{}/guilds/{}/commands/{}"):
        found += [
            Route("GET", base, commands.one),
            Route("PATCH", base, commands.change),
            Route("DELETE", base, commands.delete),
        ]
    return found


class _Commands:
    def __init__(self, world: World) -> None:
        self.world = world

    def every(self, call: Call, application_id: str, server_id: str | None = None) -> Reply:
        full = call.query.get("with_localizations") in ("1", "true")
        shelf = self._shelf(application_id, server_id)
        return Reply(200, [command if full else _without_translations(command) for command in shelf.values()])

    def replace_all(self, call: Call, application_id: str, server_id: str | None = None) -> Reply:
        shelf = self._shelf(application_id, server_id)
        old = {(command["type"], command["name"]): command for command in shelf.values()}
        new = [self._stored(body, server_id, old) for body in check_commands(call.body)]
        shelf.clear()
        shelf.update({int(command["id"]): command for command in new})
        self.world.changed()
        return Reply(200, new)

    def add(self, call: Call, application_id: str, server_id: str | None = None) -> Reply:
        shelf = self._shelf(application_id, server_id)
        old = {(command["type"], command["name"]): command for command in shelf.values()}
        command = self._stored(check_command(call.body), server_id, old)
        is_new = int(command["id"]) not in shelf
        if is_new and len(shelf) >= 100:
            raise too_many_commands()
        shelf[int(command["id"])] = command
        self.world.changed()
        return Reply(201 if is_new else 200, command)

    def one(self, call: Call, application_id: str, *ids: str) -> Reply:
        shelf, number = self._place(application_id, *ids)
        return Reply(200, shelf[number])

    def change(self, call: Call, application_id: str, *ids: str) -> Reply:
        shelf, number = self._place(application_id, *ids)
        old = shelf[number]
        given = {key: value for key, value in old.items() if key not in ("id", "application_id", "version")}
        command = self._stored(check_command(given | call.json), ids[0] if len(ids) > 1 else None, {})
        command["id"] = old["id"]
        shelf[number] = command
        self.world.changed()
        return Reply(200, command)

    def delete(self, call: Call, application_id: str, *ids: str) -> Reply:
        shelf, number = self._place(application_id, *ids)
        del shelf[number]
        self.world.changed()
        return Reply(204)

    def settings(self, call: Call, application_id: str, server_id: str) -> Reply:
        """Who may use which command, by the server's own settings."""
        shelf = self._shelf(application_id, None) | self._shelf(application_id, server_id)
        server = self.world.servers[int(server_id)]
        shapes = []
        for command in shelf.values():
            given = server.command_overrides.get(command["name"], {})
            allowed = [
                {"id": str(who), "type": 1 if who in server.roles else 2, "permission": may} for who, may in given.items()
            ]  # fmt: skip
            if allowed:
                about = {"id": command["id"], "application_id": application_id, "guild_id": server_id}
                shapes.append(about | {"permissions": allowed})
        return Reply(200, shapes)

    def _shelf(self, application_id: str, server_id: str | None) -> dict[int, Json]:
        if application_id != str(self.world.application_id):
            raise Refusal(403, 20012, "You are not authorized to perform this action on this application")
        if server_id is None:
            return self.world.commands
        server = self.world.servers.get(int(server_id))
        if server is None or not server.has_bot:
            raise missing_access()
        return self.world.server_commands.setdefault(server.id, {})

    def _place(self, application_id: str, *ids: str) -> tuple[dict[int, Json], int]:
        """Where a command is kept, and its number there. `ids`: of the server, if it is for one, then of the command."""
        shelf, number = self._shelf(application_id, ids[0] if len(ids) > 1 else None), int(ids[-1])
        if number not in shelf:
            raise unknown_command()
        return shelf, number

    def _stored(self, body: Json, server_id: str | None, old: dict[tuple[int, str], Json]) -> Json:
        """The command as Discord gives it back: with its id (kept for a name that was there), defaults filled in."""
        kind = body.get("type", 1)
        before = old.get((kind, body["name"]))
        may = body.get("default_member_permissions")
        command: Json = {
            "id": before["id"] if before else str(self.world.new_id()),
            "application_id": str(self.world.application_id), "version": str(self.world.new_id()), "type": kind,
            "name": body["name"], "name_localizations": body.get("name_localizations"),
            "description": body.get("description") or "",
            "description_localizations": body.get("description_localizations"),
            "default_member_permissions": None if may is None else str(may), "nsfw": bool(body.get("nsfw")),
            "integration_types": body.get("integration_types") or [0],
            "contexts": body.get("contexts"), "dm_permission": _in_direct(body),
        }  # fmt: skip
        if server_id is not None:
            command["guild_id"] = server_id
        if body.get("options"):
            command["options"] = [_option(option) for option in body["options"]]
        return command


def _in_direct(body: Json) -> bool:
    contexts = body.get("contexts")
    return body.get("dm_permission") is not False if contexts is None else 1 in contexts


def _option(option: Json) -> Json:
    """Discord leaves out what is empty or false."""
    kept: Json = {key: value for key, value in option.items() if value not in (None, False, [], {})}
    if "options" in kept:
        kept["options"] = [_option(inner) for inner in kept["options"]]
    return kept


def _without_translations(thing: Any) -> Any:
    if isinstance(thing, list):
        return [_without_translations(inner) for inner in thing]
    if not isinstance(thing, dict):
        return thing
    return {
        key: _without_translations(value) if key in ("options", "choices") else value
        for key, value in thing.items()
        if not key.endswith("_localizations")
    }
