"""`/webhooks`: what the bot does with an interaction after its first answer: reads, changes and deletes that, and says more.
Webhooks that somebody made for a channel there are none."""

from __future__ import annotations

from rehearsal import shapes
from rehearsal.interactions import Interaction, Interactions, done
from rehearsal.limits import check_message
from rehearsal.refusals import unknown_message, unknown_webhook
from rehearsal.rest import Call, Reply, Route
from rehearsal.routes.answers import Answers, is_private
from rehearsal.things import Message
from rehearsal.world import World

WEBHOOK_KEYS = frozenset({"username", "avatar_url", "thread_name", "applied_tags"})
"""What only a channel's own webhook may set. Here Discord ignores it."""


def routes(world: World, interactions: Interactions) -> list[Route]:
    webhooks = _Webhooks(world, interactions)
    original = "/webhooks/{}/{}/messages/@original"
    follow_up = "/webhooks/{}/{}/messages/{}"
    return [
        # before the others: `@original` would pass for a message's id
        Route("GET", original, webhooks.read_original, by_bot=False),
        Route("PATCH", original, webhooks.edit_original, by_bot=False),
        Route("DELETE", original, webhooks.delete_original, by_bot=False),
        Route("POST", "/webhooks/{}/{}", webhooks.follow_up, by_bot=False),
        Route("GET", follow_up, webhooks.read, by_bot=False),
        Route("PATCH", follow_up, webhooks.edit, by_bot=False),
        Route("DELETE", follow_up, webhooks.delete, by_bot=False),
    ]


class _Webhooks:
    def __init__(self, world: World, interactions: Interactions) -> None:
        self.world = world
        self.interactions = interactions
        self.answers = Answers(world, interactions)

    def read_original(self, call: Call, application_id: str, token: str) -> Reply:
        interaction = self._interaction(application_id, token)
        return Reply(200, shapes.message_json(self.world, self._original(interaction)))

    def edit_original(self, call: Call, application_id: str, token: str) -> Reply:
        interaction = self._interaction(application_id, token)
        message = self._original(interaction)
        self.answers.revise(message, call.json, call)
        interaction.latest = message
        done(interaction.later)
        return Reply(200, shapes.message_json(self.world, message))

    def delete_original(self, call: Call, application_id: str, token: str) -> Reply:
        interaction = self._interaction(application_id, token)
        self.world.delete_message(self._original(interaction))
        done(interaction.later)
        return Reply(204)

    def follow_up(self, call: Call, application_id: str, token: str) -> Reply:
        interaction = self._interaction(application_id, token)
        original = interaction.original
        if original is not None and original.is_thinking and not original.deleted:
            # Discord takes the first follow-up after a deferral for the answer itself, private or not as deferred
            self.answers.revise(original, call.json, call, may_be_private=True)
            message = original
        else:
            names = [upload.name for upload in call.files.values()]
            check_message(call.json, names, may_be_private=True, also=WEBHOOK_KEYS)
            message = self.answers.new_message(interaction, call.json, call, private=is_private(call.json))
        interaction.latest = message
        done(interaction.later)
        return Reply(200, shapes.message_json(self.world, message))

    def read(self, call: Call, application_id: str, token: str, message_id: str) -> Reply:
        return Reply(200, shapes.message_json(self.world, self._own(application_id, token, message_id)))

    def edit(self, call: Call, application_id: str, token: str, message_id: str) -> Reply:
        message = self._own(application_id, token, message_id)
        self.answers.revise(message, call.json, call)
        return Reply(200, shapes.message_json(self.world, message))

    def delete(self, call: Call, application_id: str, token: str, message_id: str) -> Reply:
        self.world.delete_message(self._own(application_id, token, message_id))
        return Reply(204)

    def _interaction(self, application_id: str, token: str) -> Interaction:
        if application_id != str(self.world.application_id):
            raise unknown_webhook()
        return self.interactions.to_continue(token)

    def _original(self, interaction: Interaction) -> Message:
        if interaction.original is None or interaction.original.deleted:
            raise unknown_message()
        return interaction.original

    def _own(self, application_id: str, token: str, message_id: str) -> Message:
        interaction = self._interaction(application_id, token)
        message = self.world.messages.get(int(message_id))
        mine = message is not None and (
            message is interaction.original or (message.metadata or {}).get("id") == str(interaction.id)
        )
        if message is None or not mine:
            raise unknown_message()
        return message
