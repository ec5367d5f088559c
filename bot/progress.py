"""From what was learnt to words, and what may be said about a group. Pure: numbers in, words out.

What is said of a group's learning are *figures*: the lessons of a theme, and each question. A figure is told in a *publication*,
is stored, and stands as it is until a later one tells it anew. Nothing is computed when somebody asks, so two looks around one
person's answer are the same. Four rules, each with its attack in ``tests/test_publications.py``:

- Behind each figure stand at least *k* learners who themselves did something of it.
- It is told anew only when the part of at least *k* learners in this very figure is not what it was when it was told last.
- Between two publications lies a week at least, and at least *k* learners have changed something since.
- Nothing else is told of learning. Whatever a picture or a report sums up, it sums up from what was told, so that no total says
  more than its parts do.

Each figure is of all its learners together, so whoever knows everybody but two can't tell which of these two did what. What can't
be hidden: somebody who knows everybody's answers but one's, or who fills a group with made-up learners, may see a word or a step
move by that one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import Struct

PUBLISH_FROM = 5
"""*k*, if the moderators set nothing else: so many learners stand behind each figure."""
PUBLISH_FROM_LEAST, PUBLISH_FROM_MOST = 3, 50
NUMBERS_FROM = 20
"""Below so many learners there are only words; from here on, steps of 5%."""
OPINIONS_FROM = 10
"""What people think of a statement is told from so many answers, if *k* is not higher."""
APART = timedelta(days=7)
"""Between two publications of a group there is at least so much time."""
LESSONS = 0
"""In the place of a question's number: the figure about a theme's lessons."""
HIDDEN = ""
WORDS = ("few", "some", "most", "nearly all")


class ThemeProgress(Struct, frozen=True):
    """How far one learner is in one theme; all four are counts."""

    title: str
    lessons: int
    lessons_read: int
    questions: int
    questions_known: int

    @property
    def in_words(self) -> str:
        return f"{self.lessons_read} of {self.lessons} lessons read, {self.questions_known} of {self.questions} questions known"

    @property
    def is_begun(self) -> bool:
        return self.lessons_read > 0 or self.questions_known > 0

    @property
    def is_whole(self) -> bool:
        return self.lessons_read >= self.lessons and self.questions_known >= self.questions


class ThemeMemory(Struct, frozen=True):
    """What one learner would still know of the questions of one theme that they answered, as far as can be estimated."""

    title: str
    answered: int
    today: float
    """How many of these, each counted by how likely it is."""
    in_a_month: float
    """The same in 30 days, if none of them is asked in between."""

    def about(self, many: float) -> str:
        """``"4 of 6"``: whole questions, since a decimal would claim to know more."""
        return f"{round(many)} of {self.answered}"

    @property
    def in_words(self) -> str:
        return f"about {self.about(self.today)} today, about {round(self.in_a_month)} in a month without a review"


class Sum(Struct, frozen=True):
    """All learners of a group in one figure, as it would be told now. ``done`` of ``of`` is the share; ``behind`` counts the
    learners who did something of it, ``moved`` those whose part is not what it was when the figure was told last."""

    theme: str
    question: int
    done: int
    of: int
    behind: int
    moved: int


class Told(Struct, frozen=True):
    """One figure as it was told: one of ``WORDS``, or a step such as ``about 15%``."""

    theme: str
    question: int
    """Its number, or ``LESSONS``."""
    word: str

    @property
    def level(self) -> int:
        """Its place in ``WORDS``, for steps as well."""
        return level(self.word)


class Publication(Struct, frozen=True):
    """What was told anew on one day. ``made_from``: *k*, as it was set then."""

    made_on: date
    made_from: int
    told: tuple[Told, ...]


def publication_is_due(today: date, latest: date | None, changed: int, *, publish_from: int) -> bool:
    """``changed``: learners who changed something since the latest one. A clock that was set back makes nothing due."""
    return changed >= least_behind(publish_from) and (latest is None or today - latest >= APART)


def told_anew(sums: Iterable[Sum], *, publish_from: int) -> tuple[Told, ...]:
    """Of these figures, those that may be told now. Nothing of the others is in it."""
    k = least_behind(publish_from)
    return tuple(
        Told(one.theme, one.question, _share(one.done, one.of, one.behind))
        for one in sums
        if one.behind >= k and one.moved >= k and one.of > 0
    )


def standing(publications: Iterable[Publication], publish_from: int, until: date | None = None) -> dict[tuple[str, int], Told]:
    """What stands of each figure: its latest telling, up to and including that day. One that was made from fewer learners than is
    set today is left out."""
    latest: dict[tuple[str, int], tuple[date, int, Told]] = {}
    for publication in publications:
        if until is not None and publication.made_on > until:
            continue
        for one in publication.told:
            place = one.theme, one.question
            if place not in latest or latest[place][0] <= publication.made_on:
                latest[place] = publication.made_on, publication.made_from, one
    return {place: one for place, (_, made_from, one) in latest.items() if made_from >= publish_from}


def least_behind(publish_from: int) -> int:
    """*k*: what the moderators set, and never under three."""
    return max(publish_from, PUBLISH_FROM_LEAST)


def opinion_in_words(agreeing: int, answers: int, *, publish_from: int) -> str:
    """How many agree with a statement, against all the rest together; ``HIDDEN`` when too few have answered."""
    return _share(agreeing, answers, answers) if answers >= max(least_behind(publish_from), OPINIONS_FROM) else HIDDEN


def share_in_words(some: int, of: int, *, publish_from: int) -> str:
    """How many of all who answered, in a word or a step; ``HIDDEN`` below k."""
    return _share(some, of, of) if of >= least_behind(publish_from) else HIDDEN


def chosen_in_words(chose: int, answers: int, *, publish_from: int) -> str:
    """How many of those who answered a question of a live round chose one of its options; ``HIDDEN`` when too few have answered.
    An answer that nobody gave and one that a few gave are told in the same word."""
    return _share(chose, answers, answers) if answers >= max(least_behind(publish_from), PUBLISH_FROM) else HIDDEN


def answers_in_words(answers: int) -> str:
    """How many have answered a question of a live round so far, in fives: so that nobody's own press can be seen in it."""
    return f"At least {rounded(answers)} have answered." if answers >= 5 else "Fewer than 5 have answered so far."


def groups_in_words(some: int, groups: int) -> str:
    """In how many groups something is so, as one word; ``HIDDEN`` where that would show what is so in one of a few."""
    return _share(some, groups, groups) if groups >= PUBLISH_FROM else HIDDEN


def level(word: str) -> int:
    """The place of a word in ``WORDS``, or that of the word that a step would be."""
    if word in WORDS:
        return WORDS.index(word)
    percent = int("".join(letter for letter in word if letter.isdigit()) or 0)
    if word.startswith("under"):
        return 0
    return sum(percent >= border for border in (25, 50, 75))


def percent_of(word: str) -> int:
    """About how many in a hundred that is: the middle of the word, or the step."""
    if word in WORDS:
        return (12, 37, 62, 87)[WORDS.index(word)]
    number = int("".join(letter for letter in word if letter.isdigit()))
    return {"under": number // 2, "over": number + 5}.get(word.partition(" ")[0], number)


def share_of(word: str, things: str) -> str:
    """``"some lessons"``, ``"about 15% of the lessons"``."""
    return f"{word} of the {things}" if word.endswith("%") else f"{word} {things}"


def rounded(learners: int) -> int:
    """Down to fives."""
    return learners - learners % 5


def learners_in_words(counted: int | None) -> str:
    """``"fewer than 5 learners"``, or the number rounded down to fives: ``"at least 15 learners"``. None: not counted yet."""
    if counted is None:
        return "fewer than 5 learners when it began"
    return f"at least {rounded(counted)} learners" if counted >= 5 else "fewer than 5 learners"


def _share(done: int, of: int, behind: int) -> str:
    if behind >= NUMBERS_FROM:
        percent = done * 100 // of
        if done * 10 > of * 9:
            return "over 90%"
        return "under 10%" if percent < 10 else f"about {percent - percent % 5}%"
    # The outer words must leave it open whether everybody, or nobody: of three learners "nearly all" would name each of them.
    if done * 4 < of:
        return WORDS[0] if of > 4 else WORDS[1]
    if done * 2 <= of:
        return WORDS[1]
    return WORDS[2] if done * 4 <= of * 3 or of <= 4 else WORDS[3]
