"""The promise, checked on the disk and in the log: who somebody is, and what they write, is nowhere.

Everything is searched as bytes, in every way in which a number may be written down.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest
from evening import Evening, answered, card
from mischief import CODE, ask, group_id, lines, posts, rows

from bot.cards import Card, Visit
from bot.commands.command import Step
from bot.commands.learn import LEARN
from bot.learner_key import Secret, Someone
from bot.library import Library
from bot.storage import Store
from rehearsal.people import Person

LONG_NAME = "Wilhelmina van der Ötztal"
SECRET_TEXTS = (
    "I owe my cousin four hundred euros",
    "meet me behind the old granary",
    "a theme that only Chi would type",
    "Ortsname-den-nur-Mo-kennt",
)


def spellings(number: int) -> Iterator[bytes]:
    """A user id in every way in which it may be written."""
    eight = number.to_bytes(8), number.to_bytes(8, "little")
    for written in (str(number), f"{number:x}", f"{number:X}", f"{number:o}"):
        yield written.encode()
        yield base64.b64encode(written.encode()).rstrip(b"=")
        yield written[::-1].encode()
    yield number.to_bytes((number.bit_length() + 7) // 8)  # a row of SQLite holds a number in as few bytes as fit
    for raw in eight:
        yield raw
        yield base64.b64encode(raw).rstrip(b"=")
        yield base64.urlsafe_b64encode(raw).rstrip(b"=")
        yield raw.hex().encode()
    digits = base36(number)
    yield digits.encode()
    yield digits.upper().encode()


def base36(number: int) -> str:
    return "" if not number else base36(number // 36) + "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36]


def everything_kept(evening: Evening) -> dict[str, bytes]:
    """The bytes of every file in the bot's folder, and the whole log."""
    kept = {str(file.relative_to(evening.folder)): file.read_bytes() for file in evening.folder.rglob("*") if file.is_file()}
    assert "data/red-flask.db" in kept
    return kept | {"the log": evening.said.getvalue().encode()}


def key_of(evening: Evening, person: Person, group: int) -> str:
    assert evening.settings.learner_secret
    return str(Someone(Secret(evening.settings.learner_secret.encode()), person.user.id).key(f"group {group}"))


def spellings_of_key(key: str) -> list[bytes]:
    raw = base64.urlsafe_b64decode(key + "==")
    return [key.encode(), raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"=")]


async def whole_evening(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that people can do, with an unexpected exception and a lost answer in between."""
    await evening.group(moderators_channel=evening.room("moderators"))
    await evening.group("announcements", "Monday readers")
    room = evening.room()
    mo, ada, ben, chi = (evening.person(name, "de") for name in ("Mo", "Ada", "Ben", "Chi"))
    evening.standin.world.add_member(evening.standin.world.server, LONG_NAME, username="w.oetztal")
    await evening.joined("Ada", "Ben", "Chi", LONG_NAME)
    await evening.joined("Ada", channel="announcements")
    for person in (ada, ben):
        await person.say(room, SECRET_TEXTS[0])
        seen = await person.command(room, "learn", theme="data-aggregation")
        for _ in range(2):
            seen = await person.press(card(seen), "Next")
        seen = await person.press(card(seen), "Take the quiz")
        for number in range(5):
            seen = await answered(person, seen)
            seen = await person.press(card(seen), "See how it went" if number == 4 else "Next question")
        await person.command(person.dm(), "quiz", theme="opting-in")
    await mo.command(room, "discuss", theme="data-aggregation", prompt="which-flow")
    [prompt] = posts(evening, "study-room", "Which flow")
    await chi.say(prompt.id, SECRET_TEXTS[1])  # in its thread
    await ben.press(prompt, "Read the lesson")
    for person in (ada, ben, chi):
        await person.command(room, "progress")
        await person.command(room, "my-data show")
    await chi.command(room, "learn", theme=SECRET_TEXTS[2])
    await chi.complete(room, "learn", "theme", SECRET_TEXTS[2])
    await mo.command(room, "group edit", time_zone=SECRET_TEXTS[3])
    form = (await mo.command(room, "group edit")).form
    assert form
    await mo.submit(form, {"Time zone": SECRET_TEXTS[3]})

    async def breaks(visit: Visit, library: Library, store: Store) -> Card:
        raise ValueError(f"{visit.text('theme')} {ada.user.id} {ada.user.username}")

    monkeypatch.setitem(LEARN.steps, "begin", Step(breaks))
    broken = await chi.command(room, "learn", theme=SECRET_TEXTS[2])
    assert CODE.search(broken.text)
    monkeypatch.undo()
    chi.patience = 0.5
    evening.standin.misbehave("POST", "/callback", 403)
    await chi.command(room, "about")
    await evening.standin.drop_gateway()
    assert "1 membership" in (await ben.command(room, "leave")).text
    assert lines(evening, "level=error", "step=learn.begin")
    assert lines(evening, "not answered")


async def test_no_file_and_no_line_of_the_log_says_who_somebody_is_or_what_they_wrote(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    await whole_evening(evening, monkeypatch)
    world = evening.standin.world
    members = [member.user for member in world.server.members.values() if not member.user.bot]
    assert len(members) >= 4
    for running in (True, False):
        kept = everything_kept(evening)
        if running:
            assert {"data/red-flask.db-wal", "data/red-flask.db-shm"} <= set(kept)
        for name, content in kept.items():
            for user in members:
                for spelling in spellings(user.id):
                    assert spelling not in content, f"{name} knows {user.username} as {spelling!r}"
                assert user.username.encode() not in content, name
                # A name of two letters would be found by chance among the bytes of a database, in a log it would not.
                if len(user.name) > 2 or name == "the log":
                    assert user.name not in _words(content), f"{name} says {user.name}"
            for text in SECRET_TEXTS:
                assert text.encode() not in content, f"{name} has what somebody wrote"
                assert text.casefold().encode() not in content.lower()
        if running:
            await evening.stop_bot()
    assert rows(evening)["learners"] == 4


def _words(content: bytes) -> set[str]:
    """Whole words: the letters of a short name may stand within a longer word, or within a key."""
    found = set(re.findall(r"(?<![\w-])[A-Z]\w+(?![\w-])", content.decode("utf-8", "replace")))
    return found | {name for name in (LONG_NAME,) if name.encode() in content}


def test_the_search_finds_an_id_however_it_is_written() -> None:
    number = 1574388310028058624
    in_base64 = base64.b64encode(str(number).encode()).decode()
    for written in (f"user={number}", f"<@{number}>", f"{number:#x}", number.to_bytes(8).hex(), in_base64):
        assert any(spelling in written.encode() for spelling in spellings(number)), written


async def test_no_token_of_an_interaction_stands_in_the_log(evening: Evening) -> None:
    await evening.group()
    for call in evening.standin.requests:
        for part in call.path.split("/"):
            if len(part) > 24:
                assert part not in evening.said.getvalue()
    assert "rehearsal, long enough" not in evening.said.getvalue()


async def test_the_same_person_is_somebody_else_in_another_group(evening: Evening) -> None:
    await evening.group()
    await evening.group("announcements", "Monday readers")
    ada, ben = evening.person("Ada"), evening.person("Ben")
    await evening.joined("Ada", "Ben")
    await evening.joined("Ada", channel="announcements")
    kept = dict(ask(evening, "SELECT group_id, group_concat(learner_key) FROM learners GROUP BY group_id"))
    here, there = group_id(evening), group_id(evening, "Monday readers")
    assert set(kept[here].split(",")) == {key_of(evening, ada, here), key_of(evening, ben, here)}
    assert kept[there] == key_of(evening, ada, there)
    assert kept[there] not in kept[here]


@pytest.mark.parametrize("way", ["leave", "erase", "close"])
async def test_after_an_erasure_not_a_byte_of_the_key_is_left_in_any_file(way: str, evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada", "Ben")
    mo, ada, room = evening.person("Mo"), evening.person("Ada"), evening.room()
    key = key_of(evening, ada, group_id(evening))
    seen = await ada.command(room, "quiz", theme="data-aggregation")
    await answered(ada, seen)
    assert any(key.encode() in content for content in everything_kept(evening).values())
    if way == "leave":
        assert "Erased on" in (await ada.command(room, "leave")).text
    elif way == "erase":
        assert "Erased on" in (await ada.press(card(await ada.command(room, "my-data show")), "Erase all of it")).text
    else:
        sure = await mo.press(card(await mo.command(room, "group show")), "Close the group")
        assert "is closed" in (await mo.press(card(sure), "Close and erase now")).text
    for name, content in everything_kept(evening).items():
        for spelling in spellings_of_key(key):
            assert spelling not in content, name
    others = sum(rows(evening)[table] for table in ("learners", "lessons_read", "answers"))
    assert others == (0 if way == "close" else 1)


async def test_no_control_and_no_public_message_carries_a_learner_key_or_a_user_id(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    await whole_evening(evening, monkeypatch)
    world = evening.standin.world
    people = [member.user for member in world.server.members.values() if not member.user.bot]
    groups = [group_id(evening), group_id(evening, "Monday readers")]
    keys = [key_of(evening, Person(evening.standin, user.id), group) for user in people for group in groups]
    ours = [message for message in world.messages.values() if message.author.bot]
    assert len(ours) > 10
    for message in ours:
        for custom_id in message.custom_ids:
            for user in people:
                assert not any(spelling.decode("latin-1") in custom_id for spelling in spellings(user.id))
            assert not any(key in custom_id for key in keys)
        assert not any(key in message.text for key in keys)
        if message.ephemeral_to is None and message.server_id is not None:
            assert not any(user.name in re.findall(r"\w+", message.text) for user in people)
