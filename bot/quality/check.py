"""One look at a content folder, or at one file: what the reader refuses, and what the rules warn of, together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.library import Looked, look
from bot.quality.bank import ENGLISH, Bank, Written
from bot.quality.finding import Finding
from bot.quality.rules import warnings_in


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it."""

    findings: tuple[Finding, ...]
    looked: Looked

    @property
    def errors(self) -> int:
        return sum(one.level == "error" for one in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors


def check(folder: Path, today: date, only: Path | None = None) -> Checked:
    """Look at the content folder as of this day. With ``only``, tell of this one file alone, beside the rest of the folder; it may
    stand somewhere else, and then counts as one more theme in English."""
    folder = folder.resolve()
    inside = only is not None and only.resolve().is_relative_to(folder)
    looked = look(folder, only if only is not None and not inside else None)
    found = [Finding.of(problem) for problem in looked.problems]
    name = None if only is None else only.resolve().relative_to(folder.parent).as_posix() if inside else only.name
    for bank in banks(looked, today, last=name):
        found.extend(warnings_in(bank))
    if name is not None:
        found = [one for one in found if one.file == name]
    return Checked(tuple(sorted(set(found))), looked)


def banks(looked: Looked, today: date, last: str | None = None) -> tuple[Bank, ...]:
    """A bank for each language. The list of sources is looked at once, with the first. The file ``last`` comes last: of two
    that are alike, it is the one that is told of."""
    listed = looked.sources
    sources = listed.data if listed is not None and isinstance(listed.data, dict) else {}
    return tuple(
        Bank(
            tuple(map(Written, sorted(pages, key=lambda page: page.file == last))),
            today,
            language,
            sources,
            listed if number == 0 else None,
            _explained(looked, language),
            looked.glossaries.get(language),
            looked.scenarios.get(language, ()),
        )
        for number, (language, pages) in enumerate(looked.themes.items())
    )


def _explained(looked: Looked, language: str) -> frozenset[str]:
    """Every form of the words that this language's glossary explains, or English's where it has none."""
    page = looked.glossaries.get(language) or looked.glossaries.get(ENGLISH)
    forms: list[object] = []
    for _, term in page.listed("terms") if page is not None else ():
        also = term.get("also")
        forms += [term.get("word"), *(also if isinstance(also, tuple) else ())]
    return frozenset(form.strip().casefold() for form in forms if isinstance(form, str))
