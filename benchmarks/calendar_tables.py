"""What the stand-in saw of ten thousand postings, in lines on the screen; and whether a budget is met. Measures nothing itself."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import mean, median, quantiles
from typing import Protocol

from benchmarks.crowd import Call, Crowd
from bot.poster.poster import AT_ONCE
from rehearsal.rate_limits import CALLS_PER_SECOND

RATE_BUDGET = 0.9
"""Of Discord's limit, on average of all seconds with work."""
GROWTH_BUDGET = 1.5
"""Times the p99 without postings."""
LEAD_BUDGET = 2
"""Postings that a server may have had more than another that waits: its next turn, and one of the other's that is under way."""


class Phase(Protocol):
    """A stretch of the measurement; see calendar.py."""

    rate: int
    began: float
    ended: float
    processor: float
    latencies: list[float]


def per_second(calls: Sequence[Call], began: float, ended: float) -> list[int]:
    """How many calls in each of the whole seconds in between, which are the windows of Discord's limit."""
    seen = Counter(math.floor(call.at) for call in calls)
    return [seen[second] for second in range(math.ceil(began), math.floor(ended))]


def most_overtaken(posted: Sequence[int], all_dues: Iterable[int]) -> int:
    """The due times of what was posted, in that order: how many earlier ones were not there yet, at worst, when one came."""
    left, worst = Counter(all_dues), 0
    for due in posted:
        left[due] -= 1
        worst = max(worst, sum(many for other, many in left.items() if other < due))
    return worst


def greatest_lead(posted: Sequence[int], jobs: Iterable[int]) -> int:
    """The servers of what was posted, in that order, all due at the same time; `jobs` has each server once for each of its jobs.
    How many more one had had than another that still had something to come, at worst."""
    left, had, worst = Counter(jobs), Counter[int](), 0
    for server in posted:
        left[server] -= 1
        had[server] += 1
        behind = min((had[other] for other, many in left.items() if many and other != server), default=had[server])
        worst = max(worst, had[server] - behind)
    return worst


def print_calls(crowd: Crowd, during: Sequence[Phase], grown: float) -> None:
    """The speed, and what it costs."""
    print("\nwhile clicking  calls/s: mean   median   least   most   of Discord's 50   processor ms/posting")
    every: list[int] = []
    for rate in sorted({phase.rate for phase in during}):
        phases = [phase for phase in during if phase.rate == rate]
        seconds = [calls for phase in phases for calls in per_second(crowd.calls, phase.began, phase.ended)]
        every += seconds
        print(
            f"{rate:8} per s  {mean(seconds):13.1f}  {median(seconds):7.0f}  {min(seconds):6}  {max(seconds):5}"
            f"  {mean(seconds) / CALLS_PER_SECOND:16.0%}{'' if rate else ' ' * 15 + _cost(crowd.calls, phases)}"
        )
    share = mean(every) / CALLS_PER_SECOND
    _verdict(share >= RATE_BUDGET, f"calls: {share:.1%} of what Discord allows, at least {RATE_BUDGET:.0%}")
    limited = crowd.limits.counts.limited
    _verdict(not limited, f"calls that Discord refused as too many: {limited}, none")
    postings = sum(call.what == "message" for call in crowd.calls)
    print(f"Memory: {grown:.1f} MiB more after {postings:,} postings ({grown * 1024 / postings:.1f} KiB each).")


def print_whole(crowd: Crowd) -> None:
    """Until the last of all. The seconds in which calls were held back don't count, nor those in which it stopped and went on."""
    began, ended = math.ceil(crowd.calls[0].at), math.floor(crowd.calls[-1].at)
    held = {second for since, until in crowd.holds for second in range(math.floor(since), math.ceil(until) + 1)}
    every = per_second(crowd.calls, began, ended)
    seconds = [calls for second, calls in enumerate(every, began) if second not in held]
    tenth = max(1, len(seconds) // 10)
    parts = [mean(seconds[start : start + tenth]) for start in range(0, tenth * 10, tenth)]
    messages = Counter(call.channel for call in crowd.calls if call.what == "message")
    print(f"\nAll {len(messages):,} postings took {len(seconds)} s. Calls per second, tenth by tenth:")
    print(" ".join(f"{part:.1f}" for part in parts) + f"; all in all {mean(seconds):.1f}")
    share = mean(seconds) / CALLS_PER_SECOND
    _verdict(share >= RATE_BUDGET, f"calls until the end: {share:.1%} of what Discord allows, at least {RATE_BUDGET:.0%}")
    twice = sum(many > 1 for many in messages.values())
    _verdict(not twice, f"channels with more than one posting: {twice}, none")


def print_order(crowd: Crowd, dues: dict[int, int]) -> None:
    """The order, and whether it was fair. `dues`: channel → when its slot is due."""
    servers = {channel.id: channel.server_id or 0 for channel in crowd.circles}
    posted = [call.channel for call in crowd.calls if call.what == "message"]
    overtaken = most_overtaken([dues[channel] for channel in posted], dues.values())
    print()
    _verdict(overtaken <= AT_ONCE, f"order: at worst {overtaken} earlier ones were still under way, at most {AT_ONCE}")
    for due in sorted(set(dues.values())):
        its = [servers[channel] for channel in posted if dues[channel] == due]
        jobs = [servers[channel] for channel, when in dues.items() if when == due]
        had = Counter(its)
        each = [had[server] for server in set(jobs)]
        lead = greatest_lead(its, jobs)
        said = f"{len(its):,} of {len(jobs):,} posted, {min(each)} to {max(each)} for each server; the greatest lead was {lead}"
        _verdict(lead <= LEAD_BUDGET, f"fairness, minute {due // 60 % 60:02}: {said}, at most {LEAD_BUDGET}")


def print_clicks(before: Sequence[Phase], quiet: Sequence[Phase], busy: Sequence[Phase]) -> None:
    """Learners' clicks before anything was due, while the postings were held back, and while they were made."""
    print("\nclicks/s   p50 ms: before    held   posting   p99 ms: before    held   posting   posting : held")
    said: list[tuple[int, float]] = []
    for rate in sorted({phase.rate for phase in quiet}):
        three = [[one for phase in phases if phase.rate == rate for one in phase.latencies] for phases in (before, quiet, busy)]
        middle, slow = ([quantiles(one, n=100)[which - 1] * 1000 for one in three] for which in (50, 99))
        said.append((rate, slow[2] / slow[1]))
        print(
            f"{rate:8}   {middle[0]:14.2f}  {middle[1]:6.2f}  {middle[2]:8.2f}   {slow[0]:14.2f}  {slow[1]:6.2f}  {slow[2]:8.2f}"
            f"   {said[-1][1]:14.2f}"
        )
    for rate, growth in said:
        _verdict(growth < GROWTH_BUDGET, f"p99 at {rate} clicks/s: {growth:.2f} times, less than {GROWTH_BUDGET}")


def _cost(calls: Sequence[Call], phases: Sequence[Phase]) -> str:
    """Milliseconds of processor time for each posting; only while nobody clicks, or the clicks' would be in it."""
    made = sum(call.what == "message" and phase.began <= call.at < phase.ended for phase in phases for call in calls)
    return f"{sum(phase.processor for phase in phases) * 1000 / made:.2f}"


def _verdict(is_met: bool, said: str) -> None:
    print(f"{'met   ' if is_met else 'MISSED'}  {said}")
