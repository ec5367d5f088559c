"""Where a plan begins and ends in public: a button below its first item, and the closing card. Their buttons answer privately."""

from __future__ import annotations

from collections import Counter
from datetime import date

from msgspec.structs import replace

from bot.cards import Button, Card, Row, Text
from bot.commands.measure import AFTER, BEFORE, change_buttons, press_of, questions_of
from bot.commands.publish import Post
from bot.group import Group
from bot.library import Course, Plan
from bot.press import Press
from bot.storage import Posted, Posting, Store

ONE_AND_MANY = {
    "lesson": ("one lesson", "{} lessons"),
    "scenario": ("one story to play", "{} stories to play"),
    "prompt": ("one talk", "{} talks"),
}


async def opened(posting: Posting, post: Post, group: Group, course: Course, store: Store) -> Post:
    """The first item of a plan that asks its questions before and after gets a way to them; all others stay as they are."""
    slot = await store.slot(posting.slot_id) if posting.slot_id is not None else None
    run = await store.plan_run(group.group_id) if slot is not None and slot.plan_place == 0 else None
    plan = course.plan(run.plan) if run else None
    if run is None or plan is None or not questions_of(plan, course):
        return post
    what = Text(
        f"**Before we begin:** {len(questions_of(plan, course))} questions about what this course is about, and the same again "
        "at its end, so that we see what has changed. Only you see your answers; they are counted together, without whose."
    )
    button = Button("Answer", press_of("measure", plan.name, run.first_day, BEFORE, group.group_id), "main")
    return replace(post, card=replace(post.card, parts=(*post.card.parts, what, Row((button,)))))


def closing_post(group: Group, plan: Plan, first_day: date, posted: tuple[Posted, ...], course: Course) -> Post:
    """What a group had together, once its plan is through."""
    ours = {(item.kind, item.theme, item.name) for item in plan.items}
    had = Counter(one.kind for one in posted if (one.kind, one.theme, one.item) in ours)
    counted = [one if had[kind] == 1 else many.format(had[kind]) for kind, (one, many) in ONE_AND_MANY.items() if had[kind]]
    *most, last = counted or ["what there was"]
    together = f"{', '.join(most)} and {last}" if most else last
    text = (
        f"## {plan.title} is through\nWe have had {together} together. Thank you to everybody who read, asked, doubted or "
        "listened. All of it stays here, and the lessons and quizzes are there whenever you want them."
    )
    parts = [Text(text)]
    mine: tuple[Button, ...] = (Button("What I have learnt", Press("progress", "learnt", (), group.group_id), "main"),)
    if questions_of(plan, course):
        parts.append(
            Text(
                "**The same questions once more.** Some five minutes, also for those who did not answer at the beginning. "
                "After the last one comes what is right, and why. *How we have changed* is the same for all of us, and is made "
                "from counts without whose."
            )
        )
        again = Button("Answer again", press_of("measure", plan.name, first_day, AFTER, group.group_id), "main")
        change, learnt = change_buttons(plan.name, first_day, group.group_id)
        mine = (again, change, learnt)
    card = Card((*parts, Row(mine), Text("-# The buttons answer you alone.")), tone="good")
    return Post(card, f"{plan.title} is through", with_thread=False)
