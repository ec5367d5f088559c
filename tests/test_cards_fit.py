"""Every card that the shipped content can produce fits into Discord's limits, whole: nothing cut, nothing refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from at_the_desk import (
    AT,
    FACILITATORS,
    GROUP,
    LIBRARY,
    MODERATOR,
    MODERATORS,
    OTHER,
    SECRET,
    Counter,
    buttons_of,
    opened_counter,
    text_of,
    visit_to,
)

from bot.cards import Answer, Button, Card, Channel, Form, Given, Link, Menu, Picture, Place, Row, Text
from bot.chat.render import MOST_TEXT, to_files, to_modal, to_view
from bot.commands.posts import prompt_post, welcome_post
from bot.commands.review_today import MOST
from bot.commands.reviewing import MOST_LEFT_OUT, MOST_TURNS, Reviewing
from bot.commands.sitting import LONGEST, SEEDS, Sitting
from bot.group import Group
from bot.kept import VERSION
from bot.learner_key import Someone
from bot.library import Theme
from bot.press import Press, base36
from bot.questions import Question, Ticks, Unfinished, UnknownOption
from bot.recall import Memory, Sure
from rehearsal.limits import check_message
from rehearsal.limits_components import check_form
from rehearsal.refusals import Problems
from rehearsal.things import COMPONENTS_V2

EVERYWHERE = [(language, theme) for language in LIBRARY.languages for theme in LIBRARY.course(language).themes]
THEMES = pytest.mark.parametrize(("language", "theme"), EVERYWHERE, ids=lambda one: getattr(one, "name", one))
LONG_NAME = "A name of exactly sixty characters, for a long-winded group."
assert len(LONG_NAME) == 60
LEARNER, GUEST = 1, 2


@pytest.fixture(scope="module")
def much_kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two groups, and a learner who has read everything and answered everything, many times, all of it wrong."""
    folder = tmp_path_factory.mktemp("kept")
    with opened_counter(folder) as counter:
        store, key = counter.store, Someone(SECRET, LEARNER).key(f"group {GROUP.group_id}")

        async def begin() -> None:
            await store.add_group(Group(*(getattr(GROUP, name) for name in GROUP.__struct_fields__)))
            await store.add_group(OTHER)
            await store.join(GROUP.group_id, key, consent_version=VERSION, on=AT.date())
            for theme in LIBRARY.course("en").themes:
                for lesson in theme.lessons:
                    await store.mark_read(GROUP.group_id, key, theme.name, lesson.name)
                for question in theme.questions:
                    right = bool(question.number % 2)
                    memory = Memory(999_999, 9_999, AT.date(), misled=not right)
                    for turn in range(3):
                        await store.record_answer(
                            GROUP.group_id, key, theme.name, question.number, turn=turn, was_right=right, memory=memory
                        )

        counter.do(begin())
    return folder


@pytest.fixture
def counter(much_kept: Path, tmp_path: Path) -> Iterator[Counter]:
    """A desk with all that; each test has its own."""
    shutil.copytree(much_kept, tmp_path, dirs_exist_ok=True)
    with opened_counter(tmp_path) as counter:
        yield counter


def must_fit(answer: Answer) -> None:
    """Discord takes it, and render.py had nothing to cut."""
    if isinstance(answer, Form):
        problems = Problems()
        check_form(problems, (), to_modal(answer).to_dict())
        problems.settle()
        assert len(answer.title) <= 45
        return
    assert "Something went wrong" not in text_of(answer)
    assert sum(len(part.markdown) for part in answer.parts if isinstance(part, Text)) <= MOST_TEXT
    for part in answer.parts:
        if isinstance(part, Row):
            assert all(len(control.label) <= 80 for control in part.controls)
        if isinstance(part, Menu):
            assert all(len(one.label) <= 100 and len(one.description) <= 100 for one in part.choices)
            assert len(part.hint) <= 150
        if isinstance(part, Picture):
            assert 0 < len(part.alt) < 1024, "the words beside a picture are cut at 1,024 characters"
    components = to_view(answer).to_components()  # type: ignore[no-untyped-call]  # the library has no types there
    body = {"components": components, "flags": COMPONENTS_V2}
    check_message(body, [file.filename for file in to_files(answer)])


def card_of(counter: Counter, press: Press, user: int = GUEST, **given: Given) -> Card:
    answer = counter.serve(visit_to(press, user=user, rights=MODERATOR, given=given))
    assert isinstance(answer, Card)
    must_fit(answer)
    return answer


def worst_sitting(theme: Theme, but: Question, *, right: bool = False) -> Sitting:
    """A quiz of ten that is nearly over, with the longest questions in it, and somebody who is certain."""
    others = sorted((one for one in theme.questions if one is not but), key=lambda one: len(one.ask), reverse=True)
    done = tuple((one.number, right) for one in others[: LONGEST - 1])
    return Sitting(theme.number, SEEDS - 1, LONGEST, len(theme.questions) - 1, done, Sure.CERTAIN)


def walks(question: Question) -> Iterator[str]:
    """Every answer that presses can give, whole or on the way."""
    waiting = [one.answer for one in question.asked(0).presses]
    while waiting:
        presses = waiting.pop()
        yield presses
        with suppress(UnknownOption):
            try:
                question.grade(presses)
            except Unfinished:
                waiting += [one.answer for one in question.asked(0, presses).presses if len(one.answer) > len(presses)]


def typed_answers(question: Question) -> Iterator[Given]:
    """What fills a form: each foreseen answer, the longest nonsense, every box and the first one."""
    field = question.asked(0).field
    if isinstance(field, Ticks):
        signs = tuple(sign for _, sign in field.boxes)
        yield from (signs, signs[:1], signs[1:], signs[0])
    elif field:
        yield from ("W" * field.longest, "*_~|<@1>#" * 11, "?", "0", "-999999999999999", "12 and 13", "!!")
        yield from (option.text for option in question.options)


@THEMES
def test_every_page_of_every_lesson_fits(language: str, theme: Theme, counter: Counter) -> None:
    for lesson in theme.lessons:
        for page in (1, 2, 3):
            press = Press("learn", "page", (str(theme.number), lesson.name, str(page)), GROUP.group_id)
            for user in (LEARNER, GUEST):
                assert lesson.title in text_of(card_of(counter, press, user))


@THEMES
def test_the_words_of_every_lesson_fit_with_the_way_back(language: str, theme: Theme, counter: Counter) -> None:
    for lesson in theme.lessons:
        words = card_of(counter, Press("glossary", "lesson", (str(theme.number), lesson.name, "3"), GROUP.group_id))
        for term in LIBRARY.course(language).glossary.used_in(theme.name, lesson):
            assert term.means in text_of(words)


@pytest.mark.parametrize("language", LIBRARY.languages)
def test_every_word_of_the_glossary_fits(language: str, counter: Counter) -> None:
    for term in LIBRARY.course(language).glossary.terms:
        for place in (Place(None, 5), Place(GROUP.server_id, GROUP.home_channel)):
            must_fit(counter.serve(visit_to(Press("glossary", "begin"), place=place, given={"term": term.name})))
        press = Press("glossary", "show", (term.name,), GROUP.group_id)
        assert term.means in text_of(card_of(counter, press, picked=term.name))


@THEMES
def test_every_question_and_every_answer_to_it_fits(language: str, theme: Theme, counter: Counter) -> None:
    for question in theme.questions:
        sitting = worst_sitting(theme, question)
        asked = Sitting(theme.number, SEEDS - 1, LONGEST, 0, sitting.done)
        card_of(counter, Press("quiz", "ask", asked.args(), GROUP.group_id))
        about = (*sitting.args(), base36(question.number, 2), base36(0))
        for user in (LEARNER, GUEST):
            for presses in walks(question):
                said = text_of(card_of(counter, Press("quiz", "answer", (*about, presses), GROUP.group_id), user))
                assert question.ask in said
            for given in typed_answers(question):
                said = text_of(card_of(counter, Press("quiz", "filled-in", about, GROUP.group_id), user, answer=given))
                assert question.ask in said
        if question.asked(0).field:
            must_fit(counter.serve(visit_to(Press("quiz", "fill-in", about, GROUP.group_id), rights=MODERATOR)))
        for option in question.options:
            assert option.feedback in " ".join(one.feedback for one in question.explain().told)


@THEMES
def test_every_question_fits_in_a_review_with_the_longest_presses(language: str, theme: Theme, counter: Counter) -> None:
    left_out = tuple(range(101, 101 + MOST_LEFT_OUT - 1))
    for question in theme.questions:
        args = Reviewing(theme.number, question.number, MOST_TURNS - 1, MOST, MOST, Sure.CERTAIN, left_out).args()
        said = card_of(counter, Press("review", "sure", (*args, "0"), GROUP.group_id))
        assert question.ask in text_of(said)
        for presses in walks(question):
            assert question.ask in text_of(card_of(counter, Press("review", "answer", (*args, presses), GROUP.group_id)))
        for given in typed_answers(question):
            assert question.ask in text_of(card_of(counter, Press("review", "filled-in", args, GROUP.group_id), answer=given))


@THEMES
def test_every_question_fits_when_it_comes_first_with_all_notes(language: str, theme: Theme, counter: Counter) -> None:
    seen: set[str] = set()
    skip = 0
    while len(seen) < len(theme.questions):
        sitting = Sitting(theme.number, 0, LONGEST, skip)
        skip += 1
        number = sitting.next_question(theme, None)
        question = next(one for one in theme.questions if one.number == number)
        for place in (Place(None, 5), Place(GROUP.server_id, GROUP.home_channel)):
            press = Press("quiz", "ask", sitting.args(), GROUP.group_id if place.server else None)
            answer = counter.serve(visit_to(press, user=GUEST, place=place))
            must_fit(answer)
            assert question.ask in text_of(answer)
        seen.add(question.ask)


@THEMES
@pytest.mark.parametrize("right", [True, False])
def test_the_end_of_every_quiz_fits(language: str, theme: Theme, right: bool, counter: Counter) -> None:
    sitting = worst_sitting(theme, theme.questions[0], right=right).answered(theme.questions[0].number, right)
    card_of(counter, Press("quiz", "end", sitting.args(), GROUP.group_id))
    # One question of each lesson missed: the most buttons that can be.
    lessons = {question.lesson: (question.number, False) for question in theme.questions}
    card_of(counter, Press("quiz", "end", Sitting(theme.number, 0, LONGEST, 0, tuple(lessons.values())).args(), GROUP.group_id))


@THEMES
def test_every_prompt_and_every_theme_fits(language: str, theme: Theme, counter: Counter) -> None:
    for prompt in theme.prompts:
        post = prompt_post(GROUP, theme, prompt, 2**56 - 1)
        must_fit(post.card)
        assert 0 < len(post.title) <= 100
    for user in (LEARNER, GUEST):
        card_of(counter, Press("learn", "lessons", (str(theme.number),), GROUP.group_id), user)
        card_of(counter, Press("learn", "theme", (), GROUP.group_id), user, picked=str(theme.number))
        card_of(counter, Press("quiz", "start", (str(theme.number),), GROUP.group_id), user)


@pytest.mark.parametrize(
    "press",
    [
        Press("learn", "begin"),
        Press("learn", "list"),
        Press("quiz", "begin"),
        Press("quiz", "skip", ("10", "10")),
        Press("learn", "skip", ("10",)),
        Press("learn", "skip", ("5",)),
        Press("glossary", "begin"),
        Press("glossary", "list"),
        Press("about", "about"),
        Press("join", "offer"),
        Press("join", "yes", ("1",)),
        Press("join", "no"),
        Press("progress", "progress"),
        Press("progress", "remember"),
        Press("review", "begin"),
        Press("review", "ask", ("c", "1.2.3")),
        Press("my-data", "show"),
        Press("group", "show"),
        Press("group", "edit"),
        Press("group", "form"),
        Press("group", "close"),
        Press("group", "welcome"),
        Press("discuss", "discuss"),
        Press("my-data", "erase"),
        Press("leave", "leave"),
        Press("group", "close-now"),
    ],
    ids=lambda press: f"{press.command} {press.step}",
)
def test_every_other_card_fits_with_everything_read_and_answered(press: Press, counter: Counter) -> None:
    counter.do(counter.store.change_group(_with_long_name()))
    for user in (GUEST, LEARNER):
        for place in (None, Place(None, 5), Place(99, 5), Place(GROUP.server_id, 77)):
            must_fit(counter.serve(visit_to(press, user=user, place=place, rights=MODERATOR)))


def test_a_typed_text_of_any_length_gets_a_card_that_fits(counter: Counter) -> None:
    for typed in ("x" * 6000, "9" * 6000, "a b " * 1500, "@everyone `*_~|<#1>" * 300, "²", "\u202e" * 6000):
        for place in (None, Place(GROUP.server_id, 77)):
            for press, options in (
                (Press("learn", "begin"), ("theme",)),
                (Press("quiz", "begin"), ("theme",)),
                (Press("glossary", "begin"), ("term",)),
                (Press("discuss", "discuss"), ("theme", "prompt")),
                (Press("group", "create"), ("name", "time_zone", "language")),
                (Press("group", "edit"), ("name", "time_zone", "language", "group")),
                (Press("group", "show"), ("group",)),
            ):
                for option in options:
                    others: dict[str, Given] = {"theme": "data-aggregation"} if option == "prompt" else {}
                    given: dict[str, Given] = {**others, option: typed}
                    must_fit(counter.serve(visit_to(press, place=place, rights=MODERATOR, given=given)))


def test_a_refused_form_and_its_second_try_fit(counter: Counter) -> None:
    home, moderators = Channel(2**63 - 1, "text", "x" * 100), Channel(2**63 - 2, "text", "y" * 100)
    given: dict[str, Given] = {
        "name": "x" * 60, "time_zone": "y" * 60, "home": home, "moderators": moderators, "facilitators": 2**63 - 3
    }  # fmt: skip
    refused = counter.serve(visit_to(Press("group", "fill-in", (), GROUP.group_id), rights=MODERATOR, given=given))
    must_fit(refused)
    assert isinstance(refused, Card)
    [again] = [button for button in buttons_of(refused) if button.label == "Try again"]
    form = counter.serve(
        visit_to(again.press, rights=MODERATOR, on_card=tuple(part.markdown for part in refused.parts if isinstance(part, Text)))
    )
    assert isinstance(form, Form)
    must_fit(form)


def test_the_welcome_card_fits_and_has_no_link_by_accident(counter: Counter) -> None:
    post = welcome_post(_with_long_name())
    must_fit(post.card)
    assert len(post.title) <= 100
    assert all(isinstance(control, Button | Link) for part in post.card.parts if isinstance(part, Row) for control in part.controls)


def _with_long_name() -> Group:
    return Group(
        GROUP.group_id, GROUP.server_id, LONG_NAME, GROUP.home_channel, "text", MODERATORS, FACILITATORS,
        "America/Argentina/ComodRivadavia", "en", GROUP.created_on,
    )  # fmt: skip


def test_the_question_about_a_longer_list_fits_below_the_longest_lesson_and_on_every_card(counter: Counter) -> None:
    newcomer = 3
    key = Someone(SECRET, newcomer).key(f"group {GROUP.group_id}")
    counter.do(counter.store.join(GROUP.group_id, key, consent_version=0, on=AT.date()))
    for theme in LIBRARY.course("en").themes:
        for lesson in theme.lessons:
            press = Press("learn", "page", (str(theme.number), lesson.name, "3"), GROUP.group_id)
            answer = counter.serve(visit_to(press, user=newcomer))
            assert "has grown" in text_of(answer)
            must_fit(answer)
    for command, step in (("progress", "progress"), ("my-data", "show"), ("join", "offer")):
        answer = counter.serve(visit_to(Press(command, step, (), GROUP.group_id), user=newcomer))
        assert "has grown" in text_of(answer)
        must_fit(answer)
