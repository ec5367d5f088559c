"""The glossary: which words a lesson uses, and what they mean.

A word is found in a lesson by its letters alone, in any of the forms that its entry names; what a form means in that place, nobody
here knows. So an entry names no form that also means something else. What an author may write is in ``term.py``; rules that need
the themes are in ``across_glossary.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from bot.library.shapes import Lesson, Term


class Glossary:
    """All words of one language, by alphabet."""

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        self.terms = tuple(sorted(terms, key=lambda term: (term.word.casefold(), term.name)))
        self._used: dict[tuple[str, str], tuple[Term, ...]] = {}

    def term(self, name: str) -> Term | None:
        """The word with this permanent name."""
        return self._named.get(name)

    def called(self, typed: str) -> Term | None:
        """The word that somebody means: its permanent name, or any of its forms."""
        return self.term(typed) or self._forms.get(one_blank(typed))

    def used_in(self, theme: str, lesson: Lesson) -> tuple[Term, ...]:
        """The words that this lesson of the theme uses, in the order in which it does. Looked for once, then remembered."""
        key = (theme, lesson.name)
        if key not in self._used:
            text = "\n".join((lesson.title, lesson.key_idea, lesson.example, lesson.try_this))
            found = dict.fromkeys(self._forms[one_blank(form)] for form in self._pattern.findall(text)) if self.terms else {}
            self._used[key] = tuple(found)
        return self._used[key]

    @cached_property
    def _named(self) -> dict[str, Term]:
        return {term.name: term for term in self.terms}

    @cached_property
    def _forms(self) -> dict[str, Term]:
        return {one_blank(form): term for term in self.terms for form in term.forms}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return pattern_of(form for term in self.terms for form in term.forms)


def pattern_of(forms: Iterable[str]) -> re.Pattern[str]:
    """Finds whole words alone, the longest form first, over the ends of lines, and never within a word with hyphens."""
    longest_first = sorted(forms, key=len, reverse=True)
    words = "|".join(r"\s+".join(map(re.escape, form.split())) for form in longest_first)
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


def one_blank(text: str) -> str:
    """A form as it is compared: small letters, one blank between words."""
    return " ".join(text.casefold().split())
