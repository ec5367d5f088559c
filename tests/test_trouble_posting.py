"""What can go wrong when the bot speaks in public: lost channels, lost rights, Discord's refusals, a crash in between.

Each time: what the moderator is told, and that every post stands there once, or not at all.
"""

from __future__ import annotations

import time
from typing import Any

import pytest
from evening import Evening, card, public, quizzed
from mischief import ask, forum_posts, lines, posts, rows, until

from bot.press import base36
from bot.storage import Posting, open_store
from rehearsal import permissions
from rehearsal.people import Seen
from rehearsal.things import Tag

PROMPT = "Which flow"


async def group_in_forum(evening: Evening, **options: object) -> Seen:
    """Commands can't be typed in a forum itself, so the home is named."""
    return await evening.person("Mo").command(
        evening.room("lounge"), "group create",
        name="Thursday readers", time_zone="utc", language="en", channel=evening.room("questions"), **options,
    )  # fmt: skip


async def discuss(evening: Evening, prompt: str = "which-flow", channel: str = "study-room") -> Seen:
    return await evening.person("Mo").command(evening.room(channel), "discuss", theme="data-aggregation", prompt=prompt)


def states(evening: Evening) -> list[str]:
    """The states of all prompts' postings, oldest first."""
    return [state for (state,) in ask(evening, "SELECT state FROM postings WHERE kind = 'prompt' ORDER BY claimed_at, posting_id")]


# ---------------------------------------------------------------- homes


@pytest.mark.parametrize("channel", ["study-room", "announcements"])
async def test_a_group_begins_in_a_text_or_announcement_channel_and_discusses_there(channel: str, evening: Evening) -> None:
    assert "The group is there" in (await evening.group(channel)).text
    [welcome] = public(evening.person("Ada"), evening.room(channel))
    assert welcome.labels == ["Start", "Join", "About"]
    assert "is posted" in (await discuss(evening, channel=channel)).text
    [prompt] = posts(evening, channel, PROMPT)
    assert evening.standin.world.channels[prompt.id].parent_id == evening.room(channel)


async def test_a_group_begins_in_a_forum_and_discusses_in_a_post_of_its_own(evening: Evening) -> None:
    assert "The group is there" in (await group_in_forum(evening)).text
    [welcome] = forum_posts(evening, "questions", "Welcome to Thursday readers")
    ada = evening.person("Ada")
    [first] = public(ada, welcome)
    assert "What would you like to read about?" in (await ada.press(first, "Start")).text
    said = await evening.person("Mo").command(welcome, "discuss", theme="data-aggregation", prompt="which-flow")
    assert "is posted" in said.text
    [prompt] = [one.id for one in evening.standin.world.channels.values() if PROMPT in one.name]
    assert "page 1 of 3" in (await ada.press(public(ada, prompt)[0], "Read the lesson")).text


async def test_a_group_begins_in_the_channel_of_the_thread_in_which_the_command_was_typed(evening: Evening) -> None:
    world = evening.standin.world
    thread = world.add_thread(world.server.channel_named("study-room"), "a talk", world.server.owner_id)
    seen = await evening.person("Mo").command(thread.id, "group create", name="Readers", time_zone="utc", language="en")
    assert "The group is there" in seen.text
    assert ask(evening, "SELECT home_channel FROM study_groups") == [(evening.room(),)]


async def test_a_forum_that_requires_a_tag_gets_one_that_the_bot_may_give(evening: Evening) -> None:
    world = evening.standin.world
    forum = world.server.channel_named("questions")
    forum.requires_tag = True
    forum.tags = [Tag(world.new_id(), "official", moderated=True), Tag(world.new_id(), "talk")]
    world.channel_changed(forum)
    assert "The group is there" in (await group_in_forum(evening)).text
    [welcome] = forum_posts(evening, "questions", "Welcome to Thursday readers")
    assert world.channels[welcome].tag_ids == [forum.tags[1].id]


async def test_a_forum_whose_tags_are_all_the_moderators_is_named_and_the_card_can_be_posted_later(evening: Evening) -> None:
    world = evening.standin.world
    forum = world.server.channel_named("questions")
    forum.requires_tag = True
    forum.tags = [Tag(world.new_id(), "official", moderated=True)]
    world.channel_changed(forum)
    seen = await group_in_forum(evening)
    assert "asks for a tag that only moderators may give. Offer an open tag there" in seen.text
    assert rows(evening)["study_groups"] == 1
    forum.tags.append(Tag(world.new_id(), "talk"))
    world.channel_changed(forum)
    assert "The welcome card is in" in (await evening.person("Mo").press(card(seen), "Post the welcome card")).text
    assert len(forum_posts(evening, "questions", "Welcome to Thursday readers")) == 1


async def test_two_groups_can_not_share_a_home(evening: Evening) -> None:
    await evening.group()
    assert "home of another group" in (await evening.group(name="Others")).text
    assert rows(evening)["study_groups"] == 1


# ---------------------------------------------------------------- lost homes and lost rights


async def test_a_deleted_home_is_told_to_the_moderators_and_mended_by_editing(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    await evening.joined("Ada")
    world, mo, lounge = evening.standin.world, evening.person("Mo"), evening.room("lounge")
    before = rows(evening)
    world.delete_channel(evening.room())
    await until(lambda: posts(evening, "moderators"))
    [told] = posts(evening, "moderators")
    assert "The home channel of **Thursday readers** was deleted" in told.text
    assert "`/group edit` gives the group another home" in told.text
    refused = await mo.command(lounge, "discuss", theme="data-aggregation", prompt="which-flow")
    assert "is gone, or I can't see it. `/group edit` gives the group another home" in refused.text
    assert rows(evening)["learners"] == before["learners"] == 1
    mended = await mo.command(lounge, "group edit", channel=lounge)
    assert "is changed" in mended.text
    again = await mo.command(lounge, "discuss", theme="data-aggregation", prompt="which-flow")
    assert "is posted" in again.text
    assert len(posts(evening, "lounge", PROMPT)) == 1


async def test_a_home_deleted_without_a_moderators_channel_is_told_to_whoever_posts(evening: Evening) -> None:
    await evening.group()
    evening.standin.world.delete_channel(evening.room())
    await until(lambda: lines(evening, "home channel gone", "moderators_told=false"))
    assert "gives the group another home" in (await discuss(evening, channel="lounge")).text


@pytest.mark.parametrize(
    ("right", "name"),
    [
        (permissions.SEND_MESSAGES, "Send Messages"),
        (permissions.VIEW_CHANNEL, "View Channel"),
        (permissions.ATTACH_FILES, "Attach Files"),
        (permissions.SEND_IN_THREADS, "Send Messages in Threads"),
        (permissions.CREATE_PUBLIC_THREADS, "Create Public Threads"),
    ],
)
async def test_a_group_is_not_begun_where_the_bot_lacks_a_right_and_the_right_is_named(
    right: int, name: str, evening: Evening
) -> None:
    world = evening.standin.world
    world.set_bot_permissions(evening.room(), deny=right)
    if right == permissions.SEND_MESSAGES:  # Discord takes this one from members with the bot's role alone
        assert not world.bot_may(evening.room()) & right
    seen = await evening.group()
    assert name in seen.text
    assert "No group was made" in seen.text
    assert rows(evening)["study_groups"] == 0
    world.set_bot_permissions(evening.room())
    assert "The group is there" in (await evening.group()).text


async def test_without_the_right_to_post_the_moderator_hears_which_one_and_it_can_be_done_again(evening: Evening) -> None:
    await evening.group()
    world = evening.standin.world
    world.set_bot_permissions(evening.room(), deny=permissions.SEND_MESSAGES)
    seen = await discuss(evening)
    assert seen.private
    assert "I could not post in" in seen.text
    assert "I lack: Send Messages" in seen.text
    assert posts(evening, "study-room", PROMPT) == []
    assert states(evening) == ["failed"]
    world.set_bot_permissions(evening.room())
    assert "is posted" in (await discuss(evening)).text
    assert len(posts(evening, "study-room", PROMPT)) == 1
    assert states(evening)[-1] == "posted"


async def test_without_the_right_to_open_threads_the_prompt_stands_and_the_moderator_hears_which_right(evening: Evening) -> None:
    await evening.group()
    evening.standin.world.set_bot_permissions(evening.room(), deny=permissions.CREATE_PUBLIC_THREADS)
    seen = await discuss(evening)
    assert "but without its thread" in seen.text
    assert "I lack: Create Public Threads" in seen.text
    [prompt] = posts(evening, "study-room", PROMPT)
    assert prompt.id not in evening.standin.world.channels
    assert states(evening) == ["posted"]


# ---------------------------------------------------------------- Discord's refusals


@pytest.mark.parametrize(
    ("status", "times", "sentence"),
    [
        (403, 1, "I could not post"),
        (404, 1, "I could not post"),
        (503, 1, "Discord did not answer. I look again in a moment"),
        (429, 5, "Discord has too much to do for me just now"),
        (429, 1, "is posted"),
        (500, 1, "is posted"),
        (500, 2, "is posted"),  # takes longer than the three seconds that Discord waits for an answer
    ],
)
async def test_a_post_that_discord_refuses_is_a_sentence_and_stands_there_once_after_another_try(
    status: int, times: int, sentence: str, evening: Evening
) -> None:
    await evening.group()
    evening.standin.misbehave("POST", f"/channels/{evening.room()}/messages", status, times)
    seen = await discuss(evening)
    assert seen.failed is None
    assert seen.private
    assert sentence in seen.text
    assert len(posts(evening, "study-room", PROMPT)) == ("is posted" in seen.text)
    assert (await discuss(evening)).failed is None
    assert len(posts(evening, "study-room", PROMPT)) == 1
    assert "claimed" not in states(evening)


@pytest.mark.parametrize("status", [500, 503])
async def test_a_post_of_which_only_the_answer_is_lost_stands_there_once(status: int, evening: Evening) -> None:
    await evening.group()
    evening.standin.misbehave("POST", f"/channels/{evening.room()}/messages", status, done=True)
    first = await discuss(evening)
    assert first.failed is None
    assert len(posts(evening, "study-room", PROMPT)) == 1
    again = await discuss(evening)
    assert again.failed is None
    assert len(posts(evening, "study-room", PROMPT)) == 1


async def test_a_thread_of_which_nobody_knows_is_looked_after_in_a_moment(evening: Evening) -> None:
    await evening.group()
    evening.standin.misbehave("POST", "/threads", 503)
    assert "I look again in a moment" in (await discuss(evening)).text
    assert "is posted" in (await discuss(evening)).text
    [prompt] = posts(evening, "study-room", PROMPT)
    assert prompt.id in evening.standin.world.channels
    assert states(evening) == ["posted"]


@pytest.mark.parametrize(("status", "opened"), [(403, False), (404, False), (429, True), (500, True)])
async def test_a_thread_that_discord_refuses_leaves_the_prompt_and_a_sentence(status: int, opened: bool, evening: Evening) -> None:
    await evening.group()
    evening.standin.misbehave("POST", "/threads", status)
    seen = await discuss(evening)
    assert seen.failed is None
    [prompt] = posts(evening, "study-room", PROMPT)
    assert (prompt.id in evening.standin.world.channels) is opened
    assert ("is posted" in seen.text) is opened
    assert ("without its thread" in seen.text) is not opened
    assert states(evening) == ["posted"]


async def test_a_thread_of_which_only_the_answer_is_lost_is_taken_for_opened(evening: Evening) -> None:
    await evening.group()
    evening.standin.misbehave("POST", "/threads", 500, done=True)
    assert "is posted" in (await discuss(evening)).text
    [prompt] = posts(evening, "study-room", PROMPT)
    assert ask(evening, "SELECT thread_id FROM postings WHERE kind = 'prompt'") == [(prompt.id,)]


@pytest.mark.parametrize(("status", "answered"), [(403, False), (404, False), (429, True), (500, True)])
async def test_an_answer_that_discord_refuses_loses_nothing(status: int, answered: bool, evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    ada = evening.person("Ada")
    asked = card(await quizzed(ada, evening.room()))
    ada.patience = 1.5
    evening.standin.misbehave("POST", "/callback", status)
    seen = await ada.press(asked, "A")
    assert (seen.failed is None) is answered
    assert ask(evening, "SELECT times_asked FROM answers") == [(1,)]
    assert len(lines(evening, "not answered")) == (not answered)
    assert not lines(evening, "level=error")
    if not answered:  # pressing again shows what was kept at the first time
        assert "your first answer counts" in (await ada.press(asked, "B")).text
    assert ask(evening, "SELECT times_asked FROM answers") == [(1,)]


# ---------------------------------------------------------------- a crash between claim and confirmation


async def crash(evening: Evening, *, seconds_ago: float, prompt: str = "which-flow", was_sent: bool = False) -> int:
    """A bot was killed after it claimed a posting: with its message sent, or not yet. It is not running now."""
    if was_sent:
        assert "is posted" in (await discuss(evening, prompt, "lounge" if _is_forum(evening) else "study-room")).text
    await evening.stop_bot()
    store = await open_store(evening.settings.database_url)
    [(group, home)] = ask(evening, "SELECT group_id, home_channel FROM study_groups")
    claimed = int(time.time() - seconds_ago)
    try:
        if was_sent:
            [(number,)] = ask(evening, "SELECT posting_id FROM postings WHERE kind = 'prompt'")
        else:
            number = 4711
            assert await store.claim(Posting(number, group, "prompt", "data-aggregation", prompt, home, claimed))
    finally:
        await store.close()
    if was_sent:
        forgotten = "state = 'claimed', message_id = NULL, thread_id = NULL, claimed_at = ?"
        ask(evening, f"UPDATE postings SET {forgotten} WHERE kind = 'prompt'", claimed)
    return int(number)


def _is_forum(evening: Evening) -> bool:
    return ask(evening, "SELECT home_kind FROM study_groups") == [("forum",)]


async def recovered(evening: Evening, outcome: str) -> None:
    await evening.start_bot()
    connection: Any = evening.client._connection
    connection.guild_ready_timeout = 0.1  # the library waits two seconds for servers that may still arrive
    await until(lambda: lines(evening, "event=recovered"))
    [line] = lines(evening, "event=recovered")
    assert outcome in line


async def test_a_post_that_was_never_sent_is_sent_once_with_its_own_nonce(evening: Evening) -> None:
    await evening.group()
    number = await crash(evening, seconds_ago=5)
    await recovered(evening, "outcome=posted")
    [prompt] = posts(evening, "study-room", PROMPT)
    assert prompt.nonce == base36(number)
    assert prompt.id in evening.standin.world.channels
    assert states(evening) == ["posted"]
    await evening.restart_bot()
    assert len(posts(evening, "study-room", PROMPT)) == 1


async def test_a_post_that_was_sent_and_not_confirmed_is_not_sent_again(evening: Evening) -> None:
    await evening.group()
    await crash(evening, seconds_ago=5, was_sent=True)
    [before] = posts(evening, "study-room", PROMPT)
    await recovered(evening, "outcome=posted")
    assert posts(evening, "study-room", PROMPT) == [before]
    assert ask(evening, "SELECT state, message_id FROM postings WHERE kind = 'prompt'") == [("posted", before.id)]


async def test_a_post_that_was_sent_and_deleted_meanwhile_is_not_sent_again(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    await crash(evening, seconds_ago=5, was_sent=True)
    evening.standin.world.delete_message(posts(evening, "study-room", PROMPT)[0])
    await recovered(evening, "outcome=")
    assert posts(evening, "study-room", PROMPT) == []
    assert "claimed" not in states(evening)
    assert all("is gone, or I can't see it" not in told.text for told in posts(evening, "moderators"))


async def test_a_post_claimed_too_long_ago_is_reported_to_the_moderators_instead(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    await crash(evening, seconds_ago=3600)
    await recovered(evening, "outcome=unsure")
    assert posts(evening, "study-room", PROMPT) == []
    await until(lambda: posts(evening, "moderators"))
    [told] = posts(evening, "moderators")
    assert "I can't tell whether" in told.text
    assert PROMPT in told.text
    assert "please ask me to post it again" in told.text
    assert states(evening) == ["failed"]


async def test_a_forum_post_that_was_never_made_is_made_once(evening: Evening) -> None:
    await group_in_forum(evening)
    await crash(evening, seconds_ago=300)
    await recovered(evening, "outcome=posted")
    assert len([one for one in evening.standin.world.channels.values() if PROMPT in one.name]) == 1
    assert states(evening) == ["posted"]


async def test_a_forum_post_that_was_made_and_not_confirmed_is_found_and_not_made_again(evening: Evening) -> None:
    await group_in_forum(evening)
    await crash(evening, seconds_ago=2, was_sent=True)
    [post] = [one.id for one in evening.standin.world.channels.values() if PROMPT in one.name]
    await recovered(evening, "was there")
    assert [one.id for one in evening.standin.world.channels.values() if PROMPT in one.name] == [post]
    assert ask(evening, "SELECT state, thread_id FROM postings WHERE kind = 'prompt'") == [("posted", post)]


async def test_a_forum_post_claimed_too_long_ago_is_reported_to_the_moderators_instead(evening: Evening) -> None:
    await group_in_forum(evening, moderators_channel=evening.room("moderators"))
    await crash(evening, seconds_ago=3 * 3600)
    await recovered(evening, "outcome=unsure")
    assert [one for one in evening.standin.world.channels.values() if PROMPT in one.name] == []
    await until(lambda: posts(evening, "moderators"))
    [told] = posts(evening, "moderators")
    assert "I can't tell whether" in told.text
    assert states(evening) == ["failed"]


async def test_a_posting_of_content_that_is_gone_is_given_up(evening: Evening) -> None:
    await evening.group()
    await crash(evening, seconds_ago=5, prompt="a-prompt-of-yesterday")
    await recovered(evening, "content gone")
    assert states(evening) == ["failed"]
