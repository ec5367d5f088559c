"""A plan's questions before and after: asked privately, explained after the second time, and counted together.

All answers travel in the buttons until the last one; then they are added to the group's counts in one go, with a mark that this
learner has answered. What they answered is in no row of theirs. What the group sees of it is in ``measure_change.py``.
"""

from __future__ import annotations

from datetime import date, timedelta
from zlib import crc32

from msgspec import Struct

from bot.cards import Button, Card, Row, Text, Visit
from bot.commands.asking import mark_of
from bot.commands.consent import asked_again
from bot.commands.phrases import as_many_as_fit, say, states_of
from bot.evidence import ANSWERED
from bot.library import Course, Library, Plan
from bot.press import NotAPress, Press, base36
from bot.questions import Question, UnknownOption
from bot.storage import Store
from bot.timetable import local_day

BEFORE, AFTER = "before", "after"
UNKNOWN, UNSAID = "u", "n"
"""Instead of an answer: *I don't know*, and *rather not say*."""
SCALE = ("disagree", "rather disagree", "in between", "rather agree", "agree")
GONE = "These questions are no longer part of the course, so nothing was counted."
CHANGED = "One of these questions was changed while you were at it, so your answers were to other words. Nothing was counted yet."


class Asked(Struct, frozen=True):
    """Which plan's questions, of which run, for the first or the second time, and the answers so far."""

    plan: Plan
    first_day: date
    part: str
    questions: tuple[tuple[str, Question], ...]
    """Each with its name."""
    answers: str = ""
    notes: tuple[str, ...] = ()
    """The content notes of the questions' themes."""

    @property
    def about(self) -> str:
        return about_of_run(self.plan.name, self.first_day, self.part)

    @property
    def statements(self) -> tuple[str, ...]:
        return self.plan.measure.statements if self.plan.measure else ()

    @property
    def of(self) -> int:
        return len(self.questions) + len(self.statements)

    def press(self, answers: str | None, group: int | None) -> Press:
        """Where an answer leads; without any, to the beginning."""
        more = () if answers is None else (answers, self.mark)
        return press_of("measure", self.plan.name, self.first_day, self.part, group, *more)

    @property
    def mark(self) -> str:
        """Two characters that nearly always change with any of the questions, as ``mark_of`` with one."""
        marks = (mark_of(question, self.first_day.toordinal()) for _, question in self.questions)
        return base36(crc32("\n".join((*marks, *self.statements)).encode()) % 36**2, 2)


def about_of_run(plan: str, first_day: date, part: str) -> str:
    """Under which name the answers are counted: each run of a plan anew."""
    return f"plan:{plan}/{first_day.isoformat()}/{part}"


def press_of(step: str, plan: str, first_day: date, part: str, group: int | None, *more: str) -> Press:
    return Press("progress", step, (plan, base36(first_day.toordinal()), part, *more), group)


def questions_of(plan: Plan, course: Course) -> tuple[tuple[str, Question], ...]:
    """Its questions with their names; none if one of them is gone from this course."""
    found = []
    for name in plan.measure.questions if plan.measure else ():
        theme, _, number = name.partition("/")
        of = course.theme(theme)
        question = of.question(int(number)) if of else None
        if question is None:
            return ()
        found.append((name, question))
    return tuple(found)


async def measure(visit: Visit, library: Library, store: Store) -> Card:
    """The beginning, the next question, or, after the last, the counting: by how many answers the press has."""
    assert visit.group and visit.key  # the desk sees to it: this step needs a group
    asked = read(visit, library)
    if asked is None:
        return say(GONE, tone="look")
    late = await _too_late(visit, asked, store)
    if late:
        return say(late)
    if len(visit.press.args) == 3:
        return await _begin(visit, asked, store)
    if visit.press.args[4:] not in ((), (asked.mark,)):  # presses from before there were marks have none
        again = Row((Button("Begin again", asked.press("", visit.press.group), "main"),))
        return Card((Text(CHANGED), again), tone="look")
    if len(asked.answers) < asked.of:
        return _next(visit, asked)
    counted = await store.count_once(visit.group.group_id, visit.key, asked.about, counts_of(asked))
    return _thanks(visit, asked) if counted else await _not_counted(visit, asked, store)


def read(visit: Visit, library: Library) -> Asked | None:
    """Raises ``NotAPress`` for answers that no button of ours gave."""
    assert visit.group
    name, day, part, *rest = (*visit.press.args, "", "", "")[: max(3, len(visit.press.args))]
    course = library.course(visit.group.language)
    plan = course.plan(name)
    try:
        first_day = date.fromordinal(int(day, 36))
    except (ValueError, OverflowError) as error:
        raise NotAPress("no run of a plan") from error
    questions = questions_of(plan, course) if plan else ()
    if plan is None or not questions or part not in (BEFORE, AFTER):
        return None
    asked = Asked(plan, first_day, part, questions, rest[0] if rest else "", _notes(questions, course))
    return asked if len(asked.answers) <= asked.of else None


def _notes(questions: tuple[tuple[str, Question], ...], course: Course) -> tuple[str, ...]:
    themes = (course.theme(name) for name in dict.fromkeys(name.partition("/")[0] for name, _ in questions))
    return tuple(theme.content_note for theme in themes if theme and theme.content_note)


def counts_of(asked: Asked) -> tuple[str, ...]:
    """What these answers count for."""
    counts = [ANSWERED]
    for (name, question), given in zip(asked.questions, asked.answers, strict=False):
        if _is_right(question, given):
            counts.append(f"right {name}")
    for place, given in enumerate(asked.answers[len(asked.questions) :]):
        if given in "12345":
            counts += [f"said {place}", f"said {place} {given}"]
    return tuple(counts)


async def _too_late(visit: Visit, asked: Asked, store: Store) -> str:
    """Before is before: only in the first half of the plan, else what was learnt would count as known before."""
    assert visit.group
    run = await store.plan_run(visit.group.group_id)
    runs = run is not None and (run.plan, run.first_day) == (asked.plan.name, asked.first_day)
    if asked.part == AFTER:
        return "The plan is still running: these questions come again at its end." if runs else ""
    half = timedelta(days=max(1, asked.plan.days_after_the_first()[-1] // 2))
    if runs and local_day(visit.at, visit.group.time_zone) < asked.first_day + half:
        return ""
    return "These questions were for the beginning, and that is over. At the end of the plan they come again."


async def _begin(visit: Visit, asked: Asked, store: Store) -> Card:
    assert visit.group and visit.key
    states = await states_of(visit, store)
    if states is None or states.learner is None:
        join = Button("What joining means", Press("join", "offer", (), visit.group.group_id), "main")
        return Card((Text("These questions are for those who have joined, since each of them counts once."), Row((join,))))
    if states.learner.is_paused:
        return say("You have paused, so nothing is counted. `/my-data resume` goes on.")
    again = asked_again(visit, states.learner)
    if again:
        return Card(again)
    if await store.has_answered(visit.group.group_id, visit.key, asked.about):
        return _known(visit, asked)
    what = f"{len(asked.questions)} questions" + (f" and {len(asked.statements)} statements" if asked.statements else "")
    when = (
        "There is no explanation after an answer; they come at the end of the plan, when the same is asked again."
        if asked.part == BEFORE
        else "They are the same as at the beginning. After the last one comes what is right, and why."
    )
    text = (
        f"## {what}, some five minutes\n{when} *I don't know* is a good answer.\n\n"
        "Your answers are added to the counts of the whole group, and stay in them when you leave, since nothing tells which part "
        "was yours. Beside your other rows I keep only that you have answered. Nobody gets a score."
    )
    note = (Text("> **Before you begin.** Some of the questions are about this:\n" + _quoted(asked.notes)),) if asked.notes else ()
    return Card((Text(text), *note, Row((Button("Begin", asked.press("", visit.group.group_id), "main"),))), tone="warm")


def _quoted(notes: tuple[str, ...]) -> str:
    return as_many_as_fit((f"> - {' '.join(note.split())}" for note in notes), 2_200)


def _next(visit: Visit, asked: Asked) -> Card:
    place, group = len(asked.answers), visit.press.group
    head = Text(f"-# {asked.plan.title} · {place + 1} of {asked.of}")

    def to(given: str) -> Press:
        return asked.press(asked.answers + given, group)

    if place < len(asked.questions):
        question = asked.questions[place][1]
        asking = question.asked(asked.first_day.toordinal())
        buttons = (*(Button(one.label, to(one.answer)) for one in asking.presses), Button("I don't know", to(UNKNOWN)))
        return Card((head, Text(f"## {question.ask}"), Text(asking.text), Row(buttons)), tone="warm")
    statement = asked.statements[place - len(asked.questions)]
    scale = "\n".join(f"**{number}** · {word}" for number, word in enumerate(SCALE, 1))
    numbers = tuple(Button(str(number), to(str(number))) for number in range(1, 6))
    rest = Row((Button("Rather not say", to(UNSAID)),))
    return Card((head, Text(f"## How much do you agree?\n> {statement}"), Text(scale), Row(numbers), rest), tone="warm")


def _thanks(visit: Visit, asked: Asked) -> Card:
    if asked.part == BEFORE:
        return say(
            "## Counted, thank you\nHow it went is told to nobody, not even to you: the lessons have all of it, and at the end of "
            "the plan the same questions come again, with what is right and why.",
            tone="good",
        )
    lines = []
    for (_, question), given in zip(asked.questions, asked.answers, strict=False):
        why = question.explain().told[0].feedback
        mark = "✓" if _is_right(question, given) else "→"
        lines.append(f"{mark} {question.ask}\n**{question.right_text}** {why}")
    room, shown = 3_200, []
    for line in lines:
        room -= len(line) + 2
        if room > 0:
            shown.append(line)
    head = "## Counted, thank you\nThis is what is right, and why; ✓ where you had it."
    return Card(
        (Text(head), Text("\n\n".join(shown)), Row(change_buttons(asked.plan.name, asked.first_day, visit.press.group))),
        tone="good",
    )


async def _not_counted(visit: Visit, asked: Asked, store: Store) -> Card:
    assert visit.group and visit.key
    if await store.has_answered(visit.group.group_id, visit.key, asked.about):
        return _known(visit, asked)
    text = "Nothing was counted: you have left, have paused, or the list of what is kept has grown. `/join` shows it."
    return say(text, tone="look")


def _known(visit: Visit, asked: Asked) -> Card:
    text = "You have answered these, and each learner counts once."
    return Card((Text(text), Row(change_buttons(asked.plan.name, asked.first_day, visit.press.group))))


def change_buttons(plan: str, first_day: date, group: int | None) -> tuple[Button, ...]:
    return (
        Button("How we have changed", press_of("change", plan, first_day, AFTER, group)),
        Button("What I have learnt", Press("progress", "learnt", (), group)),
    )


def _is_right(question: Question, given: str) -> bool:
    if given == UNKNOWN:
        return False
    try:
        return question.grade(given).is_right
    except UnknownOption as error:
        raise NotAPress("an answer that is none") from error
