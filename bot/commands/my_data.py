"""``/my-data``: see all that is kept about me, take it away, erase it in one press, pause."""

from __future__ import annotations

from collections.abc import Callable

from bot.cards import Button, Card, Part, Row, Text, Visit
from bot.commands.command import Command, Step, Subcommand
from bot.commands.my_data_files import OfGroup, as_html, as_json
from bot.commands.my_data_known import what_could_be_known
from bot.commands.my_data_where import WHERE, Mine, my_groups
from bot.commands.phrases import say
from bot.commands.receipt import counted, receipt
from bot.kept import KEY, NEVER, VERSION, how_long
from bot.library import Course, Lesson, Library
from bot.press import Press
from bot.storage import AnswerState, Erased, Learner, States, Store

MOST_GROUPS = 8
"""Groups on one card."""
MOST_TITLES = 1200
"""Characters of lesson titles that leave room for everything else on the card."""


async def show(visit: Visit, library: Library, store: Store) -> Card:
    """All rows about this person, in words; of several groups, in brief."""
    mine = await my_groups(visit, store)
    if isinstance(mine, Card):
        return mine
    if visit.group is None or len(mine) > 1 or mine[0][0].group_id != visit.group.group_id:
        return await _in_brief(visit, mine, store)
    [(group, key)] = mine
    states = await store.states(group.group_id, key)
    if states.learner is None:
        return say(f"Nothing is kept about you in **{group.name}**.")  # erased a moment ago, by another press
    course = library.course(visit.reads)
    last = Press("my-data", "resume" if states.learner.is_paused else "pause", (), group.group_id)
    parts: list[Part] = [
        Text(f"## All that is kept about you in {group.name}"),
        Text(_membership(states.learner)),
        Text(_read_in_words(states, course)),
        Text(_answers_in_words(states, course)),
        Text(f"Kept {how_long(visit.retention_days)}. {KEY}\n\n**Never kept:** {NEVER}."),
        Row(
            (
                Button("Download it", Press("my-data", "download", (), group.group_id)),
                Button("Resume" if states.learner.is_paused else "Pause", last),
                Button("Erase all of it", Press("my-data", "erase", (), group.group_id), "danger"),
            )
        ),
        Text("-# Erasing happens at once and can't be undone. You are a guest again then."),
    ]
    if states.learner.consent_version < VERSION:
        parts.append(Text("The list of what is kept has grown since you joined. Nothing new is kept before you agree."))
        parts.append(Row((Button("See the new list", Press("join", "offer", (), group.group_id)),)))
    return Card(tuple(parts), tone="warm")


async def download(visit: Visit, library: Library, store: Store) -> Card:
    """The same as files, which only this person sees."""
    mine = await my_groups(visit, store)
    if isinstance(mine, Card):
        return mine
    groups = tuple([OfGroup(group.name, await store.export(group.group_id, key)) for group, key in mine])
    return Card(
        (
            Text(
                f"## All that is kept about you\nFrom {_groups(len(mine))}. The first file is for reading, the second for machines."
            ),
            as_html(groups, visit.at, visit.retention_days),
            as_json(groups, visit.at),
            Text("-# Only you see these files here. Once you have saved them, they are yours to look after."),
        ),
        tone="warm",
    )


async def erase(visit: Visit, library: Library, store: Store) -> Card:
    """Erase all of it, at once, with a receipt."""
    mine = await my_groups(visit, store)
    if isinstance(mine, Card):
        return mine
    receipts: list[tuple[str, Erased]] = []
    for group, key in mine:
        erased = await store.erase_learner(group.group_id, key)
        if erased.learners:
            receipts.append((group.name, erased))
    if not receipts:  # another press was quicker
        return say("There was nothing left to erase: nothing is kept about you there.")
    if len(mine) == 1:
        return say("## Done", receipt(receipts[0][1], visit.at), "You are a guest again. `/join` begins anew.", tone="good")
    lines = [f"- {name}: {counted(erased)}" for name, erased in receipts]
    more = [f"- and {len(lines) - MOST_GROUPS} more groups"] if len(lines) > MOST_GROUPS else []
    return say(
        f"## Done\n**Erased on {visit.at.date().isoformat()}**, in {_groups(len(receipts))}:",
        "\n".join(lines[:MOST_GROUPS] + more),
        "Nothing about you is kept in these groups now.",
        tone="good",
    )


async def pause(visit: Visit, library: Library, store: Store) -> Card:
    """Nothing new is kept from now on."""
    mine = await my_groups(visit, store)
    if isinstance(mine, Card):
        return mine
    if not sum([await store.pause(group.group_id, key) for group, key in mine]):
        return say("You had paused already; nothing has changed. `/my-data resume` goes on.")
    return say(
        f"You have paused in {_groups(len(mine))}. Nothing new is kept; what was kept stays, and you can read and practise "
        "everything. `/my-data resume` goes on.",
        f"-# That you paused is noted. {visit.retention_days} days after you were last active all of it is erased, paused or not.",
        tone="good",
    )


async def resume(visit: Visit, library: Library, store: Store) -> Card:
    mine = await my_groups(visit, store)
    if isinstance(mine, Card):
        return mine
    if not sum([await store.resume(group.group_id, key, on=visit.at.date()) for group, key in mine]):
        return say("You had not paused; nothing has changed.")
    return say(f"You go on in {_groups(len(mine))}: from now on I remember again where you are.", tone="good")


async def _in_brief(visit: Visit, mine: Mine, store: Store) -> Card:
    lines = []
    for group, key in mine[:MOST_GROUPS]:
        states = await store.states(group.group_id, key)
        if states.learner:
            learner = states.learner
            lines.append(
                f"**{group.name}**: {_membership(learner)} {len(states.read)} lessons read, "
                f"{len(states.answers)} questions answered."
            )
    more = [f"And {len(mine) - MOST_GROUPS} more groups."] if len(mine) > MOST_GROUPS else []
    return say(
        f"## What is kept about you in {_groups(len(mine))}",
        *lines,
        *more,
        f"`/my-data download` has every row. Kept {how_long(visit.retention_days)}. {KEY}\n\n**Never kept:** {NEVER}.",
        tone="warm",
    )


def _membership(learner: Learner) -> str:
    paused = " You have **paused**: nothing new is kept." if learner.is_paused else ""
    new = "Something that you learnt is not yet" if learner.is_changed else "All that you learnt is"
    return (
        f"You joined on {learner.joined_on} and agreed to version {learner.consent_version} of the list of what is kept. "
        f"You were last active on {learner.active_on}, as far as is kept.{paused} "
        f"{new} in a summary of the group's progress."
    )


def _groups(number: int) -> str:
    return "one group" if number == 1 else f"{number} groups"


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
    "See, take away, pause or erase all that is kept about you.",
    subcommands=(
        Subcommand("show", "Everything that is kept about you, in words.", (WHERE,)),
        Subcommand("download", "Everything that is kept about you, as files that only you see.", (WHERE,)),
        Subcommand("erase", "Erase everything that is kept about you, at once.", (WHERE,)),
        Subcommand("pause", "Keep nothing new about you; what was kept stays.", (WHERE,)),
        Subcommand("resume", "Go on after a pause.", (WHERE,)),
        Subcommand("what-could-be-known", "What a bot with the usual rights could find out about somebody. A made-up person."),
    ),
    steps={
        "show": Step(show, picks_group=True),
        "download": Step(download, picks_group=True),
        "erase": Step(erase, picks_group=True),
        "pause": Step(pause, picks_group=True),
        "resume": Step(resume, picks_group=True),
        "what-could-be-known": Step(what_could_be_known),
    },
    everywhere=True,
)
