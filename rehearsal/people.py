"""What a person does in front of the screen: types a command, presses, picks, fills in a form, reads.

Used by the page and by the tests alike. It allows only what a real client would: a control that is disabled,
hidden or someone else's can't be used, and a required field can't be left empty.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rehearsal import components as parts
from rehearsal import forms, offers, permissions
from rehearsal.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, FIRST_ANSWER, FORM, Interaction
from rehearsal.offers import NotOffered
from rehearsal.resolving import Resolver
from rehearsal.routes.interactions import ACKNOWLEDGED, CHOICES, OPEN_FORM, THINKING, UPDATE
from rehearsal.things import Channel, Json, Kind, Message

if TYPE_CHECKING:
    from rehearsal.standin import StandIn

__all__ = ["Choice", "Form", "NotOffered", "Person", "Seen"]

PATIENCE = FIRST_ANSWER.total_seconds() + 2
NO_RESPONSE = "The application did not respond"
FAILED = "This interaction failed"
LINK = 5
"""The style of a button that only leads to a web page."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A suggestion while typing."""

    name: str
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Form:
    """An open form. `components` is Discord's JSON; `text` its text displays; `message` the card it was opened from."""

    id: int
    custom_id: str
    title: str
    components: list[Json]
    channel_id: int
    message: Message | None = None
    opened_by: Json = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join([self.title, *parts.texts(self.components)])

    @property
    def labels(self) -> list[str]:
        return [one.label for one in forms.fields_of(self.components)]

    @property
    def custom_ids(self) -> list[str]:
        return [one.custom_id for one in forms.fields_of(self.components)]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person sees after doing something. `text` and `labels` are as they were at that moment, while
    `message` is alive and shows later edits. `edited`: it is the card they used, changed."""

    message: Message | None = None
    form: Form | None = None
    failed: str | None = None
    edited: bool = False
    text: str = ""
    labels: list[str] = field(default_factory=list)
    private: bool = False


class Person:
    """A member, by their user id. `patience` is in seconds of the real clock."""

    def __init__(self, standin: StandIn, member_id: int, *, locale: str = "en-US", patience: float = PATIENCE) -> None:
        self.standin = standin
        self.world = standin.world
        self.user = self.world.users[member_id]
        self.locale = locale
        self.patience = patience

    # -- reading

    def sees(self, channel: int) -> bool:
        place = self.world.channels.get(channel)
        return place is not None and bool(self.world.may(self.user.id, place) & permissions.VIEW_CHANNEL)

    def reads(self, channel: int) -> list[Message]:
        """What this person can see in a channel, oldest first. PermissionError where they can't look."""
        place = self._place(channel)
        private = [m for m in place.private.values() if m.ephemeral_to == self.user.id and not m.dismissed]
        if not private:
            return list(place.messages.values())
        return sorted([*place.messages.values(), *private], key=lambda message: message.id)

    def dm(self) -> int:
        """The channel of this person's direct conversation with the bot."""
        return self.world.direct(self.user.id).id

    def offered(self, channel: int) -> list[Json]:
        """The commands that Discord shows this person in this channel, as its JSON."""
        return offers.offered(self.world, self.user.id, self.world.channels[channel]) if self.sees(channel) else []

    # -- doing

    async def command(self, channel: int, name: str, /, **options: object) -> Seen:
        """Type a slash command, such as `learn` or `group create`.

        NotOffered if Discord doesn't show it here; LookupError for an unknown option; ValueError for a missing or
        impossible value. Channels, roles and users are given as ids, names or things.
        """
        place = self._place(channel)
        command, way = offers.find(self.offered(channel), name)
        data = offers.command_data(Resolver(self.world, self.user.id, place), command, way, options)
        return await self._see(self._start(COMMAND, place, data, command=name), NO_RESPONSE)

    async def complete(self, channel: int, name: str, option: str, typed: str, /, **others: object) -> list[Choice]:
        """What the bot suggests while this option is typed. TimeoutError if it doesn't answer."""
        place = self._place(channel)
        command, way = offers.find(self.offered(channel), name)
        definition = offers.option_of(command, way, option)
        if not definition.get("autocomplete"):
            raise LookupError(f"{option!r} has no suggestions")
        resolver = Resolver(self.world, self.user.id, place)
        data = offers.command_data(resolver, command, way, {**others, option: typed}, focused=option)
        interaction = self._start(AUTOCOMPLETE, place, data, command=name, option_kind=definition["type"])
        await self._wait(interaction)
        if interaction is None or interaction.answered_with != CHOICES:
            raise TimeoutError("Loading options failed")
        return [Choice(choice["name"], choice["value"]) for choice in interaction.choices or []]

    async def press(self, message: Message, what: str) -> Seen:
        """Press a button, named by its label or custom_id.

        LookupError if it isn't there, is disabled, or the message is gone; PermissionError if the message isn't
        theirs to see.
        """
        place = self._of(message)
        by_id = [button for button in message.buttons if button.get("custom_id") == what]
        found = by_id or [button for button in message.buttons if what == parts.label_of(button)]
        if len(found) != 1:
            many = "no button" if not found else "more than one button"
            raise LookupError(f"there is {many} {what!r}; there are {message.labels}")
        button = found[0]
        if button.get("disabled") or button["style"] == LINK:
            raise LookupError(f"the button {what!r} can't be pressed: it is disabled, or a link")
        data = {"custom_id": button["custom_id"], "component_type": parts.BUTTON, "id": button["id"]}
        return await self._see(self._start(COMPONENT, place, data, source=message))

    async def pick(self, message: Message, *values: object, what: str | None = None) -> Seen:
        """Pick from a menu: options by label or value; channels, roles and users by id. `what` names the menu by
        custom_id or placeholder where there are several."""
        place = self._of(message)
        select = _select(message, what, values)
        if select.get("disabled"):
            raise LookupError("this menu is disabled")
        resolver = Resolver(self.world, self.user.id, place)
        if select["type"] == parts.STRING_SELECT:
            chosen = forms.choose(select["options"], list(values))
        else:
            chosen = forms.choose_things(select, list(values), resolver)
        forms.check_number("the menu", chosen, select)
        data: Json = {"custom_id": select["custom_id"], "component_type": select["type"], "id": select["id"]}
        data["values"] = chosen
        if select["type"] != parts.STRING_SELECT:
            data["resolved"] = resolver.resolved
        return await self._see(self._start(COMPONENT, place, data, source=message))

    async def submit(self, form: Form, answers: Mapping[str, object] | None = None, /, **more: object) -> Seen:
        """Send a form; answers by label or custom_id: text, a choice, a list of choices, a file as (name, bytes)."""
        place = self._place(form.channel_id)
        resolver = Resolver(self.world, self.user.id, place)
        filled = forms.fill_in(form.components, {**(answers or {}), **more}, resolver)
        data: Json = {"custom_id": form.custom_id, "components": filled}
        if resolver.resolved:
            data["resolved"] = resolver.resolved
        source = form.message if form.message is None or not form.message.deleted else None
        return await self._see(self._start(FORM, place, data, source=source, caused_by=form.opened_by))

    async def say(self, channel: int, text: str) -> Message:
        """Write an ordinary message. PermissionError where they can't."""
        place = self._place(channel)
        needs = permissions.SEND_IN_THREADS if place.is_thread else permissions.SEND_MESSAGES
        may = self.world.may(self.user.id, place)
        shut = place.locked and not may & permissions.MANAGE_THREADS
        if place.kind == Kind.FORUM or not may & needs or shut:
            raise PermissionError(f"{self.user.name} can't write there")
        if not 1 <= len(text) <= 2000:
            raise ValueError("a message has 1 to 2,000 characters")
        world = self.world
        pings = {world.bot.id} if f"<@{world.bot.id}>" in text else set()
        message = Message(world.new_id(), channel, place.server_id, self.user, world.clock(), content=text, pings=frozenset(pings))
        if place.is_thread:
            place.archived = False
            place.joined.add(self.user.id)
        world.add_message(message)
        return message

    def dismiss(self, message: Message) -> None:
        """Wave away a private answer."""
        if message.ephemeral_to != self.user.id:
            raise PermissionError("only one's own private answers can be dismissed")
        message.dismissed = True
        self.world.changed()

    # -- steps

    def _place(self, channel: int) -> Channel:
        if channel not in self.world.channels:
            raise LookupError("this channel is gone")
        if not self.sees(channel):
            raise PermissionError(f"{self.user.name} can't see this channel")
        return self.world.channels[channel]

    def _of(self, message: Message) -> Channel:
        if message.ephemeral_to not in (None, self.user.id):
            raise PermissionError(f"only someone else sees this message, not {self.user.name}")
        if message.deleted or message.dismissed:
            raise LookupError("this message is gone")
        return self._place(message.channel_id)

    def _start(
        self, kind: int, place: Channel, data: Json, *, source: Message | None = None, command: str | None = None,
        option_kind: int | None = None, caused_by: Json | None = None,
    ) -> Interaction | None:  # fmt: skip
        return self.standin.interactions.start(
            kind, self.user.id, place, data, locale=self.locale, source=source, command=command,
            option_kind=option_kind, caused_by=caused_by,
        )  # fmt: skip

    async def _wait(self, interaction: Interaction | None) -> None:
        """Until the first answer, and after a deferral until the real one; not longer than patience allows."""
        if interaction is None:
            return
        await _until(interaction.first, min(self.patience, FIRST_ANSWER.total_seconds()))
        if interaction.answered_with in (THINKING, ACKNOWLEDGED):
            await _until(interaction.later, self.patience)

    async def _see(self, interaction: Interaction | None, if_not: str = FAILED) -> Seen:
        await self._wait(interaction)
        if interaction is None or interaction.answered_with is None:
            return Seen(failed=if_not)
        if interaction.answered_with == OPEN_FORM and interaction.form is not None:
            return Seen(form=_form(interaction), private=True)
        message = interaction.latest or interaction.original
        if message is None:
            return Seen()
        if message.is_thinking:
            return Seen(message, failed=NO_RESPONSE, private=message.private)
        acted = interaction.answered_with == UPDATE or interaction.latest is not None
        edited = message is interaction.source and acted and not message.deleted
        return Seen(message, None, None, edited, message.text, message.labels, message.private)


async def _until(future: asyncio.Future[None], seconds: float) -> None:
    if not future.done():
        await asyncio.wait([future], timeout=seconds)


def _form(interaction: Interaction) -> Form:
    shape = interaction.form or {}
    parts.number(shape["components"])
    return Form(
        interaction.id, shape["custom_id"], shape["title"], shape["components"], interaction.channel_id,
        interaction.source, interaction.metadata,
    )  # fmt: skip


def _select(message: Message, what: str | None, values: tuple[object, ...]) -> Json:
    found = message.selects
    if what is not None:
        found = [select for select in found if what in (select["custom_id"], select.get("placeholder"))]
    elif len(found) > 1:
        labels = {str(value) for value in values}
        found = [s for s in found if labels <= {o[k] for o in s.get("options") or [] for k in ("label", "value")}]
    if len(found) != 1:
        raise LookupError(f"there are {len(found)} menus to pick {values} from; name one with what=")
    return dict(found[0])
