"""What Discord refuses, the rehearsal refuses, with the same code at the same place in the body."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from rehearsal.limits import check_message
from rehearsal.limits_commands import check_commands
from rehearsal.limits_components import check_form
from rehearsal.refusals import Problems, Refusal
from rehearsal.standin import StandIn
from rehearsal.world import Kind, World

V2 = 1 << 15
Json = dict[str, Any]


def text(content: str = "hello") -> Json:
    return {"type": 10, "content": content}


def button(custom_id: str = "a", **more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id, **more}


def row(*parts: Json) -> Json:
    return {"type": 1, "components": list(parts)}


def options(count: int, **more: Any) -> list[Json]:
    return [{"label": f"option {n}", "value": str(n), **more} for n in range(count)]


def select(count: int = 2, **more: Any) -> Json:
    return {"type": 3, "custom_id": "s", "options": options(count), **more}


def gallery(*items: Json) -> Json:
    return {"type": 12, "items": list(items)}


def picture(url: str = "attachment://a.png", **more: Any) -> Json:
    return {"media": {"url": url}, **more}


def card(*parts: Json) -> Json:
    return {"flags": V2, "components": list(parts)}


def box(*parts: Json) -> Json:
    return {"type": 17, "components": list(parts)}


def problems_of(error: Refusal) -> set[str]:
    """Each problem as `path: CODE`."""
    found: set[str] = set()

    def walk(place: Json, path: str) -> None:
        for key, value in place.items():
            if key == "_errors":
                found.update(f"{path}: {problem['code']}" for problem in value)
            else:
                walk(value, f"{path}.{key}" if path else key)

    walk(error.body.get("errors", {}), "")
    return found


GOOD_MESSAGES: list[tuple[str, Json]] = [
    ("plain text of 2,000 characters", {"content": "x" * 2000}),
    ("a card of exactly 40 parts", card(box(*(text("x") for _ in range(39))))),
    ("4,000 characters in all", card(text("x" * 2500), text("y" * 1500))),
    ("five buttons", card(row(*(button(str(n)) for n in range(5))))),
    ("a select of 25", card(row(select(25, max_values=25)))),
    ("a section with a button", card({"type": 9, "components": [text()], "accessory": button()})),
    ("a picture that was uploaded", card(gallery(picture(description="x" * 1024)))),
    ("a link", card(row({"type": 2, "style": 5, "label": "Web", "url": "https://example.org"}))),
    ("an emoji for a label", card(row(button(label=None, emoji={"name": "🦉"})))),
    ("a classic message with a row", {"content": "x", "components": [row(button())]}),
    ("a nonce of 25 characters", {"content": "x", "nonce": "n" * 25, "enforce_nonce": True}),
]


@pytest.mark.parametrize(("what", "body"), GOOD_MESSAGES, ids=[what for what, _ in GOOD_MESSAGES])
def test_what_discord_takes_is_taken(what: str, body: Json) -> None:
    check_message(body, ["a.png"])


BAD_MESSAGES: list[tuple[Json, str]] = [
    ({"content": "x" * 2001}, "content: BASE_TYPE_MAX_LENGTH"),
    ({"content": 5}, "content: BASE_TYPE_BAD_TYPE"),
    ({"content": "x", "contnet": "y"}, "contnet: UNKNOWN_KEY"),
    ({"content": "x", "nonce": "n" * 26}, "nonce: NONCE_TYPE_TOO_LONG"),
    ({"content": "x", "flags": 64}, "flags: INVALID_MESSAGE_FLAGS"),
    ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, "embeds: MAX_EMBED_SIZE_EXCEEDED"),
    ({"content": "x", "components": [text()]}, "components.0.type: UNION_TYPE_CHOICES"),
    ({"content": "x", "components": [row(button(str(n))) for n in range(6)]}, "components: BASE_TYPE_BAD_LENGTH"),
    (card(text()) | {"content": "x"}, "content: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    (card(text()) | {"embeds": [{"title": "x"}]}, "embeds: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    ({"flags": V2}, "components: BASE_TYPE_REQUIRED"),
    (card(box(*(text("x") for _ in range(40)))), "components: COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
    (card(text("x" * 2500), text("y" * 1501)), "components: COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
    (card(text("")), "components.0.content: BASE_TYPE_REQUIRED"),
    (card(row(*(button(str(n)) for n in range(6)))), "components.0.components: BASE_TYPE_BAD_LENGTH"),
    (card(row(button(), select())), "components.0.components: COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    (card(row(button("a"), button("a"))), "components.0.components.1.custom_id: COMPONENT_CUSTOM_ID_DUPLICATED"),
    (card(row(button("a" * 101))), "components.0.components.0.custom_id: BASE_TYPE_MAX_LENGTH"),
    (card(row(button(label="x" * 81))), "components.0.components.0.label: BASE_TYPE_MAX_LENGTH"),
    (card(row(button(label=""))), "components.0.components.0: BUTTON_COMPONENT_MISSING_LABEL"),
    (card(row(button(url="https://a.example"))), "components.0.components.0: BUTTON_COMPONENT_CUSTOM_ID_AND_URL"),
    (card(row(button(emoji={"name": "owl"}))), "components.0.components.0.emoji: COMPONENT_INVALID_EMOJI"),
    (card(row(button(lable="x"))), "components.0.components.0.lable: UNKNOWN_KEY"),
    (card(row(select(26))), "components.0.components.0.options: BASE_TYPE_BAD_LENGTH"),
    (card(row(select(0))), "components.0.components.0.options: BASE_TYPE_BAD_LENGTH"),
    (card(row(select(2, max_values=3))), "components.0.components.0.max_values: NUMBER_TYPE_MAX"),
    (card(row(select(3, min_values=2, max_values=1))), "components.0.components.0.min_values: SELECT_MIN_MAX"),
    (card(row(select(2, placeholder="x" * 151))), "components.0.components.0.placeholder: BASE_TYPE_MAX_LENGTH"),
    (
        card(row(select() | {"options": options(1) * 2})),
        "components.0.components.0.options.1.value: SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    (
        card(row(select() | {"options": options(1, description="x" * 101)})),
        "components.0.components.0.options.0.description: BASE_TYPE_MAX_LENGTH",
    ),
    (
        card(gallery(picture("attachment://b.png"))),
        "components.0.items.0.media.url: UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ),
    (card(gallery(picture(description="x" * 1025))), "components.0.items.0.description: BASE_TYPE_MAX_LENGTH"),
    (card(gallery(*[picture()] * 11)), "components.0.items: BASE_TYPE_BAD_LENGTH"),
    (card({"type": 9, "components": [text()]}), "components.0.accessory: DICT_TYPE_CONVERT"),
    (card({"type": 9, "components": [text()] * 4, "accessory": button()}), "components.0.components: BASE_TYPE_BAD_LENGTH"),
    (card(box(box(text()))), "components.0.components.0.type: UNION_TYPE_CHOICES"),
    (card(button()), "components.0.type: UNION_TYPE_CHOICES"),
    (card(text() | {"id": 7}, text() | {"id": 7}), "components.1.id: COMPONENT_ID_DUPLICATED"),
    ({"content": "x", "allowed_mentions": {"parse": ["all"]}}, "allowed_mentions.parse.0: BASE_TYPE_CHOICES"),
    (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions: MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
]


@pytest.mark.parametrize(("body", "problem"), BAD_MESSAGES, ids=[problem for _, problem in BAD_MESSAGES])
def test_what_discord_refuses_in_a_message_is_refused(body: Json, problem: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_message(body, ["a.png"])
    assert refused.value.body["code"] == 50035
    assert problem in problems_of(refused.value)


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": "  "}, {"components": [row(button())]}])
def test_an_empty_message_is_refused(body: Json) -> None:
    with pytest.raises(Refusal) as refused:
        check_message(body, [])
    assert refused.value.body["code"] == 50006


def test_a_v2_message_stays_one() -> None:
    for body in ({"content": "x"}, {"flags": 0, "components": [text()]}):
        with pytest.raises(Refusal) as refused:
            check_message(body, [], old_flags=V2, editing=True)
        assert refused.value.body["code"] == 50035
    check_message({"components": [text()]}, [], old_flags=V2, editing=True)


def field(component: Json | None = None, **more: Any) -> Json:
    return {"type": 18, "label": "A field", "component": component or text_input(), **more}


def text_input(custom_id: str = "t", **more: Any) -> Json:
    return {"type": 4, "custom_id": custom_id, "style": 1, **more}


def form(*parts: Json, **more: Any) -> Json:
    return {"custom_id": "f", "title": "A form", "components": list(parts), **more}


def radio(count: int, **more: Any) -> Json:
    return {"type": 21, "custom_id": "r", "options": options(count, **more)}


def boxes(count: int, **more: Any) -> Json:
    return {"type": 22, "custom_id": "c", "options": options(count), **more}


@pytest.mark.parametrize(
    "body",
    [
        form(field()),
        form(*(field(text_input(str(n))) for n in range(5))),
        form(text("Read this first."), field(radio(10), description="x" * 100)),
        form(field(boxes(10, min_values=0, required=False))),
        form(text("Read this first."), field(radio(2)), field(boxes(1)), field(select(25)), field(text_input())),
        form(field({"type": 8, "custom_id": "c", "channel_types": [0, 15]})),
        form(field({"type": 19, "custom_id": "u"})),
        form(row(text_input(label="Old style"))),
    ],
)
def test_a_form_that_discord_opens_is_opened(body: Json) -> None:
    problems = Problems()
    check_form(problems, (), body)
    problems.settle()


BAD_FORMS: list[tuple[Json, str]] = [
    (form(), "components: BASE_TYPE_BAD_LENGTH"),
    (form(*(field(text_input(str(n))) for n in range(6))), "components: BASE_TYPE_BAD_LENGTH"),
    (form(field(), title="x" * 46), "title: BASE_TYPE_MAX_LENGTH"),
    (form(field(), custom_id=""), "custom_id: BASE_TYPE_REQUIRED"),
    (form(field(label="x" * 46)), "components.0.label: BASE_TYPE_MAX_LENGTH"),
    (form(field(description="x" * 101)), "components.0.description: BASE_TYPE_MAX_LENGTH"),
    (form(field(radio(1))), "components.0.component.options: BASE_TYPE_BAD_LENGTH"),
    (form(field(radio(11))), "components.0.component.options: BASE_TYPE_BAD_LENGTH"),
    (form(field(boxes(11))), "components.0.component.options: BASE_TYPE_BAD_LENGTH"),
    (form(field(boxes(0))), "components.0.component.options: BASE_TYPE_BAD_LENGTH"),
    (form(field(select(26))), "components.0.component.options: BASE_TYPE_BAD_LENGTH"),
    (form(text(), *(field(text_input(str(n))) for n in range(5))), "components: BASE_TYPE_BAD_LENGTH"),
    (form(text("x" * 4001), field()), "components.0.content: BASE_TYPE_MAX_LENGTH"),
    (form(radio(2)), "components.0.type: UNION_TYPE_CHOICES"),
    (form(field(text())), "components.0.component.type: UNION_TYPE_CHOICES"),
    (form(field(radio(2, default=True))), "components.0.component.options: SELECT_COMPONENT_TOO_MANY_DEFAULTS"),
    (form(field(radio(2, emoji={"name": "🌱"}))), "components.0.component.options.0.emoji: UNKNOWN_KEY"),
    (form(field(boxes(2, max_values=3))), "components.0.component.max_values: NUMBER_TYPE_MAX"),
    (form(field(boxes(2, min_values=0))), "components.0.component.required: SELECT_REQUIRED_MIN_VALUES"),
    (form(field(text_input(value="x" * 9, max_length=8))), "components.0.component.value: BASE_TYPE_MAX_LENGTH"),
    (form(field(text_input(max_length=4001))), "components.0.component.max_length: NUMBER_TYPE_MAX"),
    (form(field(text_input(label="Twice"))), "components.0.component.label: COMPONENT_LABEL_TWICE"),
    (form(field(text_input("t")), field(text_input("t"))), "components.1.component.custom_id: COMPONENT_CUSTOM_ID_DUPLICATED"),
    (form(field(select(2, disabled=True))), "components.0.component.disabled: SELECT_COMPONENT_DISABLED_IN_MODAL"),
    (form(row(button())), "components.0.components.0.type: UNION_TYPE_CHOICES"),
    (form(field(button())), "components.0.component.type: UNION_TYPE_CHOICES"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "problem"), BAD_FORMS, ids=[problem for _, problem in BAD_FORMS])
def test_what_discord_refuses_in_a_form_is_refused(body: Json, problem: str) -> None:
    problems = Problems()
    check_form(problems, (), body)
    with pytest.raises(Refusal) as refused:
        problems.settle()
    assert problem in problems_of(refused.value)


def command(name: str = "learn", **more: Any) -> Json:
    return {"name": name, "description": "Read a lesson", **more}


def option(name: str = "theme", kind: int = 3, **more: Any) -> Json:
    return {"name": name, "description": "Which one", "type": kind, **more}


def choices(count: int) -> list[Json]:
    return [{"name": f"choice {n}", "value": str(n)} for n in range(count)]


@pytest.mark.parametrize(
    "commands",
    [
        [command(f"c{n}") for n in range(100)],
        [command(options=[option(required=True), option("other")])],
        [command(options=[option("a", 2, options=[option("b", 1, options=[option()])])])],
        [command(options=[option(choices=choices(25))])],
        [command("übung", description_localizations={"de": "Eine Lektion lesen"})],
    ],
)
def test_commands_that_discord_registers_are_registered(commands: list[Json]) -> None:
    assert check_commands(commands) == commands


BAD_COMMANDS: list[tuple[list[Json], str]] = [
    ([command("Learn")], "0.name: APPLICATION_COMMAND_INVALID_NAME"),
    ([command("learn more")], "0.name: APPLICATION_COMMAND_INVALID_NAME"),
    ([command("l" * 33)], "0.name: BASE_TYPE_MAX_LENGTH"),
    ([command(description="")], "0.description: BASE_TYPE_REQUIRED"),
    ([command(description="x" * 101)], "0.description: BASE_TYPE_MAX_LENGTH"),
    ([command(), command()], "1.name: APPLICATION_COMMANDS_DUPLICATE_NAME"),
    ([command(descripton="x")], "0.descripton: UNKNOWN_KEY"),
    ([command(options=[option(f"o{n}") for n in range(26)])], "0.options: BASE_TYPE_BAD_LENGTH"),
    ([command(options=[option("a"), option("b", required=True)])], "0.options.1: APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"),
    ([command(options=[option(), option()])], "0.options.1.name: APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"),
    ([command(options=[option(choices=choices(26))])], "0.options.0.choices: BASE_TYPE_BAD_LENGTH"),
    (
        [command(options=[option(choices=choices(1), autocomplete=True)])],
        "0.options.0: APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE",
    ),
    ([command(options=[option("a", 1), option("b")])], "0.options: APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
    (
        [command(options=[option("a", 2, options=[option("b", 2)])])],
        "0.options.0.options.0: APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    ),
    (
        [command(options=[option(f"o{n}", choices=[{"name": "n" * 90 + str(i), "value": "v" * 100} for i in range(25)])
                          for n in range(2)])],
        "0: APPLICATION_COMMAND_TOO_LARGE",
    ),
    ([command(description_localizations={"xx": "?"})], "0.description_localizations.xx: ENUM_TYPE_COERCE"),
    ([command(contexts=[3])], "0.contexts.0: NUMBER_TYPE_MAX"),
    ([command(options=[option(kind=4, min_value=5, max_value=4)])], "0.options.0.min_value: APPLICATION_COMMAND_OPTIONS_MIN_MAX"),
]  # fmt: skip


@pytest.mark.parametrize(("commands", "problem"), BAD_COMMANDS, ids=[problem for _, problem in BAD_COMMANDS])
def test_commands_that_discord_refuses_are_refused(commands: list[Json], problem: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_commands(commands)
    assert problem in problems_of(refused.value)


def test_a_hundred_and_one_commands_are_too_many() -> None:
    with pytest.raises(Refusal) as refused:
        check_commands([command(f"c{n}") for n in range(101)])
    assert refused.value.body["code"] == 30032


# -- over HTTP, as the wire shows it


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    standin = StandIn(World.evening())
    await standin.start()
    yield standin
    await standin.stop()


async def ask(standin: StandIn, method: str, path: str, body: Any = None, *, token: str = "rehearsal") -> tuple[int, Any, Any]:
    headers = {"Authorization": f"Bot {token}"}
    url = f"{standin.url}/api/v10{path}"
    async with aiohttp.ClientSession(headers=headers) as client, client.request(method, url, json=body) as response:
        return response.status, await response.json(), response.headers


async def test_errors_and_headers_have_discords_form(standin: StandIn) -> None:
    study = standin.world.server.channel_named("study-room").id
    status, shape, headers = await ask(standin, "POST", f"/channels/{study}/messages", {"content": "x" * 2001})
    assert status == 400
    assert headers["Content-Type"] == "application/json"
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("5", "4")
    assert shape == {
        "message": "Invalid Form Body", "code": 50035,
        "errors": {"content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}]}},
    }  # fmt: skip
    assert (await ask(standin, "GET", "/users/@me", token="wrong"))[:2] == (401, {"message": "401: Unauthorized", "code": 0})
    assert (await ask(standin, "GET", "/channels/1"))[1]["code"] == 10003
    assert (await ask(standin, "GET", f"/channels/{study}/messages/1"))[1]["code"] == 10008
    assert (await ask(standin, "POST", "/interactions/1/abc/callback", {"type": 4}))[1]["code"] == 10062
    assert (await ask(standin, "POST", f"/webhooks/{standin.world.application_id}/abc", {"content": "x"}))[1]["code"] == 10015
    assert (await ask(standin, "GET", "/nowhere"))[0] == 501
    gateway = (await ask(standin, "GET", "/gateway/bot"))[1]
    assert gateway["url"].startswith("ws://127.0.0.1:")
    assert gateway["session_start_limit"]["total"] == 1000


async def test_problems_are_nested_as_deep_as_they_lie(standin: StandIn) -> None:
    study = standin.world.server.channel_named("study-room").id
    shown = card(text(), row(button(label="x" * 81), button(custom_id="x" * 101)))
    status, shape, _ = await ask(standin, "POST", f"/channels/{study}/messages", shown)

    def told(code: str, most: int) -> Json:
        return {"_errors": [{"code": code, "message": f"Must be {most} or fewer in length."}]}

    assert (status, shape["code"], shape["message"]) == (400, 50035, "Invalid Form Body")
    buttons = {
        "0": {"label": told("BASE_TYPE_MAX_LENGTH", 80)}, "1": {"custom_id": told("BASE_TYPE_MAX_LENGTH", 100)},
    }  # fmt: skip
    assert shape["errors"] == {"components": {"1": {"components": buttons}}}


async def test_a_forum_that_wants_a_tag_refuses_a_post_without_one(standin: StandIn) -> None:
    forum = standin.world.add_channel(standin.world.server, "tagged", Kind.FORUM, tags=["Week"])
    forum.requires_tag = True
    post: Json = {"name": "A post", "message": card(text())}
    assert (await ask(standin, "POST", f"/channels/{forum.id}/threads", post))[1]["code"] == 40067
    tagged = post | {"applied_tags": [str(forum.tags[0].id)]}
    status, shape, _ = await ask(standin, "POST", f"/channels/{forum.id}/threads", tagged)
    assert status == 201
    assert shape["applied_tags"] == [str(forum.tags[0].id)]
    assert shape["message"]["id"] == shape["id"]
    assert (await ask(standin, "POST", f"/channels/{forum.id}/messages", card(text())))[1]["code"] == 50008
