"""``/round start``: the first question goes up in the group's channel."""

from __future__ import annotations

from msgspec.structs import replace

from bot.cards import Answer, Card, Visit
from bot.channels import Channels, Refused
from bot.commands.phrases import find_theme, gone, no_such_theme, say
from bot.commands.posts import post_of
from bot.commands.publish import JustPosted, Published, new_posting, publish, refused_in_words
from bot.commands.round_play import MOST_AHEAD, first_asked, put_up, shown
from bot.commands.round_press import OVER, number_in
from bot.commands.round_words import FEWEST, MOST, USUAL, drawn, signature, title_of_round
from bot.library import Library, Theme
from bot.press import NotAPress, Press
from bot.storage import Round, Store


async def start(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """A typed ``/round start``: post the first question in the group's channel."""
    assert visit.group
    course = library.course(visit.group.language)
    many, timer = visit.number("questions") or USUAL, str(_seconds(visit.text("timer") or ""))
    typed = visit.text("theme") or ""
    theme = find_theme(course, typed)
    if theme is None:
        return no_such_theme(visit, course, typed, Press("round", "theme", (str(many), timer), visit.group.group_id))
    return await _start(visit, theme, many, timer, library, store, channels)


async def theme_picked(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """The theme came from a menu."""
    assert visit.group
    number, (many, timer) = visit.text("picked") or "", (*visit.press.args, "", "")[:2]
    theme = library.course(visit.group.language).numbered(int(number)) if number.isdecimal() else None
    if theme is None:
        return gone("This theme")
    return await _start(visit, theme, int(many) if many.isdecimal() else USUAL, timer, library, store, channels)


async def begin(visit: Visit, library: Library, store: Store) -> Card:
    """A planned round's *Begin*: its card becomes the first question."""
    assert visit.group
    group, at = visit.group, int(visit.at.timestamp())
    number, timer = (*visit.press.args, "", "")[:2]
    posting = await store.posting(number_in(number))
    if posting is None or posting.group_id != group.group_id or posting.kind != "round":
        raise NotAPress("no round of this group")
    theme = library.course(group.language).theme(posting.theme or "")
    if theme is None or len(theme.questions) < FEWEST:
        return say("What this round was to ask is no longer part of the course. `/round start` begins another.", tone="look")
    questions = drawn(theme, _many(posting.item or ""), posting.posting_id)
    fresh = Round(posting.posting_id, group.group_id, group.home_channel, theme.name, questions, 0, "", timer=_seconds(timer))
    await _clear_the_way(visit, store)
    if not await store.start_round(first_asked(fresh, at)):
        running = await store.round(posting.posting_id)
        if running is None:
            return say(f"Another round is running in <#{group.home_channel}>. `/round stop` ends it.", tone="look")
        return replace(shown(running, group, library), to="this card")
    round_ = await store.round(posting.posting_id)
    return replace(shown(round_, group, library), to="this card") if round_ else say(OVER, tone="look")


async def _start(visit: Visit, theme: Theme, many: int, timer: str, library: Library, store: Store, channels: Channels) -> Card:
    assert visit.group
    group, at = visit.group, int(visit.at.timestamp())
    if len(theme.questions) < FEWEST:
        has = {0: "no question", 1: "one question"}.get(len(theme.questions), f"{len(theme.questions)} questions")
        return say(f"**{theme.title}** has {has}, and a round takes {FEWEST} at least. Choose another theme.", tone="look")
    await _show_the_end(visit, library, store, channels)
    await _clear_the_way(visit, store)
    many = min(max(many, FEWEST), MOST, len(theme.questions))
    posting = new_posting(group, "round", theme.name, str(many), visit.at)
    fresh = Round(
        posting.posting_id, group.group_id, group.home_channel, theme.name, drawn(theme, many, posting.posting_id), 0, "",
        timer=_seconds(timer),
    )  # fmt: skip
    round_ = first_asked(fresh, at)
    if not await store.start_round(replace(round_, shown=signature(round_, 0))):
        return say(
            f"A round is running in <#{group.home_channel}> already; there is one at a time. `/round stop` ends it.", tone="look"
        )
    post = await post_of(posting, group, library, store)
    assert post  # its theme is there
    sent = await publish(posting, group, post, channels, store)
    return await _started(visit, round_, theme, sent, store)


async def _started(visit: Visit, round_: Round, theme: Theme, sent: Published | JustPosted | Refused, store: Store) -> Card:
    assert visit.group
    home, title = visit.group.home_channel, title_of_round(theme, len(round_.questions))
    if isinstance(sent, JustPosted):
        await store.end_round(round_.round_id)
        return say(
            "The same round was started and stopped within this minute. Please wait a minute, then start it again.", tone="look"
        )
    if isinstance(sent, Refused):
        if not sent.passes:
            await store.end_round(round_.round_id)
        return say(refused_in_words(title, home, sent), tone="look" if sent.passes else "trouble")
    return say(
        f"The round has begun in <#{home}>: **{title}**. You reveal each question with its *Reveal*, when most have answered; "
        f"`/round stop` ends it at any time.",
        tone="good",
    )


async def _show_the_end(visit: Visit, library: Library, store: Store, channels: Channels) -> None:
    """Of the round before, if Discord was busy when it was stopped: with its row goes whoever would have its card changed later."""
    assert visit.group
    before = await store.round_in(visit.group.home_channel)
    posting = await store.posting(before.round_id) if before and before.is_over else None
    if before and posting:
        await put_up(before, posting, visit.group, library, channels)


async def _clear_the_way(visit: Visit, store: Store) -> None:
    """A round that is over keeps the channel until its card is changed, a second or two; nobody has to wait for that."""
    assert visit.group
    before = await store.round_in(visit.group.home_channel)
    if before and before.is_over:
        await store.end_round(before.round_id)


def _many(item: str) -> int:
    return min(max(int(item), FEWEST), MOST) if item.isdecimal() and len(item) <= 2 else USUAL


def _seconds(timer: str) -> int:
    return min(int(timer), MOST_AHEAD) if timer.isdecimal() and len(timer) <= 4 else 0
