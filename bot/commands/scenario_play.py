"""``/scenario``: a short branching story, played privately. A choice has a consequence, and the end explains it.

Nothing is stored about who plays what, or how it ends, not even for a learner: a story's state is a path of choices, and it travels
in the buttons. So a card goes on after a restart, *Back* is a shorter path, and a press twice changes nothing.
"""

from __future__ import annotations

import difflib

from bot.cards import Answer, Button, Card, Choice, Divider, Menu, Part, Row, Text, Visit
from bot.commands.phrases import LICENCE, MOST_CHOICES, group_id, note, note_before, quoted
from bot.commands.scenario_words import still_fitting, sum_in_words
from bot.library import Course, Library, Scenario, Story, begun, story_at
from bot.press import Press, base36
from bot.storage import Store

ROOM = 2_800
"""Characters for the list of stories."""
PRIVATE = "-# Nothing is kept of what you choose, or that you play at all. You can stop at any card."


async def begin(visit: Visit, library: Library, store: Store) -> Answer:
    """A typed ``/scenario``: the one that was named; without a name, the list."""
    typed = visit.text("name")
    if typed is None:
        return await list_scenarios(visit, library, store)
    course = library.course(visit.reads)
    scenario = find_scenario(course, typed)
    return _first_card(visit, course, scenario) if scenario else _no_such(visit, course, typed)


async def list_scenarios(visit: Visit, library: Library, store: Store) -> Card:
    """All scenarios, each with what it is about."""
    course = library.course(visit.reads)
    if not course.scenarios:
        return note(Text("There is no scenario yet. `/learn` and `/quiz` have all that there is."), tone="look")
    lines = [f"**{one.title}** · about {one.minutes} minutes\n{one.summary}" for one in course.scenarios[:MOST_CHOICES]]
    if sum(map(len, lines)) > ROOM:  # the menu below has the summaries, too
        lines = [line.partition("\n")[0] for line in lines]
    more = len(course.scenarios) - len(lines)
    if more > 0:
        lines.append(f"And {more} more: `/scenario` finds them by `name`.")
    return Card(
        (
            Text("## Which story would you like to play?"),
            Text("Each is short, and what happens depends on you. The people in them are invented."),
            Text("\n\n".join(lines)),
            _menu(visit, course),
            Text(PRIVATE),
        ),
        tone="warm",
    )


async def play(visit: Visit, library: Library, store: Store) -> Card:
    """From a menu or a public card's *Play*: the first card. The scenario's number is picked or in the press."""
    course = library.course(visit.reads)
    number = visit.text("picked") or (visit.press.args[0] if visit.press.args else "")
    scenario = course.scenario_numbered(int(number)) if number.isdecimal() and len(number) <= 2 else None
    return _first_card(visit, course, scenario) if scenario else _gone(visit)


async def at(visit: Visit, library: Library, store: Store) -> Card:
    """The card after the choices that the press carries."""
    course = library.course(visit.reads)
    number, path, mark = (*visit.press.args, "", "", "")[:3]
    scenario = course.scenario_numbered(int(number)) if number.isdecimal() and len(number) <= 2 else None
    if scenario is None:
        return _gone(visit)
    story = story_at(scenario, path, int(mark, 36) if mark.isalnum() and mark.isascii() and len(mark) <= 3 else -1)
    if story is None:
        return _changed(visit, scenario)
    return _card(visit, course, story) if story.steps else _first_card(visit, course, scenario)


def find_scenario(course: Course, typed: str) -> Scenario | None:
    """The scenario that somebody means: its name or its title."""
    wanted = typed.casefold()
    return course.scenario(wanted) or next((one for one in course.scenarios if one.title.casefold() == wanted), None)


async def complete_scenario(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    """Suggestions: those whose title or summary has what was typed."""
    wanted = typed.casefold().strip()
    found = (one for one in library.course(visit.reads).scenarios if wanted in f"{one.name} {one.title} {one.summary}".casefold())
    return tuple(Choice(one.title, one.name) for one in found)[:MOST_CHOICES]


def _first_card(visit: Visit, course: Course, scenario: Scenario) -> Card:
    story = begun(scenario)
    count = scenario.count
    parts: list[Part] = [
        Text(f"-# A scenario · about {scenario.minutes} minutes"),
        Text(f"## {scenario.title}\n{scenario.about}"),
        *note_before(scenario, course.theme(scenario.theme)),
        *((Text(f"{still_fitting(story)}\n-# {count.assuming}"),) if count else ()),
        Divider(),
        *_scene(visit, story),
    ]
    return Card((*parts, Text(PRIVATE)), tone="warm")


def _card(visit: Visit, course: Course, story: Story) -> Card:
    latest = story.steps[-1]
    crowd = still_fitting(story) if latest.choice.narrows or story.node.ending is None else ""
    before = "\n".join(one for one in (f"**{latest.choice.choose}.**", latest.choice.then) if one)
    parts: list[Part] = [Text(f"-# {story.scenario.title}"), Text(before), *((Text(crowd),) if crowd else ()), Divider()]
    if story.node.ending is None:
        return Card((*parts, *_scene(visit, story)), tone="warm")
    return Card((*parts, *_end(visit, course, story)), tone="good")


def _scene(visit: Visit, story: Story) -> tuple[Part, ...]:
    """The node with its choices, and the way back."""
    after = [story.choose(index) for index in range(len(story.node.choices))]
    choices = tuple(
        Button(choice.choose, _press(visit, then), "main" if len(after) == 1 else "plain")
        for choice, then in zip(story.node.choices, after, strict=True)
        if then is not None
    )
    back = (Row((Button("Back", _press(visit, story.back())), _again(visit, story))),) if story.steps else ()
    return (Text(story.node.text), *_known(story), Row(choices), *back)


def _end(visit: Visit, course: Course, story: Story) -> tuple[Part, ...]:
    """The end explains, with its sources, and leads to the lesson and the quiz of its theme."""
    scenario, summed = story.scenario, sum_in_words(story)
    theme = course.theme(scenario.theme)
    lesson = theme.lesson(scenario.lesson) if theme else None
    onward: tuple[Button, ...] = ()
    if theme and lesson:
        onward = (
            Button("Read the lesson", Press("learn", "page", (str(theme.number), lesson.name, "1"), group_id(visit)), "main"),
            Button("Take the quiz", Press("quiz", "start", (str(theme.number),), group_id(visit))),
        )
    others = Button("Other stories", Press("scenario", "list", (), group_id(visit)))
    return (
        Text(f"## {story.node.ending}\n{story.node.text}"),
        *((Text(summed),) if summed else ()),
        *_known(story),
        Text(f"{_ways_to_end(scenario)}\n{LICENCE}"),
        Row((*onward, _again(visit, story), Button("Back", _press(visit, story.back())), others)),
    )


def _known(story: Story) -> tuple[Text, ...]:
    known = story.node.known
    if known is None:
        return ()
    sources = "\n".join(f"-# {source.line}" for source in known.sources)
    return (Text(f"**What is known**\n{known.text}\n{sources}"),)


def _ways_to_end(scenario: Scenario) -> str:
    return f"-# This is one of {len(scenario.endings)} ends. Nothing was kept of what you chose."


def _press(visit: Visit, story: Story) -> Press:
    return Press("scenario", "at", (str(story.scenario.number), story.path, base36(story.mark)), group_id(visit))


def _again(visit: Visit, story: Story) -> Button:
    return Button("Start again", Press("scenario", "play", (str(story.scenario.number),), group_id(visit)))


def _menu(visit: Visit, course: Course) -> Menu:
    choices = tuple(Choice(one.title, str(one.number), one.summary) for one in course.scenarios[:MOST_CHOICES])
    return Menu(Press("scenario", "play", (), group_id(visit)), choices, "Pick a story")


def _no_such(visit: Visit, course: Course, typed: str) -> Card:
    if not course.scenarios:
        return note(Text("There is no scenario yet. `/learn` and `/quiz` have all that there is."), tone="look")
    known = {name.casefold(): one for one in course.scenarios for name in (one.title, one.name)}
    close = difflib.get_close_matches(typed[:100].casefold(), known, 1, 0.4)
    hint = f" Did you mean **{known[close[0]].title}**?" if close else ""
    return note(
        Text(f"There is no scenario called {quoted(typed)}.{hint} These are the scenarios:"), _menu(visit, course), tone="look"
    )


def _gone(visit: Visit) -> Card:
    return note(
        Text("This story is no longer part of the course. Nothing of yours is lost, since nothing was kept."),
        Row((Button("Other stories", Press("scenario", "list", (), group_id(visit)), "main"),)),
        tone="look",
    )


def _changed(visit: Visit, scenario: Scenario) -> Card:
    return note(
        Text(f"**{scenario.title}** has been rewritten since this card was made, so I can't go on from here. Please begin anew."),
        Row((Button("Start again", Press("scenario", "play", (str(scenario.number),), group_id(visit)), "main"),)),
        tone="look",
    )
