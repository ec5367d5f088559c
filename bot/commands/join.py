"""``/join``: become a learner, after seeing exactly what will be kept."""

from __future__ import annotations

from bot.cards import Button, Card, Row, Text, Visit
from bot.commands.command import Command, Step
from bot.commands.phrases import group_id, say
from bot.kept import KEPT, KEY, NEVER, OPERATOR, VERSION, WHO_SEES, how_long
from bot.library import Library
from bot.press import Press
from bot.storage import Store


async def offer(visit: Visit, library: Library, store: Store) -> Card:
    """What will be kept, why and how long, before anything is. *Join* and *Not now* look alike."""
    assert visit.group and visit.key  # the desk sees to it: this step needs a group
    learner = await store.learner(visit.group.group_id, visit.key)
    if learner and learner.consent_version >= VERSION:
        return say(
            f"You have joined **{visit.group.name}**. `/learn` goes on where you were; "
            "`/my-data show` shows all that is kept, and `/leave` erases it."
        )
    lines = "\n".join(f"- {kept.what}, {kept.why}." for kept in KEPT)
    return Card(
        (
            Text(_opening(visit.group.name, learner is not None, how_long(visit.retention_days))),
            Text(lines),
            Text(f"**Never kept:** {NEVER}."),
            Text(f"**Who can see it:** {WHO_SEES}. {OPERATOR}."),
            Text(f"{KEY}\n\nNobody sees who joined, the moderators neither. Without joining you can read and practise everything."),
            Row(
                (
                    Button("I agree" if learner else "Join", Press("join", "yes", (str(VERSION),), group_id(visit))),
                    Button("Not now", Press("join", "no", (), group_id(visit))),
                )
            ),
            Text(f"-# List of what is kept, version {VERSION}"),
        ),
        tone="warm",
    )


async def yes(visit: Visit, library: Library, store: Store) -> Card:
    """Join, if the card that was agreed to is the list of today."""
    assert visit.group and visit.key
    if visit.press.args != (str(VERSION),):
        return await offer(visit, library, store)
    before = await store.learner(visit.group.group_id, visit.key)
    is_new = await store.join(visit.group.group_id, visit.key, consent_version=VERSION, on=visit.at.date())
    begin = Row((Button("Begin with a lesson", Press("learn", "list", (), group_id(visit)), "main"),))
    if before and before.consent_version < VERSION:
        return Card(
            (Text(f"Thank you: from now on version {VERSION} of the list holds for you. Your progress is as it was."), begin)
        )
    if not is_new:
        return Card((Text(f"You are in **{visit.group.name}** already; nothing has changed."), begin), tone="warm")
    return Card(
        (
            Text(
                f"## Welcome to {visit.group.name}\nFrom now on I remember where you are. "
                "`/my-data show` shows all that is kept about you, `/leave` erases it at once."
            ),
            begin,
        ),
        tone="good",
    )


async def no(visit: Visit, library: Library, store: Store) -> Card:
    if visit.group and visit.key and await store.learner(visit.group.group_id, visit.key):
        return say("Nothing new is kept. You stay in the group with the list that you agreed to.")
    return say("Nothing was kept. You can read and practise everything as a guest: `/learn`, `/quiz`.")


def _opening(name: str, is_learner: bool, long: str) -> str:
    if is_learner:
        return (
            f"## The list has grown\nYou are in **{name}**. Since you joined, the list of what is kept has grown. Nothing new "
            f"is kept before you agree. If you do, I keep this about you, {long}:"
        )
    return f"## Join {name}?\nIf you join, I keep this about you, {long}:"


JOIN = Command(
    "join",
    "Join the study group of this channel, after seeing what is kept.",
    first="offer",
    steps={
        "offer": Step(offer, needs_group=True),
        "yes": Step(yes, needs_group=True),
        "no": Step(no),
    },
)
