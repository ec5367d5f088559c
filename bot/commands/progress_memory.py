"""What a learner would remember today and in a month, theme by theme. Only they see it, and nothing of it is summed up for others.

What the whole group would remember is told nowhere: it would move each day by itself, and so no publication could hold it still
until enough learners have changed something in it.
"""

from __future__ import annotations

from datetime import date, timedelta

from bot.cards import Button, Card, Drawing, Part, Row, Text, Visit
from bot.commands.phrases import as_many_as_fit, group_id, say
from bot.commands.review_today import today_of
from bot.library import Course, Library
from bot.press import Press
from bot.progress import ThemeMemory
from bot.recall import Memory, chance
from bot.storage import States, Store
from bot.timetable import local_day

A_MONTH = timedelta(days=30)
ROOM, LONGEST_ALT = 2_400, 1_024
MOST_DRAWN = 12
"""Themes in the picture; a group may have many of its own. The words have them all, as far as there is room."""


async def remember(visit: Visit, library: Library, store: Store) -> Card:
    """The card behind *What I remember*."""
    assert visit.group and visit.key
    states = await store.states(visit.group.group_id, visit.key)
    if states.learner is None:
        return say("You are here as a guest, so nothing is kept that this could be estimated from. `/join` says what would be.")
    today, course = local_day(visit.at, visit.group.time_zone), library.course(visit.reads)
    themes = memories(course, states, today)
    if not themes:
        return Card(
            (
                Text("Nothing can be said yet: answer some questions first, in a quiz or a review."),
                Row((Button("Review", Press("review", "ask", (), group_id(visit)), "main"),)),
            ),
            tone="warm",
        )
    left = len(today_of(course, states, today, visit.group.recall_goal, most=visit.group.review_amount).questions)
    from bot.plots import memory_picture

    lines = [f"- **{theme.title}:** {theme.in_words}" for theme in themes]
    alt = "What I would remember. " + " ".join(f"{theme.title}: {theme.in_words}." for theme in themes)
    parts: list[Part] = [
        Text(f"## What you would remember\n{all_in_words(themes)}"),
        Drawing(
            "memory.png", memory_picture(themes[:MOST_DRAWN]), alt if len(alt) <= LONGEST_ALT else f"{alt[: LONGEST_ALT - 1]}…"
        ),
        Text(as_many_as_fit(lines, ROOM)),
    ]
    if left:
        parts.append(Row((Button(f"Review: {left} today", Press("review", "ask", (), group_id(visit)), "main"),)))
    parts.append(
        Text(
            "-# Only you see this. It is an estimate from your answers, by the forgetting of people in general (FSRS); you may "
            "know more, or less. What you answered today counts as remembered: you have just read why it is so."
        )
    )
    return Card(tuple(parts), tone="warm")


def memories(course: Course, states: States, today: date) -> tuple[ThemeMemory, ...]:
    """Of each theme of which anything can be said, in the order of the course."""
    of_themes: dict[str, list[Memory]] = {}
    for one in states.answers:
        if one.memory is not None and (one.theme, one.question) in course.questions:
            of_themes.setdefault(one.theme, []).append(one.memory)
    found = []
    for theme in course.those(of_themes):
        kept = of_themes[theme.name]
        now, then = (sum(chance(memory, day) for memory in kept) for day in (today, today + A_MONTH))
        found.append(ThemeMemory(theme.title, len(kept), now, then))
    return tuple(found)


def all_in_words(themes: tuple[ThemeMemory, ...]) -> str:
    """One sentence about all of them."""
    answered = sum(theme.answered for theme in themes)
    now, then = round(sum(theme.today for theme in themes)), round(sum(theme.in_a_month for theme in themes))
    if answered == 1:
        return "Of the one question that you answered, you would " + ("still" if now else "hardly") + " know the answer today."
    return f"Of the {answered} questions that you answered, about {now} today; in a month, without a review, about {then}."
