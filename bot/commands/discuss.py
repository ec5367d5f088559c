"""``/discuss``: a moderator posts a discussion prompt for all, with a thread to talk in."""

from __future__ import annotations

from bot.cards import Answer, Button, Card, Channels, Choice, Option, Part, Refused, Row, Text, Visit
from bot.commands.command import Command, Step
from bot.commands.phrases import MOST_CHOICES, complete_theme, content_note, find_theme, no_such_theme, quoted, say
from bot.commands.publish import JustPosted, Post, new_posting, publish
from bot.group import Group
from bot.library import Library, Prompt, Theme
from bot.press import Press
from bot.storage import Store


async def discuss(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """Post the prompt that was named, or the first of the theme that this group has not had."""
    assert visit.group  # the desk sees to it: this step needs a group
    course = library.course(visit.reads)
    typed = visit.text("theme") or ""
    theme = find_theme(course, typed)
    if theme is None:
        return no_such_theme(visit, course, typed, Press("discuss", "theme", (), visit.group.group_id))
    return await _post(visit, theme, visit.text("prompt"), store, channels)


async def theme_picked(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """The theme came from a menu: post its first unused prompt."""
    number = visit.text("picked") or ""
    theme = library.course(visit.reads).numbered(int(number)) if number.isdecimal() else None
    if theme is None:
        return say("That theme is no longer part of the course.", tone="look")
    return await _post(visit, theme, None, store, channels)


async def complete_prompt(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    """Prompts of the theme chosen so far (of all themes if none is)."""
    course = library.course(visit.reads)
    named = visit.text("theme")
    theme = find_theme(course, named) if named else None
    wanted = typed.casefold().strip()
    return tuple(
        Choice(prompt.title, prompt.name)
        for one in ((theme,) if theme else course.themes)
        for prompt in one.prompts
        if wanted in f"{prompt.name} {prompt.title}".casefold()
    )[:MOST_CHOICES]


def prompt_post(group: Group, theme: Theme, prompt: Prompt) -> Post:
    """The public card of a prompt. Its button answers privately."""
    parts: list[Part] = [
        Text(f"-# {theme.title}"),
        *content_note(theme),
        Text(f"## {prompt.title}\n{prompt.text}"),
        *((Text(f"-# {prompt.note}"),) if prompt.note else ()),
        Text("-# Speak in general terms: nobody has to tell anything about themselves, and reading along is fine."),
    ]
    if theme.lesson(prompt.lesson):
        press = Press("learn", "page", (str(theme.number), prompt.lesson, "1"), group.group_id)
        parts.append(Row((Button("Read the lesson", press),)))
    return Post(Card(tuple(parts), tone="warm"), prompt.title, with_thread=True)


async def _post(visit: Visit, theme: Theme, wanted: str | None, store: Store, channels: Channels) -> Card:
    assert visit.group
    prompt = _prompt(theme, wanted) if wanted else await _unused(visit.group, theme, store)
    if prompt is None:
        titles = "\n".join(f"- {one.title}" for one in theme.prompts)
        return say(f"**{theme.title}** has no prompt called {quoted(wanted or '')}. It has these:\n{titles}", tone="look")
    posting = new_posting(visit.group, "prompt", theme.name, prompt.name, visit.at)
    sent = await publish(posting, visit.group, prompt_post(visit.group, theme, prompt), channels, store)
    if isinstance(sent, JustPosted):
        return say("That prompt was posted a moment ago; it is there once.")
    if isinstance(sent, Refused):
        return say(f"I could not post in <#{visit.group.home_channel}>. {sent.why}", tone="trouble")
    if sent.trouble:
        return say(
            f"**{prompt.title}** is in <#{visit.group.home_channel}>, but without its thread. {sent.trouble}",
            tone="look",
        )
    return say(f"It is posted, and the talk can begin: <#{sent.thread or visit.group.home_channel}>.", tone="good")


def _prompt(theme: Theme, wanted: str) -> Prompt | None:
    by_title = (prompt for prompt in theme.prompts if prompt.title.casefold() == wanted.casefold())
    return theme.prompt(wanted) or next(by_title, None)


async def _unused(group: Group, theme: Theme, store: Store) -> Prompt | None:
    """The first prompt that this group has had least often."""
    figures = await store.figures(group.group_id)
    times = {item: count for kind, name, item, count in figures.posted if (kind, name) == ("prompt", theme.name)}
    return min(theme.prompts, key=lambda prompt: times.get(prompt.name, 0), default=None)


DISCUSS = Command(
    "discuss",
    "Post a discussion prompt in the group's channel, with a thread.",
    first="discuss",
    options=(
        Option("theme", "What about?", required=True, complete=complete_theme),
        Option("prompt", "Which prompt? Without it, the first one that the group has not had.", complete=complete_prompt),
    ),
    steps={
        "discuss": Step(speaks=discuss, needs_group=True, for_moderators=True),
        "theme": Step(speaks=theme_picked, needs_group=True, for_moderators=True),
    },
    for_moderators=True,
    in_direct_messages=False,
)
