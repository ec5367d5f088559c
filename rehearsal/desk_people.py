"""At the desk: who is there, and which roles they have. What changes reaches the bot as Discord would tell it: of members only
with the intent for them, of roles always."""

from __future__ import annotations

from rehearsal import permissions, shapes
from rehearsal.desk_asked import Unclear, text, thing, truth
from rehearsal.desk_part import Deeds
from rehearsal.things import Json, Member, Role, Server
from rehearsal.world import World

MOST_PEOPLE = 100
MOST_ROLES = 40
MODERATORS = "Moderators"


class People:
    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def deeds(self) -> Deeds:
        return {
            "people/add": self._add, "people/remove": self._remove, "people/moderator": self._moderator,
            "people/role": self._role, "roles/add": self._add_role, "roles/remove": self._remove_role,
        }  # fmt: skip

    def seen(self) -> Json:
        server = self.world.server
        return {
            "people": [
                {
                    "id": str(one.id), "name": one.name, "roles": [str(role_id) for role_id in one.role_ids],
                    "moderator": _moderates(server, one),
                }
                for one in server.members.values() if not one.user.bot
            ],
            "roles": [
                {
                    "id": str(role.id), "name": role.name, "mentionable": role.mentionable,
                    "moderates": bool(role.permissions & permissions.MANAGE_GUILD),
                    "members": sum(role.id in one.role_ids for one in server.members.values()),
                }
                for role in _free_roles(server).values()
            ],
        }  # fmt: skip

    async def _add(self, asked: Json) -> str:
        member = join(self.world, text(asked, "name", "a name", longest=32))
        return f"{member.name} has come to {self.world.server.name}."

    async def _remove(self, asked: Json) -> str:
        server, member = self.world.server, self._person(asked)
        if len(_people(server)) == 1:
            raise Unclear("Somebody has to stay: add another person first.")
        del server.members[member.id]
        gone = {"guild_id": str(server.id), "user": shapes.user_json(member.user)}
        self.world.tell("GUILD_MEMBER_REMOVE", server.id, lambda: gone)
        return f"{member.name} has left {server.name}."

    async def _moderator(self, asked: Json) -> str:
        """Manage Server, by a role that has it."""
        world, server, member = self.world, self.world.server, self._person(asked)
        if truth(asked, "on", "whether they moderate"):
            if not _moderates(server, member):
                world.give_role(server, member, _moderators(world))
            return f"{member.name} is a moderator now: they may manage the server."
        for role_id in list(member.role_ids):
            if server.roles[role_id].permissions & (permissions.MANAGE_GUILD | permissions.ADMINISTRATOR):
                world.take_role(server, member, server.roles[role_id])
        return f"{member.name} is no moderator any more."

    async def _role(self, asked: Json) -> str:
        world, server, member = self.world, self.world.server, self._person(asked)
        role = thing(asked, "role", "role", _free_roles(server))
        has_it = role.id in member.role_ids
        if truth(asked, "on", "whether they have the role"):
            if not has_it:
                world.give_role(server, member, role)
            return f"{member.name} has the role {role.name}."
        if has_it:
            world.take_role(server, member, role)
        return f"{member.name} hasn’t the role {role.name}."

    async def _add_role(self, asked: Json) -> str:
        server, name = self.world.server, text(asked, "name", "the role’s name", longest=100)
        if any(role.name.casefold() == name.casefold() for role in server.roles.values()):
            raise Unclear(f"There is a role {name} already.")
        if len(server.roles) >= MOST_ROLES:
            raise Unclear(f"This server has {MOST_ROLES} roles; remove one first.")
        self.world.add_role(server, name, mentionable=True)
        return f"There is a role {name} now; everybody may ping it."

    async def _remove_role(self, asked: Json) -> str:
        world, server = self.world, self.world.server
        role = thing(asked, "role", "role", _free_roles(server))
        for member in [one for one in server.members.values() if role.id in one.role_ids]:
            world.take_role(server, member, role)
        del server.roles[role.id]
        for channel in [one for one in server.channels.values() if role.id in one.overwrites]:
            del channel.overwrites[role.id]
            world.channel_changed(channel)
        world.tell("GUILD_ROLE_DELETE", server.id, lambda: {"guild_id": str(server.id), "role_id": str(role.id)})
        return f"The role {role.name} is gone."

    def _person(self, asked: Json) -> Member:
        return thing(asked, "member", "person", _people(self.world.server))


def join(world: World, name: str) -> Member:
    """Somebody new comes; nobody else has their name, so that an address can say who one is."""
    server = world.server
    if any(one.name.casefold() == name.casefold() for one in server.members.values()):
        raise Unclear(f"{name} is here already: take another name.")
    if len(_people(server)) >= MOST_PEOPLE:
        raise Unclear(f"{MOST_PEOPLE} people are enough for a rehearsal.")
    taken = {user.username for user in world.users.values()}
    username = first = name.casefold().replace(" ", ".")
    number = 1
    while username in taken:
        number += 1
        username = f"{first}.{number}"
    return world.add_member(server, name, username=username)


def _people(server: Server) -> dict[int, Member]:
    return {one.id: one for one in server.members.values() if not one.user.bot}


def _free_roles(server: Server) -> dict[int, Role]:
    """Those that people can be given: not @everyone's, not the bot's own."""
    return {one.id: one for one in server.roles.values() if one.id != server.id and one.managed_by is None}


def _moderates(server: Server, member: Member) -> bool:
    return bool(permissions.on_server(server, member.id) & permissions.MANAGE_GUILD)


def _moderators(world: World) -> Role:
    """The role for it; made if there is none."""
    ready = [one for one in _free_roles(world.server).values() if one.permissions & permissions.MANAGE_GUILD]
    named = [one for one in ready if one.name == MODERATORS]
    if named:
        return named[0]
    return ready[0] if ready else world.add_role(world.server, MODERATORS, may=permissions.MANAGE_GUILD)
