"""Match: which belongs to which. How it is written: ``bot/questions/match.py``. Answered press by press, as an order is."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bot.questions.shapes.order import arranged, completed, mixed
from bot.questions.shapes.question import LETTERS, Asking, Explained, Graded, Level, Press, Told, in_lines, lettered
from bot.questions.shapes.thing import Shape, Source

_ON_PAPER = 0


class Pair(Shape):
    """Two things that belong together."""

    this: str
    fits: str
    feedback: str


class Match(Shape):
    """Pairs that were taken apart. A ``Question``."""

    kind: Literal["match"]
    number: int
    level: Level
    lesson: str
    ask: str
    pairs: tuple[Pair, ...]
    sources: tuple[Source, ...]
    essay: tuple[str, ...]
    review_by: date | None
    accepted: tuple[str, ...]

    @property
    def options(self) -> tuple[()]:
        return ()

    @property
    def right_text(self) -> str:
        return "; ".join(f"{pair.this} → {pair.fits}" for pair in self.pairs)

    def asked(self, seed: int, so_far: str = "") -> Asking:
        done = arranged(so_far, len(self.pairs))
        order = mixed(len(self.pairs), seed, self.number)
        left = [(letter, index) for letter, index in zip(LETTERS, order, strict=False) if index not in done]
        lines = [
            f"{place}. {pair.this}{f' → {self.pairs[done[place - 1]].fits}' if place <= len(done) else ''}"
            for place, pair in enumerate(self.pairs, 1)
        ]
        now = self.pairs[len(done)].this
        lines += [f"\nWhat belongs to **{now}**?", in_lines((letter, self.pairs[index].fits) for letter, index in left)]
        presses = tuple(Press(letter, f"{so_far}{index}") for letter, index in left)
        return Asking("\n".join(lines), (*presses, Press("Start over", "")) if so_far else presses)

    def grade(self, given: str) -> Graded:
        chosen = completed(given, len(self.pairs))
        said = "\n".join(f"- {pair.this} → {self.pairs[index].fits}" for pair, index in zip(self.pairs, chosen, strict=True))
        fit = sum(place == index for place, index in enumerate(chosen))
        told = "\n".join(
            f"- {'Fits' if place == index else 'Not that'}: **{pair.this}** → **{pair.fits}** · {pair.feedback}".rstrip(" ·")
            for (place, pair), index in zip(enumerate(self.pairs), chosen, strict=True)
        )
        if fit == len(self.pairs):
            return Graded(True, f"**You matched:**\n{said}", told, "")
        how_many = "None of the pairs fits" if not fit else f"{fit} of the {len(self.pairs)} pairs {'fits' if fit == 1 else 'fit'}"
        first = f"{how_many}. This is how they belong together:"
        return Graded(False, f"**You matched:**\n{said}", f"{first}\n{told}", "")

    def explain(self) -> Explained:
        order = mixed(len(self.pairs), _ON_PAPER, self.number)
        these = tuple((str(place), pair.this) for place, pair in enumerate(self.pairs, 1))
        told = tuple(
            Told(str(place + 1), f"{pair.this} → {pair.fits}", f"{LETTERS[order.index(place)]}", True, pair.feedback)
            for place, pair in enumerate(self.pairs)
        )
        return Explained((these, lettered(self.pairs[index].fits for index in order)), told, "Which belongs to which?")
