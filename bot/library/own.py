"""A group's own theme: one file, written by people whom nobody knows, read without trusting it.

It is bounded before it is understood: first the bytes, then the number of things, then each text; only what is left is validated.
So a hostile file costs little time, whatever is in it. The rules are those of the course, less what only the course needs: no
essay, no sources and no feedback are asked for. What is refused beyond them could mislead or disturb other members: mentions, links
outside of sources, invisible signs that turn a text around.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from bot.library import across, own_brought
from bot.library.own_models import OwnTheme
from bot.library.page import Page, Steps, parse
from bot.library.problems import Problem
from bot.library.shapes import OWN_PREFIX, Theme
from bot.library.wording import told, trapped, where
from bot.questions import Question, Shelf, shapes
from bot.questions.kinds import Kind
from bot.questions.own import OWN_KINDS
from bot.questions.source import Source

MOST_BYTES = 256 * 1024
MOST_THINGS = 20_000
"""Texts, lists and groups in one file. A theme of a hundred questions has some three thousand."""
MOST_IN_A_LIST, MOST_IN_A_GROUP = 300, 100
LONGEST_TEXT = 4_000
MOST_PROBLEMS = 100
"""So many are told; whoever has mended these is told the next."""
FEW = 10
"""For so many unknown sources a similar one is looked for, which takes time."""
UNNUMBERED = 1
"""The number while a file is read. In use, a theme has that of its row."""

_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"%PDF")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_TURNING = re.compile("[\u061c\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
_MENTION = re.compile(r"<@|<#|<id:|(?<!\w)@(?:everyone|here)\b", re.IGNORECASE)
_OF_A_SERVER = re.compile(r"<a?:\w+:\d+>|</[^<>]{1,100}:\d+>")
"""Pictures of another server, and commands of other bots, as Discord writes them."""
_INVITE = re.compile(r"discord(?:app)?\.(?:gg|com/invite|me|io|li)", re.IGNORECASE)
_LINK = re.compile(r"[a-z]{2,12}://|\bwww\.|\]\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnContent:
    """One file as it was read. With problems, there is no theme."""

    theme: Theme | None
    problems: tuple[Problem, ...] = ()
    left: tuple[Problem, ...] = ()
    """What of a file of another program has no place here; no reason not to use the rest."""
    lines: Mapping[int, int] = field(default_factory=dict)
    """The line of each question, by its number."""
    page: Page | None = None
    """As it was written, for the rules of ``bot/quality/``."""


def read_own(content: bytes, file: str, sources: Mapping[str, shapes.Source]) -> OwnContent:
    """Read one file, in the format that its name ends with; ``sources`` are those of the course, which it may cite. Never raises
    for what is in it."""
    if trouble := _no_text(content):
        return OwnContent(None, (Problem(file, 1, "the file", trouble),))
    if file.casefold().endswith(own_brought.ENDINGS):
        brought = own_brought.as_page(content, file)
        if isinstance(brought, Problem):
            return OwnContent(None, (brought,))
        return replace(_checked(brought.page, sources), left=brought.left)
    page = parse(content, file, most=MOST_THINGS)
    return OwnContent(None, (page,)) if isinstance(page, Problem) else _checked(page, sources)


def _checked(page: Page, sources: Mapping[str, shapes.Source]) -> OwnContent:
    problems = list(islice(_out_of_bounds(page), MOST_PROBLEMS))
    if not problems:
        theme, problems = _read(page, sources)
        if theme is not None and not problems:
            lines = {number: page.line(steps) for steps, number in _numbers(page)}
            return OwnContent(theme.but(name=OWN_PREFIX + theme.name), lines=lines, page=page)
    return OwnContent(None, tuple(sorted(set(problems)))[:MOST_PROBLEMS])


def _no_text(content: bytes) -> str | None:
    if len(content) > MOST_BYTES:
        return f"is larger than {MOST_BYTES // 1024} KB; split it up"
    if content.startswith(_ARCHIVES):
        return "is an archive or a document, and no text; upload the text file itself"
    if content.startswith(_UTF_16):
        return "is UTF-16 text; save it as UTF-8"
    return None


def _read(page: Page, sources: Mapping[str, shapes.Source]) -> tuple[Theme | None, list[Problem]]:
    problems = list(islice(_unsafe(page), MOST_PROBLEMS))
    problems += islice(trapped(page), MOST_PROBLEMS)
    written = page.data
    if not isinstance(written, dict):
        return None, [*problems, Problem(page.file, 1, "the file", "has to begin with `theme:` and a name")]
    if not any(written.get(word) for word in ("lessons", "questions", "prompts")):
        problems.append(Problem(page.file, 1, "the file", "there is nothing in it: write lessons, questions or prompts"))
    written = dict(written)
    shelf = _Shelf({**sources, **_sources(page, written.pop("sources", None), problems)})
    problems += across.within(page)
    questions = [_question(page, index, one, shelf, problems) for index, one in enumerate(_with_numbers(written.get("questions")))]
    if isinstance(written.get("questions"), tuple):
        written["questions"] = tuple(one for one in questions if one)
    written["number"] = UNNUMBERED
    try:
        return OwnTheme.model_validate(written, context=shelf), problems
    except ValidationError as error:
        return None, [*problems, *islice(told(error, page, OwnTheme), MOST_PROBLEMS)]


def _sources(page: Page, written: Any, problems: list[Problem]) -> dict[str, shapes.Source]:
    """The sources that the file brings along, by key."""
    found: dict[str, shapes.Source] = {}
    if written is None:
        return found
    if not isinstance(written, dict):
        problems.append(_at(page, ("sources",), "has to be a group: each source's KEY and a colon"))
        return found
    for key, one in written.items():
        found[key] = Source(key="?", title="?", standing="pointer")
        if not isinstance(one, dict):
            problems.append(_at(page, ("sources", key), "has to be a group of lines, each `key: value`"))
            continue
        try:
            found[key] = Source.model_validate({"standing": "secondary", **one, "key": key})
        except ValidationError as error:
            problems += told(error, page, Source, ("sources", key))
    return found


def _question(page: Page, index: int, written: Any, shelf: Shelf, problems: list[Problem]) -> Question | None:
    steps: Steps = ("questions", index)
    if len(problems) >= MOST_PROBLEMS:
        return None
    if not isinstance(written, dict):
        problems.append(_at(page, steps, "has to be a group of lines, each `key: value`"))
        return None
    kind = written.get("kind", "one choice")
    if not isinstance(kind, str) or kind not in OWN_KINDS:
        problems.append(_at(page, (*steps, "kind"), f"has to be one of: {', '.join(OWN_KINDS)}"))
        return None
    model: Kind = OWN_KINDS[kind]
    try:
        return model.model_validate(written, context=shelf)
    except ValidationError as error:
        problems += islice(told(error, page, cast(type[BaseModel], model), steps), FEW)
        return None


def _with_numbers(written: Any) -> tuple[Any, ...]:
    """The questions; numbered by their place, if none has a number."""
    questions = written if isinstance(written, tuple) else ()
    if any(not isinstance(one, dict) or "number" in one for one in questions):
        return questions
    return tuple({**one, "number": place} for place, one in enumerate(questions, 1))


def _numbers(page: Page) -> Iterator[tuple[Steps, int]]:
    for place, (steps, one) in enumerate(page.listed("questions"), 1):
        yield steps, one.get("number", place)


class _Shelf(Shelf):
    """The sources while one file is read."""

    def __init__(self, sources: Mapping[str, shapes.Source]) -> None:
        super().__init__(sources)
        self._missed = 0

    def find(self, key: str) -> shapes.Source:
        self._missed += key not in self._sources
        if self._missed > FEW and key not in self._sources:
            raise ValueError("unknown source")
        return super().find(key)


# ---------------------------------------------------------------- before anything is understood


def _out_of_bounds(page: Page) -> Iterator[Problem]:
    """Whatever is too much, so that nothing after this takes long."""
    for steps, one in _walk(page.data):
        if isinstance(one, tuple) and len(one) > MOST_IN_A_LIST:
            yield _at(page, steps, f"may have at most {MOST_IN_A_LIST}, and has {len(one):,}")
        elif isinstance(one, dict) and len(one) > MOST_IN_A_GROUP:
            yield _at(page, steps, f"has {len(one):,} keys; at most {MOST_IN_A_GROUP} are read")
        elif isinstance(one, str) and len(one) > LONGEST_TEXT:
            yield _at(page, steps, f"is {len(one):,} characters long; at most {LONGEST_TEXT:,} fit")


def _unsafe(page: Page) -> Iterator[Problem]:
    """What could mislead or disturb those who read it."""
    for steps, text in _walk(page.data):
        if not isinstance(text, str):
            continue
        if _TURNING.search(text):
            yield _at(page, steps, "has an invisible sign that can hide text or turn it around; write it anew")
        if _MENTION.search(text):
            yield _at(page, steps, "mentions somebody, a role or a channel; write it without the @ or the brackets")
        if _OF_A_SERVER.search(text):
            yield _at(page, steps, "has an emoji of a server, or a command of a bot; write it in plain words")
        if _INVITE.search(text):
            yield _at(page, steps, "has an invitation to a server; own content can't lead there")
        elif steps[:1] == ("sources",) and steps[-1] == "url":
            if not text.startswith("https://"):
                yield _at(page, steps, "has to begin with https://")
        elif _LINK.search(text):
            yield _at(page, steps, "has a link; links belong into `sources`, as the `url` of one")
        if text.count("```") % 2:
            yield _at(page, steps, "has ``` that opens and doesn't close")


def _walk(data: Any) -> Iterator[tuple[Steps, Any]]:
    """Everything in the file, keys too, with its place. Without recursion, though nesting is bounded."""
    open_ones: list[tuple[Steps, Any]] = [((), data)]
    while open_ones:
        steps, one = open_ones.pop()
        yield steps, one
        if isinstance(one, tuple):
            open_ones += (((*steps, index), inner) for index, inner in enumerate(one))
        elif isinstance(one, dict):
            yield from ((steps, key) for key in one)
            open_ones += (((*steps, key), inner) for key, inner in one.items())


def _at(page: Page, steps: Steps, what: str) -> Problem:
    return Problem(page.file, page.line(steps), where(page, steps), what)
