"""What a text in the content may look like.

The lengths are Discord's, checked when content is read, so that an author hears of them with a line number and
not a learner with an error. Every refusal here is the end of a sentence that begins with where the text stands.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic_core import core_schema

ROOM = 3_000
"""How many characters of content fit on one card. All texts of a Discord message share 4,000; the other 1,000 are
left for what the bot writes around them: headings, page numbers, the marks of a list, the note about the licence."""


class Frozen(BaseModel):
    """A thing that is read from the content: unknown words are refused, nothing is converted, nothing changes."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class Unfit(ValueError):
    """Something that isn't as it has to be, by the rule of this name."""

    def __init__(self, rule: str, what: str) -> None:
        super().__init__(what)
        self.rule = rule


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` (did you mean …?)``, or nothing if no known word is close."""
    near = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(word[:60].casefold(), near, n=1)
    return f" (did you mean {near[found[0]]}?)" if found else ""


def shortened(word: str) -> str:
    """A word as it may stand in a message: one line, and no longer than a glance."""
    line = " ".join(word.split()).encode("utf-8", "replace").decode()
    return line if len(line) <= 60 else line[:59] + "…"


def unless_it_fits(what: str, *texts: str | None) -> None:
    """Raises ``ValueError`` if these texts can't stand on one card together."""
    letters = sum(len(text) for text in texts if text)
    if letters > ROOM:
        raise Unfit("too-long", f"{what} has {letters:,} characters with all that it shows; a card has room for {ROOM:,}")


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Unicode's categories Cc (but for tab and line feed) and Cs."""


def _readable(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("has an invisible control character; delete it")
    return text


def _one_line(text: str) -> str:
    if len(text.splitlines()) > 1:
        raise ValueError("has to be one line")
    return text


@dataclass(frozen=True, slots=True)
class Matching:
    """That a text has this form; if not, ``sentence`` goes on after the text. Editors are told the form, too."""

    pattern: str
    sentence: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        form, sentence = re.compile(self.pattern), self.sentence

        def check(text: str) -> str:
            if not form.fullmatch(text):
                raise ValueError(f"{shortened(text)!r} {sentence}")
            return text

        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": f"^({self.pattern})$"}


def _each_once(parts: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted({part for part in parts if parts.count(part) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} is named twice")
    return parts


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_readable)]
"""Something to read: may have several lines, may not be empty."""

Line = Annotated[Text, AfterValidator(_one_line)]

Slug = Annotated[
    Line,
    StringConstraints(max_length=32),
    Matching(r"[a-z0-9]+(-[a-z0-9]+)*", "may have only small letters a–z, digits, and hyphens between them"),
]
"""A permanent name. It travels in a control's ``custom_id``, which has room for 100 characters in all."""

Number = Annotated[int, Field(ge=1, le=36 * 36 - 1)]
"""A question's permanent number within its theme: two characters (base 36) in a press."""

EssayPart = Annotated[
    Line,
    Matching(r"P([1-9]|1[0-8])|DQ[1-3]", "is no part of the essay; they are P1 to P18, and DQ1 to DQ3"),
]
"""A paragraph of the essay, or one of the questions at its end."""

EssayParts = Annotated[tuple[EssayPart, ...], AfterValidator(_each_once)]
"""Parts of the essay that something is about; none, if it was added to what the essay says."""

RuleNames = tuple[Slug, ...]
"""Quality rules that the author has thought about for this one thing, so that `check` is silent about them."""

Claim = Annotated[Line, Matching(r"C[1-9][0-9]{0,2}", "is no claim; they are written C1, C2 and so on")]
EssayQuestion = Annotated[Line, Matching(r"DQ[1-3]", "is no question of the essay; they are DQ1, DQ2 and DQ3")]
Url = Annotated[
    Line,
    Matching(r"https?://[^\s<>/?#]+\.[^\s<>]+", "is no web address; it begins with https:// and has no blanks"),
]
