"""Words, sentences and syllables of a text, for the rules. English only where that is said."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyphen import Pyphen

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)*]*(?=\s|$)|:(?=\s+[-*] )|\n\s*\n|\n(?=\s*[-*] )")
_NO_END = re.compile(r"\b(?:Mr|Ms|Mrs|Dr|St|vs|No|etc|e\.g|i\.e|U\.S|approx|ca)\.", re.IGNORECASE)
_MARKS = re.compile(r"[*_~`|]+")


def words_in(text: str) -> list[str]:
    """The words of a text, without numbers and signs; parts of a hyphenated word are words."""
    return _WORD.findall(_MARKS.sub("", text))


def sentences_in(text: str) -> list[str]:
    """The sentences of a text, each with a word in it."""
    plain = _NO_END.sub(lambda found: found[0].replace(".", ""), _MARKS.sub("", text))
    return [one.strip() for one in _SENTENCE_END.split(plain) if _WORD.search(one)]


def grade(text: str) -> float:
    """The Flesch–Kincaid grade of an English text: about how many years of school it takes to read it with ease.

    Kincaid, Fishburne, Rogers and Chissom: Derivation of New Readability Formulas for Navy Enlisted Personnel. Research Branch
    Report 8-75, 1975. Written out here, since the present version of textstat needs nltk, which downloads its data as it runs.
    A text without words has grade 0.
    """
    words = words_in(text)
    if not words:
        return 0.0
    syllables = sum(map(syllables_in, words))
    return 0.39 * len(words) / max(len(sentences_in(text)), 1) + 11.8 * syllables / len(words) - 15.59


@lru_cache(maxsize=20_000)
def syllables_in(word: str) -> int:
    """About how many syllables an English word has: one more than the places where it can be hyphenated. Where a hyphen would
    look odd there is no such place ("a-rea"), so it is rather too few than too many, and grades are rather too low."""
    return len(_hyphens().positions(word.casefold())) + 1


@cache
def _hyphens() -> Pyphen:
    from pyphen import Pyphen

    return Pyphen(lang="en_US", left=1, right=2)
