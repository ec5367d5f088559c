"""What a review asks of one learner today: which questions, in which order, and never more than a day's amount. Pure.

Nothing is planned ahead and nothing piles up: each time it is worked out anew from what is kept, and whoever comes back after a
pause finds as many questions as on any day. What else is due waits until it has its turn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from msgspec import Struct

from bot.library import Course, Theme
from bot.questions import Question
from bot.recall import due_on
from bot.storage import States

A_DAY, LEAST, MOST = 12, 3, 20
"""Questions in a day, and between what somebody may choose."""
NEW_A_DAY = 4
"""Of these, questions that a learner has never answered: learning takes longer than remembering."""


class Asked(Struct, frozen=True):
    """A question that is there, and how often this learner was asked."""

    theme: Theme
    question: Question
    turn: int


class Today(Struct, frozen=True):
    """``questions``: what is left to ask today, in order. ``waiting``: due as well, for another day."""

    questions: tuple[Asked, ...]
    waiting: int
    done: tuple[tuple[Asked, bool], ...]
    """What was answered today, in a review or a quiz, and whether it was right."""
    next_on: date | None
    """The first day after today on which anything is due; None if nothing is."""
    next_many: int
    """How many questions are asked then, as far as is known today."""

    @property
    def right(self) -> int:
        return sum(is_right for _, is_right in self.done)


def today_of(
    course: Course, states: States, on: date, goal: int, *, most: int = A_DAY, without: frozenset[int] = frozenset()
) -> Today:
    """``most``: questions in this day. ``without``: numbers of themes that are left out.

    First what the learner was certain of and got wrong; then what has been due for longest, the themes mixed; then, if there is
    room, new questions of lessons that they have read, in the order of the course.
    """
    due: list[tuple[bool, date, bytes, Asked]] = []
    later: list[date] = []
    done: list[tuple[Asked, bool]] = []
    for one in states.answers:
        known = course.questions.get((one.theme, one.question))
        if known is None:
            continue  # it has left the course
        asked = Asked(*known, one.times_asked)
        if one.memory and one.memory.asked_on == on:
            done.append((asked, one.was_right))
        comes = due_on(one.memory, goal) if one.memory else date.min  # answered before anything of that was kept
        if comes > on:
            later.append(comes)
        elif asked.theme.number not in without:
            due.append((not (one.memory and one.memory.misled), comes, _lot(on, asked), asked))
    again = sum(asked.turn > 1 for asked, _ in done)
    new_today = len(done) - again
    room = max(most - again - min(new_today, NEW_A_DAY), 0)
    asking = [asked for *_, asked in sorted(due, key=lambda one: one[:3])][:room]
    room_for_new = max(min(NEW_A_DAY - new_today, room - len(asking)), 0)
    answered = {(one.theme, one.question) for one in states.answers}
    new = [asked for asked in _new(course, states, answered) if asked.theme.number not in without]
    asking += new[:room_for_new]
    waiting = max(len(due) - room, 0)
    later += [on + timedelta(days=1)] * (waiting + min(len(new) - len(new[:room_for_new]), NEW_A_DAY))
    first = min(later, default=None)
    return Today(tuple(asking), waiting, tuple(done), first, min(sum(day == first for day in later), most))


def _new(course: Course, states: States, answered: set[tuple[str, int]]) -> Iterator[Asked]:
    """Questions that were never answered, of lessons that were read, in the order of the course."""
    for theme in course.those({theme for theme, _ in states.read}):
        for lesson in theme.lessons:
            if (theme.name, lesson.name) in states.read:
                yield from (
                    Asked(theme, question, 0)
                    for question in theme.questions
                    if question.lesson == lesson.name and (theme.name, question.number) not in answered
                )


def _lot(on: date, asked: Asked) -> bytes:
    """Mixes what is equally urgent: another order each day, and the same all day."""
    return hashlib.sha256(f"{on}|{asked.theme.number}|{asked.question.number}".encode()).digest()


def lessons_to_look_at(done: Iterable[tuple[Asked, bool]]) -> tuple[tuple[Theme, str], ...]:
    """The lessons of what was wrong, each once: theme and the lesson's name."""
    found = {(asked.theme.name, asked.question.lesson): asked.theme for asked, is_right in done if not is_right}
    return tuple((theme, lesson) for (_, lesson), theme in found.items())
