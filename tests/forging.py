"""Forged presses, by the hundred thousand: custom_ids of the bot's own cards, changed as somebody would who looks for a hole.

One seed is one run: a database as it is after an evening, and so many visits by one kind of person. What is on the cards that come
back is forged again, so that it gets deep. Everything is real (desk, steps, store) but Discord, which takes whatever is posted.
"""

from __future__ import annotations

import asyncio
import io
import random
import shutil
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from at_the_desk import (
    AT,
    FACILITATORS,
    GROUP,
    HOME,
    LIBRARY,
    LOUNGE,
    MODERATOR,
    MODERATORS,
    OTHER,
    OTHER_HOME,
    SECRET,
    SERVER,
    presses_of,
    text_of,
    visit_to,
)
from msgspec.structs import replace
from test_cards_fit import must_fit

from bot.cards import Answer, Card, Channel, ChannelKind, Choice, Form, Given, Place, TextField
from bot.channels import Posted, Refused, Right
from bot.commands import COMMANDS, Desk
from bot.commands.desk import PICK
from bot.group import Group, Rights
from bot.kept import VERSION
from bot.learner_key import Someone
from bot.log import hear, start_log
from bot.press import NotAPress, Press
from bot.shelves import Shelves
from bot.storage import Store, open_store
from bot.upload import File

Who = Literal["outsider", "member", "moderator"]

FAR_SERVER, FAR_HOME = 99, 98
FAR = replace(GROUP, group_id=2**38 + 5, server_id=FAR_SERVER, name="Hidden circle", home_channel=FAR_HOME, moderators_channel=97)
CLOSED = replace(GROUP, group_id=2**37 + 5, name="Shut circle", home_channel=15, moderators_channel=None)
ADA, FORGER = 1, 2
MARKER = "ZZ-what-somebody-typed-ZZ"
"""Is in every hostile text: it must not be in the log."""
HOSTILE = (
    "@everyone <@1> <@&14> <#10> @here",
    "# A heading\n## Another\n-# small print\n> quoted\n>>> all of it",
    "[click](https://evil.example) <https://evil.example> https://evil.example",
    "`code` ```py\nfence\n``` **bold *both* __under__ ~~gone~~ ||spoiler||",
    "'; DROP TABLE learners; --",
    "\" OR 1=1 --",
    "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;",
    "\u202eturned\u202c \u2066isolated\u2069 zero\u200bwidth\ufeff \U000e0041",
    "\x00\x07\x1b[31m\r\n\ud800",
    "{0} %s %(x)s ${x} {{7*7}}",
    "💥" * 40 + "é" * 40,
    "=HYPERLINK(\"https://evil.example\")",
    "1" * 400,
)  # fmt: skip
WORDS = ("", "0", "1", "2", "3", "-1", "zz", "0z", "1" * 30, "three-ordinary-facts", "²", "٣", "=", "own", "learn", "on", "off")
LIKELY = ("19:00", "Europe/Berlin", "2026-09-01", "FREQ=WEEKLY", "Thursday", "scores", "Our own", "weekly", "prompt")
MODERATORS_TABLES = ("study_groups", "slots", "plan_runs", "own_prompts", "own_files", "postings", "publications", "rounds")
LEARNERS_TABLES = ("learners", "lessons_read", "answers")
PLACES: dict[Who, tuple[Place, ...]] = {
    "outsider": (Place(FAR_SERVER, FAR_HOME), Place(FAR_SERVER, HOME), Place(None, 5), Place(None, HOME)),
    "member": (*(Place(SERVER, room) for room in (HOME, OTHER_HOME, LOUNGE, MODERATORS)), Place(SERVER, 7, HOME)),
    "moderator": tuple(Place(SERVER, room) for room in (HOME, OTHER_HOME, LOUNGE, MODERATORS)),
}
GROUPS = (None, GROUP.group_id, OTHER.group_id, FAR.group_id, CLOSED.group_id, 0, 2**39 + 7, 2**40 - 2, 2**63)


class Everywhere:
    """Channels that take everything."""

    def __init__(self) -> None:
        self._number = 1000

    def _posted(self) -> Posted:
        self._number += 1
        return Posted(self._number, self._number)

    def serves(self, server: int) -> bool:
        return True

    def removed_from(self, server: int) -> bool:
        return False

    async def post(self, channel: int, card: Card, *, nonce: str, ping: int | None = None) -> Posted | Refused:
        must_fit(card)
        return self._posted()

    async def post_in_thread(self, thread: int, card: Card, *, nonce: str) -> Posted | Refused:
        must_fit(card)
        return self._posted()

    async def post_in_forum(self, forum: int, title: str, card: Card, **_: Any) -> Posted | Refused:
        must_fit(card)
        return self._posted()

    async def open_thread(self, channel: int, message: int, title: str, *, archive_after: int = 1440) -> int | Refused:
        return message

    async def edit(self, channel: int, message: int, card: Card) -> Posted | Refused:
        must_fit(card)
        return Posted(message)

    async def find_in_forum(self, forum: int, title: str, since: datetime) -> Posted | Refused | None:
        return None

    def channel(self, channel: int) -> Channel | None:
        return Channel(channel, "text", "a-room")

    def missing(self, channel: int, *rights: Right) -> str | None:
        return None

    def all_may_view(self, channel: int) -> bool:
        return channel not in (MODERATORS, 97)

    def role_pings(self, server: int, role: int) -> bool:
        return False


@dataclass
class Forger:
    """What somebody has seen so far, and makes others of."""

    chance: random.Random
    who: Who
    seen: list[str] = field(default_factory=list)
    forms: dict[str, Form] = field(default_factory=dict)
    cards: list[tuple[str, ...]] = field(default_factory=lambda: [()])

    def looks_at(self, answer: Answer) -> None:
        if isinstance(answer, Form):
            self.forms[answer.press.write()] = answer
            found = [answer.press]
        else:
            found = presses_of(answer)
            self._keep(self.cards, tuple(text_of(answer).split("\n\n")))
        for press in found:
            self._keep(self.seen, press.write())

    def _keep(self, things: list[Any], one: Any) -> None:
        if len(things) < 400:
            things.append(one)
        else:
            things[self.chance.randrange(400)] = one

    def custom_id(self) -> str:
        chance = self.chance
        custom_id = chance.choice(self.seen)
        if chance.random() < 0.25:
            return custom_id
        parts = custom_id.split(":")
        for _ in range(chance.choice((1, 1, 2, 3))):
            match chance.randrange(9):
                case 0 | 1 if len(parts) > 3:
                    group = chance.choice(GROUPS)
                    parts[3] = "" if group is None else Press("", "", (), group).write().split(":")[3]
                case 2 if len(parts) > 4:
                    parts[chance.randrange(4, len(parts))] = chance.choice(WORDS)
                case 3 if len(parts) > 4:
                    other = chance.choice(self.seen).split(":")
                    parts[chance.randrange(4, len(parts))] = chance.choice(other[4:] or [""])
                case 4:
                    parts.append(chance.choice(WORDS))
                case 5 if len(parts) > 4:
                    del parts[chance.randrange(4, len(parts))]
                case 6 if len(parts) > 2:
                    command = chance.choice(COMMANDS)
                    parts[1:3] = command.name, chance.choice(list(command.steps))
                case 7:
                    parts[0] = chance.choice(("0", "2", "", "11", "1 "))
                case _:
                    at = chance.randrange(len(custom_id) + 1)
                    return (custom_id[:at] + chance.choice(string.printable + "é٣%") + custom_id[at + chance.randrange(3) :])[:100]
        return ":".join(parts)[:100]

    def given(self, custom_id: str) -> dict[str, Given]:
        """What a form, a menu or a typed command might bring along; mostly of the right names."""
        chance, found = self.chance, dict[str, Given]()
        if form := self.forms.get(custom_id):
            for one in form.fields:
                if chance.random() < 0.9:
                    longest = one.longest if isinstance(one, TextField) else 100
                    found[one.name] = self._something(longest, getattr(one, "choices", ()))
        elif chance.random() < 0.4:
            found["picked"] = self._something(100, ())
        if chance.random() < 0.2:
            for name in chance.sample(OPTIONS, 2):
                found[name] = self._something(100, ())
        return found

    def _something(self, longest: int, choices: Iterable[Choice]) -> Given:
        chance, values = self.chance, [one.value for one in choices]
        match chance.randrange(8):
            case 0 | 1 | 2:
                return f"{MARKER}{chance.choice(HOSTILE)}"[:longest]
            case 3 if values:
                return chance.choice(values)
            case 4:
                return chance.choice((0, 1, FACILITATORS, SERVER, 2**63 - 1))
            case 5:
                kinds: tuple[ChannelKind, ...] = ("text", "forum", "other")
                return Channel(chance.choice((HOME, OTHER_HOME, LOUNGE, FAR_HOME)), chance.choice(kinds), MARKER)
            case 6 if values:
                return tuple(values[:3])
            case 7 if chance.random() < 0.2:
                name = chance.choice(("a.yaml", "b.gift", "c.csv", MARKER))
                return File(name, f"{MARKER}{chance.choice(HOSTILE)}".encode("utf-8", "replace"))
            case _:
                return chance.choice((*WORDS, *LIKELY))[:longest]


OPTIONS = sorted({one.name for command in COMMANDS for one in command.options} | {
    one.name for command in COMMANDS for sub in command.subcommands for one in sub.options
})  # fmt: skip


async def template(file: Path) -> None:
    """A database as it is after an evening."""
    store = await open_store(f"sqlite:///{file}")
    for group in (GROUP, OTHER, FAR, CLOSED):
        assert await store.add_group(Group(*(getattr(group, name) for name in Group.__struct_fields__)))
    await store.close_group(CLOSED.group_id, on=AT.date())
    course = LIBRARY.course("en")
    for group in (GROUP, FAR):
        key = Someone(SECRET, ADA).key(f"group {group.group_id}")
        await store.join(group.group_id, key, consent_version=VERSION, on=AT.date())
        await store.mark_read(group.group_id, key, course.themes[0].name, course.themes[0].lessons[0].name, on=AT.date())
        await store.record_answer(group.group_id, key, course.themes[0].name, 1, turn=0, was_right=True, on=AT.date())
        await store.add_own_prompt(group.group_id, "Our own", "What do we say to each other?", AT.date())
    await store.close()


async def forge(database: Path, seed: int, many: int, who: Who) -> None:
    """So many visits on a copy of that database; AssertionError with the seed if one of them did what it must not."""
    copy = database.with_name(f"copy-{who}-{seed}.db")
    shutil.copyfile(database, copy)
    store = await open_store(f"sqlite:///{copy}")
    said, events = io.StringIO(), list[str]()
    start_log("DEBUG", said)
    stop = hear(events.append)
    desk = Desk(COMMANDS, Shelves(LIBRARY, store), store, Everywhere(), reports_to=77)
    forger = Forger(random.Random(seed), who)
    try:
        before = await _guarded(store, who)
        await _looks_around(desk, forger)
        for start in range(0, many, 20):  # side by side, as on a real evening
            if who == "moderator":  # who may close groups, and then there is nothing left to try
                for group in (GROUP, OTHER):
                    await store.reopen_group(group.group_id)
            await asyncio.gather(*(_one(desk, forger) for _ in range(min(20, many - start))))
        after = await _guarded(store, who)
        changed = {name: (before[name], rows) for name, rows in after.items() if rows != before[name]}
        assert not changed, f"something changed that this person may not change: {changed}"
    finally:
        stop()
        await store.close()
        for file in copy.parent.glob(f"{copy.name}*"):
            file.unlink()
    assert not events, said.getvalue()
    assert MARKER not in said.getvalue()


async def _looks_around(desk: Desk, forger: Forger) -> None:
    """Every typed command, and every step, once, so that there is something to forge."""
    rights = MODERATOR if forger.who == "moderator" else Rights()
    for command in COMMANDS:
        for step in command.steps:
            for group in (GROUP.group_id, FAR.group_id, None):
                forger.seen.append(Press(command.name, step, (), group).write())
        for typed in [one.name for one in command.subcommands] or [command.first]:
            press = Press(command.name, typed)
            forger.looks_at(await desk.serve(visit_to(press, user=FORGER, place=PLACES[forger.who][0], rights=rights)))
    forger.seen += [Press(PICK, "group", (command.name, command.first)).write() for command in COMMANDS]


async def _one(desk: Desk, forger: Forger) -> None:
    chance = forger.chance
    custom_id = forger.custom_id()
    try:
        press = Press.read(custom_id)
    except NotAPress:
        press = Press("?", "?")  # as chat/client.py does
    rights = {"moderator": MODERATOR, "outsider": MODERATOR, "member": Rights(roles=frozenset({5}))}[forger.who]
    visit = visit_to(
        press,
        user=FORGER,
        place=chance.choice(PLACES[forger.who]),
        rights=rights,
        given=forger.given(custom_id),
        on_card=chance.choice(forger.cards),
        on_message=chance.choice((None, 1, 1001, 2**63 - 1)),
    )
    if visit.place.server is None:
        visit = replace(visit, rights=Rights())
    answer = await desk.serve(visit)
    about = f"{custom_id!r} {visit.given!r} {visit.place}"
    said = text_of(answer)
    assert said.strip(), about
    assert "Something went wrong on my side" not in said, f"a bug: {about}"
    assert "refused a value" not in said, f"the database had to refuse: {about}"
    others = (GROUP, OTHER, CLOSED) if forger.who == "outsider" else (FAR,)
    assert not any(one.name in said for one in others), f"tells of another server: {about}"
    try:
        must_fit(answer)
    except Exception as error:
        raise AssertionError(f"Discord would not take the answer to {about}") from error
    forger.looks_at(answer)


async def _guarded(store: Store, who: Who) -> dict[str, Any]:
    """All that somebody like that must not be able to change."""
    ours = (GROUP.group_id, OTHER.group_id, CLOSED.group_id)
    groups = {"outsider": ours, "member": (*ours, FAR.group_id), "moderator": (FAR.group_id,)}[who]
    tables = MODERATORS_TABLES if who == "member" else (*MODERATORS_TABLES, *LEARNERS_TABLES)
    among = ", ".join(map(str, groups))
    found: dict[str, Any] = {}
    for table in tables:
        [rows] = await store._engine.read((f"SELECT * FROM {table} WHERE group_id IN ({among})", {}))
        found[table] = sorted(map(repr, rows))
    if who == "member":
        key = Someone(SECRET, ADA).key(f"group {GROUP.group_id}")
        for table in LEARNERS_TABLES:
            [rows] = await store._engine.read((f"SELECT * FROM {table} WHERE learner_key = :key", {"key": key}))
            found[f"{table} of Ada"] = sorted(map(repr, rows))
    return found
