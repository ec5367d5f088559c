"""Counts without whose: they add up, they outlast their learners, they move only with k new answers, and a press costs nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from at_the_desk import GROUP, LIBRARY, buttons_of, opened_counter, text_of, visit_to
from engines import ANNA, DAY, with_learners
from evening import Evening, answered, card
from hypothesis import given
from hypothesis import strategies as st
from mischief import ask
from test_content import in_use

from bot.cards import Card
from bot.evidence import about_of
from bot.kept import VERSION
from bot.main import main
from bot.press import Press
from bot.storage import Counts, StorageTrouble, Store
from rehearsal.people import Person

THEME = LIBRARY.course("en").themes[0]
QUESTION = THEME.questions[0]
ABOUT = about_of(THEME.name, QUESTION)


async def test_counts_are_told_from_k_answers_up_and_anew_with_k_more_on_another_day(store: Store) -> None:
    group = await with_learners(store)
    for of in (None, group):

        async def told(day: int, of: int | None = of) -> Counts:
            return await store.tallies(of, k=3, on=DAY + timedelta(days=day))

        for _ in range(2):
            store.count(of, "a/1", ("answered", "right"))
        assert await told(0) == {}
        store.count(of, "a/1", ("answered",))
        assert await told(0) == {"a/1": {"answered": 3, "right": 2}}
        for _ in range(2):
            store.count(of, "a/1", ("answered",))
        assert await told(1) == {"a/1": {"answered": 3, "right": 2}}, "two new answers could be told from one another"
        store.count(of, "a/1", ("answered", "right"))
        assert await told(0) == {"a/1": {"answered": 3, "right": 2}}, "on the same day it moves no more"
        assert await told(1) == {"a/1": {"answered": 6, "right": 3}}
        assert await store.tallies(of, k=7, on=DAY + timedelta(days=2)) == {}, "told from fewer than is set today"


async def test_counts_of_the_course_and_of_groups_are_apart_and_a_groups_go_with_it(store: Store) -> None:
    one, two = await with_learners(store), await with_learners(store)
    for of, times in ((None, 3), (one, 4), (two, 5)):
        for _ in range(times):
            store.count(of, "a/1", ("answered",))
    day = DAY
    for of, times in ((None, 3), (one, 4), (two, 5)):
        assert await store.tallies(of, k=3, on=day) == {"a/1": {"answered": times}}
    assert (await store.erase_group(one)).group_tallies == 1
    store.count(one, "a/1", ("answered",))
    assert await store.tallies(one, k=1, on=day) == {}, "a late press brings nothing of an erased group back"
    assert await store.tallies(two, k=3, on=day) == {"a/1": {"answered": 5}}


async def test_erasing_a_learner_changes_no_count(store: Store) -> None:
    group = await with_learners(store, ANNA)
    for _ in range(3):
        store.count(group, "a/1", ("answered",))
    before = await store.tallies(group, k=3, on=DAY)
    await store.erase_learner(group, ANNA)
    assert await store.tallies(group, k=3, on=DAY + timedelta(days=9)) == before


async def test_what_waits_is_written_when_the_store_closes_and_kept_when_it_cannot_be_written(sqlite_url: str) -> None:
    from bot.storage import open_store

    store = await open_store(sqlite_url)
    store.count(None, "a/1", ("answered",))
    await store.close()
    store.count(None, "a/1", ("answered",))
    with pytest.raises(StorageTrouble):
        await store.write_tallies()
    assert store._waiting.total() == 1
    again = await open_store(sqlite_url)
    assert await again.tallies(None, k=1, on=DAY) == {"a/1": {"answered": 1}}
    await again.close()


# ---------------------------------------------------------------- at the desk: what a quiz counts

presses = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2), st.booleans()), min_size=1, max_size=12)


@given(presses)
def test_whatever_is_pressed_however_often_each_learner_counts_once_and_the_parts_add_up(
    tmp_path_factory: pytest.TempPathFactory, presses: list[tuple[int, int, bool]]
) -> None:
    with opened_counter(tmp_path_factory.mktemp("tallies")) as counter:
        counter.do(counter.store.add_group(GROUP))
        group = GROUP.group_id
        for user in (1, 2):
            visit = visit_to(Press("join", "yes", (str(VERSION),), group), user=user)
            counter.serve(visit)
        for user, option, twice in presses:  # 3 and 4 are guests
            shown = counter.serve(visit_to(Press("quiz", "start", (str(THEME.number), "3"), group), user=user))
            for _ in range(3):
                while "## That's right" not in text_of(shown) and "## Not quite" not in text_of(shown):
                    assert isinstance(shown, Card)
                    ways = [one for one in buttons_of(shown) if one.press.step == "answer" and one.press.args[-1]]
                    press = ways[option % len(ways)].press
                    for _ in range(1 + twice):
                        shown = counter.serve(visit_to(press, user=user))
                assert isinstance(shown, Card)
                shown = counter.serve(visit_to(buttons_of(shown)[0].press, user=user))
        counter.do(counter.store.write_tallies())
        counts: dict[str, dict[str, int]] = {}
        rows = counter.rows("SELECT about, what, n FROM tallies")
        for about, what, n in rows:
            counts.setdefault(about, {})[what] = n
        learners = {user for user, _, _ in presses if user <= 2}
        answers = counter.rows("SELECT theme, question, count(*) FROM answers GROUP BY theme, question")
        by_about = {about_of(theme, LIBRARY.course("en").theme(theme).question(q)): n for theme, q, n in answers}  # type: ignore[union-attr,arg-type]
        assert {about: one["answered"] for about, one in counts.items()} == by_about
        one_choice = {about_of(THEME.name, question) for question in THEME.questions if question.kind == "one choice"}
        for about, one in counts.items():
            assert one["answered"] <= len(learners)
            if about in one_choice:
                assert sum(n for what, n in one.items() if what.startswith("option")) == one["answered"]
            assert one.get("right", 0) <= one["answered"]
            thirds = sum(one.get(third, 0) for third in ("low", "middle", "high"))
            rights = sum(one.get(f"{third} right", 0) for third in ("low", "middle", "high"))
            assert thirds <= one["answered"] and rights <= one.get("right", 0)
            if not any(twice for _, _, twice in presses):  # after a second press, its card no longer knows that the first counted
                assert (thirds, rights) == (one["answered"], one.get("right", 0)), "each quiz was played to its end"


# ---------------------------------------------------------------- by the front door


def crowd(evening: Evening, size: int) -> list[str]:
    """The names of so many made-up members."""
    world = evening.standin.world
    names = [f"Member {number}" for number in range(size)]
    for name in names:
        world.add_member(world.server, name)
    return names


async def play(person: Person, evening: Evening, theme: str, letter: str, questions: int) -> None:
    seen = await person.command(evening.room(), "quiz", theme=theme, length=max(questions, 3))
    for number in range(1, questions + 1):
        seen = await answered(person, seen, letter)
        seen = await person.press(card(seen), "See how it went" if number == questions else "Next question")


async def test_authors_read_how_their_questions_do_and_below_k_nothing(
    evening: Evening, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await evening.group()
    names = crowd(evening, 6)
    monkeypatch.setenv("DATABASE_URL", evening.settings.database_url)
    monkeypatch.chdir(evening.folder)
    monkeypatch.setenv("CONTENT_DIR", str(evening.settings.content_dir))
    for name in names[:4]:
        await evening.joined(name)
        await play(evening.person(name), evening, THEME.name, "A", 10)
    await evening.stop_bot()
    assert await asyncio.to_thread(main, ["stats"]) == 0
    assert "0 questions of" in capsys.readouterr().out
    await evening.start_bot()
    for name in names[4:6]:
        await evening.joined(name)
        await play(evening.person(name), evening, THEME.name, "A", 10)
    await evening.stop_bot()
    assert await asyncio.to_thread(main, ["stats", "--theme", THEME.name]) == 0
    said = capsys.readouterr().out
    assert "6 answers, right at first try" in said
    total = ask(evening, "SELECT sum(n) FROM tallies WHERE what = 'answered'")
    assert total == [(60,)]
    assert await asyncio.to_thread(main, ["stats", "table.csv"]) == 0
    assert (evening.folder / "table.csv").read_text().startswith("theme,question,answers")
    assert await asyncio.to_thread(main, ["stats", "table.txt"]) == 1
    assert await asyncio.to_thread(main, ["stats", "--theme", "nosuch"]) == 1
    await evening.start_bot()


async def test_moderators_read_how_their_own_questions_do(evening: Evening) -> None:
    await evening.group()
    await in_use(evening)
    people = crowd(evening, 6)
    mo = evening.person("Mo")
    for name in people[:4]:
        await evening.joined(name)
        await play(evening.person(name), evening, "Trees of our street", "A", 2)
    seen = await mo.command(evening.room(), "content stats")
    assert seen.private
    assert "2 questions have too few answers" in seen.text
    await evening.joined(people[4])
    await play(evening.person(people[4]), evening, "Trees of our street", "A", 2)
    seen = await mo.command(evening.room(), "content stats")
    assert "Which tree stands by the bridge?" in seen.text
    assert "Right at the first try: " in seen.text
    again = await mo.press(card(seen), "This file")
    assert "How it does" in again.labels
    assert (await mo.press(card(again), "How it does")).text == seen.text
    assert not ask(evening, "SELECT * FROM tallies")
    await evening.joined(people[5])
    await play(evening.person(people[5]), evening, "Trees of our street", "B", 2)
    assert (await mo.command(evening.room(), "content stats")).text == seen.text, "one answer more is not to be seen"
