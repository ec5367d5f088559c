"""*What I have learnt*: a private card to keep, made when somebody asks and stored nowhere. It counts and compares nothing."""

from __future__ import annotations

from bot.cards import Button, Card, Drawing, Row, Text, Visit
from bot.commands.consent import asked_again
from bot.commands.phrases import as_many_as_fit
from bot.library import Library, Theme
from bot.plots import learnt_picture
from bot.press import Press
from bot.storage import States, Store

ROOM = 3_000
LONGEST_ALT = 1_024


async def learnt(visit: Visit, library: Library, store: Store) -> Card:
    """The lessons that were read, and what the questions that are known now ask for."""
    assert visit.group and visit.key  # the desk sees to it: this step needs a group
    states = await store.states(visit.group.group_id, visit.key)
    if states.learner is None:
        join = Button("What joining means", Press("join", "offer", (), visit.group.group_id), "main")
        text = "You are here as a guest, so nothing is kept of what you have read. What you have learnt is yours all the same."
        return Card((Text(text), Row((join,))))
    course = library.course(visit.reads)
    begun = {theme for theme, _ in states.read} | {one.theme for one in states.answers}
    learnt = [one for theme in course.those(begun) if (one := _of(theme, states))]
    to_lessons = Row((Button("The lessons", Press("learn", "list", (), visit.group.group_id), "main"),))
    if not learnt:
        text = "Nothing yet that I could write on it: read a lesson to its end, or answer a question, and come back."
        return Card((Text(f"## What I have learnt\n{text}"), to_lessons))
    lines = [f"**{theme.title}**\n" + "\n".join(f"- {title}" for title in titles) for theme, titles in learnt]
    picture = learnt_picture(visit.group.name, [(theme.title, titles) for theme, titles in learnt])
    alt = "What I have learnt. " + " ".join(f"{theme.title}: {', '.join(titles)}." for theme, titles in learnt)
    small = "-# Only you see this. It is made from what you have read and what you know now, and is stored nowhere."
    return Card(
        (
            Text(f"## What I have learnt\nWith {visit.group.name}."),
            Drawing("learnt.png", picture, alt if len(alt) <= LONGEST_ALT else f"{alt[: LONGEST_ALT - 1]}…"),
            Text(as_many_as_fit(lines, ROOM)),
            Text(small),
            *asked_again(visit, states.learner),
        ),
        tone="good",
    )


def _of(theme: Theme, states: States) -> tuple[Theme, tuple[str, ...]] | None:
    """The titles of the lessons that were read, or whose questions are known; ``None`` if there are none."""
    known = {one.question for one in states.answers if one.theme == theme.name and one.was_right}
    through = {question.lesson for question in theme.questions if question.number in known}
    titles = tuple(one.title for one in theme.lessons if (theme.name, one.name) in states.read or one.name in through)
    return (theme, titles) if titles else None
