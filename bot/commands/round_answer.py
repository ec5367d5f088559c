"""What everybody may do in a round: answer, and ask for a minute more. Both are confirmed to them alone.

Whatever kind a question is of: where one press isn't the whole answer, the next is asked for privately; where an answer is typed or
ticked, a button opens a form. What somebody typed is shown back to them, and goes no further.
"""

from __future__ import annotations

from bot.cards import Answer, Card, Form, Text, Visit
from bot.commands.again import refused, typed_again
from bot.commands.asking import answer_controls, answer_form, answer_given, is_as_shown, mark_of
from bot.commands.phrases import note, say
from bot.commands.round_play import MOST_AHEAD
from bot.commands.round_press import OVER, TAKEN_OUT, code_of, looked_up, place_in, playing
from bot.commands.round_words import outcome
from bot.library import Library
from bot.press import Press
from bot.questions import Graded, NoAnswer, Question, Unfinished, UnknownOption
from bot.storage import Counted, Round, Store

A_MINUTE = 60
KEPT_UNTIL = "Nobody sees it. It is kept until the reveal, under a code that is thrown away with it."
CLOSED = "This question takes no answers any more. The next one will."


async def answer(visit: Visit, library: Library, store: Store) -> Card:
    """One press: where it is a whole answer it counts, else the next one is asked for."""
    found = await _asked(visit, library, store)
    if isinstance(found, Card):
        return found
    round_, question = found
    given = visit.press.args[2] if len(visit.press.args) > 2 else ""
    try:
        return await _counted(visit, round_, question.grade(given), store)
    except Unfinished:
        return _next_press(visit, round_, question, given)
    except (UnknownOption, NoAnswer):
        return say(TAKEN_OUT, tone="look")


async def fill_in(visit: Visit, library: Library, store: Store) -> Answer:
    """The form for an answer that no press can give."""
    found = await _asked(visit, library, store)
    return found if isinstance(found, Card) else _form(visit, *found) or say(TAKEN_OUT, tone="look")


async def filled_in(visit: Visit, library: Library, store: Store) -> Card:
    """What was typed or ticked counts like a press."""
    found = await _asked(visit, library, store)
    form = _form(visit, *found) if not isinstance(found, Card) else None
    if isinstance(found, Card) or form is None:
        return found if isinstance(found, Card) else say(TAKEN_OUT, tone="look")
    round_, question = found
    try:
        return await _counted(visit, round_, question.grade(answer_given(visit)), store)
    except NoAnswer as wanted:
        again = Press("playing", "fill-again", visit.press.args, visit.press.group)
        return refused(form, visit.given, f"## {question.ask}\n{wanted}", again)
    except (UnknownOption, Unfinished):
        return say(TAKEN_OUT, tone="look")


async def fill_again(visit: Visit, library: Library, store: Store) -> Answer:
    """The form with what came back."""
    form = await fill_in(visit, library, store)
    return typed_again(form, visit.on_card) if isinstance(form, Form) else form


async def more(visit: Visit, library: Library, store: Store) -> Card:
    """Anybody's *A minute more*."""
    round_ = await looked_up(visit, store)
    if round_ is None or round_.asking != place_in(visit) or round_.reveal_at is None:
        return say("This question has no timer any more.", tone="look")
    at = int(visit.at.timestamp())
    if round_.reveal_at - at > MOST_AHEAD - A_MINUTE:
        return say("There are ten minutes left already: that is as far as a timer goes.", tone="look")
    await store.extend_round(round_, max(round_.reveal_at, at) + A_MINUTE, at=at)
    return say("There is a minute more, for everybody. Nobody sees who asked for it.", tone="good")


async def _asked(visit: Visit, library: Library, store: Store) -> tuple[Round, Question] | Card:
    """The round and its question, if that is the one on the card; else what to say."""
    round_ = await looked_up(visit, store)
    if round_ is None:
        return say(OVER, tone="look")
    place = place_in(visit)
    if round_.asking != place:
        return say(CLOSED, tone="look")
    theme = library.course(visit.group.language).theme(round_.theme) if visit.group else None
    question = theme.question(round_.questions[place - 1]) if theme and place <= len(round_.questions) else None
    mark = visit.press.args[3] if len(visit.press.args) > 3 else ""
    is_it = question is not None and is_as_shown(question, round_.round_id, mark)
    return (round_, question) if question is not None and is_it else say(TAKEN_OUT, tone="look")


async def _counted(visit: Visit, round_: Round, graded: Graded, store: Store) -> Card:
    """Confirmed. Whether it is right, nobody learns before the reveal."""
    match await store.answer_round(round_, code_of(visit.person, round_), outcome(graded)):
        case Counted.YES | Counted.SAME:  # in the same words: they must not tell how two answers would be graded
            return say(f"Your answer counts.\n{graded.said}", f"-# {KEPT_UNTIL} Until then you can change it once.", tone="good")
        case Counted.CHANGED:
            return say(f"Changed; this counts now.\n{graded.said}", f"-# {KEPT_UNTIL} That was the one change.", tone="good")
        case Counted.ONCE_ONLY:
            return say("You have changed your answer once, so it stays as it is now.", tone="look")
        case Counted.CLOSED:
            return say(CLOSED, tone="look")


def _next_press(visit: Visit, round_: Round, question: Question, so_far: str) -> Card:
    """The rest of an answer that takes several presses, for this person alone."""
    assert visit.group
    group = visit.group
    try:
        asking = question.asked(round_.round_id, so_far)
    except UnknownOption:
        return say(TAKEN_OUT, tone="look")
    mark = mark_of(question, round_.round_id)
    controls = answer_controls(
        asking, lambda given: playing(round_, group, "answer", given, mark), playing(round_, group, "fill-in", "", mark)
    )
    return note(Text(f"## {question.ask}"), *controls, Text("-# It counts with the last press. Only you see this."), tone="warm")


def _form(visit: Visit, round_: Round, question: Question) -> Form | None:
    press = Press("playing", "filled-in", visit.press.args, visit.press.group)
    return answer_form(f"Question {round_.place} of {len(round_.questions)}", question, question.asked(round_.round_id), press)
