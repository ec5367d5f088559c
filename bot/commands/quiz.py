"""``/quiz``: one question at a time, and each answer gets its own explanation. No score, no clock, no rank."""

from __future__ import annotations

from bot.cards import Answer, Button, Card, Divider, Option, Part, Row, Text, Visit
from bot.commands.command import Command, Step
from bot.commands.consent import asked_again
from bot.commands.phrases import (
    complete_theme,
    find_theme,
    following,
    gone,
    group_id,
    leafing,
    no_such_theme,
    page_named,
    say,
    states_of,
    theme_menu,
)
from bot.commands.quiz_answer import answer, fill_again, fill_in, filled_in, put, say_sure
from bot.commands.quiz_order import known_of
from bot.commands.review import review_press, reviews
from bot.commands.review_words import counted
from bot.commands.sitting import LONGEST, SHORTEST, USUAL, Sitting
from bot.library import Course, Library, Theme
from bot.press import Press
from bot.progress import PUBLISH_FROM
from bot.storage import Store

IN_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


async def begin(visit: Visit, library: Library, store: Store) -> Answer:
    """A typed ``/quiz``: the theme that was named; without one, the list to pick from."""
    course = library.course(visit.reads)
    length = visit.number("length") or USUAL
    picking = Press("quiz", "start", ("", str(length)), group_id(visit))
    typed = visit.text("theme")
    if typed is None:
        return _about_what(visit, course, str(length))
    theme = find_theme(course, typed)
    if theme is None:
        return no_such_theme(visit, course, typed, picking)
    return await _ask(visit, theme, Sitting.begin(theme, length, visit.at), store)


async def start(visit: Visit, library: Library, store: Store) -> Card:
    """A quiz from a button or a menu: arguments are the theme's number and, perhaps, the length."""
    number, length = (*visit.press.args, "", "")[:2]
    number = visit.text("picked") or number
    theme = library.course(visit.reads).numbered(int(number)) if number.isdecimal() else None
    if theme is None:
        return gone("This theme")
    sitting = Sitting.begin(theme, int(length) if length.isdecimal() else USUAL, visit.at)
    return await _ask(visit, theme, sitting, store)


async def skip(visit: Visit, library: Library, store: Store) -> Card:
    """Past this theme to a quiz about the next one, or to the list after the last. That somebody skipped is kept nowhere."""
    number, length = (*visit.press.args, "", "")[:2]
    course = library.course(visit.reads)
    theme = course.numbered(int(number)) if number.isdecimal() else None
    after = following(course, theme) if theme else None
    if after is None:
        return _about_what(visit, course, length)
    sitting = Sitting.begin(after, int(length) if length.isdecimal() else USUAL, visit.at)
    return await _ask(visit, after, sitting, store)


async def ask(visit: Visit, library: Library, store: Store) -> Card:
    """The next question of a quiz under way."""
    sitting = Sitting.read(visit.press.args)
    theme = library.course(visit.reads).numbered(sitting.theme)
    return await _ask(visit, theme, sitting, store) if theme else gone("This theme")


async def end(visit: Visit, library: Library, store: Store) -> Card:
    """What went well, and which lessons to read again."""
    sitting = Sitting.read(visit.press.args)
    theme = library.course(visit.reads).numbered(sitting.theme)
    if theme is None or not sitting.done:
        return gone("This quiz")
    asked = [(question, is_right) for number, is_right in sitting.done if (question := theme.question(number))]
    well = _lesson_titles(theme, [question.lesson for question, is_right in asked if is_right])
    missed = [question for question, is_right in asked if not is_right]
    parts: list[Part] = [Text(f"-# {theme.title}"), Text(f"## {_how_it_went(sitting.right, len(sitting.done))}")]
    if well:
        parts.append(Text("**What went well**\n" + "\n".join(f"- {title}" for title in well)))
    if missed:
        parts.append(Text("**To look at again**\n" + "\n".join(f"- {question.ask}" for question in missed)))
        names = list(dict.fromkeys(question.lesson for question in missed))
        rereading = tuple(
            Button(
                f"Read: {lesson.title}"[:80],
                Press("learn", "page", (str(theme.number), lesson.name, "1"), group_id(visit)),
            )
            for name in names
            if (lesson := theme.lesson(name))
        )
        parts += [Row(rereading[start : start + 5]) for start in range(0, len(rereading), 5)]
    more = Button("More questions", Press("quiz", "ask", sitting.again(theme).args(), group_id(visit)), "main")
    lessons = Button("The lessons", Press("learn", "lessons", (str(theme.number),), group_id(visit)))
    states = await states_of(visit, store)
    list_has_grown = asked_again(visit, states.learner) if states else ()
    due = len(reviews(visit, library, states).questions) if states and not list_has_grown else 0
    if due:
        parts.append(Text(f"There is something to review today, too: {counted(due)}, all themes mixed."))
    review = (Button("Review", review_press(group_id(visit))),) if due else ()
    parts += (Divider(), Row((more, lessons, *review)), *((Divider(), *list_has_grown) if list_has_grown else ()))
    return Card(tuple(parts), tone="warm")


async def _ask(visit: Visit, theme: Theme, sitting: Sitting, store: Store) -> Card:
    if not theme.questions:
        return say(f"**{theme.title}** has no questions yet.", tone="look")
    states = await states_of(visit, store)
    asked = {one.question: one.times_asked for one in states.answers if one.theme == theme.name} if states else None
    known = known_of(theme, await store.told_today(k=PUBLISH_FROM, on=visit.at.date()))
    number = sitting.next_question(theme, asked, known)
    question = theme.question(number) if number is not None else None
    if question is None:
        return gone("This question")
    turn = (asked or {}).get(question.number, 0)
    return put(visit, theme, question, sitting, turn, is_guest=not states)


async def list_themes(visit: Visit, library: Library, store: Store) -> Card:
    """Another page of the themes. Arguments are the length and the page."""
    length = visit.press.args[0] if visit.press.args else ""
    return _about_what(visit, library.course(visit.reads), length, page_named(visit.press.args, 1))


def _about_what(visit: Visit, course: Course, length: str, page: int = 0) -> Card:
    group = group_id(visit)
    menu = theme_menu(course, Press("quiz", "start", ("", length), group), page=page)
    turning = leafing(course, page, lambda to: Press("quiz", "list", (length, str(to)), group))
    return Card((Text("## A quiz about what?"), menu, *turning), tone="warm")


def _how_it_went(right: int, asked: int) -> str:
    if right == asked:
        return f"All {IN_WORDS[asked]} right"
    again = asked - right
    if again == 1:
        return f"{right} of {asked} right, this one to look at again"
    return f"{right} of {asked} right, these {IN_WORDS[again]} to look at again"


def _lesson_titles(theme: Theme, names: list[str]) -> list[str]:
    return [lesson.title for lesson in theme.lessons if lesson.name in names]


QUIZ = Command(
    "quiz",
    "Test what you know, one question at a time. Only you see it.",
    first="begin",
    options=(
        Option("theme", "What about? Without it, you get the list.", complete=complete_theme),
        Option("length", "How many questions? 5 if you don't say.", kind="number", least=SHORTEST, most=LONGEST),
    ),
    steps={
        "begin": Step(begin),
        "start": Step(start),
        "list": Step(list_themes),
        "skip": Step(skip),
        "ask": Step(ask),
        "sure": Step(say_sure),
        "answer": Step(answer),
        "fill-in": Step(fill_in),
        "filled-in": Step(filled_in),
        "fill-again": Step(fill_again, reads_card=True),
        "end": Step(end),
    },
    everywhere=True,
)
