"""The lean request says what the library would have said: the same card, the same manners."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord.webhook.async_ import interaction_message_response_params

from bot.cards import Button, Card, Row, Text
from bot.chat import callback
from bot.chat.render import to_view
from bot.press import Press

CARD = Card((Text("## A card\nwith @everyone in it"), Row((Button("Go on", Press("quiz", "ask")),))), tone="good")


class Adapter:
    """Takes down what is sent; in the place of the library's own."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    async def request(self, route: Any, *, payload: dict[str, Any], **_: Any) -> None:
        self.sent.append({"url": route.url, **payload})


class Http:
    proxy = proxy_auth = None


class Client:
    http = Http()


class Response:
    _response_type: discord.InteractionResponseType | None = None

    def is_done(self) -> bool:
        return self._response_type is not None


class Arrived:
    """As much of an interaction as an answer needs."""

    def __init__(self) -> None:
        self.id, self.token, self.client, self.response, self._session = 77, "a-token", Client(), Response(), None


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> Adapter:
    adapter = Adapter()

    class Context:
        def get(self) -> Adapter:
            return adapter

    monkeypatch.setattr(callback, "async_context", Context())
    return adapter


def by_the_library(kind: discord.InteractionResponseType, **more: Any) -> dict[str, Any]:
    params = interaction_message_response_params(
        type=kind.value, view=to_view(CARD), previous_allowed_mentions=discord.AllowedMentions.none(), **more
    )
    assert params.payload is not None
    data = dict(params.payload["data"])
    data.pop("tts")  # false anyhow
    return {"type": params.payload["type"], "data": data}


async def test_a_changed_card_is_sent_as_the_library_would_send_it(adapter: Adapter) -> None:
    arrived: Any = Arrived()
    await callback.change(arrived, CARD)
    [sent] = adapter.sent
    assert sent.pop("url").endswith("/interactions/77/a-token/callback")
    assert sent == by_the_library(discord.InteractionResponseType.message_update, attachments=[])


@pytest.mark.parametrize("private", [True, False])
async def test_a_message_is_sent_as_the_library_would_send_it(adapter: Adapter, private: bool) -> None:
    arrived: Any = Arrived()
    await callback.answer(arrived, CARD, private=private)
    [sent] = adapter.sent
    del sent["url"]
    flags = {"flags": discord.MessageFlags(ephemeral=True)} if private else {}
    assert sent == by_the_library(discord.InteractionResponseType.channel_message, **flags)


async def test_what_was_answered_is_not_answered_again(adapter: Adapter) -> None:
    arrived: Any = Arrived()
    await callback.change(arrived, CARD)
    with pytest.raises(discord.InteractionResponded):
        await callback.answer(arrived, CARD, private=True)
    assert len(adapter.sent) == 1
