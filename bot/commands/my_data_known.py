"""``/my-data what-could-be-known``: the bot as its own case study. Beside all that this bot keeps of somebody, what a bot with the
usual rights could infer in the same month. The person is made up, and no data of any member is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from bot.cards import Button, Card, Divider, Row, Text, Visit
from bot.commands.phrases import find_theme, group_id
from bot.kept import KEPT, VERSION, Kept
from bot.library import Course, Library
from bot.press import Press
from bot.storage import Store

LESSONS = (
    ("data-aggregation", "three-ordinary-facts"),
    ("data-aggregation", "four-places-four-times"),
    ("more-than-a-number", "collect-less"),
)
"""(theme, lesson): how ordinary facts point to somebody when they are joined, and what it means not to collect them."""

KEPT_OF_KIM: Mapping[str, Mapping[str, str]] = {
    "learners": {
        "joined_on": "joined on 2 March",
        "consent_version": f"agreed to version {VERSION} of the list",
        "active_on": "last here on 30 March",
        "paused": "has not paused",
        "changed": "has learnt something since the last summary",
    },
    "lessons_read": {
        "theme": "two of “Data aggregation”",
        "lesson": "“Three ordinary facts” and “Four places, four times”",
        "told": "the first is in a summary of the group",
    },
    "answers": {
        "theme": "three of “Data aggregation”",
        "question": "numbers 1, 2 and 4",
        "times_asked": "one asked twice",
        "was_right": "the latest answers right, right and not right",
        "told": "two are in a summary",
        "asked_on": "answered on 9, 9 and 23 March",
        "stability": "perhaps forgotten after 12, 12 and 2 days",
        "difficulty": "the last one seems hard for Kim",
        "misled": "who was certain of it",
    },
}
"""A made-up row of each table, column by column. What has no words here is said in the list's own, so that nothing is left out."""


class Inferred(Struct, frozen=True):
    what: str
    seen: str
    concluded: str


INFERRED = (
    Inferred(
        "Hours awake",
        "213 messages, none from 23:40 to 06:50, at weekends none before 9:00.",
        "When Kim sleeps, and works.",
    ),
    Inferred("Who talks with whom", "61 replies to the same two people, 4 to all others.", "Who Kim's friends are, and who isn't."),
    Inferred("Mood", "Shorter messages and fewer smileys since the 3rd.", "“Sad”: a guess, often wrong, stored like a fact."),
    Inferred("Home region", "“Snow again”, a local holiday, a late bus, the hours above.", "A handful of towns."),
)
"""About Kim, who does not exist."""


async def what_could_be_known(visit: Visit, library: Library, store: Store) -> Card:
    kept = "\n".join(f"- **{one.title}:** {_of_kim(one)}" for one in KEPT)
    inferred = "\n".join(f"- **{one.what}.** {one.seen} → *{one.concluded}*" for one in INFERRED)
    return Card(
        (
            Text(
                "## What could be known about Kim\nKim does not exist, and each number here is made up. Nobody's data was "
                "looked at: this card is the same for everyone."
            ),
            Text(f"**All that this bot has of Kim after a month**\n{kept}\n\nNo name, no word that Kim wrote, no time of day."),
            Divider(),
            Text(
                f"**What a bot with the right to read messages could work out in that month**\n{inferred}\n\n"
                "Kim was asked none of it, and nothing that was seen is a secret by itself."
            ),
            Divider(),
            Text(
                "This bot has not asked for that right. It sees what you give it by a command or a button, and keeps the list "
                "above. How facts add up, and what it means to collect fewer:"
            ),
            *_lessons(visit, library.course(visit.reads)),
        ),
        tone="warm",
    )


def _of_kim(kept: Kept) -> str:
    said = KEPT_OF_KIM.get(kept.table, {})
    return ", ".join(said.get(column.name, column.what) for column in kept.about)


def _lessons(visit: Visit, course: Course) -> tuple[Row, ...]:
    """Those that this course has."""
    buttons: list[Button] = []
    for name, wanted in LESSONS:
        theme = find_theme(course, name)
        lesson = theme.lesson(wanted) if theme else None
        if theme and lesson:
            press = Press("learn", "page", (str(theme.number), lesson.name, "1"), group_id(visit))
            buttons.append(Button(f"Read: {lesson.title}"[:80], press, "plain" if buttons else "main"))
    return (Row(tuple(buttons)),) if buttons else ()
