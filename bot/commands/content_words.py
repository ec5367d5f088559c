"""What is said about a group's own content: how much there is, what is wrong with it, what would make it better. No step lives
here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.cards import Download, Text
from bot.commands.phrases import inert
from bot.library import OWN_PREFIX, Problem, Theme
from bot.storage import Slot

if TYPE_CHECKING:
    from bot.quality import Finding

MOST_FILES = 12
"""Of one group, each a theme: with those of the course they have to fit on a menu of 25."""
MOST_TOGETHER = 1024 * 1024
"""Bytes of all files of one group."""
FEW = 4
"""So many weak spots are told on the card."""
ROOM = 2_600
"""Characters for problems on one card."""


def counted(theme: Theme) -> str:
    """``"3 lessons, 12 questions and one prompt"``."""
    things = (("lesson", len(theme.lessons)), ("question", len(theme.questions)), ("prompt", len(theme.prompts)))
    words = [f"{count} {thing}s" if count > 1 else f"one {thing}" for thing, count in things if count]
    said = " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
    return said[:1].upper() + said[1:]


def kilobytes(text: str) -> str:
    return f"{max(len(text.encode()) / 1024, 0.1):,.1f} KB"


def problem_lines(problems: Iterable[Problem], room: int = ROOM) -> tuple[str, int]:
    """As many as fit on a card, a line each, and how many are left. What they quote of the file is inert."""
    lines, rest = [], 0
    for one in problems:
        line = f"- **line {one.line}** · {inert(one.where)}: {inert(one.what)}"
        room -= len(line) + 1
        if room < 0:
            rest += 1
        else:
            lines.append(line)
    return "\n".join(lines), rest


def hints(theme: Theme, weak: Sequence[Finding]) -> tuple[Text | Download, ...]:
    """What could be better, for whoever wants to go on working at it: what is missing, then what the rules of ``check`` say."""
    silent = sum(not all(one.feedback or not (one.mark or one.verdict) for one in each.explain().told) for each in theme.questions)
    without = sum(not question.sources for question in theme.questions)
    found = []
    if silent:
        found.append(
            f"- {_questions(silent)} without `feedback` on each option. A line on a wrong answer, saying what is wrong with it, is "
            "where people learn most."
        )
    if without:
        found.append(f"- {_questions(without)} without `sources`. With one, nobody has to believe you.")
    found += [f"- **line {one.line}** · {inert(one.where)}: {inert(one.what)}" for one in weak[:FEW]]
    if len(weak) > FEW:
        found.append(f"- and {len(weak) - FEW} more, in the file below")
    if not found:
        return ()
    whole = "\n".join(map(str, weak)).encode()
    return (
        Text("**To make it better, if you like:**\n" + "\n".join(found)),
        *((Download("to-make-it-better.txt", whole),) if len(weak) > FEW else ()),
    )


def slots_about(slots: Iterable[Slot], slug: str) -> int:
    """How many slots of the calendar post from this theme of one's own."""
    return sum(slot.theme == OWN_PREFIX + slug for slot in slots)


def _questions(count: int) -> str:
    return "One question is" if count == 1 else f"{count} questions are"
