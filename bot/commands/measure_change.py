"""What has changed in a group between the beginning and the end of a plan: from stored counts, by the rules of publication.

The same for everybody who looks, and for two looks around one person's answer. The reading of the uncertainty is for people who
have never heard of an interval.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards import Button, Card, Drawing, Part, Row, Text, Visit
from bot.commands.measure import AFTER, BEFORE, GONE, Asked, about_of_run, read
from bot.commands.phrases import as_many_as_fit, say
from bot.evidence import ANSWERED, difference
from bot.library import Library
from bot.plots import change_picture
from bot.press import Press
from bot.progress import HIDDEN, OPINIONS_FROM, least_behind, opinion_in_words, share_in_words
from bot.storage import Store

ROOM = 2_400
Counts = Mapping[str, int]


async def change(visit: Visit, library: Library, store: Store) -> Card:
    """Question by question, and statement by statement."""
    assert visit.group
    asked = read(visit, library)
    if asked is None:
        return say(GONE, tone="look")
    k = least_behind(visit.group.publish_from)
    counts = await store.tallies(visit.group.group_id, k=k, on=visit.at.date())
    before, after = (counts.get(about_of_run(asked.plan.name, asked.first_day, part), {}) for part in (BEFORE, AFTER))
    mine = Row((Button("What I have learnt", Press("progress", "learnt", (), visit.group.group_id)),))
    rule = Text(
        f"-# Told from {k} answers up, at most once a day, and anew only with {k} new answers: it is the same whoever looks. "
        "Before and after are counted apart, and nobody knows who answered both times. So a change counts as more than chance only "
        "if it would be rare among different people, too (95%, Newcombe's interval). Of ten questions, one may look "
        "changed by chance alone."
    )
    head = f"## {asked.plan.title}: before and after"
    if not before or not after:
        which = "the beginning" if after else "the end" if before else "the beginning and the end"
        return Card((Text(f"{head}\nNothing can be told of {which} yet; here is when it is."), rule, mine), tone="warm")
    k = visit.group.publish_from
    rows = tuple(
        (question.ask, share_in_words(*_right(before, name), publish_from=k), share_in_words(*_right(after, name), publish_from=k))
        for name, question in asked.questions
    )
    lines = [
        f"- {ask}\n  right: **{was} → {now}**, {_reading(_right(before, name), _right(after, name))}"
        for (ask, was, now), (name, _) in zip(rows, asked.questions, strict=True)
    ]
    said = _statements(asked, before, after, k)
    alt = f"{asked.plan.title}, before and after. " + " ".join(f"{ask} {was}, then {now}." for ask, was, now in rows)
    parts: list[Part] = [Text(head), Drawing("change.png", change_picture(rows), alt[:1024]), Text(as_many_as_fit(lines, ROOM))]
    return Card((*parts, *((Text(said),) if said else ()), rule, mine), tone="warm")


def _right(counts: Counts, name: str) -> tuple[int, int]:
    return counts.get(f"right {name}", 0), counts[ANSWERED]


def _reading(before: tuple[int, int], after: tuple[int, int]) -> str:
    """The uncertainty in plain words."""
    found = difference(*after, *before)
    if found.may_be_chance:
        return "the change may be chance" if before[0] * after[1] != after[0] * before[1] else "no change"
    return "more than chance: more of us know it" if found.low > 0 else "more than chance: fewer of us know it"


def _statements(asked: Asked, before: Counts, after: Counts, k: int) -> str:
    """Those who agree or rather agree, against all the rest."""
    lines = []
    for place, statement in enumerate(asked.statements):
        (was_agreeing, was), (now_agreeing, now) = _agreeing(before, place), _agreeing(after, place)
        one, two = opinion_in_words(was_agreeing, was, publish_from=k), opinion_in_words(now_agreeing, now, publish_from=k)
        if HIDDEN in (one, two):
            lines.append(f"- {statement}\n  too few have said something, before or after (from {max(k, OPINIONS_FROM)} up)")
        else:
            reading = "may be chance" if difference(now_agreeing, now, was_agreeing, was).may_be_chance else "more than chance"
            lines.append(f"- {statement}\n  agree: **{one} → {two}**, {reading}")
    return "**What we think.** Nothing of it is right or wrong.\n" + "\n".join(lines) if lines else ""


def _agreeing(counts: Counts, place: int) -> tuple[int, int]:
    return sum(counts.get(f"said {place} {value}", 0) for value in (4, 5)), counts.get(f"said {place}", 0)
