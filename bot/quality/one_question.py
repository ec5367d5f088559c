"""Rules about one question by itself: what gives its answer away, and what makes it hard to read.

Numbers in capitals are the thresholds of the project's own brief on writing questions, which follows Haladyna, Downing and
Rodriguez: A Review of Multiple-Choice Item-Writing Guidelines for Classroom Assessment (Applied Measurement in Education, 2002).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from bot.library import Steps
from bot.quality.bank import Asked, Bank, Thing
from bot.quality.words import words_in

Found = tuple[Thing, Steps, str]
"""What a rule finds: the thing, where in it, and what is wrong, as the rest of a sentence."""

LONGER_THAN_THE_REST = 1.25
FEWEST_WORDS, MOST_WORDS = 6, 35
ALIKE = 90
"""Per cent of letters in common, from which two options are nearly the same."""
PHRASE = 3
"""Words of an option that is whole inside another: "four" may be in "four hundred"."""
RARE = 2
"""A word that no more stems of the bank have than these is rare."""
MANY = 10_000
"""From here on, lessons write a figure with commas."""
LONG_ENOUGH = 6
"""Letters of a word that can echo: shorter ones are in every sentence."""

_ABOVE = re.compile(
    r"\b(?:all|none|any|both|each|neither|either|some|two) of (?:the )?(?:above|these|those|them|options|answers|others)\b"
    r"|\bthe above\b|\b(?:both|neither|either) [A-D] (?:and|or|nor) [A-D]\b|^[A-D] (?:and|or) [A-D]$|^(?:all|none) of it$",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"(?<!\*)\b(?:not(?! only)|except|never|(?<!at )least)\b(?!\*)|\w+n['’]t\b")
_OPEN = re.compile(r"\?[\"'”’)*_]*$|…$|\.\.\.$|___")
QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def long_key(bank: Bank) -> Iterator[Found]:
    """The right option is at most a quarter longer than the longest wrong one; else its length gives it away."""
    for question in bank.questions:
        longest = max((len(one.text) for one in question.wrong), default=0)
        if question.key and longest and len(question.key.text) > LONGER_THAN_THE_REST * longest:
            what = f"is the right one and has {len(question.key.text)} characters, the longest wrong one {longest}; make them alike"
            yield question, question.key.at, what


def above(bank: Bank) -> Iterator[Found]:
    """No option is "all of the above" or the like: options are shuffled, and it can be guessed from two of them."""
    for question in bank.questions:
        for option in question.options:
            if found := _ABOVE.search(option.text):
                yield question, option.at, f"says {found[0]!r}; options are shuffled, and stand for themselves"


def negative_stem(bank: Bank) -> Iterator[Found]:
    """A question that asks for what is not so says NOT in capitals or bold, since "not" is easily read over; a claim, too."""
    for question in bank.questions:
        if found := _NEGATIVE.search(QUOTED.sub("…", question.text(str(question.stem[-1])))):
            yield question, question.stem, f"has {found[0]!r}, which is easily read over; turn it round, or write it in capitals"


def whole_question(bank: Bank) -> Iterator[Found]:
    """A question is a whole sentence with a question mark; one to be completed ends with … or has a gap ___."""
    for question in bank.questions:
        if question.ask and not _OPEN.search(question.ask):
            yield question, ("ask",), "has no question mark at its end; a sentence to be completed ends with … or has a gap ___"


def length_of_stem(bank: Bank) -> Iterator[Found]:
    """A question, or a claim, has 6 to 35 words: enough to be understood alone, and no more to be remembered than that."""
    for question in bank.questions:
        words = len(question.text(str(question.stem[-1])).split())
        if words and not FEWEST_WORDS <= words <= MOST_WORDS:
            yield question, question.stem, f"has {words} word{'s' * (words != 1)}; {FEWEST_WORDS} to {MOST_WORDS} are good to read"


def alike_options(bank: Bank) -> Iterator[Found]:
    """No option nearly repeats another one, or has it whole inside: then both are right, or both wrong."""
    from rapidfuzz import fuzz

    for question in bank.questions:
        plain = [(one, " ".join(words_and_figures(one.text))) for one in question.options]
        for (one, text), (other, longer) in combinations(plain, 2):
            if text == longer:
                continue  # the reader refuses that
            shorter, longer = sorted((text, longer), key=len)
            inside = len(shorter.split()) >= PHRASE and f" {shorter} " in f" {longer} "
            # Different figures are different answers, however alike the words are.
            figures = _FIGURE.findall(one.text) != _FIGURE.findall(other.text)
            if (inside or fuzz.ratio(shorter, longer) >= ALIKE) and not figures:
                what = f"is nearly the same as the option in line {question.line(one.at)}; let each say something of its own"
                yield question, other.at, what


def uneven_options(bank: Bank) -> Iterator[Found]:
    """All options begin and end alike: in capitals or small, with a full stop or without, with "to …" or without."""
    for question in bank.questions:
        texts = [one.text for one in question.options]
        first = [one.text.lstrip("\"'“‘*(")[:1] for one in question.options]
        letters = [one for one in first if one.isalpha()]
        if letters and len({one.isupper() for one in letters}) > 1:
            yield question, ("options",), "begin partly with a capital and partly with a small letter; begin them alike"
        if len({text.endswith((".", "!")) for text in texts}) > 1:
            yield question, ("options",), "end partly with a full stop and partly without; end them alike"
        if 0 < sum(text.startswith("To ") for text in texts) < len(texts):
            yield question, ("options",), 'begin partly with "To" and partly without; begin them alike'


def echo(bank: Bank) -> Iterator[Found]:
    """No rare word of the question is in the right option alone: it would sound right to those who know nothing."""
    stems = Counter(word for question in bank.questions for word in _long_words(question.ask))
    for question in bank.questions:
        if question.key is None:
            continue
        elsewhere = {word for one in question.wrong for word in _long_words(one.text)}
        words = (_long_words(question.ask) & _long_words(question.key.text)) - elsewhere
        if telling := sorted(word for word in words if stems[word] <= RARE):
            what = f"repeats {telling[0]!r} from the question, and no wrong option does; use it in more, or in none"
            yield question, question.key.at, what


def figures(bank: Bank) -> Iterator[Found]:
    """A figure in a question, or in what is right about it, is also in a lesson of the theme or with a cited source."""
    for theme in bank.themes:
        lessons = {figure for lesson in theme.lessons for figure in _figures(lesson, "key_idea", "example", "try_this", "title")}
        for question in theme.questions:
            known = lessons | _cited(question, bank)
            for place, text in _taught(question):
                for figure in _FIGURE.findall(text):
                    if figure not in known:
                        what = f"has the figure {figure}, which is in no lesson of this theme and with no cited source"
                        yield question, place, what


def _taught(question: Asked) -> Iterator[tuple[Steps, str]]:
    """What a question says itself: what it asks, and what is right. A false claim teaches nothing."""
    yield ("ask",), question.ask
    if question.data.get("is_true") is True:
        yield ("claim",), question.text("claim")
    yield from ((one.at, one.text) for one in question.options if one.is_right)
    answer = question.data.get("answer")
    if isinstance(answer, int | float) and not isinstance(answer, bool):
        yield ("answer",), f"{answer:,}" if abs(answer) >= MANY else f"{answer}"


def words_and_figures(text: str) -> list[str]:
    """What a text says, without how it is written: for comparing."""
    return re.findall(r"\w+", text.casefold())


def _long_words(text: str) -> set[str]:
    return {word.casefold() for word in words_in(text) if len(word) >= LONG_ENOUGH}


def _figures(thing: Thing, *keys: str) -> set[str]:
    return {figure for key in keys for figure in _FIGURE.findall(thing.text(key))}


def _cited(question: Asked, bank: Bank) -> set[str]:
    cited = question.data.get("sources")
    found: set[str] = set()
    for key in cited if isinstance(cited, tuple) else ():
        source = bank.sources.get(key) if isinstance(key, str) else None
        if isinstance(source, dict):
            found |= {figure for value in source.values() for figure in _FIGURE.findall(str(value))}
    return found
