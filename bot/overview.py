"""A group at a glance: what was covered, what was discussed, what it knows. Pure: the words, the pictures and the reports are all
made from this, so that none of them can say more than the others.

Of learning there is only what was published. Sums are made from what stands, never from what the learners did.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cached_property

from msgspec import Struct

from bot.library import Course, Lesson, Plan, Prompt, Scenario, Theme
from bot.progress import HIDDEN, LESSONS, Publication, Told, standing
from bot.questions import Question
from bot.storage import OwnPrompt, Posted, Slot

OWN = "own"
"""In the place of a theme: the group's own prompts."""


class Item(Struct, frozen=True):
    """Something that the bot posted in public, for the first time on that day (UTC)."""

    kind: str
    title: str
    theme: str
    """The theme's title."""
    day: date
    times: int
    theme_name: str = ""


class Asked(Struct, frozen=True):
    """One question, and how many of those who answered it know it: a word, a step, or ``HIDDEN``."""

    number: int
    text: str
    lesson: str
    """The title of the lesson that answers it."""
    word: str

    @property
    def is_known(self) -> bool:
        return self.word != HIDDEN and Told("", self.number, self.word).level >= 2

    @property
    def is_open(self) -> bool:
        """Half of those who answered it, or fewer, know it."""
        return self.word != HIDDEN and not self.is_known


class ThemeTogether(Struct, frozen=True, dict=True):
    """One theme: what was posted of it are facts; ``read`` and the questions are what was published. Each count is made once."""

    name: str
    title: str
    lessons: int
    lessons_posted: int
    prompts: int
    prompts_posted: int
    read: str
    questions: tuple[Asked, ...]

    @cached_property
    def known(self) -> int:
        return sum(one.is_known for one in self.questions)

    @cached_property
    def open(self) -> int:
        return sum(one.is_open for one in self.questions)

    @cached_property
    def hidden(self) -> int:
        return sum(one.word == HIDDEN for one in self.questions)

    @cached_property
    def is_told(self) -> bool:
        return self.read != HIDDEN or self.hidden < len(self.questions)

    @cached_property
    def is_begun(self) -> bool:
        return self.is_told or self.prompts_posted > 0 or self.lessons_posted > 0


class Week(Struct, frozen=True):
    """How things stood after one publication."""

    day: date
    known: int
    """Questions that most of those who answered them know."""
    told: int
    """Questions of which anything could be said."""


class PlanNow(Struct, frozen=True):
    """Where the group's plan is: the week of what comes next."""

    title: str
    week: int
    weeks: int
    about: str
    """What that week is called."""

    @property
    def in_words(self) -> str:
        return f"The plan {self.title} is in week {self.week} of {self.weeks}: {self.about}."


class Overview(Struct, frozen=True, dict=True):
    """All of it. ``counted`` is the number of learners, rounded down to fives; None before the first count."""

    name: str
    counted: int | None
    publish_from: int
    course: Course
    begun: tuple[ThemeTogether, ...]
    """The themes of which there is something to say."""
    items: tuple[Item, ...]
    weeks: tuple[Week, ...]
    plan: PlanNow | None = None

    @cached_property
    def themes(self) -> tuple[ThemeTogether, ...]:
        """All of them, in the order of the course. Who shows the begun ones alone doesn't need it: there may be a thousand."""
        begun = {theme.name: theme for theme in self.begun}
        return tuple(begun.get(theme.name) or _theme(theme, set(), {}) for theme in self.course.themes)

    @property
    def as_of(self) -> date | None:
        """The day of the latest publication that still counts."""
        return self.weeks[-1].day if self.weeks else None

    @property
    def weeks_of_questions(self) -> tuple[Week, ...]:
        """Those in which anything could be said about questions."""
        return tuple(week for week in self.weeks if week.told)

    @property
    def questions(self) -> int:
        return sum(len(theme.questions) for theme in self.themes)

    @property
    def told(self) -> int:
        """Questions of which anything can be said."""
        return sum(len(theme.questions) - theme.hidden for theme in self.themes)

    @property
    def known(self) -> int:
        """Questions that most of those who answered them know."""
        return sum(theme.known for theme in self.themes)

    @property
    def to_revisit(self) -> tuple[tuple[str, Asked], ...]:
        """(theme's title, question) of those that half of those who answered them know, or fewer; the hardest first."""
        open_ones = [(theme.title, one) for theme in self.themes for one in theme.questions if one.is_open]
        return tuple(sorted(open_ones, key=lambda one: Told("", 0, one[1].word).level))

    @property
    def discussed(self) -> int:
        """Themes of which a prompt was posted."""
        return sum(theme.prompts_posted > 0 for theme in self.begun)


def overview(
    name: str,
    counted: int | None,
    publish_from: int,
    course: Course,
    posted: Sequence[Posted],
    own: Sequence[OwnPrompt],
    publications: Sequence[Publication],
    plan: PlanNow | None = None,
) -> Overview:
    told = standing(publications, publish_from)
    return Overview(
        name,
        counted,
        publish_from,
        course,
        _begun(course, posted, told),
        tuple(_item(one, course, own) for one in posted),
        _weeks(publications, publish_from, course),
        plan,
    )


def plan_now(plan: Plan, slots: Sequence[Slot]) -> PlanNow | None:
    """``slots``: of the running plan. None when all of it is dealt with."""
    coming = [slot.plan_place for slot in slots if slot.plan_place is not None and slot.due_at is not None]
    if not coming or min(coming) >= len(plan.items):
        return None
    week = plan.week_of(min(coming))
    number = next(place for place, one in enumerate(plan.weeks, 1) if one is week)
    return PlanNow(plan.title, number, len(plan.weeks), week.title)


def _begun(course: Course, posted: Sequence[Posted], told: dict[tuple[str, int], Told]) -> tuple[ThemeTogether, ...]:
    done: dict[str, set[tuple[str, str]]] = {theme: set() for theme, _ in told}
    for one in posted:
        done.setdefault(one.theme, set()).add((one.kind, one.item))
    found = (_theme(theme, done[theme.name], told) for theme in course.those(done))
    return tuple(one for one in found if one.is_begun)


def _theme(theme: Theme, done: set[tuple[str, str]], told: dict[tuple[str, int], Told]) -> ThemeTogether:
    read = told.get((theme.name, LESSONS))
    return ThemeTogether(
        theme.name,
        theme.title,
        len(theme.lessons),
        sum(("lesson", lesson.name) in done for lesson in theme.lessons),
        len(theme.prompts),
        sum(("prompt", prompt.name) in done for prompt in theme.prompts),
        read.word if read else HIDDEN,
        tuple(_asked(theme, question, told.get((theme.name, question.number))) for question in theme.questions),
    )


def _asked(theme: Theme, question: Question, one: Told | None) -> Asked:
    lesson = theme.lesson(question.lesson)
    return Asked(question.number, " ".join(question.ask.split()), lesson.title if lesson else "", one.word if one else HIDDEN)


def _item(one: Posted, course: Course, own: Sequence[OwnPrompt]) -> Item:
    day = datetime.fromtimestamp(one.first_at, UTC).date()
    if one.theme == OWN:
        title = next((prompt.title for prompt in own if str(prompt.number) == one.item), "a prompt that was removed")
        return Item(one.kind, title, "the group's own", day, one.times, OWN)
    if one.kind == "review":
        return Item(one.kind, "Review hour", "", day, one.times)
    theme = course.theme(one.theme)
    if one.kind == "round" or (one.kind == "prompt" and one.item.startswith("?")):
        return Item(one.kind, _played(one, theme), theme.title if theme else "", day, one.times, one.theme)
    found: Lesson | Prompt | Scenario | None = None
    if one.kind == "scenario":
        found = course.scenario(one.item)
    elif theme is not None:
        found = theme.lesson(one.item) if one.kind == "lesson" else theme.prompt(one.item)
    title = found.title if found else f"a {one.kind} that was removed"
    return Item(one.kind, title, theme.title if theme else "", day, one.times, one.theme)


def _played(one: Posted, theme: Theme | None) -> str:
    """A round by its length; a question of one that became a prompt, by itself."""
    title = f"{one.item} questions about {theme.title if theme else 'a theme that was removed'}"
    if one.kind == "round":
        return title
    question = theme.question(int(one.item[1:])) if theme and one.item[1:].isdecimal() else None
    return question.ask if question else "a question that was removed"


def _weeks(publications: Sequence[Publication], publish_from: int, course: Course) -> tuple[Week, ...]:
    weeks = []
    for publication in publications:
        stood = standing(publications, publish_from, publication.made_on)
        if stood:
            asked = [one for place, one in stood.items() if place in course.questions]
            weeks.append(Week(publication.made_on, sum(one.level >= 2 for one in asked), len(asked)))
    return tuple(weeks)
