"""Filling in a form as Discord's client lets a person do it: required fields, lengths, the number of choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal import components as parts
from rehearsal.resolving import Resolver
from rehearsal.things import Json


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the label above it, and its component as Discord's JSON."""

    label: str
    part: Json

    @property
    def custom_id(self) -> str:
        return str(self.part["custom_id"])


def fields_of(components: list[Json]) -> list[Field]:
    found = []
    for part in components:
        if part["type"] == parts.LABEL:
            found.append(Field(part["label"], part["component"]))
        elif part["type"] == parts.ROW:
            found += [Field(inner.get("label") or "", inner) for inner in part["components"]]
    return found


def fill_in(components: list[Json], answers: Mapping[str, object], resolver: Resolver) -> list[Json]:
    """The components of the submit. Answers are named by label or custom_id; what isn't answered keeps what the
    form came with. LookupError for a field that isn't there, ValueError for what the client wouldn't send."""
    fields = fields_of(components)
    known = {field.custom_id: field.custom_id for field in fields} | {field.label: field.custom_id for field in fields}
    given: dict[str, object] = {}
    for name, answer in answers.items():
        if name not in known:
            raise LookupError(f"the form has no field {name!r}; it has {', '.join(field.label for field in fields)}")
        given[known[name]] = answer
    filled = {field.custom_id: _answer(field, given, resolver) for field in fields}
    return [_submitted(part, filled) for part in components]


def choose(options: list[Json], given: object) -> list[str]:
    """The values of options picked by label or value; one, or a list of them."""
    wanted = given if isinstance(given, list | tuple | set) else [given]
    values = []
    for pick in wanted:
        option = next((o for o in options if str(pick) in (o["value"], o["label"])), None)
        if option is None:
            raise LookupError(f"there is no option {pick!r}; there are {', '.join(o['label'] for o in options)}")
        values.append(str(option["value"]))
    return values


def choose_things(part: Json, given: object, resolver: Resolver) -> list[str]:
    """The ids picked in a select of users, roles or channels."""
    wanted = given if isinstance(given, list | tuple | set) else [given]
    if part["type"] == parts.CHANNEL_SELECT:
        return [resolver.channel(pick, part.get("channel_types")) for pick in wanted]
    if part["type"] == parts.ROLE_SELECT:
        return [resolver.role(pick) for pick in wanted]
    if part["type"] == parts.USER_SELECT:
        return [resolver.user(pick) for pick in wanted]
    return [resolver.mentionable(pick) for pick in wanted]


def check_number(name: str, values: list[str], part: Json, *, least: int = 1, most: int = 1) -> None:
    """Whether so many may be picked. `least` and `most` are the defaults of this kind of field."""
    least = least if part.get("min_values") is None else part["min_values"]
    most = most if part.get("max_values") is None else part["max_values"]
    if not least <= len(values) <= most:
        raise ValueError(f"{name}: pick between {least} and {most}, not {len(values)}")
    if len(set(values)) != len(values):
        raise ValueError(f"{name}: the same one twice")


def _submitted(part: Json, filled: dict[str, Json]) -> Json:
    shape: Json = {"type": part["type"], "id": part["id"]}
    if part["type"] == parts.LABEL:
        shape["component"] = filled[part["component"]["custom_id"]]
    elif part["type"] == parts.ROW:
        shape["components"] = [filled[inner["custom_id"]] for inner in part["components"]]
    return shape


def _answer(field: Field, given: Mapping[str, object], resolver: Resolver) -> Json:
    part = field.part
    shape: Json = {"type": part["type"], "id": part["id"], "custom_id": field.custom_id}
    answer = given.get(field.custom_id)
    kind = part["type"]
    if kind == parts.TEXT_INPUT:
        return shape | {"value": _text(field, part.get("value") or "" if answer is None else answer)}
    if kind == parts.CHECKBOX:
        return shape | {"value": bool(part.get("default") if answer is None else answer)}
    if kind == parts.RADIO_GROUP:
        values = _picked(part, answer)
        _check_required(field, values)
        if len(values) > 1:
            raise ValueError(f"{field.label}: pick only one")
        return shape | {"value": values[0] if values else None}
    return shape | {"values": _several(field, answer, resolver)}


def _several(field: Field, answer: object, resolver: Resolver) -> list[str]:
    part, kind = field.part, field.part["type"]
    most = 1
    if kind in (parts.STRING_SELECT, parts.CHECKBOX_GROUP):
        values = _picked(part, answer)
        most = len(part["options"]) if kind == parts.CHECKBOX_GROUP else 1
    elif kind == parts.FILE_UPLOAD:
        files = [] if answer is None else answer if isinstance(answer, list) else [answer]
        values = [resolver.file(file) for file in files]
    else:
        defaults = [default["id"] for default in part.get("default_values") or []]
        values = choose_things(part, defaults if answer is None else answer, resolver)
    _check_required(field, values)
    if values:
        check_number(field.label, values, part, most=most)
    return values


def _picked(part: Json, answer: object) -> list[str]:
    if answer is None:
        return [option["value"] for option in part["options"] if option.get("default")]
    return choose(part["options"], answer)


def _check_required(field: Field, value: list[Any] | str) -> None:
    if not value and field.part.get("required", True):
        raise ValueError(f"{field.label}: This field is required.")


def _text(field: Field, answer: object) -> str:
    value = str(answer)
    _check_required(field, value)
    least, most = field.part.get("min_length") or 0, field.part.get("max_length") or 4000
    if value and not least <= len(value) <= most:
        raise ValueError(f"{field.label}: must be between {least} and {most} in length, not {len(value)}")
    if field.part["style"] == 1 and "\n" in value:
        raise ValueError(f"{field.label}: a single line")
    return value
