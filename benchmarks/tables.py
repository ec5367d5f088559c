"""Measurements in, lines on the screen out; and whether a budget is met. Measures nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median, quantiles
from typing import Protocol

from benchmarks.contenders import Started

PROCESSOR_BUDGETS = {"ours": 1.25, "ours, Postgres": 1.8}
"""At most so many times the bare bot's processor time per click, at concurrency 128."""
SLOWEST_BUDGET = 1.5
"""At most so many times the bare bot's p99 there."""
START_BUDGET = 1.5
GROWTH_BUDGET = 1.0
"""MiB between the first and the last reading of the soak: less than a page of each growing thing, and more than the noise."""

CACHES_ARE_FULL = 50_000
"""Clicks after which SQLite has as many pages in memory as it ever has, so that what grows later would go on growing."""


class Measured(Protocol):
    """What one bot did at one concurrency; see clicks.py."""

    latencies: list[float]
    processor: list[float]
    rates: list[float]
    memory: float


def print_clicks(names: list[str], concurrencies: list[int], measured: Mapping[tuple[str, int], Measured]) -> None:
    """Every bot at every concurrency, and each as a multiple of the first, round by round."""
    print("\n at once  bot              clicks/s   p50 ms   p99 ms  processor ms/click    RSS MiB     × bare: processor  (rounds)")
    for concurrency in concurrencies:
        floor = measured[names[0], concurrency]
        for name in names:
            one = measured[name, concurrency]
            per_cent = quantiles(one.latencies, n=100)
            ratios = [mine / bare for mine, bare in zip(one.processor, floor.processor, strict=True)]
            print(
                f"{concurrency:8}  {name:15}  {median(one.rates):8.0f}  {per_cent[49] * 1000:7.2f}  {per_cent[98] * 1000:7.2f}"
                f"  {median(one.processor):18.3f}  {one.memory:9.1f}  {median(ratios):19.2f}  {_range(ratios)}"
            )
    busiest = concurrencies[-1]
    floor = measured[names[0], busiest]
    for name, budget in PROCESSOR_BUDGETS.items():
        if name in names:
            one = measured[name, busiest]
            ratios = [mine / bare for mine, bare in zip(one.processor, floor.processor, strict=True)]
            what = f"processor time per click at {busiest} at once, {name}"
            verdict(what, median(ratios), budget, f"times the bare bot's {_range(ratios)}")
    slowest = quantiles(measured["ours", busiest].latencies, n=100)[98] / quantiles(floor.latencies, n=100)[98]
    verdict(f"p99 of clicks at {busiest} at once", slowest, SLOWEST_BUDGET, "times the bare bot's")


def print_memory(soaked: Mapping[str, list[tuple[int, float]]]) -> None:
    """Memory as the soak went on."""
    for name, readings in soaked.items():
        print(f"\nRSS of {name}, MiB: " + ", ".join(f"{done:,}: {mib:.1f}" for done, mib in readings))
        growth = readings[-1][1] - readings[0][1]
        verdict(f"growth of {name} from {readings[0][0]:,} to {readings[-1][0]:,} clicks", growth, GROWTH_BUDGET, "MiB")
        if later := [reading for reading in readings if reading[0] >= CACHES_ARE_FULL][:-1]:
            print(f"        of which from {later[0][0]:,} clicks on: {readings[-1][1] - later[0][1]:.2f} MiB")


def print_starts(starts: Mapping[str, list[Started]]) -> None:
    """Medians of all starts, and ours as a multiple of the first bot's."""
    names = list(starts)
    floor = starts[names[0]]
    print("start                     to the gateway s   to the first answer s   to ready s   processor s")
    for name, one in starts.items():
        print(
            f"{name:24}  {median(start.to_gateway for start in one):16.2f}   {median(start.to_answer for start in one):21.2f}"
            f"   {median(start.to_ready for start in one):10.2f}   {median(start.processor for start in one):11.2f}"
        )
    ours = starts["ours"]
    to_ready = _ratio([one.to_ready for one in ours], [one.to_ready for one in floor])
    verdict("import and start, to ready (with discord.py's two idle seconds)", to_ready, START_BUDGET, "times the bare bot's")
    to_answer = _ratio([one.to_answer for one in ours], [one.to_answer for one in floor])
    verdict("import and start, to the first answer", to_answer, START_BUDGET, "times the bare bot's")


def _ratio(ours: Iterable[float], bare: Iterable[float]) -> float:
    """The middle one of the ratios of each pair, measured one right after the other."""
    return median(mine / floor for mine, floor in zip(ours, bare, strict=True))


def _range(ratios: list[float]) -> str:
    return f"({min(ratios):.2f}–{max(ratios):.2f})"


def verdict(what: str, value: float, budget: float, unit: str) -> None:
    """One line: met or missed."""
    print(f"{'met   ' if value <= budget else 'MISSED'}  {what}: {value:.2f} {unit}, budget {budget:.2f}")
