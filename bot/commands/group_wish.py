"""What a moderator wants a group to be, checked before anything is stored. Each objection is one sentence with the remedy."""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from bot.cards import Channel
from bot.channels import Channels
from bot.commands.group_options import LONGEST_NAME
from bot.commands.phrases import HIDDEN, quoted
from bot.commands.waiting import has_something
from bot.group import Group, HomeKind
from bot.timetable import find_zone, zones_like


class Wish(Struct, frozen=True):
    """``None`` means: not said. For a new group the home is where the command was typed."""

    name: str | None = None
    time_zone: str | None = None
    language: str | None = None
    home: Channel | None = None
    moderators: Channel | None = None
    facilitators: int | None = None
    clears: frozenset[str] = frozenset()
    """Of a filled-in form: what was left empty on purpose (``moderators``, ``facilitators``)."""


def changed(group: Group, wish: Wish, channels: Channels, languages: tuple[str, ...]) -> Group | str:
    """The group as wished, or the first objection."""
    objection = (
        _name_objection(wish.name)
        or _zone_objection(wish.time_zone)
        or _language_objection(wish.language, languages)
        or _home_objection(wish.home, channels)
        or _moderators_objection(wish.moderators, channels)
        or _role_objection(wish.facilitators, group.server_id)
    )
    if objection:
        return objection
    if wish.name is not None:
        group = replace(group, name=" ".join(wish.name.split()))
    if wish.time_zone is not None:
        group = replace(group, time_zone=find_zone(wish.time_zone) or group.time_zone)
    if wish.language is not None:
        group = replace(group, language=wish.language)
    if wish.home is not None:
        group = replace(group, home_channel=wish.home.id, home_kind=_home_kind(wish.home))
    if wish.moderators is not None or "moderators" in wish.clears:
        group = replace(group, moderators_channel=wish.moderators.id if wish.moderators else None)
    if wish.facilitators is not None or "facilitators" in wish.clears:
        group = replace(group, facilitators_role=wish.facilitators)
    return group


def blank(group_id: int, server: int, home: Channel, on: date) -> Group:
    """A group that doesn't exist yet, to be filled in by ``changed``."""
    return Group(group_id, server, "", home.id, _home_kind(home), None, None, "UTC", "en", on)


def _home_kind(home: Channel) -> HomeKind:
    return home.kind if home.kind != "other" else "text"


def _name_objection(name: str | None) -> str | None:
    if name is None:
        return None
    length = len(" ".join(name.split()))
    if not 1 <= length <= LONGEST_NAME:
        return f"A group's name has 1 to {LONGEST_NAME} characters; this one has {length}."
    if any(sign in name for sign in "`<>@*_~|[]\\") or "://" in name:
        return "Please leave signs such as `@`, `<`, `*` or `_` out of the group's name: Discord would read them as something else."
    if HIDDEN.search(name) or not has_something(name):
        return "There are signs in the group's name that nobody can see; please write it anew."
    return None


def _zone_objection(zone: str | None) -> str | None:
    if zone is None or find_zone(zone):
        return None
    like = zones_like(zone, 3)
    hint = f" Did you mean {' or '.join(f'`{one}`' for one in like)}?" if like else " Type the nearest big city."
    return f"I don't know the time zone {quoted(zone)}.{hint}"


def _language_objection(language: str | None, languages: tuple[str, ...]) -> str | None:
    if language is None or language in languages:
        return None
    return f"There are no lessons in {quoted(language)} yet. There are some in: {', '.join(languages)}."


def _home_objection(home: Channel | None, channels: Channels) -> str | None:
    if home is None:
        return None
    if home.kind == "other":
        return (
            f"<#{home.id}> can't be a group's home: choose a text channel, an announcement channel or a forum "
            "with the option `channel`."
        )
    rights = ("view", "send", "send in threads", "attach", *(() if home.kind == "forum" else ("open threads",)))
    return channels.missing(home.id, *rights)


def _moderators_objection(moderators: Channel | None, channels: Channels) -> str | None:
    if moderators is None:
        return None
    if moderators.kind != "text":
        return f"<#{moderators.id}> can't be the moderators' channel: choose a text channel."
    if channels.all_may_view(moderators.id):
        return (
            f"Everyone can view <#{moderators.id}>, so it can't be the moderators' channel. "
            "Take View Channel from @everyone there, or choose another channel."
        )
    return channels.missing(moderators.id, "view", "send")


def _role_objection(role: int | None, server: int) -> str | None:
    if role == server:  # Discord's @everyone role has the server's id
        return "`@everyone` can't be the facilitators' role: everyone would be a moderator of the group."
    return None
