"""A question is changed while somebody has it before them: nobody is graded by an option that they didn't see."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from evening import ROOT, Evening, card, quizzed
from mischief import Content, ask, forge, posts, until
from test_measure import with_label
from test_plan_command import in_days, started
from test_review import NO_ANSWERS, a_quiz

from bot.library import read_library
from bot.press import Press
from rehearsal.people import Seen

THEME = "data-aggregation"
CHANGED = "This question has been changed or taken out of the course. Your other answers are safe."
Edit = Callable[[dict[str, Any]], None]


def turn_round(question: dict[str, Any]) -> None:
    question["options"].reverse()


def change_one(question: dict[str, Any]) -> None:
    for one in question["options"]:
        for what in ("right", "wrong"):
            if what in one:
                one[what] = f"Now {one[what]}"[:80]


def put_another(question: dict[str, Any]) -> None:
    wrong = next(one for one in question["options"] if "wrong" in one)
    wrong["wrong"] = "Something else altogether"


def feedback_only(question: dict[str, Any]) -> None:
    for one in question["options"]:
        if "wrong" in one:
            one["feedback"] = f"Said better: {one['feedback']}"[:160]


def ask_otherwise(question: dict[str, Any]) -> None:
    question["ask"] = question["ask"][0].swapcase() + question["ask"][1:]


def renewed(evening: Evening, edit: Edit) -> None:
    """Every question of this theme is edited, or every one with one choice, and the bot reads its content again."""
    cut = Content(evening.folder)
    for question in cut.themes[THEME]["questions"]:
        if edit is ask_otherwise or question.get("kind", "one choice") == "one choice":
            edit(question)
    evening.client._desk._shelves.renew(read_library(cut.save()))


@pytest.mark.parametrize("edit", [turn_round, change_one, put_another])
async def test_a_press_on_a_question_that_was_changed_meanwhile_grades_nothing_and_says_so(edit: Edit, evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    ada = evening.person("Ada")
    asked = card(await quizzed(ada, evening.room()))
    renewed(evening, edit)
    said = await ada.press(asked, "A")
    assert CHANGED in said.text
    assert "You chose" not in said.text
    assert ask(evening, "SELECT count(*) FROM answers") == [(0,)]
    assert "question 1 of" in (await ada.press(card(said), "Another question")).text


async def test_a_better_explanation_is_no_change_of_the_question(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    ada = evening.person("Ada")
    asked = card(await quizzed(ada, evening.room()))
    shown = {line for line in asked.text.splitlines() if line.startswith("**A** · ")}
    renewed(evening, feedback_only)
    said = await ada.press(asked, "A")
    assert f"**You chose:** {shown.pop().removeprefix('**A** · ')}" in said.text
    assert ask(evening, "SELECT times_asked FROM answers") == [(1,)]


async def test_in_a_review_it_is_the_same(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    ada, room = evening.person("Ada"), evening.room()
    await a_quiz(evening, ada, room)
    evening.move(days=30)
    asked = await ada.command(room, "review")
    before = ask(evening, "SELECT sum(times_asked) FROM answers")
    renewed(evening, ask_otherwise)
    said = await ada.press(card(asked), next(label for label in asked.labels if label not in NO_ANSWERS))
    assert CHANGED.partition(".")[0] in said.text
    assert ask(evening, "SELECT sum(times_asked) FROM answers") == before


async def test_in_a_round_it_is_the_same(evening: Evening) -> None:
    await evening.group()
    mo, ada = evening.person("Mo"), evening.person("Ada")
    assert "has begun" in (await mo.command(evening.room(), "round start", theme=THEME, questions=3)).text
    [asked] = posts(evening, "study-room", "a round")
    renewed(evening, ask_otherwise)
    said = await ada.press(asked, asked.labels[0])
    assert "This question has just been changed" in said.text
    assert ask(evening, "SELECT count(*) FROM round_answers") == [(0,)]
    assert (await mo.press(asked, "Reveal")).failed is None


async def test_a_card_from_before_questions_had_marks_is_answered_as_ever(evening: Evening) -> None:
    await evening.group()
    ada = evening.person("Ada")
    asked: Seen = await quizzed(ada, evening.room())
    [button] = [one for one in card(asked).buttons if one.get("label") == "A"]
    press = Press.read(button["custom_id"])
    *rest, word, turn, given = press.args
    assert len(word) == 4
    old = Press(press.command, press.step, (*rest, word[:2], turn, given), press.group)
    assert "**You chose:**" in (await forge(ada, card(asked), "A", old.write())).text


async def test_a_plans_questions_begin_again_and_nothing_was_counted(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    await started(evening, in_days(evening, 1))
    [(due,)] = ask(evening, "SELECT min(due_at) FROM slots")
    evening.move(seconds=due - evening.now().timestamp() + 60)
    evening.wake()
    await until(lambda: with_label(evening, "Answer") is not None, seconds=30)
    opening = with_label(evening, "Answer")
    assert opening
    ada = evening.person("Ada")
    first = await ada.press(card(await ada.press(opening, "Answer")), "Begin")
    second = await ada.press(card(first), "A")
    assert "2 of 13" in second.text
    whole = evening.folder / "whole"
    shutil.copytree(ROOT / "content", whole)  # with its plans
    file = next(one for one in (whole / "en" / "themes").iterdir() if f"theme: {THEME}\n" in one.read_text(encoding="utf-8"))
    theme = yaml.safe_load(file.read_text(encoding="utf-8"))
    for question in theme["questions"]:
        question.get("options", []).reverse()
    file.write_text(yaml.safe_dump(theme, allow_unicode=True, sort_keys=False), encoding="utf-8")
    evening.client._desk._shelves.renew(read_library(whole))
    said = await ada.press(card(second), "A")
    assert "One of these questions was changed while you were at it" in said.text
    assert "1 of 13" in (await ada.press(card(said), "Begin again")).text
    assert not ask(evening, "SELECT * FROM measured")
