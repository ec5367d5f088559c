"""Who may do what where: Discord's rules for roles and overwrites, as pure functions of the world's things."""

from __future__ import annotations

from rehearsal.things import Channel, Kind, Server

CREATE_INVITE = 1 << 0
ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
ADD_REACTIONS = 1 << 6
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
USE_EXTERNAL_EMOJIS = 1 << 18
CHANGE_NICKNAME = 1 << 26
MANAGE_ROLES = 1 << 28
USE_COMMANDS = 1 << 31
MANAGE_THREADS = 1 << 34
CREATE_PUBLIC_THREADS = 1 << 35
CREATE_PRIVATE_THREADS = 1 << 36
SEND_IN_THREADS = 1 << 38
EVERYTHING = (1 << 53) - 1

EVERYONE = (
    CREATE_INVITE | ADD_REACTIONS | VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES
    | READ_MESSAGE_HISTORY | USE_EXTERNAL_EMOJIS | CHANGE_NICKNAME | USE_COMMANDS
    | CREATE_PUBLIC_THREADS | SEND_IN_THREADS
)  # fmt: skip
"""What @everyone may do on a new server."""

INVITED = VIEW_CHANNEL | SEND_MESSAGES | SEND_IN_THREADS | CREATE_PUBLIC_THREADS | ATTACH_FILES
"""What the bot's invitation asks for: its integration role."""

DIRECT = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_MESSAGE_HISTORY | ADD_REACTIONS | USE_COMMANDS
"""What both may do in a direct conversation."""


def on_server(server: Server, member_id: int) -> int:
    """Permissions by roles alone; nothing for someone who is no member."""
    if member_id == server.owner_id:
        return EVERYTHING
    member = server.members.get(member_id)
    if member is None:
        return 0
    base = server.roles[server.id].permissions
    for role_id in member.role_ids:
        base |= server.roles[role_id].permissions
    return EVERYTHING if base & ADMINISTRATOR else base


def in_channel(server: Server, channel: Channel, member_id: int) -> int:
    """Permissions in a channel; a thread has those of its parent. Without View Channel there are none, and in a
    private thread only for whoever joined it or manages threads."""
    base = on_server(server, member_id)
    if base == EVERYTHING or member_id not in server.members:
        return base
    place = server.channels.get(channel.parent_id or 0, channel) if channel.is_thread else channel
    everyone = place.overwrites.get(server.id)
    if everyone is not None:
        base = base & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role_id in server.members[member_id].role_ids:
        overwrite = place.overwrites.get(role_id)
        if overwrite is not None:
            allow |= overwrite.allow
            deny |= overwrite.deny
    base = base & ~deny | allow
    own = place.overwrites.get(member_id)
    if own is not None:
        base = base & ~own.deny | own.allow
    if not base & VIEW_CHANNEL:
        return 0
    if channel.kind == Kind.PRIVATE_THREAD and member_id not in channel.joined and not base & MANAGE_THREADS:
        return 0
    if not base & (SEND_IN_THREADS if channel.is_thread else SEND_MESSAGES):
        # in a channel where one can't speak, Discord takes these away too
        base &= ~(MENTION_EVERYONE | EMBED_LINKS | ATTACH_FILES)
    return base
