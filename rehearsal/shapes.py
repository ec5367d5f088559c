"""The world's things as the JSON that Discord sends. Decides nothing; who may see a thing is asked elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rehearsal import permissions
from rehearsal.things import Channel, Json, Kind, Member, Message, Picture, Role, Server, User

if TYPE_CHECKING:
    from rehearsal.world import World


def moment(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat()


def user_json(user: User) -> Json:
    return {
        "id": str(user.id), "username": user.username, "global_name": None if user.bot else user.name,
        "discriminator": "0000" if user.bot else "0", "avatar": None, "bot": user.bot, "public_flags": 0, "flags": 0,
        "primary_guild": None,
    }  # fmt: skip


def member_json(member: Member, *, may: int | None = None) -> Json:
    """`may` adds the member's permissions in a channel, as interactions carry them."""
    shape: Json = {
        "user": user_json(member.user), "nick": None, "avatar": None, "banner": None,
        "roles": [str(role_id) for role_id in member.role_ids], "joined_at": moment(member.joined_at),
        "premium_since": None, "communication_disabled_until": None,
        "deaf": False, "mute": False, "flags": 0, "pending": False,
    }  # fmt: skip
    if may is not None:
        shape["permissions"] = str(may)
    return shape


def role_json(role: Role) -> Json:
    shape: Json = {
        "id": str(role.id), "name": role.name, "permissions": str(role.permissions), "position": role.position,
        "color": role.colour, "colors": {"primary_color": role.colour, "secondary_color": None, "tertiary_color": None},
        "hoist": False, "icon": None, "unicode_emoji": None, "managed": role.managed_by is not None,
        "mentionable": role.mentionable, "flags": 0,
    }  # fmt: skip
    if role.managed_by is not None:
        shape["tags"] = {"bot_id": str(role.managed_by)}
    return shape


def channel_json(world: World, channel: Channel, *, for_member: int | None = None) -> Json:
    """A channel or thread; `for_member` adds that member's permissions there, as interactions carry them."""
    shape: Json = {"id": str(channel.id), "type": int(channel.kind), "flags": 0}
    shape["last_message_id"] = str(next(reversed(channel.messages))) if channel.messages else None
    if channel.kind == Kind.DM:
        recipient = world.users[channel.recipient_id or 0]
        return shape | {"recipients": [user_json(recipient)]}
    shape |= {
        "guild_id": str(channel.server_id), "name": channel.name, "rate_limit_per_user": 0,
        "parent_id": None if channel.parent_id is None else str(channel.parent_id),
    }  # fmt: skip
    if channel.is_thread:
        shape |= _thread_json(world, channel)
    else:
        shape |= {
            "topic": channel.topic, "position": channel.position, "nsfw": False,
            "permission_overwrites": [
                {"id": str(o.target_id), "type": 0 if o.is_role else 1, "allow": str(o.allow), "deny": str(o.deny)}
                for o in channel.overwrites.values()
            ],
        }  # fmt: skip
    if channel.kind == Kind.FORUM:
        shape["flags"] = 16 if channel.requires_tag else 0
        shape |= {"default_forum_layout": 0, "default_sort_order": None, "default_reaction_emoji": None}
        shape["available_tags"] = [
            {"id": str(t.id), "name": t.name, "moderated": t.moderated, "emoji_id": None, "emoji_name": None} for t in channel.tags
        ]
    if for_member is not None:
        server = world.servers[channel.server_id or 0]
        shape["permissions"] = str(permissions.in_channel(server, channel, for_member))
    return shape


def server_json(world: World, server: Server) -> Json:
    """A server as the REST API shows it (no channels)."""
    return {
        "id": str(server.id), "name": server.name, "owner_id": str(server.owner_id), "icon": None, "banner": None,
        "description": None, "splash": None, "discovery_splash": None, "features": [], "emojis": [], "stickers": [],
        "roles": [role_json(role) for role in server.roles.values()], "preferred_locale": server.locale,
        "afk_channel_id": None, "afk_timeout": 300, "system_channel_id": None, "system_channel_flags": 0,
        "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0,
        "nsfw_level": 0, "premium_tier": 0, "premium_subscription_count": 0, "premium_progress_bar_enabled": False,
        "rules_channel_id": None, "public_updates_channel_id": None, "safety_alerts_channel_id": None,
        "vanity_url_code": None, "widget_enabled": False, "widget_channel_id": None, "home_header": None,
        "application_id": None, "region": "deprecated", "nsfw": False, "incidents_data": None,
        "max_stage_video_channel_users": 50, "max_video_channel_users": 25, "max_members": 500000, "max_presences": None,
    }  # fmt: skip


def arriving_server_json(world: World, server: Server, *, is_new: bool = False) -> Json:
    """GUILD_CREATE: with the channels and threads, and of the members only the bot. A server that the bot joins just
    now lacks `unavailable`, by which clients tell it from one that they were in before.

    Discord sends all channels, also those that the bot can't view (a known quirk), but no hidden threads.
    """
    me = server.members[world.bot.id]
    return server_json(world, server) | ({} if is_new else {"unavailable": False}) | {
        "joined_at": moment(me.joined_at), "large": False,
        "member_count": len(server.members), "members": [member_json(me)], "presences": [], "voice_states": [],
        "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
        "channels": [channel_json(world, c) for c in server.channels.values() if not c.is_thread],
        "threads": [
            channel_json(world, c) for c in server.channels.values()
            if c.is_thread and not c.archived and permissions.in_channel(server, c, me.id)
        ],
    }  # fmt: skip


def message_json(world: World, message: Message, *, readable: bool = True, nested: bool = False) -> Json:
    """A message. With `readable=False` the text stays out, as for a bot without the message content intent; a message that
    another one answers is `nested` in that."""
    shape: Json = {
        "id": str(message.id), "channel_id": str(message.channel_id), "type": message.type, "flags": message.flags,
        "author": user_json(message.author), "content": message.content, "components": message.components,
        "embeds": message.embeds, "attachments": [picture_json(p, message) for p in message.attachments],
        "timestamp": moment(message.created_at), "edited_timestamp": moment(message.edited_at),
        "tts": False, "pinned": False, "mention_everyone": 0 in message.pings,
        "mentions": [user_json(world.users[i]) for i in sorted(message.pings) if i in world.users],
        "mention_roles": [str(i) for i in sorted(message.pings) if i and i not in world.users],
    }  # fmt: skip
    if not readable:
        shape |= {"content": "", "components": [], "embeds": [], "attachments": []}
    if message.author.id == world.bot.id and message.metadata is not None:
        shape |= {"webhook_id": str(world.application_id), "application_id": str(world.application_id)}
        shape["interaction_metadata"] = message.metadata
        if message.interaction is not None and message.interaction.command is not None:
            info = message.interaction
            shape["interaction"] = {
                "id": str(info.id), "type": info.kind, "name": info.command,
                "user": user_json(world.users[info.user_id]),
            }  # fmt: skip
    if message.reference is not None:
        shape["message_reference"] = message.reference
        answered = world.messages.get(int(message.reference.get("message_id") or 0))
        if not nested:
            shape["referenced_message"] = None if answered is None else message_json(
                world, answered, readable=readable, nested=True
            )  # fmt: skip
    if message.nonce is not None:
        shape["nonce"] = message.nonce
    thread = world.channels.get(message.id)
    if thread is not None and thread.parent_id == message.channel_id:
        shape["thread"] = channel_json(world, thread)
    return shape


def picture_json(picture: Picture, message: Message) -> Json:
    shape: Json = {
        "id": str(picture.id), "filename": picture.name, "size": len(picture.bytes), "url": picture.url,
        "proxy_url": picture.url, "content_type": picture.content_type,
    }  # fmt: skip
    if picture.width is not None:
        shape |= {"width": picture.width, "height": picture.height, "placeholder_version": 1}
    if picture.alt is not None:
        shape["description"] = picture.alt
    if message.ephemeral_to is not None:
        shape["ephemeral"] = True
    return shape


def media_json(picture: Picture) -> Json:
    """A picture of the message itself, as a gallery shows it."""
    return {
        "id": str(picture.id), "url": picture.url, "proxy_url": picture.url, "width": picture.width, "height": picture.height,
        "content_type": picture.content_type, "attachment_id": str(picture.id), "loading_state": 2, "flags": 0,
    }  # fmt: skip


def _thread_json(world: World, thread: Channel) -> Json:
    shape: Json = {
        "owner_id": str(thread.owner_id), "message_count": len(thread.messages), "member_count": len(thread.joined),
        "total_message_sent": thread.total_messages, "applied_tags": [str(tag) for tag in thread.tag_ids],
        "thread_metadata": {
            "archived": thread.archived, "locked": thread.locked,
            "auto_archive_duration": thread.auto_archive_minutes,
            "archive_timestamp": moment(thread.archived_at or thread.created_at),
            "create_timestamp": moment(thread.created_at),
        },
    }  # fmt: skip
    if world.bot.id in thread.joined:
        shape["member"] = thread_member_json(thread, world.bot.id)
    return shape


def thread_member_json(thread: Channel, user_id: int) -> Json:
    return {"id": str(thread.id), "user_id": str(user_id), "flags": 1, "join_timestamp": moment(thread.created_at)}
