"""One study group's server, as the page and most tests use it; and a crowd of servers, for benchmarks. Only furniture."""

from __future__ import annotations

from rehearsal import permissions
from rehearsal.world import Kind, World

MEMBERS = (("Ada", "ada.lumen"), ("Ben", "ben.quill"), ("Chi", "chi.marrow"))
"""Names, and user names that occur nowhere else, so that a test can look for them where they must not be."""


def furnish(world: World) -> None:
    """The Thursday Circle: four channels for all, one for the moderators, a moderator and three members."""
    server = world.add_server("The Thursday Circle")
    world.add_role(server, "Facilitators")
    world.add_channel(server, "study-room", topic="Where the study group meets")
    world.add_channel(server, "lounge")
    world.add_channel(server, "announcements", Kind.ANNOUNCEMENT)
    world.add_channel(server, "questions", Kind.FORUM)
    moderators = world.add_role(server, "Moderators", may=permissions.MANAGE_GUILD)
    world.add_member(server, "Mo", username="mo.raker", roles=[moderators])
    readers = world.add_role(server, "Readers", mentionable=True, colour=0x2A7F62)
    for name, username in MEMBERS:
        world.add_member(server, name, username=username, roles=[] if name == "Chi" else [readers])
    world.add_channel(server, "moderators", seen_by=[moderators, server.roles[server.bot_role_id]])


def furnish_crowd(world: World, servers: int, channels: int) -> None:
    """Server 1, server 2 …: in each Mo, who may manage it, #moderators, and text channels #circle-1, #circle-2 …"""
    mo = world.add_user("Mo", username="mo.raker")
    for number in range(1, servers + 1):
        server = world.add_server(f"Server {number}")
        world.add_member(server, mo, permissions=permissions.MANAGE_GUILD)
        leads = server.roles[server.members[mo.id].role_ids[0]]
        world.add_channel(server, "moderators", seen_by=[leads, server.roles[server.bot_role_id]])
        for circle in range(1, channels + 1):
            world.add_channel(server, f"circle-{circle}")
