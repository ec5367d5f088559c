"""What goes wrong in the middle of a round: rights, channels, secrets and backups. Nobody is left without a sentence, no confirmed
answer is lost, and the channel is never stuck."""

from __future__ import annotations

import argparse
import asyncio
import os
from pathlib import Path

import pytest
from engines import DAY
from evening import Evening
from mischief import ask, database, posts, until
from msgspec.structs import replace
from test_round import THEME, begun, content, crowd, evening, round_card
from test_rounds import QUESTION, counts_of, second_store
from test_rounds import begun as begun_round

from bot.commands.round_play import reveal
from bot.commands.round_words import outcome
from bot.operator import backup as words
from bot.secret_file import secret_of
from bot.storage import Store, back_up, rotate_secret
from rehearsal import permissions

__all__ = ["content", "evening", "second_store"]

SECOND = "another secret of the rehearsal, long enough"


async def test_rights_lost_in_the_middle_end_the_round_and_the_moderators_hear_why(evening: Evening) -> None:
    await evening.group(moderators_channel="moderators")
    mo, room = evening.person("Mo"), evening.room()
    await mo.command(room, "round start", theme=THEME, questions=3)
    message = round_card(evening)
    people = crowd(evening, 6)
    evening.standin.world.set_bot_permissions(room, deny=permissions.VIEW_CHANNEL)
    for person in people[:5]:
        assert "Your answer counts" in (await person.press(message, "A")).text  # an answer needs no right of the bot's
    await until(lambda: posts(evening, "moderators", "The round in", "has ended"))
    assert not ask(evening, "SELECT * FROM rounds") and not ask(evening, "SELECT * FROM round_answers")
    assert "That round is over" in (await people[5].press(message, "A")).text
    assert "That round is over" in (await mo.press(message, "Reveal")).text
    refused = await mo.command(evening.room("moderators"), "round start", theme=THEME, questions=4)
    assert "View Channel" in refused.text or "can't see it" in refused.text
    assert not ask(evening, "SELECT * FROM rounds"), "what can't be posted doesn't hold the channel"
    evening.standin.world.set_bot_permissions(room)
    assert "has begun" in (await mo.command(room, "round start", theme=THEME, questions=5)).text


async def test_a_channel_that_is_deleted_takes_its_round_along(evening: Evening) -> None:
    await evening.group(moderators_channel="moderators")
    mo = evening.person("Mo")
    await mo.command(evening.room(), "round start", theme=THEME, questions=3)
    evening.standin.world.delete_channel(evening.room())
    stopped = await mo.command(evening.room("moderators"), "round stop")
    assert "The round is stopped" in stopped.text
    assert not ask(evening, "SELECT * FROM rounds")
    assert "No round is running" in (await mo.command(evening.room("moderators"), "round stop")).text


async def test_stop_finds_a_round_in_the_home_that_the_group_had_before(evening: Evening) -> None:
    message = await begun(evening)
    mo = evening.person("Mo")
    ask(evening, "UPDATE study_groups SET home_channel = ?", evening.room("moderators"))
    await evening.restart_bot()
    assert "The round is stopped" in (await mo.command(evening.room("moderators"), "round stop")).text
    assert "We have played" in message.text or "The round is over" in message.text


async def test_a_round_that_nobody_touches_ends_after_an_hour_whatever_it_was_at(evening: Evening) -> None:
    message = await begun(evening)
    for person in crowd(evening, 5):
        await person.press(message, "A")
    await evening.person("Mo").press(message, "Reveal")
    evening.move(minutes=61)
    await until(lambda: "We knew" in message.text and not ask(evening, "SELECT * FROM rounds"))
    assert "has begun" in (await evening.person("Mo").command(evening.room(), "round start", theme=THEME, questions=4)).text


async def test_a_new_secret_in_the_middle_of_a_round_keeps_everybodys_answer_theirs(evening: Evening) -> None:
    message = await begun(evening)
    guests = crowd(evening, 6)
    for person in guests:
        await person.press(message, "A")
    before = ask(evening, "SELECT code FROM round_answers")
    url, first = evening.settings.database_url, secret_of(evening.settings)
    evening.settings = replace(evening.settings, learner_secret_newer=(SECOND,))
    newer = secret_of(evening.settings)
    await evening.stop_bot()
    await rotate_secret(url, first.mark, newer.until(2))
    await evening.start_bot()
    assert not set(before) & set(ask(evening, "SELECT code FROM round_answers"))
    assert "Your answer counts" in (await guests[0].press(message, "A")).text
    assert "Changed" in (await guests[1].press(message, "B")).text
    assert len(ask(evening, "SELECT * FROM round_answers")) == 6, "nobody is taken for somebody else"
    assert "nearly all of us" in (await evening.person("Mo").press(message, "Reveal")).text


async def test_a_restore_drops_what_was_being_played_and_says_so(
    evening: Evening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    message = await begun(evening)
    [guest] = crowd(evening, 1)
    await guest.press(message, "A")
    file = tmp_path / "one.backup"
    await asyncio.to_thread(back_up, evening.settings.database_url, file, DAY)
    await evening.stop_bot()
    for name in [one for one in os.environ if one in ("LEARNER_SECRET", "LEARNER_SECRET_NEWER", "SECRET_DIR")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATABASE_URL", evening.settings.database_url)
    monkeypatch.setenv("LEARNER_SECRET", str(evening.settings.learner_secret))
    monkeypatch.chdir(tmp_path)
    assert await asyncio.to_thread(words.restore, argparse.Namespace(file=file, yes=True)) == 0
    assert "1 live round had been running" in capsys.readouterr().out
    assert not ask(evening, "SELECT * FROM rounds") and not ask(evening, "SELECT * FROM round_answers")
    await evening.start_bot()
    assert "That round is over" in (await guest.press(message, "A")).text
    evening.move(minutes=2)
    assert "has begun" in (await evening.person("Mo").command(evening.room(), "round start", theme=THEME, questions=3)).text
    assert database(evening).exists()


async def test_two_who_reveal_at_once_reveal_once_with_every_answer_in_it(store: Store, second_store: Store) -> None:
    """Two moderators in two processes, neither of whom knows of the other."""
    from at_the_desk import GROUP, LIBRARY

    one = await begun_round(store, theme=LIBRARY.course("en").themes[0].name, questions=(QUESTION.number, 2, 3))
    for number, (chosen, many) in enumerate(counts_of([2, 6, 1, 0]).items()):
        for place in range(many):
            await store.answer_round(one, f"person {number} {place}", chosen)
    revealed = await asyncio.gather(*(reveal(one, GROUP, LIBRARY, which, 101) for which in (store, second_store) * 4))
    told = {after.told for after in revealed if after}
    assert len(told) == 1
    [(words_told,)] = told
    assert len(words_told) == 1 + len(QUESTION.options)
    assert outcome(QUESTION.grade("0"))
    now = await store.round(one.round_id)
    assert now and now.is_revealed and now.told == (words_told,)
    assert await store.chosen_in_round(now) == {}
