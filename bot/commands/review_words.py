"""A review in words: when a question comes back, and what a day came to. No score, and nothing about other days."""

from __future__ import annotations

from datetime import date

from bot.commands.review_today import Today
from bot.recall import Memory, due_on


def comes_back(memory: Memory, goal: int) -> str:
    """When it is asked again, after an answer of today."""
    days = (due_on(memory, goal) - memory.asked_on).days
    first = ", and then first, since you had been certain" if memory.misled else ""
    return f"It comes back {_in_days(days)}{first}."


def counted(questions: int) -> str:
    return "one question" if questions == 1 else f"{questions} questions"


def opening_words(left: int) -> str:
    """Above a day's first question. Half a minute for each is what a question takes with its explanation, more or less."""
    minutes = "a minute or two" if left < 4 else f"about {round(left / 2)} minutes"
    return (
        f"## Your review for today\n{counted(left).capitalize()}, {minutes}: what you are about to forget, all themes mixed. "
        "Stop whenever you like."
    )


def nothing_today(today: Today) -> str:
    """For somebody who has nothing to review today."""
    return f"## Nothing to review today\nYou should remember all of it still. {_next(today, None)}".rstrip()


def sum_of_today(today: Today) -> str:
    done = len(today.done)
    again = done - today.right
    none = "not right yet" if done == 1 else "none of them right yet"
    how = none if not today.right else f"{today.right} right" if again else "right" if done == 1 else "all right"
    comes = " What was wrong comes back tomorrow." if again else ""
    return f"## That's it for today\n{counted(done).capitalize()} answered today, {how}.{comes} {_next(today, today)}".rstrip()


def _next(today: Today, after: Today | None) -> str:
    if today.next_on is None:
        return ""
    waits = (
        f" {counted(today.waiting).capitalize()} more {'waits' if today.waiting == 1 else 'wait'}, and can wait: "
        "a day never gets longer by it."
        if today.waiting
        else ""
    )
    return f"Next: {counted(today.next_many)} on {_day(today.next_on)}.{waits}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"


def _in_days(days: int) -> str:
    if days == 1:
        return "tomorrow"
    if days < 14:
        return f"in {days} days"
    if days < 60:
        return f"in about {round(days / 7)} weeks"
    return f"in about {round(days / 30.4)} months"
