"""One study group's server, as the page and most tests use it. Only furniture."""

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
    world.add_member(server, "Mo", username="mo.raker", permissions=permissions.MANAGE_GUILD)
    for name, username in MEMBERS:
        world.add_member(server, name, username=username)
    moderators = [server.roles[server.members[server.member_named("Mo").id].role_ids[0]]]
    world.add_channel(server, "moderators", seen_by=[*moderators, server.roles[server.bot_role_id]])
