"""Opcode 8 of the gateway: a bot asks who is on a server, and is told in chunks. All members only with the members intent; else by
the ids it names, or by how their names begin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rehearsal import shapes
from rehearsal.things import Json, Member
from rehearsal.world import World

GUILD_MEMBERS = 1 << 1
A_CHUNK = 1000
MOST_NAMED = 100


def chunks(world: World, asked: Any, intents: int) -> Iterator[Json]:
    """The GUILD_MEMBERS_CHUNK events that answer this request; none for a server without the bot, or without the intent."""
    if not isinstance(asked, dict):
        return
    given = str(asked.get("guild_id"))
    server = world.servers.get(int(given)) if given.isdigit() else None
    if server is None or not server.has_bot:
        return
    missing: list[str] = []
    if asked.get("user_ids") is not None:
        listed = asked["user_ids"] if isinstance(asked["user_ids"], list) else [asked["user_ids"]]
        ids = [str(number) for number in listed[:MOST_NAMED]]
        found = [server.members[int(number)] for number in ids if number.isdigit() and int(number) in server.members]
        missing = [number for number in ids if number not in {str(member.id) for member in found}]
    else:
        begins, limit = str(asked.get("query") or "").lower(), int(asked.get("limit") or 0)
        if not begins and not limit and not intents & GUILD_MEMBERS:
            return
        found = [member for member in server.members.values() if member.name.lower().startswith(begins)]
        found = found[:limit] if limit else found
    parts: list[list[Member]] = [found[start : start + A_CHUNK] for start in range(0, len(found), A_CHUNK)] or [[]]
    for index, part in enumerate(parts):
        chunk: Json = {
            "guild_id": str(server.id), "members": [shapes.member_json(member) for member in part],
            "chunk_index": index, "chunk_count": len(parts), "not_found": missing,
        }  # fmt: skip
        if asked.get("presences"):
            chunk["presences"] = []
        if asked.get("nonce") is not None:
            chunk["nonce"] = asked["nonce"]
        yield chunk
