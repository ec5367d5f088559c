"""A short answer that is typed, and graded with forgiveness. How it is written: ``bot/questions/short_answer.py``.

Accents, case, spaces, signs and a leading *the* don't matter. Of typos one is forgiven from four letters on, and two from eight; in
a text with figures none, since another figure is another answer. Each listed answer keeps its own: what is listed exactly is never
taken for its neighbour, and where two are close to each other, fewer typos are forgiven, so that nothing is near to both.

rapidfuzz is loaded when the first such answer is graded.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Literal

from bot.questions.shapes.question import (
    DONT,
    DONT_KNOW,
    RATHER_SEE,
    Asking,
    Explained,
    Graded,
    Level,
    NoAnswer,
    RightOrWrong,
    Told,
    Typing,
)
from bot.questions.shapes.thing import Shape, Source, plain

LONGEST = 100
_ARTICLES = ("the ", "a ", "an ")


class Answer(RightOrWrong, Shape):
    """An answer that the author foresaw, accepted or commonly mistaken, with other ways to write it."""

    right: str | None
    wrong: str | None
    also: tuple[str, ...]
    feedback: str

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.text, *self.also)


class ShortAnswer(Shape):
    """A question that is answered in a word or a few. A ``Question``."""

    kind: Literal["short answer"]
    number: int
    level: Level
    lesson: str
    ask: str
    answers: tuple[Answer, ...]
    otherwise: str
    sources: tuple[Source, ...]
    essay: tuple[str, ...]
    review_by: date | None
    accepted: tuple[str, ...]

    @property
    def options(self) -> tuple[Answer, ...]:
        return self.answers

    @property
    def right_text(self) -> str:
        return next(one.text for one in self.answers if one.is_right)

    def asked(self, seed: int, so_far: str = "") -> Asking:
        field = Typing("Your answer", "A word or a few. Case, accents and a small typo don't matter.", LONGEST)
        return Asking("Answer in your own words: a word or a few.", (DONT,), field)

    def grade(self, given: str) -> Graded:
        typed = " ".join(given.split())[:LONGEST]
        if typed == DONT_KNOW:
            return Graded(False, RATHER_SEE, self.otherwise, self.right_text)
        if not simplified(typed):
            raise NoAnswer("I found no letter and no figure in your answer; please write a word or a few.")
        said = f"**You wrote:** {plain(typed)}"
        found = self.meant(typed)
        if found is None:
            return Graded(False, said, self.otherwise, self.right_text)
        answer = self.answers[found]
        if not answer.is_right:
            return Graded(False, said, answer.feedback, self.right_text, (found,))
        # Whoever was understood in spite of a typo sees how it is written.
        as_written = simplified(typed) in map(simplified, answer.spellings)
        return Graded(True, said, answer.feedback, "" if as_written else answer.text, (found,))

    def meant(self, typed: str) -> int | None:
        """Which of the answers this is; ``None`` if it is none of them."""
        wanted = simplified(typed)
        listed = [(index, simplified(spelling)) for index, one in enumerate(self.answers) for spelling in one.spellings]
        for index, spelling in listed:
            if spelling == wanted:
                return index
        from rapidfuzz.distance import DamerauLevenshtein  # a metric: that is why nothing can be near to two answers below

        for index, spelling in listed:
            bound = forgiven(spelling)
            apart = [DamerauLevenshtein.distance(spelling, other) for answer, other in listed if answer != index] if bound else []
            bound = min([bound, *((one - 1) // 2 for one in apart)])
            if bound > 0 and DamerauLevenshtein.distance(wanted, spelling, score_cutoff=bound) <= bound:
                return index
        return None

    def explain(self) -> Explained:
        told = [
            Told("", " / ".join(one.spellings), "right" if one.is_right else "wrong", one.is_right, one.feedback)
            for one in sorted(self.answers, key=lambda one: not one.is_right)
        ]
        return Explained((), (*told, Told("", "Anything else", "wrong", False, self.otherwise)), "Answer in a word or a few.")


def simplified(text: str) -> str:
    """What a text says, without accents, case, spaces, signs and a leading article; nothing but letters and figures."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    words = "".join(one if one.isalnum() else " " for one in apart if not unicodedata.combining(one)).split()
    line = " ".join(words)
    article = next((one for one in _ARTICLES if line.startswith(one)), "")
    return line.removeprefix(article).replace(" ", "")


def forgiven(spelling: str) -> int:
    """How many typos are forgiven in this answer, if no other one is near. A swap of two neighbours is one."""
    if any(one.isdigit() for one in spelling) or len(spelling) < 4:
        return 0
    return 1 if len(spelling) < 8 else 2
