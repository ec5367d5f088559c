"""`/guilds`: a server, its channels, roles, members and open threads. The bot changes nothing here."""

from __future__ import annotations

from rehearsal import permissions, shapes
from rehearsal.refusals import missing_access, unknown_member, unknown_role, unknown_server
from rehearsal.rest import Call, Reply, Route
from rehearsal.routes.queries import limit_of, within
from rehearsal.things import Server
from rehearsal.world import World

MEMBERS_INTENT = 1 << 1


def routes(world: World) -> list[Route]:
    guilds = _Guilds(world)
    return [
        Route("GET", "/guilds/{}", guilds.server),
        Route("GET", "/guilds/{}/channels", guilds.channels),
        Route("GET", "/guilds/{}/roles", guilds.roles),
        Route("GET", "/guilds/{}/roles/{}", guilds.role),
        Route("GET", "/guilds/{}/members", guilds.members),
        Route("GET", "/guilds/{}/members/search", guilds.search),
        Route("GET", "/guilds/{}/members/{}", guilds.member),
        Route("GET", "/guilds/{}/threads/active", guilds.active_threads),
    ]


class _Guilds:
    def __init__(self, world: World) -> None:
        self.world = world

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

    def role(self, call: Call, server_id: str, role_id: str) -> Reply:
        role = self._server(server_id).roles.get(int(role_id))
        if role is None:
            raise unknown_role()
        return Reply(200, shapes.role_json(role))

    def members(self, call: Call, server_id: str) -> Reply:
        """Only for an application that was granted the intent."""
        server = self._server(server_id)
        if not self.world.privileged_intents & MEMBERS_INTENT:
            raise missing_access()
        everyone = sorted(server.members.values(), key=lambda member: member.id)
        return Reply(200, [shapes.member_json(member) for member in within(call, everyone, most=1000, usual=1)])

    def search(self, call: Call, server_id: str) -> Reply:
        begins = call.query.get("query", "").lower()
        found = [m for m in self._server(server_id).members.values() if m.name.lower().startswith(begins)]
        return Reply(200, [shapes.member_json(member) for member in found[: limit_of(call, most=1000, usual=1)]])

    def member(self, call: Call, server_id: str, user_id: str) -> Reply:
        member = self._server(server_id).members.get(int(user_id))
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
        return Reply(200, {"threads": threads, "members": [t["member"] for t in threads if "member" in t], "has_more": False})

    def _server(self, server_id: str) -> Server:
        server = self.world.servers.get(int(server_id))
        if server is None or not server.has_bot:
            raise unknown_server()
        return server
