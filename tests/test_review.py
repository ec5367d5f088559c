"""``/review`` by the front door: what comes back when, over weeks and a restart, and that the same press twice is one answer."""

from __future__ import annotations

import pytest
from evening import Evening, card, public
from mischief import ask, until

from bot.commands.review_ask import A_FEW
from bot.commands.review_today import A_DAY
from rehearsal.people import Person, Seen

THEME = "data-aggregation"
NO_ANSWERS = ("Guess", "Fairly", "Certain", "Not this theme today", "Skip this theme")
POSTED = "SELECT state, theme, item FROM postings WHERE kind = 'review'"


async def read_a_lesson(person: Person, room: int) -> None:
    seen = await person.command(room, "learn", theme=THEME)
    seen = await person.press(card(seen), "Next")
    assert "Noted as read" in (await person.press(card(seen), "Next")).text


async def answered(evening: Evening, person: Person, seen: Seen, *, rightly: bool = True) -> Seen:
    """The card after an answer, whatever kind of question stands on it."""
    while True:
        message = card(seen)
        first = next(label for label in message.labels if label not in NO_ANSWERS)
        if first == "Answer":
            first = message.labels[message.labels.index("Answer") + 1]
        seen = await person.press(message, first)
        if "That's right" in seen.text or "Not quite" in seen.text:
            return seen


async def a_quiz(evening: Evening, person: Person, room: int, length: int = 3) -> Seen:
    seen = await person.command(room, "quiz", theme=THEME, length=length)
    for number in range(1, length + 1):
        seen = await answered(evening, person, seen)
        seen = await person.press(card(seen), "See how it went" if number == length else "Next question")
    return seen


async def a_review(evening: Evening, person: Person, seen: Seen) -> tuple[int, Seen]:
    """All that is left of today; how many questions that were, and the card at the end."""
    asked = 0
    while "to go today" in seen.text or "the last one for today" in seen.text:
        seen = await answered(evening, person, seen)
        seen = await person.press(card(seen), card(seen).labels[0])
        asked += 1
        assert asked <= A_DAY
    return asked, seen


async def test_what_was_answered_comes_back_over_weeks_and_a_restart(evening: Evening) -> None:
    room, ada = evening.room(), evening.person("Ada")
    await evening.group()
    await evening.joined("Ada")
    assert "Nothing to review yet" in (await ada.command(room, "review")).text
    await a_quiz(evening, ada, room)
    assert "That's it for today" in (await ada.command(room, "review")).text  # nothing of today comes back today

    evening.move(days=9)
    seen = await ada.command(room, "review")
    assert seen.private
    assert "Your review for today" in seen.text
    assert "3 to go today" in seen.text
    seen = await answered(evening, ada, seen)
    assert "It comes back" in seen.text
    await evening.restart_bot()
    seen = await ada.press(card(seen), "Next question")
    assert "2 to go today" in seen.text
    asked, seen = await a_review(evening, ada, seen)
    assert asked == 2
    assert "3 questions answered today" in seen.text
    assert ask(evening, "SELECT count(*), min(times_asked), max(times_asked) FROM answers") == [(3, 2, 2)]
    assert "That's it for today" in (await ada.command(room, "review")).text

    evening.move(days=170)
    seen = await ada.command(room, "review")
    assert "3 to go today" in seen.text


async def test_new_questions_enter_after_their_lesson(evening: Evening) -> None:
    room, ada = evening.room(), evening.person("Ada")
    await evening.group()
    await evening.joined("Ada")
    await read_a_lesson(ada, room)
    seen = await ada.command(room, "review")
    assert "· new" in seen.text
    asked, seen = await a_review(evening, ada, seen)
    assert 1 <= asked <= 4
    assert ask(evening, "SELECT count(*) FROM answers WHERE asked_on IS NOT NULL AND stability > 0") == [(asked,)]


async def test_a_press_twice_out_of_order_or_from_an_old_card_is_one_answer(evening: Evening) -> None:
    room, ada = evening.room(), evening.person("Ada")
    await evening.group()
    await evening.joined("Ada")
    await a_quiz(evening, ada, room)
    evening.move(days=9)
    first, second, third = [await ada.command(room, "review") for _ in range(3)]
    assert first.text == second.text == third.text
    seen = await answered(evening, ada, first)
    kept = ask(evening, "SELECT * FROM answers ORDER BY question")
    assert "your first answer counts" in (await answered(evening, ada, second)).text
    assert ask(evening, "SELECT * FROM answers ORDER BY question") == kept
    await answered(evening, ada, await ada.press(card(seen), "Next question"))
    kept = ask(evening, "SELECT * FROM answers ORDER BY question")
    evening.move(days=30)
    await evening.restart_bot()
    assert "your first answer counts" in (await answered(evening, ada, third)).text
    assert ask(evening, "SELECT * FROM answers ORDER BY question") == kept


async def test_saying_how_sure_is_one_press_that_never_blocks(evening: Evening) -> None:
    room, ada, ben = evening.room(), evening.person("Ada"), evening.person("Ben")
    await evening.group()
    await evening.joined("Ada")
    assert "Certain" not in card(await ben.command(room, "quiz", theme=THEME)).labels  # of a guest nothing comes back
    seen = await ada.command(room, "quiz", theme=THEME, length=3)
    assert "How sure are you?" in seen.text
    question = seen.text.split("## ")[1].splitlines()[0]
    seen = await ada.press(card(seen), "Certain")
    assert "You said: certain" in seen.text
    assert "✓ Certain" in card(seen).labels
    seen = await ada.press(card(seen), "✓ Certain")
    assert "How sure are you?" in seen.text
    seen = await ada.press(card(seen), "Guess")
    seen = await ada.press(card(seen), "Certain")
    assert question in seen.text
    await evening.restart_bot()
    seen = await answered(evening, ada, seen)
    right = "That's right" in seen.text
    assert ask(evening, "SELECT was_right, misled FROM answers") == [(int(right), int(not right))]
    assert ask(evening, "SELECT stability FROM answers") == [(8296 if right else 212,)]
    assert "How sure are you?" in (await ada.press(card(seen), "Next question")).text


async def test_who_may_review(evening: Evening) -> None:
    room, ada, ben = evening.room(), evening.person("Ada"), evening.person("Ben")
    await evening.group()
    await evening.joined("Ada")
    assert "for those who joined" in (await ben.command(room, "review")).text
    assert "there is none" in (await ben.command(ben.dm(), "review")).text
    await a_quiz(evening, ada, room)
    await ada.command(room, "my-data pause")
    evening.move(days=9)
    assert "You have paused" in (await ada.command(room, "review")).text


async def test_who_agreed_to_an_older_list_is_asked_first(evening: Evening) -> None:
    room, ada = evening.room(), evening.person("Ada")
    await evening.group()
    await evening.joined("Ada")
    await a_quiz(evening, ada, room)
    ask(evening, "UPDATE learners SET consent_version = 4")
    ask(evening, "UPDATE answers SET stability = NULL, difficulty = NULL, asked_on = NULL")
    seen = await ada.command(room, "review")
    assert "the day of your latest answer" in seen.text
    assert "The list of what is kept has grown" in seen.text
    await ada.press(card(seen), "I agree")
    assert "3 to go today" in (await ada.command(room, "review")).text  # what was answered before counts as due


async def test_a_quiz_and_progress_lead_to_the_review(evening: Evening) -> None:
    room, ada = evening.room(), evening.person("Ada")
    await evening.group()
    await evening.joined("Ada")
    end = await a_quiz(evening, ada, room)
    assert "Review" not in card(end).labels
    progress = await ada.command(room, "progress")
    assert "What you would remember" in progress.text
    evening.move(days=9)
    end = await a_quiz(evening, ada, room)
    assert "3 questions, all themes mixed" in end.text
    assert "3 to go today" in (await ada.press(card(end), "Review")).text
    progress = await ada.command(room, "progress")
    assert "A review: 3 questions" in progress.text
    seen = await ada.press(card(progress), "What I remember")
    assert seen.private
    assert "in a month, without a review" in seen.text
    [picture] = card(seen).pictures
    assert picture.bytes.startswith(b"\x89PNG")
    assert "in a month" in (picture.alt or "")
    assert "3 to go today" in (await ada.press(card(seen), "Review: 3 today")).text


@pytest.mark.parametrize("channel", ["study-room"])
async def test_the_groups_review_hour_is_posted_once_and_its_button_is_private(evening: Evening, channel: str) -> None:
    room, ada, mo = evening.room(channel), evening.person("Ada"), evening.person("Mo")
    await evening.group(channel)
    await evening.joined("Ada")
    await a_quiz(evening, ada, room)
    form = await mo.command(room, "schedule add", what="review")
    assert form.form
    added = await mo.submit(form.form, {"How often": "Every week", "Days": ["Thursday"], "Hour": "19:00"})
    assert "Review hour" in (await mo.press(card(added), "Show it to me")).text
    assert "Review hour" in added.text
    assert "not used yet" not in added.text
    assert "A review hour" in (await ada.command(room, "calendar")).text
    before = len(public(ada, room))
    [(due,)] = ask(evening, "SELECT due_at FROM slots")
    evening.move(seconds=due - evening.now().timestamp() + 1)
    evening.wake()
    await until(lambda: len(public(ada, room)) > before)
    posted = public(ada, room)[-1]
    assert posted.labels == ["Review", "Join"]
    assert "Review hour" in posted.text
    seen = await ada.press(posted, "Review")
    assert seen.private
    assert "today" in seen.text  # how many are due by then, the answers before decide
    await evening.restart_bot()
    evening.wake()
    await evening.rest(0.5)
    assert sum("Review hour" in message.text for message in public(ada, room)) == 1


async def test_a_review_hour_whose_answer_was_lost_is_posted_once(evening: Evening) -> None:
    room, mo = evening.room(), evening.person("Mo")
    await evening.group()
    form = await mo.command(room, "schedule add", what="review", theme="opting-in")  # a review has no theme: it is left out
    assert form.form
    await mo.submit(form.form, {"How often": "Every week", "Days": ["Thursday"], "Hour": "19:00"})
    evening.standin.misbehave("POST", f"/channels/{room}/messages", 503, done=True)
    [(due,)] = ask(evening, "SELECT due_at FROM slots")
    evening.move(seconds=due - evening.now().timestamp() + 1)
    evening.wake()
    await until(lambda: ask(evening, "SELECT state FROM postings WHERE kind = 'review'") == [("claimed",)])
    await evening.rest(0.5)
    await evening.restart_bot()
    evening.move(seconds=25)
    await until(lambda: ask(evening, POSTED) == [("posted", "review", "hour")])
    assert sum("Review hour" in message.text for message in public(mo, room)) == 1
    assert "review hour" in (await mo.command(room, "schedule history")).text.casefold()


async def test_a_plan_with_review_hours_starts_and_shows_them(evening: Evening) -> None:
    room, mo = evening.room(), evening.person("Mo")
    await evening.group()
    seen = await mo.command(room, "plan start", plan="eight-evenings", first_day="next monday")
    assert "review hour" in seen.text
    await mo.press(card(seen), "Start it")
    assert ask(evening, "SELECT count(*), min(theme), min(item) FROM slots WHERE kind = 'review'") == [(3, "", "hour")]


async def test_a_group_sets_how_many_questions_a_day_takes(evening: Evening) -> None:
    room, mo, ada = evening.room(), evening.person("Mo"), evening.person("Ada")
    await evening.group()
    await evening.joined("Ada")
    await read_a_lesson(ada, room)
    before = await mo.command(room, "group settings", review_goal=90)
    assert "12 questions a day" in before.text
    assert "3 questions a day" in (await mo.command(room, "group settings", review_amount=3)).text
    seen = await ada.command(room, "review")
    assert "3 questions" in seen.text
    more = await ada.command(room, "review", questions=4)
    assert "4 questions" in more.text


async def test_a_wrong_question_can_be_reported_and_the_review_goes_on(evening: Evening) -> None:
    room, ada = evening.room(), evening.person("Ada")
    await evening.group()
    await evening.joined("Ada")
    await a_quiz(evening, ada, room)
    evening.move(days=9)
    seen = await answered(evening, ada, await ada.command(room, "review"))
    seen = await ada.press(card(seen), "Something wrong?")
    assert "2 to go today" in (await ada.press(card(seen), "On with the review")).text


async def test_a_theme_can_be_left_out_for_today(evening: Evening) -> None:
    room, ada = evening.room(), evening.person("Ada")
    await evening.group()
    await evening.joined("Ada")
    theme = next(one for one in evening.library.course("en").themes if one.content_note)
    seen = await ada.command(room, "quiz", theme=theme.name, length=3)
    for label in ("Next question", "Next question", "See how it went"):
        seen = await ada.press(card(await answered(evening, ada, seen)), label)
    evening.move(days=9)
    seen = await ada.command(room, "review")
    assert "Before you read on" in seen.text
    assert "Not this theme today" in card(seen).labels
    seen = await ada.press(card(seen), "Not this theme today")
    assert "to go today" not in seen.text
    assert "3 to go today" in (await ada.command(room, "review")).text  # kept nowhere


async def test_whoever_wants_more_gets_a_few_more_and_that_ends(evening: Evening) -> None:
    room, ada = evening.room(), evening.person("Ada")
    await evening.group()
    await evening.joined("Ada")
    for theme in ("data-aggregation", "opting-in", "scores"):
        seen = await ada.command(room, "quiz", theme=theme, length=8)
        while True:
            seen = await answered(evening, ada, seen)
            if "See how it went" in card(seen).labels:
                break
            seen = await ada.press(card(seen), "Next question")
    evening.move(days=9)
    asked, seen = await a_review(evening, ada, await ada.command(room, "review"))
    assert asked == A_DAY
    assert "and can wait" in seen.text
    for _ in range(2):
        asked, seen = await a_review(evening, ada, await ada.press(card(seen), "A few more"))
        assert asked == A_FEW
    assert "A few more" not in card(seen).labels
