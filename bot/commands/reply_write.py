"""*Reply without my name*: a button on a prompt. What somebody writes goes to the moderators, who may put it into the thread.

The bot keeps neither the text nor who wrote it, and says what that does not protect from. What the moderators can do with it is in
``replies.py``.
"""

from __future__ import annotations

from bot.cards import Answer, Card, Form, Text, TextField, Visit
from bot.channels import Channels
from bot.commands.again import refused, typed_again
from bot.commands.phrases import say
from bot.commands.replies_decide import waiting_card
from bot.commands.waiting import hand_over, has_something, id_of, nowhere_to_hand
from bot.library import Library
from bot.press import Press, base36
from bot.storage import Posting, Store

LONGEST = 1_500
A_DAY = 3
"""Replies of one person to one prompt."""


async def write(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """The form, if there is anywhere for it to go: nobody shall write in vain."""
    prompt = await _prompt(visit, store, channels)
    if isinstance(prompt, str):
        return say(prompt, tone="look")
    return _form(visit)


async def send(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """Hand the text to the moderators. If that can't be, the writer gets it back."""
    assert visit.group and visit.limits  # the desk sees to it: this step needs a group
    prompt = await _prompt(visit, store, channels)
    if isinstance(prompt, str):
        return _back(visit, prompt)
    text = visit.text("text") or ""
    if not has_something(text):
        return _back(visit, "There was no text in it; write a line or two.")
    if len(text) > LONGEST:
        return _back(visit, f"A reply has at most {LONGEST:,} characters, and this one has {len(text):,}; please shorten it.")
    if not visit.limits.take(visit.person, f"reply {prompt.posting_id}", A_DAY, visit.at):
        return _back(visit, f"You have sent {A_DAY} replies to this prompt today, which is the most; please wait until tomorrow.")
    trouble = await hand_over(visit, "reply", waiting_card(prompt, text), store, channels)
    if trouble:
        visit.limits.give_back(visit.person, f"reply {prompt.posting_id}", visit.at)
        return _back(visit, trouble)
    return say(
        f"It is with the moderators now. If they accept it, it appears in <#{prompt.thread_id}> as from *someone in the group*.",
        "-# I can't tell you what they decide, since I don't keep who wrote it.",
        tone="good",
    )


async def try_again(visit: Visit, library: Library, store: Store) -> Form:
    """The form with the text that came back."""
    return typed_again(_form(visit), visit.on_card)


def _form(visit: Visit) -> Form:
    assert visit.group
    return Form(
        "Reply without my name",
        Press("reply", "send", (base36(_number(visit)),), visit.group.group_id),
        (TextField("text", "Your reply", longest=LONGEST, long=True),),
        Text(
            "**Who reads it:** the moderators first. If they accept it, everyone in the thread, as from *someone in the group*.\n"
            "**Who may know that it is you:** Discord itself knows who sends it. Your style can give you away, and so can "
            "the moment, or something that only you know.\n"
            "**What I keep:** neither the text nor who wrote it."
        ),
    )


def _back(visit: Visit, why: str) -> Card:
    # Its number alone, read anew: what a forged press brings beside it could be too long for this one.
    again = Press("reply", "try-again", (base36(_number(visit)),), visit.press.group)
    return refused(_form(visit), visit.given, f"{why}\n-# Nothing was handed on. This is what you wrote:", again)


async def _prompt(visit: Visit, store: Store, channels: Channels) -> Posting | str:
    """The prompt that the reply is to, or one sentence why there can't be one."""
    assert visit.group
    posting = await store.posting(_number(visit))
    if posting is None or posting.group_id != visit.group.group_id or posting.kind != "prompt":
        return "I don't know this prompt any more; you can still write in its thread under your own name."
    if not visit.group.replies:
        return "Replies without a name are switched off in this group; you can write in the thread under your own name."
    if not posting.replies:
        return "Moderators have switched replies without a name off for this prompt; you can write under your own name."
    if posting.state != "posted" or posting.thread_id is None:
        return "This prompt has no thread that I could reply in; if it was posted just now, press again in a moment."
    return nowhere_to_hand(visit.group, channels) or posting


def _number(visit: Visit) -> int:
    return id_of(visit.press.args[0] if visit.press.args else "")
