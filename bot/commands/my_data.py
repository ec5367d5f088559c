"""``/my-data``: see all that is kept about me, in words, and erase it in one press."""

from __future__ import annotations

from collections.abc import Callable

from bot.cards import Button, Card, Part, Row, Text, Visit
from bot.commands.command import Command, Step, Subcommand
from bot.commands.phrases import group_id, say
from bot.commands.receipt import receipt
from bot.kept import HOW_LONG, KEY, NEVER
from bot.library import Course, Lesson, Library
from bot.press import Press
from bot.storage import AnswerState, States, Store

MOST_TITLES = 1200
"""Characters of lesson titles that leave room for everything else on the card."""


async def show(visit: Visit, library: Library, store: Store) -> Card:
    """All rows about this person in this group, in words."""
    if visit.group is None or visit.key is None:
        return _nothing(visit)
    states = await store.states(visit.group.group_id, visit.key)
    if states.learner is None:
        return say(
            f"Nothing is kept about you in **{visit.group.name}**: you have not joined. "
            "As a guest you can read and practise everything."
        )
    course = library.course(visit.reads)
    parts: list[Part] = [
        Text(f"## All that is kept about you in {visit.group.name}"),
        Text(
            f"**You joined** on {states.learner.joined_on} and agreed to version "
            f"{states.learner.consent_version} of the list of what is kept."
        ),
        Text(_read_in_words(states, course)),
        Text(_answers_in_words(states, course)),
        Text(f"Kept {HOW_LONG}. {KEY}\n\n**Never kept:** {NEVER}."),
        Row((Button("Erase all of it", Press("my-data", "erase", (), group_id(visit)), "danger"),)),
        Text("-# Erasing happens at once and can't be undone. You are a guest again then."),
    ]
    return Card(tuple(parts), tone="warm")


async def erase(visit: Visit, library: Library, store: Store) -> Card:
    """Erase all of it, at once, with a receipt."""
    if visit.group is None or visit.key is None:
        return _nothing(visit)
    erased = await store.erase_learner(visit.group.group_id, visit.key)
    if not erased.learners:
        return say(f"There was nothing to erase: nothing is kept about you in **{visit.group.name}**.")
    return say("## Done", receipt(erased, visit.at), "You are a guest again. `/join` begins anew.", tone="good")


def _nothing(visit: Visit) -> Card:
    if visit.is_direct:
        return say(
            "Nothing is kept about you from this chat: in direct messages everyone is a guest. "
            "If you joined a study group, use `/my-data show` on its server to see what it keeps."
        )
    return say("Nothing is kept about you here: this server has no study group that you could have joined.")


def _read_in_words(states: States, course: Course) -> str:
    """By title; by number where all the titles would not fit on one card."""
    if not states.read:
        return "**Lessons read to the end:** none yet."
    by_title = _lessons(states, course, lambda number, lesson: lesson.title)
    if len(by_title) > MOST_TITLES:
        by_title = _lessons(states, course, lambda number, lesson: str(number))
    return f"**Lessons read to the end:**\n{by_title}"


def _lessons(states: States, course: Course, called: Callable[[int, Lesson], str]) -> str:
    lines = []
    for name in sorted({theme for theme, _ in states.read}):
        theme = course.theme(name)
        read = {lesson for of, lesson in states.read if of == name}
        lessons = enumerate(theme.lessons, 1) if theme else ()
        known = [(number, lesson) for number, lesson in lessons if lesson.name in read]
        gone = sorted(read - {lesson.name for _, lesson in known})  # no longer in the course, and still kept
        said = [*(called(number, lesson) for number, lesson in known), *gone]
        lines.append(f"- {theme.title if theme else name}: {', '.join(said)}")
    return "\n".join(lines)


def _answers_in_words(states: States, course: Course) -> str:
    if not states.answers:
        return "**Questions answered:** none yet."
    lines = []
    for name in sorted({one.theme for one in states.answers}):
        theme = course.theme(name)
        mine = sorted((one for one in states.answers if one.theme == name), key=lambda one: one.question)
        lines.append(f"- {theme.title if theme else name}: {_numbers(mine, True)}; {_numbers(mine, False)}")
    return "**Questions answered,** by their number, the latest answer of each:\n" + "\n".join(lines)


def _numbers(answers: list[AnswerState], right: bool) -> str:
    said = ", ".join(
        str(one.question) + (f" (asked {one.times_asked} times)" if one.times_asked > 1 else "")
        for one in answers
        if one.was_right == right
    )
    return f"{'right' if right else 'not right'}: {said or 'none'}"


MY_DATA = Command(
    "my-data",
    "See all that is kept about you, and erase it.",
    subcommands=(
        Subcommand("show", "Everything that is kept about you in this study group, in words."),
        Subcommand("erase", "Erase everything that is kept about you in this study group, at once."),
    ),
    steps={"show": Step(show, picks_group=True), "erase": Step(erase, picks_group=True)},
    everywhere=True,
)
