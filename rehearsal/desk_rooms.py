"""At the desk: channels, and who may do what in them. Permissions are given and taken as on a server, by overwrites."""

from __future__ import annotations

from rehearsal import permissions
from rehearsal.desk_asked import Unclear, one_of, text, thing
from rehearsal.desk_part import Deeds
from rehearsal.things import Channel, Json, Kind, Member, Role
from rehearsal.world import World

MOST_CHANNELS = 50
KINDS = {"text": Kind.TEXT, "forum": Kind.FORUM, "announcement": Kind.ANNOUNCEMENT}
PERMISSIONS = {
    "View Channel": permissions.VIEW_CHANNEL, "Send Messages": permissions.SEND_MESSAGES,
    "Create Public Threads": permissions.CREATE_PUBLIC_THREADS, "Send Messages in Threads": permissions.SEND_IN_THREADS,
    "Attach Files": permissions.ATTACH_FILES, "Embed Links": permissions.EMBED_LINKS,
    "Read Message History": permissions.READ_MESSAGE_HISTORY, "Manage Threads": permissions.MANAGE_THREADS,
    "Mention Everyone": permissions.MENTION_EVERYONE, "Use Application Commands": permissions.USE_COMMANDS,
}  # fmt: skip
"""Those that matter to a bot like this one, by Discord's names for them."""
EVERYWHERE = "everywhere"
SETTINGS = {"allow": 1, "deny": -1, "inherit": 0}


class Rooms:
    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def deeds(self) -> Deeds:
        return {"rooms/add": self._add, "rooms/remove": self._remove, "rooms/permission": self._permission}

    def seen(self) -> Json:
        world, server = self.world, self.world.server
        return {
            "rooms": [
                {
                    "id": str(one.id), "name": one.name, "kind": _kind(one), "thread": one.is_thread,
                    "overwrites": {
                        str(of.target_id): {"allow": _named(of.allow), "deny": _named(of.deny)} for of in one.overwrites.values()
                    },
                    "bot_may": _named(world.bot_may(one.id)),
                }
                for one in server.channels.values()
            ],
            "who": [
                {"id": str(server.bot_role_id), "name": world.bot.name, "kind": "bot"},
                *({"id": str(one.id), "name": _title(one, server.id), "kind": "role"}
                  for one in server.roles.values() if one.id != server.bot_role_id),
                *({"id": str(one.id), "name": one.name, "kind": "person"}
                  for one in server.members.values() if not one.user.bot),
            ],
            "permissions": list(PERMISSIONS),
            "everywhere": {str(one.id): _named(one.permissions) for one in server.roles.values()},
        }  # fmt: skip

    async def _add(self, asked: Json) -> str:
        server = self.world.server
        name = text(asked, "name", "the channel’s name", longest=100).lower().removeprefix("#").replace(" ", "-")
        kind = one_of(asked, "kind", "what kind of channel", KINDS)
        if not name:
            raise Unclear("Say the channel’s name.")
        if any(one.name == name for one in server.channels.values()):
            raise Unclear(f"There is a channel #{name} already.")
        if len(server.channels) >= MOST_CHANNELS:
            raise Unclear(f"This server has {MOST_CHANNELS} channels; remove one first.")
        self.world.add_channel(server, name, kind)
        return f"There is #{name} now."

    async def _remove(self, asked: Json) -> str:
        server = self.world.server
        channel = thing(asked, "channel", "channel", server.channels)
        if len([one for one in server.channels.values() if not one.is_thread]) == 1 and not channel.is_thread:
            raise Unclear("A stage needs one channel: add another first.")
        self.world.delete_channel(channel)
        return f"The thread {channel.name} is gone." if channel.is_thread else f"#{channel.name} is gone, with all that was in it."

    async def _permission(self, asked: Json) -> str:
        world, server = self.world, self.world.server
        if asked.get("channel") == EVERYWHERE:
            return self._everywhere(asked)
        channel = thing(asked, "channel", "channel", {one.id: one for one in server.channels.values() if not one.is_thread})
        candidates: dict[int, Role | Member] = {**server.roles, **server.members}
        who = thing(asked, "who", "role or person", candidates)
        bit = one_of(asked, "permission", "which permission", PERMISSIONS)
        setting = one_of(asked, "to", "what becomes of it", SETTINGS)
        old = channel.overwrites.get(who.id)
        allow, deny = (old.allow & ~bit, old.deny & ~bit) if old else (0, 0)
        world.overwrite(channel, who, allow=allow | (bit if setting > 0 else 0), deny=deny | (bit if setting < 0 else 0))
        what = {1: "allowed", -1: "denied", 0: "left to their roles"}[setting]
        return f"In #{channel.name}, {asked['permission']} is {what} for {_title(who, server.id)}."

    def _everywhere(self, asked: Json) -> str:
        """What a role has by itself, in all channels that say nothing else."""
        server = self.world.server
        if str(asked.get("who")) in map(str, server.members):
            raise Unclear("Everywhere somebody has what their roles have: choose a role, or one channel.")
        role = thing(asked, "who", "role", server.roles)
        bit = one_of(asked, "permission", "which permission", PERMISSIONS)
        has = one_of(asked, "to", "what becomes of it", {"allow": True, "deny": False})
        self.world.change_role(server, role, may=role.permissions | bit if has else role.permissions & ~bit)
        return f"Everywhere {_title(role, server.id)} {'has' if has else 'hasn’t'} {asked['permission']} now."


def _kind(channel: Channel) -> str:
    return "thread" if channel.is_thread else next(name for name, kind in KINDS.items() if kind == channel.kind)


def _named(bits: int) -> list[str]:
    return [name for name, bit in PERMISSIONS.items() if bits & bit]


def _title(who: Role | Member, everyone: int) -> str:
    return "everyone" if who.id == everyone else who.name
