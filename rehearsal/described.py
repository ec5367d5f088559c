"""Discord's own OpenAPI description, held against what goes over the wire: the bot's requests and the stand-in's answers.

The description isn't part of this project. It is read from the file that DISCORD_OPENAPI names, or else from
`../shared/discord/openapi.json` beside the project, if there is one (https://github.com/discord/discord-api-spec has it).

Only for the tests, and for whoever looks at a call on the page: no call is refused by it, and what the description leaves out
(limits.py) is not its affair. A part of a body is checked once per process for each shape of such parts (body_shapes.py).
"""

from __future__ import annotations

import json
import math
import os
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import jsonschema
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from rehearsal.body_shapes import Shapes
from rehearsal.things import Json

BESIDE = Path(__file__).resolve().parent.parent.parent / "shared" / "discord" / "openapi.json"
_ANSWERS, _REQUESTS = "urn:discord:answers", "urn:discord:requests"
_LARGEST = {"int32": 1 << 31, "int64": 1 << 63}
_extend: Any = jsonschema.validators.extend
_follow = jsonschema.Draft202012Validator.VALIDATORS["$ref"]
_FORMATS = jsonschema.FormatChecker(formats=())


REQUEST, ANSWER = "request", "answer"


class Fault(NamedTuple):
    """One thing that the description says otherwise: in which part of the call, where in it, and what."""

    part: str
    pointer: str
    why: str


def where() -> Path | None:
    """The file with the description, if it is at hand."""
    named = os.environ.get("DISCORD_OPENAPI")
    path = Path(named) if named else BESIDE
    return path if path.is_file() else None


@cache
def at_hand() -> Description | None:
    """The description, read once per process; None if it isn't here."""
    path = where()
    return None if path is None else Description(json.loads(path.read_text(encoding="utf-8")))


class Description:
    """All operations of Discord's REST API. Takes the parsed file."""

    def __init__(self, document: Json) -> None:
        self.document = document
        _mend(document)
        self._registry: Registry[Any] = Registry().with_resources(
            (name, DRAFT202012.create_resource(contents))
            for name, contents in ((_ANSWERS, document), (_REQUESTS, _with_ids_as_numbers(document)))
        )
        self._shapes = Shapes()
        self._parts: dict[int, int] = {}
        self._one_at_a_time = threading.Lock()
        self._fits: dict[tuple[str, str, int | None], bool] = {}
        self._quick: dict[tuple[str, ...], tuple[Any, ...]] = {}
        self._quick_kinds = {
            part: _extend(jsonschema.Draft202012Validator, {"$ref": partial(self._by_shape, part)}) for part in (REQUEST, ANSWER)
        }
        self._operations: dict[tuple[str, int], list[Operation]] = {}
        for path, methods in document["paths"].items():
            for method in methods.keys() - {"parameters"}:
                key = (method.upper(), path.count("/"))
                self._operations.setdefault(key, []).append(Operation(self, path, method))
        for candidates in self._operations.values():
            # `/users/@me` before `/users/{user_id}`
            candidates.sort(key=lambda operation: operation.path.count("{"))

    def operation(self, method: str, path: str) -> Operation | None:
        """What is described of this call; None if Discord has no such route."""
        for operation in self._operations.get((method, path.count("/")), ()):
            if operation.pattern.fullmatch(path):
                return operation
        return None

    def faults(self, part: str, pointer: tuple[str, ...], body: Any) -> list[Fault]:
        """What is wrong with a body, by the schema at this place of the document."""
        if pointer not in self._quick:
            escaped = (step.replace("~", "~0").replace("/", "~1") for step in pointer)
            schema = {"$ref": f"{_REQUESTS if part == REQUEST else _ANSWERS}#/{'/'.join(escaped)}"}
            self._quick[pointer] = tuple(
                kind(schema, registry=self._registry, format_checker=_FORMATS)
                for kind in (self._quick_kinds[part], jsonschema.Draft202012Validator)
            )
        quick, thorough = self._quick[pointer]
        with self._one_at_a_time:
            self._parts.clear()
            self._shapes.of(body, self._parts)
            if quick.is_valid(body):
                return []
        errors = [_deepest(error) for error in thorough.iter_errors(body)]
        return [Fault(part, "/".join(str(step) for step in e.absolute_path), _in_words(e)) for e in errors]

    def _by_shape(
        self, part: str, validator: Any, reference: str, instance: Any, schema: Json
    ) -> Iterator[jsonschema.ValidationError]:
        """Instead of following a reference: recall what came of it for such a thing."""
        key = (part, reference, self._parts.get(id(instance)))
        if key[2] is None:
            yield from _follow(validator, reference, instance, schema)
            return
        if key not in self._fits:
            self._fits[key] = next(iter(_follow(validator, reference, instance, schema)), None) is None
        if not self._fits[key]:
            yield jsonschema.ValidationError("doesn't fit")

    def follow(self, thing: Json) -> Json:
        """The thing itself, where the document only refers to it."""
        found = thing
        for step in thing["$ref"].split("/")[1:] if "$ref" in thing else ():
            found = self.document[step] if found is thing else found[step]
        return found


@dataclass(slots=True)
class Operation:
    """One method of one path. Faults are lists, empty when all is well."""

    description: Description
    path: str
    method: str
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self.pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.path)))

    @property
    def described(self) -> Json:
        return dict(self.description.document["paths"][self.path][self.method])

    def of_request(self, path: str, query: Mapping[str, str], body: Any) -> list[Fault]:
        """What is wrong with a request: ids in the path, the query, the body (the `payload_json`, where files came along)."""
        faults = list(self._of_parameters(path, query))
        content = self.described.get("requestBody", {}).get("content", {})
        if body is not None and "application/json" in content:
            base = ("paths", self.path, self.method, "requestBody", "content", "application/json", "schema")
            faults += self.description.faults(REQUEST, base, body)
        elif body is None and self.described.get("requestBody", {}).get("required"):
            faults.append(Fault(REQUEST, "", "a body is required"))
        elif body and not content:
            faults.append(Fault(REQUEST, "", "no body is described here"))
        return faults

    def of_answer(self, status: int, headers: Mapping[str, str], body: Any) -> list[Fault]:
        """What is wrong with an answer: its status, its headers, its body."""
        responses = self.described["responses"]
        kind = next((k for k in (str(status), f"{status // 100}XX") if k in responses), None)
        if kind is None:
            return [Fault(ANSWER, "", f"status {status} is not among {', '.join(responses)}")]
        response = self.description.follow(responses[kind])
        faults = list(_of_headers(response.get("headers", {}), headers))
        content = response.get("content", {})
        if (body is None) != ("application/json" not in content):
            faults.append(Fault(ANSWER, "", "a body is described here" if body is None else "no body is described here"))
        elif body is not None:
            place = ("components", "responses", responses[kind]["$ref"].rpartition("/")[2]) if "$ref" in responses[kind] else (
                "paths", self.path, self.method, "responses", kind)  # fmt: skip
            faults += self.description.faults(ANSWER, (*place, "content", "application/json", "schema"), body)
        return faults

    def _of_parameters(self, path: str, query: Mapping[str, str]) -> Iterator[Fault]:
        found = self.pattern.fullmatch(path)
        in_path = {} if found is None else found.groupdict()
        shared = self.description.document["paths"][self.path].get("parameters", [])
        described = {p["name"]: self.description.follow(p["schema"]) for p in [*shared, *self.described.get("parameters", [])]}
        for name, value in {**in_path, **query}.items():
            if name not in described:
                yield Fault("query", name, "no such parameter is described")
            elif not _fits(described[name], value):
                yield Fault("path" if name in in_path else "query", name, f"{value!r} doesn't fit {described[name]}")


def _of_headers(described: Json, headers: Mapping[str, str]) -> Iterator[Fault]:
    for name, value in headers.items():
        if name.startswith("X-RateLimit-") and name in described:
            try:
                float(value) if name != "X-RateLimit-Bucket" else value
            except ValueError:
                yield Fault("headers", name, f"{value!r} is no number")


def _fits(schema: Json, value: str) -> bool:
    kind = schema.get("type")
    if kind == "boolean":
        return value.lower() in ("true", "false", "1", "0")
    if kind == "integer":
        bounds = float(schema.get("minimum", -math.inf)), float(schema.get("maximum", math.inf))
        return re.fullmatch(r"-?\d+", value) is not None and bounds[0] <= int(value) <= bounds[1]
    if "pattern" in schema:
        return re.search(str(schema["pattern"]), value) is not None
    return len(value) <= int(schema.get("maxLength", len(value)))


def _deepest(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    """In a choice of several schemas the one that came furthest: that one was meant."""
    while error.context:
        branches: dict[object, list[jsonschema.ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        meant = [branch for branch in branches.values() if not any(map(_was_not_meant, branch))]
        best = min(meant or list(branches.values()), key=len)
        error = max(best, key=lambda e: len(e.absolute_path))
    return error


def _was_not_meant(error: jsonschema.ValidationError) -> bool:
    """A branch for another `type` of component, or for another kind of value altogether."""
    where, kind = list(error.relative_path), str(error.validator)
    if kind == "type":
        return not where
    return kind in ("enum", "const") and where[-1:] == ["type"]


def _in_words(error: jsonschema.ValidationError) -> str:
    said = error.message
    return said if len(said) < 300 else f"{said[:140]} … {said[-140:]}"


def _mend(document: Json) -> None:
    """Put right what the description says otherwise than Discord does."""
    schemas = document["components"]["schemas"]
    # by Discord's page on rate limits the code is there only for some of them
    schemas["RatelimitedResponse"]["allOf"][0] = schemas["Error"] | {"required": ["message"]}
    # discord.py says so when it opens a forum post, and Discord takes it; without it the post's message stood at the top level
    opening = document["paths"]["/channels/{channel_id}/threads"]["post"]
    opening["parameters"] = [{"name": "use_nested_fields", "in": "query", "schema": {"type": "boolean"}}]
    # what is wrong with a field is told by a word (BASE_TYPE_MAX_LENGTH), not by a number
    schemas["InnerErrors"]["properties"]["_errors"]["items"] = {
        "type": "object", "required": ["code", "message"],
        "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
    }  # fmt: skip


def _with_ids_as_numbers(document: Json) -> Json:
    """In requests Discord takes ids as numbers too, by its page on snowflakes."""
    components = document["components"]
    ids = components["schemas"]["SnowflakeType"]
    schemas = components["schemas"] | {"SnowflakeType": ids | {"type": ["string", "integer"]}}
    return document | {"components": components | {"schemas": schemas}}


def _is_number(kind: str, value: object) -> bool:
    return not isinstance(value, int) or -_LARGEST[kind] <= value < _LARGEST[kind]


@_FORMATS.checks("int32")
def _int32(value: object) -> bool:
    return _is_number("int32", value)


@_FORMATS.checks("int64")
def _int64(value: object) -> bool:
    return _is_number("int64", value)


@_FORMATS.checks("snowflake")
def _snowflake(value: object) -> bool:
    return not isinstance(value, str) or (value.isdigit() and int(value) < 1 << 64)


@_FORMATS.checks("date-time", raises=ValueError)
def _moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_FORMATS.checks("uri")
def _address(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)
