"""The library tries a call again by itself, up to five times, and tells only how the last try ended. Here an earlier one was done
all the same: nothing is posted twice, and nobody is told that it is not there."""

from __future__ import annotations

import pytest
from evening import Evening
from mischief import ask, calls, forum_posts, posts, until
from test_trouble_posting import PROMPT, discuss, group_in_forum, states

from bot.poster import recovery


async def test_what_was_posted_before_discord_sent_the_bot_away_is_not_posted_again_after_that(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    where = f"/channels/{evening.room()}/messages"
    evening.standin.misbehave("POST", where, 500, done=True)
    evening.standin.misbehave("POST", where, 429, retry_after=600)
    said = (await discuss(evening)).text
    assert "Discord did not answer. I look again in a moment" in said
    [before] = posts(evening, "study-room", PROMPT)
    assert states(evening) == ["claimed"], "put off for minutes, it would be sent again when Discord has forgotten its nonce"
    evening.move(seconds=recovery.STILL_UNDER_WAY.total_seconds() + 5)
    await until(lambda: states(evening) == ["posted"], 10)
    evening.move(minutes=15)
    await evening.rest(0.3)
    assert [one.id for one in posts(evening, "study-room", PROMPT)] == [before.id]
    assert ask(evening, "SELECT message_id FROM postings WHERE kind = 'prompt'") == [(before.id,)]


async def test_sent_away_for_longer_than_discord_knows_a_nonce_the_moderators_hear_that_nobody_can_tell(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    where = f"/channels/{evening.room()}/messages"
    evening.standin.misbehave("POST", where, 500, done=True)
    evening.standin.misbehave("POST", where, 429, times=100, retry_after=600)
    await discuss(evening)
    evening.move(minutes=3)
    await until(lambda: posts(evening, "moderators", "I can't tell whether it is in"), 10)
    evening.standin.rest.troubles.clear()
    evening.move(minutes=15)
    await evening.rest(0.3)
    assert states(evening) == ["failed"]
    assert len(posts(evening, "study-room", PROMPT)) == 1


@pytest.mark.parametrize("status", [500, 502])
async def test_a_forum_post_that_was_made_and_whose_answer_was_lost_is_not_made_again_by_the_library(
    status: int, evening: Evening
) -> None:
    """A forum's posts have no nonce: whoever tries again makes another."""
    await group_in_forum(evening)
    forum = f"/channels/{evening.room('questions')}/threads"
    evening.standin.misbehave("POST", forum, status, done=True)
    before = calls(evening, "POST", forum)
    assert "I look again in a moment" in (await discuss(evening, channel="lounge")).text
    assert calls(evening, "POST", forum) == before + 1
    evening.move(minutes=2)
    await until(lambda: states(evening) == ["posted"], 10)
    made = [one.id for one in evening.standin.world.channels.values() if PROMPT in one.name]
    assert len(made) == 1
    assert ask(evening, "SELECT thread_id FROM postings WHERE kind = 'prompt'") == [(made[0],)]
    assert len(forum_posts(evening, "questions", "Welcome to Thursday readers")) == 1


async def test_an_error_that_passes_at_once_is_no_reason_to_doubt(evening: Evening) -> None:
    await evening.group()
    evening.standin.misbehave("POST", f"/channels/{evening.room()}/messages", 500)
    assert "is posted" in (await discuss(evening)).text
    assert len(posts(evening, "study-room", PROMPT)) == 1
    assert states(evening) == ["posted"]
