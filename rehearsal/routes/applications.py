"""`/applications/@me`: what the bot's application is. Its commands are in commands.py."""

from __future__ import annotations

from rehearsal import shapes
from rehearsal.rest import Call, Reply, Route
from rehearsal.world import World


def routes(world: World) -> list[Route]:
    def application(call: Call) -> Reply:
        owner = world.users[world.server.owner_id] if world.servers else world.bot
        return Reply(
            200,
            {
                "id": str(world.application_id), "name": world.bot.name, "icon": None, "description": "",
                "type": None, "bot": shapes.user_json(world.bot), "bot_public": True, "bot_require_code_grant": False,
                "verify_key": "0" * 64, "flags": 0, "flags_new": "0", "explicit_content_filter": 0,
                "owner": shapes.user_json(owner), "team": None, "tags": [], "redirect_uris": [],
                "approximate_guild_count": len(world.servers), "approximate_user_install_count": 0,
                "approximate_user_authorization_count": 0, "integration_types_config": {"0": {}},
                "interactions_endpoint_url": None, "role_connections_verification_url": None,
                "eligible_oauth2_scopes": ["applications.commands", "bot"],
            },
        )  # fmt: skip

    return [Route("GET", "/applications/@me", application), Route("GET", "/oauth2/applications/@me", application)]
