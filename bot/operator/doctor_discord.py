"""What ``doctor`` can tell of Discord's side: token, intents, clock, commands, sessions, and rights in the groups' channels."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.chat.inspection import Inspection, NotAnswered, TokenRefused, inspecting
from bot.commands import COMMANDS
from bot.commands.slot_words import rights_trouble
from bot.group import Group
from bot.operator.doctor_database import Database
from bot.operator.findings import Finding
from bot.settings import Settings

AHEAD = 5.0
"""Seconds. Within that a clock is right."""
PATIENCE = 5.0
"""Seconds for each question."""
FEW_SESSIONS = 50
A_FEW = 8
"""Servers that are looked at without ``--all``: three calls each, of the fifty in a second that the running bot needs, too."""
TOGETHER = 4
PAUSE = 1.0
"""Seconds between one handful of servers and the next."""
RESET = "Reset it on https://discord.com/developers/applications (Bot, Reset Token) and put the new one into .env."
NETWORK = "Look at the network, and at https://discordstatus.com; then run this again."


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked, and of whom."""

    settings: Settings
    database: Future[Database]
    now: Callable[[], datetime]
    every_server: bool


def about_discord(ask: Ask) -> list[Finding]:
    if ask.settings.discord_token is None:
        return [Finding("discord", "skipped", "Without a token there is nobody to ask.")]
    return asyncio.run(_about_discord(ask, ask.settings.discord_token))


async def _about_discord(ask: Ask, token: str) -> list[Finding]:
    try:
        async with inspecting(token, ask.now) as inspection:
            parts = await asyncio.gather(
                _in_time("sessions", _about_sessions(inspection, ask.settings)),
                _in_time("commands", _about_commands(inspection)),
                _in_time("channels", _about_channels(inspection, ask), 3600 if ask.every_server else 2 * PATIENCE),
            )
            return [*_about_account(inspection), *_about_clock(inspection), *(one for part in parts for one in part)]
    except TokenRefused as trouble:
        return [Finding("token", "trouble", f"{trouble}.", RESET)]
    except NotAnswered as trouble:
        return [Finding("discord", "trouble", f"{trouble}.", NETWORK)]


async def _in_time(about: str, look: Awaitable[list[Finding]], patience: float = PATIENCE) -> list[Finding]:
    try:
        return await asyncio.wait_for(look, patience)
    except TimeoutError:
        return [Finding(about, "trouble", f"Discord did not answer within {patience:.0f} seconds.", NETWORK)]
    except NotAnswered as trouble:
        return [Finding(about, "trouble", f"{trouble}.", NETWORK)]


def _about_account(inspection: Inspection) -> list[Finding]:
    account = inspection.account()
    found = [Finding("token", "ok", f"Discord knows it: the bot is called {account.name}.")]
    if account.endpoint:
        remedy = "On the developer page, General Information: clear Interactions Endpoint URL."
        found.append(Finding("token", "trouble", "Discord sends all presses to a web address, and none to the bot.", remedy))
    if account.privileged:
        names = ", ".join(account.privileged)
        remedy = "On the developer page, Bot, Privileged Gateway Intents: switch them off. What the bot can't see can't leak."
        found.append(Finding("intents", "warning", f"Privileged ones are switched on that the bot doesn't need: {names}.", remedy))
    else:
        found.append(Finding("intents", "ok", "None that is privileged is switched on, and none is needed."))
    return found


def _about_clock(inspection: Inspection) -> list[Finding]:
    say = partial(Finding, "clock")
    ahead = inspection.seconds_ahead
    if ahead is None:
        return [say("skipped", "Discord did not say what time it is.")]
    if abs(ahead) <= AHEAD:
        return [say("ok", "It agrees with Discord's, to a few seconds.")]
    way = "ahead of" if ahead > 0 else "behind"
    remedy = "Let it be set by itself (timedatectl set-ntp true): the calendar goes by it."
    return [say("warning", f"It is {abs(ahead):,.0f} seconds {way} Discord's.", remedy)]


async def _about_sessions(inspection: Inspection, settings: Settings) -> list[Finding]:
    say = partial(Finding, "sessions")
    seen = await inspection.sessions()
    found = []
    if seen.left < FEW_SESSIONS:
        remedy = "Find out why the bot starts again and again, before Discord resets its token."
        found.append(say("warning", f"Today the bot may connect {seen.left} more times, of {seen.most}.", remedy))
    if settings.shard_count is not None and settings.shard_count < seen.shards:
        says = f"Discord advises {seen.shards} shards, and SHARD_COUNT is {settings.shard_count}."
        found.append(say("warning", says, "Raise it on all processes at once: a shard holds at most 2,500 servers."))
    return found or [
        say("ok", f"The bot may connect {seen.left} more times today; Discord advises {_count(seen.shards, 'shard')}.")
    ]


async def _about_commands(inspection: Inspection) -> list[Finding]:
    say = partial(Finding, "commands")
    differ = await inspection.commands_that_differ(COMMANDS)
    if not differ:
        return [say("ok", f"Discord has all {sum(one.typed for one in COMMANDS)} as this version knows them.")]
    names = ", ".join(f"/{name}" for name in differ[:8]) + (", …" if len(differ) > 8 else "")
    return [
        say(
            "warning",
            f"Discord has {len(differ)} otherwise than this version: {names}.",
            "The next start of the bot tells it anew.",
        )
    ]


async def _about_channels(inspection: Inspection, ask: Ask) -> list[Finding]:
    """The home and the moderators' channel of each group; first of those where the calendar has paused."""
    say = partial(Finding, "channels")
    database = await asyncio.wrap_future(ask.database)
    by_server: dict[int, list[Group]] = {}
    for group in sorted(database.groups, key=lambda one: one.group_id not in database.paused):
        by_server.setdefault(group.server_id, []).append(group)
    looked = list(by_server) if ask.every_server else list(by_server)[:A_FEW]
    found: list[Finding] = []
    for first in range(0, len(looked), TOGETHER):
        if first and ask.every_server:
            await asyncio.sleep(PAUSE)
        some = looked[first : first + TOGETHER]
        for server, is_there in zip(some, await asyncio.gather(*map(inspection.visit, some)), strict=True):
            for group in by_server[server]:
                found += _of_group(group, inspection) if is_there else [_not_there(group)]
    count = sum(len(by_server[server]) for server in looked)
    rest = len(by_server) - len(looked)
    more = f" {_count(rest, 'server')} more with --all." if rest else ""
    if not found:
        found.append(
            say(
                "ok",
                f"The bot may do what it needs in the channels of {_count(count, 'group')}.{more}" if count else "No group yet.",
            )
        )
    elif more:
        found.append(say("skipped", f"Not all were looked at:{more}"))
    return found


def _of_group(group: Group, inspection: Inspection) -> list[Finding]:
    say = partial(Finding, "channels")
    found = []
    if lacks := rights_trouble(group, inspection.channels):
        found.append(
            say("trouble", f"“{group.name}”: {_readable(lacks, inspection)}", "Then /schedule resume, if its slots have paused.")
        )
    if group.moderators_channel and (lacks := inspection.lacks(group.moderators_channel, "view", "send")):
        says = f"“{group.name}”, the moderators' channel: {_readable(lacks, inspection)}"
        found.append(say("warning", says, "Until then its moderators hear of no trouble."))
    return found


def _not_there(group: Group) -> Finding:
    says = f"“{group.name}”: the bot is not on its server any more."
    return Finding("channels", "warning", says, "Its group is erased in 7 days, unless the bot is invited again.")


def _readable(sentence: str, inspection: Inspection) -> str:
    """Channels by their names, as far as they can be seen."""

    def name(found: re.Match[str]) -> str:
        channel = inspection.channels.channel(int(found[1]))
        return f"#{channel.name}" if channel else f"the channel {found[1]}"

    return re.sub(r"<#(\d+)>", name, sentence)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'s' * (number != 1)}"
