"""A course of a thousand themes, of which people have begun a few: an answer costs what it costs with ten.

Work is counted, not timed: how many of Python's instructions run in `bot/` until the card is there. It is the same on any machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from at_the_desk import AT, GROUP, LIBRARY, SECRET, Counter, buttons_of, opened_counter, text_of, visit_to
from engines import DAY, with_learners
from evening import ROOT
from test_cards_fit import card_of

from bot.cards import Menu
from bot.kept import VERSION
from bot.learner_key import Someone
from bot.library import Library
from bot.press import Press
from bot.progress import LESSONS, Publication, Told
from bot.publisher import publish_due
from bot.recall import Sure, first
from bot.shelves import Shelves
from bot.storage import Kept, Store

if TYPE_CHECKING:
    from _typeshed import TraceFunction

THEMES = LIBRARY.course("en").themes
FIRST = THEMES[0]
MANY = Library(
    {
        "en": (
            *THEMES,
            *(
                FIRST.but(name=f"{FIRST.name}-{number}", number=number, title=f"{FIRST.title} {number}")
                for number in range(len(THEMES) + 1, 1001)
            ),
        )
    },
    LIBRARY.sources,
)
FEW = Library({"en": THEMES}, LIBRARY.sources)
LEARNER, GUEST = 1, 2
BUDGET = 1.2


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A learner who has read a lesson and answered ten questions of the first theme, and a group that has posted and published."""
    memory = first(True, Sure.UNSAID, AT.date())
    with opened_counter(tmp_path) as counter:
        store, key = counter.store, Someone(SECRET, LEARNER).key(f"group {GROUP.group_id}")

        async def begin() -> None:
            await store.add_group(GROUP)
            await store.join(GROUP.group_id, key, consent_version=VERSION, on=AT.date())
            await store.mark_read(GROUP.group_id, key, FIRST.name, FIRST.lessons[0].name, on=AT.date())
            for question in FIRST.questions[:10]:
                kept = await store.record_answer(
                    GROUP.group_id, key, FIRST.name, question.number, turn=0, was_right=True, memory=memory, on=AT.date()
                )
                assert kept is Kept.YES
            await store.publish(GROUP.group_id, Publication(AT.date(), 5, (Told(FIRST.name, LESSONS, "most"),)))

        counter.do(begin())
        yield counter


def with_course(counter: Counter, course: Library) -> None:
    counter.desk._shelves.renew(course)


def work_of(do: Callable[[], object]) -> int:
    """How many instructions of the bot's own code that takes, the second time: what is made once for a course isn't counted."""
    do()
    done = 0
    house = str(ROOT / "bot")

    def look(frame: FrameType, event: str, arg: object) -> TraceFunction | None:
        nonlocal done
        if not frame.f_code.co_filename.startswith(house):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        done += event == "opcode"
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        do()
    finally:
        sys.settrace(before)
    return done


@pytest.mark.parametrize(
    ("press", "said"),
    [
        (Press("progress", "progress"), "Thursday readers, together"),
        (Press("progress", "learnt"), "What I have learnt"),
        (Press("progress", "remember"), "What you would remember"),
        (Press("review", "begin"), "10 questions answered today"),
        (Press("learn", "lessons", (str(FIRST.number),)), FIRST.lessons[0].title),
        (Press("quiz", "start", (str(FIRST.number), "10")), "question 1 of 10"),
    ],
    ids=lambda one: f"{one.command} {one.step}" if isinstance(one, Press) else "",
)
def test_a_card_is_as_much_work_with_a_thousand_themes_as_with_ten(counter: Counter, press: Press, said: str) -> None:
    work = []
    for course in (FEW, MANY):
        with_course(counter, course)
        assert said in text_of(counter.serve(visit_to(press, user=LEARNER)))
        work.append(work_of(lambda: counter.serve(visit_to(press, user=LEARNER))))
    assert work[1] <= BUDGET * work[0], work


def test_progress_with_a_thousand_themes_says_what_was_begun_and_counts_the_others(counter: Counter) -> None:
    with_course(counter, MANY)
    said = text_of(counter.serve(visit_to(Press("progress", "progress"), user=LEARNER)))
    assert f"**{FIRST.title}:** 1 of {len(FIRST.lessons)} lessons read, 10 of {len(FIRST.questions)} questions known" in said
    assert "999 themes not begun yet" in said
    assert "Discussed so far: 0 of 1000 themes" in said


@pytest.mark.parametrize("command", ["learn", "quiz"])
def test_a_thousand_themes_can_be_leafed_through_and_any_of_them_begun(counter: Counter, command: str) -> None:
    with_course(counter, MANY)
    for user in (LEARNER, GUEST):
        press: Press | None = Press(command, "begin")
        found: list[str] = []
        cards = 0
        while press:
            shown = card_of(counter, press, user)
            cards += 1
            [menu] = [part for part in shown.parts if isinstance(part, Menu)]
            found += [choice.value for choice in menu.choices]
            press = next((button.press for button in buttons_of(shown) if button.label == "More themes"), None)
        assert found == [str(theme.number) for theme in MANY.course("en").themes]
        assert cards == 40
        last = MANY.course("en").themes[-1]
        assert last.title in text_of(card_of(counter, menu.press, user, picked=str(last.number)))
        [back] = [button for button in buttons_of(shown) if button.label == "Earlier themes"]
        assert "Earlier themes" in [button.label for button in buttons_of(card_of(counter, back.press, user))]


def test_a_page_that_the_course_has_no_longer_is_its_last(counter: Counter) -> None:
    with_course(counter, MANY)
    for written in ("39", "40", "999"):
        assert MANY.course("en").themes[-1].title in text_of(card_of(counter, Press("learn", "list", (written,)), LEARNER))
    with_course(counter, FEW)
    for args in (("39",), ("x",), ("9" * 40,), ()):
        shown = card_of(counter, Press("learn", "list", args), LEARNER)
        assert THEMES[-1].title in text_of(shown)
        assert "More themes" not in [button.label for button in buttons_of(shown)]


async def test_a_publication_is_made_however_many_lessons_the_course_has(store: Store) -> None:
    """Each as a parameter of one query would be more than Postgres takes, and minutes of reading for SQLite."""
    keys = [f"key-of-learner-{number:02}-0000" for number in range(6)]
    group = await with_learners(store, *keys)
    for key in keys:
        await store.mark_read(group, key, FIRST.name, FIRST.lessons[0].name, on=DAY)
        await store.mark_read(group, key, FIRST.name, "a-lost-lesson", on=DAY)
    course = [(FIRST.name, f"lesson-{number}") for number in range(40_000)] + [(FIRST.name, FIRST.lessons[0].name)]
    [figure] = (await store.sums(group, course)).figures
    assert (figure.done, figure.of, figure.behind) == (6, 6 * 40_001, 6)


async def test_on_most_days_the_daily_job_looks_at_no_content_of_a_group(store: Store) -> None:
    class Locked(Shelves):
        async def of(self, group: object) -> Library:
            raise AssertionError("nothing is due")

    keys = [f"key-of-learner-{number:02}-0000" for number in range(6)]
    group = await with_learners(store, *keys)
    assert await publish_due(Locked(LIBRARY, store), store, AT) == 0  # nobody has learnt anything
    for key in keys:
        await store.mark_read(group, key, FIRST.name, FIRST.lessons[0].name, on=AT.date())
    assert await publish_due(Shelves(LIBRARY, store), store, AT) == 1
    for key in keys:
        await store.mark_read(group, key, FIRST.name, FIRST.lessons[1].name, on=AT.date())
    for day in range(7):
        assert await publish_due(Locked(LIBRARY, store), store, AT + timedelta(days=day)) == 0
    assert await publish_due(Shelves(LIBRARY, store), store, AT + timedelta(days=7)) == 1
