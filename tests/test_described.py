"""Discord's own description, held against the rehearsal. What it finds in the other tests, tests/described_calls.py tells; here is
that it finds anything, that no route was invented, and what is said where the description isn't at hand."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from described_calls import description, faults_of
from stage import person

from rehearsal import shapes
from rehearsal.bot_process import ROOT
from rehearsal.component_keys import KEYS
from rehearsal.described import ANSWER, REQUEST, Description, Fault
from rehearsal.limits import ATTACHMENT_KEYS, MESSAGE_KEYS
from rehearsal.limits_commands import COMMAND_KEYS, OPTION_KEYS
from rehearsal.rest import Call, Reply
from rehearsal.routes.webhooks import WEBHOOK_KEYS
from rehearsal.standin import StandIn
from rehearsal.things import Json
from rehearsal.world import Kind, World, utc_now

ID = {"type": "string", "pattern": "^(0|[1-9][0-9]*)$", "format": "snowflake"}


def small() -> Json:
    """A description in the form of Discord's, of one route."""
    ref = "#/components/schemas/"
    error = {"type": "object", "properties": {"code": {"type": "integer"}}, "required": ["code", "message"]}
    send = {
        "parameters": [{"name": "wait", "in": "query", "schema": {"type": "boolean"}}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": ref + "Sent"}}}},
        "responses": {
            "200": {"content": {"application/json": {"schema": {"$ref": ref + "Got"}}}},
            "4XX": {"$ref": "#/components/responses/Wrong"},
        },
    }
    part = {"oneOf": [{"$ref": ref + "Text"}, {"$ref": ref + "Row"}]}
    return {
        "paths": {
            "/channels/{channel_id}/notes": {
                "parameters": [{"name": "channel_id", "in": "path", "schema": {"$ref": ref + "SnowflakeType"}}], "post": send,
            },
            "/channels/{channel_id}/threads": {"post": {"responses": {}}},
        },
        "components": {
            "responses": {"Wrong": {"content": {"application/json": {"schema": {"$ref": ref + "Error"}}}}},
            "schemas": {
                "SnowflakeType": ID, "Error": error,
                "RatelimitedResponse": {"allOf": [{"$ref": ref + "Error"}]},
                "InnerErrors": {"properties": {"_errors": {"items": {}}}},
                "Sent": {"type": "object", "properties": {"parts": {"type": "array", "items": part, "maxItems": 2}, "to": ID}},
                "Got": {"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}, "id": {
                    "$ref": ref + "SnowflakeType"}}, "required": ["id"]},
                "Text": {"type": "object", "properties": {"type": {"enum": [1]}, "text": {"type": "string", "maxLength": 80}},
                         "required": ["type", "text"]},
                "Row": {"type": "object", "properties": {"type": {"enum": [2]}, "parts": {"type": "array", "items": part}},
                        "required": ["type", "parts"]},
            },
        },
    }  # fmt: skip


def text(length: int = 5) -> Json:
    return {"type": 1, "text": "x" * length}


@pytest.mark.parametrize(
    ("path", "query", "body", "fault"),
    [
        ("/channels/7/notes", {"wait": "true"}, {"parts": [text(), {"type": 2, "parts": [text(80)]}]}, None),
        ("/channels/x7/notes", {}, {}, (("path", "channel_id"), "doesn't fit")),
        ("/channels/7/notes", {"wait": "perhaps"}, {}, (("query", "wait"), "doesn't fit")),
        ("/channels/7/notes", {"weit": "true"}, {}, (("query", "weit"), "no such parameter")),
        ("/channels/7/notes", {}, None, ((REQUEST, ""), "a body is required")),
        ("/channels/7/notes", {}, {"parts": [text(), {"type": 2, "parts": [text(81)]}]}, (
            (REQUEST, "parts/1/parts/0/text"), "is too long")),
        ("/channels/7/notes", {}, {"parts": [{"type": 3}]}, ((REQUEST, "parts/0/type"), "3 is not one of")),
        ("/channels/7/notes", {}, {"parts": [text()] * 3}, ((REQUEST, "parts"), "too long")),
        ("/channels/7/notes", {}, {"to": "07"}, ((REQUEST, "to"), "does not match")),
    ],
)  # fmt: skip
def test_a_request_that_is_described_otherwise_is_found_with_its_place(
    path: str, query: dict[str, str], body: Any, fault: tuple[tuple[str, str], str] | None
) -> None:
    operation = Description(small()).operation("POST", path)
    assert operation is not None
    for _ in range(2):  # the second time from memory
        found = operation.of_request(path, query, body)
        assert [(f.part, f.pointer) for f in found] == ([] if fault is None else [fault[0]])
        assert fault is None or fault[1] in found[0].why


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (200, {"id": "7", "at": "2026-09-03T19:00:00+00:00"}, None),
        (200, {"id": 7}, Fault(ANSWER, "id", "7 is not of type 'string'")),
        (200, {"id": "7", "at": "2026-09-03T19:00:00"}, Fault(ANSWER, "at", "'2026-09-03T19:00:00' is not a 'date-time'")),
        (200, None, Fault(ANSWER, "", "a body is described here")),
        (201, {"id": "7"}, Fault(ANSWER, "", "status 201 is not among 200, 4XX")),
        (404, {"code": 10003, "message": "Unknown Channel"}, None),
        (404, {"code": 10003}, Fault(ANSWER, "", "'message' is a required property")),
    ],
)
def test_an_answer_that_is_described_otherwise_is_found(status: int, body: Any, fault: Fault | None) -> None:
    operation = Description(small()).operation("POST", "/channels/7/notes")
    assert operation is not None
    assert operation.of_answer(status, {}, body) == ([] if fault is None else [fault])


def test_what_a_test_does_wrong_on_purpose_is_no_fault_while_it_is_refused() -> None:
    described = Description(small())
    wrong = Call("POST", "/channels/7/notes", {}, utc_now(), sent=b'{"parts": 3}')
    assert faults_of(described, wrong, Reply(400, {"code": 50035, "message": "Invalid Form Body"}), {}) == []
    assert faults_of(described, wrong, Reply(503, {}), {}) == []
    assert faults_of(described, wrong, Reply(200, {"id": 7}, arranged=True), {}) == []
    assert faults_of(described, wrong, Reply(200, {"id": "7"}), {}) == [
        "POST /channels/{channel_id}/notes (200): request /parts: 3 is not of type 'array'"
    ]
    unknown = Call("GET", "/nowhere", {}, utc_now())
    assert faults_of(described, unknown, Reply(200, {}), {}) == ["GET /nowhere: Discord has no such route"]


def test_discords_description_is_at_hand() -> None:
    named = os.environ.get("DISCORD_OPENAPI")
    assert not named or Path(named).is_file(), f"DISCORD_OPENAPI names no file: {named}"
    if description() is None:
        pytest.skip("Discord's OpenAPI description is not here: no test holds its calls against it. Name it by DISCORD_OPENAPI.")


@pytest.fixture
def described() -> Description:
    found = description()
    if found is None:
        pytest.skip("Discord's OpenAPI description is not here: name it by DISCORD_OPENAPI")
    return found


KNOWN_KEYS = {
    "MessageCreateRequest": MESSAGE_KEYS, "MessageEditRequestPartial": MESSAGE_KEYS,
    "IncomingWebhookInteractionRequest": MESSAGE_KEYS, "IncomingWebhookRequestPartial": MESSAGE_KEYS | WEBHOOK_KEYS,
    "MessageAttachmentRequest": ATTACHMENT_KEYS, "ApplicationCommandCreateRequest": COMMAND_KEYS,
    "ApplicationCommandStringOption": OPTION_KEYS, "ApplicationCommandChannelOption": OPTION_KEYS,
}  # fmt: skip


def test_a_key_that_discord_knows_is_never_refused_as_a_misspelling(described: Description) -> None:
    schemas = described.document["components"]["schemas"]
    missing = {name: schemas[name]["properties"].keys() - known for name, known in KNOWN_KEYS.items()}
    for name, schema in schemas.items():
        if name.endswith(("ComponentForMessageRequest", "ComponentForModalRequest")):
            [kind] = schema["properties"]["type"]["enum"]
            missing[name] = schema["properties"].keys() - KEYS[kind]
    assert {name: keys for name, keys in missing.items() if keys} == {}


async def test_what_the_gateway_tells_has_the_shapes_of_the_rest_api(described: Description) -> None:
    standin = StandIn(World.evening())
    world, heard = standin.world, dict[str, Json]()
    world.base_url = "http://127.0.0.1:1"

    def hear(event: str, server_id: int | None, make: Callable[[], Json]) -> None:
        heard[event] = make()

    world.listen(hear)
    server = world.server
    study, ada = server.channel_named("study-room"), person(standin)
    role = world.add_role(server, "Guests")
    world.add_member(server, "Dee", roles=[role])
    world.give_role(server, server.member_named("Ada"), role)
    forum = world.add_channel(server, "more questions", Kind.FORUM, tags=["Week 1"])
    world.channel_changed(study)
    message = await ada.say(study.id, f"hello <@{world.bot.id}>")
    thread = world.add_thread(study, "Talk", world.bot.id, thread_id=message.id)
    world.add_thread(forum, "A post", ada.user.id)
    world.message_edited(message)
    world.channel_changed(thread)
    arriving = shapes.arriving_server_json(world, server)
    expected = [
        ("MessageResponse", [heard["MESSAGE_CREATE"], heard["MESSAGE_UPDATE"]]),
        ("GuildMemberResponse", [heard["GUILD_MEMBER_ADD"], heard["GUILD_MEMBER_UPDATE"], *arriving["members"]]),
        ("GuildRoleResponse", [heard["GUILD_ROLE_CREATE"]["role"], *arriving["roles"]]),
        ("GuildChannelResponse", [heard["CHANNEL_CREATE"], heard["CHANNEL_UPDATE"], *arriving["channels"]]),
        ("ThreadResponse", [heard["THREAD_CREATE"], heard["THREAD_UPDATE"], *arriving["threads"]]),
        ("GuildResponse", [arriving]),
        ("UserResponse", [shapes.user_json(user) for user in world.users.values()]),
    ]
    wrong = {
        f"{name}: {fault.pointer}: {fault.why}"
        for name, things in expected for thing in things
        for fault in described.faults(ANSWER, ("components", "schemas", name), thing)
    }  # fmt: skip
    assert wrong == set()


def test_every_route_of_the_stand_in_is_told_in_the_documents() -> None:
    known: dict[str, set[str]] = {}
    for route in StandIn(World.evening()).rest.routes:
        known.setdefault(route.pattern, set()).add(route.method)
    page = (ROOT / "docs" / "REHEARSAL.md").read_text(encoding="utf-8")
    told = {path: set(methods.split()) for path, methods in re.findall(r"^(/\S+) +([A-Z ]+)$", page, re.MULTILINE)}
    assert told == known


def test_every_route_of_the_stand_in_is_one_of_discords(described: Description) -> None:
    invented = [
        f"{route.method} {route.pattern}" for route in StandIn(World.evening()).rest.routes
        if described.operation(route.method, route.pattern.replace("{}", "7")) is None
    ]  # fmt: skip
    assert invented == []
