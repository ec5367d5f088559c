"""`/users`: the bot's own account and others', its servers, and the direct conversations that it opens."""

from __future__ import annotations

from rehearsal import permissions, shapes
from rehearsal.refusals import cannot_message_user, invalid, unknown_user
from rehearsal.rest import Call, Reply, Route
from rehearsal.routes.queries import number_of, within
from rehearsal.things import Json, Server
from rehearsal.world import World


def routes(world: World) -> list[Route]:
    users = _Users(world)
    return [
        # before the others: `@me` would pass for a user's id
        Route("GET", "/users/@me", users.me),
        Route("GET", "/users/@me/guilds", users.my_servers),
        Route("POST", "/users/@me/channels", users.open_direct),
        Route("GET", "/users/{}", users.one),
    ]


class _Users:
    def __init__(self, world: World) -> None:
        self.world = world

    def me(self, call: Call) -> Reply:
        own = {"verified": True, "mfa_enabled": False, "locale": "en-US", "email": None}
        return Reply(200, shapes.user_json(self.world.bot) | own)

    def one(self, call: Call, user_id: str) -> Reply:
        user = self.world.users.get(int(user_id))
        if user is None:
            raise unknown_user()
        return Reply(200, shapes.user_json(user))

    def my_servers(self, call: Call) -> Reply:
        mine = sorted((server for server in self.world.servers.values() if server.has_bot), key=lambda server: server.id)
        counted = call.query.get("with_counts") in ("true", "1")
        return Reply(200, [_brief(self.world, server, counted=counted) for server in within(call, mine, most=200, usual=200)])

    def open_direct(self, call: Call) -> Reply:
        recipient = call.json.get("recipient_id")
        user = self.world.users.get(number_of(str(recipient)))
        if recipient is None:
            raise invalid(("recipient_id",), "BASE_TYPE_REQUIRED", "This field is required")
        if user is None:
            raise invalid(("recipient_id",), "NUMBER_TYPE_COERCE", f'Value "{recipient}" is not snowflake.')
        if user.bot or not any(user.id in s.members for s in self.world.servers.values() if s.has_bot):
            raise cannot_message_user()
        return Reply(200, shapes.channel_json(self.world, self.world.direct(user.id)))


def _brief(world: World, server: Server, *, counted: bool) -> Json:
    shape: Json = {
        "id": str(server.id), "name": server.name, "icon": None, "banner": None, "owner": False, "features": [],
        "permissions": str(permissions.on_server(server, world.bot.id)),
    }  # fmt: skip
    if counted:
        shape |= {"approximate_member_count": len(server.members), "approximate_presence_count": 1}
    return shape
