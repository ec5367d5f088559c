"""``/review``: what a learner is about to forget, a few questions a day, all themes mixed. Nobody else sees any of it.

Here are the words of the command, and how other cards know whether there is something; ``review_ask.py`` asks.
"""

from __future__ import annotations

from bot.cards import Option, Visit
from bot.commands.command import Command, Step
from bot.commands.later import later
from bot.commands.review_today import A_DAY, LEAST, MOST, Today, today_of
from bot.library import Library
from bot.press import Press
from bot.storage import States
from bot.timetable import local_day


def review_press(group: int | None) -> Press:
    """Where a button of any card begins a review, or goes on with today's."""
    return Press("review", "ask", (), group)


def reviews(visit: Visit, library: Library, states: States, most: int = 0, without: tuple[int, ...] = ()) -> Today:
    """What is left of today's review for a learner whose states were read. ``most``: 0 for the group's usual amount."""
    assert visit.group
    most = most or visit.group.review_amount
    today = local_day(visit.at, visit.group.time_zone)
    return today_of(library.course(visit.reads), states, today, visit.group.recall_goal, most=most, without=frozenset(without))


REVIEW = Command(
    "review",
    "What you are about to forget: a few questions a day, for those who joined. Only you see it.",
    first="begin",
    options=(
        Option(
            "questions",
            f"How many in this day? {A_DAY} if neither you nor the group says otherwise.",
            kind="number",
            least=LEAST,
            most=MOST,
        ),
    ),
    steps={
        "begin": Step(later("review_ask.begin"), needs_group=True),
        "ask": Step(later("review_ask.ask"), needs_group=True),
        "sure": Step(later("review_ask.sure"), needs_group=True),
        "answer": Step(later("review_ask.answer"), needs_group=True),
        "fill-in": Step(later("review_ask.fill_in"), needs_group=True),
        "filled-in": Step(later("review_ask.filled_in"), needs_group=True),
        "fill-again": Step(later("review_ask.fill_again"), needs_group=True, reads_card=True),
    },
)
