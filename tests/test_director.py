"""The director's desk by its line: people, roles, channels and permissions, and what the bot hears of them."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import discord
import pytest
from director_stage import DeskLine, at_the_directors_desk
from page_stage import the_bot
from stage import Answer, Bot, person, playing, room, say_nothing

from rehearsal import permissions
from rehearsal.standin import StandIn


class Listening(Bot):
    """Notes the gateway's events by Discord's names, once it is ready."""

    def __init__(self, answer: Answer, intents: discord.Intents | None = None) -> None:
        super().__init__(answer, intents)
        self.told: list[str] = []

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        if event == "socket_event_type" and args[0] not in ("READY", "GUILD_CREATE", "GUILD_MEMBERS_CHUNK"):
            self.told.append(args[0])
            self.heard(args[0]).set()
        super().dispatch(event, *args, **kwargs)

    async def hears(self, event: str) -> None:
        await asyncio.wait_for(self.heard(event).wait(), 5)


async def test_nobody_else_comes_to_the_desk_and_nonsense_is_answered_with_a_sentence(standin: StandIn) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({"Origin": "http://evil.example"}, {}, {"Origin": standin.url, "Host": "evil.example"}):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                await session.ws_connect(f"{standin.url}/page/desk", headers=headers)
            assert refusal.value.status == 403
        async with session.ws_connect(f"{standin.url}/page/desk", headers={"Origin": standin.url}) as line:
            for nonsense in ("{", "[]", '"people/add"'):
                await line.send_str(nonsense)
            await line.send_json({"do": "people/add", "name": "Dee", "n": 1})
            while "re" not in (said := await line.receive_json()):
                pass
            assert said["ok"], "nonsense does not hang up the line"
    async with at_the_directors_desk(standin) as desk:
        assert "The desk can’t do that" in await desk.refused("fly")


async def test_people_come_and_go_and_are_given_roles(standin: StandIn) -> None:
    server = standin.world.server
    async with at_the_directors_desk(standin) as desk:
        assert await desk.do("people/add", name=" Dee  Vale ") == "Dee Vale has come to The Thursday Circle."
        dee = server.member_named("Dee Vale")
        assert dee.user.username == "dee.vale"
        assert "is here already" in await desk.refused("people/add", name="DEE VALE")
        assert await desk.refused("people/add", name=" ") == "Say a name."
        assert await desk.refused("people/add", name="x" * 33) == "That is too long for a name: 32 characters at most."
        assert await desk.refused("people/role", member="7", role="1", on=True) == "There is no such person (any more)."

        assert await desk.do("roles/add", name="Night shift") == "There is a role Night shift now; everybody may ping it."
        role = server.role_named("Night shift")
        assert "already" in await desk.refused("roles/add", name="night SHIFT")
        for _ in range(2):
            await desk.do("people/role", member=str(dee.id), role=str(role.id), on=True)
        assert dee.role_ids == [role.id]
        told = await desk.shows(lambda told: [p for p in told["people"]["people"] if p["roles"] == [str(role.id)]])
        assert [one["name"] for one in told] == ["Dee Vale"]
        integration = await desk.refused("people/role", member=str(dee.id), role=str(server.bot_role_id), on=True)
        assert integration == "There is no such role (any more)."

        standin.world.overwrite(room(standin), role, deny=permissions.VIEW_CHANNEL)
        await desk.do("roles/remove", role=str(role.id))
        assert dee.role_ids == [] and role.id not in server.channel_named("study-room").overwrites

        for member in [one for one in server.members.values() if not one.user.bot][1:]:
            await desk.do("people/remove", member=str(member.id))
        [last] = [one for one in server.members.values() if not one.user.bot]
        assert "Somebody has to stay" in await desk.refused("people/remove", member=str(last.id))


async def test_a_moderator_is_one_for_discord_too(standin: StandIn) -> None:
    async with playing(standin, the_bot()) as bot, at_the_directors_desk(standin) as desk:
        await bot.tree.sync()
        ada, study = person(standin), room(standin)
        assert "group" not in {command["name"] for command in ada.offered(study)}
        assert not ada.sees(room(standin, "moderators"))
        await desk.do("people/moderator", member=str(ada.user.id), on=True)
        assert "group" in {command["name"] for command in ada.offered(study)}
        assert ada.sees(room(standin, "moderators"))
        await desk.do("people/moderator", member=str(ada.user.id), on=False)
        assert "group" not in {command["name"] for command in ada.offered(study)}
        assert await desk.refused("people/moderator", member=str(ada.user.id)) == "Say with true or false whether they moderate."


async def test_what_changes_reaches_the_bot_as_discord_tells_it(standin: StandIn) -> None:
    standin.world.privileged_intents = discord.Intents.members.flag
    curious = discord.Intents(guilds=True, members=True)
    bot = Listening(say_nothing, intents=curious)
    async with playing(standin, bot), at_the_directors_desk(standin) as desk:
        ada, study = person(standin).user.id, room(standin)
        [guild] = bot.guilds
        await desk.do("people/moderator", member=str(ada), on=True)
        await desk.do("people/add", name="Dee")
        await desk.do("people/remove", member=str(standin.world.server.member_named("Dee").id))
        await desk.do("roles/add", name="Night shift")
        role = standin.world.server.role_named("Night shift")
        await desk.do("rooms/add", name="Reading Corner", kind="forum")
        await desk.do("rooms/permission", channel=str(study), who=str(role.id), permission="Send Messages", to="deny")
        await desk.do("roles/remove", role=str(role.id))
        await desk.do("rooms/remove", channel=str(room(standin, "reading-corner")))
        await bot.hears("CHANNEL_DELETE")
        assert bot.told == [
            "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_ADD", "GUILD_MEMBER_REMOVE", "GUILD_ROLE_CREATE", "CHANNEL_CREATE",
            "CHANNEL_UPDATE", "CHANNEL_UPDATE", "GUILD_ROLE_DELETE", "CHANNEL_DELETE",
        ]  # fmt: skip
        assert guild.get_role(role.id) is None


async def test_without_the_intent_the_bot_hears_nothing_of_members(standin: StandIn) -> None:
    bot = Listening(say_nothing)
    async with playing(standin, bot), at_the_directors_desk(standin) as desk:
        await desk.do("people/add", name="Dee")
        await desk.do("people/moderator", member=str(person(standin).user.id), on=True)
        await desk.do("roles/add", name="Last")
        await bot.hears("GUILD_ROLE_CREATE")
        assert bot.told == ["GUILD_ROLE_CREATE"]


async def test_channels_are_made_and_deleted_and_permissions_taken(standin: StandIn) -> None:
    world, server = standin.world, standin.world.server
    async with at_the_directors_desk(standin) as desk:
        assert await desk.do("rooms/add", name="#Night Talks", kind="text") == "There is #night-talks now."
        talks = room(standin, "night-talks")
        assert "already" in await desk.refused("rooms/add", name="night talks", kind="text")
        assert (
            await desk.refused("rooms/add", name="x", kind="voice") == "Say what kind of channel: one of text, forum, announcement."
        )
        assert await desk.refused("rooms/add", name="#", kind="text") == "Say the channel’s name."
        bots = str(server.bot_role_id)

        async def set_to(to: str, who: str = bots, permission: str = "Send Messages") -> str:
            return await desk.do("rooms/permission", channel=str(talks), who=who, permission=permission, to=to)

        assert await set_to("deny") == "In #night-talks, Send Messages is denied for Red Flask."
        assert not world.bot_may(talks) & permissions.SEND_MESSAGES
        await set_to("deny", permission="Attach Files")
        await set_to("allow")
        assert world.bot_may(talks) & permissions.SEND_MESSAGES and not world.bot_may(talks) & permissions.ATTACH_FILES
        for permission in ("Send Messages", "Attach Files"):
            await set_to("inherit", permission=permission)
        assert server.channels[talks].overwrites == {}
        ada = person(standin)
        await set_to("deny", who=str(ada.user.id), permission="View Channel")
        assert not ada.sees(talks) and person(standin, "Ben").sees(talks)
        wrong = await desk.refused("rooms/permission", channel=str(talks), who=bots, permission="Fly", to="deny")
        assert wrong.startswith("Say which permission: one of View Channel,")

        async def everywhere(who: int, to: str) -> dict[str, Any]:
            return await desk.ask("rooms/permission", channel="everywhere", who=str(who), permission="Create Public Threads", to=to)

        assert (await everywhere(server.bot_role_id, "deny"))["said"] == "Everywhere Red Flask hasn’t Create Public Threads now."
        assert world.bot_may(room(standin)) & permissions.CREATE_PUBLIC_THREADS, "everyone has it"
        assert (await everywhere(server.id, "deny"))["ok"]
        assert not world.bot_may(room(standin)) & permissions.CREATE_PUBLIC_THREADS
        assert (await everywhere(server.bot_role_id, "allow"))["ok"]
        assert world.bot_may(room(standin)) & permissions.CREATE_PUBLIC_THREADS
        assert "choose a role, or one channel" in (await everywhere(ada.user.id, "deny"))["why"]
        assert "one of allow, deny" in (await everywhere(server.id, "inherit"))["why"]
        assert await desk.refused("rooms/remove", channel="x") == "There is no such channel (any more)."
        for channel in list(server.channels.values())[1:]:
            await desk.do("rooms/remove", channel=str(channel.id))
        [last] = server.channels
        assert "A stage needs one channel" in await desk.refused("rooms/remove", channel=str(last))
        await _shows_rooms(desk, 1)


async def _shows_rooms(desk: DeskLine, count: int) -> None:
    assert await desk.shows(lambda told: len(told["rooms"]["rooms"]) == count)
