"""REST: the bot's answers to interactions: the first within three seconds, edits and follow-ups after it."""

from __future__ import annotations

from rehearsal import components as parts
from rehearsal import composing, shapes
from rehearsal.checks import array, unknown_keys, whole_number
from rehearsal.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, FORM, Interaction, Interactions, done
from rehearsal.limits import check_message
from rehearsal.limits_commands import check_choice
from rehearsal.limits_components import check_form
from rehearsal.refusals import Problems, invalid, unknown_message, unknown_webhook
from rehearsal.rest import Call, Reply, Route
from rehearsal.things import EPHEMERAL, LOADING, Json, Message
from rehearsal.world import World

MESSAGE, THINKING, ACKNOWLEDGED, UPDATE, CHOICES, OPEN_FORM = 4, 5, 6, 7, 8, 9
"""Types of first answer."""
_ALLOWED = {
    COMMAND: {MESSAGE, THINKING, OPEN_FORM},
    COMPONENT: {MESSAGE, THINKING, ACKNOWLEDGED, UPDATE, OPEN_FORM},
    AUTOCOMPLETE: {CHOICES},
}


def routes(world: World, interactions: Interactions) -> list[Route]:
    answers = _Answers(world, interactions)
    original = "/webhooks/{}/{}/messages/@original"
    follow_up = "/webhooks/{}/{}/messages/{}"
    return [
        # before the others: `@original` would pass for a message's id
        Route("POST", "/interactions/{}/{}/callback", answers.first, by_bot=False, limited=False),
        Route("GET", original, answers.read_original, by_bot=False),
        Route("PATCH", original, answers.edit_original, by_bot=False),
        Route("DELETE", original, answers.delete_original, by_bot=False),
        Route("POST", "/webhooks/{}/{}", answers.follow_up, by_bot=False),
        Route("GET", follow_up, answers.read, by_bot=False),
        Route("PATCH", follow_up, answers.edit, by_bot=False),
        Route("DELETE", follow_up, answers.delete, by_bot=False),
    ]


class _Answers:
    def __init__(self, world: World, interactions: Interactions) -> None:
        self.world = world
        self.interactions = interactions

    # -- the first answer

    def first(self, call: Call, interaction_id: str, token: str) -> Reply:
        interaction = self.interactions.to_acknowledge(int(interaction_id) if interaction_id.isdigit() else 0, token)
        body = call.json
        kind = _kind_of_answer(interaction, body)
        data = body.get("data") or {}
        if kind == MESSAGE:
            self._answer(interaction, data, call)
        elif kind == THINKING:
            self._think(interaction, data)
        elif kind == ACKNOWLEDGED:
            interaction.original = interaction.source
        elif kind == UPDATE:
            self._update(interaction, data, call)
        elif kind == CHOICES:
            interaction.choices = _checked_choices(interaction, data)
        else:
            problems = Problems()
            check_form(problems, ("data",), data)
            problems.settle()
            parts.number(data.get("components") or [])
            interaction.form = data
        interaction.answered_with = kind
        done(interaction.first)
        if kind in (THINKING, OPEN_FORM):
            self.world.changed()
        if call.query.get("with_response") in ("1", "true"):
            return Reply(200, self._receipt(interaction, kind))
        return Reply(204)

    def _answer(self, interaction: Interaction, data: Json, call: Call) -> None:
        names = [upload.name for upload in call.files.values()]
        check_message(data, names, path=("data",), may_be_private=True)
        interaction.original = self._new_message(interaction, data, call, private=_is_private(data))

    def _think(self, interaction: Interaction, data: Json) -> None:
        problems = Problems()
        unknown_keys(problems, ("data",), data, ("flags", "tts"))
        flags = whole_number(problems, ("data", "flags"), data.get("flags")) or 0
        if flags & ~EPHEMERAL:
            problems.add(("data", "flags"), "INVALID_MESSAGE_FLAGS", "Only EPHEMERAL can be set on a deferral.")
        problems.settle()
        # not Call: a deferral brings no files
        message = self._compose(interaction, {}, {}, private=bool(flags & EPHEMERAL), extra_flags=LOADING)
        self.world.add_message(message)
        interaction.original = message

    def _update(self, interaction: Interaction, data: Json, call: Call) -> None:
        message = interaction.source
        if message is None or message.deleted:
            raise unknown_message()
        self._revise(message, data, call, path=("data",))
        interaction.original = message

    # -- afterwards

    def read_original(self, call: Call, application_id: str, token: str) -> Reply:
        interaction = self._interaction(application_id, token)
        return Reply(200, shapes.message_json(self.world, self._original(interaction)))

    def edit_original(self, call: Call, application_id: str, token: str) -> Reply:
        interaction = self._interaction(application_id, token)
        message = self._original(interaction)
        self._revise(message, call.json, call)
        interaction.latest = message
        done(interaction.later)
        return Reply(200, shapes.message_json(self.world, message))

    def delete_original(self, call: Call, application_id: str, token: str) -> Reply:
        interaction = self._interaction(application_id, token)
        self.world.delete_message(self._original(interaction))
        done(interaction.later)
        return Reply(204)

    def follow_up(self, call: Call, application_id: str, token: str) -> Reply:
        interaction = self._interaction(application_id, token)
        original = interaction.original
        if original is not None and original.is_thinking and not original.deleted:
            # Discord takes the first follow-up after a deferral for the answer itself, private or not as deferred
            self._revise(original, call.json, call, may_be_private=True)
            message = original
        else:
            names = [upload.name for upload in call.files.values()]
            check_message(call.json, names, may_be_private=True)
            message = self._new_message(interaction, call.json, call, private=_is_private(call.json))
        interaction.latest = message
        done(interaction.later)
        return Reply(200, shapes.message_json(self.world, message))

    def read(self, call: Call, application_id: str, token: str, message_id: str) -> Reply:
        return Reply(200, shapes.message_json(self.world, self._own(application_id, token, message_id)))

    def edit(self, call: Call, application_id: str, token: str, message_id: str) -> Reply:
        message = self._own(application_id, token, message_id)
        self._revise(message, call.json, call)
        return Reply(200, shapes.message_json(self.world, message))

    def delete(self, call: Call, application_id: str, token: str, message_id: str) -> Reply:
        self.world.delete_message(self._own(application_id, token, message_id))
        return Reply(204)

    # -- steps

    def _new_message(self, interaction: Interaction, data: Json, call: Call, *, private: bool) -> Message:
        message = self._compose(interaction, data, call.files, private=private)
        self.world.add_message(message)
        return message

    def _compose(
        self, interaction: Interaction, data: Json, files: composing.Uploads, *, private: bool, extra_flags: int = 0
    ) -> Message:
        if interaction.channel_id not in self.world.channels:
            raise unknown_webhook()
        return composing.compose(
            self.world, interaction.channel_id, data, files, extra_flags=extra_flags,
            ephemeral_to=interaction.user_id if private else None,
            interaction=None if private else self.interactions.info(interaction), metadata=interaction.metadata,
        )  # fmt: skip

    def _revise(
        self, message: Message, body: Json, call: Call, *, path: tuple[str, ...] = (), may_be_private: bool = False
    ) -> None:
        was_thinking = message.is_thinking
        check_message(
            body, [upload.name for upload in call.files.values()], path=path, old_flags=message.flags,
            old_names=composing.names_that_stay(message, body), editing=not was_thinking,
            may_be_private=may_be_private or message.private,
        )  # fmt: skip
        message.flags &= ~LOADING
        composing.revise(self.world, message, body, call.files)
        if was_thinking:
            message.edited_at = None

    def _interaction(self, application_id: str, token: str) -> Interaction:
        if application_id != str(self.world.application_id):
            raise unknown_webhook()
        return self.interactions.to_continue(token)

    def _original(self, interaction: Interaction) -> Message:
        if interaction.original is None or interaction.original.deleted:
            raise unknown_message()
        return interaction.original

    def _own(self, application_id: str, token: str, message_id: str) -> Message:
        interaction = self._interaction(application_id, token)
        message = self.world.messages.get(int(message_id)) if message_id.isdigit() else None
        mine = message is not None and (
            message is interaction.original or (message.metadata or {}).get("id") == str(interaction.id)
        )
        if message is None or not mine:
            raise unknown_message()
        return message

    def _receipt(self, interaction: Interaction, kind: int) -> Json:
        about: Json = {"id": str(interaction.id), "type": interaction.kind}
        receipt: Json = {"interaction": about}
        message = interaction.original
        if message is not None:
            about |= {
                "response_message_id": str(message.id), "response_message_loading": message.is_thinking,
                "response_message_ephemeral": message.private,
            }  # fmt: skip
            if kind != ACKNOWLEDGED:
                receipt["resource"] = {"type": kind, "message": shapes.message_json(self.world, message)}
        return receipt


def _is_private(data: Json) -> bool:
    return bool((data.get("flags") or 0) & EPHEMERAL)


def _kind_of_answer(interaction: Interaction, body: Json) -> int:
    problems = Problems()
    unknown_keys(problems, (), body, ("type", "data"))
    kind = whole_number(problems, ("type",), body.get("type"))
    problems.settle()
    allowed = _ALLOWED.get(interaction.kind)
    if interaction.kind == FORM:
        # a form's answer is never a form; and only a form that a control opened has a card to change
        allowed = {MESSAGE, THINKING} | ({ACKNOWLEDGED, UPDATE} if interaction.source is not None else set())
    if kind is None or allowed is None or kind not in allowed:
        choices = ", ".join(str(k) for k in sorted(allowed or ()))
        raise invalid(("type",), "BASE_TYPE_CHOICES", f"Value must be one of {{{choices}}}.")
    return kind


def _checked_choices(interaction: Interaction, data: Json) -> list[Json]:
    problems = Problems()
    unknown_keys(problems, ("data",), data, ("choices",))
    choices = array(problems, ("data", "choices"), data.get("choices"), most=25) or []
    for index, choice in enumerate(choices):
        check_choice(problems, ("data", "choices", index), choice, interaction.option_kind)
    problems.settle()
    return choices
