"""Rules about many questions at once: habits of an author that none of the questions shows by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from bot.quality.bank import Asked, Bank, Thing
from bot.quality.one_question import Found, words_and_figures

MOST_LONGEST = MOST_SHORTEST = 0.40
FEWEST_TO_JUDGE = 5
"""Of fewer questions a share says nothing."""
ABOVE_RECALL = 0.40
MOST_IN_A_ROW = 3
POINTS = 0.08
"""By how much of all questions a place may have the key more often than its share."""
DOUBLED = 88
"""Per cent: from here on two questions ask the same."""

_ABSOLUTE = re.compile(r"\b(?:always|never|all|every|everyone|everybody|nobody|no one|none|only)\b", re.IGNORECASE)
_TELLING = 4
"""So many wrong options with such a word, and no right one, are a habit that can be noticed."""


def longest_keys(bank: Bank) -> Iterator[Found]:
    """In a theme, and in all together, the right option is the longest one in at most 40% of the questions."""
    yield from _shares(bank, "longest", MOST_LONGEST, lambda key, wrong: key > max(wrong))


def shortest_keys(bank: Bank) -> Iterator[Found]:
    """In a theme, and in all together, the right option is the shortest one in at most 40% of the questions."""
    yield from _shares(bank, "shortest", MOST_SHORTEST, lambda key, wrong: key < min(wrong))


def place_of_key(bank: Bank) -> Iterator[Found]:
    """Where options are not shuffled (keep_order), the right one stands in each place about equally often."""
    kept = [one for one in bank.questions if one.key and one.data.get("keep_order") is True]
    places = [one.options.index(one.key) for one in kept if one.key]
    for place in sorted(set(places)):
        fair = sum(1 / len(one.options) for one in kept if len(one.options) > place)
        count = places.count(place)
        if count - fair > max(1.0, POINTS * len(kept)):
            what = f"keeps its order, and of {len(kept)} such questions {count} have the right option in place {place + 1}"
            yield kept[places.index(place)], ("keep_order",), f"{what}; vary it, by other distractors"
    row = 0
    for question, place, before in zip(kept, places, [None, *places], strict=False):
        row = row + 1 if place == before else 1
        if row == MOST_IN_A_ROW + 1:
            what = f"is no. {row} in a row that keeps its order with the right option in place {place + 1}; vary it"
            yield question, ("keep_order",), what


def absolutes(bank: Bank) -> Iterator[Found]:
    """Words like "always", "all" and "nobody" are not in wrong options alone: whoever notices needs no knowledge."""
    for theme in bank.themes:
        wrong = [(question, one) for question in theme.questions for one in question.wrong if _ABSOLUTE.search(one.text)]
        if len(wrong) < _TELLING or any(question.key and _ABSOLUTE.search(question.key.text) for question in theme.questions):
            continue
        question, option = wrong[0]
        others = ", ".join(str(one.line(at.at)) for one, at in wrong[1:])
        found = _ABSOLUTE.search(option.text)
        word = found[0] if found else ""
        what = f"has {word!r}; in this theme such words are in wrong options alone (also in lines {others}): reword some"
        yield question, option.at, what


def levels(bank: Bank) -> Iterator[Found]:
    """In each theme at least 40% of the questions ask for more than recall."""
    for theme in bank.themes:
        asked = [one.text("level") for one in theme.questions]
        more = sum(level != "recall" for level in asked)
        if len(asked) >= FEWEST_TO_JUDGE and more < ABOVE_RECALL * len(asked):
            what = f"are {len(asked)}, of which {more} ask for more than recall; at least {ABOVE_RECALL:.0%} should"
            yield theme.theme, ("questions",), what


def doubled(bank: Bank) -> Iterator[Found]:
    """No two questions, and no two prompts, of the whole course ask nearly the same."""
    yield from _alike(bank.questions, "ask")
    yield from _alike([one for one in bank.questions if one.text("claim")], "claim")
    yield from _alike([one for theme in bank.themes for one in theme.prompts], "text")


def _alike(things: Sequence[Thing], key: str) -> Iterator[Found]:
    """Pairs whose words are nearly the same, in whatever order. Each text is compared with those of about its length."""
    from rapidfuzz import fuzz

    said = sorted((" ".join(sorted(words_and_figures(one.text(key)))), number) for number, one in enumerate(things))
    said = sorted((one for one in said if one[0]), key=lambda one: (len(one[0]), one[1]))
    longest_partner = 2 * 100 / DOUBLED - 1  # with more letters than that, a ratio of DOUBLED can't be reached
    for at, (text, number) in enumerate(said):
        for other, second in said[at + 1 :]:
            if len(other) > longest_partner * len(text):
                break
            if fuzz.ratio(text, other, score_cutoff=DOUBLED):
                first, later = things[min(number, second)], things[max(number, second)]
                place = f"{first.page.file}:{first.line((key,))}" if first.page is not later.page else f"line {first.line((key,))}"
                yield later, (key,), f"asks nearly the same as {first.where()} ({place}); ask something else, or delete one"


def _shares(bank: Bank, word: str, most: float, stands_out: Callable[[int, list[int]], bool]) -> Iterator[Found]:
    whole: Counter[bool] = Counter()
    for theme in bank.themes:
        found = Counter(_stands_out(one, stands_out) for one in theme.questions if one.key and one.wrong)
        whole += found
        if found.total() >= FEWEST_TO_JUDGE and found[True] > most * found.total():
            what = f"have the right option as the {word} one in {found[True]} of {found.total()}; {most:.0%} is the most"
            yield theme.theme, ("questions",), what
    if len(bank.themes) > 1 and whole.total() >= FEWEST_TO_JUDGE and whole[True] > most * whole.total():
        what = f"of all themes have the right option as the {word} one in {whole[True]} of {whole.total()}; {most:.0%} is the most"
        yield bank.themes[0].theme, ("questions",), what


def _stands_out(question: Asked, test: Callable[[int, list[int]], bool]) -> bool:
    return bool(question.key) and test(len(question.key.text if question.key else ""), [len(one.text) for one in question.wrong])
