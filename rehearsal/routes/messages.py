"""REST: the bot's own messages in channels and threads: send, read, edit, delete. Not its answers to
interactions (interactions.py, webhooks.py)."""

from __future__ import annotations

from datetime import timedelta

from rehearsal import composing, shapes
from rehearsal.limits import check_message
from rehearsal.permissions import (
    ATTACH_FILES,
    EMBED_LINKS,
    MANAGE_MESSAGES,
    MANAGE_THREADS,
    READ_MESSAGE_HISTORY,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    VIEW_CHANNEL,
)  # fmt: skip
from rehearsal.refusals import (
    archived_thread,
    missing_permissions,
    not_in_this_channel,
    not_your_message,
    unknown_message,
)  # fmt: skip
from rehearsal.rest import Call, Reply, Route
from rehearsal.routes.channels import channel_for_bot
from rehearsal.routes.queries import id_of, limit_of
from rehearsal.things import Channel, Json, Kind, Message
from rehearsal.world import World

NONCE_HOLDS = timedelta(minutes=5)


def routes(world: World) -> list[Route]:
    messages = _Messages(world)
    return [
        Route("POST", "/channels/{}/messages", messages.send),
        Route("GET", "/channels/{}/messages", messages.history),
        Route("GET", "/channels/{}/messages/{}", messages.read),
        Route("PATCH", "/channels/{}/messages/{}", messages.edit),
        Route("DELETE", "/channels/{}/messages/{}", messages.delete),
        Route("POST", "/channels/{}/typing", messages.typing),
    ]


def needed_to_send(channel: Channel, body: Json, *, has_files: bool) -> int:
    """The permissions that this message needs in this channel."""
    needs = SEND_IN_THREADS if channel.is_thread else SEND_MESSAGES
    if has_files:
        needs |= ATTACH_FILES
    if body.get("embeds"):
        needs |= EMBED_LINKS
    return needs | (READ_MESSAGE_HISTORY if body.get("message_reference") else 0)


class _Messages:
    def __init__(self, world: World) -> None:
        self.world = world
        self._nonces: dict[tuple[int, str], Message] = {}

    def send(self, call: Call, channel_id: str) -> Reply:
        channel = channel_for_bot(self.world, channel_id)
        if channel.kind == Kind.FORUM:
            raise not_in_this_channel()
        body = call.json
        channel_for_bot(self.world, channel_id, needed_to_send(channel, body, has_files=bool(call.files)))
        self._wake(channel)
        check_message(body, [upload.name for upload in call.files.values()])
        earlier = self._sent_before(channel, body)
        if earlier is not None:
            if earlier.deleted:
                raise unknown_message()
            return Reply(200, shapes.message_json(self.world, earlier))
        message = composing.compose(self.world, channel.id, body, call.files)
        if body.get("enforce_nonce") and message.nonce is not None:
            self._nonces[channel.id, message.nonce] = message
        shape = shapes.message_json(self.world, message)
        self.world.add_message(message)
        return Reply(200, shape)

    def history(self, call: Call, channel_id: str) -> Reply:
        channel = channel_for_bot(self.world, channel_id, VIEW_CHANNEL)
        if not self.world.bot_may(channel.id) & READ_MESSAGE_HISTORY:
            return Reply(200, [])
        limit, around = limit_of(call, most=100, usual=50), id_of(call, "around")
        low, high = id_of(call, "after") or 0, id_of(call, "before") or 1 << 64
        found = [m for m in channel.messages.values() if low < m.id < high]
        if around is not None:
            half = limit // 2
            found = [m for m in found if m.id < around][-half:] + [m for m in found if m.id >= around][: limit - half]
        chosen = found[:limit] if low or around is not None else found[-limit:]
        return Reply(200, [self._shape(message) for message in reversed(chosen)])

    def read(self, call: Call, channel_id: str, message_id: str) -> Reply:
        return Reply(200, self._shape(self._message(channel_id, message_id, READ_MESSAGE_HISTORY)))

    def edit(self, call: Call, channel_id: str, message_id: str) -> Reply:
        message = self._message(channel_id, message_id)
        if message.author.id != self.world.bot.id:
            raise not_your_message()
        self._wake(self.world.channels[message.channel_id])
        if call.files and not self.world.bot_may(message.channel_id) & ATTACH_FILES:
            raise missing_permissions()
        check_message(
            call.json, [upload.name for upload in call.files.values()], old_flags=message.flags,
            old_names=composing.names_that_stay(message, call.json), editing=True,
        )  # fmt: skip
        composing.revise(self.world, message, call.json, call.files)
        return Reply(200, shapes.message_json(self.world, message))

    def delete(self, call: Call, channel_id: str, message_id: str) -> Reply:
        message = self._message(channel_id, message_id)
        if message.author.id != self.world.bot.id and not self.world.bot_may(message.channel_id) & MANAGE_MESSAGES:
            raise missing_permissions()
        self.world.delete_message(message)
        return Reply(204)

    def typing(self, call: Call, channel_id: str) -> Reply:
        channel = channel_for_bot(self.world, channel_id)
        channel_for_bot(self.world, channel_id, needed_to_send(channel, {}, has_files=False))
        return Reply(204)

    def _message(self, channel_id: str, message_id: str, needs: int = VIEW_CHANNEL) -> Message:
        """A message that the bot may see. Ephemeral ones don't exist here, not even its own."""
        channel = channel_for_bot(self.world, channel_id, needs)
        message = channel.messages.get(int(message_id))
        if message is None:
            raise unknown_message()
        return message

    def _shape(self, message: Message) -> Json:
        readable = bool(self.world.privileged_intents & 1 << 15) or message.server_id is None
        readable = readable or message.author.id == self.world.bot.id or self.world.bot.id in message.pings
        return shapes.message_json(self.world, message, readable=readable)

    def _wake(self, channel: Channel) -> None:
        """Speaking in an archived thread opens it again, unless it is locked."""
        if channel.is_thread and channel.locked and not self.world.bot_may(channel.id) & MANAGE_THREADS:
            raise archived_thread() if channel.archived else missing_permissions()
        if channel.is_thread and channel.archived:
            channel.archived = False
            self.world.channel_changed(channel)

    def _sent_before(self, channel: Channel, body: Json) -> Message | None:
        """The message that has the same nonce, if Discord still remembers it."""
        now = self.world.clock()
        while self._nonces:
            oldest = next(iter(self._nonces))
            if now - self._nonces[oldest].created_at <= NONCE_HOLDS:
                break
            del self._nonces[oldest]
        nonce = body.get("nonce")
        if nonce is None or not body.get("enforce_nonce"):
            return None
        return self._nonces.get((channel.id, str(nonce)))
