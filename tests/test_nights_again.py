"""What random nights found, each once more without any chance: two ways to post twice, and one to post a day late.

Here the bot's clock can be wrong while Discord's is right: it goes by that when it forgets a nonce.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from evening import Evening
from mischief import calls, locked, posts, until
from test_poster import plan, prompts
from test_trouble_posting import PROMPT, discuss, states

from bot.poster import recovery


class Wrong:
    """How far the bot's clock is ahead."""

    def __init__(self, evening: Evening) -> None:
        self.evening, self.ahead = evening, timedelta(0)

    def now(self) -> datetime:
        return self.evening.standin.world.clock() + self.ahead

    def be(self, **ahead: float) -> None:
        self.ahead = timedelta(**ahead)
        self.evening.wake()


@pytest.fixture
async def clock(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> Wrong:
    """The bot started anew, by a clock that the test can put wrong."""
    wrong = Wrong(evening)
    monkeypatch.setattr(evening, "now", wrong.now)
    await evening.group(moderators_channel=evening.room("moderators"))
    await evening.restart_bot()
    return wrong


def to_home(evening: Evening) -> str:
    return f"/channels/{evening.room()}/messages"


async def test_what_may_be_there_is_not_put_off_until_discord_has_forgotten_its_nonce(evening: Evening) -> None:
    """Its answer is lost, and the look at it is refused for the moment."""
    await evening.group(moderators_channel=evening.room("moderators"))
    evening.standin.misbehave("POST", to_home(evening), 503, done=True)
    await discuss(evening)
    before = calls(evening, "POST", to_home(evening))
    evening.standin.misbehave("POST", to_home(evening), 429, retry_after=600)
    evening.move(seconds=recovery.STILL_UNDER_WAY.total_seconds() + 5)
    await until(lambda: calls(evening, "POST", to_home(evening)) > before, 10)
    evening.move(minutes=11)  # as long as a refusal is put off, and longer than Discord knows the nonce
    told = "I can't tell whether it is in"
    await until(lambda: posts(evening, "moderators", told) or states(evening) == ["posted"], 10)
    await evening.rest(0.3)
    assert len(posts(evening, "study-room", PROMPT)) == 1


async def test_what_was_begun_by_a_clock_that_was_ahead_is_not_sent_again_when_that_hour_has_come(
    evening: Evening, clock: Wrong
) -> None:
    clock.be(hours=1)
    evening.standin.misbehave("POST", to_home(evening), 503, done=True)
    await plan(evening)
    await until(lambda: len(prompts(evening)) == 1, 10)
    assert states(evening) == ["claimed"]
    clock.be(hours=0)
    await until(lambda: states(evening) != ["claimed"] or posts(evening, "moderators"), 10)
    evening.move(hours=1, seconds=recovery.STILL_UNDER_WAY.total_seconds() + 5)
    await evening.rest(1.5)
    assert len(prompts(evening)) == 1
    assert posts(evening, "moderators", "I can't tell whether it is in")


async def test_nor_if_the_database_was_locked_until_then(evening: Evening, clock: Wrong) -> None:
    """What is to be noted about it is refused or waits, and the clock comes round to the minute in which it was begun."""
    clock.be(hours=1)
    evening.standin.misbehave("POST", to_home(evening), 503, done=True)
    await plan(evening)
    await until(lambda: len(prompts(evening)) == 1, 10)
    with locked(evening):
        clock.be(hours=0)
        await evening.rest(0.5)
        evening.move(hours=1, seconds=recovery.STILL_UNDER_WAY.total_seconds() + 5)
        await evening.rest(0.5)
    await until(lambda: posts(evening, "moderators", "I can't tell whether it is in"), 15)
    assert len(prompts(evening)) == 1


async def test_what_was_put_off_by_a_clock_that_was_a_day_ahead_comes_when_that_is_put_right(
    evening: Evening, clock: Wrong
) -> None:
    clock.be(days=1)
    evening.standin.misbehave("POST", to_home(evening), 429, retry_after=600)
    await plan(evening)
    await until(lambda: states(evening) == ["waiting"], 10)
    clock.be(days=0)
    await until(lambda: states(evening) == ["posted"], 10)
    assert len(prompts(evening)) == 1
