"""*How sure are you?*, below a question: one press, before the answer, for whoever likes to. No step lives here.

It travels in the presses of the card. Nothing of it is kept but whether a wrong answer was one that the learner was certain of.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.cards import Button, Part, Row, Text
from bot.press import NotAPress, Press
from bot.recall import Sure

_LABELS = {Sure.GUESS: "Guess", Sure.FAIRLY: "Fairly", Sure.CERTAIN: "Certain"}
_SAID = {Sure.GUESS: "a guess", Sure.FAIRLY: "fairly sure", Sure.CERTAIN: "certain"}


def how_sure(said: Sure, says: Callable[[Sure], Press]) -> tuple[Part, ...]:
    """The three buttons; ``says`` is where one leads to. The one that was chosen takes it back."""
    if said is Sure.UNSAID:
        why = (
            "-# How sure are you? If you like, say so before you answer: a guess comes back sooner, and what you were certain of "
            "and got wrong comes back first."
        )
    else:
        why = f"-# You said: {_SAID[said]}. Now answer. The same button takes it back."
    buttons = tuple(
        Button(f"✓ {label}" if sure is said else label, says(Sure.UNSAID if sure is said else sure))
        for sure, label in _LABELS.items()
    )
    return Text(why), Row(buttons)


def sure_of(word: str) -> Sure:
    """One digit of a press. Raises ``NotAPress``."""
    try:
        return Sure(int(word))
    except ValueError as error:
        raise NotAPress("nothing that somebody could be sure of") from error
