"""*Something wrong?*, by the front door: a report reaches whoever can mend the question, says where it stands, and names nobody."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from at_the_desk import GROUP, LIBRARY, opened_counter, visit_to
from evening import Evening, card, public, quizzed
from mischief import ask, lines, posts
from msgspec.structs import replace
from test_cards_fit import must_fit, worst_sitting
from test_content import in_use
from test_privacy import everything_kept
from test_reply import waiting_cards

from bot.cards import Card, Form, Given
from bot.commands.report_write import A_DAY, KINDS, LONGEST, Asked, report_card
from bot.press import Press, base36
from rehearsal.people import Person, Seen
from rehearsal.things import Message

TEXT = "The second option is right as well:\nsee page 12 of the report."
REASON, WORDS = "What is it?", "In your words"


@pytest.fixture
async def reporting(evening: Evening) -> Evening:
    """The operator reads reports in #moderators."""
    await _with(evening, report_channel=evening.room("moderators"))
    return evening


async def _with(evening: Evening, **settings: Any) -> None:
    evening.settings = replace(evening.settings, **settings)
    await evening.restart_bot()


async def answered(evening: Evening, who: str = "Ada", theme: str = "data-aggregation", channel: int | None = None) -> Message:
    """The card after one answer."""
    person, room = evening.person(who), channel or evening.room()
    return card(await person.press(card(await quizzed(person, room, theme)), "A"))


async def reported(person: Person, answer: Message, text: str = TEXT, reason: str = "The answer is wrong") -> Seen:
    form = (await person.press(answer, "Something wrong?")).form
    assert form
    return await person.submit(form, {REASON: reason, WORDS: text})


# ---------------------------------------------------------------- the course


async def test_a_report_of_the_course_reaches_the_operators_channel_with_its_place(reporting: Evening) -> None:
    await reporting.group()
    ada = reporting.person("Ada")
    answer = await answered(reporting)
    number = int(answer.custom_ids[-1].rsplit(":", 1)[1], 36)
    sent = await reported(ada, answer)
    assert "it is with those who look after the course now" in sent.text
    assert sent.edited
    assert sent.labels == ["Next question"], "the quiz goes on"
    [shown] = posts(reporting, "moderators", "A question is reported: the answer is wrong")
    assert TEXT in shown.text
    spot = LIBRARY.spot("en", "data-aggregation", number)
    assert spot
    assert f"Question **{number}** of **data-aggregation**, `{spot.file}` line {spot.line}" in shown.text
    written = (reporting.settings.content_dir.parent / spot.file).read_text().splitlines()
    assert f"number: {number}" in written[spot.line - 1]
    assert shown.pings == frozenset()
    assert shown.metadata is None, "who sent it would be written above"
    assert "Ada" not in shown.text
    assert TEXT.splitlines()[0] not in reporting.said.getvalue()
    assert "The second option" not in everything_kept(reporting)
    assert "question 2 of 5" in (await ada.press(card(sent), "Next question")).text


async def test_a_report_works_in_a_direct_message_and_for_a_guest(reporting: Evening) -> None:
    ada = reporting.person("Ada")
    answer = await answered(reporting, channel=ada.dm())
    assert "it is with those who look after the course" in (await reported(ada, answer)).text
    assert len(posts(reporting, "moderators", "A question is reported")) == 1


async def test_whoever_deals_with_it_takes_the_text_off_and_its_place_stays(reporting: Evening) -> None:
    await reported(reporting.person("Ada"), await answered(reporting))
    [shown] = posts(reporting, "moderators", "A question is reported")
    await reporting.person("Mo").press(shown, "Dealt with")
    assert TEXT not in shown.text
    assert "Dealt with, and its text is removed.\nQuestion **" in shown.text
    assert shown.labels == []


async def test_nothing_is_handed_to_a_channel_that_everyone_can_view(evening: Evening) -> None:
    await _with(evening, report_channel=evening.room("lounge"))
    seen = await evening.person("Ada").press(await answered(evening), "Something wrong?")
    assert "Everyone can view the channel for reports" in seen.text
    assert seen.labels == ["Next question"]


async def test_without_a_channel_the_card_leads_to_the_tracker(evening: Evening) -> None:
    await _with(evening, report_link="https://example.org/issues")
    seen = card(await evening.person("Ada").press(await answered(evening), "Something wrong?"))
    assert "content/en/themes/" in seen.text
    [link] = [one for one in seen.buttons if one["style"] == 5]
    assert link["url"] == "https://example.org/issues"
    assert "Next question" in seen.labels


async def test_without_either_the_card_says_whom_to_tell(evening: Evening) -> None:
    seen = card(await evening.person("Ada").press(await answered(evening), "Something wrong?"))
    assert "Please tell whoever runs this bot" in seen.text
    assert "content/en/themes/" in seen.text
    assert seen.labels == ["Next question"]


# ---------------------------------------------------------------- a group's own


async def test_a_report_of_a_groups_own_question_reaches_its_moderators(reporting: Evening) -> None:
    await reporting.group(moderators_channel=reporting.room("moderators"))
    await in_use(reporting)
    ada = reporting.person("Ada")
    sent = await reported(ada, await answered(reporting, theme="Trees of our street"))
    assert "it is with your moderators now" in sent.text
    [shown] = posts(reporting, "moderators", "A question is reported")
    assert "of **our-trees**, `trees.yaml` line 1" in shown.text
    assert TEXT in shown.text
    assert ask(reporting, "SELECT message_id, kind FROM waiting_cards") == [(shown.id, "report")]
    await reporting.person("Mo").press(shown, "Dealt with")
    assert TEXT not in shown.text
    assert waiting_cards(reporting) == []


async def test_nobody_writes_in_vain_where_the_group_has_no_moderators_channel(evening: Evening) -> None:
    await evening.group()
    await in_use(evening)
    seen = await evening.person("Ada").press(await answered(evening, theme="Trees of our street"), "Something wrong?")
    assert "has no moderators' channel" in seen.text
    assert seen.labels == ["Next question"]


async def test_a_text_that_nobody_dealt_with_leaves_its_card_after_a_week(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    await in_use(evening)
    await reported(evening.person("Ada"), await answered(evening, theme="Trees of our street"))
    [shown] = posts(evening, "moderators", "A question is reported")
    evening.move(days=8)
    for _ in range(60):
        await evening.rest(0.1)
        if TEXT not in shown.text:
            break
    assert TEXT not in shown.text


# ---------------------------------------------------------------- how often, and what goes wrong


async def test_one_question_is_reported_once_a_day(reporting: Evening) -> None:
    ada = reporting.person("Ada")
    form = (await ada.press(await answered(reporting), "Something wrong?")).form
    assert form
    again = dataclasses.replace(form, message=None)
    assert "Thank you" in (await ada.submit(form, {REASON: "It is unclear"})).text
    assert "You have reported this question today already" in (await ada.submit(again, {REASON: "It is unclear"})).text
    assert len(posts(reporting, "moderators", "A question is reported")) == 1
    reporting.move(days=1)
    assert "Thank you" in (await ada.submit(again, {REASON: "It is unclear"})).text


async def test_words_are_needed_only_where_the_reason_says_nothing(reporting: Evening) -> None:
    ada = reporting.person("Ada")
    answer = await answered(reporting)
    refused = await reported(ada, answer, "", "Something else")
    assert "say in a few words what is wrong" in refused.text
    assert refused.labels == ["Try again", "Next question"]
    form = (await ada.press(card(refused), "Try again")).form
    assert form
    assert "Thank you" in (await ada.submit(form, {WORDS: "The picture is of another city."})).text


@pytest.mark.parametrize("code", [10003, 50001, 50013])
async def test_a_text_is_not_lost_when_discord_refuses(code: int, reporting: Evening) -> None:
    ada = reporting.person("Ada")
    answer = await answered(reporting)
    reporting.standin.misbehave("POST", f"/channels/{reporting.room('moderators')}/messages", code=code)
    refused = await reported(ada, answer)
    assert "I could not hand it over just now" in refused.text
    form = (await ada.press(card(refused), "Try again")).form
    assert form
    sent = await ada.submit(form)
    assert "Thank you" in sent.text, "what was refused doesn't count as today's report"
    [shown] = posts(reporting, "moderators", "A question is reported: the answer is wrong")
    assert TEXT in shown.text
    assert not lines(reporting, "second option")


async def test_where_discords_answer_is_lost_it_arrives_once(reporting: Evening) -> None:
    reporting.standin.misbehave("POST", f"/channels/{reporting.room('moderators')}/messages", 503, done=True)
    assert "Thank you" in (await reported(reporting.person("Ada"), await answered(reporting))).text
    assert len(posts(reporting, "moderators", "A question is reported")) == 1


async def test_where_discord_does_not_answer_at_all_the_text_comes_back(reporting: Evening) -> None:
    reporting.standin.misbehave("POST", f"/channels/{reporting.room('moderators')}/messages", 503, times=2)
    refused = await reported(reporting.person("Ada"), await answered(reporting))
    assert "I can't tell whether it has arrived" in refused.text
    assert "Try again" in refused.labels


async def test_a_question_that_was_taken_out_meanwhile_is_said_to_be_gone(reporting: Evening) -> None:
    await reporting.group()
    answer = await answered(reporting)
    press = Press.read(answer.custom_ids[-1])
    [button] = [one for one in answer.buttons if one["label"] == "Something wrong?"]
    button["custom_id"] = press.with_args(*press.args[:-1], "zz").write()
    assert "no longer part of the course" in (await reporting.person("Ada").press(answer, "Something wrong?")).text
    button["custom_id"] = press.with_args("nonsense").write()
    assert not lines(reporting, "level=error")


async def test_the_form_says_who_reads_it(reporting: Evening) -> None:
    form = (await reporting.person("Ada").press(await answered(reporting), "Something wrong?")).form
    assert form
    assert "**Who reads it:** the people who run this bot" in form.text
    assert "neither the text nor who wrote it" in form.text


async def test_nothing_of_a_report_is_stored(reporting: Evening) -> None:
    before = ask(reporting, "SELECT count(*) FROM postings"), waiting_cards(reporting)
    await reported(reporting.person("Ada"), await answered(reporting))
    assert (ask(reporting, "SELECT count(*) FROM postings"), waiting_cards(reporting)) == before
    assert len(public(reporting.person("Mo"), reporting.room("moderators"))) >= 1


# ---------------------------------------------------------------- the cards fit


def test_every_report_and_its_form_fit(tmp_path_factory: pytest.TempPathFactory) -> None:
    with opened_counter(tmp_path_factory.mktemp("desk")) as counter:
        counter.do(counter.store.add_group(GROUP))
        counter.desk._reports_to = 15
        for language in LIBRARY.languages:
            for theme in LIBRARY.course(language).themes:
                for question in theme.questions:
                    sitting = worst_sitting(theme, question).answered(question.number, True)
                    args = (*sitting.args(), base36(question.number, 2))
                    form = counter.serve(visit_to(Press("report", "write", args, GROUP.group_id)))
                    assert isinstance(form, Form)
                    must_fit(form)
                    given: dict[str, Given] = {"kind": "key", "text": "x" + "\nx" * (LONGEST // 2)}
                    back = counter.serve(visit_to(Press("report", "send", args, GROUP.group_id), given=given))
                    assert isinstance(back, Card)
                    must_fit(back)
                    spot = LIBRARY.spot(language, theme.name, question.number)
                    assert spot, "every question knows where it is written"
                    asked = Asked(theme, question, sitting, f"Question {question.number} of {theme.name}, {spot.file} {spot.line}")
                    must_fit(report_card(asked, KINDS[0], "x" * LONGEST, GROUP.group_id))


async def test_so_many_reports_a_day_and_no_more(reporting: Evening) -> None:
    ada = reporting.person("Ada")
    form = (await ada.press(await answered(reporting), "Something wrong?")).form
    assert form
    press, texts = Press.read(form.custom_id), []
    theme = LIBRARY.course("en").theme("data-aggregation")
    assert theme
    numbers = [question.number for question in theme.questions]
    others = [question.number for question in LIBRARY.course("en").themes[0].questions]
    for kind, pool in (("", numbers), ("1", others)):
        for number in pool:
            state = press.args[:-1] if not kind else (kind, *press.args[1:-1])
            one = dataclasses.replace(form, custom_id=press.with_args(*state, base36(number, 2)).write(), message=None)
            texts.append((await ada.submit(one, {REASON: "It is unclear"})).text)
    assert sum("Thank you" in text for text in texts) == A_DAY
    assert all(f"You have sent {A_DAY} reports today" in text for text in texts[A_DAY:])
