"""A plan opens and closes with the same questions: played by twelve, with the clock moved; and what may be seen of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from at_the_desk import LIBRARY
from engines import ANNA, BEN, DAY, with_learners
from evening import Evening, card
from mischief import ask, posts, until
from test_plan_command import in_days, started
from test_tallies import crowd

from bot.commands.measure import questions_of
from bot.kept import VERSION
from bot.plots import change_picture, learnt_picture
from bot.storage import Store
from rehearsal.people import Person, Seen
from rehearsal.things import Message

PLAN = LIBRARY.course("en").plan("three-evenings")
assert PLAN


def measured(evening: Evening) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for about, what, n in ask(evening, "SELECT about, what, n FROM group_tallies"):
        found.setdefault(about.rpartition("/")[2], {})[what] = n
    return found


def with_label(evening: Evening, label: str) -> Message | None:
    return next((one for one in reversed(posts(evening, "study-room")) if label in one.labels), None)


async def answer_all(person: Person, seen: Seen, right: bool, number: str) -> Seen:
    """Ten questions, known or not, and three statements with this number."""
    assert PLAN
    seen = await person.press(card(seen), "Begin")
    for place, (_, question) in enumerate(questions_of(PLAN, LIBRARY.course("en")), 1):
        assert f"{place} of 13" in seen.text
        assert question.ask in seen.text
        letter = next(
            line[2] for line in seen.text.splitlines() if line.startswith("**") and line.endswith(f"· {question.right_text}")
        )
        seen = await person.press(card(seen), letter if right else "I don't know")
        assert "right" not in seen.labels and "Not quite" not in seen.text
    for _ in range(3):
        assert "How much do you agree?" in seen.text
        seen = await person.press(card(seen), number)
    return seen


async def to_the_end(evening: Evening) -> Message:
    """Move the clock from item to item, so that nothing is missed, until the plan is through."""
    while ask(evening, "SELECT 1 FROM plan_runs"):
        [(due, left)] = ask(evening, "SELECT min(due_at), count(due_at) FROM slots")
        if left:
            evening.move(seconds=max(0, due - evening.now().timestamp()) + 60)
            evening.wake()
            await until(lambda left=left: ask(evening, "SELECT count(due_at) FROM slots") != [(left,)], seconds=30)  # type: ignore[misc]
        await until(lambda: not ask(evening, "SELECT 1 FROM postings WHERE state = 'claimed'"), seconds=30)
        await asyncio.sleep(0.2)
    await until(lambda: with_label(evening, "Answer again") is not None, seconds=30)
    found = with_label(evening, "Answer again")
    assert found
    return found


async def test_twelve_learners_answer_before_and_after_and_see_what_has_changed(evening: Evening) -> None:
    await evening.group()
    names = crowd(evening, 12)
    await evening.joined(*names)
    await started(evening, in_days(evening, 1))
    [(due,)] = ask(evening, "SELECT min(due_at) FROM slots")
    evening.move(seconds=due - evening.now().timestamp() + 60)
    evening.wake()
    await until(lambda: with_label(evening, "Answer") is not None, seconds=30)
    opening = with_label(evening, "Answer")
    assert opening and "Before we begin" in opening.text

    guest = await evening.person("Ben").press(opening, "Answer")
    assert guest.private and "who have joined" in guest.text
    for index, name in enumerate(names):
        begun = await evening.person(name).press(opening, "Answer")
        assert "stay in them when you leave" in begun.text
        done = await answer_all(evening.person(name), begun, index < 2, "2")
        assert "not even to you" in done.text
    before = measured(evening)["before"]
    assert before["answered"] == 12 == before["said 0"] == before["said 0 2"]
    assert before["right data-aggregation/1"] == 2
    assert len(ask(evening, "SELECT * FROM measured")) == 12

    # Once only; who leaves takes the mark along, and no count changes.
    assert "counts once" in (await evening.person(names[0]).press(opening, "Answer")).text
    await evening.person(names[0]).command(evening.room(), "leave")
    assert measured(evening)["before"] == before
    assert len(ask(evening, "SELECT * FROM measured")) == 11
    await evening.joined(names[0])

    closing = await to_the_end(evening)
    assert len(posts(evening, "study-room", "is through")) == 1
    assert "We have had 3 lessons and 3 talks together" in closing.text
    assert closing.labels == ["Answer again", "How we have changed", "What I have learnt"]
    assert "that is over" in (await evening.person(names[1]).press(opening, "Answer")).text

    # After it: four answers say nothing yet, twelve do; and the thirteenth can't be seen in it.
    for name in names[:4]:
        person = evening.person(name)
        done = await answer_all(person, await person.press(closing, "Answer again"), True, "5")
        assert "what is right, and why" in done.text
        assert "Data aggregation" in done.text or "✓" in done.text
    seen = await evening.person("Ben").press(closing, "How we have changed")
    assert seen.private and "Nothing can be told of the end yet" in seen.text
    for name in names[4:]:
        person = evening.person(name)
        await answer_all(person, await person.press(closing, "Answer again"), True, "5")
    seen = await evening.person("Ben").press(closing, "How we have changed")
    assert "few → nearly all" in seen.text
    assert "more than chance: more of us know it" in seen.text
    assert "What we think" in seen.text
    assert [picture.name for picture in card(seen).pictures] == ["change.png"]
    (evening.folder / "change.png").write_bytes(card(seen).pictures[0].bytes)
    evening.move(days=2)
    await evening.joined("Ben")
    await answer_all(evening.person("Ben"), await evening.person("Ben").press(closing, "Answer again"), False, "1")
    assert (await evening.person("Ben").press(closing, "How we have changed")).text == seen.text
    assert measured(evening)["after"]["answered"] == 13


async def test_what_i_have_learnt_is_mine_alone_and_stored_nowhere(evening: Evening) -> None:
    await evening.group()
    ada = evening.person("Ada")
    assert "guest" in (await ada.command(evening.room(), "progress")).text
    await evening.joined("Ada")
    lesson = await ada.command(evening.room(), "learn", theme="data-aggregation")
    for _ in range(2):
        lesson = await ada.press(card(lesson), "Next")
    before = ask(evening, "SELECT count(*) FROM lessons_read")
    seen = await ada.press(card(await ada.command(evening.room(), "progress")), "What I have learnt")
    assert seen.private
    assert "Three ordinary facts" in seen.text
    assert "%" not in seen.text
    [picture] = card(seen).pictures
    assert picture.bytes.startswith(b"\x89PNG")
    assert "Three ordinary facts" in (picture.alt or "")
    assert ask(evening, "SELECT count(*) FROM lessons_read") == before


async def test_each_learner_counts_once_whatever_comes_at_the_same_time(store: Store) -> None:
    group = await with_learners(store, ANNA, BEN)
    counted = await asyncio.gather(*(store.count_once(group, ANNA, "plan:a/1/before", ["answered", "right b/1"]) for _ in range(4)))
    assert sorted(counted) == [False, False, False, True]
    assert await store.count_once(group, BEN, "plan:a/1/before", ["answered"])
    assert await store.tallies(group, k=2, on=DAY) == {"plan:a/1/before": {"answered": 2, "right b/1": 1}}
    await store.erase_learner(group, ANNA)
    assert not await store.count_once(group, ANNA, "plan:a/1/after", ["answered"]), "a late press brings nothing back"
    assert await store.tallies(group, k=2, on=DAY + timedelta(days=1)) == {"plan:a/1/before": {"answered": 2, "right b/1": 1}}
    await store.pause(group, BEN)
    assert not await store.count_once(group, BEN, "plan:a/1/after", ["answered"])
    await store.resume(group, BEN, on=DAY)
    assert await store.has_answered(group, BEN, "plan:a/1/before")
    assert not await store.has_answered(group, BEN, "plan:a/1/after")


async def test_who_agreed_to_an_older_list_is_not_counted(store: Store) -> None:
    group = await with_learners(store, ANNA, version=VERSION - 1)
    assert not await store.count_once(group, ANNA, "plan:a/1/before", ["answered"])


@pytest.mark.parametrize("many", [1, 10])
def test_the_pictures_take_long_names_and_many_of_them(many: int) -> None:
    rows = [("Which of these is a question with a great many words <in it> & more?", "few", "about 85%")] * many
    assert change_picture(rows).count("<text") == 2 + 3 * many
    assert "and 4 more" in learnt_picture("The group", [("A theme", ["A lesson"] * 8)] * many)
