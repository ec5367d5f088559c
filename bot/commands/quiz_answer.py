"""One question of a quiz: put on a card, answered by presses or by a form, graded, kept for a learner, and explained."""

from __future__ import annotations

from msgspec.structs import replace

from bot.cards import Answer, Button, Card, Form, Part, Row, Text, Visit
from bot.commands.again import refused, typed_again
from bot.commands.asking import answer_controls, answer_form, answer_given, is_as_shown, mark_of, verdict_parts
from bot.commands.phrases import content_note, group_id, guest_note
from bot.commands.remembering import keep_answer
from bot.commands.sitting import Sitting
from bot.commands.sureness import how_sure, sure_of
from bot.evidence import about_of, of_a_quiz, of_an_answer
from bot.library import Library, Theme
from bot.press import NotAPress, Press, base36
from bot.questions import Graded, NoAnswer, Question, Unfinished, UnknownOption
from bot.storage import Kept, Store

MOST_TURNS = 36**4


async def answer(visit: Visit, library: Library, store: Store) -> Card:
    """One press: where it is a whole answer, it is graded, kept for a learner and explained; else the next one is asked for."""
    *rest, given = visit.press.args or ("",)
    sitting, word, turn = _read_question(tuple(rest))
    theme, question = _find(library, visit, sitting, word)
    if theme is None or question is None:
        return _taken_out(visit, sitting)
    try:
        graded = question.grade(given)
    except Unfinished:
        return put(visit, theme, question, sitting, turn, given)
    except (UnknownOption, NoAnswer):
        return _taken_out(visit, sitting)
    return await _explained(visit, store, theme, question, sitting, turn, graded)


async def say_sure(visit: Visit, library: Library, store: Store) -> Card:
    """The same question, with how sure somebody is of what they will answer."""
    *rest, said = visit.press.args or ("",)
    sitting, word, turn = _read_question(tuple(rest))
    theme, question = _find(library, visit, sitting, word)
    if theme is None or question is None:
        return _taken_out(visit, sitting)
    return put(visit, theme, question, replace(sitting, sure=sure_of(said)), turn)


async def fill_in(visit: Visit, library: Library, store: Store) -> Answer:
    """The form for an answer that no press can give."""
    sitting, word, _ = _read_question(visit.press.args)
    theme, question = _find(library, visit, sitting, word)
    form = _form(visit, theme, question, sitting) if theme and question else None
    return form or _taken_out(visit, sitting)


async def filled_in(visit: Visit, library: Library, store: Store) -> Card:
    """What was typed or ticked: graded like a press. The text is shown to its writer, and goes no further."""
    sitting, word, turn = _read_question(visit.press.args)
    theme, question = _find(library, visit, sitting, word)
    form = _form(visit, theme, question, sitting) if theme and question else None
    if theme is None or question is None or form is None:
        return _taken_out(visit, sitting)
    try:
        graded = question.grade(answer_given(visit))
    except NoAnswer as wanted:
        again = Press("quiz", "fill-again", visit.press.args, visit.press.group)
        return refused(form, visit.given, f"## {question.ask}\n{wanted}", again)
    except (UnknownOption, Unfinished):
        return _taken_out(visit, sitting)
    return await _explained(visit, store, theme, question, sitting, turn, graded)


async def fill_again(visit: Visit, library: Library, store: Store) -> Answer:
    """The form with what came back."""
    form = await fill_in(visit, library, store)
    return typed_again(form, visit.on_card) if isinstance(form, Form) else form


async def _explained(
    visit: Visit, store: Store, theme: Theme, question: Question, sitting: Sitting, turn: int, graded: Graded
) -> Card:
    """Kept for a learner, and told why."""
    kept, _ = await keep_answer(visit, theme, question, turn, graded.is_right, store, sitting.sure)
    is_first = kept is Kept.YES and turn == 0
    sitting = sitting.answered(question.number, graded.is_right, is_first=is_first)
    if kept is Kept.YES:  # by one press alone, whoever presses twice
        _count(visit, theme, sitting, question, graded if is_first else None, store)
    parts: list[Part] = [
        Text(f"-# {theme.title} · question {len(sitting.done)} of {sitting.length}"),
        *verdict_parts(question, graded),
    ]
    if kept is Kept.ALREADY:
        parts.append(Text("-# You had answered this one before: your first answer counts."))
    if kept is Kept.PAUSED:
        parts.append(Text("-# You have paused, so this answer is not kept. `/my-data resume` goes on."))
    state, group = sitting.args(), group_id(visit)
    wrong = something_wrong(state, question.number, group)
    return Card((*parts, Row((onward(sitting, state, group), wrong))), tone="good" if graded.is_right else "look")


def _count(visit: Visit, theme: Theme, sitting: Sitting, question: Question, first: Graded | None, store: Store) -> None:
    """For the authors' statistics: a first answer, and, when the quiz is over, how all of it went. It costs no statement."""
    assert visit.group
    of = visit.group.group_id if theme.is_own else None
    if first is not None:
        store.count(of, about_of(theme.name, question), of_an_answer(first.picks, first.is_right))
    if sitting.is_over:
        for number, what in of_a_quiz(sitting.done, sitting.firsts).items():
            if one := theme.question(number):
                store.count(of, about_of(theme.name, one), what)


def onward(sitting: Sitting, state: tuple[str, ...], group: int | None) -> Button:
    """The way on after an answer. ``state`` is the sitting in words."""
    if sitting.is_review:
        return Button("On with the review", Press("review", "ask", (), group), "main")
    if sitting.is_over:
        return Button("See how it went", Press("quiz", "end", state, group), "main")
    return Button("Next question", Press("quiz", "ask", state, group), "main")


def something_wrong(state: tuple[str, ...], number: int, group: int | None) -> Button:
    """To ``report.py``. The sitting goes along, so that the quiz can go on after it."""
    return Button("Something wrong?", Press("report", "write", (*state, base36(number, 2)), group))


def put(
    visit: Visit, theme: Theme, question: Question, sitting: Sitting, turn: int, so_far: str = "", *, is_guest: bool = False
) -> Card:
    """The question with what there is to press, after the presses so far."""
    group = group_id(visit)
    seed = sitting.seed + sitting.skip
    try:
        asking = question.asked(seed, so_far)
    except UnknownOption:
        return _taken_out(visit, sitting)
    state = (*sitting.args(), base36(question.number, 2) + mark_of(question, seed), base36(turn))
    first = not sitting.done and not so_far
    may_say = not is_guest and not so_far
    skip = Press("quiz", "skip", (str(theme.number), str(sitting.length)), group)
    return Card(
        (
            Text(f"-# {theme.title} · question {len(sitting.done) + 1} of {sitting.length}"),
            *(content_note(theme, skip) if first else ()),
            Text(f"## {question.ask}"),
            *answer_controls(
                asking, lambda given: Press("quiz", "answer", (*state, given), group), Press("quiz", "fill-in", state, group)
            ),
            *(how_sure(sitting.sure, lambda said: Press("quiz", "sure", (*state, f"{said:d}"), group)) if may_say else ()),
            *((Text(guest_note(visit)),) if first and is_guest else ()),
        ),
        tone="warm",
    )


def _form(visit: Visit, theme: Theme, question: Question, sitting: Sitting) -> Form | None:
    press = Press("quiz", "filled-in", visit.press.args, visit.press.group)
    return answer_form(theme.title, question, question.asked(sitting.seed + sitting.skip), press)


def _find(library: Library, visit: Visit, sitting: Sitting, word: str) -> tuple[Theme | None, Question | None]:
    """The question on the card; ``None`` if it is gone, or is another by now."""
    theme = library.course(visit.reads).numbered(sitting.theme)
    question = theme.question(int(word[:2], 36)) if theme else None
    is_it = question is not None and is_as_shown(question, sitting.seed + sitting.skip, word[2:])
    return theme, question if is_it else None


def _read_question(args: tuple[str, ...]) -> tuple[Sitting, str, int]:
    """The sitting, the question's number with its mark, and the turn. Raises ``NotAPress``."""
    if len(args) < 2:
        raise NotAPress("an answer without its question")
    *rest, word, turn = args
    try:
        found = Sitting.read(tuple(rest)), base36(int(word[:2], 36), 2) + word[2:], int(turn, 36)
    except ValueError as error:
        raise NotAPress("an answer that is none") from error
    if not 0 <= found[2] < MOST_TURNS:
        raise NotAPress("nobody is asked that often")
    return found


def _taken_out(visit: Visit, sitting: Sitting) -> Card:
    return Card(
        (
            Text("This question has been changed or taken out of the course. Your other answers are safe."),
            Row((Button("Another question", Press("quiz", "ask", sitting.args(), group_id(visit)), "main"),)),
        ),
        tone="look",
    )
