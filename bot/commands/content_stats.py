"""``/content stats``: how a group's own questions do, for the moderators who wrote them. From counts without names, by the rules of
publication: nothing below k answers, words below 20, and never anew for fewer than k.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards import Button, Card, Row, Text, Visit
from bot.commands.phrases import as_many_as_fit, inert, note
from bot.evidence import about_of, item_of
from bot.library import Theme
from bot.press import Press
from bot.progress import HIDDEN, least_behind, share_in_words
from bot.questions import Question
from bot.storage import Store

ROOM = 3_000
"""Characters for all questions."""


async def stats_of(visit: Visit, number: int, theme: Theme, store: Store) -> Card:
    """One file's questions. ``number``: of the file."""
    assert visit.group
    k = visit.group.publish_from
    counts = await store.tallies(visit.group.group_id, k=least_behind(k), on=visit.at.date())
    lines = [line for question in theme.questions if (line := _line(theme, question, counts, k))]
    hidden = len(theme.questions) - len(lines)
    if hidden:
        few = "One question has" if hidden == 1 else f"{hidden} questions have"
        lines.append(f"-# {few} too few answers yet to say anything.")
    rule = (
        f"-# First answers of learners, counted together and without whose, from {least_behind(k)} answers up. What is said here "
        f"changes at most once a day, and only with {least_behind(k)} new answers to that question. A question with new words "
        "begins anew."
    )
    back = Button("This file", Press("content", "one", (str(number),), visit.group.group_id))
    heading = f"## {inert(theme.title)}\nHow many had it right at the first try, and what drew them."
    return note(Text(heading), Text(as_many_as_fit(lines, ROOM)), Text(rule), Row((back,)), tone="warm")


def _line(theme: Theme, question: Question, counts: Mapping[str, Mapping[str, int]], k: int) -> str:
    """Empty while too few have answered."""
    item = item_of(counts.get(about_of(theme.name, question), {}), question)
    right = share_in_words(item.right, item.answered, publish_from=k)
    if right == HIDDEN:
        return ""
    said = [f"**{inert(question.ask)}**", f"Right at the first try: {right}."]
    for index, (option, drawn) in enumerate(zip(question.options, item.options, strict=True)):
        if index not in item.right_options:
            said.append(f"- {share_in_words(drawn, item.answered, publish_from=k)} chose {inert(option.text)}")
    said += [f"- Look at it: {flag}." for flag in item.flags(least_behind(k), [inert(one.text) for one in question.options])]
    return "\n".join(said)
