"""What pydantic finds wrong, said so that an author knows what to change, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.library.page import Page, Steps
from bot.library.problems import Problem
from bot.questions.texts import did_you_mean, shortened

_ONE_OF = {
    "lessons": ("lesson", "lesson"),
    "questions": ("question", "number"),
    "prompts": ("prompt", "prompt"),
    "nodes": ("node", "node"),
    "terms": ("term", "term"),
}
"""What one entry of a list is called, and the key under which its own name stands."""
_NUMBERED = {
    "options": "option",
    "reasons": "reason",
    "answers": "answer",
    "steps": "step",
    "pairs": "pair",
    "weeks": "week",
    "items": "item",
    "choices": "choice",
    "by_count": "branch",
    "run": "step",
}
"""What one entry of a list without names is called."""


def told(error: ValidationError, page: Page, model: type[BaseModel], around: Steps = ()) -> Iterator[Problem]:
    """Every problem in this error of this model, whose place in the page is ``around``."""
    for one in error.errors(include_url=False):
        steps = (*around, *one["loc"])
        if steps in page.traps:
            continue  # reading already said what is wrong there
        if one["type"] == "too_short" and len(one["input"]) >= one["ctx"]["min_length"]:
            continue  # pydantic counts only the entries that are well; the others are told of anyway
        if one["type"] == "extra_forbidden":
            key = str(steps[-1])
            what = f"unknown key {shortened(key)!r}{did_you_mean(key, _words(model, one['loc'][:-1]))}"
            yield Problem(page.file, page.line(steps), where(page, steps[:-1]), what)
        else:
            what = _sentence(one, page.unquoted.get(steps))
            yield Problem(page.file, page.line(steps), where(page, steps), what, _rule(one))


def _rule(error: ErrorDetails) -> str:
    """The rule that an error is about: lengths and sources are rules of their own, all else is about structure."""
    if error["type"] == "value_error":
        return str(getattr(error["ctx"]["error"], "rule", "structure"))
    return "too-long" if error["type"] in {"string_too_long", "too_long"} and isinstance(error["input"], str) else "structure"


def trapped(page: Page) -> Iterator[Problem]:
    """Every problem that was met while the page was read."""
    for steps, met in page.traps.items():
        for line, what in met:
            yield Problem(page.file, line, where(page, steps), what)


def where(page: Page, steps: Steps) -> str:
    """A place in words, such as ``lesson three-ordinary-facts, sources``."""
    words: list[str] = []
    found: Any = page.data
    last: str | int = ""
    for step in steps:
        found = _inside(found, step)
        if isinstance(step, str):
            words.append(shortened(step) or "a key without a name")
        elif last in _ONE_OF:
            one, key = _ONE_OF[str(last)]
            name = _inside(found, key)
            called = shortened(str(name)) if isinstance(name, (str, int)) else f"no. {step + 1} in the list"
            words[-1] = f"{one} {called}"
        elif last in _NUMBERED:
            words[-1] = f"{_NUMBERED[str(last)]} {step + 1}"
        last = step
    return ", ".join(words) or "the file"


def _inside(found: Any, step: str | int) -> Any:
    if isinstance(found, dict):
        return found.get(step)
    if isinstance(found, tuple) and isinstance(step, int) and step < len(found):
        return found[step]
    return None


def _words(model: type[BaseModel], loc: Steps) -> set[str]:
    """The keys that are known at this place."""
    for step in loc:
        if isinstance(step, str):
            model = next((one for name, one in _models_in(model) if name == step), model)
    return {field.alias or name for name, field in model.model_fields.items()}


def _models_in(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield field.alias or name, inner


_PLAIN = {
    "missing": "is missing",
    "bool_type": "has to be true or false",
    "date_type": "has to be a date, such as 2026-11-23, without quotes",
    "int_type": "has to be a whole number, without quotes",
    "tuple_type": "has to be a list: lines that begin with a hyphen, or [THIS, THAT]",
    "model_type": "has to be a group of lines, each `key: value`",
    "model_attributes_type": "has to be a group of lines, each `key: value`",
}


def _sentence(error: ErrorDetails, unquoted: str | None) -> str:
    kind, given, limits = error["type"], error["input"], error.get("ctx", {})
    if kind == "value_error":
        return str(limits["error"])
    if kind == "string_type":
        return _not_text(given, unquoted)
    if kind == "literal_error":
        allowed = re.findall(r"'([^']+)'", limits["expected"])
        meant = did_you_mean(given, allowed) if isinstance(given, str) else ""
        return f"has to be one of: {', '.join(allowed)}{meant}"
    if kind in {"string_too_long", "too_long"} and isinstance(given, str):
        return f"is {len(given.strip())} characters long; at most {limits['max_length']} fit"
    if kind in {"string_too_short", "too_short"} and isinstance(given, str):
        length = len(given.strip())
        return f"is {length} characters long; at least {limits['min_length']} are needed" if length else "is empty"
    if kind == "greater_than_equal":
        return f"has to be at least {limits['ge']}"
    if kind == "less_than_equal":
        return f"has to be at most {limits['le']}"
    if kind == "too_short":
        return f"needs at least {limits['min_length']}, and has {limits['actual_length']}"
    if kind == "too_long":
        return f"may have at most {limits['max_length']}, and has {limits['actual_length']}"
    return _PLAIN.get(kind) or error["msg"][:1].lower() + error["msg"][1:]


def _not_text(given: object, unquoted: str | None) -> str:
    if isinstance(given, (dict, tuple)):
        return "has to be text; if it has brackets, braces or a colon in it, put it in quotes"
    taken_for = "a yes or no" if isinstance(given, bool) else "a date" if isinstance(given, date) else "a number"
    written = shortened(unquoted or str(given))
    return f'has to be text, and YAML takes {written} for {taken_for}; put it in quotes: "{written}"'
