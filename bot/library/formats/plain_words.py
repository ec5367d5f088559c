"""Texts of other programs as the course writes them: light markdown for what is read, plain words for what stands on a button.

Nothing of HTML is kept but emphasis, lists and lines: a text can load nothing and hide nothing. Each pattern here looks
at a character once.
"""

from __future__ import annotations

import html
import re

from bot.library.formats.asked import BLANK, Words

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>|<!--[^<>]*-->|<[!?][^<>]*>")
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "u": "__", "s": "~~", "del": "~~"}
_BREAKS = {"br", "p", "div", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
_MARKUP = re.compile(r"([\\*_~`|])")
_AT_A_LINE = re.compile(r"^([#>\-+])", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w\\])(\*\*|__|\*|_|`|~~)(?=\S)")
_EMPHASIS_END = re.compile(r"(?<=\S)(?<!\\)(\*\*|__|\*|_|`|~~)(?!\w)")
_ESCAPED = re.compile(r"\\([\\*_~`|#>+\-])")


def as_markdown(words: Words) -> str:
    """As a text in the course."""
    if words.format == "markdown":
        return words.text
    if words.format == "plain" or not ("<" in words.text or "&" in words.text):
        return words.text if words.format == "moodle" else _written_plainly(words.text)
    return _neat(_TAG.sub(_mark, words.text if words.format == "moodle" else " ".join(words.text.split())))


def as_label(words: Words) -> str:
    """As one line without markup, for a button; what is read aloud is the same."""
    text = words.text
    if words.format != "plain":
        text = _TAG.sub(lambda found: "" if found[2] and found[2].casefold() in _MARKS else " ", text)
        text = html.unescape(text)
        if words.format == "markdown":
            text = _ESCAPED.sub(r"\1", _EMPHASIS_END.sub("", _EMPHASIS.sub("", text)))
    return " ".join(text.split())


def with_blank(text: str) -> str:
    """The strokes of a missing word, so that nobody takes them for emphasis."""
    return text.replace(BLANK, "\\_" * len(BLANK))


def has_picture(words: Words) -> bool:
    return words.format in {"html", "moodle", "markdown"} and ("<img" in words.text.casefold() or "![" in words.text)


def _mark(found: re.Match[str]) -> str:
    name = (found[2] or "").casefold()
    if name in _BREAKS:
        return "\n"
    if name == "li":
        return "" if found[1] else "\n- "
    return _MARKS.get(name, "")


def _neat(text: str) -> str:
    lines = (" ".join(line.split()) for line in html.unescape(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _written_plainly(text: str) -> str:
    return _AT_A_LINE.sub(r"\\\1", _MARKUP.sub(r"\\\1", text))
