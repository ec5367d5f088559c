"""YAML's traps, each in a sentence that says what to do.

The parser's own messages ("did not find expected key") are right and help nobody who came to write a lesson.
"""

from __future__ import annotations

import re

import yaml

EMPTY = "has no value; write one, or leave the line out"
BAD_DATE = "is read as a date, and there is no such day; write 2026-11-23, or put it in quotes"
QUOTE = "put the whole text in quotes"


class Trap(Exception):
    """Something that YAML allows and the content doesn't, in this line; reading stops."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


def number_trap(written: str) -> str | None:
    """What is wrong with how a whole number is written: YAML 1.1 reads 010 as 8 and 12:30 as 750."""
    if re.fullmatch(r"0|[1-9][0-9]{0,9}", written):
        return None
    return f"has {written[:40]}, which YAML reads as a number in its own way; write plain digits, or put it in quotes"


def syntax_trap(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """The line (from 1) and a sentence for what stopped the parser. Both of PyYAML's parsers are understood."""
    problem, context = error.problem or "", error.context or ""
    mark = error.problem_mark or error.context_mark
    lines = re.split(r"\r\n|\r|\n", text)
    at = min(mark.line if mark else 0, len(lines) - 1)  # at the end of the file the parser may be a line too far
    line = lines[at]
    here = line[mark.column : mark.column + 1] if mark else ""
    if "tab" in problem or here == "\t" or re.match(r" *\t", line):
        return at + 1, "has a tab; YAML wants blanks for indenting"
    if "quoted scalar" in context:
        opened = error.context_mark.line if error.context_mark else at
        if "escape" in problem:
            return at + 1, "has a backslash in double quotes that means nothing to YAML; use single quotes"
        return opened + 1, "has a quotation mark that opens here and doesn't close"
    if "mapping values" in problem:
        return at + 1, f"has a colon in the text ({QUOTE}), or a line that is indented too far"
    if "simple key" in context and error.context_mark:
        return error.context_mark.line + 1, "has a line without a colon, or one that is indented too little"
    if "alias" in context or "anchor" in context:
        return at + 1, f"has a text that begins with * or &; {QUOTE}"
    if "start any token" in problem:
        return at + 1, f"has a text that begins with {here or 'a special character'}; {QUOTE}"
    if "block scalar" in context:
        return at + 1, "has text right after | or >; begin it on the next line"
    if "flow" in context:
        return at + 1, "has a [ or { that doesn't close, or a text that begins with one; put such a text in quotes"
    if "block" in context:
        return at + 1, "is indented differently from the lines around it, or goes on after a closing quotation mark"
    return at + 1, f"is not YAML ({problem or 'no reason given'})"
