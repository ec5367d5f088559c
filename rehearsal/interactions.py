"""An interaction from its first event to its last edit: what the bot is told, and what it may still answer.

Keeps Discord's clocks: three seconds for the first answer, fifteen minutes for everything after it.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rehearsal import shapes
from rehearsal.refusals import already_acknowledged, invalid_token, unknown_interaction, unknown_webhook
from rehearsal.things import Channel, InteractionInfo, Json, Kind, Message
from rehearsal.world import World

COMMAND, COMPONENT, AUTOCOMPLETE, FORM = 2, 3, 4, 5
"""Kinds of interaction."""

FIRST_ANSWER = timedelta(seconds=float(os.environ.get("REHEARSAL_SECONDS", "3")))
"""Discord's three seconds; tests on a very busy machine may be given more, by the environment."""
LAST_ANSWER = timedelta(minutes=15)


@dataclass(slots=True)
class Interaction:
    """One use of the bot by one person. `source` is the message whose control was used; `command` the full name
    of the slash command; `answered_with` the type of the first answer; `original` the message that
    `@original` means, `latest` what was edited or sent after the first answer; `form` and `choices` what the bot
    answered with instead of a message."""

    id: int
    kind: int
    token: str
    user_id: int
    channel_id: int
    made_at: datetime
    source: Message | None = None
    command: str | None = None
    option_kind: int | None = None
    metadata: Json = field(default_factory=dict)
    answered_with: int | None = None
    original: Message | None = None
    latest: Message | None = None
    form: Json | None = None
    choices: list[Json] | None = None
    first: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    later: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    """`first` is done with the first answer; `later` with the first edit or follow-up after a deferral."""


class Interactions:
    """All interactions whose token may still be used; at most `keep` of them."""

    def __init__(self, world: World, send: Callable[[int | None, Json], bool], *, keep: int = 5000) -> None:
        self.world = world
        self.keep = keep
        self._send = send
        self._open: dict[str, Interaction] = {}

    def __len__(self) -> int:
        return len(self._open)

    def start(
        self, kind: int, user_id: int, channel: Channel, data: Json, *, locale: str, source: Message | None = None,
        command: str | None = None, option_kind: int | None = None, caused_by: Json | None = None,
    ) -> Interaction | None:  # fmt: skip
        """Tell the bot; None if there is no bot that could hear it. `caused_by` is what opened the form."""
        number = self.world.new_moment_id()
        interaction = Interaction(
            number, kind, f"{number}.{secrets.token_hex(16)}", user_id, channel.id, self.world.clock(),
            source, command, option_kind,
        )  # fmt: skip
        interaction.metadata = _metadata(self.world, interaction, channel, caused_by)
        while len(self._open) >= self.keep:
            del self._open[next(iter(self._open))]
        self._open[interaction.token] = interaction
        payload = _payload(self.world, interaction, channel, data, locale)
        return interaction if self._send(channel.server_id, payload) else None

    def to_acknowledge(self, number: int, token: str) -> Interaction:
        """The interaction that a callback answers, or Discord's refusal (late, twice, never seen)."""
        interaction = self._open.get(token)
        if interaction is None or interaction.id != number:
            raise unknown_interaction()
        if interaction.answered_with is not None:
            raise already_acknowledged()
        if self.world.clock() - interaction.made_at > FIRST_ANSWER:
            raise unknown_interaction()
        return interaction

    def to_continue(self, token: str) -> Interaction:
        """The interaction behind a webhook's token, or Discord's refusal (expired, never seen, not yet answered)."""
        interaction = self._open.get(token)
        if interaction is None:
            raise unknown_webhook()
        if self.world.clock() - interaction.made_at > LAST_ANSWER:
            raise invalid_token()
        if interaction.answered_with is None:
            raise unknown_webhook()
        return interaction

    def info(self, interaction: Interaction) -> InteractionInfo:
        """What stands above a public answer."""
        user = self.world.users[interaction.user_id]
        return InteractionInfo(interaction.id, interaction.kind, interaction.command, user.id, user.name)


def done(future: asyncio.Future[None]) -> None:
    """Wake whoever waits, if anyone still does."""
    if not future.done() and not future.get_loop().is_closed():
        future.set_result(None)


def _owners(channel: Channel) -> Json:
    """Who installed the bot: always a server. In direct conversations Discord writes that as 0."""
    return {"0": str(channel.server_id or 0)}


def _metadata(world: World, interaction: Interaction, channel: Channel, caused_by: Json | None) -> Json:
    shape: Json = {
        "id": str(interaction.id), "type": interaction.kind, "authorizing_integration_owners": _owners(channel),
        "user": shapes.user_json(world.users[interaction.user_id]),
    }  # fmt: skip
    if interaction.kind == COMPONENT and interaction.source is not None:
        shape["interacted_message_id"] = str(interaction.source.id)
    if caused_by is not None:
        shape["triggering_interaction_metadata"] = caused_by
    return shape


def _payload(world: World, interaction: Interaction, channel: Channel, data: Json, locale: str) -> Json:
    user = world.users[interaction.user_id]
    payload: Json = {
        "id": str(interaction.id), "application_id": str(world.application_id), "type": interaction.kind,
        "data": data, "token": interaction.token, "version": 1, "channel_id": str(channel.id),
        "locale": locale, "entitlements": [], "entitlement_sku_ids": [], "attachment_size_limit": 10 * 1024 * 1024,
        "authorizing_integration_owners": _owners(channel), "context": 1 if channel.kind == Kind.DM else 0,
        "app_permissions": str(world.bot_may(channel.id)),
    }  # fmt: skip
    if channel.server_id is None:
        payload |= {"user": shapes.user_json(user), "channel": shapes.channel_json(world, channel)}
    else:
        server = world.servers[channel.server_id]
        payload |= {
            "channel": shapes.channel_json(world, channel, for_member=user.id),
            "guild_id": str(server.id), "guild_locale": server.locale,
            "guild": {"id": str(server.id), "locale": server.locale, "features": []},
            "member": shapes.member_json(server.members[user.id], may=world.may(user.id, channel)),
        }  # fmt: skip
    if interaction.source is not None:
        payload["message"] = shapes.message_json(world, interaction.source)
    return payload
