"""What a learner still remembers after 90 days, and what it took: read once, reread weekly, or Red Flask's review. A simulation.

    python -m benchmarks.memory                # the table, and benchmarks/memory.svg
    python -m benchmarks.memory --shaken       # how much hangs on the model's five numbers

The learner is a published model of memory, and not the one by which the review is scheduled, or the review would be marking its own
work: Pavlik and Anderson (2005), *Practice and Forgetting Effects on Vocabulary Memory: An Activation-Based Model of the Spacing
Effect*, Cognitive Science 29, 559-586. Whenever something is met, that leaves a trace which fades as a power of time, the faster
the better the thing was known just then:

    activation m = ln(sum over all traces of age ** -decay);  decay of a new trace = SCALE * exp(m) + LEAST
    chance to recall = 1 / (1 + exp((THRESHOLD - m) / NOISE));  ages in seconds, of which only H count between two sittings

It was fitted to words of another language, not to lessons. The article itself could not be read here. The equations are as a later
thesis gives them ("Pavlik and Anderson ACT-R model", 1library.net, y8x5v1rq); scale, least, threshold and noise are as others have
quoted them from it (a public project's settings: tau, s, c, a = -0.704, 0.255, 0.217, 0.177, beside the article's address). H is
quoted from memory, and was found nowhere. So the order of the ways of learning is worth more than their percentages, and
``--shaken`` moves each number by a fifth, both ways.

What is to be asked, and when, the bot's own code decides, on the bot's own course. Assumed against the review: to read a lesson
once more counts three times as much as to answer its question, though being tested is known to teach more than rereading; and who
does not know an answer guesses, is right one time in four, and never says that it was a guess.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean

from bot.commands.review_today import A_DAY, MOST, today_of
from bot.library import Course, read_library
from bot.plots.svg import BODY, KNOWN, LINE, MARGIN, QUIET, READ, TITLE, WIDTH, picture, text
from bot.recall import GOAL, Sure, after
from bot.storage import AnswerState, Learner, States

SEED, LEARNERS = 20261125, 40
DAYS = 90
READING, ASKING = 5.0, 0.5
"""Minutes: for a lesson, and for a question with its explanation."""
MEETINGS = 3
"""How often a lesson says its idea: as the key idea, in the example and in what to try; a minute apart."""
GUESSED, COMES = 0.25, 0.7
"""How likely a guess is right, and that a learner comes by on a day that is not their reading day."""
BEGINS = date(2026, 3, 2)
HERE = Path(__file__).parent

Item = tuple[str, int]
"""A question: its theme and number."""


@dataclass(frozen=True, slots=True)
class Model:
    """The five numbers of the learner's memory."""

    scale: float = 0.217
    least: float = 0.177
    threshold: float = -0.704
    noise: float = 0.255
    h: float = 0.025


@dataclass(slots=True)
class Mind:
    """One learner: the traces of each thing, as (when, decay); the minutes that they spent, and the questions they answered."""

    model: Model
    traces: dict[Item, list[tuple[float, float]]] = field(default_factory=dict)
    minutes: float = 0.0

    def meets(self, item: Item, day: int, second: float) -> None:
        at = self._clock(day, second)
        known = self.traces.setdefault(item, [])
        decay = self.model.scale * math.exp(self._activation(known, at)) + self.model.least if known else self.model.least
        known.append((at, decay))

    def chance(self, item: Item, day: int, second: float = 0.0) -> float:
        known = self.traces.get(item)
        if not known:
            return 0.0
        activation = self._activation(known, self._clock(day, second))
        return 1 / (1 + math.exp((self.model.threshold - activation) / self.model.noise))

    def reads(self, items: list[Item], day: int, lesson: int) -> None:
        """One lesson, as the so-manieth of that day."""
        self.minutes += READING
        for meeting in range(MEETINGS):
            for item in items:
                self.meets(item, day, lesson * READING * 60 + meeting * 60)

    def _clock(self, day: int, second: float) -> float:
        return day * 86_400 * self.model.h + second

    def _activation(self, known: list[tuple[float, float]], at: float) -> float:
        return math.log(sum(max(at - when, 1.0) ** -decay for when, decay in known))


@dataclass(frozen=True, slots=True)
class Came:
    """What one way of learning came to: the means of all learners, and between what nine of ten lie."""

    way: str
    minutes: float
    remembered: float
    least: float
    most: float


class Study:
    """The course, one theme a week, by different ways."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.items: dict[tuple[str, str], list[Item]] = {}
        for theme in course.themes:
            for lesson in theme.lessons:
                of = [question.number for question in theme.questions if question.lesson == lesson.name]
                self.items[theme.name, lesson.name] = [(theme.name, number) for number in of]
        self.all = [item for of in self.items.values() for item in of]

    def read_on(self, day: int) -> list[tuple[str, str]]:
        """The lessons whose turn comes on that day."""
        week, weekday = divmod(day, 7)
        themes = self.course.themes
        return [(themes[week].name, lesson.name) for lesson in themes[week].lessons] if not weekday and week < len(themes) else []

    def once(self, mind: Mind, luck: random.Random) -> None:
        for day in range(DAYS):
            for place, lesson in enumerate(self.read_on(day)):
                mind.reads(self.items[lesson], day, place)

    def weekly(self, mind: Mind, luck: random.Random) -> None:
        """Once a week all that was read before, and then what is new."""
        before: list[tuple[str, str]] = []
        for day in range(0, DAYS, 7):
            new = self.read_on(day)
            for place, lesson in enumerate([*before, *new]):
                mind.reads(self.items[lesson], day, place)
            before += new

    def as_long_as(self, minutes: float) -> Callable[[Mind, random.Random], None]:
        """Rereading, but no longer than so many minutes in all: each week its part, one lesson after the other in turn."""

        def way(mind: Mind, luck: random.Random) -> None:
            before: list[tuple[str, str]] = []
            place = 0
            first = READING * len(self.items)
            weeks = (DAYS - 1) // 7 + 1
            for week in range(weeks):
                new = self.read_on(week * 7)
                for number, lesson in enumerate(new):
                    mind.reads(self.items[lesson], week * 7, number)
                may = (minutes - first) * week / (weeks - 1)
                done = mind.minutes - READING * (len(before) + len(new))
                for number in range(int((may - done) / READING) if before else 0):
                    mind.reads(self.items[before[place % len(before)]], week * 7, len(new) + number)
                    place += 1
                before += new

        return way

    def review(self, *, says: bool = False, most: int = A_DAY, counts: int = 1) -> Callable[[Mind, random.Random], None]:
        """Read once, and answer what the bot asks, on most days. ``says``: when it is a guess. ``most``: questions in a day.
        ``counts``: how often a question with its explanation is met."""

        def way(mind: Mind, luck: random.Random) -> None:
            answers: dict[Item, AnswerState] = {}
            read: set[tuple[str, str]] = set()
            for day in range(DAYS):
                new = self.read_on(day)
                for place, lesson in enumerate(new):
                    mind.reads(self.items[lesson], day, place)
                read |= set(new)
                if not new and luck.random() >= COMES:
                    continue
                on = BEGINS + timedelta(days=day)
                second = len(new) * READING * 60
                while True:
                    states = States(Learner(BEGINS, 1, False, on), frozenset(read), tuple(answers.values()))
                    asked = today_of(self.course, states, on, GOAL, most=most).questions
                    if not asked:
                        break
                    item = asked[0].theme.name, asked[0].question.number
                    second += ASKING * 60
                    mind.minutes += ASKING
                    knows = luck.random() < mind.chance(item, day, second)
                    right = knows or luck.random() < GUESSED
                    sure = Sure.UNSAID if not says else Sure.FAIRLY if knows else Sure.GUESS
                    before = answers.get(item)
                    memory = after(before.memory if before else None, right, sure, on)
                    answers[item] = AnswerState(*item, asked[0].turn + 1, right, memory)
                    for again in range(counts):
                        mind.meets(item, day, second + again * ASKING * 60 / counts)

        return way

    def came_of(self, name: str, way: Callable[[Mind, random.Random], None], model: Model, learners: int) -> Came:
        shares, minutes = [], []
        for learner in range(learners):
            mind = Mind(model)
            way(mind, random.Random(f"{SEED} {learner}"))
            shares.append(fmean(mind.chance(item, DAYS) for item in self.all))
            minutes.append(mind.minutes)
        shares.sort()
        edge = learners // 20
        return Came(name, fmean(minutes), fmean(shares), shares[edge], shares[-1 - edge])

    def compared(self, model: Model, learners: int) -> tuple[Came, ...]:
        review = self.came_of("Red Flask's review", self.review(), model, learners)
        return (
            self.came_of("read once", self.once, model, 1),
            self.came_of("reread weekly", self.weekly, model, 1),
            self.came_of("reread, as long as the review took", self.as_long_as(review.minutes), model, 1),
            review,
            self.came_of("the review, saying when it is a guess", self.review(says=True), model, learners),
            self.came_of(f"the review, {MOST} a day", self.review(most=MOST), model, learners),
            self.came_of("the review, if an answer counts like a reading", self.review(counts=MEETINGS), model, learners),
        )


def as_table(came: tuple[Came, ...]) -> Iterator[str]:
    yield f"| way of learning | minutes in {DAYS} days | remembered on day {DAYS} | nine learners of ten |"
    yield "|---|---|---|---|"
    for one in came:
        yield f"| {one.way} | {one.minutes:.0f} | {one.remembered:.0%} | {one.least:.0%} to {one.most:.0%} |"


def as_picture(came: tuple[Came, ...]) -> str:
    head, row = 84, 84
    parts = [
        text(MARGIN, 34, f"Remembered after {DAYS} days", TITLE, bold=True),
        text(MARGIN, 58, "a simulation: benchmarks/memory.py", BODY, fill=QUIET),
    ]
    room = WIDTH - 2 * MARGIN - 54
    for place, one in enumerate(came):
        y = head + place * row
        colour = KNOWN if "review" in one.way and not one.way.startswith("reread") else READ
        parts += (
            text(MARGIN, y + 16, f"{one.way[:1].upper()}{one.way[1:]}", BODY, bold=True),
            f'<rect x="{MARGIN}" y="{y + 42}" width="{room}" height="2" fill="{LINE}"/>',
            f'<rect x="{MARGIN}" y="{y + 24}" width="{max(room * one.remembered, 2):.0f}" height="20" fill="{colour}"/>',
            text(MARGIN + room + 10, y + 40, f"{one.remembered:.0%}", BODY, bold=True),
            text(MARGIN, y + 62, f"{one.minutes:.0f} minutes in all", BODY, fill=QUIET),
        )
    return picture(head + len(came) * row, f"Remembered after {DAYS} days", parts)


def shaken(study: Study, learners: int) -> Iterator[str]:
    yield "| number of the model | read once | reread weekly | reread as long | review |"
    yield "|---|---|---|---|---|"
    usual = Model()
    for name in ("scale", "least", "threshold", "noise", "h"):
        for factor in (0.8, 1.2):
            model = replace(usual, **{name: getattr(usual, name) * factor})
            came = study.compared(model, learners)[:4]
            cells = " | ".join(f"{one.remembered:.0%} ({one.minutes:.0f} min)" for one in came)
            yield f"| {name} × {factor:g} | {cells} |"


def main() -> None:
    asking = argparse.ArgumentParser(description="What is remembered after 90 days, by a published model of a learner.")
    asking.add_argument("--learners", type=int, default=LEARNERS, metavar="N", help="how many are simulated")
    asking.add_argument("--shaken", action="store_true", help="move each number of the model by a fifth, both ways")
    given = asking.parse_args()
    study = Study(read_library(HERE.parent / "content").course("en"))
    if given.shaken:
        print(*shaken(study, min(given.learners, 8)), sep="\n")
        return
    came = study.compared(Model(), given.learners)
    print(*as_table(came), sep="\n")
    (HERE / "memory.svg").write_text(as_picture(came) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
