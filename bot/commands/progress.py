"""``/progress``: my own, in a picture and in words; and the group's, as far as it may be told."""

from __future__ import annotations

from bot.cards import Button, Card, Divider, Drawing, Part, Row, Text, Visit
from bot.commands.command import Command, Step
from bot.commands.consent import asked_again
from bot.commands.later import later
from bot.commands.phrases import as_many_as_fit, group_id
from bot.commands.progress_memory import all_in_words, memories, remember
from bot.commands.review_today import today_of
from bot.commands.review_words import counted
from bot.group import Group
from bot.library import Course, Library, Theme
from bot.overview import Overview, ThemeTogether, overview, plan_now
from bot.press import Press
from bot.progress import APART, HIDDEN, ThemeProgress, learners_in_words, least_behind, share_of
from bot.storage import States, Store
from bot.timetable import local_day

LONGEST_ALT = 1024
MOST_SAID = 40
"""Themes in the words of a picture, which are cut after that."""
ROOM_FOR_MINE, ROOM_FOR_OURS = 1_000, 1_600
"""Characters for a line on each theme: those of the course fit, and a few of a group's own."""


async def progress(visit: Visit, library: Library, store: Store) -> Card:
    assert visit.group and visit.key  # the desk sees to it: this step needs a group
    course = library.course(visit.reads)
    states = await store.states(visit.group.group_id, visit.key)
    shown = await overview_of(visit.group, course, store)
    return Card((*_mine(visit, course, states), *asked_again(visit, states.learner), Divider(), *_together(shown)), tone="warm")


async def overview_of(group: Group, course: Course, store: Store) -> Overview:
    """The group at a glance."""
    run = await store.plan_run(group.group_id)
    plan = course.plan(run.plan) if run else None
    return overview(
        group.name,
        await store.counted(group.group_id),
        group.publish_from,
        course,
        await store.posted_items(group.group_id),
        await store.own_prompts(group.group_id),
        await store.publications(group.group_id),
        plan_now(plan, await store.slots_of(group.group_id)) if plan else None,
    )


def _mine(visit: Visit, course: Course, states: States) -> tuple[Part, ...]:
    if states.learner is None:
        return (
            Text(
                "## You\nYou are here as a guest, so nothing is kept that could be shown. "
                "`/join` lets me remember where you are; you see first what is kept."
            ),
            Row((Button("What joining means", Press("join", "offer", (), group_id(visit))),)),
        )
    begun = _begun(course, states)
    lines = [f"- **{theme.title}:** {theme.in_words}" for theme in begun]
    others = len(course.to_learn) - len(begun)
    lines += [f"- {'one theme' if others == 1 else f'{others} themes'} not begun yet"] if others else []
    have = {theme.title for theme in begun}
    titles = (theme.title for theme in course.to_learn if theme.title not in have)
    said = begun or [_of_theme(theme, states, set()) for theme in course.to_learn[:MOST_SAID]]
    alt = "Your progress. " + " ".join(f"{theme.title}: {theme.in_words}." for theme in said)
    following, press = _what_next(visit, course, states)
    remembered = memories(course, states, local_day(visit.at, visit.group.time_zone)) if visit.group else ()
    memory = (Text(f"**What you would remember.** {all_in_words(remembered)}"),) if remembered else ()
    more = (Button("What I remember", Press("progress", "remember", (), group_id(visit))),) if remembered else ()
    mine = (Button("What I have learnt", Press("progress", "learnt", (), group_id(visit))),) if begun else ()
    from bot.plots import own_picture

    return (
        Text("## You"),
        Drawing("progress.png", own_picture(begun, titles, others), _shortened(alt)),
        Text(as_many_as_fit(lines, ROOM_FOR_MINE)),
        *memory,
        Text(f"**What next?** {following}"),
        Row((Button("Go on", press, "main"), *more, *mine)),
        Text("-# Only you see this. A question counts as known when your latest answer was right."),
    )


def _begun(course: Course, states: States) -> list[ThemeProgress]:
    """The themes that the learner has begun. No others are looked at, however many there are."""
    known = _known(states)
    themes = course.those({theme for theme, _ in states.read | known})
    return [one for theme in themes if (one := _of_theme(theme, states, known)).is_begun]


def _known(states: States) -> set[tuple[str, int]]:
    return {(one.theme, one.question) for one in states.answers if one.was_right}


def _of_theme(theme: Theme, states: States, known: set[tuple[str, int]]) -> ThemeProgress:
    return ThemeProgress(
        theme.title,
        len(theme.lessons),
        sum((theme.name, lesson.name) in states.read for lesson in theme.lessons),
        len(theme.questions),
        sum((theme.name, question.number) in known for question in theme.questions),
    )


def _what_next(visit: Visit, course: Course, states: States) -> tuple[str, Press]:
    """What is about to be forgotten; then the first unread lesson; then the theme with most to learn; then simply another quiz."""
    assert visit.group
    today = today_of(
        course, states, local_day(visit.at, visit.group.time_zone), visit.group.recall_goal, most=visit.group.review_amount
    )
    due = sum(asked.turn > 0 for asked in today.questions)
    if due:
        return f"A review: {counted(due)} that you may be about to forget.", Press("review", "ask", (), group_id(visit))
    for theme in course.themes:
        for lesson in theme.lessons:
            if (theme.name, lesson.name) not in states.read:
                press = Press("learn", "page", (str(theme.number), lesson.name, "1"), group_id(visit))
                return f"The lesson *{lesson.title}*.", press
    known = _known(states)
    each = ((theme, _of_theme(theme, states, known)) for theme in course.themes)
    open_ones = [(done.questions - done.questions_known, theme) for theme, done in each if not done.is_whole]
    if open_ones:
        theme = max(open_ones, key=lambda one: one[0])[1]
        return f"A quiz about *{theme.title}*.", Press("quiz", "start", (str(theme.number),), group_id(visit))
    theme = course.themes[0]
    return (
        "You have read and answered everything. A quiz now and then keeps it fresh.",
        Press("quiz", "start", (str(theme.number),), group_id(visit)),
    )


def _together(shown: Overview) -> tuple[Part, ...]:
    from bot.plots import group_picture, weeks_picture

    k = least_behind(shown.publish_from)
    rule = (
        f"-# What was posted are facts. Each figure about learning is of at least {k} learners, is told at most every {APART.days} "
        f"days, and moves only when {k} of them have gone on in it; it stays as it is in between, whoever looks."
    )
    begun = shown.begun
    lines = [f"- **{theme.title}:** {theme_in_words(theme)}" for theme in begun]
    head = (
        f"## {shown.name}, together\nThis group: {learners_in_words(shown.counted)} (counted once a week). "
        f"Discussed so far: {shown.discussed} of {len(shown.course.themes)} themes."
    )
    if shown.plan:
        head += f" {shown.plan.in_words}"
    stories = ", ".join(item.title for item in shown.items if item.kind == "scenario")
    head += f" Scenarios posted so far: {stories}." if stories else ""
    rounds = sum(item.times for item in shown.items if item.kind == "round")
    head += f" Rounds posted so far: {rounds}." if rounds else ""
    parts: list[Part] = [Text(head)]
    if lines:
        alt = f"{shown.name}, together. " + " ".join(f"{theme.title}: {theme_in_words(theme)}." for theme in begun)
        parts += [Drawing("together.png", group_picture(shown), _shortened(alt)), Text(as_many_as_fit(lines, ROOM_FOR_OURS))]
    if shown.as_of is None:
        parts.append(Text(f"How far the group has come is summed up from {k} learners up. There is no summary yet."))
    elif shown.weeks_of_questions:
        weeks = weeks_in_words(shown)
        parts += [Drawing("weeks.png", weeks_picture(shown.weeks_of_questions), _shortened(weeks)), Text(weeks)]
    return (*parts, Text(rule))


def theme_in_words(theme: ThemeTogether) -> str:
    """What was posted, what is read, what is known; of each only what may be said."""
    said = [f"{theme.prompts_posted} of {theme.prompts} prompts discussed" if theme.prompts_posted else "not discussed yet"]
    if theme.read != HIDDEN:
        said.append(f"{share_of(theme.read, 'lessons')} read")
    if theme.hidden < len(theme.questions):
        half = f", {theme.open} by half of us or fewer" if theme.open else ""
        said.append(f"of {len(theme.questions)} questions {theme.known} known by most{half}")
    return "; ".join(said)


def weeks_in_words(shown: Overview) -> str:
    """The weeks line: the latest publications, one after the other."""
    steps = " → ".join(f"{week.known} of {week.told} ({week.day.day} {week.day:%b})" for week in shown.weeks_of_questions[-6:])
    return f"**Questions that most of us know,** of those that enough have answered: {steps}"


def _shortened(alt: str) -> str:
    plain = alt.replace("**", "")
    return plain if len(plain) <= LONGEST_ALT else plain[: LONGEST_ALT - 1] + "…"


PROGRESS = Command(
    "progress",
    "How far you have come, and what your group has discussed. Only you see it.",
    first="progress",
    steps={
        "progress": Step(progress, needs_group=True),
        "remember": Step(remember, needs_group=True),
        "learnt": Step(later("learnt.learnt"), needs_group=True),
        "measure": Step(later("measure.measure"), needs_group=True),
        "change": Step(later("measure_change.change"), needs_group=True),
    },
)
