"""``/discuss``: a moderator posts a discussion prompt for all, with a thread to talk in."""

from __future__ import annotations

from bot.cards import Answer, Card, Choice, Visit
from bot.channels import Channels, Refused
from bot.commands.choosing import OWN, Chosen, candidates, chosen
from bot.commands.phrases import MOST_CHOICES, complete_theme, find_theme, no_such_theme, quoted, say
from bot.commands.posts import post_of
from bot.commands.publish import SAME_POST_SECONDS, JustPosted, Published, new_posting, publish, refused_in_words
from bot.library import Library
from bot.press import Press
from bot.storage import Store

OUR_OWN = "Our own prompts"


async def discuss(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """Post the prompt that was named, or the first of the theme that this group has not had."""
    assert visit.group  # the desk sees to it: this step needs a group
    course = library.course(visit.reads)
    typed = visit.text("theme") or ""
    if typed.casefold() in (OWN, OUR_OWN.casefold()):
        return await _post(visit, OWN, OUR_OWN, visit.text("prompt"), library, store, channels)
    theme = find_theme(course, typed)
    if theme is None:
        return no_such_theme(visit, course, typed, Press("discuss", "theme", (), visit.group.group_id))
    return await _post(visit, theme.name, theme.title, visit.text("prompt"), library, store, channels)


async def theme_picked(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """The theme came from a menu: post its first unused prompt."""
    number = visit.text("picked") or ""
    theme = library.course(visit.reads).numbered(int(number)) if number.isdecimal() else None
    if theme is None:
        return say("That theme is no longer part of the course.", tone="look")
    return await _post(visit, theme.name, theme.title, None, library, store, channels)


async def complete_theme_or_own(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    """Suggestions for a theme; the group's own prompts are one, where it has some."""
    own = await store.own_prompts(visit.group.group_id) if visit.group else ()
    ours = (Choice(OUR_OWN, OWN),) if own and typed.casefold().strip() in OUR_OWN.casefold() else ()
    return (*ours, *await complete_theme(visit, library, store, typed))[:MOST_CHOICES]


async def complete_prompt(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    """Prompts of the theme chosen so far (of all themes if none is)."""
    course = library.course(visit.reads)
    named = visit.text("theme")
    theme = find_theme(course, named) if named else None
    own = await store.own_prompts(visit.group.group_id) if visit.group and named == OWN else ()
    wanted = typed.casefold().strip()
    return tuple(
        Choice(one.title, one.item)
        for one in candidates(course, "prompt", OWN if named == OWN else theme.name if theme else None, own)
        if wanted in f"{one.item} {one.title}".casefold()
    )[:MOST_CHOICES]


async def _post(
    visit: Visit, theme: str, title: str, wanted: str | None, library: Library, store: Store, channels: Channels
) -> Card:
    assert visit.group
    group = visit.group
    if wanted is None and await _was_posted_just_now(visit, theme, store):
        return say("A prompt of that theme was posted a moment ago; it is there once. For another, name it, or wait a minute.")
    prompt = await _wanted(visit, theme, wanted, library, store)
    if prompt is None:
        own = await store.own_prompts(group.group_id) if theme == OWN else ()
        titles = [f"- {one.title}" for one in candidates(library.course(visit.reads), "prompt", theme, own)]
        if not titles:
            return say("Your group has no prompts of its own yet. Anyone can propose one with `/suggest`.", tone="look")
        called = f"has no prompt called {quoted(wanted or '')}. It has these:"
        return say(f"**{title}** {called}\n" + "\n".join(titles), tone="look")
    posting = new_posting(group, "prompt", theme, prompt.item, visit.at)
    post = await post_of(posting, group, library, store)
    if post is None:
        return say("That prompt was removed a moment ago. Please pick another.", tone="look")
    return _said(visit, prompt, await publish(posting, group, post, channels, store))


async def _was_posted_just_now(visit: Visit, theme: str, store: Store) -> bool:
    """The second of two presses would post the next unused one."""
    assert visit.group
    since = visit.at.timestamp() - SAME_POST_SECONDS
    rows = await store.history(visit.group.group_id)
    return any(row.theme == theme and row.slot_id is None and row.claimed_at > since and row.state == "posted" for row in rows)


def _said(visit: Visit, prompt: Chosen, sent: Published | JustPosted | Refused) -> Card:
    assert visit.group
    home = visit.group.home_channel
    if isinstance(sent, JustPosted):
        return say("That prompt was posted a moment ago; it is there once.")
    if isinstance(sent, Refused):
        return say(refused_in_words(prompt.title, home, sent), tone="look" if sent.passes else "trouble")
    if sent.trouble:
        return say(f"**{prompt.title}** is in <#{home}>, but without its thread. {sent.trouble}", tone="look")
    return say(f"It is posted, and the talk can begin: <#{sent.thread or home}>.", tone="good")


async def _wanted(visit: Visit, theme: str, wanted: str | None, library: Library, store: Store) -> Chosen | None:
    """The prompt of that name or title; without one, the next that the group has not had."""
    assert visit.group
    if wanted is not None:
        own = await store.own_prompts(visit.group.group_id) if theme == OWN else ()
        all_of_them = candidates(library.course(visit.group.language), "prompt", theme, own)
        by_name = (one for one in all_of_them if one.item == wanted)
        by_title = (one for one in all_of_them if one.title.casefold() == wanted.casefold())
        return next(by_name, None) or next(by_title, None)
    return await chosen(visit.group, "prompt", theme, None, library, store)
