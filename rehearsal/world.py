"""The state of the stand-in's world, and what can be done to it from outside: servers come, members join,
channels vanish, permissions change. Every change tells the bots that listen and the page.

Knows no HTTP, and refuses nothing: what Discord refuses to a bot is checked in rest*.py, and what it
refuses to a person in people.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from rehearsal import permissions, shapes
from rehearsal.happenings import Happenings, utc_now
from rehearsal.things import (
    Channel,
    InteractionInfo,
    Json,
    Kind,
    Member,
    Message,
    Overwrite,
    Picture,
    Role,
    Server,
    Tag,
    User,
)

__all__ = [
    "Channel", "InteractionInfo", "Json", "Kind", "Member", "Message", "Overwrite", "Picture", "Role", "Server",
    "Tag", "User", "World", "utc_now",
]  # fmt: skip


class World(Happenings):
    """All there is. `keep` bounds the messages kept per channel, public and private ones each."""

    def __init__(self, *, clock: Callable[[], datetime] = utc_now, keep: int = 5000) -> None:
        super().__init__(clock)
        self.keep = keep
        self.token = "rehearsal"
        self.base_url = ""
        self.privileged_intents = 0
        self.servers_per_shard = 2500
        self.users: dict[int, User] = {}
        self.servers: dict[int, Server] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.uploads: dict[int, Picture] = {}
        self.directs: dict[int, Channel] = {}
        self.commands: dict[int, Json] = {}
        self.server_commands: dict[int, dict[int, Json]] = {}
        self.bot = User(self.new_id(), "Red Flask", "Red Flask", bot=True)
        self.application_id = self.bot.id
        self.users[self.bot.id] = self.bot

    @classmethod
    def evening(cls, *, clock: Callable[[], datetime] = utc_now) -> World:
        """One study group's server, with a moderator and three members, as the page and the tests use it."""
        from rehearsal.evening import furnish

        world = cls(clock=clock)
        furnish(world)
        return world

    @classmethod
    def crowd(cls, *, servers: int = 500, channels: int = 20, clock: Callable[[], datetime] = utc_now, keep: int = 300) -> World:
        """Many servers at once, each with a moderator, a channel that only moderators see, and so many others."""
        from rehearsal.evening import furnish_crowd

        world = cls(clock=clock, keep=keep)
        furnish_crowd(world, servers, channels)
        return world

    @property
    def server(self) -> Server:
        """The first server, which for most uses is the only one."""
        return next(iter(self.servers.values()))

    def bot_may(self, channel_id: int) -> int:
        """The bot's permissions in a channel."""
        return self.may(self.bot.id, self.channels[channel_id])

    def may(self, user_id: int, channel: Channel) -> int:
        """Someone's permissions in a channel; in a direct conversation, only its two sides have any."""
        if channel.server_id is None:
            return permissions.DIRECT if user_id in (channel.recipient_id, self.bot.id) else 0
        return permissions.in_channel(self.servers[channel.server_id], channel, user_id)

    # -- servers, roles, members

    def add_server(self, name: str, *, locale: str = "en-US", has_bot: bool = True) -> Server:
        owner = self.add_user("the owner", username=f"owner.{len(self.servers)}")
        server_id = self.new_id(own_millisecond=True)
        server = Server(server_id, name, owner.id, locale, has_bot=False)
        server.roles[server_id] = Role(server_id, "@everyone", permissions.EVERYONE)
        self.servers[server_id] = server
        if has_bot:
            self.add_bot(server)
        return server

    def add_bot(self, server: Server) -> None:
        """The bot is invited (again); it gets its integration role with what its invitation asks for."""
        role = Role(self.new_id(), self.bot.name, permissions.INVITED, len(server.roles), managed_by=self.bot.id)
        server.roles[role.id] = role
        server.bot_role_id = role.id
        server.members[self.bot.id] = Member(self.bot, server.id, self.clock(), [role.id])
        server.has_bot = True
        self.tell("GUILD_CREATE", server.id, lambda: shapes.arriving_server_json(self, server, is_new=True))

    def remove_bot(self, server: Server) -> None:
        """A moderator removes the bot from a server."""
        server.has_bot = False
        server.members.pop(self.bot.id, None)
        server.roles.pop(server.bot_role_id, None)
        self.tell("GUILD_DELETE", server.id, lambda: {"id": str(server.id)})

    def add_role(self, server: Server, name: str, *, may: int = 0, mentionable: bool = False, colour: int = 0) -> Role:
        role = Role(self.new_id(), name, may, len(server.roles), mentionable, colour=colour)
        server.roles[role.id] = role
        self.tell("GUILD_ROLE_CREATE", server.id, lambda: self._role_event(server, role))
        return role

    def change_role(self, server: Server, role: Role, *, may: int | None = None, mentionable: bool | None = None) -> None:
        role.permissions = role.permissions if may is None else may
        role.mentionable = role.mentionable if mentionable is None else mentionable
        self.tell("GUILD_ROLE_UPDATE", server.id, lambda: self._role_event(server, role))

    def add_user(self, name: str, *, username: str | None = None) -> User:
        user = User(self.new_id(), username or name.lower().replace(" ", "."), name)
        self.users[user.id] = user
        return user

    def add_member(
        self, server: Server, name: str | User, *, username: str | None = None, permissions: int = 0,
        roles: Iterable[Role] = (),
    ) -> Member:  # fmt: skip
        """A person joins a server: a new one by name, or one who is elsewhere already, by their User.

        `permissions` come by a role of their own, as on a real server.
        """
        user = name if isinstance(name, User) else self.add_user(name, username=username)
        given = list(roles)
        if permissions:
            given.append(self.add_role(server, f"{user.name}'s role", may=permissions))
        member = Member(user, server.id, self.clock(), [role.id for role in given])
        server.members[user.id] = member
        self.tell("GUILD_MEMBER_ADD", server.id, lambda: shapes.member_json(member) | {"guild_id": str(server.id)})
        return member

    def give_role(self, server: Server, member: Member, role: Role) -> None:
        member.role_ids.append(role.id)
        self._member_changed(server, member)

    def take_role(self, server: Server, member: Member, role: Role) -> None:
        member.role_ids.remove(role.id)
        self._member_changed(server, member)

    # -- channels

    def add_channel(
        self, server: Server, name: str, kind: Kind = Kind.TEXT, *, topic: str | None = None,
        seen_by: Iterable[Role | Member] | None = None, overwrites: Iterable[Overwrite] = (), tags: Iterable[str] = (),
    ) -> Channel:  # fmt: skip
        """A new channel. With `seen_by` nobody else sees it."""
        channel = Channel(self.new_id(), kind, name, server.id, topic=topic, position=len(server.channels))
        if seen_by is not None:
            hidden = Overwrite(server.id, True, deny=permissions.VIEW_CHANNEL)
            channel.overwrites[server.id] = hidden
            for who in seen_by:
                channel.overwrites[who.id] = Overwrite(who.id, isinstance(who, Role), allow=permissions.VIEW_CHANNEL)
        channel.overwrites |= {overwrite.target_id: overwrite for overwrite in overwrites}
        channel.tags = [Tag(self.new_id(), tag) for tag in tags]
        server.channels[channel.id] = self.channels[channel.id] = channel
        self.tell("CHANNEL_CREATE", server.id, lambda: shapes.channel_json(self, channel))
        return channel

    def delete_channel(self, channel: Channel | int) -> None:
        """A channel or thread goes, and with it its threads and messages."""
        channel = self._channel(channel)
        shape = shapes.channel_json(self, channel)
        gone = [c for c in self.channels.values() if channel.id in (c.id, c.parent_id)]
        for lost in gone:
            for message in [*lost.messages.values(), *lost.private.values()]:
                message.deleted = True
                self.messages.pop(message.id, None)
            del self.channels[lost.id]
            if lost.server_id is not None:
                del self.servers[lost.server_id].channels[lost.id]
        self.tell("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", channel.server_id, lambda: shape)

    def overwrite(self, channel: Channel | int, who: Role | Member, *, allow: int = 0, deny: int = 0) -> None:
        """Set what a channel allows and denies to a role or a member; neither takes the overwrite away."""
        channel = self._channel(channel)
        channel.overwrites.pop(who.id, None)
        if allow or deny:
            channel.overwrites[who.id] = Overwrite(who.id, isinstance(who, Role), allow, deny)
        self.channel_changed(channel)

    def set_bot_permissions(self, channel: Channel | int, *, allow: int = 0, deny: int = 0) -> None:
        """An overwrite for the bot's own role in one channel."""
        channel = self._channel(channel)
        server = self.servers[channel.server_id or 0]
        self.overwrite(channel, server.roles[server.bot_role_id], allow=allow, deny=deny)

    def channel_changed(self, channel: Channel) -> None:
        event = "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE"
        self.tell(event, channel.server_id, lambda: shapes.channel_json(self, channel))

    def direct(self, user_id: int) -> Channel:
        """The direct conversation of a person and the bot; made when first asked for."""
        if user_id in self.directs:
            return self.directs[user_id]
        channel = Channel(self.new_id(), Kind.DM, "", None, recipient_id=user_id)
        self.channels[channel.id] = self.directs[user_id] = channel
        self.changed()
        return channel

    def add_thread(
        self, parent: Channel, name: str, owner_id: int, *, thread_id: int | None = None, kind: Kind | None = None
    ) -> Channel:
        """A thread; on a message, or as a forum post, it has the message's id (`thread_id`)."""
        usual = Kind.ANNOUNCEMENT_THREAD if parent.kind == Kind.ANNOUNCEMENT else Kind.THREAD
        thread = Channel(
            thread_id or self.new_id(), usual if kind is None else kind, name, parent.server_id, parent_id=parent.id,
            owner_id=owner_id, created_at=self.clock(), joined={owner_id},
        )  # fmt: skip
        self.channels[thread.id] = thread
        self.servers[parent.server_id or 0].channels[thread.id] = thread
        self.tell("THREAD_CREATE", parent.server_id, lambda: shapes.channel_json(self, thread) | {"newly_created": True})
        return thread

    def move_clock(self, ahead: timedelta) -> None:
        """Move the world's time; threads that nobody spoke in for so long are archived, as by Discord."""
        super().move_clock(ahead)
        for thread in [c for c in self.channels.values() if c.is_thread and not c.archived]:
            last = thread.messages[next(reversed(thread.messages))].created_at if thread.messages else thread.created_at
            if last is not None and self.clock() - last > timedelta(minutes=thread.auto_archive_minutes):
                thread.archived, thread.archived_at = True, self.clock()
                self.channel_changed(thread)

    # -- messages

    def add_message(self, message: Message) -> None:
        channel = self.channels[message.channel_id]
        shelf = channel.private if message.private else channel.messages
        shelf[message.id] = self.messages[message.id] = message
        channel.total_messages += 1
        if len(shelf) > self.keep:
            oldest = next(iter(shelf))
            del shelf[oldest]
            self.messages.pop(oldest, None)
        self._tell_of_message("MESSAGE_CREATE", message)

    def message_edited(self, message: Message) -> None:
        message.edited_at = self.clock()
        self._tell_of_message("MESSAGE_UPDATE", message)

    def delete_message(self, message: Message | int) -> None:
        message = self.messages[message] if isinstance(message, int) else message
        channel = self.channels[message.channel_id]
        message.deleted = True
        self.messages.pop(message.id, None)
        channel.messages.pop(message.id, None)
        channel.private.pop(message.id, None)
        self._tell_of_message("MESSAGE_DELETE", message)

    def keep_upload(self, picture: Picture) -> None:
        """A file that a person sends with a command or a form, for the bot to fetch. Only the latest stay."""
        self.uploads[picture.id] = picture
        if len(self.uploads) > 100:
            del self.uploads[next(iter(self.uploads))]

    def _tell_of_message(self, event: str, message: Message) -> None:
        if message.private:
            # nobody but that person hears of it, not even over the bot's own gateway
            self.changed()
            return
        if message.server_id is not None and not self.bot_may(message.channel_id) & permissions.VIEW_CHANNEL:
            self.changed()
            return
        self.tell(event, message.server_id, lambda: self._message_event(event, message))

    def _message_event(self, event: str, message: Message) -> Json:
        place = {} if message.server_id is None else {"guild_id": str(message.server_id)}
        if event == "MESSAGE_DELETE":
            return {"id": str(message.id), "channel_id": str(message.channel_id)} | place
        return shapes.message_json(self, message) | place

    def _member_changed(self, server: Server, member: Member) -> None:
        shape = shapes.member_json(member) | {"guild_id": str(server.id)}
        self.tell("GUILD_MEMBER_UPDATE", server.id, lambda: shape)

    def _role_event(self, server: Server, role: Role) -> Json:
        return {"guild_id": str(server.id), "role": shapes.role_json(role)}

    def _channel(self, channel: Channel | int) -> Channel:
        return self.channels[channel] if isinstance(channel, int) else channel
