"""What whoever leads a round does: reveal, go on, stop. From an old card nothing is done, and it becomes what it should be."""

from __future__ import annotations

from msgspec.structs import replace

from bot.cards import Button, Card, Row, Text, Visit
from bot.channels import Channels, Refused
from bot.commands.phrases import note, say
from bot.commands.round_play import go_on, put_up, reveal, shown
from bot.commands.round_press import OVER, looked_up, place_in
from bot.library import Library
from bot.press import Press, base36
from bot.storage import Round, Store


async def stop(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """End the round that runs in the group's channel, whatever has become of its card."""
    assert visit.group
    running = await store.rounds(visit.group.group_id)  # not the one in its home: that may be another channel by now
    if not running:
        return say(f"No round is running in <#{visit.group.home_channel}>. `/round start` begins one.")
    return [await _stop(visit, round_, library, store, channels) for round_ in running][-1]


async def reveal_it(visit: Visit, library: Library, store: Store) -> Card:
    """The moderator's *Reveal*: the card shows what we chose, and why it is so."""
    return await _led(visit, library, store, is_reveal=True)


async def next_one(visit: Visit, library: Library, store: Store) -> Card:
    """The moderator's *Next question*."""
    return await _led(visit, library, store, is_reveal=False)


async def stop_it(visit: Visit, library: Library, store: Store) -> Card:
    """The card's *Stop* asks first, since it stands beside the other buttons."""
    round_ = await looked_up(visit, store)
    if round_ is None or round_.is_over:
        return say(OVER, tone="look")
    assert visit.group
    lost = " Answers to the question that is being asked are thrown away." if round_.is_open else ""
    button = Button("Stop the round", Press("round", "stop-now", (base36(round_.round_id),), visit.group.group_id), "danger")
    return note(Text(f"Stop this round? What was revealed stays counted.{lost}"), Row((button,)), tone="look")


async def stop_now(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    round_ = await looked_up(visit, store)
    return await _stop(visit, round_, library, store, channels) if round_ else say(OVER, tone="look")


async def _led(visit: Visit, library: Library, store: Store, *, is_reveal: bool) -> Card:
    """One step of whoever leads. From an old card nothing is done, and the card becomes what it should be."""
    assert visit.group
    round_ = await looked_up(visit, store)
    place = place_in(visit)
    if round_ is None:
        return say(OVER, tone="look")
    at = int(visit.at.timestamp())
    after: Round | None = round_
    if round_.place == place:
        if is_reveal:
            after = await reveal(round_, visit.group, library, store, at)
        else:
            after = await reveal(round_, visit.group, library, store, at) if not round_.is_revealed else round_
            after = await go_on(after, store, at) if after else None
    return replace(shown(after, visit.group, library), to="this card") if after else say(OVER, tone="look")


async def _stop(visit: Visit, round_: Round, library: Library, store: Store, channels: Channels) -> Card:
    assert visit.group
    was_open = round_.is_open
    await store.stop_round(round_, at=int(visit.at.timestamp()))
    over = await store.round(round_.round_id)
    if over is None:
        return say(OVER)
    posting = await store.posting(round_.round_id)
    put = await put_up(over, posting, visit.group, library, channels) if posting else None
    if posting and posting.state == "waiting":
        await store.posting_failed(posting.posting_id, "The round was stopped before its card was there.")
    rest = " Answers that were not revealed are thrown away." if was_open else ""
    trouble = ""
    # Where its card may be there still, it keeps its row, by which that is changed later.
    if posting and posting.state == "claimed":
        trouble = " Discord has not confirmed its card yet; if it is there, I change it in a moment."
    elif isinstance(put, Refused) and (put.passes or put.unsure):
        trouble = f" Its card could not be changed yet, and I try again. {put.why}"
    else:
        await store.end_round(round_.round_id)
    if isinstance(put, Refused) and not trouble:
        trouble = " Its card was deleted before." if put.was_there else f" Its card could not be changed: {put.why}"
    return say(f"The round is stopped.{rest}{trouble} `/round start` begins another.", tone="good")
