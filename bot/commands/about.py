"""``/about``: what this is, whose essay it comes from, the licences, and how to see and erase one's data."""

from __future__ import annotations

from bot.cards import Button, Card, Link, Row, Text, Visit
from bot.commands.command import Command, Step
from bot.commands.phrases import group_id
from bot.library import Library
from bot.press import Press
from bot.storage import Store

BOOK = "https://en.wikibooks.org/wiki/Perspectives_in_Digital_Literacy"
LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"


async def about(visit: Visit, library: Library, store: Store) -> Card:
    return Card(
        (
            Text(
                "## About Red Flask\n"
                "A companion for study groups that want to understand digital privacy: short lessons, quizzes that explain, "
                "and prompts to talk about. We are more than a number, so it never ranks anyone."
            ),
            Text(
                "**The essay.** The lessons are adapted from *More Than a Number: China’s Social Crediting System Comes "
                "with Inherent Bias*, in the Wikibook *Perspectives in Digital Literacy*, by its contributors, CC BY-SA. "
                "Changes: shortened, reorganised into lessons and questions, facts corrected and updated, examples from other "
                "countries added. This adaptation is licensed CC BY-SA 4.0; the bot's code is under the MIT licence. "
                "The essay's authors do not endorse it. Its name comes from the essay: the red flask is its author's image "
                "for seeing people past their scores."
            ),
            Text(
                "**Your data.** As a guest, nothing about you is kept. If you join a group, `/my-data show` shows all that is "
                "kept and `/my-data erase` erases it at once. Your name, your id and your messages are never kept."
            ),
            Text(
                "**Commands.** `/learn` · `/quiz` · `/review` · `/scenario` · `/glossary` · `/progress` · `/calendar` · "
                "`/suggest` · `/join` · `/leave` · `/my-data` · `/about`\nFor moderators: `/group` · `/plan` · `/schedule` · "
                "`/prompt` · `/discuss` · `/content`"
            ),
            Row(
                (
                    Button("Begin with a lesson", Press("learn", "list", (), group_id(visit)), "main"),
                    Link("The book", BOOK),
                    Link("The licence", LICENCE),
                )
            ),
        ),
        tone="warm",
    )


ABOUT = Command(
    "about",
    "What Red Flask is, who made the essay, the licences, and your data.",
    first="about",
    steps={"about": Step(about)},
    everywhere=True,
)
