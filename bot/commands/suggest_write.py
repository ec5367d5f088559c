"""``/suggest``: anyone proposes a discussion prompt for the group. It goes to the moderators, without its author.

What the moderators can do with it is in ``suggestions.py``.
"""

from __future__ import annotations

from bot.cards import Answer, Card, Form, Text, TextField, Visit
from bot.channels import Channels
from bot.commands.again import refused, typed_again
from bot.commands.phrases import say
from bot.commands.suggestions_decide import LONGEST_TEXT, LONGEST_TITLE, tidy, waiting_card
from bot.commands.waiting import hand_over, has_something, nowhere_to_hand
from bot.library import Library
from bot.press import Press
from bot.storage import Store

A_DAY = 3
"""Suggestions of one person to one group."""


async def suggest(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """The form, if there is anywhere for it to go: nobody shall write in vain."""
    assert visit.group  # the desk sees to it: this step needs a group
    trouble = nowhere_to_hand(visit.group, channels)
    if trouble:
        return say(f"A suggestion goes to the moderators. {trouble}", tone="look")
    return _form(visit)


async def send(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """Hand it to the moderators. If that can't be, the writer gets it back."""
    assert visit.group and visit.limits
    trouble = nowhere_to_hand(visit.group, channels)
    if trouble:
        return _back(visit, f"A suggestion goes to the moderators. {trouble}")
    title, text = tidy(visit.text("title")), visit.text("text") or ""
    if not has_something(title) or not has_something(text):
        return _back(visit, "A prompt needs a title and a text; please write both.")
    if len(title) > LONGEST_TITLE or len(text) > LONGEST_TEXT:
        return _back(visit, f"A title has at most {LONGEST_TITLE} characters and a text {LONGEST_TEXT:,}; please shorten them.")
    if not visit.limits.take(visit.person, f"suggest {visit.group.group_id}", A_DAY, visit.at):
        return _back(visit, f"You have made {A_DAY} suggestions today, which is the most; please wait until tomorrow.")
    trouble = await hand_over(visit, "suggestion", waiting_card(visit.group.group_id, title, text), store, channels)
    if trouble:
        visit.limits.give_back(visit.person, f"suggest {visit.group.group_id}", visit.at)
        return _back(visit, trouble)
    return say(
        f"Thank you. It is with the moderators now; if they accept it, it becomes one of the prompts of **{visit.group.name}**.",
        "-# I can't tell you what they decide, since I don't keep who wrote it.",
        tone="good",
    )


async def try_again(visit: Visit, library: Library, store: Store) -> Form:
    """The form with the texts that came back."""
    return typed_again(_form(visit), visit.on_card)


def _form(visit: Visit) -> Form:
    assert visit.group
    return Form(
        "Suggest a discussion prompt",
        Press("suggest", "send", (), visit.group.group_id),
        (
            TextField("title", "Title", longest=LONGEST_TITLE),
            TextField(
                "text",
                "What shall the group talk about?",
                help="A question that can be answered without telling anything about oneself.",
                longest=LONGEST_TEXT,
                long=True,
            ),
        ),
        Text(
            "**Who reads it:** the moderators. They may accept it, change it first, or decline it.\n"
            "**If they accept it,** it becomes a prompt of the group, kept without your name until a moderator removes it or the "
            "group is closed. Discord itself knows who sent it."
        ),
    )


def _back(visit: Visit, why: str) -> Card:
    again = Press("suggest", "try-again", (), visit.press.group or (visit.group.group_id if visit.group else None))
    return refused(_form(visit), visit.given, f"{why}\n-# Nothing was handed on. This is what you wrote:", again)
