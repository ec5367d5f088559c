"""The rehearsal is only worth something if the real discord.py client can't tell it from Discord where it matters:
every test here drives that client against it. Limits: test_rehearsal_limits.py; connections: test_rehearsal_gateway.py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands, ui
from stage import Bot, card, chart, person, playing, png, room, say_nothing, with_command

from rehearsal import permissions
from rehearsal.interactions import FIRST_ANSWER
from rehearsal.people import NotOffered
from rehearsal.standin import StandIn
from rehearsal.world import Kind, World


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    standin = StandIn(World.evening())
    await standin.start()
    yield standin
    await standin.stop()


# -- interactions


async def test_a_command_is_answered_and_its_button_changes_the_card(standin: StandIn) -> None:
    async def first(interaction: discord.Interaction) -> None:
        view = card("# Lesson one", "It begins.", buttons=(("Next", "1:next"),))
        await interaction.response.send_message(view=view, ephemeral=True)

    async def press(interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=card("# Lesson one", "It ends.", buttons=(("Again", "1:again"),)))

    async with playing(standin, with_command(press, first)) as bot:
        await bot.tree.sync()
        ada, ben = person(standin), person(standin, "Ben")
        seen = await ada.command(room(standin), "learn")
        assert (seen.failed, seen.text, seen.private) == (None, "# Lesson one\nIt begins.", True)
        assert seen.labels == ["Next"]
        assert seen.message is not None
        assert seen.message.interaction is None
        after = await ada.press(seen.message, "Next")
        assert after.edited
        assert after.message is seen.message
        assert after.text == "# Lesson one\nIt ends."
        assert seen.text == "# Lesson one\nIt begins."
        assert [message.text for message in ada.reads(room(standin))] == [after.text]
        assert ben.reads(room(standin)) == []
        with pytest.raises(PermissionError):
            await ben.press(seen.message, "Again")
        with pytest.raises(LookupError):
            await ada.press(seen.message, "Next")
        assert not standin.unknown_calls


async def test_a_public_answer_names_the_command_and_who_used_it(standin: StandIn) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=card("Hello"))

    async with playing(standin, with_command(say_nothing, answer)) as bot:
        await bot.tree.sync()
        seen = await person(standin).command(room(standin), "learn")
        assert seen.message is not None
        assert seen.message.interaction is not None
        assert seen.message.interaction.command == "learn"
        assert seen.message.interaction.who == "Ada"
        assert person(standin, "Ben").reads(room(standin)) == [seen.message]


async def test_a_press_on_a_public_card_is_answered_privately_with_a_picture(standin: StandIn) -> None:
    async def press(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=card("Your week", picture=True), file=chart(), ephemeral=True)

    async with playing(standin, Bot(press)) as bot:
        channel = await bot.fetch_channel(room(standin))
        assert isinstance(channel, discord.TextChannel)
        await channel.send(view=card("All together", buttons=(("Mine", "1:mine"),)))
        ada = person(standin)
        seen = await ada.press(ada.reads(room(standin))[0], "1:mine")
        assert seen.private
        assert seen.message is not None
        picture = seen.message.pictures[0]
        assert (picture.name, picture.bytes, picture.alt) == ("chart.png", png(), "three bars")
        assert (picture.width, picture.height) == (3, 2)
        shown = seen.message.components[0]["components"][1]["items"][0]["media"]
        async with aiohttp.ClientSession() as browser, browser.get(shown["url"]) as response:
            assert await response.read() == png()
            assert response.content_type == "image/png"
        assert bot.interactions[0].message is not None


async def test_an_edit_can_take_the_picture_away_and_bring_another(standin: StandIn) -> None:
    async def press(interaction: discord.Interaction) -> None:
        if interaction.data is not None and interaction.data.get("custom_id") == "plain":
            await interaction.response.edit_message(view=card("none", buttons=(("Draw", "draw"),)), attachments=[])
        else:
            view = card("some", picture=True, buttons=(("Plain", "plain"),))
            await interaction.response.edit_message(view=view, attachments=[chart()])

    async with playing(standin, Bot(press)) as bot:
        channel = await bot.fetch_channel(room(standin))
        assert isinstance(channel, discord.TextChannel)
        await channel.send(view=card("some", picture=True, buttons=(("Plain", "plain"),)), file=chart())
        ada = person(standin)
        message = ada.reads(room(standin))[0]
        assert len(message.pictures) == 1
        assert (await ada.press(message, "Plain")).message is message
        assert message.pictures == []
        await ada.press(message, "Draw")
        assert len(message.pictures) == 1
        assert message.edited_at is not None


class Wish(ui.Modal, title="A wish"):
    said = ui.Label[Any](text="What?", component=ui.TextInput(custom_id="said", max_length=20))
    size = ui.Label[Any](
        text="How big?",
        component=ui.RadioGroup(
            custom_id="size", options=[discord.RadioGroupOption(label=n, value=n.lower()) for n in ("Small", "Big")]
        ),
    )
    days = ui.Label[Any](
        text="Which days?",
        component=ui.CheckboxGroup(
            custom_id="days", max_values=2, required=False,
            options=[discord.CheckboxGroupOption(label=n, value=n[:2].lower()) for n in ("Monday", "Tuesday", "Friday")],
        ),
    )  # fmt: skip
    where = ui.Label[Any](
        text="Where?",
        component=ui.ChannelSelect(custom_id="where", channel_types=[discord.ChannelType.text, discord.ChannelType.forum]),
    )
    who = ui.Label[Any](text="Who leads?", component=ui.RoleSelect(custom_id="who", required=False, min_values=0))


async def test_a_form_is_opened_filled_in_and_answered(standin: StandIn) -> None:
    submitted: list[dict[str, Any]] = []

    async def open_form(interaction: discord.Interaction) -> None:
        wish = Wish(custom_id="1:wish")
        wish.stop()
        await interaction.response.send_modal(wish)

    async def take(interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        submitted.append(data)
        await interaction.response.send_message(view=card("Thank you"), ephemeral=True)

    async with playing(standin, with_command(take, open_form)) as bot:
        await bot.tree.sync()
        ada = person(standin)
        seen = await ada.command(room(standin), "learn")
        assert seen.form is not None
        assert seen.form.title == "A wish"
        assert seen.form.labels == ["What?", "How big?", "Which days?", "Where?", "Who leads?"]
        with pytest.raises(ValueError, match="required"):
            await ada.submit(seen.form, {"What?": "tea"})
        with pytest.raises(ValueError, match="length"):
            await ada.submit(seen.form, {"What?": "t" * 21, "size": "big", "Where?": room(standin)})
        with pytest.raises(LookupError):
            await ada.submit(seen.form, {"What?": "tea", "size": "huge", "Where?": room(standin)})
        with pytest.raises(ValueError, match="channel"):
            await ada.submit(seen.form, {"What?": "tea", "size": "big", "Where?": room(standin, "moderators")})
        with pytest.raises(ValueError, match="kind"):
            await ada.submit(seen.form, {"What?": "tea", "size": "big", "Where?": room(standin, "announcements")})
        answers = {"What?": "tea", "How big?": "Big", "days": ["Monday", "fr"], "Where?": room(standin, "questions")}
        thanks = await ada.submit(seen.form, answers)
        assert thanks.text == "Thank you"
        parts = [label["component"] for label in submitted[0]["components"]]
        assert [part.get("value", part.get("values")) for part in parts] == [
            "tea", "big", ["mo", "fr"], [str(room(standin, "questions"))], [],
        ]  # fmt: skip
        assert submitted[0]["resolved"]["channels"][str(room(standin, "questions"))]["name"] == "questions"


async def test_a_form_opened_from_a_card_changes_that_card_and_is_never_answered_with_a_form(standin: StandIn) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            wish = ui.Modal(title="Word", custom_id="word")
            wish.add_item(ui.Label(text="Word", component=ui.TextInput(custom_id="word", required=False)))
            wish.stop()
            await interaction.response.send_modal(wish)
            return
        assert interaction.message is not None
        data: Any = interaction.data
        word = data["components"][0]["component"]["value"]
        if word == "again":
            await interaction.response.send_modal(ui.Modal(title="Word").add_item(ui.TextDisplay("no")))
        else:
            await interaction.response.edit_message(view=card(f"The word is {word}"))

    async with playing(standin, Bot(answer)) as bot:
        channel = await bot.fetch_channel(room(standin))
        assert isinstance(channel, discord.TextChannel)
        await channel.send(view=card("Which word?", buttons=(("Say", "say"),)))
        ada = person(standin, patience=0.5)
        message = ada.reads(room(standin))[0]
        form = (await ada.press(message, "Say")).form
        assert form is not None
        refused = await ada.submit(form, word="again")
        assert refused.failed == "This interaction failed"
        assert isinstance(bot.failures[0], discord.HTTPException)
        assert bot.failures[0].code == 50035
        changed = await ada.submit(form, word="tea")
        assert changed.edited
        assert message.text == "The word is tea"


async def test_a_menu_takes_labels_and_values_but_not_too_many(standin: StandIn) -> None:
    async def picked(interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        await interaction.response.send_message(view=card(" ".join(data["values"])), ephemeral=True)

    async with playing(standin, Bot(picked)) as bot:
        channel = await bot.fetch_channel(room(standin))
        assert isinstance(channel, discord.TextChannel)
        view = ui.LayoutView(timeout=None)
        options = [discord.SelectOption(label=name, value=name[0]) for name in ("Maps", "Ads", "Law")]
        view.add_item(ui.ActionRow(ui.Select(custom_id="themes", options=options, max_values=2)))
        view.add_item(ui.ActionRow(ui.ChannelSelect(custom_id="where", placeholder="A channel")))
        view.stop()
        await channel.send(view=view)
        ada = person(standin)
        message = ada.reads(room(standin))[0]
        assert (await ada.pick(message, "Maps", "L")).text == "M L"
        assert (await ada.pick(message, room(standin), what="A channel")).text == str(room(standin))
        with pytest.raises(ValueError, match="between 1 and 2"):
            await ada.pick(message, "Maps", "Ads", "Law")
        with pytest.raises(LookupError):
            await ada.pick(message, "Taxes", what="themes")
        with pytest.raises(ValueError, match="no channel"):
            await ada.pick(message, room(standin, "moderators"), what="where")


async def test_a_slow_answer_is_thinking_first_and_its_edit_brings_the_card(standin: StandIn) -> None:
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await asyncio.sleep(0.05)
        await interaction.edit_original_response(view=card("The report", picture=True), attachments=[chart()])
        await interaction.followup.send(view=card("One more thing"), ephemeral=True)

    async with playing(standin, with_command(say_nothing, slow)) as bot:
        await bot.tree.sync()
        ada = person(standin)
        seen = await ada.command(room(standin), "learn")
        assert (seen.text, seen.private) == ("The report", True)
        await bot.heard("app_command_completion").wait()
        assert [message.text for message in ada.reads(room(standin))] == ["The report", "One more thing"]
        assert person(standin, "Ben").reads(room(standin)) == []


async def test_an_answer_can_be_fetched_edited_and_deleted_afterwards(standin: StandIn) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        receipt = await interaction.response.send_message(view=card("first"), ephemeral=True)
        assert receipt.message_id is not None
        original = await interaction.original_response()
        assert original.id == receipt.message_id
        await interaction.edit_original_response(view=card("second"))
        more = await interaction.followup.send(view=card("third"), wait=True)
        await more.edit(view=card("third, edited"))
        await more.delete()
        await interaction.delete_original_response()

    async with playing(standin, with_command(say_nothing, answer)) as bot:
        await bot.tree.sync()
        ada = person(standin)
        await ada.command(room(standin), "learn")
        await asyncio.wait_for(bot.heard("app_command_completion").wait(), 5)
        assert ada.reads(room(standin)) == []
        assert [call.status for call in standin.requests if "/webhooks/" in call.path] == [200, 200, 200, 200, 204, 204]


async def test_an_interaction_can_be_answered_only_once_and_not_late(standin: StandIn) -> None:
    now = [datetime(2026, 9, 3, 19, tzinfo=UTC)]
    standin.world.clock = lambda: now[0]

    async def answer(interaction: discord.Interaction) -> None:
        if interaction.data is not None and interaction.data.get("custom_id") == "late":
            now[0] += FIRST_ANSWER + timedelta(seconds=0.5)
            await interaction.response.send_message(view=card("late"), ephemeral=True)
            return
        await interaction.response.send_message(view=card("once"), ephemeral=True)
        interaction.response._response_type = None
        now[0] += timedelta(minutes=14)
        await interaction.edit_original_response(view=card("edited"))
        try:
            await interaction.response.send_message(view=card("twice"))
        finally:
            now[0] += timedelta(minutes=2)
            with pytest.raises(discord.HTTPException) as too_late:
                await interaction.edit_original_response(view=card("much later"))
            bot.failures.append(too_late.value)

    async with playing(standin, Bot(answer)) as bot:
        channel = await bot.fetch_channel(room(standin))
        assert isinstance(channel, discord.TextChannel)
        await channel.send(view=card("x", buttons=(("Late", "late"), ("Twice", "twice"))))
        ada = person(standin, patience=0.5)
        message = ada.reads(room(standin))[0]
        assert (await ada.press(message, "Late")).failed == "This interaction failed"
        assert (await ada.press(message, "Twice")).text == "once"
        await asyncio.wait_for(bot.failed_times(3), 5)
        codes = [failure.code for failure in bot.failures if isinstance(failure, discord.HTTPException)]
        assert codes == [10062, 50027, 40060]


async def test_a_direct_conversation_brings_the_user_and_no_member(standin: StandIn) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        assert interaction.guild_id is None
        assert isinstance(interaction.user, discord.User)
        assert interaction.context.dm_channel
        await interaction.response.send_message(view=card("Just us", buttons=(("Go on", "on"),)))

    async with playing(standin, with_command(answer, answer)) as bot:
        await bot.tree.sync()
        ada = person(standin)
        seen = await ada.command(ada.dm(), "learn")
        assert (seen.text, seen.private) == ("Just us", False)
        assert seen.message is not None
        assert (await ada.press(seen.message, "Go on")).text == "Just us"
        assert not person(standin, "Ben").sees(ada.dm())


async def test_an_interaction_brings_roles_permissions_and_languages(standin: StandIn) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        assert isinstance(interaction.user, discord.Member)
        assert interaction.user.get_role(leaders.id) is not None
        assert interaction.permissions.manage_guild is (interaction.user.name == "mo.raker")
        assert interaction.app_permissions.send_messages
        assert (str(interaction.locale), str(interaction.guild_locale)) == ("de", "en-US")
        await interaction.response.send_message(view=card("fine"), ephemeral=True)

    server = standin.world.server
    leaders = server.role_named("Facilitators")
    async with playing(standin, with_command(say_nothing, answer)) as bot:
        await bot.tree.sync()
        for name in ("Mo", "Ada"):
            standin.world.give_role(server, server.member_named(name), leaders)
            seen = await person(standin, name, locale="de").command(room(standin), "learn")
            assert seen.text == "fine"


async def test_a_bot_that_stays_silent_is_said_to_have_failed(standin: StandIn) -> None:
    async with playing(standin, with_command(say_nothing, say_nothing)) as bot:
        await bot.tree.sync()
        await bot.get_partial_messageable(room(standin)).send(view=card("x", buttons=(("More", "more"),)))
        ada = person(standin, patience=0.1)
        assert (await ada.command(room(standin), "learn")).failed == "The application did not respond"
        assert (await ada.press(ada.reads(room(standin))[0], "More")).failed == "This interaction failed"


async def test_a_private_answer_can_be_dismissed_by_its_reader_only(standin: StandIn) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=card("psst", buttons=(("More", "more"),)), ephemeral=True)

    async with playing(standin, with_command(say_nothing, answer)) as bot:
        await bot.tree.sync()
        ada, ben = person(standin), person(standin, "Ben")
        message = (await ada.command(room(standin), "learn")).message
        assert message is not None
        with pytest.raises(PermissionError):
            ben.dismiss(message)
        ada.dismiss(message)
        assert ada.reads(room(standin)) == []
        with pytest.raises(LookupError):
            await ada.press(message, "More")


async def test_a_disabled_button_cannot_be_pressed(standin: StandIn) -> None:
    async with playing(standin, Bot(say_nothing)) as bot:
        view = card("Done")
        view.add_item(ui.ActionRow(ui.Button(label="Over", custom_id="over", disabled=True)))
        await bot.get_partial_messageable(room(standin)).send(view=view)
        ada = person(standin)
        with pytest.raises(LookupError, match="disabled"):
            await ada.press(ada.reads(room(standin))[0], "Over")


# -- commands


async def test_commands_are_offered_by_permission_and_place(standin: StandIn) -> None:
    bot = Bot(say_nothing)
    manage = app_commands.default_permissions(manage_guild=True)
    group = manage(app_commands.guild_only()(app_commands.Group(name="group", description="The study group")))

    @group.command(name="create", description="Make one")
    @app_commands.describe(title="Its name", home="Where it meets", weeks="How long")
    async def create(
        interaction: discord.Interaction, title: app_commands.Range[str, 1, 10], home: discord.TextChannel,
        weeks: app_commands.Range[int, 1, 9] = 4,
    ) -> None:  # fmt: skip
        resolved = interaction.namespace.home
        await interaction.response.send_message(view=card(f"{title} in {resolved.name} for {weeks}"), ephemeral=True)

    bot.tree.add_command(group)
    async with playing(standin, bot):
        await bot.tree.sync()
        mo, ada = person(standin, "Mo"), person(standin)
        study = room(standin)
        seen = await mo.command(study, "group create", title="Owls", home=study, weeks=6)
        assert seen.text == "Owls in study-room for 6"
        with pytest.raises(NotOffered):
            await ada.command(study, "group create", title="Owls", home=study)
        with pytest.raises(NotOffered):
            await mo.command(mo.dm(), "group create", title="Owls", home=study)
        with pytest.raises(ValueError, match="required"):
            await mo.command(study, "group create", home=study)
        with pytest.raises(LookupError, match="colour"):
            await mo.command(study, "group create", title="Owls", home=study, colour="red")
        with pytest.raises(ValueError, match="kind"):
            await mo.command(study, "group create", title="Owls", home=room(standin, "questions"))
        with pytest.raises(ValueError, match="above"):
            await mo.command(study, "group create", title="O" * 11, home=study)
        standin.world.server.command_overrides["group"] = {ada.user.id: True}
        assert (await ada.command(study, "group create", title="Elk", home="lounge")).text == "Elk in lounge for 4"


async def test_suggestions_come_while_typing_and_need_not_be_taken(standin: StandIn) -> None:
    bot = Bot(say_nothing)

    async def suggest(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        names = ["maps", "money", "law"]
        return [app_commands.Choice(name=name.title(), value=name) for name in names if name.startswith(typed)]

    @bot.tree.command(name="learn", description="Read a lesson")
    @app_commands.autocomplete(theme=suggest)
    async def learn(interaction: discord.Interaction, theme: str) -> None:
        await interaction.response.send_message(view=card(theme), ephemeral=True)

    async with playing(standin, bot):
        await bot.tree.sync()
        ada = person(standin)
        choices = await ada.complete(room(standin), "learn", "theme", "m")
        assert [(choice.name, choice.value) for choice in choices] == [("Maps", "maps"), ("Money", "money")]
        assert (await ada.command(room(standin), "learn", theme="anything")).text == "anything"


async def test_the_same_commands_keep_their_ids_when_they_are_registered_again(standin: StandIn) -> None:
    async with playing(standin, with_command(say_nothing, say_nothing)) as bot:
        first = await bot.tree.sync()
        second = await bot.tree.sync()
        assert [command.id for command in first] == [command.id for command in second]
        assert [command.name for command in await bot.tree.fetch_commands()] == ["learn"]
        assert sum(1 for call in standin.requests if call.method == "PUT") == 2


# -- what the bot posts by itself


async def test_threads_and_forum_posts_are_opened_once(standin: StandIn) -> None:
    async with playing(standin, Bot(say_nothing)) as bot:
        channel = await bot.fetch_channel(room(standin))
        assert isinstance(channel, discord.TextChannel)
        message = await channel.send(view=card("Discuss!"))
        thread = await message.create_thread(name="Talk")
        assert thread.id == message.id
        await thread.send(view=card("Here."))
        with pytest.raises(discord.HTTPException) as again:
            await message.create_thread(name="Talk")
        assert again.value.code == 160004
        forum = await bot.fetch_channel(room(standin, "questions"))
        assert isinstance(forum, discord.ForumChannel)
        post = await forum.create_thread(name="Week 1", view=card("A question", picture=True), file=chart())
        assert post.thread.id == post.message.id
        active = await channel.guild.active_threads()
        assert {found.name for found in active} == {"Talk", "Week 1"}
        assert all(found.owner_id == bot.user.id for found in active if bot.user is not None)
        ada = person(standin)
        assert [m.text for m in ada.reads(post.thread.id)] == ["A question"]
        await ada.say(post.thread.id, "An answer")
        await post.thread.edit(archived=True)
        assert [found.name for found in await channel.guild.active_threads()] == ["Talk"]
        with pytest.raises(discord.Forbidden):
            await post.thread.edit(locked=True)
        standin.world.channels[thread.id].locked = True
        with pytest.raises(discord.Forbidden):
            await thread.send(view=card("Still here?"))
        with pytest.raises(PermissionError):
            await ada.say(thread.id, "Still here?")


async def test_a_repeated_nonce_brings_the_first_message_back(standin: StandIn) -> None:
    standin.rest.limits.per_channel = False  # five messages would take five seconds
    async with playing(standin, Bot(say_nothing)) as bot:
        channel = await bot.fetch_channel(room(standin))
        assert isinstance(channel, discord.TextChannel)
        standin.misbehave("POST", "/messages", 500, done=True)
        first = await channel.send(view=card("Once"), nonce="posting-7")
        second = await channel.send(view=card("Once"), nonce="posting-7")
        assert first.id == second.id
        assert [message.text for message in person(standin).reads(channel.id)] == ["Once"]
        await first.delete()
        with pytest.raises(discord.NotFound) as gone:
            await channel.send(view=card("Once"), nonce="posting-7")
        assert gone.value.code == 10008
        standin.world.clock = lambda: datetime.now(UTC) + timedelta(minutes=6)
        assert (await channel.send(view=card("Once"), nonce="posting-7")).id != first.id


@pytest.mark.parametrize(
    ("deny", "code"),
    [(permissions.VIEW_CHANNEL, 50001), (permissions.SEND_MESSAGES, 50013), (permissions.ATTACH_FILES, 50013)],
)
async def test_what_the_bot_may_not_do_in_a_channel_is_refused(standin: StandIn, deny: int, code: int) -> None:
    async with playing(standin, Bot(say_nothing)) as bot:
        channel = bot.get_partial_messageable(room(standin))
        await channel.send(view=card("fine", picture=True), file=chart())
        standin.world.set_bot_permissions(room(standin), deny=deny)
        with pytest.raises(discord.Forbidden) as refused:
            await channel.send(view=card("no", picture=True), file=chart())
        assert refused.value.code == code
        await asyncio.wait_for(bot.heard("guild_channel_update").wait(), 5)


async def test_lost_channels_and_servers_are_told_and_refused(standin: StandIn) -> None:
    async with playing(standin, Bot(say_nothing)) as bot:
        study, lounge = room(standin), room(standin, "lounge")
        await asyncio.wait_for(bot.heard("ready").wait(), 5)
        standin.world.delete_channel(study)
        await asyncio.wait_for(bot.heard("guild_channel_delete").wait(), 5)
        with pytest.raises(discord.NotFound) as unknown:
            await bot.get_partial_messageable(study).send(view=card("hello?"))
        assert unknown.value.code == 10003
        standin.world.remove_bot(standin.world.server)
        await asyncio.wait_for(bot.heard("guild_remove").wait(), 5)
        with pytest.raises(discord.Forbidden):
            await bot.get_partial_messageable(lounge).send(view=card("hello?"))
        standin.world.add_bot(standin.world.server)
        await asyncio.wait_for(bot.heard("guild_join").wait(), 5)
        await bot.get_partial_messageable(lounge).send(view=card("back"))


async def test_a_role_is_notified_only_if_it_is_mentionable_and_wanted(standin: StandIn) -> None:
    server = standin.world.server
    quiet, loud = server.role_named("Facilitators"), standin.world.add_role(server, "Loud", mentionable=True)
    ada = server.member_named("Ada")
    text = f"<@&{quiet.id}> <@&{loud.id}> <@{ada.id}> @everyone"
    async with playing(standin, Bot(say_nothing)) as bot:
        channel = bot.get_partial_messageable(room(standin))
        await channel.send(view=card(text))
        only_roles = discord.AllowedMentions(everyone=False, users=False, roles=True)
        await channel.send(view=card(text), allowed_mentions=only_roles)
        await channel.send(view=card(text), allowed_mentions=discord.AllowedMentions.none())
        pings = [message.pings for message in person(standin).reads(channel.id)]
        assert pings == [{loud.id, ada.id}, {loud.id}, frozenset()]


async def test_trouble_can_be_ordered_in_discords_own_form(standin: StandIn) -> None:
    async with playing(standin, Bot(say_nothing)) as bot:
        channel = bot.get_partial_messageable(room(standin))
        standin.misbehave("POST", "/messages", 429, times=2)
        await channel.send(view=card("patience"))
        assert [call.status for call in standin.requests if call.path.endswith("/messages")] == [429, 429, 200]
        standin.misbehave("POST", "/messages", 403)
        with pytest.raises(discord.Forbidden):
            await channel.send(view=card("no"))


async def test_an_unknown_call_is_answered_501_and_written_down(standin: StandIn) -> None:
    async with playing(standin, Bot(say_nothing)) as bot:
        channel = await bot.fetch_channel(room(standin))
        assert isinstance(channel, discord.TextChannel)
        message = await channel.send(view=card("Like it?"))
        with pytest.raises(discord.HTTPException) as unknown:
            await message.add_reaction("👍")
        assert unknown.value.status == 501
        assert [call.method for call in standin.unknown_calls] == ["PUT"]


async def test_messages_of_others_stay_unread_and_unedited(standin: StandIn) -> None:
    async with playing(standin, Bot(say_nothing)) as bot:
        said = await person(standin).say(room(standin), "my secret")
        channel = bot.get_partial_messageable(room(standin))
        message = await channel.fetch_message(said.id)
        assert message.content == ""
        with pytest.raises(discord.Forbidden) as refused:
            await message.edit(content="ours")
        assert refused.value.code == 50005
        with pytest.raises(discord.Forbidden):
            await message.delete()


def test_the_evening_has_rooms_that_not_everyone_sees() -> None:
    world = World.evening()
    server = world.server
    moderators = server.channel_named("#moderators")
    ada, mo = server.member_named("Ada"), server.member_named("Mo")
    assert world.may(ada.id, moderators) == 0
    assert world.may(mo.id, moderators) & permissions.VIEW_CHANNEL
    assert world.bot_may(moderators.id) & permissions.SEND_MESSAGES
    assert not world.bot_may(moderators.id) & permissions.MANAGE_GUILD
    assert server.channel_named("questions").kind is Kind.FORUM
    assert server.roles[server.bot_role_id].permissions == permissions.INVITED


def test_the_first_servers_fall_on_different_shards() -> None:
    world = World.evening(clock=lambda: datetime(2026, 9, 3, 19, tzinfo=UTC))
    others = [world.add_server(f"server {number}") for number in range(5)]
    assert {(server.id >> 22) % 2 for server in others} == {0, 1}
