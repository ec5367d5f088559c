"""REST: who am I, where am I: the bot's account, servers, channels, members. Only opens direct conversations."""

from __future__ import annotations

from collections.abc import Callable

from rehearsal import permissions, shapes
from rehearsal.refusals import (
    cannot_message_user,
    invalid,
    missing_access,
    missing_permissions,
    unknown_channel,
    unknown_member,
    unknown_server,
    unknown_user,
)  # fmt: skip
from rehearsal.rest import Call, Reply, Route
from rehearsal.things import Channel, Json, Server
from rehearsal.world import World


def routes(world: World, shards: Callable[[], int], starts: Callable[[], Json]) -> list[Route]:
    """`shards` recommends a number of shards; `starts` says how often the bot may identify."""
    places = _Places(world, shards, starts)
    return [
        Route("GET", "/users/@me", places.me),
        Route("GET", "/users/{}", places.user),
        Route("GET", "/users/@me/guilds", places.my_servers),
        Route("POST", "/users/@me/channels", places.open_direct),
        Route("GET", "/oauth2/applications/@me", places.application),
        Route("GET", "/applications/@me", places.application),
        Route("GET", "/gateway", places.gateway, by_bot=False),
        Route("GET", "/gateway/bot", places.gateway_of_bot),
        Route("GET", "/guilds/{}", places.server),
        Route("GET", "/guilds/{}/channels", places.channels),
        Route("GET", "/guilds/{}/roles", places.roles),
        Route("GET", "/guilds/{}/members/{}", places.member),
        Route("GET", "/guilds/{}/threads/active", places.active_threads),
        Route("GET", "/channels/{}", places.channel),
    ]


def channel_for_bot(world: World, number: str, needs: int = permissions.VIEW_CHANNEL) -> Channel:
    """The channel, if the bot may see it and has what the call needs; else Discord's refusal."""
    channel = world.channels.get(int(number)) if number.isdigit() else None
    if channel is None:
        raise unknown_channel()
    may = world.bot_may(channel.id)
    if not may & permissions.VIEW_CHANNEL:
        raise missing_access()
    if needs & ~may:
        raise missing_permissions()
    return channel


class _Places:
    def __init__(self, world: World, shards: Callable[[], int], starts: Callable[[], Json]) -> None:
        self.world = world
        self.shards = shards
        self.starts = starts

    def me(self, call: Call) -> Reply:
        return Reply(200, shapes.user_json(self.world.bot) | {"verified": True, "mfa_enabled": False, "flags": 0})

    def user(self, call: Call, user_id: str) -> Reply:
        user = self.world.users.get(int(user_id)) if user_id.isdigit() else None
        if user is None:
            raise unknown_user()
        return Reply(200, shapes.user_json(user))

    def my_servers(self, call: Call) -> Reply:
        mine = [server for server in self.world.servers.values() if server.has_bot]
        after = int(call.query.get("after", 0))
        page = [s for s in sorted(mine, key=lambda s: s.id) if s.id > after][: int(call.query.get("limit", 200))]
        return Reply(200, [_brief(self.world, server) for server in page])

    def open_direct(self, call: Call) -> Reply:
        recipient = str(call.json.get("recipient_id", ""))
        user = self.world.users.get(int(recipient)) if recipient.isdigit() else None
        if user is None:
            raise invalid(("recipient_id",), "BASE_TYPE_REQUIRED", "This field is required")
        if user.bot or not any(user.id in s.members for s in self.world.servers.values() if s.has_bot):
            raise cannot_message_user()
        return Reply(200, shapes.channel_json(self.world, self.world.direct(user.id)))

    def application(self, call: Call) -> Reply:
        world = self.world
        owner = world.users[world.server.owner_id] if world.servers else world.bot
        return Reply(
            200,
            {
                "id": str(world.application_id), "name": world.bot.name, "icon": None, "description": "",
                "summary": "", "bot_public": True, "bot_require_code_grant": False, "verify_key": "0" * 64,
                "flags": 0, "owner": shapes.user_json(owner), "team": None, "tags": [], "redirect_uris": [],
                "approximate_guild_count": len(world.servers), "integration_types_config": {"0": {}},
            },
        )  # fmt: skip

    def gateway(self, call: Call) -> Reply:
        return Reply(200, {"url": self.world.base_url.replace("http", "ws", 1) + "/gateway"})

    def gateway_of_bot(self, call: Call) -> Reply:
        told = self.gateway(call).body | {"shards": self.shards(), "session_start_limit": self.starts()}
        return Reply(200, told)

    def server(self, call: Call, server_id: str) -> Reply:
        server = self._server(server_id)
        shape = shapes.server_json(self.world, server)
        if call.query.get("with_counts") in ("true", "1"):
            shape |= {"approximate_member_count": len(server.members), "approximate_presence_count": 1}
        return Reply(200, shape)

    def channels(self, call: Call, server_id: str) -> Reply:
        server = self._server(server_id)
        return Reply(200, [shapes.channel_json(self.world, c) for c in server.channels.values() if not c.is_thread])

    def roles(self, call: Call, server_id: str) -> Reply:
        return Reply(200, [shapes.role_json(role) for role in self._server(server_id).roles.values()])

    def member(self, call: Call, server_id: str, user_id: str) -> Reply:
        member = self._server(server_id).members.get(int(user_id)) if user_id.isdigit() else None
        if member is None:
            raise unknown_member()
        return Reply(200, shapes.member_json(member))

    def active_threads(self, call: Call, server_id: str) -> Reply:
        server = self._server(server_id)
        threads = [
            shapes.channel_json(self.world, c)
            for c in reversed(server.channels.values())
            if c.is_thread and not c.archived and self.world.bot_may(c.id) & permissions.VIEW_CHANNEL
        ]
        return Reply(200, {"threads": threads, "members": [t["member"] for t in threads if "member" in t]})

    def channel(self, call: Call, channel_id: str) -> Reply:
        return Reply(200, shapes.channel_json(self.world, channel_for_bot(self.world, channel_id)))

    def _server(self, server_id: str) -> Server:
        server = self.world.servers.get(int(server_id)) if server_id.isdigit() else None
        if server is None or not server.has_bot:
            raise unknown_server()
        return server


def _brief(world: World, server: Server) -> Json:
    may = permissions.on_server(server, world.bot.id)
    return {
        "id": str(server.id), "name": server.name, "icon": None, "owner": False, "features": [],
        "permissions": str(may),
    }  # fmt: skip
