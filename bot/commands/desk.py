"""The desk: finds the group and the step for every visit, guards it, and turns every failure into a kind card."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import structs

from bot.cards import Answer, Card, Choice, Menu, Text, Visit
from bot.channels import Channels
from bot.commands.command import Command, Step
from bot.commands.phrases import MOST_CHOICES, note, quoted, say
from bot.group import Group
from bot.limits import DailyLimits
from bot.log import frames, kind_of, log
from bot.press import NotAPress, Press, base36, id_in
from bot.shelves import Shelves
from bot.storage import ParentGone, StorageTrouble, Store

PICK = "pick"
"""The command word of a menu that asks which group is meant; its arguments lead to the step that wanted to know."""


class Desk:
    """Where every visit arrives. It remembers nothing between visits but the counters of the day."""

    def __init__(
        self,
        commands: tuple[Command, ...],
        shelves: Shelves,
        store: Store,
        channels: Channels,
        *,
        retention_days: int = 180,
        reports_to: int | str | None = None,
    ) -> None:
        self.commands: Mapping[str, Command] = {command.name: command for command in commands}
        self._shelves = shelves
        self._store = store
        self._channels = channels
        self._limits = DailyLimits()
        self._retention_days = retention_days
        self._reports_to = reports_to
        self._when_changed: Callable[[], None] = lambda: None

    def when_changed(self, call: Callable[[], None]) -> None:
        """Call this after each step of a moderator, who may have changed the calendar."""
        self._when_changed = call

    def step(self, press: Press) -> Step | None:
        """The step that a press leads to; ``None`` for one that this version does not know."""
        command = self.commands.get(press.command)
        return command.steps.get(press.step) if command else None

    async def serve(self, visit: Visit) -> Answer:
        """The answer to a visit. Always an answer: whatever goes wrong becomes a card with a sentence."""
        try:
            return await self._serve(visit)
        except NotAPress:
            return say(
                "I can't read this button: it is from another version of me, or was made by somebody else. "
                "`/learn` and `/quiz` begin anew.",
                tone="look",
            )
        except ParentGone as trouble:  # a group that was erased in this very moment: nobody's fault
            return say(str(trouble), tone="look")
        except StorageTrouble as trouble:
            code = _code()
            log().error("storage trouble", code=code, step=_name(visit.press), error=kind_of(trouble), at=frames(trouble))
            return _beside(say(f"{trouble}\n-# Code {code}", tone="trouble"))
        except Exception as error:
            return self.broken(visit.press, error)

    def broken(self, press: Press, error: Exception) -> Card:
        """A bug: one line in the log and a card, with the same code."""
        code = _code()
        log().error("bug", code=code, step=_name(press), error=kind_of(error), at=frames(error))
        return _beside(
            say(
                "Something went wrong on my side. Nothing that was kept is lost; please try once more. "
                f"If it happens again, tell a moderator the code **{code}**.",
                tone="trouble",
            )
        )

    async def complete(self, visit: Visit, option: str, typed: str) -> tuple[Choice, ...]:
        """Suggestions while somebody types; none rather than an error."""
        command = self.commands.get(visit.press.command)
        if command is None:
            return ()
        subcommands = [sub.options for sub in command.subcommands if sub.name == visit.press.step]
        options = subcommands[0] if subcommands else command.options
        complete = next((one.complete for one in options if one.name == option), None)
        if complete is None:
            return ()
        try:
            found = await self._find_group(visit)
            here = visit if isinstance(found, Card) else found[0]
            return await complete(here, await self._shelves.of(here.group), self._store, typed)
        except Exception as error:
            log().error("bug in suggestions", step=_name(visit.press), error=kind_of(error), at=frames(error))
            return ()

    async def _serve(self, visit: Visit) -> Answer:
        if visit.press.command == PICK:
            visit = _after_the_pick(visit)
        step = self.step(visit.press)
        if step is None:
            raise NotAPress("no such step")
        found = await self._find_group(visit, of_closed=step.of_closed)
        if isinstance(found, Card):
            return found
        visit, groups = found
        needs = step.needs_group or step.picks_group
        if visit.group is None and needs and len(groups) > 1:
            return _which_group(visit, groups)
        if visit.group is None and step.needs_group:
            return _no_group(visit)
        if step.for_moderators and (visit.is_direct or not visit.rights.moderates(visit.group)):
            return say(
                "That is for moderators: members with Manage Server, or with the facilitators' role of the group.",
                tone="look",
            )
        library = self._shelves.course
        if visit.group is not None and visit.group.own_version:  # asked here, since most groups have none
            library = await self._shelves.of(visit.group)
        try:
            if step.speaks:
                return await step.speaks(visit, library, self._store, self._channels)
            assert step.quiet
            return await step.quiet(visit, library, self._store)
        finally:
            if step.for_moderators:
                self._when_changed()

    async def _find_group(self, visit: Visit, *, of_closed: bool = False) -> tuple[Visit, tuple[Group, ...]] | Card:
        """The visit with its group, and the groups of its server; a card when the control's own group won't do."""
        if visit.press.group is not None:
            group = await self._store.group(visit.press.group)
            if group is None and of_closed:
                group = await self._store.closed_group(group_id=visit.press.group)
            if group is None:
                return say(
                    "This study group was closed, and what it kept is erased, or will be within a week. "
                    "You can go on as a guest: `/learn`, `/quiz`.",
                    tone="look",
                )
            if group.server_id != visit.place.server:
                return say("This button belongs to a study group on another server, so nothing was done.", tone="look")
            return self._at(visit, group), ()
        if visit.place.server is None:
            return self._with(visit), ()
        groups = await self._store.groups_of(visit.place.server)
        named = visit.text("group")
        if named is not None:
            meant = [one for one in groups if named == base36(one.group_id) or named.casefold() == one.name.casefold()]
            if len(meant) != 1:
                return _unknown_group(named, groups)
            return self._at(visit, meant[0]), groups
        here = {visit.place.channel, visit.place.parent} - {None}
        at_home = [one for one in groups if one.home_channel in here]
        at_work = [one for one in groups if one.moderators_channel in here]
        if not at_home and len(at_work) == 1:  # a moderators' channel that several groups share doesn't say which is meant
            at_home = at_work
        group = at_home[0] if at_home else None
        if group is None and len(groups) == 1:
            group = groups[0]
        if group is None:
            return self._with(visit, many_groups=len(groups) > 1), groups
        return self._at(visit, group), groups

    def _at(self, visit: Visit, group: Group) -> Visit:
        """The visit in a group, with the key that this person has there and nowhere else."""
        key = visit.person.key(f"group {group.group_id}")
        return self._with(visit, group=group, key=key)

    def _with(self, visit: Visit, **found: Any) -> Visit:
        """The visit with all that the desk adds, in one go, since that costs as much as a tenth of the whole step."""
        return structs.replace(
            visit, limits=self._limits, retention_days=self._retention_days, reports_to=self._reports_to, **found
        )


def _beside(trouble: Card) -> Card:
    """The card that was pressed stays: else "try again" would have nothing left to press."""
    return structs.replace(trouble, to="beside")


def _which_group(visit: Visit, groups: tuple[Group, ...]) -> Card:
    given = tuple(f"{name}={value}" for name, value in visit.given.items() if isinstance(value, str))
    press = Press(PICK, "group", (visit.press.command, visit.press.step, *given))
    # All that was typed or nothing: whoever typed too much, or named a channel, is asked again by the step itself.
    if len(given) < len(visit.given) or not press.fits:
        press = press.with_args(visit.press.command, visit.press.step)
    choices = tuple(Choice(group.name, base36(group.group_id)) for group in groups[:MOST_CHOICES])
    return note(Text("This server has several study groups. Which one do you mean?"), Menu(press, choices, "Pick a group"))


def _after_the_pick(visit: Visit) -> Visit:
    """The visit as if the group had been clear from the start."""
    picked = visit.text("picked") or ""
    try:
        command, step, *rest = visit.press.args
        group = id_in(picked)
    except ValueError as error:
        raise NotAPress("a pick that leads nowhere") from error
    given = dict(one.split("=", 1) for one in rest if "=" in one)
    return structs.replace(visit, press=Press(command, step, (), group), given=given)


def _no_group(visit: Visit) -> Card:
    if visit.is_direct:
        return say(
            "That belongs to a study group, and in direct messages there is none: use it on your group's server. "
            "Here you can read and practise as a guest, with `/learn` and `/quiz`; nothing about you is kept."
        )
    return say(
        "There is no study group on this server yet. A moderator begins one with `/group create`. "
        "Until then you can read and practise as a guest: `/learn`, `/quiz`."
    )


def _unknown_group(named: str, groups: tuple[Group, ...]) -> Card:
    if not groups:
        return say("There is no study group on this server yet. `/group create` begins one.", tone="look")
    names = ", ".join(f"**{group.name}**" for group in groups)
    return say(f"There is no one group called {quoted(named)} here. The groups are: {names}.", tone="look")


def _name(press: Press) -> str:
    return f"{press.command}.{press.step}" if f"{press.command}{press.step}".replace("-", "").isalnum() else "unknown"


def _code() -> str:
    return secrets.token_hex(3).upper()
