"""REST: threads on messages, threads without one, posts in forums; archiving, locking, deleting them."""

from __future__ import annotations

from rehearsal import composing, shapes
from rehearsal.checks import array, text, unknown_keys, whole_number
from rehearsal.limits import check_message
from rehearsal.permissions import (
    CREATE_PRIVATE_THREADS,
    CREATE_PUBLIC_THREADS,
    MANAGE_CHANNELS,
    MANAGE_THREADS,
    READ_MESSAGE_HISTORY,
)  # fmt: skip
from rehearsal.refusals import (
    Problems,
    Refusal,
    invalid,
    missing_permissions,
    tag_required,
    thread_exists,
    threads_full,
    unknown_message,
    wrong_channel_type,
)  # fmt: skip
from rehearsal.rest import Call, Reply, Route
from rehearsal.rest_messages import needed_to_send
from rehearsal.rest_places import channel_for_bot
from rehearsal.things import HAS_THREAD, Channel, Json, Kind
from rehearsal.world import World

ARCHIVE_AFTER = (60, 1440, 4320, 10080)
_THREAD_KEYS = ("name", "auto_archive_duration", "rate_limit_per_user")


def routes(world: World) -> list[Route]:
    threads = _Threads(world)
    return [
        Route("POST", "/channels/{}/messages/{}/threads", threads.start_on_message),
        Route("POST", "/channels/{}/threads", threads.start),
        Route("PATCH", "/channels/{}", threads.change),
        Route("DELETE", "/channels/{}", threads.delete),
        Route("PUT", "/channels/{}/thread-members/@me", threads.join),
        Route("DELETE", "/channels/{}/thread-members/@me", threads.leave),
    ]


class _Threads:
    def __init__(self, world: World) -> None:
        self.world = world

    def start_on_message(self, call: Call, channel_id: str, message_id: str) -> Reply:
        channel = channel_for_bot(self.world, channel_id, CREATE_PUBLIC_THREADS | READ_MESSAGE_HISTORY)
        if channel.kind not in (Kind.TEXT, Kind.ANNOUNCEMENT):
            raise wrong_channel_type()
        message = channel.messages.get(int(message_id)) if message_id.isdigit() else None
        if message is None:
            raise unknown_message()
        _check_thread(call.json, _THREAD_KEYS)
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
        _check_thread(call.json, (*_THREAD_KEYS, "type", "invitable"))
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
        _check_thread(body, (*_THREAD_KEYS, "message", "applied_tags", "type"))
        check_message(first, [upload.name for upload in call.files.values()], path=("message",))
        tags = self._tags(forum, body.get("applied_tags") or [])
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

    def _tags(self, forum: Channel, given: list[object]) -> list[int]:
        known = {str(tag.id): tag for tag in forum.tags}
        for index, tag_id in enumerate(given):
            tag = known.get(str(tag_id))
            if tag is None:
                raise invalid(("applied_tags", index), "UNKNOWN_TAG", "Unknown tag")
            if tag.moderated and not self.world.bot_may(forum.id) & MANAGE_THREADS:
                raise missing_permissions()
        return [known[str(tag_id)].id for tag_id in given]

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
        known = (*_THREAD_KEYS, "archived", "locked", "invitable", "flags", "applied_tags")
        _check_thread({"name": thread.name} | body, known)
        thread.name = body.get("name") or thread.name
        thread.auto_archive_minutes = body.get("auto_archive_duration") or thread.auto_archive_minutes
        if "archived" in body and body["archived"] != thread.archived:
            thread.archived, thread.archived_at = body["archived"], self.world.clock()
        thread.locked = body.get("locked", thread.locked)
        if "applied_tags" in body:
            thread.tag_ids = self._tags(self.world.channels[thread.parent_id or 0], body["applied_tags"])
        self.world.channel_changed(thread)
        return Reply(200, shapes.channel_json(self.world, thread))

    def delete(self, call: Call, channel_id: str) -> Reply:
        channel = channel_for_bot(self.world, channel_id)
        channel_for_bot(self.world, channel_id, MANAGE_THREADS if channel.is_thread else MANAGE_CHANNELS)
        shape = shapes.channel_json(self.world, channel)
        self.world.delete_channel(channel)
        return Reply(200, shape)

    def join(self, call: Call, channel_id: str) -> Reply:
        self._thread(channel_id).joined.add(self.world.bot.id)
        return Reply(204)

    def leave(self, call: Call, channel_id: str) -> Reply:
        self._thread(channel_id).joined.discard(self.world.bot.id)
        return Reply(204)

    def _thread(self, channel_id: str) -> Channel:
        channel = channel_for_bot(self.world, channel_id)
        if not channel.is_thread:
            raise wrong_channel_type()
        return channel


def _check_thread(body: Json, known: tuple[str, ...]) -> None:
    problems = Problems()
    unknown_keys(problems, (), body, known)
    text(problems, ("name",), body.get("name"), shortest=1, longest=100, required=True)
    minutes = whole_number(problems, ("auto_archive_duration",), body.get("auto_archive_duration"))
    if minutes is not None and minutes not in ARCHIVE_AFTER:
        problems.add(("auto_archive_duration",), "BASE_TYPE_CHOICES", f"Value must be one of {ARCHIVE_AFTER}.")
    whole_number(problems, ("rate_limit_per_user",), body.get("rate_limit_per_user"), least=0, most=21600)
    array(problems, ("applied_tags",), body.get("applied_tags"), most=5)
    problems.settle()
