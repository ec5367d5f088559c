"""A round's *Read it all again*: its questions with their answers and explanations, for one person. Nothing of the round is needed
for it, since the numbers of the questions are in the button.
"""

from __future__ import annotations

from bot.cards import Card, Divider, Part, Text, Visit
from bot.commands.phrases import gone, licence
from bot.commands.round_words import why_of
from bot.library import Library
from bot.press import NotAPress
from bot.storage import Store

ROOM = 3_600
"""Characters; a round of ten with long explanations is shown as far as it fits."""


async def read_again(visit: Visit, library: Library, store: Store) -> Card:
    assert visit.group
    theme_number, packed = (*visit.press.args, "", "")[:2]
    theme = library.course(visit.group.language).numbered(int(theme_number)) if theme_number.isdecimal() else None
    if theme is None:
        return gone("This theme")
    try:
        numbers = [int(packed[start : start + 2], 36) for start in range(0, len(packed), 2)][:10]
    except ValueError as error:
        raise NotAPress("no questions") from error
    parts: list[Part] = [Text(f"## Once more: {theme.title}")]
    room = ROOM
    for question in filter(None, map(theme.question, numbers)):
        lesson = theme.lesson(question.lesson)
        where = f"\n-# From the lesson *{lesson.title}*" if lesson else ""
        text = f"**{question.ask}**\n{question.right_text}. {why_of(question)}".rstrip() + where
        room -= len(text)
        if room < 0:
            parts.append(Text("-# The rest has no room on one card; `/quiz` asks and explains all of them."))
            break
        parts += [Text(text)]
    return Card((*parts, Divider(), Text(licence(theme))), tone="warm")
