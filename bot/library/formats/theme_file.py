"""From the questions of another program to a theme's file: what the course can use, what an author adds, and what has no place.

What is missing stands in the file as a key without a value and a remark, so that ``python bot.py check`` lists each with its line.
What the course has no kind for yet is kept in the file as a remark, in GIFT, so that nothing is lost and it can come in later.

**A kind of question more** (``bot/questions/``) needs one function in ``answers_in.py``: from a ``How`` of ``asked.py`` to its
lines, the ``kind:`` first, named in ``USES``. It raises ``NoPlace`` for what its kind can't have.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.library.formats.answers_in import USES, Lines, NoPlace, key, says_general
from bot.library.formats.asked import Asked, Brought, Choice, Description, Essay, Left, TrueOrFalse, told
from bot.library.formats.csv_write import kind_of
from bot.library.formats.gift_write import write_one
from bot.library.formats.placing import Place, place_of
from bot.library.formats.plain_words import as_label, as_markdown, has_picture, with_blank
from bot.library.formats.yaml_words import comment, quoted

MOST_QUESTIONS = 36 * 36 - 1
MOST_PROMPTS = 25
MOST_REMARKS = 100
"""So many questions without a place are kept as remarks. The file stays one that an editor opens, whatever came in."""

SCHEMA = "# yaml-language-server: $schema=../../schema/theme.json"
"""What an editor looks for; it is true once the file lies where themes lie."""


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A theme as it may be saved, and everything that is not in it as it was."""

    text: str
    left: tuple[Left, ...]
    questions: int
    """How many of them the course can use."""
    prompts: int


def as_theme(brought: Brought, *, name: str = "", number: int | None = None, title: str = "", origin: str = "") -> ThemeFile:
    """The text of a theme's file with these questions. ``origin`` is the name of the file that they came from."""
    left = list(brought.left)
    questions: Lines = []
    prompts: Lines = []
    numbers = _Numbers(brought.questions)
    names: set[str] = set()
    remarks = 0
    for index, one in enumerate(brought.questions):
        try:
            if isinstance(one.how, Essay):
                if len(names) >= MOST_PROMPTS:
                    raise NoPlace(f"a theme has at most {MOST_PROMPTS} prompts")
                prompts += ["", *_prompt(one, names)]
                if place_of(one.tags) == Place():
                    left.append(Left(one.line, "an essay became a prompt to talk about; nothing grades it"))
            else:
                questions += ["", *_question(one, index, numbers, left)]
        except NoPlace as why:
            left.append(Left(one.line, f"{_called(one)}: {why}"))
            remarks += 1
            if remarks <= MOST_REMARKS:
                place = prompts if isinstance(one.how, Essay) else questions
                place += ["", *_kept_as_remark(one, str(why))]
    title = title or next((one.category for one in brought.questions if one.category), None) or ""
    title = title.rpartition("/")[2].strip()
    head = _head(name or as_slug(title), number, title, origin, told(left))
    lessons = _lessons(dict.fromkeys(filter(None, (place_of(one.tags).lesson for one in brought.questions))))
    lines = [*head, "", *lessons, *_listed("questions", questions), *_listed("prompts", prompts)]
    usable = sum(line.startswith("  - number: ") for line in questions)
    return ThemeFile("\n".join(lines) + "\n", told(left), usable, len(names))


def as_slug(title: str) -> str:
    """A permanent name made from a title; empty if nothing is left of it."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    return re.sub("[^a-z0-9]+", "-", plain)[:32].strip("-")


class _Numbers:
    """Numbers for questions: each one's own, if it has one, else the next that is free."""

    def __init__(self, questions: Iterable[Asked]) -> None:
        self._own: dict[int, int] = {}
        for index, one in enumerate(questions):
            number = place_of(one.tags).number
            if type(one.how) in USES and number and number <= MOST_QUESTIONS and number not in self._own.values():
                self._own[index] = number
        taken = set(self._own.values())
        self._free = (number for number in range(1, MOST_QUESTIONS + 1) if number not in taken)

    def of(self, index: int) -> int:
        """For the question at this place. Raises ``NoPlace`` if there is none left."""
        number = self._own.get(index) or next(self._free, None)
        if number is None:
            raise NoPlace(f"a theme has at most {MOST_QUESTIONS:,} questions")
        return number


def _question(one: Asked, index: int, numbers: _Numbers, left: list[Left]) -> Lines:
    use = USES.get(type(one.how))
    if isinstance(one.how, Description):
        raise NoPlace("a text without a question has no place in a quiz; it may go into a lesson")
    if use is None:
        raise NoPlace(f"the course has no questions of the kind {kind_of(one)!r} yet")
    lines = use(one, one.how, left)
    place = place_of(one.tags)
    claims = isinstance(one.how, TrueOrFalse) or (isinstance(one.how, Choice) and place.claim)  # what is asked is its claim
    if says_general(one):
        one = replace(one, general=None)
    if one.general:
        left.append(Left(one.line, "its general feedback is kept as a remark; the course has feedback for each option"))
    if any(map(has_picture, _texts(one))):
        left.append(Left(one.line, "its picture was left out"))
    return [
        *_remarks(one),
        f"  - number: {numbers.of(index)}",
        lines[0],
        key("level", place.level, 4, "recall, understand, apply, analyse or evaluate"),
        key("lesson", place.lesson, 4, "the name of the lesson, in this file, that answers it"),
        *([] if claims else [key("ask", with_blank(as_markdown(one.ask)), 4, "what is asked")]),
        *lines[1:],
        *(["    keep_order: true"] if place.keeps_order and isinstance(one.how, Choice | TrueOrFalse) else []),
        _cited(place.sources),
        *_course(place),
    ]


def _prompt(one: Asked, names: set[str]) -> Lines:
    text = as_markdown(one.ask)
    title = one.title or as_label(one.ask)
    title = title if len(title) <= 60 else title[:59].rpartition(" ")[0] + "…"
    own = (one.id or "").rpartition("/")[2]
    name = own if own and as_slug(own) == own else as_slug(title) or "prompt"
    free = name if name not in names else next(f"{name[:28]}-{n}" for n in range(2, 999) if f"{name[:28]}-{n}" not in names)
    names.add(free)
    return [
        *_remarks(replace(one, title=None, general=None)),
        key("- prompt", free, 2, ""),
        key("title", title, 4, "one line, at most 60 characters"),
        key("text", text, 4, "what to talk about; never ask for anyone's own data"),
        key("lesson", place_of(one.tags).lesson, 4, "the name of the lesson, in this file, to read before"),
        *([key("note", as_markdown(one.general), 4, "")] if one.general else []),
        *([key("essay_question", asked, 4, "")] if (asked := place_of(one.tags).essay_question) else []),
        *_course(replace(place_of(one.tags), review_by=None)),
    ]


def _remarks(one: Asked) -> Lines:
    lines = comment(f"{f'From line {one.line}' if one.line else 'From elsewhere'}{f': {one.title}' if one.title else ''}", 2)
    return lines + (comment(f"General feedback: {as_label(one.general)}", 2) if one.general else [])


def _kept_as_remark(one: Asked, why: str) -> Lines:
    gift = write_one(one)
    if len(gift) > 4_000:
        gift = gift[:4_000] + "\n(and so on)"
    return [*comment(f"Not carried over, {_called(one)}: {why}. In GIFT it is:", 2), *comment(gift, 4)]


def _called(one: Asked) -> str:
    title = one.title or as_label(one.ask)
    return f"“{title if len(title) <= 60 else title[:59] + '…'}”" if title else "a question without a text"


def _texts(one: Asked) -> Iterator[Any]:
    yield one.ask
    if isinstance(one.how, Choice):
        for answer in one.how.answers:
            yield answer.words
            if answer.feedback:
                yield answer.feedback


def _head(name: str, number: int | None, title: str, origin: str, left: Iterable[Left]) -> Lines:
    lines = [
        SCHEMA,
        *comment(f"Questions brought in{f' from {origin}' if origin else ''}. What is still to do stands where it is missing:"),
        *comment("python bot.py check says each with its line. Write what you add in your own words, and cite its sources."),
    ]
    if rest := list(left):
        lines += ["#", *comment("What could not be carried over as it was:")]
        lines += [f"#   {line[2:]}" for one in rest for line in comment(str(one))]
    return [
        *lines,
        key("theme", name, 0, "its permanent name: small letters, digits, hyphens"),
        key("number", None if number is None else number, 0, "its permanent number, 1 to 99, that no other theme has"),
        key("title", title, 0, "one line, at most 80 characters"),
        key("summary", None, 0, "one line, at most 100 characters"),
        key("outcome", None, 0, "what one can do after it"),
        key("essay", None, 0, "parts of the essay that it draws on, such as [P3]"),
        key("changes", None, 0, "what was changed against the essay, or that the essay does not speak of it"),
        key("reviewed_on", None, 0, "when its facts were last checked, as 2026-11-23"),
    ]


def _lessons(names: Iterable[str]) -> Lines:
    lines = ["lessons:"]
    for name in list(names) or [""]:
        lines += [
            "" if len(lines) > 1 else "  # The texts of a lesson have 120 to 200 words, all three together.",
            key("- lesson", name, 2, "its permanent name: small letters, digits, hyphens"),
            *(key(word, None, 4, what) for word, what in _OF_A_LESSON),
        ]
    return lines


_OF_A_LESSON = (
    ("title", "one line, at most 80 characters"),
    ("key_idea", "what it is about"),
    ("example", "a true one, with its source"),
    ("try_this", "something to do alone"),
    ("sources", "at least one key of sources.yaml, such as [GOLLE06]"),
)


def _listed(word: str, lines: Lines) -> Lines:
    if any(line.startswith("  - ") for line in lines):
        return ["", f"{word}:", *lines[1:]]
    return lines


def _cited(sources: Iterable[str]) -> str:
    keys = _list(sources)
    return f"    sources: {keys}" if keys else key("sources", None, 4, "at least one key of sources.yaml, such as [GOLLE06]")


def _course(place: Place) -> Lines:
    """What only questions have that come from a course such as this one."""
    return [
        *([f"    essay: {_list(place.essay)}"] if place.essay else []),
        *([f"    review_by: {place.review_by}"] if place.review_by else []),
        *([f"    accepted: {_list(place.accepted)}"] if place.accepted else []),
    ]


def _list(words: Iterable[str]) -> str:
    listed = ", ".join(word if re.fullmatch("[A-Za-z][A-Za-z0-9-]{3,39}", word) else quoted(word) for word in words)
    return f"[{listed}]" if listed else ""
