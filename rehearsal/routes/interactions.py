"""`/interactions`: the bot's first answer to an interaction, within three seconds. What comes after it is in webhooks.py."""

from __future__ import annotations

from rehearsal import components as parts
from rehearsal import shapes
from rehearsal.checks import array, unknown_keys, whole_number
from rehearsal.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, FORM, Interaction, Interactions, done
from rehearsal.limits import check_message
from rehearsal.limits_commands import check_choice
from rehearsal.limits_components import check_form
from rehearsal.refusals import Problems, invalid, unknown_message
from rehearsal.rest import Call, Reply, Route
from rehearsal.routes.answers import Answers, is_private
from rehearsal.things import EPHEMERAL, LOADING, Json
from rehearsal.world import World

MESSAGE, THINKING, ACKNOWLEDGED, UPDATE, CHOICES, OPEN_FORM = 4, 5, 6, 7, 8, 9
"""Types of first answer."""
_ALLOWED = {
    COMMAND: {MESSAGE, THINKING, OPEN_FORM},
    COMPONENT: {MESSAGE, THINKING, ACKNOWLEDGED, UPDATE, OPEN_FORM},
    AUTOCOMPLETE: {CHOICES},
}


def routes(world: World, interactions: Interactions) -> list[Route]:
    callback = _Callback(world, interactions)
    return [Route("POST", "/interactions/{}/{}/callback", callback.first, by_bot=False, limited=False)]


class _Callback:
    def __init__(self, world: World, interactions: Interactions) -> None:
        self.world = world
        self.interactions = interactions
        self.answers = Answers(world, interactions)

    def first(self, call: Call, interaction_id: str, token: str) -> Reply:
        interaction = self.interactions.to_acknowledge(int(interaction_id), token)
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
        interaction.original = self.answers.new_message(interaction, data, call, private=is_private(data))

    def _think(self, interaction: Interaction, data: Json) -> None:
        problems = Problems()
        unknown_keys(problems, ("data",), data, ("flags", "tts"))
        flags = whole_number(problems, ("data", "flags"), data.get("flags")) or 0
        if flags & ~EPHEMERAL:
            problems.add(("data", "flags"), "INVALID_MESSAGE_FLAGS", "Only EPHEMERAL can be set on a deferral.")
        problems.settle()
        # not Call: a deferral brings no files
        message = self.answers.compose(interaction, {}, {}, private=bool(flags & EPHEMERAL), extra_flags=LOADING)
        self.world.add_message(message)
        interaction.original = message

    def _update(self, interaction: Interaction, data: Json, call: Call) -> None:
        message = interaction.source
        if message is None or message.deleted:
            raise unknown_message()
        self.answers.revise(message, data, call, path=("data",))
        interaction.original = message

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
                receipt["resource"] = {
                    "type": MESSAGE if kind == THINKING else kind,
                    "message": shapes.message_json(self.world, message),
                }
        return receipt


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
