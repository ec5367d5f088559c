"""Rules about the kinds of questions that are no choice: what gives their answers away, or makes them nothing to think about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.quality.bank import Asked, Bank
from bot.quality.one_question import Found

FEWEST_CLAIMS = 5
"""Of fewer claims a share says nothing."""
LEAST_TRUE, MOST_TRUE = 0.3, 0.7
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_ORDINAL = re.compile(r"\b(?:first(?! time)|then|next|after that|finally|at last|in the end|later)\b", re.IGNORECASE)


def one_sided_claims(bank: Bank) -> Iterator[Found]:
    """Of all claims, between 30% and 70% are true: else whoever answers the same each time is mostly right."""
    claims = [question for question in bank.questions if isinstance(question.data.get("is_true"), bool)]
    true = sum(question.data["is_true"] for question in claims)
    if len(claims) >= FEWEST_CLAIMS and not LEAST_TRUE <= true / len(claims) <= MOST_TRUE:
        what = f"is one of {len(claims)} claims in the course, of which {true} are true; turn some round"
        yield claims[0], ("is_true",), what


def whole_claim(bank: Bank) -> Iterator[Found]:
    """A claim is a whole sentence with a full stop, and no question: cards put "True or false?" before it."""
    for question in bank.questions:
        claim = question.text("claim")
        if claim and not claim.endswith((".", ".”", '."')):
            yield question, ("claim",), "has no full stop at its end; a claim is a whole sentence"


def telling_steps(bank: Bank) -> Iterator[Found]:
    """A step to be put in order has no year in it, and no "then" or "finally": its place would be plain to see."""
    for question in bank.questions:
        steps = question.data.get("steps")
        for index, step in enumerate(steps if isinstance(steps, tuple) else ()):
            text = step.get("step") if isinstance(step, dict) else None
            found = (_YEAR.search(text) or _ORDINAL.search(text)) if isinstance(text, str) else None
            if found:
                yield question, ("steps", index, "step"), f"has {found[0]!r}, which gives its place away; say it in the feedback"


def wide_margin(bank: Bank) -> Iterator[Found]:
    """An estimate's margin is at most two thirds of its figure: else nearly everything is near enough."""
    for question in bank.questions:
        answer, margin = _figure(question, "answer"), _figure(question, "margin")
        if answer and margin and margin > abs(answer) * 2 / 3:
            yield question, ("margin",), f"is {margin:g} for a figure of {answer:g}; with so much, nearly everything is near enough"


def _figure(question: Asked, key: str) -> float | None:
    value = question.data.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
