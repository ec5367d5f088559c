"""`bot/kept.py` promises that it lists everything that is kept about a learner. Here the promise meets the database."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from begun import fresh
from evening import ROOT
from msgspec.structs import fields

from bot.cards import Card, LearnerKey, Place, Text, Visit
from bot.commands.join import offer
from bot.commands.leave import leave
from bot.commands.my_data_show import erase, show
from bot.commands.receipt import receipt
from bot.group import Group, Rights
from bot.kept import AFTERWARDS, IN_ROUNDS, KEPT, KEY, NEVER, VERSION, how_long
from bot.kept_groups import DATABASE, GROUPS
from bot.learner_key import Secret, Someone
from bot.library import Library, read_library
from bot.press import Press
from bot.recall import Memory
from bot.storage import Erased, Store, open_store
from bot.storage.groups import TABLES as OF_GROUPS
from bot.storage.learners import TABLES as OF_LEARNERS

GROUP = Group(7, 1, "Thursday readers", 2, "text", None, None, "Europe/Berlin", "en", date(2026, 8, 6))
ADA = LearnerKey("AAAAAAAAAAAAAAAAAAAAAA")
BEN = LearnerKey("BBBBBBBBBBBBBBBBBBBBBB")
MEMORY = Memory(2306, 2118, date(2026, 8, 6))
VISIT = Visit(
    Someone(Secret(b"a secret of the tests, long enough"), 1),
    Place(1, 2),
    Rights(),
    Press("my-data", "show"),
    datetime(2026, 8, 7, tzinfo=UTC),
    group=GROUP,
    key=ADA,
)


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library(ROOT / "content")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A group in which Ada and Ben have a row of every kind, more than one where it can be."""
    store = await open_store(fresh(f"sqlite:///{tmp_path / 'kept.db'}"))
    await store.add_group(GROUP)
    for key in (ADA, BEN):
        await store.join(GROUP.group_id, key, consent_version=VERSION, on=date(2026, 8, 6))
        for lesson in ("three-ordinary-facts", "four-places-four-times"):
            await store.mark_read(GROUP.group_id, key, "data-aggregation", lesson)
        for number in (1, 2, 3):
            await store.record_answer(GROUP.group_id, key, "data-aggregation", number, turn=0, was_right=number != 2, memory=MEMORY)
        for part in ("before", "after"):
            assert await store.count_once(GROUP.group_id, key, f"plan:three-evenings/2026-08-06/{part}", ["answered"])
    yield store
    await store.close()


def text_of(card: Card) -> str:
    return "\n".join(part.markdown for part in card.parts if isinstance(part, Text))


async def learners_tables(store: Store) -> dict[str, set[str]]:
    tables: dict[str, set[str]] = {}
    for table, column in await store.columns():
        tables.setdefault(table, set()).add(column)
    return {table: columns for table, columns in tables.items() if "learner_key" in columns}


async def test_no_column_of_either_engine_is_on_no_list_or_on_two(url: str) -> None:
    opened = await open_store(url)
    columns = await opened.columns()
    await opened.close()
    learners = {(kept.table, name) for kept in KEPT for name in kept.names}
    assert {one for one in columns if "learner_key" in {name for table, name in columns if table == one[0]}} == learners
    lists = [*learners, *((one.table, column.name) for one in AFTERWARDS + IN_ROUNDS for column in one.about)]
    lists += [(one.table, name) for one in GROUPS + DATABASE for name in one.names]
    assert sorted(lists) == list(columns)


async def test_no_other_table_has_anything_of_a_learner(store: Store) -> None:
    known = {kept.table for kept in KEPT + AFTERWARDS + IN_ROUNDS}
    suspicious = ("user", "member", "person", "author", "learner", "nick", "avatar", "email")
    for table, column in await store.columns():
        if table not in known:
            assert not any(word in column for word in suspicious), f"{table}.{column}"


def test_what_learners_agreed_to_under_an_older_version_of_the_list_never_changes() -> None:
    """A column that is added here under an old number would be kept of those who never agreed to it."""
    brought = {
        1: {
            "learners": {"joined_on", "consent_version"},
            "lessons_read": {"theme", "lesson"},
            "answers": {"theme", "question", "times_asked", "was_right"},
        },
        2: {"learners": {"active_on", "paused", "changed"}},
        3: {"lessons_read": {"told"}, "answers": {"told"}},
        4: {"erasures": {"trace", "erased_on"}},
        5: {
            "answers": {"asked_on", "stability", "difficulty", "misled"},
            "measured": {"about"},
            "tallies": {"about", "what", "n", "told", "told_on"},
        },
    }
    for version, tables in brought.items():
        listed = {
            kept.table: {column.name for column in kept.about if column.since == version}
            for kept in KEPT + AFTERWARDS
            if any(column.since == version for column in kept.about)
        }
        assert listed == tables, f"version {version}: give what is new a higher number"
    assert set(brought) == set(range(1, VERSION + 1)), "write down here what the newest version brought"


def test_an_erasure_reaches_every_table_on_the_lists() -> None:
    assert {kept.table for kept in KEPT} == set(OF_LEARNERS)
    assert {kept.table for kept in KEPT + IN_ROUNDS} | {one.table for one in GROUPS} == set(OF_GROUPS)


def test_each_column_says_what_it_is_and_what_it_is_for() -> None:
    for kept in KEPT + AFTERWARDS + IN_ROUNDS:
        assert kept.why.startswith("so that")
        for column in kept.columns:
            assert column.what and column.who and column.long
            assert column.why.startswith("so that")
            assert not column.what.endswith(".")
    for one in GROUPS + DATABASE:
        assert all(name and what for name, what in one.columns)


def test_every_kind_of_row_is_counted_in_a_receipt() -> None:
    counts = {field.name: number for number, field in enumerate(fields(Erased), 11)}
    said = receipt(Erased(**counts), VISIT.at)
    for kept in KEPT:
        assert kept.count(counts[kept.table]) in said
    assert "2026-08-07" in said


@pytest.mark.parametrize("step", [leave, erase])
async def test_the_receipts_of_leaving_and_erasing_count_what_was_there(step: object, library: Library, store: Store) -> None:
    assert callable(step)
    said = text_of(await step(VISIT, library, store))
    for count in ("1 membership", "2 lessons read", "3 questions"):
        assert count in said
    said_again = text_of(await step(VISIT, library, store))
    assert "nothing" in said_again.casefold()


@pytest.mark.parametrize("step", [leave, erase])
async def test_erasing_leaves_no_row_of_this_learner_and_every_row_of_the_other(
    step: object, library: Library, store: Store, tmp_path: Path
) -> None:
    assert callable(step)
    before = await store.states(GROUP.group_id, BEN)
    await step(VISIT, library, store)
    with closing(sqlite3.connect(tmp_path / "kept.db")) as db:
        for table in await learners_tables(store):
            assert {key for (key,) in db.execute(f"SELECT learner_key FROM {table}")} == {BEN}, table
    assert await store.states(GROUP.group_id, BEN) == before


@pytest.mark.parametrize(("table", "column"), [(kept.table, column.name) for kept in KEPT for column in kept.about])
async def test_my_data_shows_every_column(table: str, column: str, library: Library, store: Store, tmp_path: Path) -> None:
    before = text_of(await show(VISIT, library, store))
    with closing(sqlite3.connect(tmp_path / "kept.db", isolation_level=None)) as db:
        where = "learner_key = :key AND rowid = (SELECT max(rowid) FROM " + table + " WHERE learner_key = :key)"
        [(value,)] = db.execute(f"SELECT {column} FROM {table} WHERE {where}", {"key": ADA}).fetchall()
        others = {
            "joined_on": "1999-12-31",
            "active_on": "1999-12-31",
            "was_right": int(value == 0),
            "paused": 1,
            "changed": 0,
            "told": 1,
            "asked_on": "1999-12-31",
            "misled": 1,
        }
        other = others.get(column, value + 41 if isinstance(value, int) else "something-else")
        db.execute(f"UPDATE {table} SET {column} = :other WHERE {where}", {"other": other, "key": ADA})
    assert text_of(await show(VISIT, library, store)) != before, f"{table}.{column} can change without anyone seeing it"


async def test_my_data_shows_what_is_kept_of_content_that_is_gone(library: Library, store: Store) -> None:
    await store.mark_read(GROUP.group_id, ADA, "a-lost-theme", "a-lost-lesson")
    await store.record_answer(GROUP.group_id, ADA, "a-lost-theme", 77, turn=0, was_right=True)
    said = text_of(await show(VISIT, library, store))
    for word in ("a-lost-theme", "a-lost-lesson", "77"):
        assert word in said


async def test_my_data_says_what_is_new_since_the_latest_summary_and_not_that_all_of_it_is_in_one(
    library: Library, store: Store
) -> None:
    """A summary tells only figures in which enough have moved, so that none waits does not mean that it is in."""
    assert "You have learnt something new since the latest summary" in text_of(await show(VISIT, library, store))
    await store._engine.write(("UPDATE learners SET changed = 0", {}))
    assert "You have learnt nothing new since the latest summary" in text_of(await show(VISIT, library, store))


async def test_the_card_before_joining_has_the_whole_list(library: Library, store: Store) -> None:
    await store.erase_learner(GROUP.group_id, ADA)
    said = text_of(await offer(VISIT, library, store))
    for kept in KEPT:
        assert kept.in_words in said
        for column in kept.about:
            assert column.what in said
    for kept in AFTERWARDS:
        for column in kept.about:
            assert column.what in said
        assert kept.long[1:] in said and kept.why in said
    for always in (how_long(180), KEY, NEVER, f"version {VERSION}"):
        assert always in said
