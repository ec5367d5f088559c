"""How a crowd that shrinks is said in words: roughly, since its sum rests on assumptions. Pure. No step lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.library import Story

if TYPE_CHECKING:
    from fractions import Fraction

MOST_LINES = 12
_WORDS = ((10**9, "billion"), (10**6, "million"))


def still_fitting(story: Story) -> str:
    """What a card says of the crowd after the latest choice; empty where nobody counts."""
    count, fitting = story.scenario.count, story.fitting
    if count is None or fitting is None:
        return ""
    if not story.steps:
        return f"**Who could it be?** {_capital(about(fitting))} {count.of}."
    step = story.steps[-1]
    if step.choice.narrows is None or step.before is None:
        alone = f"Only {count.who} fits" if is_alone(fitting) else f"{_capital(about(fitting))} {count.of} fit"
        return f"**{alone}, as before.**"
    if is_alone(fitting):
        said = f"By this sum, only {count.who} still fits"
    else:
        said = f"{_capital(about(fitting))} {count.of} still fit, about 1 in {_rough(count.start / fitting)}"
    narrows = step.choice.narrows
    return f"**{said}.**\n-# {_capital(narrows.by)} keeps {_grouped(narrows.keeps)}. Assumed: {narrows.assuming}"


def sum_in_words(story: Story) -> str:
    """All that was given away, line by line, for the end of a story; empty where nobody counts."""
    count = story.scenario.count
    if count is None:
        return ""
    given = [step for step in story.steps if step.choice.narrows is not None]
    if not given:
        return f"**What was given away.** Nothing. {count.who} could still be any of {about(count.start)} {count.of}."
    lines = [
        f"- {narrows.by} ({_grouped(narrows.keeps)}): {_left(step.after)}"
        for step in given
        if (narrows := step.choice.narrows) and step.after is not None
    ]
    more = [f"- and {len(lines) - MOST_LINES} facts more"] if len(lines) > MOST_LINES else []
    return "\n".join([f"**The sum.** It begins with {about(count.start)} {count.of}.", *lines[:MOST_LINES], *more])


def about(number: Fraction | int) -> str:
    """Two digits of a number that is no better known than that: ``about 12,000``. A number that has no more than two is exact."""
    rough = _rough(number)
    return rough if _two_digits(number) == number else f"about {rough}"


def is_alone(fitting: Fraction) -> bool:
    """Counted in whole people, nobody else fits."""
    return round(fitting) < 2


def _left(fitting: Fraction) -> str:
    return "one is left" if is_alone(fitting) else f"{about(fitting)} left"


def _rough(number: Fraction | int) -> str:
    rounded = _two_digits(number)
    for size, word in _WORDS:
        if rounded >= size:
            whole, tenth = divmod(rounded * 10 // size, 10)
            return f"{whole}.{tenth} {word}" if tenth and whole < 10 else f"{rounded // size:,} {word}"
    return f"{rounded:,}"


def _two_digits(number: Fraction | int) -> int:
    """Rounded to two digits, at least 1."""
    whole = max(round(number), 1)
    step = 10 ** max(len(str(whole)) - 2, 0)
    return round(number / step) * step if step > 1 else whole


def _grouped(share: str) -> str:
    few, _, of = share.partition(" in ")
    return f"{int(few):,} in {int(of):,}"


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
