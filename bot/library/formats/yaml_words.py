"""A text as YAML, written as an author would write it: plain where that is safe, folded where it is long, else in quotation marks.

Whatever the text, ``page.py`` reads exactly it back; so nothing in a foreign file can become a key, a tag or a reference.
"""

from __future__ import annotations

import json
import re
import textwrap

WIDE = 110

_PLAIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ][A-Za-zÀ-ÖØ-öø-ɏ0-9 ,.'’()!?/–—-]*")
_TAKEN_FOR_ELSE = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
_SMOOTH = re.compile(r"[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff]+")
_ODD = re.compile(r"[\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def written(text: str, indent: int) -> str:
    """What stands after ``key: ``; ``indent`` is the key's own. Further lines are two blanks deeper."""
    if len(text) + indent <= WIDE and _PLAIN.fullmatch(text) and text == text.strip() and text.casefold() not in _TAKEN_FOR_ELSE:
        return text
    lines = text.split("\n")
    deep = " " * (indent + 2)
    smooth = all(not line or (_SMOOTH.fullmatch(line) and line == line.rstrip()) for line in lines)
    if smooth and len(lines) > 1 and text == text.strip():
        return "|-\n" + "\n".join(f"{deep}{line}" if line else "" for line in lines)
    if smooth and len(text) + indent > WIDE and text == " ".join(text.split()):
        folded = textwrap.wrap(text, max(WIDE - indent, 40), break_long_words=False, break_on_hyphens=False)
        return ">-\n" + "\n".join(f"{deep}{line}" for line in folded)
    if smooth and len(lines) == 1 and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    return quoted(text)


def quoted(text: str) -> str:
    """In double quotes, whatever it is."""
    return _ODD.sub(_escape, json.dumps(text, ensure_ascii=False))


def comment(text: str, indent: int = 0) -> list[str]:
    """The same text as lines that YAML passes over."""
    return [f"{' ' * indent}# {_ODD.sub('?', line)}".rstrip() for line in text.replace("\t", "  ").split("\n")]


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
