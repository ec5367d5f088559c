"""A form that can't be accepted is not lost: a private card repeats what was typed, and *Try again* opens the form with it.

Discord can't answer a form with a form, and nothing is kept meanwhile: the card itself remembers. Each field is a text of its own
on it, so that nothing typed can pass for another field. Channels and roles are left to the form's own press. No step lives here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from bot.cards import Button, Card, ChoiceField, Field, Form, Given, Row, Text, TextField
from bot.commands.others_words import tamed, untamed
from bot.press import Press


def refused(form: Form, given: Mapping[str, Given], objection: str, press: Press) -> Card:
    """The objection, everything that was typed, and *Try again*, whose step needs ``reads_card=True``.

    The fields' longest texts have to fit on one card together with the objection: 1,700 characters are safe, of whatever signs.
    """
    typed = (_repeated(field, given.get(field.name)) for field in form.fields)
    return Card(
        (
            Text(objection),
            *(Text(one) for one in typed if one is not None),
            Row((Button("Try again", press, "main"),)),
        ),
        tone="look",
    )


def typed_again(form: Form, on_card: tuple[str, ...]) -> Form:
    """The form, filled in with what the card repeats. A field that the card doesn't know stays as it is."""
    return replace(form, fields=tuple(_filled(field, on_card) for field in form.fields))


def _repeated(field: Field, given: Given | None) -> str | None:
    match field:
        case TextField():
            typed = given.strip() if isinstance(given, str) else ""
            typed = (typed if field.long else " ".join(typed.split()))[: field.longest]
        case ChoiceField():
            picks = given if isinstance(given, tuple) else (given,)
            typed = ", ".join(one.label for one in field.choices if one.value in picks)
        case _:
            return None
    quote = ">>>" if len(typed.splitlines()) > 1 else ">"  # three signs quote all that follows, whatever its lines begin with
    return f"{quote} **{field.label}:** {tamed(typed)}".rstrip()


def _filled(field: Field, on_card: tuple[str, ...]) -> Field:
    found = (re.fullmatch(rf">(?:>>)? \*\*{re.escape(field.label)}:\*\* ?(.*)", text, re.DOTALL) for text in on_card)
    match = next(filter(None, found), None)
    if match is None:
        return field
    typed = untamed(match[1])
    if isinstance(field, TextField):
        return replace(field, value=typed[: field.longest])
    if isinstance(field, ChoiceField):
        return replace(field, values=_picks(field, typed))
    return field


def _picks(field: ChoiceField, typed: str) -> tuple[str, ...]:
    """The values of the labels that were listed. Longest first, since one label may lie within another."""
    rest, found = f", {typed}, ", set()
    for one in sorted(field.choices, key=lambda one: -len(one.label)):
        if f", {one.label}, " in rest:
            rest = rest.replace(f", {one.label}, ", ", ", 1)
            found.add(one.value)
    return tuple(one.value for one in field.choices if one.value in found)
