"""An evening of a study group, through the real discord.py client: what people do, and what they see."""

from __future__ import annotations

import time

import pytest
from evening import Evening, answered, card, public
from msgspec.structs import replace

from bot.learner_key import SecretTrouble
from bot.main import opened
from rehearsal.people import Person, Seen


async def take_a_quiz(person: Person, first: Seen, questions: int) -> Seen:
    """Answer every question with whatever stands first."""
    seen = first
    for number in range(1, questions + 1):
        assert f"question {number} of {questions}" in seen.text
        seen = await answered(person, seen)
        assert "That's right" in seen.text or "Not quite" in seen.text
        seen = await person.press(card(seen), "See how it went" if number == questions else "Next question")
    return seen


async def test_an_evening_of_a_study_group(evening: Evening) -> None:
    began = time.process_time()
    room = evening.room()
    mo, ada, ben = (evening.person(name) for name in ("Mo", "Ada", "Ben"))

    # Mo begins a group: one public welcome card, and a private confirmation.
    begun = await evening.group()
    assert begun.private
    assert "Thursday readers" in begun.text
    [welcome] = public(ada, room)
    assert welcome.labels == ["Start", "Join", "About"]
    assert "not end-to-end encrypted" in welcome.text

    # Ada sees what would be kept, and joins. Nobody else sees any of it.
    offer = await ada.press(welcome, "Join")
    assert offer.private
    assert offer.labels == ["Join", "Not now"]
    assert "Never kept" in offer.text
    assert "Welcome to Thursday readers" in (await ada.press(card(offer), "Join")).text
    assert public(ben, room) == ben.reads(room) == [welcome]

    # She reads a lesson to its end.
    lesson = await ada.command(room, "learn", theme="data-aggregation")
    assert "page 1 of 3" in lesson.text
    second = await ada.press(card(lesson), "Next")
    last = await ada.press(card(second), "Next")
    assert second.edited
    assert "Sources" in last.text
    assert "Noted as read" in last.text

    # A quiz, with a restart of the bot in its middle.
    asked = await ada.press(card(last), "Take the quiz")
    explained = await answered(ada, asked, "B")
    await evening.restart_bot()
    asked = await ada.press(card(explained), "Next question")
    assert "question 2 of 5" in asked.text
    for number in range(2, 6):
        explained = await answered(ada, asked, "C")
        asked = await ada.press(card(explained), "See how it went" if number == 5 else "Next question")
    assert " right" in asked.text
    assert "More questions" in asked.labels

    # Mo posts a prompt: public, with a thread, and a button that answers privately.
    said = await mo.command(room, "discuss", theme="data-aggregation", prompt="which-flow")
    assert said.private
    prompt = public(ben, room)[-1]
    assert "Which flow" in prompt.text
    read = await ben.press(prompt, "Read the lesson")
    assert read.private
    assert not read.edited

    # Progress: Ada's own in a picture and in words; the group's part tells nothing of one learner.
    progress = await ada.command(room, "progress")
    assert "1 of 5 lessons read" in progress.text
    assert "fewer than 5 learners" in progress.text
    assert "1 of 5 prompts" in progress.text
    picture, of_all = card(progress).pictures
    assert picture.bytes.startswith(b"\x89PNG")
    assert "1 of 5 prompts discussed" in (of_all.alt or "")
    assert "1 of 5 lessons read" in (picture.alt or "")

    # She sees all that is kept, leaves, and nothing is.
    shown = await ada.command(room, "my-data show")
    assert "Three ordinary facts" in shown.text
    gone = await ada.command(room, "leave")
    assert "1 lesson read" in gone.text
    assert "5 questions" in gone.text
    assert "Nothing is kept about you" in (await ada.command(room, "my-data show")).text
    assert not evening.standin.unknown_calls

    # The rehearsal stays quick: everybody runs such evenings, all day long. By processor time, since machines are busy.
    assert time.process_time() - began < 3


async def test_a_guest_takes_two_quizzes_in_a_direct_message_and_nothing_repeats(evening: Evening) -> None:
    ada = evening.person("Ada")
    seen = await ada.command(ada.dm(), "quiz", theme="opting-in", length=4)
    assert not seen.private
    asked = []
    for quiz in range(2):
        for number in range(1, 5):
            asked.append(seen.text.split("## ")[1].splitlines()[0])
            seen = await answered(ada, seen)
            seen = await ada.press(card(seen), "See how it went" if number == 4 else "Next question")
        if quiz == 0:
            seen = await ada.press(card(seen), "More questions")
    assert len(set(asked)) == 8


async def test_a_database_is_not_opened_with_another_secret(evening: Evening) -> None:
    await evening.stop_bot()
    other = replace(evening.settings, learner_secret="quite another secret, long enough")
    with pytest.raises(SecretTrouble, match="put the old secret back"):
        async with opened(other):
            pass
    await evening.start_bot()
