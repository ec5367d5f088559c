"""What is kept about a learner, in words, for ``/my-data show``: a paragraph for each table of the list in ``bot/kept.py``.

A table that has no words of its own here is shown row by row, so that nothing on the list can be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.commands.phrases import as_many_as_fit
from bot.kept import KEPT, Kept
from bot.library import Course, Lesson
from bot.recall import SCALE
from bot.storage import AnswerState, Exported, Learner, States

MOST_TITLES = 1200
"""Characters of lesson titles that leave room for everything else on the card."""
MOST_NUMBERS = 1600
"""Characters of questions by their number; `/my-data download` has them all."""
MOST_ROWS = 600
"""Characters of rows that have no words of their own."""


def all_in_words(states: States, rows: tuple[Exported, ...], course: Course) -> tuple[str, ...]:
    """A paragraph for each table; those without words of their own are shown row by row."""
    of = {one.table: one for one in rows}
    return tuple(
        f"**{kept.title}.** {IN_WORDS[kept.table](states, course) if kept.table in IN_WORDS else _plainly(kept, of[kept.table])}"
        f"{_told(of[kept.table])}"
        for kept in KEPT
    )


def _told(exported: Exported) -> str:
    """How many of the rows are in summaries of the group, and with which mark."""
    if "told" not in exported.columns or not exported.rows:
        return ""
    place = exported.columns.index("told")
    told = [row[place] for row in exported.rows]
    if exported.table == "lessons_read":
        return f"\nIn summaries of the group: {told.count(1)} of {len(told)}"
    return f"\nIn summaries of the group: {told.count(1)} as right, {told.count(0)} as not right, of {len(told)}"


def membership(learner: Learner) -> str:
    paused = " You have **paused**: nothing new is kept." if learner.is_paused else ""
    new = "something" if learner.is_changed else "nothing"
    return (
        f"You joined on {learner.joined_on} and agreed to version {learner.consent_version} of the list of what is kept. "
        f"You were last active on {learner.active_on}, as far as is kept.{paused} "
        f"You have learnt {new} new since the latest summary of the group's progress."
    )


def _membership(states: States, course: Course) -> str:
    return membership(states.learner) if states.learner else "You are a guest."


def _read(states: States, course: Course) -> str:
    """By title; by number where all the titles would not fit on one card."""
    if not states.read:
        return "None read to the end yet."
    by_title = _lessons(states, course, lambda number, lesson: lesson.title)
    if len(by_title) > MOST_TITLES:
        by_title = _lessons(states, course, lambda number, lesson: str(number))
    return f"Read to the end:\n{by_title}"


def _lessons(states: States, course: Course, called: Callable[[int, Lesson], str]) -> str:
    lines = []
    for name in sorted({theme for theme, _ in states.read}):
        theme = course.theme(name)
        read = {lesson for of, lesson in states.read if of == name}
        lessons = enumerate(theme.lessons, 1) if theme else ()
        known = [(number, lesson) for number, lesson in lessons if lesson.name in read]
        gone = sorted(read - {lesson.name for _, lesson in known})  # no longer in the course, and still kept
        said = [*(called(number, lesson) for number, lesson in known), *gone]
        lines.append(f"- {theme.title if theme else name}: {', '.join(said)}")
    return "\n".join(lines)


def _answered(states: States, course: Course) -> str:
    if not states.answers:
        return "None answered yet."
    lines = []
    for name in sorted({one.theme for one in states.answers}):
        theme = course.theme(name)
        mine = sorted((one for one in states.answers if one.theme == name), key=lambda one: one.question)
        lines.append(f"- {theme.title if theme else name}: {_numbers(mine, True)}; {_numbers(mine, False)}")
    head = "By their number, the latest answer of each (3×: it was asked three times):\n"
    return head + as_many_as_fit(lines, MOST_NUMBERS) + _remembered(states, course)


def _remembered(states: States, course: Course) -> str:
    """What a review goes by, for as many questions as there is room for."""
    lines = []
    for one in states.answers:
        if one.memory:
            theme, memory = course.theme(one.theme), one.memory
            sure = "; you had been certain, and it was wrong" if memory.misled else ""
            lines.append(
                f"- {theme.title if theme else one.theme}, {one.question}: {memory.asked_on}; {memory.stability / SCALE:.2f}; "
                f"{memory.difficulty / SCALE:.2f}{sure}"
            )
    if not lines:
        return ""
    shown = [line for place, line in enumerate(lines, 1) if sum(len(one) + 1 for one in lines[:place]) <= MOST_ROWS]
    more = [f"- and {len(lines) - len(shown)} more, in `/my-data download`"] if len(shown) < len(lines) else []
    head = "\nFor `/review`, the day of your latest answer, in how many days you may have forgotten it, how hard it is (1 to 10):"
    return "\n".join([head, *shown, *more])


def _numbers(answers: list[AnswerState], right: bool) -> str:
    said = ", ".join(
        str(one.question) + (f" ({one.times_asked}×)" if one.times_asked > 1 else "") for one in answers if one.was_right == right
    )
    return f"{'right' if right else 'not right'}: {said or 'none'}"


def _plainly(kept: Kept, exported: Exported) -> str:
    if not exported.rows:
        return "Nothing yet."
    lines = [", ".join(str(value) for value in row) for row in exported.rows]
    head = f"For each, {', '.join(column.what for column in kept.about)}:"
    fitting = [line for number, line in enumerate(lines, 1) if sum(len(one) + 3 for one in lines[:number]) <= MOST_ROWS]
    more = [f"- and {len(lines) - len(fitting)} more, in `/my-data download`"] if len(fitting) < len(lines) else []
    return "\n".join([head, *(f"- {line}" for line in fitting), *more])


IN_WORDS: Mapping[str, Callable[[States, Course], str]] = {
    "learners": _membership,
    "lessons_read": _read,
    "answers": _answered,
}
