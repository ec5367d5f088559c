"""*Reply without my name*, from the button to the thread: exact, once, decided by moderators alone, and nowhere written down."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from evening import Evening, card, public
from mischief import ask, forge, forum_posts, group_id, lines, posts, rows
from test_cards_fit import must_fit
from test_privacy import everything_kept, key_of, spellings, spellings_of_key

from bot.chat.channels import DiscordChannels
from bot.commands.others_words import as_quote, from_quote
from bot.commands.replies_decide import SOMEONE, waiting_card
from bot.commands.reply_write import LONGEST
from bot.press import Press, base36
from bot.storage import Posting, StorageBusy, Store
from rehearsal import components, permissions
from rehearsal.markdown import to_html
from rehearsal.people import Person, Seen
from rehearsal.things import Message

LIVE = re.compile(r"<(?:a|h\d|code|pre|small)\b|class=\"?(?:mention|spoiler)")


def means_nothing(shown: str) -> bool:
    """Whether Discord would show such a text as nothing but a quotation: no heading, link, mention, code or small print in it."""
    return shown.startswith(">>> ") and not LIVE.search(to_html(shown))


BUTTON = "Reply without my name"
TEXT = "I say no to all of them, and nobody minded."
WAITS = "A reply without a name"


async def begun(evening: Evening) -> Message:
    """A group in which people may reply without their name, and a prompt of it."""
    await evening.group(moderators_channel=evening.room("moderators"))
    mo = evening.person("Mo")
    assert "are changed" in (await mo.command(evening.room(), "group settings", replies="on")).text
    return await prompt(evening)


async def prompt(evening: Evening, name: str = "which-flow", title: str = "Which flow") -> Message:
    seen = await evening.person("Mo").command(evening.room(), "discuss", theme="data-aggregation", prompt=name)
    assert "is posted" in seen.text
    [message] = posts(evening, "study-room", title)
    return message


async def replied(evening: Evening, to: Message, text: str = TEXT, name: str = "Ada") -> Seen:
    person = evening.person(name)
    form = (await person.press(to, BUTTON)).form
    assert form
    return await person.submit(form, {"Your reply": text})


def waiting(evening: Evening) -> Message:
    [found] = posts(evening, "moderators", WAITS)
    return found


def in_thread(evening: Evening, to: Message) -> list[Message]:
    return public(evening.person("Ada"), to.id)


def second_moderator(evening: Evening) -> Person:
    """Somebody with Mo's own role."""
    world = evening.standin.world
    role = world.server.roles[world.server.member_named("Mo").role_ids[0]]
    return Person(evening.standin, world.add_member(world.server, "Nia", roles=[role]).id)


def waiting_cards(evening: Evening) -> list[tuple[int, str]]:
    return [(message, kind) for message, kind in ask(evening, "SELECT message_id, kind FROM waiting_cards")]


def states(evening: Evening) -> list[str]:
    return [state for (state,) in ask(evening, "SELECT state FROM postings WHERE kind = 'reply' ORDER BY posting_id")]


# ---------------------------------------------------------------- the whole way

TYPED = {
    "a plain line": TEXT,
    "markdown": "# Louder\n**bold** _thin_ ||hidden|| [a link](https://example.org) ~~gone~~\n- one\n-# small",
    "mentions": "@everyone @here <@{ada}> <@&{role}> <#{room}> </learn:1>",
    "an open code fence": "```py\nprint('never closed')\n",
    "backticks and slashes": "`one \\`two\\\\ \\*three\\*",
    "quotes": "> **Your reply:** nothing\n>>> all of it",
    "many lines": "\n\n  first\n\n\n    second\t|\r\u00a0third  \n",
    "as long as can be": "ä" * 1_499 + "🙂",
    "other scripts": "\u202eright to left\u202c مرحبا ‍👩‍👩‍👧 e\u0301",
    "a look-alike": f"{WAITS}\n{SOMEONE}",
}


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
async def test_a_reply_waits_for_the_moderators_and_then_stands_in_the_thread_as_it_was_typed(typed: str, evening: Evening) -> None:
    message = await begun(evening)
    ada = evening.person("Ada").user.id
    typed = typed.replace("{ada}", str(ada)).replace("{room}", str(evening.room()))
    typed = typed.replace("{role}", str(evening.standin.world.server.role_named("Facilitators").id))
    sent = await replied(evening, message, typed)
    assert "It is with the moderators now" in sent.text
    assert sent.private
    assert in_thread(evening, message) == []
    waits = waiting(evening)
    shown = components.texts(waits.components)[-1]
    assert from_quote(shown) == typed.strip()
    assert means_nothing(shown)
    seen = await evening.person("Mo").press(waits, "Accept")
    assert seen.edited
    assert seen.text == f"Accepted: the reply is in <#{message.id}>. Its text is removed from here."
    assert waits.labels == []
    [reply] = in_thread(evening, message)
    assert components.texts(reply.components) == [SOMEONE, as_quote(typed.strip())]
    for one in (reply, waits):
        assert one.pings == frozenset()
        assert one.metadata is None, "whose press it came from would be written above it"
    assert waiting_cards(evening) == []
    assert not lines(evening, "level=error")


async def test_the_form_says_who_will_read_it_and_what_it_does_not_protect_from(evening: Evening) -> None:
    form = (await evening.person("Ada").press(await begun(evening), BUTTON)).form
    assert form
    for said in (
        "the moderators first",
        "everyone in the thread",
        "Discord itself knows",
        "Your style can give you away",
        "neither",
    ):
        assert said in form.text


@pytest.mark.parametrize("unsure", [True, False])
def test_the_longest_card_fits(unsure: bool) -> None:
    to = Posting(2**56 - 1, 2**40 - 1, "prompt", "theme", "item", 2**63 - 1, 0, thread_id=2**63 - 1, replies=unsure)
    must_fit(waiting_card(to, "x" * LONGEST, "y" * 400, unsure=unsure))


async def test_a_reply_to_a_forum_post_comes_into_that_post(evening: Evening) -> None:
    await evening.group(channel="lounge", moderators_channel=evening.room("moderators"))
    mo, ada = evening.person("Mo"), evening.person("Ada")
    assert "is changed" in (await mo.command(evening.room("lounge"), "group edit", channel=evening.room("questions"))).text
    assert "are changed" in (await mo.command(evening.room("lounge"), "group settings", replies="on")).text
    assert "is posted" in (await mo.command(evening.room("lounge"), "discuss", theme="data-aggregation", prompt="which-flow")).text
    [thread] = [one.id for one in evening.standin.world.channels.values() if "Which flow" in one.name]
    assert forum_posts(evening, "questions", evening.standin.world.channels[thread].name) == [thread]
    await replied(evening, public(ada, thread)[0])
    assert "Accepted" in (await mo.press(waiting(evening), "Accept")).text
    assert TEXT in public(ada, thread)[-1].text


async def test_decline_takes_the_text_off_the_card_and_posts_nothing(evening: Evening) -> None:
    message = await begun(evening)
    await replied(evening, message)
    waits = waiting(evening)
    seen = await evening.person("Mo").press(waits, "Decline")
    assert seen.text == waits.text == "Declined: the reply was not posted, and its text is removed."
    assert waits.labels == []
    assert in_thread(evening, message) == []
    assert waiting_cards(evening) == []
    [(claimed,)] = ask(evening, "SELECT claimed_at FROM postings WHERE kind = 'reply'")
    assert claimed % 86_400 == 0, "of what was declined only the day is kept"


async def test_replies_can_be_switched_off_for_one_prompt_and_on_again(evening: Evening) -> None:
    message = await begun(evening)
    other = await prompt(evening, "always-harmless", "always harmless")
    await replied(evening, message)
    mo, ada, waits = evening.person("Mo"), evening.person("Ada"), waiting(evening)
    form = (await ada.press(message, BUTTON)).form
    seen = await mo.press(waits, "Replies off for this prompt")
    assert seen.edited
    assert "are **off** for this prompt now. This one still waits" in waits.text
    assert TEXT in waits.text
    refused = await ada.press(message, BUTTON)
    assert "Moderators have switched replies without a name off for this prompt" in refused.text
    assert form
    back = await ada.submit(form, {"Your reply": "too late"})
    assert "too late" in back.text
    assert (await ada.press(other, BUTTON)).form
    await mo.press(waits, "Replies on for this prompt")
    assert (await ada.press(message, BUTTON)).form
    assert "Accepted" in (await mo.press(waits, "Accept")).text
    assert [TEXT in one.text for one in in_thread(evening, message)] == [True]


async def test_replies_can_be_switched_off_for_a_prompt_that_nobody_has_replied_to(evening: Evening) -> None:
    message = await begun(evening)
    mo, ada = evening.person("Mo"), evening.person("Ada")
    listed = await mo.press(card(await mo.command(evening.room(), "group show")), "Replies for each prompt")
    assert "Which flow" in listed.text
    title = listed.text.partition("- “")[2].partition("”")[0]
    assert ": **off**" in (await mo.pick(card(listed), title)).text
    assert "switched replies without a name off" in (await ada.press(message, BUTTON)).text
    assert ": **on**" in (await mo.pick(card(listed), title)).text
    assert (await ada.press(message, BUTTON)).form


# ---------------------------------------------------------------- who may, and when not


async def test_only_moderators_decide_not_everybody_who_sees_the_card(evening: Evening) -> None:
    message = await begun(evening)
    await replied(evening, message)
    world, waits = evening.standin.world, waiting(evening)
    ada = evening.person("Ada")
    world.overwrite(evening.room("moderators"), world.server.member_named("Ada"), allow=permissions.VIEW_CHANNEL)
    before = rows(evening)
    for label in ("Accept", "Decline", "Replies off for this prompt"):
        assert "That is for moderators" in (await ada.press(waits, label)).text
    [number] = [custom_id.split(":")[-1] for custom_id in message.custom_ids if ":reply:write:" in custom_id]
    for step in ("accept", "again", "there", "leave-out", "decline", "off", "on", "switches"):
        press = Press("replies", step, (number,), group_id(evening))
        assert "That is for moderators" in (await forge(ada, message, BUTTON, press.write())).text
    assert rows(evening) == before
    assert TEXT in waits.text
    assert in_thread(evening, message) == []
    world.give_role(world.server, world.server.member_named("Ada"), world.server.role_named("Facilitators"))
    await evening.person("Mo").command(evening.room(), "group edit", facilitators=world.server.role_named("Facilitators").id)
    assert "Accepted" in (await ada.press(waits, "Accept")).text


async def test_at_most_three_replies_of_a_person_to_a_prompt_on_a_day(evening: Evening) -> None:
    message = await begun(evening)
    other = await prompt(evening, "always-harmless", "always harmless")
    for number in range(3):
        assert "with the moderators" in (await replied(evening, message, f"number {number}")).text
        await evening.person("Ada").press(message, BUTTON)  # opening the form costs nothing
    fourth = await replied(evening, message, "number four")
    assert "3 replies to this prompt today" in fourth.text
    assert "number four" in fourth.text
    assert len(posts(evening, "moderators", WAITS)) == 3
    assert "with the moderators" in (await replied(evening, message, "Ben's own", "Ben")).text
    assert "with the moderators" in (await replied(evening, other, "to another prompt")).text
    evening.standin.world.move_clock(timedelta(days=1))
    form = (await evening.person("Ada").press(card(fourth), "Try again")).form
    assert form
    assert "with the moderators" in (await evening.person("Ada").submit(form)).text
    assert "number four" in posts(evening, "moderators", WAITS)[-1].text


async def test_where_replies_are_not_offered_an_old_button_says_so(evening: Evening) -> None:
    message = await begun(evening)
    mo, ada, room = evening.person("Mo"), evening.person("Ada"), evening.room()
    await mo.command(room, "group settings", replies="off")
    assert "switched off in this group" in (await ada.press(message, BUTTON)).text
    without = await prompt(evening, "always-harmless", "always harmless")
    assert BUTTON not in without.labels
    await mo.command(room, "group settings", replies="on")
    world = evening.standin.world
    world.overwrite(evening.room("moderators"), world.server.roles[world.server.id], allow=permissions.VIEW_CHANNEL)
    assert "Everyone can view the moderators' channel" in (await ada.press(message, BUTTON)).text
    world.delete_channel(evening.room("moderators"))
    assert "I can't write in the moderators' channel" in (await ada.press(message, BUTTON)).text
    for number in ("0", "zzz", base36(2**63 - 1)):
        press = Press("reply", "write", (number,), group_id(evening))
        assert "I don't know this prompt any more" in (await forge(ada, message, BUTTON, press.write())).text


@pytest.mark.parametrize("typed", ["   \n\t ", "\u200b\u2060\u200b", "\u00a0\u3000"])
async def test_a_reply_of_nothing_is_not_handed_on(typed: str, evening: Evening) -> None:
    message = await begun(evening)
    seen = await replied(evening, message, typed)
    assert "There was no text in it" in seen.text
    assert posts(evening, "moderators", WAITS) == []
    form = (await evening.person("Ada").press(card(seen), "Try again")).form
    assert form
    assert "with the moderators" in (await evening.person("Ada").submit(form, {"Your reply": TEXT})).text


# ---------------------------------------------------------------- nothing is lost, nothing comes twice


async def test_what_can_not_be_handed_on_comes_back_to_its_writer(evening: Evening) -> None:
    message, typed = await begun(evening), "first line\n\n> **a quote**\nlast line"
    ada = evening.person("Ada")
    form = (await ada.press(message, BUTTON)).form
    world = evening.standin.world
    world.set_bot_permissions(evening.room("moderators"), allow=permissions.VIEW_CHANNEL, deny=permissions.SEND_MESSAGES)
    assert form
    back = await ada.submit(form, {"Your reply": typed})
    assert back.private
    assert typed.replace("> ", "\\> ") in back.text  # in a quotation, where a line's first sign has no meaning
    assert "tell a moderator" in back.text
    world.set_bot_permissions(evening.room("moderators"), allow=permissions.VIEW_CHANNEL)
    evening.standin.misbehave("POST", f"/channels/{evening.room('moderators')}/messages", 403)
    again = (await ada.press(card(back), "Try again")).form
    assert again
    back = await ada.submit(again)
    assert "I could not hand it to the moderators" in back.text
    again = (await ada.press(card(back), "Try again")).form
    assert again
    assert "with the moderators" in (await ada.submit(again)).text
    assert from_quote(components.texts(waiting(evening).components)[-1]) == typed


async def test_a_card_of_which_no_row_can_be_kept_is_emptied_and_the_writer_gets_the_text_back(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await begun(evening)

    async def locked(*_: object) -> bool:
        raise StorageBusy

    with monkeypatch.context() as trouble:
        trouble.setattr(Store, "add_waiting_card", locked)
        back = await replied(evening, message)
    assert TEXT in back.text
    assert "Try again" in back.labels
    assert posts(evening, "moderators", TEXT) == []
    assert posts(evening, "moderators", "its writer was asked to try again")


async def test_a_card_of_which_only_discords_answer_is_lost_is_handed_over_once_and_known(evening: Evening) -> None:
    message = await begun(evening)
    evening.standin.misbehave("POST", f"/channels/{evening.room('moderators')}/messages", 503, done=True)
    assert "with the moderators" in (await replied(evening, message)).text
    assert waiting_cards(evening) == [(waiting(evening).id, "reply")]


async def test_two_moderators_who_accept_at_once_post_it_once(evening: Evening) -> None:
    message = await begun(evening)
    await replied(evening, message)
    waits, nia = waiting(evening), second_moderator(evening)
    seen = await asyncio.gather(evening.person("Mo").press(waits, "Accept"), nia.press(waits, "Accept"))
    assert all(one.failed is None for one in seen)
    assert "Accepted" in waits.text
    assert len(in_thread(evening, message)) == 1
    assert states(evening) == ["posted"]


@pytest.mark.parametrize("first", ["Accept", "Decline"])
async def test_of_an_accept_and_a_decline_at_once_one_holds(first: str, evening: Evening) -> None:
    message = await begun(evening)
    await replied(evening, message)
    waits, nia = waiting(evening), second_moderator(evening)
    second = "Decline" if first == "Accept" else "Accept"
    seen = await asyncio.gather(evening.person("Mo").press(waits, first), nia.press(waits, second))
    assert all(one.failed is None for one in seen)
    assert len(in_thread(evening, message)) == ("Accepted" in waits.text)
    assert ("Declined" in waits.text) is (states(evening) == ["skipped"])
    assert TEXT not in waits.text


async def test_an_open_form_and_a_waiting_card_survive_a_restart(evening: Evening) -> None:
    message = await begun(evening)
    ada = evening.person("Ada")
    form = (await ada.press(message, BUTTON)).form
    await evening.restart_bot()
    assert form
    assert "with the moderators" in (await ada.submit(form, {"Your reply": TEXT})).text
    await evening.restart_bot()
    assert "Accepted" in (await evening.person("Mo").press(waiting(evening), "Accept")).text
    assert [TEXT in one.text for one in in_thread(evening, message)] == [True]


async def died_while_posting(evening: Evening, monkeypatch: pytest.MonkeyPatch, *, was_sent: bool) -> Message:
    """The waiting card of a reply whose Accept was pressed; then the bot was gone, and started again."""

    async def die(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as death:
        if was_sent:
            death.setattr(Store, "posted", die)
        else:
            death.setattr(DiscordChannels, "post_in_thread", die)
        await evening.person("Mo").press(waiting(evening), "Accept")
    assert "claimed" in states(evening)
    await evening.restart_bot()
    return waiting(evening)


@pytest.mark.parametrize("was_sent", [True, False])
async def test_after_a_crash_the_next_accept_soon_finishes_it_and_posts_it_once(
    was_sent: bool, evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await begun(evening)
    await replied(evening, message)
    waits = await died_while_posting(evening, monkeypatch, was_sent=was_sent)
    assert len(in_thread(evening, message)) == was_sent
    assert "Accepted" in (await evening.person("Mo").press(waits, "Accept")).text
    assert [TEXT in one.text for one in in_thread(evening, message)] == [True]
    assert states(evening) == ["posted"]
    assert waiting_cards(evening) == []


@pytest.mark.parametrize(
    ("was_sent", "choice", "there", "state"),
    [
        (True, "It is there", 1, "posted"),
        (False, "Post it again", 1, "posted"),
        (False, "Leave it out", 0, "skipped"),
    ],
)
@pytest.mark.parametrize("pressed", ["Accept", "Decline"])
async def test_long_after_a_crash_a_moderator_is_asked_to_look(
    was_sent: bool, choice: str, there: int, state: str, pressed: str, evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await begun(evening)
    await replied(evening, message)
    waits = await died_while_posting(evening, monkeypatch, was_sent=was_sent)
    evening.standin.world.move_clock(timedelta(minutes=10))
    mo = evening.person("Mo")
    asked = await mo.press(waits, pressed)
    assert asked.edited
    assert f"I can't tell whether it is in <#{message.id}> already" in waits.text
    assert TEXT in waits.text
    assert len(waiting_cards(evening)) == 1, "a card that still has its text is still taken care of"
    await mo.press(waits, choice)
    assert TEXT not in waits.text
    assert waits.labels == []
    assert len(in_thread(evening, message)) == there
    assert states(evening) == [state]
    assert waiting_cards(evening) == []


async def test_a_reply_of_which_only_discords_answer_is_lost_stands_there_once(evening: Evening) -> None:
    message = await begun(evening)
    await replied(evening, message)
    evening.standin.misbehave("POST", f"/channels/{message.id}/messages", 503, done=True)
    mo, waits = evening.person("Mo"), waiting(evening)
    assert "Discord did not answer" in (await mo.press(waits, "Accept")).text
    assert TEXT in waits.text
    await mo.press(waits, "Post it again")  # soon enough for Discord to recognise it
    assert "Accepted" in waits.text
    assert len(in_thread(evening, message)) == 1


async def test_a_slow_discord_does_not_keep_the_card_from_changing(evening: Evening) -> None:
    message = await begun(evening)
    await replied(evening, message)
    evening.standin.misbehave("POST", f"/channels/{message.id}/messages", 500, 2)  # the library waits and tries again
    waits = waiting(evening)
    seen = await evening.person("Mo").press(waits, "Accept")
    assert seen.failed is None
    assert len(in_thread(evening, message)) == 1
    assert "Accepted" in waits.text
    assert TEXT not in waits.text
    assert waits.labels == []


async def test_a_late_press_on_a_card_that_waits_again_takes_nothing_from_it(evening: Evening) -> None:
    message = await begun(evening)
    await replied(evening, message)
    evening.standin.misbehave("POST", f"/channels/{message.id}/messages", 503)
    mo, waits = evening.person("Mo"), waiting(evening)
    await mo.press(waits, "Accept")
    [again] = [one["custom_id"] for one in waits.buttons if one["label"] == "Post it again"]
    evening.standin.misbehave("POST", f"/channels/{message.id}/messages", 403)
    await mo.press(waits, again)
    assert "It is not in the thread; you can accept it again" in waits.text
    assert states(evening) == ["failed"]
    seen = await forge(mo, waits, "Decline", again)  # a second moderator had still seen the button
    assert "Accepted" in seen.text
    assert [TEXT in one.text for one in in_thread(evening, message)] == [True]


@pytest.mark.parametrize("trouble", ["locked", "gone", "no right"])
async def test_a_thread_that_can_not_be_written_in_keeps_the_card_and_says_why(trouble: str, evening: Evening) -> None:
    message = await begun(evening)
    await replied(evening, message)
    world, mo, waits = evening.standin.world, evening.person("Mo"), waiting(evening)
    thread = world.channels[message.id]
    if trouble == "locked":
        thread.locked = thread.archived = True
        world.channel_changed(thread)
    elif trouble == "no right":
        world.set_bot_permissions(evening.room(), deny=permissions.SEND_IN_THREADS)
    else:
        world.delete_channel(thread)
    seen = await mo.press(waits, "Accept")
    assert seen.edited
    assert "It is not in the thread; you can accept it again" in waits.text
    assert from_quote(components.texts(waits.components)[-1]) == TEXT
    assert "Accept" in waits.labels
    assert states(evening) == ["failed"]
    if trouble == "gone":
        assert "The thread is gone" in waits.text
        assert "Declined" in (await mo.press(waits, "Decline")).text
        assert states(evening) == ["skipped"]
        return
    if trouble == "locked":
        assert "is locked. Unlock it" in waits.text
    thread.locked = False
    world.channel_changed(thread)
    world.set_bot_permissions(evening.room())
    assert "Accepted" in (await mo.press(waits, "Accept")).text
    assert len(in_thread(evening, message)) == 1


# ---------------------------------------------------------------- neither text nor author


async def test_neither_the_text_nor_who_wrote_it_is_in_any_file_or_in_the_log(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await begun(evening)
    texts = ["the heron at the mill pond", "eleven yellow umbrellas", "a quince under the stairs", "what the ferryman owed"]
    await replied(evening, message, texts[0])
    mo = evening.person("Mo")
    await mo.press(waiting(evening), "Accept")
    await replied(evening, message, texts[1])
    await died_while_posting(evening, monkeypatch, was_sent=True)
    evening.standin.world.move_clock(timedelta(minutes=10))
    await mo.press(waiting(evening), "Accept")
    await mo.press(waiting(evening), "Post it again")
    await replied(evening, message, texts[2])
    evening.standin.misbehave("POST", f"/channels/{evening.room('moderators')}/messages", 400)
    await replied(evening, message, texts[3], "Ben")
    ada, ben = evening.person("Ada"), evening.person("Ben")
    for name, content in everything_kept(evening).items():
        for text in texts:
            assert text.encode() not in content, name
            assert text.split()[-1].encode() not in content, name
        for person in (ada, ben):
            assert not any(spelling in content for spelling in spellings(person.user.id)), name
            key = key_of(evening, person, group_id(evening))
            assert not any(spelling in content for spelling in spellings_of_key(key)), name
    assert ask(evening, "SELECT * FROM learners") == []
