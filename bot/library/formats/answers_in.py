"""What is asked and answered elsewhere, as the lines of a theme's file: one function for each ``How`` of ``asked.py``.

What a question file has no word for stands as a key without a value and a remark, and what has no place is told. Nothing here
grades or guesses: which of many answers is right, the file has to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from bot.library.formats.asked import NONE, WHOLE, Answer, Asked, Choice, Left, Match, Number, ShortAnswer, TrueOrFalse, Words
from bot.library.formats.placing import place_of
from bot.library.formats.plain_words import as_label, as_markdown
from bot.library.formats.yaml_words import written

MOST_OPTIONS = 10
"""So many options are written down for an author to choose from; more than that is no question for a small screen."""
MOST_ALSO = 10
FEWEST_PAIRS, MOST_PAIRS = 3, 5
FARTHEST = Decimal(10) ** 15
FAR = Decimal(10) ** 12
"""Half as wide is the range in which a number is told to be too low or too high."""
CLAIMED = "True or false, and why? "
"""Before a claim, where a question file asks for its reason."""
WHY = "20 to 160 characters: why one may think so, and what is true"

Lines = list[str]


class NoPlace(Exception):
    """The course can't have this: why, as the end of a sentence."""


def key(word: str, value: str | int | None, indent: int, to_do: str) -> str:
    """A line of the file; without a value, one that says what is to be written there."""
    begun = f"{' ' * indent}{word}:"
    if value is None or value == "":
        return f"{begun}  # to do: {to_do}"
    return f"{begun} {value if isinstance(value, int) else written(value, indent + 2 * word.startswith('- '))}"


def _choice(one: Asked, how: Choice, left: list[Left]) -> Lines:
    best = max((answer.percent for answer in how.answers), default=NONE)
    right = [answer for answer in how.answers if answer.percent > NONE and (how.several or answer.percent == best)]
    if not right:
        raise NoPlace("none of its options is right")
    if len(how.answers) > MOST_OPTIONS:
        raise NoPlace(f"it has {len(how.answers):,} options; a few are shown")
    if len(right) == len(how.answers):
        raise NoPlace("all of its options are right")
    if len(right) > 1 and not how.several:
        left.append(Left(one.line, "several of its options are right by themselves; it asks for all of them now"))
    if any(answer.percent > NONE for answer in how.answers if answer not in right):
        left.append(Left(one.line, "an option that counts for a part is wrong now; its feedback may say what is right about it"))
    if claim := place_of(one.tags).claim:
        said = as_markdown(one.ask).removeprefix(CLAIMED)
        return [
            "    kind: true or false",
            key("claim", said, 4, ""),
            f"    is_true: {claim}",
            "    reasons:",
            *_options(how.answers, right),
        ]
    kind = "many choices" if len(right) > 1 else "one choice"
    return [f"    kind: {kind}", "    options:", *_options(how.answers, right)]


def _options(answers: Iterable[Answer], right: list[Answer]) -> Lines:
    lines: Lines = []
    for answer in answers:
        lines += [
            key("- right" if answer in right else "- wrong", as_label(answer.words), 6, "the option's text"),
            key("feedback", _line(answer.feedback), 8, WHY),
        ]
    return lines


def _truth(one: Asked, how: TrueOrFalse, left: list[Left]) -> Lines:
    left.append(Left(one.line, "true or false has a reason here, so that nobody is right by luck: the reasons are to be written"))
    return [
        "    kind: true or false",
        key("claim", as_label(one.ask), 4, "a statement that is plainly true or false"),
        f"    is_true: {'true' if how.is_true else 'false'}",
        "    reasons:",
        key("- right", None, 6, "the reason that shows it"),
        key("feedback", _line(how.if_right), 8, WHY),
        key("- wrong", None, 6, "a reason of those who think otherwise"),
        key("feedback", _line(how.if_wrong), 8, WHY),
    ]


def _short(one: Asked, how: ShortAnswer, left: list[Left]) -> Lines:
    typed = [(as_label(answer.words), answer) for answer in how.answers]
    others = next((answer for text, answer in typed if text == "*"), None)
    known = [(text, answer) for text, answer in typed if text.replace("*", "").strip()]
    if any("*" in text for text, _ in known):
        left.append(Left(one.line, "an answer with * in it stood for many; here small typos are forgiven, and * is a sign"))
    best = max((answer.percent for _, answer in known), default=NONE)
    if best <= NONE:
        raise NoPlace("none of its answers is right")
    if any(NONE < answer.percent < best for _, answer in known):
        left.append(Left(one.line, "an answer that counts for a part is wrong now; its feedback may say what is right about it"))
    lines = ["    kind: short answer", "    answers:"]
    spellings: dict[tuple[bool, str], dict[str, str]] = {}
    for text, answer in known:
        same = spellings.setdefault((answer.percent == best, _line(answer.feedback)), {})
        same.setdefault(text, text)
    for (is_right, feedback), same in spellings.items():
        first, *also = same.values()
        if len(also) > MOST_ALSO:
            left.append(Left(one.line, f"of the other spellings of {first[:40]!r} the first {MOST_ALSO} are kept"))
        lines.append(key("- right" if is_right else "- wrong", first, 6, "an answer"))
        lines += ["        also:", *(f"          - {written(text, 12)}" for text in also[:MOST_ALSO])] if also else []
        lines.append(key("feedback", feedback, 8, WHY))
    return [*lines, key("otherwise", _line(others.feedback) if others else "", 4, "20 to 160 characters, for every other answer")]


def _number(one: Asked, how: Number, left: list[Left]) -> Lines:
    near = next((each for each in how.answers if each.percent == WHOLE and each.value is not None), None)
    if near is None or near.value is None:
        raise NoPlace("no number is right")
    if abs(near.value) > FARTHEST or near.margin > FARTHEST:
        raise NoPlace("its number is larger than anything that is counted here")
    least, most = near.value - near.margin, near.value + near.margin
    beside = [each for each in how.answers if each is not near]
    low = next((one for one in beside if one.percent == NONE and one.value is not None and one.value + one.margin <= least), None)
    high = next((one for one in beside if one.percent == NONE and one.value is not None and one.value - one.margin >= most), None)
    if any(each is not low and each is not high for each in beside):
        left.append(Left(one.line, "one number is right here, give or take a margin; the others were left out"))
    if how.otherwise:
        said = _line(how.otherwise)[:160]
        left.append(Left(one.line, f"what was said to any other number may become its too_low or too_high: {said}"))
    return [
        "    kind: estimate",
        f"    answer: {_plain(near.value)}",
        f"    margin: {_plain(near.margin)}" if near.margin else key("margin", None, 4, "how far off is near enough"),
        *([key("unit", unit, 4, "")] if (unit := place_of(one.tags).unit) else []),
        key("feedback", _line(near.feedback), 4, "20 to 240 characters: where the figure comes from, and what it means"),
        *([key("too_low", _line(low.feedback), 4, "")] if low and low.feedback else []),
        *([key("too_high", _line(high.feedback), 4, "")] if high and high.feedback else []),
    ]


def _match(one: Asked, how: Match, left: list[Left]) -> Lines:
    pairs = [(as_label(pair.left), " ".join(pair.right.split())) for pair in how.pairs]
    whole = [(this, fits) for this, fits in pairs if this and fits]
    if len(whole) < len(pairs):
        left.append(Left(one.line, "a half of a pair that belongs to nothing was left out"))
    if not FEWEST_PAIRS <= len(whole) <= MOST_PAIRS:
        raise NoPlace(f"it has {len(whole):,} pair{'' if len(whole) == 1 else 's'}; three to five are asked")
    said, rest = _said_of(one, whole)
    in_order = place_of(one.tags).in_order
    lines = ["    kind: order", "    steps:"] if in_order else ["    kind: match", "    pairs:"]
    for this, fits in whole:
        lines += [key("- step", fits, 6, "")] if in_order else [key("- this", this, 6, ""), key("fits", fits, 8, "")]
        lines.append(key("feedback", said.get((this, fits)), 8, "20 to 160 characters: why they belong together"))
    return [*lines, *([key("feedback", rest, 4, "")] if in_order and rest else [])]


def explained(this: str, fits: str, why: str) -> str:
    """A line of general feedback about a pair."""
    return f"{this} → {fits}: {why}"


def _said_of(one: Asked, pairs: list[tuple[str, str]]) -> tuple[dict[tuple[str, str], str], str]:
    """What general feedback says of each pair, if it was written by ``explained``; and the rest of it."""
    said: dict[tuple[str, str], str] = {}
    rest = []
    for line in as_markdown(one.general).split("\n") if one.general else ():
        pair = next((pair for pair in pairs if line.startswith(explained(*pair, ""))), None)
        if pair:
            said[pair] = line.removeprefix(explained(*pair, ""))
        else:
            rest.append(line)
    return said, " ".join(rest)


def says_general(one: Asked) -> bool:
    """Whether its general feedback stands with its pairs, so that nothing is lost of it."""
    if not isinstance(one.how, Match) or not one.general:
        return False
    said, rest = _said_of(one, [(as_label(pair.left), " ".join(pair.right.split())) for pair in one.how.pairs])
    return bool(said) and (not rest or place_of(one.tags).in_order)


USES: Mapping[type[Any], Callable[[Asked, Any, list[Left]], Lines]] = {
    Choice: _choice,
    TrueOrFalse: _truth,
    ShortAnswer: _short,
    Number: _number,
    Match: _match,
}
"""How each kind is written down that the course can ask."""


def _line(words: Words | None) -> str:
    return " ".join(as_markdown(words).split()) if words else ""


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
