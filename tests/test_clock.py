"""A clock that jumps is not the passing of time: nobody is erased by it before it has gone on for another day."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from engines import ANNA, BEN, DAY, with_learners
from evening import Evening, card
from mischief import ask, lines, rows, until

from bot.caretaker import GRACE, JUMP, Caretaker
from bot.log import start_log
from bot.storage import Store


class Servers:
    """Discord lists them all."""

    def serves(self, server: int) -> bool:
        return True

    def removed_from(self, server: int) -> bool:
        return False


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def days(number: int) -> date:
    return DAY + timedelta(days=number)


@pytest.fixture
async def worked(store: Store) -> tuple[Store, Caretaker, int]:
    """Anna was last active on the first day, Ben is as active as can be; the daily job has worked on the first day."""
    group = await with_learners(store, ANNA, BEN)
    care = Caretaker(store, Servers(), lambda: at(DAY), retention_days=180)  # type: ignore[arg-type]
    assert await care.work(at(DAY))
    return store, care, group


async def is_there(store: Store, group: int) -> bool:
    return await store.learner(group, ANNA) is not None


async def test_a_clock_that_is_far_ahead_for_an_hour_erases_nobody(worked: tuple[Store, Caretaker, int]) -> None:
    store, care, group = worked
    assert await care.work(at(days(4000)))
    assert await care.work(at(days(4000)))
    assert await care.work(at(days(1)))
    assert await is_there(store, group)


async def test_after_a_long_stop_the_first_day_waits_and_the_second_erases(worked: tuple[Store, Caretaker, int]) -> None:
    store, care, group = worked
    assert await care.work(at(days(200)))
    assert await is_there(store, group)
    assert await care.work(at(days(201)))
    assert not await is_there(store, group)


async def test_a_clock_that_is_set_back_erases_nobody_and_day_by_day_all_is_as_before(
    worked: tuple[Store, Caretaker, int],
) -> None:
    store, care, group = worked
    for number in range(0, 180, JUMP.days):
        await care.work(at(days(number)))
    for number in (-9000, -9000, 178, -9001, 180):  # a clock without a battery, put right a moment later
        assert await care.work(at(days(number)))
        assert await is_there(store, group)
    assert await care.work(at(days(181)))
    assert not await is_there(store, group)


async def test_one_doubt_does_not_confirm_another(worked: tuple[Store, Caretaker, int]) -> None:
    store, care, group = worked
    for number in (4000, 8000, 300, 6000, 299, 1, 300, 2, 301):
        assert await care.work(at(days(number)))
        assert await is_there(store, group)


async def test_a_closed_group_outlives_a_jump_too(worked: tuple[Store, Caretaker, int]) -> None:
    store, care, group = worked
    await store.close_group(group, on=DAY)
    assert await care.work(at(days(GRACE.days + 1)))
    assert await store.closed_group(group_id=group) is not None
    assert await care.work(at(days(GRACE.days + 2)))
    assert await store.closed_group(group_id=group) is None


async def test_a_jump_is_one_line_in_the_log_and_every_job_of_the_day_waits_for_the_next(store: Store) -> None:
    said, done = io.StringIO(), []
    start_log("INFO", said)

    async def other(now: datetime) -> None:
        done.append(now)

    care = Caretaker(store, Servers(), lambda: at(DAY), retention_days=180, others=(("other", other),))  # type: ignore[arg-type]
    for number in (0, 400, 400, 401):
        await care.work(at(days(number)))
    assert said.getvalue().count("clock jumped") == 1
    assert "days=400" in said.getvalue()
    assert done == [at(days(0)), at(days(401))]


async def test_a_clock_that_was_far_ahead_for_an_hour_keeps_no_group_from_its_next_summary(evening: Evening) -> None:
    """Else the day of the wrong one would stand in its way for years."""
    await evening.group()
    await until(lambda: ask(evening, "SELECT counted_on FROM study_groups WHERE counted_on IS NOT NULL"))
    counted = ask(evening, "SELECT counted_on FROM study_groups")
    evening.move(days=4000)
    await until(lambda: lines(evening, "clock jumped", "days=4000"))
    evening.move(days=-4000)
    await evening.rest(1.2)
    assert ask(evening, "SELECT counted_on FROM study_groups") == counted


async def test_the_bot_itself_waits_for_another_day(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    await until(lambda: ask(evening, "SELECT mark FROM marks WHERE name = 'daily job'"))
    evening.move(days=400)
    await until(lambda: lines(evening, "clock jumped", "days=400"))
    assert rows(evening)["learners"] == 1
    evening.move(days=-400)
    await evening.rest(1.2)
    assert rows(evening)["learners"] == 1
    assert "You have joined" in card(await evening.person("Ada").command(evening.room(), "join")).text
    evening.move(days=400)
    await evening.rest(1.2)
    evening.move(days=1)
    await until(lambda: lines(evening, "inactive learners erased", "learners=1"))
    assert rows(evening)["learners"] == 0
