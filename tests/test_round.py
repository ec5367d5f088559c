"""``/round`` by the front door: several people answer, somebody leads, and nothing is told that may not be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from at_the_desk import GROUP, LIBRARY
from begun import fresh
from evening import Evening, card, public
from mischief import Content, ask, database, forge, posts, until
from msgspec.structs import replace
from test_cards_fit import must_fit
from test_poster import plan

from bot.commands.round_cards import card_of
from bot.library import Theme
from bot.settings import Settings
from bot.storage import Round
from rehearsal.people import Person, Seen
from rehearsal.standin import StandIn
from rehearsal.things import Message
from rehearsal.world import World

THEME = "data-aggregation"
OTHER_KINDS = "scores"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One theme has questions with one choice alone, the other has none of those."""
    cut = Content(tmp_path_factory.mktemp("content"))
    every = [one for theme in cut.themes.values() for one in theme["questions"]]
    aggregation, other = cut.themes[THEME], cut.themes[OTHER_KINDS]
    aggregation["questions"] = [one for one in aggregation["questions"] if one.get("kind", "one choice") == "one choice"]
    kinds = {one["kind"]: one for one in every if one.get("kind", "one choice") != "one choice"}
    moved = {"lesson": other["lessons"][0]["lesson"]}
    other["questions"] = [
        {**one, **moved, "number": number, "essay": [*other["essay"][:1]]} for number, one in enumerate(kinds.values(), 700)
    ]
    return cut.save()


@pytest.fixture
async def evening(content: Path, tmp_path: Path) -> AsyncIterator[Evening]:
    standin = StandIn(World.evening())
    await standin.start()
    settings = Settings(
        discord_token="rehearsal",
        database_url=fresh(f"sqlite:///{tmp_path / 'data' / 'red-flask.db'}"),
        learner_secret="a secret of the rehearsal, long enough",
        content_dir=content,
        log_level="DEBUG",
    )
    one = Evening(standin, settings, tmp_path)
    await one.start_bot()
    yield one
    await one.stop_bot()
    await standin.stop()


async def begun(evening: Evening, **options: object) -> Message:
    """Mo begins a round; its card."""
    await evening.group()
    seen = await evening.person("Mo").command(evening.room(), "round start", theme=THEME, questions=3, **options)
    assert "has begun" in seen.text, seen.text
    return round_card(evening)


def round_card(evening: Evening) -> Message:
    return next(one for one in reversed(public(evening.person("Mo"), evening.room())) if "a round" in one.text)


def crowd(evening: Evening, many: int) -> list[Person]:
    """So many people on the server."""
    world = evening.standin.world
    return [Person(evening.standin, world.add_member(world.server, f"Guest {number}").user.id) for number in range(many)]


async def answered(people: list[Person], message: Message, letter: str) -> list[Seen]:
    return [await person.press(message, letter) for person in people]


async def test_a_group_plays_a_round_from_its_start_to_its_end(evening: Evening) -> None:
    message = await begun(evening)
    mo, people = evening.person("Mo"), crowd(evening, 6)
    assert "question 1 of 3" in message.text
    for number in (1, 2, 3):
        for person in people:
            seen = await person.press(message, "A")
            assert seen.private
            assert "Your answer counts" in seen.text
        await until(lambda: "At least 5 have answered" in message.text)
        seen = await mo.press(message, "Reveal")
        assert seen.edited
        assert "nearly all of us" in seen.text
        assert "few of us" in seen.text
        assert "The answer:" in seen.text
        assert "Source" in seen.text
        seen = await mo.press(message, "Next question" if number < 3 else "See how it went")
        assert seen.edited
    assert "We knew" in seen.text
    assert "of 3" in seen.text
    again = await people[0].press(message, "Read it all again")
    assert again.private
    assert "Once more" in again.text
    for person in people:
        assert person.user.name not in message.text
    assert not evening.standin.unknown_calls


async def test_an_answer_is_private_counts_once_and_is_changed_once(evening: Evening) -> None:
    message = await begun(evening)
    [ada] = crowd(evening, 1)
    before = message.text
    first = await ada.press(message, "A")
    assert first.private and "Your answer counts" in first.text and "until the reveal" in first.text
    again = await ada.press(message, "A")
    assert "Your answer counts" in again.text
    assert len(ask(evening, "SELECT * FROM round_answers")) == 1
    changed = await ada.press(message, "B")
    assert "Changed; this counts now" in changed.text
    third = await ada.press(message, "C")
    assert "stays as it is" in third.text
    assert ask(evening, "SELECT changed FROM round_answers") == [(1,)]
    assert message.text == before, "nothing of it is public"


async def test_below_five_answers_the_reveal_says_nothing_but_the_explanation(evening: Evening) -> None:
    message = await begun(evening)
    for person in crowd(evening, 4):
        await person.press(message, "A")
    seen = await evening.person("Mo").press(message, "Reveal")
    assert "Fewer than 5 have answered, so nothing is said about the answers" in seen.text
    assert "of us" not in seen.text
    assert not message.attachments
    assert "The answer:" in seen.text
    assert ask(evening, "SELECT told, salt FROM rounds") == [("-", "")]
    assert not ask(evening, "SELECT * FROM round_answers")


async def test_what_is_kept_until_the_reveal_is_a_code_and_a_choice_and_then_nothing(evening: Evening) -> None:
    message = await begun(evening)
    people = crowd(evening, 6)
    for person in people:
        await person.press(message, "B")
    kept = ask(evening, "SELECT code, chosen, changed FROM round_answers")
    assert len({code for code, _, _ in kept}) == 6
    assert all(len(code) == 22 and len(chosen) == 2 for code, chosen, _ in kept)
    await evening.person("Mo").press(message, "Reveal")
    await evening.person("Mo").press(message, "Next question")
    for person in people:
        await person.press(message, "B")
    second = ask(evening, "SELECT code FROM round_answers")
    assert not {code for code, _, _ in kept} & {code for (code,) in second}, "nobody has the same code in two questions"
    await evening.person("Mo").command(evening.room(), "round stop")
    data = database(evening)
    files = b"".join(file.read_bytes() for file in data.parent.iterdir() if file.is_file())
    for code, *_ in [*kept, *second]:
        assert code.encode() not in files


async def test_only_whoever_leads_reveals_goes_on_and_stops(evening: Evening) -> None:
    message = await begun(evening)
    [ada] = crowd(evening, 1)
    for label in ("Reveal", "Stop"):
        assert "for moderators" in (await ada.press(message, label)).text
    assert ask(evening, "SELECT asking FROM rounds") == [(1,)]


async def test_two_reveals_at_once_are_one_and_an_old_press_changes_nothing(evening: Evening) -> None:
    message = await begun(evening)
    mo = evening.person("Mo")
    reveal = next(one["custom_id"] for one in message.buttons if one.get("label") == "Reveal")
    first, second = await asyncio.gather(mo.press(message, "Reveal"), mo.press(message, "Reveal"))
    assert "The answer:" in first.text and "The answer:" in second.text
    await mo.press(message, "Next question")
    assert "question 2 of 3" in message.text
    seen = await forge(mo, message, "Reveal", reveal)  # of the first question
    assert "question 2 of 3" in seen.text and "The answer" not in seen.text
    assert ask(evening, "SELECT asking, told FROM rounds") == [(2, "-")]


async def test_two_starts_at_once_make_one_round(evening: Evening) -> None:
    await evening.group()
    mo, room = evening.person("Mo"), evening.room()
    seen = await asyncio.gather(
        *(mo.command(room, "round start", theme=theme, questions=3) for theme in (THEME, THEME, OTHER_KINDS, OTHER_KINDS))
    )
    assert sum("has begun" in one.text for one in seen) == 1
    assert sum("running" in one.text for one in seen) == 3
    assert len(posts(evening, "study-room", "a round · question")) == 1


async def test_a_restart_in_the_middle_goes_on_where_it_was(evening: Evening) -> None:
    message = await begun(evening)
    people = crowd(evening, 6)
    for person in people[:3]:
        await person.press(message, "A")
    await evening.restart_bot()
    for person in people[3:]:
        assert "Your answer counts" in (await person.press(message, "A")).text
    assert "Changed" in (await people[0].press(message, "B")).text
    await until(lambda: "At least 5 have answered" in message.text)
    seen = await evening.person("Mo").press(message, "Reveal")
    assert "nearly all of us" in seen.text


async def test_stop_works_after_the_card_was_deleted_and_the_channel_is_free(evening: Evening) -> None:
    message = await begun(evening)
    mo, room = evening.person("Mo"), evening.room()
    evening.standin.world.delete_message(message)
    seen = await mo.command(room, "round stop")
    assert "The round is stopped" in seen.text
    assert "deleted" in seen.text
    assert not ask(evening, "SELECT * FROM rounds")
    assert "No round is running" in (await mo.command(room, "round stop")).text
    evening.move(minutes=2)
    assert "has begun" in (await mo.command(room, "round start", theme=THEME, questions=3)).text


async def test_a_deleted_card_ends_the_round_by_itself_and_the_moderators_hear_of_it(evening: Evening) -> None:
    await evening.group(moderators_channel="moderators")
    mo = evening.person("Mo")
    await mo.command(evening.room(), "round start", theme=THEME, questions=3)
    message = round_card(evening)
    for person in crowd(evening, 5)[:4]:
        await person.press(message, "A")
    evening.standin.world.delete_message(message)
    ask(evening, "UPDATE rounds SET shown = ''")
    await until(lambda: not ask(evening, "SELECT * FROM rounds"))
    await until(lambda: posts(evening, "moderators", "The round in", "was deleted"))


async def test_a_round_that_is_left_alone_ends_with_what_it_has(evening: Evening) -> None:
    message = await begun(evening)
    for person in crowd(evening, 6):
        await person.press(message, "A")
    await until(lambda: "At least 5" in message.text)
    evening.move(minutes=61)
    await until(lambda: "We knew" in message.text)
    assert "of 1" in message.text
    await until(lambda: not ask(evening, "SELECT * FROM rounds"))


async def test_a_timer_reveals_and_anybody_can_ask_for_a_minute_more(evening: Evening) -> None:
    message = await begun(evening, timer="60")
    [ada] = crowd(evening, 1)
    seen = await ada.press(message, "A minute more")
    assert seen.private and "a minute more, for everybody" in seen.text
    evening.move(seconds=70)
    await evening.rest(1.5)
    assert "question 1 of 3" in message.text and "The answer" not in message.text
    evening.move(seconds=60)
    await until(lambda: "The answer:" in message.text)
    assert "Next question" in message.labels


async def test_a_planned_round_waits_for_whoever_leads_it(evening: Evening) -> None:
    await evening.group()
    mo, room = evening.person("Mo"), evening.room()
    await plan(evening, kind="round", theme=THEME)
    await until(lambda: posts(evening, "study-room", "a round to play together"))
    [message] = posts(evening, "study-room", "a round to play together")
    assert "5 questions about" in message.text
    [ada] = crowd(evening, 1)
    assert "for moderators" in (await ada.press(message, "Begin")).text
    first, second = await asyncio.gather(mo.press(message, "Begin"), mo.press(message, "Begin"))
    assert "question 1 of 5" in first.text and "question 1 of 5" in second.text
    assert len(ask(evening, "SELECT * FROM rounds")) == 1
    assert "running" in (await mo.command(room, "round start", theme=THEME)).text


async def test_the_most_divided_question_becomes_a_prompt_once(evening: Evening) -> None:
    message = await begun(evening)
    mo, people = evening.person("Mo"), crowd(evening, 6)
    for number in (1, 2, 3):
        for index, person in enumerate(people):
            await person.press(message, "AB"[index % 2])
        await until(lambda: "Reveal" in message.labels)
        await mo.press(message, "Reveal")
        onward = "Next question" if number < 3 else "See how it went"
        await until(partial(_has, message, onward))  # the number on the card may be changed in the same moment
        await mo.press(message, onward)
    label = next(one for one in message.labels if one.startswith("Talk about"))
    seen = await mo.press(message, label)
    assert seen.private and "It is posted" in seen.text
    assert "already" in (await mo.press(message, label)).text
    [prompt] = posts(evening, "study-room", "after a round")
    assert prompt.id in evening.standin.world.channels, "it has a thread"
    [ada] = crowd(evening, 1)
    assert "for moderators" in (await ada.press(message, label)).text


def _has(message: Message, label: str) -> bool:
    return label in message.labels


async def test_leaving_and_erasing_within_a_round_throw_the_answer_away(evening: Evening) -> None:
    message = await begun(evening)
    room = evening.room()
    await evening.joined("Ada")
    ada, [guest] = evening.person("Ada"), crowd(evening, 1)
    for person in (ada, guest):
        await person.press(message, "A")
    shown = await ada.command(room, "my-data show")
    assert "In a live round" in shown.text
    shown = await guest.command(room, "my-data show")
    assert "In a live round" in shown.text and "Throw it away" in shown.labels
    seen = await ada.command(room, "leave")
    assert "thrown away" in seen.text
    assert len(ask(evening, "SELECT * FROM round_answers")) == 1
    assert "thrown away" in (await guest.command(room, "my-data erase")).text
    assert not ask(evening, "SELECT * FROM round_answers")
    assert "Your answer counts" in (await guest.press(message, "B")).text


async def test_a_download_has_the_answer_that_stands(evening: Evening) -> None:
    message = await begun(evening)
    await evening.joined("Ada")
    await evening.person("Ada").press(message, "A")
    seen = await evening.person("Ada").command(evening.room(), "my-data download")
    [as_json] = [one.bytes for one in card(seen).attachments if one.name.endswith("json")]
    assert json.loads(as_json)["groups"][0]["round_answers"][0]["asking"] == 1


async def test_what_was_posted_joins_the_public_facts(evening: Evening) -> None:
    await begun(evening)
    seen = await evening.person("Mo").command(evening.room(), "progress")
    assert "Rounds posted so far: 1" in seen.text
    report = await evening.person("Mo").command(evening.room(), "group report")
    assert "1 round" in report.text


async def test_a_round_in_a_forum_is_a_post_of_its_own(evening: Evening) -> None:
    mo = evening.person("Mo")
    await mo.command(evening.room("lounge"), "group create", name="A forum", channel="questions", time_zone="UTC", language="en")
    assert "has begun" in (await mo.command(evening.room("lounge"), "round start", theme=THEME, questions=3)).text
    [thread] = [
        one
        for one in evening.standin.world.channels.values()
        if one.parent_id == evening.room("questions") and "questions about" in one.name
    ]
    message = next(iter(thread.messages.values()))
    for person in crowd(evening, 5):
        await person.press(message, "A")
    await until(lambda: "At least 5" in message.text)
    assert "nearly all of us" in (await mo.press(message, "Reveal")).text


async def test_every_kind_of_question_is_asked_answered_and_revealed(evening: Evening) -> None:
    await evening.group()
    mo, people = evening.person("Mo"), crowd(evening, 5)
    assert "has begun" in (await mo.command(evening.room(), "round start", theme=OTHER_KINDS, questions=10)).text
    message = round_card(evening)
    while "Reveal" in message.labels:
        for person in people:
            assert "Your answer counts" in (await any_answer(person, message)).text
        seen = await mo.press(message, "Reveal")
        assert "of us were right" in seen.text
        assert "The answer:" in seen.text
        await mo.press(message, "Next question" if "Next question" in message.labels else "See how it went")
    assert "We knew" in message.text
    assert not evening.said.getvalue().count('"bug"')


async def any_answer(person: Person, message: Message) -> Seen:
    """The first that there is to press, and again until it is a whole answer; or a form that is filled in."""
    labels = message.labels
    if "Answer" in labels:
        seen = await person.press(message, "Answer")
        assert seen.form
        [field] = seen.form.labels
        is_ticked = "Tick" in field
        choice = seen.form.components[-1]["component"]["options"][0]["label"] if is_ticked else "17"
        return await person.submit(seen.form, {field: [choice] if is_ticked else choice})
    seen = await person.press(message, next(one for one in labels if one in ("A", "True")))
    while "Your answer counts" not in seen.text:
        seen = await person.press(card(seen), next(one for one in card(seen).labels if len(one) == 1))
    return seen


@pytest.mark.parametrize("theme", LIBRARY.course("en").themes, ids=lambda one: one.name)
def test_the_cards_of_a_round_fit_for_every_question_of_the_course(theme: Theme) -> None:
    asked = Round(1 << 55, 1, 5, theme.name, tuple(one.number for one in theme.questions[:10]), 1, "aa" * 16, timer=60, reveal_at=9)
    words = tuple(("about 45%",) * (1 + len(one.options)) for one in theme.questions)
    must_fit(card_of(replace(asked, asking=asked.end, told=words[:10]), GROUP, theme))
    for question, told in zip(theme.questions, words, strict=True):
        one = replace(asked, questions=(question.number,))
        must_fit(card_of(one, GROUP, theme, 499))
        must_fit(card_of(replace(one, asking=-1, told=(told,)), GROUP, theme))
