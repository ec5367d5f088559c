"""What the lean stand-in says of the bot and of its messages, in Discord's shapes. Only as much of them as a library reads."""

from __future__ import annotations

import json
from typing import Any

from rehearsal import shapes
from rehearsal.things import Channel
from rehearsal.world import World

Json = dict[str, Any]
PRIVATE_CARD = 1 << 6 | 1 << 15
"""The flags of a card of Components V2 that only one person sees."""


def application_json(world: World) -> Json:
    me = world.bot
    return {
        "id": str(world.application_id),
        "name": me.name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "owner": shapes.user_json(me),
        "team": None,
    }


def message_template(world: World, room: Channel) -> str:
    """A private message of the bot, as JSON, without its components."""
    return json.dumps(
        {
            "id": str(world.new_id()),
            "channel_id": str(room.id),
            "type": 0,
            "flags": PRIVATE_CARD,
            "author": shapes.user_json(world.bot),
            "content": "",
            "embeds": [],
            "attachments": [],
            "timestamp": "2026-11-23T18:00:00.000000+00:00",
            "edited_timestamp": None,
            "tts": False,
            "pinned": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "webhook_id": str(world.application_id),
            "application_id": str(world.application_id),
        }
    )
