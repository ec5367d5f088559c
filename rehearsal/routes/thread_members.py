"""`/channels/{}/thread-members`: who follows a thread; joining, leaving, adding somebody and sending them away."""

from __future__ import annotations

from rehearsal import shapes
from rehearsal.permissions import MANAGE_THREADS, SEND_IN_THREADS
from rehearsal.refusals import archived_thread, missing_permissions, unknown_member, wrong_channel_type
from rehearsal.rest import Call, Reply, Route
from rehearsal.routes.channels import channel_for_bot
from rehearsal.routes.queries import id_of, limit_of
from rehearsal.things import Channel, Json, Kind
from rehearsal.world import World


def routes(world: World) -> list[Route]:
    members = _ThreadMembers(world)
    return [
        Route("GET", "/channels/{}/thread-members", members.every),
        # before the others: `@me` would pass for a user's id
        Route("PUT", "/channels/{}/thread-members/@me", members.join),
        Route("DELETE", "/channels/{}/thread-members/@me", members.leave),
        Route("GET", "/channels/{}/thread-members/{}", members.one),
        Route("PUT", "/channels/{}/thread-members/{}", members.add),
        Route("DELETE", "/channels/{}/thread-members/{}", members.remove),
    ]


class _ThreadMembers:
    def __init__(self, world: World) -> None:
        self.world = world

    def every(self, call: Call, channel_id: str) -> Reply:
        thread = self._thread(channel_id)
        limit, after = limit_of(call, most=100, usual=100), id_of(call, "after") or 0
        ids = [number for number in sorted(thread.joined) if number > after]
        return Reply(200, [self._shape(call, thread, number) for number in ids[:limit]])

    def one(self, call: Call, channel_id: str, user_id: str) -> Reply:
        thread = self._thread(channel_id)
        if int(user_id) not in thread.joined:
            raise unknown_member()
        return Reply(200, self._shape(call, thread, int(user_id)))

    def join(self, call: Call, channel_id: str) -> Reply:
        self._change(self._open(channel_id), self.world.bot.id, here=True)
        return Reply(204)

    def leave(self, call: Call, channel_id: str) -> Reply:
        self._change(self._open(channel_id), self.world.bot.id, here=False)
        return Reply(204)

    def add(self, call: Call, channel_id: str, user_id: str) -> Reply:
        thread = self._open(channel_id)
        if not self.world.bot_may(thread.id) & SEND_IN_THREADS:
            raise missing_permissions()
        if int(user_id) not in self.world.servers[thread.server_id or 0].members:
            raise unknown_member()
        self._change(thread, int(user_id), here=True)
        return Reply(204)

    def remove(self, call: Call, channel_id: str, user_id: str) -> Reply:
        thread = self._open(channel_id)
        owns = thread.kind == Kind.PRIVATE_THREAD and thread.owner_id == self.world.bot.id
        if not owns and not self.world.bot_may(thread.id) & MANAGE_THREADS:
            raise missing_permissions()
        self._change(thread, int(user_id), here=False)
        return Reply(204)

    def _change(self, thread: Channel, user_id: int, *, here: bool) -> None:
        if (user_id in thread.joined) == here:
            return
        (thread.joined.add if here else thread.joined.discard)(user_id)
        event: Json = {"id": str(thread.id), "guild_id": str(thread.server_id), "member_count": len(thread.joined)}
        event |= {"added_members": [shapes.thread_member_json(thread, user_id)]} if here else {"removed_member_ids": [str(user_id)]}
        self.world.tell("THREAD_MEMBERS_UPDATE", thread.server_id, lambda: event)

    def _shape(self, call: Call, thread: Channel, user_id: int) -> Json:
        shape = shapes.thread_member_json(thread, user_id)
        members = self.world.servers[thread.server_id or 0].members
        if call.query.get("with_member") in ("1", "true") and user_id in members:
            shape["member"] = shapes.member_json(members[user_id])
        return shape

    def _open(self, channel_id: str) -> Channel:
        thread = self._thread(channel_id)
        if thread.archived:
            raise archived_thread()
        return thread

    def _thread(self, channel_id: str) -> Channel:
        channel = channel_for_bot(self.world, channel_id)
        if not channel.is_thread:
            raise wrong_channel_type()
        return channel
