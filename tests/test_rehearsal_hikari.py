"""Another client than discord.py, hikari, takes the rehearsal for Discord: its own reading of Discord's documents, of every shape
that it is sent, of the gateway, and of the limits in the headers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import hikari
import pytest
from hikari.impl import special_endpoints as build
from stage import person, room

from rehearsal.standin import StandIn
from rehearsal.tokens import long_token
from rehearsal.world import World


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    standin = StandIn(World.evening(), max_concurrency=2)
    await standin.start()
    yield standin
    await standin.stop()


class Reader:
    """A small bot of hikari's: a card with a button, which opens a form, whose answer changes the card."""

    def __init__(self, standin: StandIn, intents: hikari.Intents) -> None:
        self.client = hikari.GatewayBot(
            long_token(standin.world), rest_url=f"{standin.url}/api/v10", intents=intents, banner=None, logs=None,
            suppress_optimization_warning=True,
        )  # fmt: skip
        self.heard: asyncio.Queue[hikari.Event] = asyncio.Queue()
        self.client.event_manager.subscribe(hikari.Event, self.heard.put)
        self.client.event_manager.subscribe(hikari.InteractionCreateEvent, self.answer)

    async def until(self, kind: type[Any]) -> Any:
        """The next event of this kind."""
        while True:
            event = await asyncio.wait_for(self.heard.get(), 30)
            if isinstance(event, kind):
                return event

    async def answer(self, event: hikari.InteractionCreateEvent) -> None:
        used = event.interaction
        if isinstance(used, hikari.CommandInteraction):
            await used.create_initial_response(
                hikari.ResponseType.MESSAGE_CREATE, components=[self.card("Which word?")], flags=hikari.MessageFlag.EPHEMERAL
            )
        elif isinstance(used, hikari.ComponentInteraction):
            row = build.ModalActionRowBuilder().add_text_input("word", "Your word", max_length=20)
            await used.create_modal_response("A word", "1:word", components=[row])
        elif isinstance(used, hikari.ModalInteraction):
            said = used.components[0].components[0]
            assert isinstance(said, hikari.TextInputComponent)
            await used.create_initial_response(
                hikari.ResponseType.MESSAGE_UPDATE, components=[self.card(f"The word is {said.value}")]
            )

    @staticmethod
    def card(text: str) -> build.ContainerComponentBuilder:
        box = build.ContainerComponentBuilder(accent_color=hikari.Color(0x2A7F62))
        box.add_text_display(f"## {text}")
        row = build.MessageActionRowBuilder()
        row.add_interactive_button(hikari.ButtonStyle.PRIMARY, "1:say", label="Say")
        return box.add_component(row)


@asynccontextmanager
async def reading(standin: StandIn, intents: hikari.Intents = hikari.Intents.GUILDS, shards: int = 1) -> AsyncIterator[Reader]:
    reader = Reader(standin, intents)
    await reader.client.start(check_for_updates=False, shard_count=shards)
    try:
        yield reader
    finally:
        await reader.client.close()


async def test_hikari_sees_the_server_and_answers_a_command_with_a_button_and_a_form(standin: StandIn) -> None:
    world = standin.world
    async with reading(standin) as bot:
        arrived = await bot.until(hikari.GuildAvailableEvent)
        assert arrived.guild.name == "The Thursday Circle"
        assert {channel.name for channel in arrived.channels.values()} == {c.name for c in world.server.channels.values()}
        me = bot.client.get_me()
        assert me is not None and me.id == world.bot.id

        rest = bot.client.rest
        commands = await rest.set_application_commands(world.application_id, [rest.slash_command_builder("word", "Say a word")])
        assert [command.name for command in commands] == ["word"]

        ada = person(standin)
        seen = await ada.command(room(standin), "word")
        assert (seen.text, seen.labels, seen.private) == ("## Which word?", ["Say"], True)
        assert seen.message is not None
        form = (await ada.press(seen.message, "Say")).form
        assert form is not None and (form.title, form.labels) == ("A word", ["Your word"])
        changed = await ada.submit(form, {"Your word": "tea"})
        assert (changed.edited, changed.text) == (True, "## The word is tea")
        assert not standin.unknown_calls


async def test_hikari_reads_the_rest_of_the_server(standin: StandIn) -> None:
    world = standin.world
    async with reading(standin) as bot:
        rest = bot.client.rest
        study = await rest.fetch_channel(room(standin))
        assert isinstance(study, hikari.GuildTextChannel) and study.topic == "Where the study group meets"
        assert len(await rest.fetch_roles(world.server.id)) == len(world.server.roles)
        member = await rest.fetch_member(world.server.id, world.server.member_named("Ada").id)
        assert member.display_name == "Ada"
        posted = await rest.create_message(study, components=[bot.card("All together")], attachment=hikari.Bytes(b"words", "a.txt"))
        assert [file.filename for file in posted.attachments] == ["a.txt"]
        assert await posted.attachments[0].read() == b"words"
        thread = await rest.create_message_thread(study, posted, "Talk")
        assert thread.name == "Talk"
        await rest.edit_channel(thread, archived=True)
        assert world.channels[thread.id].archived
        assert [message.id for message in await rest.fetch_messages(study).limit(5)] == [posted.id]
        direct = await rest.create_dm_channel(member.id)
        assert (await rest.create_message(direct, "Hello")).content == "Hello"
        with pytest.raises(hikari.BadRequestError) as refused:
            await rest.create_message(study, "x" * 2001)
        assert refused.value.errors is not None
        assert dict(refused.value.errors["content"])["_errors"][0]["code"] == "BASE_TYPE_MAX_LENGTH"
        world.set_bot_permissions(study.id, deny=1 << 10)
        with pytest.raises(hikari.ForbiddenError):
            await rest.fetch_channel(study)


async def test_hikari_asks_who_and_where_it_is_and_keeps_its_commands(standin: StandIn) -> None:
    world, app, server = standin.world, standin.world.application_id, standin.world.server
    world.set_bot_permissions(room(standin), allow=1 << 34)
    async with reading(standin) as bot:
        rest = bot.client.rest
        assert [own.name for own in await rest.fetch_my_guilds()] == [server.name]
        assert (await rest.fetch_guild(server.id)).owner_id == server.owner_id
        assert len(await rest.fetch_guild_channels(server.id)) == len(server.channels)
        assert (await rest.fetch_application()).id == (await rest.fetch_my_user()).id == app
        assert (await rest.fetch_gateway_url()).startswith("ws://")
        assert (await rest.fetch_gateway_bot_info()).session_start_limit.max_concurrency == 2

        word = await rest.create_slash_command(app, "word", "Say a word")
        await rest.edit_application_command(app, word, description="Say two")
        assert (await rest.fetch_application_command(app, word)).description == "Say two"  # type: ignore[attr-defined]
        await rest.delete_application_command(app, word)
        with pytest.raises(hikari.NotFoundError):
            await rest.fetch_application_command(app, word)
        await rest.set_application_commands(app, [rest.slash_command_builder("here", "Only here")], guild=server.id)
        assert [own.name for own in await rest.fetch_application_commands(app, guild=server.id)] == ["here"]

        thread = await rest.create_thread(room(standin), hikari.ChannelType.GUILD_PUBLIC_THREAD, "Talk")
        await rest.leave_thread(thread)
        await rest.join_thread(thread.id)
        assert [one.user_id for one in await rest.fetch_thread_members(thread)] == [app]
        await rest.delete_channel(thread)
        assert thread.id not in world.channels
        assert not standin.unknown_calls


async def test_hikari_resumes_after_its_socket_was_dropped_and_misses_nothing(standin: StandIn) -> None:
    async with reading(standin) as bot:
        await bot.until(hikari.ShardReadyEvent)
        await standin.drop_gateway(4000)
        standin.world.add_channel(standin.world.server, "while you were away")
        assert (await bot.until(hikari.GuildChannelCreateEvent)).channel.name == "while you were away"
        await bot.until(hikari.ShardResumedEvent)
        assert standin.gateway.identifies == 1


async def test_two_shards_of_hikari_begin_at_once_and_each_has_its_own_servers(standin: StandIn) -> None:
    servers = [standin.world.server, *(standin.world.add_server(f"Server {number}") for number in range(5))]
    async with reading(standin, shards=2) as bot:
        await standin.bot_is_ready(10, shards=2)
        there: dict[int, int] = {}
        while len(there) < len(servers):
            event = await bot.until(hikari.GuildAvailableEvent)
            there[event.guild.id] = event.shard.id
    assert there == {server.id: (server.id >> 22) % 2 for server in servers}
    assert set(there.values()) == {0, 1}


async def test_hikari_hears_messages_without_their_text_unless_it_is_mentioned(standin: StandIn) -> None:
    ada = person(standin)
    async with reading(standin, intents=hikari.Intents.GUILDS | hikari.Intents.GUILD_MESSAGES) as bot:
        await bot.until(hikari.ShardReadyEvent)
        await ada.say(room(standin), "hello all")
        assert (await bot.until(hikari.GuildMessageCreateEvent)).content is None
        await ada.say(room(standin), f"hello <@{standin.world.bot.id}>")
        assert (await bot.until(hikari.GuildMessageCreateEvent)).content.startswith("hello <@")
