"""REST: threads on messages, threads without one, posts in forums; archiving, locking, deleting them."""

from __future__ import annotations

from rehearsal import composing, shapes
from rehearsal.limits import check_message
from rehearsal.permissions import (
    CREATE_PRIVATE_THREADS,
    CREATE_PUBLIC_THREADS,
    READ_MESSAGE_HISTORY,
)  # fmt: skip
from rehearsal.refusals import (
    invalid,
    tag_required,
    thread_exists,
    threads_full,
    unknown_message,
    wrong_channel_type,
)  # fmt: skip
from rehearsal.rest import Call, Reply, Route
from rehearsal.routes.channels import channel_for_bot
from rehearsal.routes.messages import needed_to_send
from rehearsal.routes.thread_bodies import THREAD_KEYS, check_thread, tags_of
from rehearsal.things import HAS_THREAD, Channel, Kind
from rehearsal.world import World


def routes(world: World) -> list[Route]:
    threads = _Threads(world)
    return [
        Route("POST", "/channels/{}/messages/{}/threads", threads.start_on_message),
        Route("POST", "/channels/{}/threads", threads.start),
    ]


class _Threads:
    def __init__(self, world: World) -> None:
        self.world = world

    def start_on_message(self, call: Call, channel_id: str, message_id: str) -> Reply:
        channel = channel_for_bot(self.world, channel_id, CREATE_PUBLIC_THREADS | READ_MESSAGE_HISTORY)
        if channel.kind not in (Kind.TEXT, Kind.ANNOUNCEMENT):
            raise wrong_channel_type()
        message = channel.messages.get(int(message_id))
        if message is None:
            raise unknown_message()
        # discord.js sends a `type` along, which Discord ignores
        check_thread(call.json, (*THREAD_KEYS, "type"))
        if message.id in self.world.channels:
            raise thread_exists()
        self._check_room(channel)
        message.flags |= HAS_THREAD
        thread = self.world.add_thread(channel, call.json["name"], self.world.bot.id, thread_id=message.id)
        thread.auto_archive_minutes = call.json.get("auto_archive_duration") or 1440
        return Reply(201, shapes.channel_json(self.world, thread))

    def start(self, call: Call, channel_id: str) -> Reply:
        channel = channel_for_bot(self.world, channel_id)
        if channel.kind == Kind.FORUM:
            return self._post(call, channel)
        if channel.kind not in (Kind.TEXT, Kind.ANNOUNCEMENT):
            raise wrong_channel_type()
        check_thread(call.json, (*THREAD_KEYS, "type", "invitable"))
        kind = call.json.get("type", Kind.PRIVATE_THREAD)
        if kind not in (Kind.ANNOUNCEMENT_THREAD, Kind.THREAD, Kind.PRIVATE_THREAD):
            raise invalid(("type",), "BASE_TYPE_CHOICES", "Value must be one of (10, 11, 12).")
        private = kind == Kind.PRIVATE_THREAD
        channel_for_bot(self.world, channel_id, CREATE_PRIVATE_THREADS if private else CREATE_PUBLIC_THREADS)
        self._check_room(channel)
        thread = self.world.add_thread(channel, call.json["name"], self.world.bot.id, kind=Kind(kind))
        thread.auto_archive_minutes = call.json.get("auto_archive_duration") or 1440
        return Reply(201, shapes.channel_json(self.world, thread))

    def _post(self, call: Call, forum: Channel) -> Reply:
        """A forum post needs Send Messages, not Create Public Threads, and no nonce guards it."""
        body = call.json
        first = body.get("message")
        if not isinstance(first, dict):
            raise invalid(("message",), "BASE_TYPE_REQUIRED", "This field is required")
        channel_for_bot(self.world, str(forum.id), needed_to_send(forum, first, has_files=bool(call.files)))
        # discord.py sends a `type` here too, which Discord ignores
        check_thread(body, (*THREAD_KEYS, "message", "applied_tags", "type"))
        check_message(first, [upload.name for upload in call.files.values()], path=("message",))
        tags = tags_of(self.world, forum, body.get("applied_tags") or [])
        if forum.requires_tag and not tags:
            raise tag_required()
        self._check_room(forum)
        thread = self.world.add_thread(forum, body["name"], self.world.bot.id)
        thread.tag_ids = tags
        thread.auto_archive_minutes = body.get("auto_archive_duration") or 1440
        message = composing.compose(self.world, thread.id, first, call.files, message_id=thread.id)
        self.world.add_message(message)
        shape = shapes.channel_json(self.world, thread)
        return Reply(201, shape | {"message": shapes.message_json(self.world, message)})

    def _check_room(self, channel: Channel) -> None:
        if self.world.servers[channel.server_id or 0].threads_full:
            raise threads_full()
