"""``/scenario`` by the front door: a story is played to its end, alone, anywhere, over a restart; and nothing of it is kept."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from at_the_desk import GROUP, LIBRARY, buttons_of, opened_counter, text_of, visit_to
from evening import Evening, card, public
from mischief import Content, ask, forum_posts, posts, until
from msgspec.structs import replace
from test_cards_fit import must_fit
from test_poster import history, plan, slot_now, states
from test_scenarios import every_story

from bot.cards import Card, Place
from bot.commands.posts import scenario_post
from bot.commands.scenario_words import about
from bot.library import Library, Scenario
from bot.press import Press, base36
from rehearsal.people import Person, Seen
from rehearsal.rest import Lost

SCENARIOS = LIBRARY.course("en").scenarios
EACH = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)


async def play_on(person: Person, seen: Seen, *labels: str) -> Seen:
    for label in labels:
        seen = await person.press(card(seen), label)
    return seen


async def test_a_story_is_played_to_its_end_over_a_restart_and_nothing_is_kept(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    ada, room = evening.person("Ada"), evening.room()
    before = public(ada, room)
    seen = await ada.command(room, "scenario", name="The add-up game")
    assert seen.private
    assert "60 million people in Harland" in seen.text
    seen = await play_on(ada, seen, "Write only the year")
    assert "750,000 people in Harland still fit, about 1 in 80" in seen.text
    seen = await play_on(ada, seen, "Give only her city")
    assert "About 13,000" in seen.text
    middle = card(seen)
    await evening.restart_bot()
    seen = await ada.press(middle, "Tick a box")
    assert "About 6,300" in seen.text
    back = await play_on(ada, seen, "Back")
    assert "About 13,000" in back.text
    seen = await play_on(
        ada, back, "Leave it blank", "Share one run only", "Just read along", "Use one account for all five", "See who still fits"
    )
    assert "A handful of people" in seen.text
    assert "her year of birth (1 in 80)" in seen.text
    assert "What is known" in seen.text
    assert "Read the lesson" in seen.labels
    assert "Three ordinary facts" in (await play_on(ada, seen, "Read the lesson")).text
    assert public(ada, room) == before
    shown = (await ada.command(room, "my-data show")).text
    assert "add-up" not in shown.casefold()
    assert "scenario" not in shown.casefold()
    assert not evening.standin.unknown_calls


async def test_a_story_works_in_a_direct_message_and_begins_anew_from_its_end(evening: Evening) -> None:
    ada = evening.person("Ada")
    seen = await ada.command(ada.dm(), "scenario")
    assert "Which story" in seen.text
    seen = await ada.pick(card(seen), "1")
    seen = await play_on(
        ada, seen, "Ask to leave it empty", "Don't take part", "Leave it blank", "Keep the map to herself", "Just read along",
        "Keep five separate accounts", "See what it can do",
    )  # fmt: skip
    assert "Five lists that don't meet" in seen.text
    assert "Nothing. Mira could still be any of 60 million" in seen.text
    again = await play_on(ada, seen, "Start again")
    assert "Monday" in again.text


async def test_an_unknown_name_is_answered_with_the_list(evening: Evening) -> None:
    ada = evening.person("Ada")
    seen = await ada.command(evening.room(), "scenario", name="the ad-up game")
    assert "Did you mean **The add-up game**?" in seen.text


async def test_a_scenario_of_the_calendar_is_posted_once_and_its_button_answers_privately(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    await plan(evening, kind="scenario", rule="", item="add-up-game")
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'scenario'") == [("posted",)])
    await evening.restart_bot()
    [there] = [one for one in public(evening.person("Ada"), evening.room()) if "Play" in one.labels]
    assert await states(evening) == ["posted"]
    assert [(one.kind, one.theme, one.item) for one in await history(evening)] == [("scenario", "data-aggregation", "add-up-game")]
    seen = await evening.person("Ada").press(there, "Play")
    assert seen.private
    assert "Monday" in seen.text
    assert posts(evening, "moderators") == []
    assert "The add-up game" in (await evening.person("Ada").command(evening.room(), "progress")).text


async def test_a_scenario_whose_answer_was_lost_is_found_again_in_a_forum_and_is_there_once(evening: Evening) -> None:
    forum = evening.room("questions")
    await evening.person("Mo").command(
        evening.room("lounge"), "group create", name="Thursday readers", time_zone="utc", language="en", channel=forum
    )
    answers = iter([Lost()])

    def lose(method: str, path: str, phase: str) -> None:
        if (method, phase) == ("POST", "done") and path.endswith(f"/channels/{forum}/threads"):
            raise next(answers, None) or AssertionError("it was posted a second time")

    evening.standin.on_call = lose
    await plan(evening, kind="scenario", rule="", item="add-up-game")
    await until(lambda: forum_posts(evening, "questions", "The add-up game"))
    await evening.rest(1)
    evening.move(seconds=25)
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'scenario'") == [("posted",)])
    assert len(forum_posts(evening, "questions", "The add-up game")) == 1


async def test_a_story_that_was_taken_out_says_so_on_its_old_cards_and_its_slot_alone_pauses(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    ada = evening.person("Ada")
    seen = await ada.command(evening.room(), "scenario", name="The add-up game")
    await evening.stop_bot()
    content = Content(evening.folder)
    slot = await plan(evening, timedelta(hours=1), kind="scenario", rule="", item="add-up-game")
    evening.settings = replace(evening.settings, content_dir=content.save())
    await evening.start_bot()
    said = (await ada.press(card(seen), "Write only the year")).text
    assert "no longer part of the course. Nothing of yours is lost, since nothing was kept." in said
    assert "no scenario yet" in (await ada.command(evening.room(), "scenario")).text
    evening.move(hours=1, minutes=1)
    await until(lambda: posts(evening, "moderators", "What it was to show was removed"))
    after = await slot_now(evening, slot)
    assert after
    assert after.paused


async def test_what_is_typed_is_completed(evening: Evening) -> None:
    ada = evening.person("Ada")
    assert [one.value for one in await ada.complete(evening.room(), "scenario", "name", "list")] == ["name-on-a-list"]
    assert len(await ada.complete(ada.dm(), "scenario", "name", "")) == len(SCENARIOS)


async def test_a_theme_leads_to_its_story(evening: Evening) -> None:
    ada = evening.person("Ada")
    seen = await ada.command(evening.room(), "learn", theme="data-aggregation")
    seen = await play_on(ada, seen, "The lessons", "Play: The add-up game")
    assert "Monday" in seen.text


async def test_a_moderator_plans_a_scenario(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    form = (await mo.command(evening.room(), "schedule add", what="scenario", theme="whole")).form
    assert form is not None
    assert "ext scenario of the whole course" in f"{form}"


# ---------------------------------------------------------------- all cards of all stories


def test_a_list_of_ninety_nine_stories_fits_on_a_card(tmp_path: Path) -> None:
    one = SCENARIOS[0]
    many = tuple(one.but(number=number, name=f"{number}", title="t" * 60, summary="s" * 100) for number in range(1, 100))
    written = {"en": LIBRARY.written["en"]}
    crowded = Library(written, LIBRARY.sources, scenarios={"en": many})
    with opened_counter(tmp_path) as counter:
        counter.desk._shelves.course = crowded
        answer = counter.serve(visit_to(Press("scenario", "begin")))
        must_fit(answer)
        assert "And 74 more" in text_of(answer)


@EACH
def test_every_card_of_every_way_through_fits(scenario: Scenario, tmp_path: Path) -> None:
    theme = LIBRARY.course("en").theme(scenario.theme)
    assert theme
    post = scenario_post(GROUP, theme, scenario)
    must_fit(post.card)
    assert 0 < len(post.title) <= 100
    with opened_counter(tmp_path) as counter:
        counter.do(counter.store.add_group(GROUP))
        ends = set()
        seen: set[tuple[str, int]] = set()
        for story in every_story(scenario):
            if len(seen) > 1_000 and story.node.choices:  # thousands of ways through one story look alike
                continue
            press = Press("scenario", "at", (str(scenario.number), story.path, base36(story.mark)), GROUP.group_id)
            answer = counter.serve(visit_to(press))
            must_fit(answer)
            assert isinstance(answer, Card)
            assert story.node.text in text_of(answer)
            assert all(len(button.press.write()) <= 100 for button in buttons_of(answer))
            seen.add((story.path, story.mark))
            if story.node.ending:
                ends.add(story.node.name)
                assert {"Read the lesson", "Take the quiz", "Start again", "Back"} <= {one.label for one in buttons_of(answer)}
        assert ends == {node.name for node in scenario.endings}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "no longer part of the course"),
        (("99", "", "0"), "no longer part of the course"),
        (("²", "", "0"), "no longer part of the course"),
        (("1", "0123", "0"), "has been rewritten"),
        (("1", "0", "zzzz"), "has been rewritten"),
        (("1", "0", "²"), "has been rewritten"),
        (("1", "0" * 40, "0"), "has been rewritten"),
        (("1", "", "0"), "Monday"),
    ],
)
def test_a_press_of_another_version_gets_a_kind_sentence(args: tuple[str, ...], said: str, tmp_path: Path) -> None:
    with opened_counter(tmp_path) as counter:
        for place in (None, Place(None, 5)):
            answer = counter.serve(visit_to(Press("scenario", "at", args), place=place))
            must_fit(answer)
            assert said in text_of(answer)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Fraction(60_000_000), "60 million"),
        (Fraction(1_250_000), "about 1.2 million"),
        (Fraction(12_345_678), "about 12 million"),
        (Fraction(12_345), "about 12,000"),
        (Fraction(999_999), "about 1 million"),
        (Fraction(751), "about 750"),
        (Fraction(80), "80"),
        (Fraction(7, 2), "about 4"),
        (Fraction(1, 2), "about 1"),
    ],
)
def test_a_number_that_rests_on_assumptions_is_said_roughly(number: Fraction, words: str) -> None:
    assert about(number) == words
