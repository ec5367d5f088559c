"""``/review``: what a learner is about to forget, a few questions a day, all themes mixed. Nobody else sees any of it.

For learners only, since it goes by what is kept of them. A review under way is nowhere but in its buttons and in the answers that
are kept: the same press twice, or one from an old card, changes nothing, and a restart goes unnoticed.
"""

from __future__ import annotations

from msgspec.structs import replace

from bot.cards import Answer, Button, Card, Divider, Form, Part, Row, Text, Visit
from bot.commands.again import refused, typed_again
from bot.commands.asking import answer_controls, answer_form, answer_given, is_as_shown, mark_of, verdict_parts
from bot.commands.consent import asked_again
from bot.commands.phrases import group_id
from bot.commands.quiz_answer import something_wrong
from bot.commands.remembering import keep_answer
from bot.commands.review import reviews
from bot.commands.review_today import LEAST, MOST, Asked, Today, lessons_to_look_at
from bot.commands.review_words import comes_back, nothing_today, opening_words, sum_of_today
from bot.commands.reviewing import MOST_LEFT_OUT, Reviewing, going_on, read_going_on
from bot.commands.sitting import Sitting
from bot.commands.sureness import how_sure, sure_of
from bot.library import Library, Theme
from bot.press import Press
from bot.questions import Graded, NoAnswer, Question, Unfinished, UnknownOption
from bot.storage import Kept, States, Store

A_FEW = 4
"""How many more somebody may ask for when a day is done and others are due; never more than ``MOST`` in all."""


async def begin(visit: Visit, library: Library, store: Store) -> Card:
    """A typed ``/review``."""
    assert visit.group
    most = visit.number("questions") or visit.group.review_amount
    return await _next(visit, library, store, min(max(most, LEAST), MOST), ())


async def ask(visit: Visit, library: Library, store: Store) -> Card:
    """The next question, or what today came to; from a button of any card."""
    assert visit.group
    most, without = read_going_on(visit.press.args, visit.group.review_amount)
    return await _next(visit, library, store, most, without)


async def sure(visit: Visit, library: Library, store: Store) -> Card:
    """The same question, with how sure somebody is."""
    *args, said = visit.press.args or ("",)
    this = Reviewing.read(tuple(args)).but_sure(sure_of(said))
    theme, question = _find(visit, library, this)
    return _put(visit, theme, question, this) if theme and question else _taken_out(visit, this)


async def answer(visit: Visit, library: Library, store: Store) -> Card:
    """One press: where it is a whole answer, it is graded, kept and explained; else the next one is asked for."""
    *args, given = visit.press.args or ("",)
    this = Reviewing.read(tuple(args))
    theme, question = _find(visit, library, this)
    if theme is None or question is None:
        return _taken_out(visit, this)
    try:
        graded = question.grade(given)
    except Unfinished:
        return _put(visit, theme, question, this, given)
    except (UnknownOption, NoAnswer):
        return _taken_out(visit, this)
    return await _explained(visit, store, theme, question, this, graded)


async def fill_in(visit: Visit, library: Library, store: Store) -> Answer:
    """The form for an answer that no press can give."""
    this = Reviewing.read(visit.press.args)
    theme, question = _find(visit, library, this)
    form = _form(visit, theme, question, this) if theme and question else None
    return form or _taken_out(visit, this)


async def filled_in(visit: Visit, library: Library, store: Store) -> Card:
    """What was typed or ticked: graded like a press. The text is shown to its writer, and goes no further."""
    this = Reviewing.read(visit.press.args)
    theme, question = _find(visit, library, this)
    form = _form(visit, theme, question, this) if theme and question else None
    if theme is None or question is None or form is None:
        return _taken_out(visit, this)
    try:
        graded = question.grade(answer_given(visit))
    except NoAnswer as wanted:
        return refused(
            form, visit.given, f"## {question.ask}\n{wanted}", Press("review", "fill-again", this.args(), group_id(visit))
        )
    except (UnknownOption, Unfinished):
        return _taken_out(visit, this)
    return await _explained(visit, store, theme, question, this, graded)


async def fill_again(visit: Visit, library: Library, store: Store) -> Answer:
    """The form with what came back."""
    form = await fill_in(visit, library, store)
    return typed_again(form, visit.on_card) if isinstance(form, Form) else form


async def _next(visit: Visit, library: Library, store: Store, most: int, without: tuple[int, ...]) -> Card:
    assert visit.group and visit.key  # the desk sees to it: each of these steps needs a group
    states = await store.states(visit.group.group_id, visit.key)
    if states.learner is None:
        return _for_learners(visit)
    has_grown = asked_again(visit, states.learner)
    if has_grown:
        return Card((Text("## A review goes by what is kept of you"), *has_grown), tone="look")
    if states.learner.is_paused:
        return Card(
            (Text("You have paused, so nothing new is kept, and a review would ask the same again. `/my-data resume` goes on."),),
            tone="look",
        )
    today = reviews(visit, library, states, most, without)
    if not today.questions:
        return _over(visit, today, states, most, without)
    asked, left = today.questions[0], len(today.questions)
    this = Reviewing(asked.theme.number, asked.question.number, asked.turn, left, most, without=without)
    return _put(visit, asked.theme, asked.question, this, is_first=not today.done)


async def _explained(visit: Visit, store: Store, theme: Theme, question: Question, this: Reviewing, graded: Graded) -> Card:
    """Kept, and told why it is so, and when it comes back."""
    kept, memory = await keep_answer(visit, theme, question, this.turn, graded.is_right, store, this.sure)
    parts: list[Part] = [Text(f"-# Review · {theme.title}"), *verdict_parts(question, graded)]
    if kept is Kept.YES and memory and visit.group:
        parts.append(Text(f"-# {comes_back(memory, visit.group.recall_goal)}"))
    elif kept is Kept.ALREADY:
        parts.append(Text("-# You had answered this one before: your first answer counts."))
    elif kept is Kept.PAUSED:
        parts.append(Text("-# You have paused, so this answer is not kept. `/my-data resume` goes on."))
    else:
        parts.append(Text("-# This answer is not kept."))
    label = "Next question" if this.left > 1 else "That was all: see how it went"
    onward = Button(label, Press("review", "ask", going_on(this.most, this.without), group_id(visit)), "main")
    state = Sitting.of_review(theme, question.number, graded.is_right).args()
    wrong = something_wrong(state, question.number, group_id(visit))
    return Card((*parts, Row((onward, wrong))), tone="good" if graded.is_right else "look")


def _put(visit: Visit, theme: Theme, question: Question, this: Reviewing, so_far: str = "", *, is_first: bool = False) -> Card:
    """The question with what there is to press, after the presses so far."""
    try:
        asking = question.asked(this.turn, so_far)
    except UnknownOption:
        return _taken_out(visit, this)
    this = replace(this, mark=mark_of(question, this.turn))
    group, state = group_id(visit), this.args()
    to_go = "the last one for today" if this.left == 1 else f"{this.left} to go today"
    new = "" if this.turn else " · new"
    opening = (Text(opening_words(this.left)),) if is_first and not so_far and this.sure == 0 else ()
    controls = answer_controls(
        asking, lambda given: Press("review", "answer", (*state, given), group), Press("review", "fill-in", state, group)
    )
    sureness = how_sure(this.sure, lambda said: Press("review", "sure", (*state, f"{said:d}"), group)) if not so_far else ()
    return Card(
        (
            *opening,
            Text(f"-# Review · {theme.title} · {to_go}{new}"),
            *_content_note(visit, theme, this),
            Text(f"## {question.ask}"),
            *controls,
            *sureness,
        ),
        tone="warm",
    )


def _content_note(visit: Visit, theme: Theme, this: Reviewing) -> tuple[Part, ...]:
    """In a mixed review a theme comes without warning: each of its questions says what is coming, with a way past all of them."""
    if not theme.content_note:
        return ()
    note = Text(f"> **Before you read on.** {theme.content_note}")
    if len(this.without) >= MOST_LEFT_OUT:
        return (note,)
    without = (*this.without, theme.number)
    return note, Row((Button("Not this theme today", Press("review", "ask", going_on(this.most, without), group_id(visit))),))


def _over(visit: Visit, today: Today, states: States, most: int, without: tuple[int, ...]) -> Card:
    """Nothing is left for today: what it came to, and when it goes on."""
    assert visit.group
    group = group_id(visit)
    begin_lesson = Button("Read a lesson", Press("learn", "list", (), group), "main")
    if not states.answers and not today.done:
        words = (
            "## Nothing to review yet\nQuestions come here when you have answered them in a quiz, or have read their lesson. "
            "Then each comes back when you are about to forget it."
        )
        return Card((Text(words), Row((begin_lesson,))), tone="warm")
    if not today.done:
        return Card((Text(nothing_today(today)), Row((begin_lesson, _progress(group)))), tone="warm")
    parts: list[Part] = [Text(sum_of_today(today))]
    again = lessons_to_look_at(today.done)
    missed = [asked for asked, is_right in today.done if not is_right]
    if missed:
        parts.append(Text("**To look at again**\n" + "\n".join(f"- {_line(asked)}" for asked in missed[:10])))
        reading = tuple(
            Button(f"Read: {lesson.title}"[:80], Press("learn", "page", (str(theme.number), lesson.name, "1"), group))
            for theme, name in again[:5]
            if (lesson := theme.lesson(name))
        )
        parts += [Row(reading)] if reading else []
    more = (Button("A few more", Press("review", "ask", going_on(min(most + A_FEW, MOST), without), group)),)
    may_go_on = today.waiting > 0 and most < MOST
    return Card((*parts, Divider(), Row((begin_lesson, *(more if may_go_on else ()), _progress(group)))), tone="good")


def _line(asked: Asked) -> str:
    words = " ".join(asked.question.ask.split())
    return words if len(words) <= 150 else f"{words[:149]}…"


def _progress(group: int | None) -> Button:
    return Button("What I remember", Press("progress", "remember", (), group))


def _for_learners(visit: Visit) -> Card:
    group = group_id(visit)
    return Card(
        (
            Text(
                "## A review is for those who joined\nIt asks again what you are about to forget, and so has to go by what you "
                "answered before. You are here as a guest, and nothing is kept of you. A quiz is there for everybody."
            ),
            Row(
                (
                    Button("What joining means", Press("join", "offer", (), group)),
                    Button("Take a quiz", Press("quiz", "start", (), group)),
                )
            ),
        ),
        tone="warm",
    )


def _form(visit: Visit, theme: Theme, question: Question, this: Reviewing) -> Form | None:
    return answer_form(theme.title, question, question.asked(this.turn), Press("review", "filled-in", this.args(), group_id(visit)))


def _find(visit: Visit, library: Library, this: Reviewing) -> tuple[Theme | None, Question | None]:
    """The question on the card; ``None`` if it is gone, or is another by now."""
    theme = library.course(visit.reads).numbered(this.theme)
    question = theme.question(this.number) if theme else None
    return theme, question if question is not None and is_as_shown(question, this.turn, this.mark) else None


def _taken_out(visit: Visit, this: Reviewing) -> Card:
    onward = Press("review", "ask", going_on(this.most, this.without), group_id(visit))
    return Card(
        (
            Text("This question has been changed or taken out of the course. Your other answers are safe."),
            Row((Button("Another question", onward, "main"),)),
        ),
        tone="look",
    )
