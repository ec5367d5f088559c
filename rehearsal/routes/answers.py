"""What the first answer to an interaction and all that comes after it have in common: making a message of a body, changing one."""

from __future__ import annotations

from rehearsal import composing
from rehearsal.interactions import Interaction, Interactions
from rehearsal.limits import check_message
from rehearsal.refusals import unknown_webhook
from rehearsal.rest import Call
from rehearsal.things import EPHEMERAL, LOADING, Json, Message
from rehearsal.world import World


def is_private(data: Json) -> bool:
    return bool((data.get("flags") or 0) & EPHEMERAL)


class Answers:
    def __init__(self, world: World, interactions: Interactions) -> None:
        self.world = world
        self.interactions = interactions

    def new_message(self, interaction: Interaction, data: Json, call: Call, *, private: bool) -> Message:
        message = self.compose(interaction, data, call.files, private=private)
        self.world.add_message(message)
        return message

    def compose(
        self, interaction: Interaction, data: Json, files: composing.Uploads, *, private: bool, extra_flags: int = 0
    ) -> Message:
        if interaction.channel_id not in self.world.channels:
            raise unknown_webhook()
        return composing.compose(
            self.world, interaction.channel_id, data, files, extra_flags=extra_flags,
            ephemeral_to=interaction.user_id if private else None,
            interaction=None if private else self.interactions.info(interaction), metadata=interaction.metadata,
        )  # fmt: skip

    def revise(self, message: Message, body: Json, call: Call, *, path: tuple[str, ...] = (), may_be_private: bool = False) -> None:
        was_thinking = message.is_thinking
        check_message(
            body, [upload.name for upload in call.files.values()], path=path, old_flags=message.flags,
            old_names=composing.names_that_stay(message, body), editing=not was_thinking,
            may_be_private=may_be_private or message.private,
        )  # fmt: skip
        message.flags &= ~LOADING
        composing.revise(self.world, message, body, call.files)
        if was_thinking:
            message.edited_at = None
