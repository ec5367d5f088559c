"""The public cards: what a posting shows to everybody. Their buttons answer privately.

The commands and the poster build them here, so that a card finished after a crash is the same card. Nothing is posted here.
"""

from __future__ import annotations

from datetime import date

from bot.cards import Button, Card, Part, Row, Text
from bot.commands.choosing import OWN, REVIEW_HOUR, question_of
from bot.commands.measure_post import closing_post, opened
from bot.commands.others_words import tamed
from bot.commands.phrases import SAFETY, content_note, note_before
from bot.commands.publish import Post
from bot.commands.round_cards import card_of, invitation
from bot.commands.round_words import lengths, title_of_round, why_of
from bot.group import Group
from bot.library import Lesson, Library, Prompt, Scenario, Theme
from bot.press import Press, base36
from bot.questions import Question
from bot.storage import OwnPrompt, Posting, Store

MANNERS = "-# Speak in general terms: nobody has to tell anything about themselves, and reading along is fine."


async def post_of(posting: Posting, group: Group, library: Library, store: Store) -> Post | None:
    """The card of a posting; ``None`` when its content has been removed since."""
    post = await _post_of(posting, group, library, store)
    return await opened(posting, post, group, library.course(group.language), store) if post else None


async def _post_of(posting: Posting, group: Group, library: Library, store: Store) -> Post | None:
    if posting.kind == "welcome":
        return welcome_post(group)
    if posting.kind == "review":
        return review_post(group)
    if posting.kind == "closing":
        return await _closing(posting, group, library, store)
    if posting.theme == OWN:
        own = next((one for one in await store.own_prompts(group.group_id) if str(one.number) == posting.item), None)
        return own_prompt_post(group, own, posting.posting_id) if own else None
    theme = library.course(group.language).theme(posting.theme or "")
    if theme is None:
        return None
    if posting.kind == "scenario":
        scenario = library.course(group.language).scenario(posting.item or "")
        return scenario_post(group, theme, scenario) if scenario and scenario.theme == theme.name else None
    if posting.kind == "round":
        return await round_post(posting, group, theme, store)
    if posting.kind == "lesson":
        lesson = theme.lesson(posting.item or "")
        return lesson_post(group, theme, lesson) if lesson else None
    question = question_of(theme, posting.item)
    if question:
        return question_post(group, theme, question, posting.posting_id)
    prompt = theme.prompt(posting.item or "")
    return prompt_post(group, theme, prompt, posting.posting_id) if prompt else None


async def _closing(posting: Posting, group: Group, library: Library, store: Store) -> Post | None:
    course = library.course(group.language)
    name, _, first_day = (posting.item or "").partition(" ")
    plan = course.plan(name)
    if plan is None:
        return None
    return closing_post(group, plan, date.fromisoformat(first_day), await store.posted_items(group.group_id), course)


def welcome_post(group: Group) -> Post:
    """The card that a group begins with."""
    return Post(
        Card(
            (
                Text(f"## Welcome to {group.name}"),
                Text(
                    "This is a study group about digital privacy. Read a short lesson, try a quiz, talk about what you think. "
                    "**Start** opens the lessons, and only you see them. You need not join for that: **Join** lets me "
                    "remember where you were, and shows first what is kept. Nobody is ranked here."
                ),
                Text(f"> {SAFETY}"),
                Row(
                    (
                        Button("Start", Press("learn", "list", (), group.group_id), "main"),
                        Button("Join", Press("join", "offer", (), group.group_id)),
                        Button("About", Press("about", "about", (), group.group_id)),
                    )
                ),
            ),
            tone="warm",
        ),
        f"Welcome to {group.name}",
        with_thread=False,
    )


def lesson_post(group: Group, theme: Theme, lesson: Lesson) -> Post:
    """A lesson's key idea; the rest opens privately."""
    parts: list[Part] = [
        Text(f"-# {theme.title} · a lesson of about five minutes"),
        *content_note(theme),
        Text(f"## {lesson.title}\n{lesson.key_idea}"),
        Row((Button("Read the lesson", _lesson(group, theme, lesson.name), "main"), Button("Take the quiz", _quiz(group, theme)))),
        Text("-# The buttons answer you alone. Nobody sees who reads."),
    ]
    return Post(Card(tuple(parts), tone="warm"), lesson.title, with_thread=False, tag=theme.tag)


def scenario_post(group: Group, theme: Theme, scenario: Scenario) -> Post:
    """What a scenario is about. Playing it is private."""
    buttons: tuple[Button, ...] = (Button("Play", Press("scenario", "play", (str(scenario.number),), group.group_id), "main"),)
    if theme.lesson(scenario.lesson):
        buttons = (*buttons, Button("Read the lesson", _lesson(group, theme, scenario.lesson)))
    parts: list[Part] = [
        Text(f"-# {theme.title} · a story to play, about {scenario.minutes} minutes"),
        *note_before(scenario, theme),
        Text(f"## {scenario.title}\n{scenario.about}"),
        Row(buttons),
        Text("-# The buttons answer you alone. Nobody sees who plays or what they choose, and nothing of it is kept."),
    ]
    return Post(Card(tuple(parts), tone="warm"), scenario.title, with_thread=False, tag=theme.tag)


def review_post(group: Group) -> Post:
    """The group's review hour: everybody reviews on their own, at the same time. What each is asked, nobody else sees."""
    parts = (
        Text("-# Five to ten minutes, each on their own"),
        Text(
            f"## {REVIEW_HOUR.title}\nA few questions about what you learnt, just before you would forget it: a dozen at most, all "
            "themes mixed. What comes is different for each of us, and takes as long as you like."
        ),
        Row(
            (
                Button("Review", Press("review", "ask", (), group.group_id), "main"),
                Button("Join", Press("join", "offer", (), group.group_id)),
            )
        ),
        Text(
            "-# The buttons answer you alone. Nobody sees who reviews, what they are asked or how it went. A review goes by "
            "what is kept of those who joined."
        ),
    )
    return Post(Card(parts, tone="warm"), REVIEW_HOUR.title, with_thread=False)


async def round_post(posting: Posting, group: Group, theme: Theme, store: Store) -> Post | None:
    """The round as far as it is; one that nobody has begun is an invitation. ``None`` when the theme has too few questions now."""
    many, able = posting.item or "", lengths(theme)
    if not able:
        return None
    title = title_of_round(theme, min(int(many), max(able)) if many.isdecimal() else able[0])
    round_ = await store.round(posting.posting_id)
    if round_ is not None:
        return Post(card_of(round_, group, theme), title, with_thread=False, tag=theme.tag)
    return Post(invitation(group, theme, title, posting.posting_id), title, with_thread=False, tag=theme.tag)


def question_post(group: Group, theme: Theme, question: Question, posting_id: int) -> Post:
    """A question that a round was divided about. Nothing of who chose what is in it, nor how many."""
    buttons = _replying(group, posting_id)
    lesson = theme.lesson(question.lesson)
    if lesson:
        buttons = (Button("Read the lesson", _lesson(group, theme, lesson.name)), *buttons)
    others = "\n".join(f"- {option.text}" for option in question.options if not option.is_right)
    believed = f"What makes one of these look right, too, and what would you say to somebody who believes it?\n{others}"
    parts: list[Part] = [
        Text(f"-# {theme.title} · after a round"),
        *content_note(theme),
        Text(f"## {question.ask}\nIt was not an easy one for us."),
        Text(f"The answer: **{question.right_text}**. {why_of(question)}".rstrip()),
        Text(believed if others else "What makes it hard to get this right, and how would you explain it to a neighbour?"),
        Text(MANNERS),
        *((Row(buttons),) if buttons else ()),
    ]
    return Post(Card(tuple(parts), tone="warm"), question.ask, with_thread=True, tag=theme.tag)


def prompt_post(group: Group, theme: Theme, prompt: Prompt, posting_id: int) -> Post:
    """A discussion prompt of the course."""
    buttons = _replying(group, posting_id)
    if theme.lesson(prompt.lesson):
        buttons = (Button("Read the lesson", _lesson(group, theme, prompt.lesson)), *buttons)
    parts: list[Part] = [
        Text(f"-# {theme.title}"),
        *content_note(theme),
        Text(f"## {prompt.title}\n{prompt.text}"),
        *((Text(f"-# {prompt.note}"),) if prompt.note else ()),
        Text(MANNERS),
        *((Row(buttons),) if buttons else ()),
    ]
    return Post(Card(tuple(parts), tone="warm"), prompt.title, with_thread=True, tag=theme.tag)


def own_prompt_post(group: Group, prompt: OwnPrompt, posting_id: int) -> Post:
    """A prompt that somebody of the group suggested and a moderator accepted."""
    buttons = _replying(group, posting_id)
    parts: list[Part] = [
        Text(f"-# A prompt of {group.name}"),
        Text(f"## {tamed(prompt.title)}\n{tamed(prompt.text)}"),
        Text(MANNERS),
        *((Row(buttons),) if buttons else ()),
    ]
    return Post(Card(tuple(parts), tone="warm"), prompt.title, with_thread=True)


def _replying(group: Group, posting_id: int) -> tuple[Button, ...]:
    if not group.replies or group.moderators_channel is None:
        return ()
    return (Button("Reply without my name", Press("reply", "write", (base36(posting_id),), group.group_id)),)


def _lesson(group: Group, theme: Theme, lesson: str) -> Press:
    return Press("learn", "page", (str(theme.number), lesson, "1"), group.group_id)


def _quiz(group: Group, theme: Theme) -> Press:
    return Press("quiz", "start", (str(theme.number),), group.group_id)
