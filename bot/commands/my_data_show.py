"""``/my-data``: see all that is kept about me, take it away, erase it in one press, pause."""

from __future__ import annotations

from bot.cards import Button, Card, Part, Row, Text, Visit
from bot.commands.consent import asked_again
from bot.commands.my_data_where import Mine, my_groups, press_for
from bot.commands.my_data_words import all_in_words, membership
from bot.commands.phrases import say
from bot.commands.receipt import counted, receipt
from bot.commands.round_mine import exported, forget_mine, in_words
from bot.kept import KEY, NEVER, VERSION, after_an_erasure, how_long
from bot.library import Library
from bot.press import Press
from bot.storage import Erased, Store

MOST_GROUPS = 8
"""Groups on one card."""


async def show(visit: Visit, library: Library, store: Store) -> Card:
    """All rows about this person, in words; of several groups, in brief."""
    mine, played = await my_groups(visit, store), await in_words(visit, library.course(visit.reads), store)
    if isinstance(mine, Card):
        return _guest_in_a_round(mine, visit, played)
    if visit.group is None or len(mine) > 1 or mine[0][0].group_id != visit.group.group_id:
        return await _in_brief(visit, mine, played, store)
    [(group, key)] = mine
    states = await store.states(group.group_id, key)
    if states.learner is None:
        return say(f"Nothing is kept about you in **{group.name}**.")  # erased a moment ago, by another press
    rows = await store.export(group.group_id, key)
    last = Press("my-data", "resume" if states.learner.is_paused else "pause", (), group.group_id)
    parts: list[Part] = [
        Text(f"## All that is kept about you in {group.name}"),
        *(Text(paragraph) for paragraph in all_in_words(states, rows, library.course(visit.reads))),
        *((Text(played),) if played else ()),
        Text(f"Kept {how_long(visit.retention_days)}. {KEY}\n\n**Never kept:** {NEVER}."),
        Row(
            (
                Button("Download it", Press("my-data", "download", (), group.group_id)),
                Button("Resume" if states.learner.is_paused else "Pause", last),
                Button("Erase all of it", Press("my-data", "erase", (), group.group_id), "danger"),
            )
        ),
        Text("-# Erasing happens at once and can't be undone. You are a guest again then."),
        *asked_again(visit, states.learner),
    ]
    return Card(tuple(parts), tone="warm")


async def download(visit: Visit, library: Library, store: Store) -> Card:
    """The same as files, which only this person sees."""
    from bot.commands.my_data_files import OfGroup, as_html, as_json  # with the first download

    mine = await my_groups(visit, store)
    if isinstance(mine, Card):
        return mine
    groups = tuple(
        [
            OfGroup(group.name, (*await store.export(group.group_id, key), *await exported(visit, group.group_id, store)))
            for group, key in mine
        ]
    )
    return Card(
        (
            Text(
                f"## All that is kept about you\nFrom {_groups(len(mine))}. The first file is for reading, the second for machines."
            ),
            as_html(groups, visit.at, visit.retention_days),
            as_json(groups, visit.at, visit.retention_days),
            Text("-# Only you see these files here. Once you have saved them, they are yours to look after."),
        ),
        tone="warm",
    )


async def erase(visit: Visit, library: Library, store: Store) -> Card:
    """Erase all of it, at once, with a receipt."""
    mine = await my_groups(visit, store)
    thrown_away = await forget_mine(visit, store)
    if isinstance(mine, Card):
        return say("## Done\nYour answer in a live round is thrown away. Nothing else was kept about you.") if thrown_away else mine
    counts = await store.erase_learners([(group.group_id, key) for group, key in mine])
    receipts: list[tuple[str, Erased]] = [
        (group.name, erased) for (group, _), erased in zip(mine, counts, strict=True) if erased.learners
    ]
    if not receipts:  # another press was quicker
        return say("There was nothing left to erase: nothing is kept about you there.")
    if len(mine) == 1:
        done = receipt(receipts[0][1], visit.at)
        played = ("Your answer in a live round is thrown away, too.",) if thrown_away else ()
        return say("## Done", done, *played, "You are a guest again. `/join` begins anew.", tone="good")
    lines = [f"- {name}: {counted(erased)}" for name, erased in receipts]
    more = [f"- and {len(lines) - MOST_GROUPS} more groups"] if len(lines) > MOST_GROUPS else []
    return say(
        f"## Done\n**Erased on {visit.at.date().isoformat()}**, in {_groups(len(receipts))}:",
        "\n".join(lines[:MOST_GROUPS] + more),
        f"None of it is left in these groups.\n-# {after_an_erasure()}",
        tone="good",
    )


async def pause(visit: Visit, library: Library, store: Store) -> Card:
    """Nothing new is kept from now on."""
    mine = await my_groups(visit, store)
    if isinstance(mine, Card):
        return mine
    if not sum([await store.pause(group.group_id, key) for group, key in mine]):
        return say("You had paused already; nothing has changed. `/my-data resume` goes on.")
    return say(
        f"You have paused in {_groups(len(mine))}. Nothing new is kept; what was kept stays, and you can read and practise "
        "everything. `/my-data resume` goes on.",
        f"-# That you paused is noted. {visit.retention_days} days after you were last active all of it is erased, paused or not.",
        tone="good",
    )


async def resume(visit: Visit, library: Library, store: Store) -> Card:
    mine = await my_groups(visit, store)
    if isinstance(mine, Card):
        return mine
    if not sum([await store.resume(group.group_id, key, on=visit.at.date()) for group, key in mine]):
        return say("You had not paused; nothing has changed.")
    agreed = [learner for group, key in mine if (learner := await store.learner(group.group_id, key))]
    if any(learner.consent_version < VERSION for learner in agreed):
        return say(
            f"Your pause is over in {_groups(len(mine))}. The list of what is kept has grown meanwhile, and nothing new is kept "
            "before you agree to it: `/join` in your group shows what is new.",
            tone="look",
        )
    return say(f"You go on in {_groups(len(mine))}: from now on I remember again where you are.", tone="good")


def _guest_in_a_round(card: Card, visit: Visit, played: str) -> Card:
    """Nothing is kept about a guest, but for an answer to the question that a live round is asking."""
    if not played:
        return card
    press = Press("my-data", "erase", () if visit.group else ("all",), visit.group.group_id if visit.group else None)
    return Card((*card.parts, Text(played), Row((Button("Throw it away", press, "danger"),))), tone="look")


async def _in_brief(visit: Visit, mine: Mine, played: str, store: Store) -> Card:
    lines, learners = [], []
    for group, key in mine[:MOST_GROUPS]:
        states = await store.states(group.group_id, key)
        if states.learner:
            learner = states.learner
            learners.append(learner)
            agree = " The list has grown since: `/join` there shows what is new." if learner.consent_version < VERSION else ""
            lines.append(
                f"**{group.name}**: {membership(learner)} {len(states.read)} lessons read, "
                f"{len(states.answers)} questions answered.{agree}"
            )
    more = [f"And {len(mine) - MOST_GROUPS} more groups."] if len(mine) > MOST_GROUPS else []
    is_paused = all(learner.is_paused for learner in learners)
    buttons = [
        Button(label, press, "danger" if step == "erase" else "plain")
        for label, step in (
            ("Download it", "download"),
            ("Resume" if is_paused else "Pause", "resume" if is_paused else "pause"),
            ("Erase all of it", "erase"),
        )
        if (press := press_for(visit, step, mine))
    ]
    return Card(
        (
            Text(f"## What is kept about you in {_groups(len(mine))}"),
            Text("\n\n".join([*lines, *more, *((played,) if played else ())])),
            Text(f"`/my-data download` has every row. Kept {how_long(visit.retention_days)}. {KEY}\n\n**Never kept:** {NEVER}."),
            *((Row(tuple(buttons)),) if buttons else ()),
            *((Text("-# Erasing happens at once, in all groups named here, and can't be undone."),) if buttons else ()),
        ),
        tone="warm",
    )


def _groups(number: int) -> str:
    return "one group" if number == 1 else f"{number} groups"
