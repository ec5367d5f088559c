"""The columns of a CSV file of questions, one row a question; and how a cell is kept from being taken for a formula.

Each answer has three columns with its number: ``option 1``, ``right 1``, ``feedback 1``. What they mean depends on the kind:

=================  ==========================================  =====================================================
kind               option                                      right
=================  ==========================================  =====================================================
one choice         the option                                  ``x`` if it is right
many choices       the option                                  ``x``, or what it counts, such as ``50%`` or ``-25%``
true or false      ``true``, ``false``                         ``x``
short answer       an answer that is accepted                  empty or ``x``, or what it counts
number             ``3``, ``3:0.5`` (give or take), ``2..4``,  empty or ``x``, or what it counts
                   ``otherwise`` (any other: its feedback)
match              the left half of a pair                     its right half
essay, text        (none)                                      (none)
=================  ==========================================  =====================================================
"""

from __future__ import annotations

import re

HEAD = ("number", "kind", "level", "lesson", "sources", "question")
TAIL = ("keep order", "general feedback", "title", "category", "id", "tags")
ANSWER = ("option", "right", "feedback")
KINDS = ("one choice", "many choices", "true or false", "short answer", "number", "match", "essay", "text")
OTHERWISE = "otherwise"
MOST_OPTIONS = 50

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠|%]")
"""Where a spreadsheet may begin to compute. A quotation mark before it makes it a text, and is taken off when it is read."""


def harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def as_typed(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
