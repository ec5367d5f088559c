"""`/channels/{}`: one channel or thread; renaming, archiving, locking, deleting it. Opening threads is in threads.py."""

from __future__ import annotations

from rehearsal import permissions, shapes
from rehearsal.permissions import MANAGE_CHANNELS, MANAGE_THREADS
from rehearsal.refusals import Refusal, missing_access, missing_permissions, unknown_channel
from rehearsal.rest import Call, Reply, Route
from rehearsal.routes.thread_bodies import THREAD_KEYS, check_thread, tags_of
from rehearsal.things import Channel
from rehearsal.world import World


def routes(world: World) -> list[Route]:
    channels = _Channels(world)
    return [
        Route("GET", "/channels/{}", channels.one),
        Route("PATCH", "/channels/{}", channels.change),
        Route("DELETE", "/channels/{}", channels.delete),
    ]


def channel_for_bot(world: World, number: str, needs: int = permissions.VIEW_CHANNEL) -> Channel:
    """The channel, if the bot may see it and has what the call needs; else Discord's refusal."""
    channel = world.channels.get(int(number))
    if channel is None:
        raise unknown_channel()
    may = world.bot_may(channel.id)
    if not may & permissions.VIEW_CHANNEL:
        raise missing_access()
    if needs & ~may:
        raise missing_permissions()
    return channel


class _Channels:
    def __init__(self, world: World) -> None:
        self.world = world

    def one(self, call: Call, channel_id: str) -> Reply:
        return Reply(200, shapes.channel_json(self.world, channel_for_bot(self.world, channel_id)))

    def change(self, call: Call, channel_id: str) -> Reply:
        thread = channel_for_bot(self.world, channel_id)
        body = call.json
        if not thread.is_thread:
            channel_for_bot(self.world, channel_id, MANAGE_CHANNELS)
            raise Refusal(501, 0, "The rehearsal changes threads only.")
        manages = bool(self.world.bot_may(thread.id) & MANAGE_THREADS)
        owns = thread.owner_id == self.world.bot.id
        if not manages and ("locked" in body or not owns or thread.locked):
            raise missing_permissions()
        known = (*THREAD_KEYS, "archived", "locked", "invitable", "flags", "applied_tags")
        check_thread({"name": thread.name} | body, known)
        thread.name = body.get("name") or thread.name
        thread.auto_archive_minutes = body.get("auto_archive_duration") or thread.auto_archive_minutes
        if "archived" in body and body["archived"] != thread.archived:
            thread.archived, thread.archived_at = body["archived"], self.world.clock()
        thread.locked = body.get("locked", thread.locked)
        if "applied_tags" in body:
            thread.tag_ids = tags_of(self.world, self.world.channels[thread.parent_id or 0], body["applied_tags"])
        self.world.channel_changed(thread)
        return Reply(200, shapes.channel_json(self.world, thread))

    def delete(self, call: Call, channel_id: str) -> Reply:
        channel = channel_for_bot(self.world, channel_id)
        channel_for_bot(self.world, channel_id, MANAGE_THREADS if channel.is_thread else MANAGE_CHANNELS)
        shape = shapes.channel_json(self.world, channel)
        self.world.delete_channel(channel)
        return Reply(200, shape)
