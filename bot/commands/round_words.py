"""What is said of a round's answers, and what it comes to in the end. Pure: numbers in, words out.

From the exact numbers come words, once, when a question is revealed; all the rest is made from these words alone, so that the end
of a round can't say more than its reveals did. Nobody's name, speed or place is anywhere in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from bot.library import Theme
from bot.press import base36
from bot.progress import HIDDEN, chosen_in_words, level, percent_of, rounded
from bot.questions import Graded, Question
from bot.storage import Round

FEWEST, USUAL, MOST = 3, 5, 10
"""How many questions a round has."""
SPLIT = range(25, 76)
"""Per cent who were right, where there was a split."""
TO_TALK_ABOUT = 2


class Asked(Struct, frozen=True):
    """One question of a round as it was told. ``is_known``: None where too few have answered."""

    question: Question
    is_known: bool | None


class Result(Struct, frozen=True):
    """What the group knows together, of the questions that were revealed."""

    asked: tuple[Asked, ...]
    to_talk_about: tuple[Question, ...]

    @property
    def known(self) -> int:
        return sum(one.is_known is True for one in self.asked)

    @property
    def told(self) -> int:
        return sum(one.is_known is not None for one in self.asked)

    @property
    def in_words(self) -> str:
        """Such as ``We knew 7 of 10``."""
        if self.told:
            return f"We knew {self.known} of {self.told}" if self.known else f"We knew none of {self.told} yet"
        return "We have played" if self.asked else "The round is over"


def lengths(theme: Theme) -> tuple[int, ...]:
    """How many questions a round about this theme can have, the usual number first; none if it has too few."""
    most = min(len(theme.questions), MOST)
    usual = min(USUAL, most)
    return (usual, *(many for many in range(FEWEST, most + 1) if many != usual)) if most >= FEWEST else ()


def title_of_round(theme: Theme, many: int) -> str:
    return f"{many} questions about {theme.title}"


def drawn(theme: Theme, many: int, round_id: int) -> tuple[int, ...]:
    """Which are asked, by their numbers: others in each round, the same for ever in this one."""
    numbers = [one.number for one in theme.questions]
    return tuple(sorted(numbers, key=lambda one: hashlib.sha256(f"{round_id}|{one}".encode()).digest())[:many])


class Foreseen(Struct, frozen=True):
    """One of the answers that a question's author foresaw. ``mark``: its letter on the card, if it had one there."""

    index: int
    mark: str
    text: str
    feedback: str
    is_right: bool

    @property
    def named(self) -> str:
        return f"**{self.mark}** · {self.text}" if self.mark else f"- **{self.text}**"


def answers_of(question: Question, round_id: int) -> tuple[Foreseen, ...]:
    """In the order in which they stood on the card, if each had a button there; else the right ones first."""
    signs = {one.answer: one.label for one in question.asked(round_id).presses}
    every = [
        Foreseen(index, signs.get(str(index), ""), one.text, one.feedback, one.is_right)
        for index, one in enumerate(question.options)
    ]
    if question.asked(round_id).field or not all(one.mark for one in every):
        every = [replace(one, mark="") for one in every]
    return tuple(sorted(every, key=lambda one: one.mark or not one.is_right))


def why_of(question: Question) -> str:
    """The line that explains the right answer."""
    return next((one.feedback for one in question.explain().told if one.is_right and one.feedback), "")


def outcome(graded: Graded) -> str:
    """What is kept of an answer until the reveal: whether it is right, and which foreseen answers it amounts to. Never a text."""
    return ("r" if graded.is_right else "w") + "".join(map(base36, graded.picks))


def words_about(question: Question, counts: Mapping[str, int], publish_from: int) -> tuple[str, ...]:
    """From how many there are of each outcome: a word for those who were right, and one for each of the question's options. None at
    all if too few have answered."""
    answers = sum(counts.values())
    many = [sum(number for one, number in counts.items() if one[:1] == "r")]
    many += [sum(number for one, number in counts.items() if base36(index) in one[1:]) for index in range(len(question.options))]
    words = tuple(chosen_in_words(one, answers, publish_from=publish_from) for one in many)
    return () if HIDDEN in words else words


def are_of(words: tuple[str, ...], question: Question) -> bool:
    """Whether these words are about it as it is now: its options may have been changed since."""
    return len(words) == 1 + len(question.options)


def signature(round_: Round, answered: int) -> str:
    """What a card shows of a round, in a few signs: as long as it is the same, no card has to be changed."""
    return f"{step_of(round_)}.{round_.reveal_at or 0}.{rounded(answered) if round_.is_open else 0}"


def step_of(round_: Round) -> str:
    """The part of the signature that only whoever leads it, or the timer, changes."""
    return f"{round_.asking}.{len(round_.told)}"


def result_of(round_: Round, theme: Theme | None) -> Result:
    """Of all questions that were revealed and are still there."""
    asked: list[Asked] = []
    split: list[tuple[int, Question]] = []
    for number, words in zip(round_.questions, round_.told, strict=False):
        question = theme.question(number) if theme else None
        if question is None:
            continue
        if not are_of(words, question):
            asked.append(Asked(question, None))
            continue
        asked.append(Asked(question, level(words[0]) >= 2))
        if percent_of(words[0]) in SPLIT:
            split.append((abs(percent_of(words[0]) - 50), question))
    divided = [question for _, question in sorted(split, key=lambda one: one[0])]
    missed = [one.question for one in asked if one.is_known is False and one.question not in divided]
    return Result(tuple(asked), tuple((divided + missed)[:TO_TALK_ABOUT]))
