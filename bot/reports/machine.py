"""All groups on one machine together, for the operator. No group is named, and no group's figure can be told from the others'.

What was posted are facts, and are counted. Of learning there is one word for each theme and question, and only where it is about
five groups or more that have a figure of it themselves; so it stands on two floors of the same rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.overview import OWN, Asked, Overview, ThemeTogether
from bot.progress import HIDDEN, Told, groups_in_words


@dataclass(frozen=True, slots=True)
class QuestionEverywhere:
    """In how many of the groups that have a figure of it most know it: one word, or ``HIDDEN``."""

    text: str
    lesson: str
    word: str


@dataclass(frozen=True, slots=True)
class ThemeEverywhere:
    """``discussed`` and ``lessons`` count groups in which something of it was posted."""

    title: str
    discussed: int
    lessons: int
    read: str
    """In how many groups most of its lessons are read."""
    questions: tuple[QuestionEverywhere, ...]

    @property
    def told(self) -> int:
        """Questions of which anything is said."""
        return sum(one.word != HIDDEN for one in self.questions)


@dataclass(frozen=True, slots=True)
class Machine:
    groups: int
    learners: int
    """The sum of what each group's page says, which is rounded down to fives already: never more than there are."""
    lessons: int
    """Posted in all groups together."""
    prompts: int
    own_prompts: int
    scenarios: int
    rounds: int
    summed_up: int
    """Groups that have had a publication."""
    themes: tuple[ThemeEverywhere, ...]

    @property
    def hardest(self) -> tuple[tuple[str, QuestionEverywhere], ...]:
        """(theme, question) of those that most know in half of the groups or fewer."""
        return tuple((theme.title, one) for theme in self.themes for one in theme.questions if one.word in ("few", "some"))


def machine_of(groups: Sequence[Overview], titles: Sequence[tuple[str, str]]) -> Machine:
    """``titles``: name and title of each theme, in the order and language of the report."""
    items = [item for group in groups for item in group.items]
    return Machine(
        len(groups),
        sum(group.counted or 0 for group in groups),
        sum(item.kind == "lesson" for item in items),
        sum(item.kind == "prompt" for item in items),
        sum(item.theme_name == OWN for item in items),
        sum(item.kind == "scenario" for item in items),
        sum(item.times for item in items if item.kind == "round"),
        sum(group.as_of is not None for group in groups),
        tuple(_theme(title, [theme for group in groups for theme in group.themes if theme.name == name]) for name, title in titles),
    )


def _theme(title: str, them: Sequence[ThemeTogether]) -> ThemeEverywhere:
    read = [theme.read for theme in them if theme.read != HIDDEN]
    longest = max((theme.questions for theme in them), key=len, default=())
    return ThemeEverywhere(
        title,
        sum(theme.prompts_posted > 0 for theme in them),
        sum(theme.lessons_posted > 0 for theme in them),
        groups_in_words(sum(Told("", 0, word).level >= 2 for word in read), len(read)),
        tuple(_question(one, [other for theme in them for other in theme.questions]) for one in longest),
    )


def _question(one: Asked, everywhere: Sequence[Asked]) -> QuestionEverywhere:
    told = [other for other in everywhere if other.number == one.number and other.word != HIDDEN]
    return QuestionEverywhere(one.text, one.lesson, groups_in_words(sum(other.is_known for other in told), len(told)))
