"""Who may do what where the rehearsal works out as discord.py does, from the same roles and overwrites, whatever those are. The
library's reading of Discord's rules is the one that our bot goes by."""

from __future__ import annotations

from typing import Any

import discord
from discord.state import ConnectionState
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from rehearsal import permissions, shapes
from rehearsal.things import Json
from rehearsal.world import Kind, Overwrite, World

BITS = tuple(
    value for name, value in vars(permissions).items()
    if name.isupper() and isinstance(value, int) and value.bit_count() == 1
)  # fmt: skip
ALL = sum(BITS)
some_bits = st.sets(st.sampled_from(BITS), max_size=6).map(sum)
likely_bits = st.sets(st.sampled_from(BITS)).map(sum)


def guild_of(world: World) -> discord.Guild:
    """The server as discord.py has it after GUILD_CREATE, with all its members."""
    nothing: Any = None
    joined = discord.MemberCacheFlags.none()
    joined.joined = True
    state: Any = ConnectionState(
        dispatch=lambda *_: None, handlers={}, hooks={}, http=nothing, intents=discord.Intents(guilds=True, members=True),
        member_cache_flags=joined,
    )  # fmt: skip
    state.user = discord.ClientUser(state=state, data=shapes.user_json(world.bot))  # type: ignore[arg-type]
    shape: Json = shapes.arriving_server_json(world, world.server)
    shape["members"] = [shapes.member_json(member) for member in world.server.members.values()]
    return discord.Guild(data=shape, state=state)  # type: ignore[arg-type]


# without shrinking, which would take minutes: the draws are short enough to read
@settings(max_examples=40, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(data=st.data())
def test_permissions_are_those_that_discord_py_works_out(data: st.DataObject) -> None:
    world = World.evening()
    server = world.server
    for role in server.roles.values():
        role.permissions = data.draw(likely_bits, label=role.name)
    for name in ("study-room", "questions"):
        channel = server.channel_named(name)
        targets = [*((role.id, True) for role in server.roles.values()), *((member, False) for member in server.members)]
        for target, is_role in data.draw(st.lists(st.sampled_from(targets), unique=True, max_size=5), label=name):
            channel.overwrites[target] = Overwrite(target, is_role, data.draw(some_bits), data.draw(some_bits))
    study = server.channel_named("study-room")
    world.add_thread(study, "public", world.bot.id)
    world.add_thread(study, "private", world.bot.id, kind=Kind.PRIVATE_THREAD)

    guild = guild_of(world)
    for member in server.members.values():
        theirs = guild.get_member(member.id)
        assert theirs is not None
        for channel in server.channels.values():
            seen: Any = guild.get_channel_or_thread(channel.id)
            ours = permissions.in_channel(server, channel, member.id)
            if channel.kind == Kind.PRIVATE_THREAD and member.id not in channel.joined:
                # whether somebody is in a private thread the library leaves to whoever asks
                continue
            if seen is None:
                # a thread that the bot can't see is no part of what it is told
                continue
            may = seen.permissions_for(theirs).value
            if not may & permissions.VIEW_CHANNEL:
                assert ours == 0
            else:
                assert ours & ALL == may & ALL, (member.name, channel.name)
