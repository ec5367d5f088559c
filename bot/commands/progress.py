"""``/progress``: my own, in a picture and in words; and the group's, as far as it may be told."""

from __future__ import annotations

import asyncio

from bot.cards import Button, Card, Divider, Part, Picture, Row, Text, Visit
from bot.commands.command import Command, Step
from bot.commands.consent import asked_again
from bot.commands.phrases import group_id
from bot.library import Course, Library, Theme
from bot.plots import progress_picture
from bot.press import Press
from bot.progress import APART, HIDDEN, ThemeProgress, learners_in_words
from bot.storage import Figures, Publication, States, Store


async def progress(visit: Visit, library: Library, store: Store) -> Card:
    assert visit.group and visit.key  # the desk sees to it: this step needs a group
    course = library.course(visit.reads)
    states = await store.states(visit.group.group_id, visit.key)
    figures = await store.figures(visit.group.group_id)
    told = await store.publication(visit.group.group_id)
    mine = await _mine(visit, course, states)
    return Card(
        (
            *mine,
            *asked_again(visit, states.learner),
            Divider(),
            Text(f"## {visit.group.name}, together"),
            Text(_together(course, figures, told, visit.group.publish_from)),
        ),
        tone="warm",
    )


async def _mine(visit: Visit, course: Course, states: States) -> tuple[Part, ...]:
    if states.learner is None:
        return (
            Text(
                "## You\nYou are here as a guest, so nothing is kept that could be shown. "
                "`/join` lets me remember where you are; you see first what is kept."
            ),
            Row((Button("What joining means", Press("join", "offer", (), group_id(visit))),)),
        )
    themes = tuple(_of_theme(theme, states) for theme in course.themes)
    data = await asyncio.to_thread(progress_picture, themes)
    words = "\n".join(f"- **{theme.title}:** {theme.in_words}" for theme in themes)
    alt = "Your progress. " + " ".join(f"{theme.title}: {theme.in_words}." for theme in themes)
    following, press = _what_next(visit, course, states)
    return (
        Text("## You"),
        Picture("progress.png", data, alt[:1024]),
        Text(words),
        Text(f"**What next?** {following}"),
        Row((Button("Go on", press, "main"),)),
        Text("-# Only you see this. A question counts as known when your latest answer was right."),
    )


def _of_theme(theme: Theme, states: States) -> ThemeProgress:
    known = {one.question for one in states.answers if one.theme == theme.name and one.was_right}
    return ThemeProgress(
        theme.title,
        len(theme.lessons),
        sum((theme.name, lesson.name) in states.read for lesson in theme.lessons),
        len(theme.questions),
        sum(question.number in known for question in theme.questions),
    )


def _what_next(visit: Visit, course: Course, states: States) -> tuple[str, Press]:
    """The first unread lesson; then the theme with most to learn; then simply another quiz."""
    for theme in course.themes:
        for lesson in theme.lessons:
            if (theme.name, lesson.name) not in states.read:
                press = Press("learn", "page", (str(theme.number), lesson.name, "1"), group_id(visit))
                return f"The lesson *{lesson.title}*.", press
    far = [(_of_theme(theme, states), theme) for theme in course.themes]
    open_ones = [(done.questions - done.questions_known, theme) for done, theme in far if not done.is_whole]
    if open_ones:
        theme = max(open_ones, key=lambda one: one[0])[1]
        return f"A quiz about *{theme.title}*.", Press("quiz", "start", (str(theme.number),), group_id(visit))
    theme = course.themes[0]
    return (
        "You have read and answered everything. A quiz now and then keeps it fresh.",
        Press("quiz", "start", (str(theme.number),), group_id(visit)),
    )


def _together(course: Course, figures: Figures, told: Publication | None, publish_from: int) -> str:
    """What was posted is a fact; of learning there is only what was published, and that only if it was made by today's setting."""
    if told is None or told.made_from < publish_from:
        return "\n\n".join(
            (
                f"This group has {learners_in_words(figures.learners)}.",
                _posted(course, figures),
                f"How far the group has come in its lessons is summed up from {publish_from} learners up, at most once a week, "
                "so that nobody's own reading shows. There is no summary yet.",
            )
        )
    lines = [line for theme in course.themes if (line := _learnt(theme, told))]
    return "\n\n".join(
        (
            f"This group has {learners_in_words(told.people)}.",
            _posted(course, figures),
            f"**Learnt, all together**, as of {told.made_on}:\n" + "\n".join(lines),
            f"-# Summed up at most every {APART.days} days, when at least {told.made_from} learners have gone on. "
            "It doesn't change in between.",
        )
    )


def _posted(course: Course, figures: Figures) -> str:
    lines = []
    for theme in course.themes:
        titles = [
            prompt.title
            for prompt in theme.prompts
            if any((kind, name, item) == ("prompt", theme.name, prompt.name) for kind, name, item, _ in figures.posted)
        ]
        if titles:
            lines.append(f"- **{theme.title}:** {len(titles)} of {len(theme.prompts)} prompts")
    discussed = f"**Discussed so far** ({len(lines)} of {len(course.themes)} themes):\n" + "\n".join(lines)
    posted = {item for kind, _, item, _ in figures.posted if kind == "scenario"}
    stories = [one.title for one in course.scenarios if one.name in posted]
    played = [f"**Scenarios posted so far:** {', '.join(stories)}"] if stories else []
    return "\n\n".join([discussed if lines else "No prompt has been posted yet.", *played])


def _learnt(theme: Theme, told: Publication) -> str | None:
    for one in told.themes:
        if one.theme == theme.name:
            known = f"{one.questions} questions known" if one.questions != HIDDEN else "too few have answered questions yet"
            return f"- **{theme.title}:** {one.lessons} lessons read, {known}" if one.lessons != HIDDEN else None
    return None


PROGRESS = Command(
    "progress",
    "How far you have come, and what your group has discussed. Only you see it.",
    first="progress",
    steps={"progress": Step(progress, needs_group=True)},
)
