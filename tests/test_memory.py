"""What the process remembers of its database, and when it doesn't."""

from __future__ import annotations

from datetime import date, timedelta

from bot.storage.memory import Noted

DAY, KEY = date(2026, 11, 25), "a-key"


def test_a_note_stands_for_its_own_day_its_own_learner_and_ten_minutes() -> None:
    noted = Noted()
    noted.keep(1, KEY, DAY, 100.0, noted.turn)
    assert noted.stands(1, KEY, DAY, 100.0 + Noted.STANDS - 1)
    assert not noted.stands(1, KEY, DAY, 100.0 + Noted.STANDS)
    assert not noted.stands(1, KEY, DAY + timedelta(days=1), 101.0)
    assert not noted.stands(1, KEY, DAY - timedelta(days=1), 101.0)
    assert not noted.stands(2, KEY, DAY, 101.0)
    assert not noted.stands(1, "another-key", DAY, 101.0)


def test_a_publication_begins_anew_even_for_what_was_written_meanwhile() -> None:
    noted = Noted()
    before = noted.turn
    noted.keep(1, KEY, DAY, 100.0, before)
    noted.forget()
    assert not noted.stands(1, KEY, DAY, 101.0)
    noted.keep(1, "another-key", DAY, 101.0, before)  # its write was under way when the publication came
    assert not noted.stands(1, "another-key", DAY, 102.0)


def test_no_more_is_remembered_than_fits() -> None:
    noted = Noted()
    for number in range(Noted.MOST + 1):
        noted.keep(number, KEY, DAY, 100.0, noted.turn)
    assert not noted.stands(0, KEY, DAY, 101.0)
    assert noted.stands(1, KEY, DAY, 101.0)
    assert noted.stands(Noted.MOST, KEY, DAY, 101.0)
