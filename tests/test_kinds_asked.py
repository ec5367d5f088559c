"""Every kind of question by the front door: what a person presses, ticks and types, and what they see."""

from __future__ import annotations

import sqlite3

import pytest
from evening import Evening, answered, card

from rehearsal.people import Form, Person, Seen

MANY = ("scores", "Which of these are national tools")
CLAIM = ("scores", "a law on social credit")
MATCH = ("scores", "Who is behind each")
ORDER = ("scores", "from the earliest step to the latest")
SHORT = ("blacklists", "a list of praise called")
ESTIMATE = ("data-aggregation", "With US data from 2000")


async def asked(evening: Evening, question: tuple[str, str], who: str = "Ada", channel: int | None = None) -> Seen:
    """A quiz that begins with this question."""
    theme, words = question
    person = evening.person(who)
    for _ in range(400):
        seen = await person.command(channel or evening.room(), "quiz", theme=theme)
        if words in seen.text:
            return seen
    raise AssertionError(f"{theme} never begins with {words!r}")


async def form_of(person: Person, seen: Seen, what: str = "Answer") -> Form:
    form = (await person.press(card(seen), what)).form
    assert form
    return form


async def filled(person: Person, seen: Seen, given: object) -> Seen:
    form = await form_of(person, seen)
    [label] = form.labels
    return await person.submit(form, {label: given})


async def pressed(person: Person, seen: Seen, *texts: str) -> Seen:
    """Press the letters that stand beside these texts, one after another."""
    for text in texts:
        [letter] = [line[2] for line in seen.text.splitlines() if line.startswith("**") and line[5:].strip(" ·") == text]
        seen = await person.press(card(seen), letter)
    return seen


def kept(evening: Evening) -> list[tuple[str, int, int]]:
    """What is kept of answers: theme, how often asked, whether right."""
    with sqlite3.connect(evening.folder / "data" / "red-flask.db") as db:
        return db.execute("SELECT theme, times_asked, was_right FROM answers").fetchall()


@pytest.fixture
async def ada(evening: Evening) -> Person:
    await evening.group()
    await evening.joined("Ada")
    return evening.person("Ada")


async def test_many_choices_are_ticked_in_a_form_and_what_was_found_in_part_is_said(evening: Evening, ada: Person) -> None:
    ben = evening.person("Ben")  # a guest: a learner is asked other questions first
    seen = await asked(evening, MANY)
    assert "Tick all that fit" in seen.text
    assert seen.labels[:2] == ["Answer", "I don't know"]
    form = await form_of(ada, seen)
    assert "national tools" in form.text
    right = [
        "Records that courts and regulators keep",
        "Blacklists of those who broke certain rules",
        "Redlists, the lists that praise",
    ]
    part = await ada.submit(form, {form.labels[0]: [right[2], "A score that each citizen gets"]})
    assert part.edited
    assert "Not quite" in part.text
    assert "You found 1 of the 3 that fit; one that you ticked does not." in part.text
    assert "Does not fit, though you ticked it: **A score that each citizen gets**" in part.text
    assert kept(evening) == [("scores", 1, 0)]
    again = await filled(ben, await asked(evening, MANY, "Ben"), right)
    assert "That's right" in again.text
    assert "Not quite" not in again.text


async def test_a_claim_is_judged_in_two_steps_with_a_way_back(evening: Evening, ada: Person) -> None:
    seen = await asked(evening, CLAIM)
    assert seen.labels[:2] == ["True", "False"]
    why = await ada.press(card(seen), "True")
    assert "You say: **true**" in why.text
    assert kept(evening) == []
    back = await ada.press(card(why), "Back")
    assert "the reason comes after it" in back.text
    why = await ada.press(card(back), "False")
    right = await pressed(ada, why, "What was published then was a draft, put out for comment")
    assert "That's right" in right.text
    assert "**You said:** False. What was published" in right.text
    assert kept(evening) == [("scores", 1, 1)]


async def test_a_short_answer_is_understood_with_a_typo_and_a_mistaken_one_gets_its_own_word(evening: Evening, ada: Person) -> None:
    ben = evening.person("Ben")  # a guest: a learner is asked other questions first
    mistaken = await filled(ada, await asked(evening, SHORT), "WHITE list")
    assert "So says the essay" in mistaken.text
    assert "**The answer:** redlist" in mistaken.text
    typo = await filled(ben, await asked(evening, SHORT, "Ben"), "The Réd Lits")
    assert "That's right" in typo.text
    assert "**You wrote:** The Réd Lits" in typo.text
    assert "**The answer:** redlist" in typo.text, "whoever mistypes sees how it is written"
    nothing = await ben.press(card(await asked(evening, SHORT, "Ben")), "I don't know")
    assert "You would rather see it" in nothing.text


async def test_an_estimate_says_how_far_off_it_was_and_what_is_no_number_comes_back(evening: Evening, ada: Person) -> None:
    ben = evening.person("Ben")  # a guest: a learner is asked other questions first
    seen = await asked(evening, ESTIMATE)
    refused = await filled(ada, seen, "nearly all of them")
    assert "I found no number in your answer" in refused.text
    assert kept(evening) == []
    form = await form_of(ada, refused, "Try again")
    assert form.components[-1]["component"]["value"] == "nearly all of them"
    low = await ada.submit(form, {form.labels[0]: "40 %"})
    assert "**You said:** 40%" in low.text
    assert "That is 23 points below the figure." in low.text
    assert "Philippe Golle published it in 2006." in low.text, "where the figure comes from"
    assert kept(evening) == [("data-aggregation", 1, 0)]
    near = await filled(ben, await asked(evening, ESTIMATE, "Ben"), "about 70")
    assert "That's right" in near.text
    assert "Near enough: 7 points above the figure." in near.text


async def test_an_order_is_pressed_one_after_another_and_can_be_begun_anew(evening: Evening, ada: Person) -> None:
    ben = evening.person("Ben")  # a guest: a learner is asked other questions first
    steps = [
        "A meeting of the cabinet decides to build a nationwide system",
        "An outline sets goals for a period of years",
        "A draft of a law is published for comment",
    ]
    seen = await asked(evening, ORDER)
    assert "Which comes **first**?" in seen.text
    second = await pressed(ada, seen, steps[1])
    assert f"1. {steps[1]}" in second.text
    anew = await ada.press(card(second), "Start over")
    assert "Which comes **first**?" in anew.text
    wrong = await pressed(ada, anew, steps[1], steps[0], steps[2])
    assert f"“{steps[0]}” comes before “{steps[1]}”" in wrong.text
    assert kept(evening) == [("scores", 1, 0)]
    assert "That's right" in (await pressed(ben, await asked(evening, ORDER, "Ben"), *steps)).text


async def test_pairs_are_pressed_one_after_another(evening: Evening, ada: Person) -> None:
    ben = evening.person("Ben")  # a guest: a learner is asked other questions first
    seen = await asked(evening, MATCH)
    assert "What belongs to **Sesame Credit**?" in seen.text
    two = await pressed(ada, seen, "A city", "A company")
    some = await pressed(ada, two, "Courts")
    assert "2 of the 4 pairs fit." in some.text
    assert "Not that: **Sesame Credit** → **A company**" in some.text
    right = await pressed(ben, await asked(evening, MATCH, "Ben"), "A company", "A city", "Courts")
    assert "That's right" in right.text


async def test_a_form_goes_on_after_a_restart_and_a_second_sending_changes_nothing(evening: Evening, ada: Person) -> None:
    form = await form_of(ada, await asked(evening, SHORT))
    await evening.restart_bot()
    first = await ada.submit(form, {form.labels[0]: "redlist"})
    assert "That's right" in first.text
    second = await ada.submit(form, {form.labels[0]: "whitelist"})
    assert "your first answer counts" in second.text
    assert kept(evening) == [("blacklists", 1, 1)]


async def test_what_a_member_types_is_neither_kept_nor_logged_and_can_do_nothing(evening: Evening, ada: Person) -> None:
    secret = "@everyone **xylophone** [a](https://example.org)"
    seen = await filled(ada, await asked(evening, SHORT), secret)
    assert "xylophone" in seen.text
    assert "\\*\\*xylophone\\*\\*" in seen.text
    assert "xylophone" not in evening.said.getvalue()
    await evening.stop_bot()
    for file in evening.folder.rglob("*"):
        assert not file.is_file() or b"xylophone" not in file.read_bytes(), file.name
    await evening.start_bot()


async def test_a_guest_and_a_direct_message_get_every_kind_and_nothing_is_kept(evening: Evening, ada: Person) -> None:
    ben = evening.person("Ben")
    for question in (MANY, CLAIM, MATCH, ORDER, SHORT, ESTIMATE):
        for channel in (evening.room(), ben.dm()):
            seen = await asked(evening, question, "Ben", channel)
            assert (await answered(ben, seen)).failed is None
    assert kept(evening) == []


async def test_a_whole_quiz_of_ten_with_every_kind_in_it_fits_its_presses(evening: Evening, ada: Person) -> None:
    seen = await ada.command(evening.room(), "quiz", theme="scores", length=10)
    for number in range(1, 11):
        assert f"question {number} of 10" in seen.text
        seen = await answered(ada, seen, "B")
        seen = await ada.press(card(seen), "See how it went" if number == 10 else "Next question")
    assert len(kept(evening)) == 10
