"""``/suggest``, from the form to a prompt of the group: decided by moderators alone, added once, without its author."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from at_the_desk import GROUP, MODERATOR, Counter, buttons_of, opened_counter, text_of, visit_to
from evening import Evening, card, public
from mischief import ask, group_id, lines, posts, rows
from test_cards_fit import must_fit
from test_privacy import everything_kept, key_of, spellings, spellings_of_key
from test_reply import second_moderator, waiting_cards

from bot.cards import Button, Card, Row, Text
from bot.commands.others_words import as_quote
from bot.commands.suggestions_decide import MOST, waiting_card
from bot.commands.waiting import DAYS, expired_card
from bot.press import Press
from bot.storage import Store, WaitingCard
from rehearsal import components, permissions
from rehearsal.people import Seen
from rehearsal.things import Message

TITLE, TEXT = "What would you never ask a friend?", "Some questions feel fine from an app and odd from a person.\nWhich, and why?"
WAITS = "A suggested prompt"


async def begun(evening: Evening) -> None:
    assert "is there" in (await evening.group(moderators_channel=evening.room("moderators"))).text


async def suggested(evening: Evening, title: str = TITLE, text: str = TEXT, name: str = "Ada") -> Seen:
    person = evening.person(name)
    form = (await person.command(evening.room(), "suggest")).form
    assert form
    return await person.submit(form, {"Title": title, "What shall the group talk about?": text})


def waiting(evening: Evening) -> Message:
    [found] = posts(evening, "moderators", WAITS)
    return found


def own(evening: Evening) -> list[tuple[int, str, str]]:
    return ask(evening, "SELECT number, title, text FROM own_prompts ORDER BY number")


# ---------------------------------------------------------------- the whole way


async def test_a_suggestion_is_accepted_and_posted_as_a_prompt_of_the_group(evening: Evening) -> None:
    await begun(evening)
    sent = await suggested(evening)
    assert "It is with the moderators now" in sent.text
    assert sent.private
    assert own(evening) == []
    mo, waits = evening.person("Mo"), waiting(evening)
    assert waits.metadata is None, "whose command it came from would be written above it"
    seen = await mo.press(waits, "Accept")
    assert seen.edited
    assert "is prompt 1 of your own" in waits.text
    assert TEXT not in waits.text
    assert waits.labels == []
    assert own(evening) == [(1, TITLE, TEXT)]
    assert waiting_cards(evening) == []
    assert "is posted" in (await mo.command(evening.room(), "discuss", theme="own")).text
    [posted] = posts(evening, "study-room", TITLE)
    assert TEXT in posted.text
    assert evening.standin.world.channels[posted.id].name == TITLE
    assert not lines(evening, "level=error")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("# A title *with* `signs` @everyone", "```\nnever closed\n# and <@1> || more"),
        ("### three signs before", "  spaces around \n"),
        ("x" * 60, "ä" * 1_000),
        ("two   spaces", "**Text:** another\n\n> **Title:** x"),
    ],
)
async def test_title_and_text_come_through_as_they_were_typed(title: str, text: str, evening: Evening) -> None:
    await begun(evening)
    assert "with the moderators" in (await suggested(evening, title, text)).text
    waits = waiting(evening)
    assert waits.pings == frozenset()
    await evening.person("Mo").press(waits, "Accept")
    assert own(evening) == [(1, " ".join(title.split()), text.strip())]


async def test_a_moderator_can_edit_it_first(evening: Evening) -> None:
    await begun(evening)
    await suggested(evening)
    mo, waits = evening.person("Mo"), waiting(evening)
    form = (await mo.press(waits, "Edit")).form
    await evening.restart_bot()
    assert form
    seen = await mo.submit(form, {"Title": "What would you never ask?"})
    assert "is prompt 1 of your own" in seen.text
    assert seen.edited
    assert own(evening) == [(1, "What would you never ask?", TEXT)]
    assert TEXT not in waits.text


async def test_a_field_that_a_moderator_emptied_stays_as_it_was_suggested(evening: Evening) -> None:
    await begun(evening)
    await suggested(evening)
    mo = evening.person("Mo")
    form = (await mo.press(waiting(evening), "Edit")).form
    assert form
    await mo.submit(form, {"Title": "  ", "Text": "Another text."})
    assert own(evening) == [(1, TITLE, "Another text.")]


async def test_decline_takes_the_text_off_the_card(evening: Evening) -> None:
    await begun(evening)
    await suggested(evening)
    waits = waiting(evening)
    seen = await evening.person("Mo").press(waits, "Decline")
    assert seen.text == waits.text == "Declined. The text is removed."
    assert own(evening) == []
    assert waiting_cards(evening) == []


async def test_the_groups_own_prompts_are_listed_and_can_be_removed(evening: Evening) -> None:
    await begun(evening)
    mo, room = evening.person("Mo"), evening.room()
    shown = card(await mo.command(room, "group show"))
    assert "has no prompts of its own yet" in (await mo.press(shown, "Our own prompts")).text
    for number in range(2):
        await suggested(evening, f"Title {number}")
        await mo.press(waiting(evening), "Accept")
    listed = await mo.press(card(await mo.command(room, "group show")), "Our own prompts")
    assert "- 1: “Title 0”\n- 2: “Title 1”" in listed.text
    one = await mo.pick(card(listed), "1: Title 0")
    assert TEXT in one.text
    removed = await mo.press(card(one), "Remove")
    assert "Prompt 1 is removed" in removed.text
    assert TEXT in removed.text, "a slip can be mended"
    assert [title for _, title, _ in own(evening)] == ["Title 1"]
    assert "Title 0" not in (await mo.press(card(removed), "All our own prompts")).text
    await suggested(evening, "Title 3")
    assert "is prompt 3 of your own" in (await mo.press(waiting(evening), "Accept")).text


# ---------------------------------------------------------------- who may, and when not


async def test_only_moderators_decide_not_everybody_who_sees_the_card(evening: Evening) -> None:
    await begun(evening)
    await suggested(evening)
    world, ada, waits = evening.standin.world, evening.person("Ada"), waiting(evening)
    world.overwrite(evening.room("moderators"), world.server.member_named("Ada"), allow=permissions.VIEW_CHANNEL)
    for label in ("Accept", "Edit", "Decline"):
        seen = await ada.press(waits, label)
        assert seen.form is None
        assert "That is for moderators" in seen.text
    assert own(evening) == []
    assert TEXT in waits.text


async def test_without_a_moderators_channel_nobody_writes_in_vain(evening: Evening) -> None:
    await evening.group()
    seen = await evening.person("Ada").command(evening.room(), "suggest")
    assert "has no moderators' channel" in seen.text
    assert "`/group edit`" in seen.text


async def test_at_most_three_suggestions_of_a_person_on_a_day(evening: Evening) -> None:
    await begun(evening)
    for number in range(3):
        assert "with the moderators" in (await suggested(evening, f"Title {number}")).text
    fourth = await suggested(evening, "Title 3")
    assert "3 suggestions today" in fourth.text
    assert "Title 3" in fourth.text
    assert TEXT in fourth.text
    assert "with the moderators" in (await suggested(evening, "Ben's own", name="Ben")).text
    evening.standin.world.move_clock(timedelta(days=1))
    form = (await evening.person("Ada").press(card(fourth), "Try again")).form
    assert form
    assert "with the moderators" in (await evening.person("Ada").submit(form)).text
    assert components.texts(posts(evening, "moderators", WAITS)[-1].components)[-2:] == ["### Title 3", as_quote(TEXT)]


async def test_what_can_not_be_handed_on_comes_back_and_goes_on_after_a_restart(evening: Evening) -> None:
    await begun(evening)
    ada = evening.person("Ada")
    form = (await ada.command(evening.room(), "suggest")).form
    await evening.restart_bot()
    evening.standin.misbehave("POST", f"/channels/{evening.room('moderators')}/messages", 403)
    assert form
    back = await ada.submit(form, {"Title": TITLE, "What shall the group talk about?": TEXT})
    assert "I could not hand it to the moderators" in back.text
    again = (await ada.press(card(back), "Try again")).form
    assert again
    assert "with the moderators" in (await ada.submit(again)).text
    assert components.texts(waiting(evening).components)[-2:] == [f"### {TITLE}", as_quote(TEXT)]
    blank = await suggested(evening, "\u200b", "only a text", "Ben")
    assert "A prompt needs a title and a text" in blank.text
    assert "only a text" in blank.text


# ---------------------------------------------------------------- once


async def test_two_moderators_who_accept_at_once_add_it_once(evening: Evening) -> None:
    await begun(evening)
    await suggested(evening)
    waits, nia = waiting(evening), second_moderator(evening)
    seen = await asyncio.gather(evening.person("Mo").press(waits, "Accept"), nia.press(waits, "Accept"))
    assert all(one.failed is None for one in seen)
    assert [(title, text) for _, title, text in own(evening)] == [(TITLE, TEXT)]
    assert "of your own" in waits.text


@pytest.mark.parametrize("first", ["Accept", "Decline"])
async def test_of_an_accept_and_a_decline_at_once_one_holds(first: str, evening: Evening) -> None:
    await begun(evening)
    await suggested(evening)
    waits, nia = waiting(evening), second_moderator(evening)
    second = "Decline" if first == "Accept" else "Accept"
    seen = await asyncio.gather(evening.person("Mo").press(waits, first), nia.press(waits, second))
    assert all(one.failed is None for one in seen)
    assert len(own(evening)) == ("Accepted" in waits.text)
    assert TEXT not in waits.text
    assert waits.labels == []


async def test_a_crash_in_the_middle_of_an_accept_neither_loses_nor_doubles_it(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(evening)
    await suggested(evening)
    mo = evening.person("Mo")

    async def die(*_: object) -> bool:
        raise RuntimeError("killed")

    with monkeypatch.context() as death:
        death.setattr(Store, "take_waiting_card", die)
        await mo.press(waiting(evening), "Accept")
    await evening.restart_bot()
    waits = waiting(evening)
    assert TEXT in waits.text
    assert len(waiting_cards(evening)) == 1
    assert "of your own" in (await mo.press(waits, "Accept")).text
    assert [(title, text) for _, title, text in own(evening)] == [(TITLE, TEXT)]
    assert waiting_cards(evening) == []


async def test_a_card_whose_row_is_gone_can_be_decided_all_the_same(evening: Evening) -> None:
    await begun(evening)
    await suggested(evening)
    mo, waits = evening.person("Mo"), waiting(evening)
    ask(evening, "DELETE FROM waiting_cards")
    late = await mo.press(waits, "Accept")
    assert "Another moderator has decided about this one" in late.text
    assert late.private
    assert own(evening) == []
    assert "press its button once more" in (await mo.press(card(late), "It still waits")).text
    assert "of your own" in (await mo.press(waits, "Accept")).text
    assert len(own(evening)) == 1


async def test_an_edit_that_comes_too_late_is_given_back(evening: Evening) -> None:
    await begun(evening)
    await suggested(evening)
    mo, nia, waits = evening.person("Mo"), second_moderator(evening), waiting(evening)
    form = (await mo.press(waits, "Edit")).form
    await nia.press(waits, "Decline")
    assert form
    seen = await mo.submit(form, {"Text": "a text that took an hour"})
    assert own(evening) == []
    assert seen.private or "a text that took an hour" not in waits.text


def pressed(counter: Counter, step: str, message: int, title: str) -> str:
    """What a moderator sees who presses on a card that still shows the suggestion."""
    texts = tuple(part.markdown for part in waiting_card(GROUP.group_id, title, TEXT).parts if isinstance(part, Text))
    press = Press("suggestions", step, (), GROUP.group_id)
    answer = counter.serve(visit_to(press, rights=MODERATOR, on_card=texts, on_message=message))
    must_fit(answer)
    return text_of(answer)


def test_a_decline_that_comes_after_an_accept_undoes_nothing(tmp_path: Path) -> None:
    with opened_counter(tmp_path) as counter:
        counter.do(counter.store.add_group(GROUP))
        for message in (1, 2):
            counter.do(counter.store.add_waiting_card(WaitingCard(message, GROUP.group_id, 13, "suggestion", GROUP.created_on)))
        assert "is prompt 1 of your own" in pressed(counter, "accept", 1, TITLE)
        assert "Accepted: “What would you never ask a friend?” is prompt 1" in pressed(counter, "decline", 1, TITLE)
        assert "But the same is prompt 1 of your own already" in pressed(counter, "decline", 2, TITLE)
        assert "If it was accepted in other words" in pressed(counter, "decline", 3, "Another title")


def test_the_same_suggested_twice_is_one_prompt_and_twenty_five_are_the_most(tmp_path: Path) -> None:
    with opened_counter(tmp_path) as counter:
        store, number = counter.store, GROUP.group_id
        counter.do(store.add_group(GROUP))

        def accept(message: int, title: str) -> str:
            counter.do(store.add_waiting_card(WaitingCard(message, number, 13, "suggestion", GROUP.created_on)))
            return pressed(counter, "accept", message, title)

        for message in range(1, MOST + 1):
            assert "of your own" in accept(message, f"Title {message}")
        full = accept(100, "One too many")
        assert f"{MOST} prompts of its own, which is the most" in full
        assert "One too many" in full
        assert "of your own" in accept(101, "Title 7")
        listed = counter.serve(visit_to(Press("suggestions", "own", (), number), rights=MODERATOR))
        must_fit(listed)
        assert text_of(listed).count("Title 7") == 1


@pytest.mark.parametrize("title", ["x" * 60, "`*_~|<>[]()#@:" * 4])
def test_every_card_about_a_suggestion_fits(title: str, tmp_path: Path) -> None:
    waits = waiting_card(2**40 - 1, title, "x" * 1_000, "y" * 200)
    must_fit(waits)
    must_fit(expired_card())
    assert f"{DAYS} days" in text_of(expired_card())
    assert not any(isinstance(part, Row) for part in expired_card().parts)
    assert {button.label for button in buttons_of(waits)} == {"Accept", "Edit", "Decline"}
    assert isinstance(waits, Card)
    assert all(isinstance(one, Button) for one in buttons_of(waits))


# ---------------------------------------------------------------- no author


async def test_who_suggested_it_is_nowhere_and_what_was_declined_neither(evening: Evening) -> None:
    await begun(evening)
    declined = "the heron at the mill pond"
    await suggested(evening, "A heron", declined)
    await evening.person("Mo").press(waiting(evening), "Decline")
    await suggested(evening, name="Ben")
    await evening.person("Mo").press(waiting(evening), "Accept")
    for name, content in everything_kept(evening).items():
        assert declined.encode() not in content, name
        for person in (evening.person("Ada"), evening.person("Ben")):
            assert not any(spelling in content for spelling in spellings(person.user.id)), name
            key = key_of(evening, person, group_id(evening))
            assert not any(spelling in content for spelling in spellings_of_key(key)), name
    mo = evening.person("Mo")
    sure = await mo.press(card(await mo.command(evening.room(), "group show")), "Close the group")
    assert "is closed" in (await mo.press(card(sure), "Close and erase now")).text
    assert own(evening) == []
    assert sum(rows(evening).values()) == 0
    for name, content in everything_kept(evening).items():
        assert TEXT.encode() not in content, name
    assert public(mo, evening.room("moderators"))
