"""The figures as Prometheus reads them. They are put together when somebody asks, from plain numbers that are there anyway."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.meters.counts import LOT, STEP, Histogram, Lots, Presses

IN_LOTS = f" It moves in lots of {LOT}, so that it tells nobody's hours."


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of others, whenever the figures are read. Each answers at once."""

    shards: Callable[[], Iterable[tuple[int, bool, float]]]
    """Of each shard of this process: its number, whether it is connected, and seconds to Discord and back (``nan`` if unknown)."""
    is_ready: Callable[[], bool]
    servers: Callable[[], int]
    gateway_events: Callable[[], Iterable[tuple[str, int]]]
    late: Callable[[], tuple[int, float]]
    """Of the calendar: how many postings are due and not posted, and for how many seconds the oldest."""
    looked: Callable[[], float]
    """Seconds since the calendar was last looked at."""


class Meters(Collector):
    """All figures of one process."""

    def __init__(self, asked: Asked) -> None:
        self.presses = Presses()
        self.database = Lots("read", "write")
        self.happened = Counter[str]()
        """Postings and publications, by what became of them: what everybody in a channel sees."""
        self.failures = Counter[str]()
        """What the log has a line of, at once: an operator must hear of it."""
        self.under_way = 0
        """Units of the database that wait or are at work."""
        self.loop_lag = 0.0
        self._asked = asked
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._registry.register(self)

    def text(self) -> bytes:
        """As it is read by Prometheus."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        yield from self._of_presses()
        yield from self._of_the_calendar()
        yield from self._of_the_database()
        yield from self._of_the_gateway()
        yield _gauge(
            "redflask_loop_lag_seconds", "Longest that anything had to wait for its turn, in the last minute.", self.loop_lag
        )

    def _of_presses(self) -> Iterator[Metric]:
        presses = CounterMetricFamily(
            "redflask_interactions",
            f"Presses, forms and typed commands that were answered.{IN_LOTS} Each figure moves in steps of {STEP}.",
            labels=("command", "outcome"),
        )
        for what, count in sorted(self.presses.shown.items()):
            presses.add_metric(what, count)
        yield presses
        yield _histogram("redflask_answer_seconds", f"From an interaction's arrival to its answer.{IN_LOTS}", self.presses.took)
        about = "From an interaction's making, by Discord's clock, to its answer, by ours; Discord gives up after 3."
        yield _histogram("redflask_interaction_age_seconds", f"{about}{IN_LOTS}", self.presses.age)
        failures = CounterMetricFamily(
            "redflask_failures",
            "What went wrong, as the log has it: bug, storage trouble, not answered and others.",
            labels=("what",),
        )
        for event, count in sorted(self.failures.items()):
            failures.add_metric((event,), count)
        yield failures

    def _of_the_calendar(self) -> Iterator[Metric]:
        late, seconds = self._asked.late()
        yield _gauge("redflask_calendar_lag_seconds", "For how long the oldest posting that is due has waited.", seconds)
        yield _gauge("redflask_calendar_waiting", "Postings that are due and have not been posted yet.", late)
        yield _gauge("redflask_calendar_looked_seconds", "Seconds since the calendar was last looked at.", self._asked.looked())
        happened = CounterMetricFamily(
            "redflask_postings", "What became of postings: posted, waiting (tried again), failed, missed.", labels=("outcome",)
        )
        for outcome in ("posted", "waiting", "failed", "missed"):
            happened.add_metric((outcome,), self.happened[outcome])
        yield happened
        yield CounterMetricFamily("redflask_publications", "Publications about a group that were made.", self.happened["published"])

    def _of_the_database(self) -> Iterator[Metric]:
        took = HistogramMetricFamily(
            "redflask_database_seconds", f"How long the database took, waiting included.{IN_LOTS}", labels=("kind",)
        )
        for kind, histogram in self.database.shown.items():
            took.add_metric((kind,), histogram.cumulated(), histogram.total)
        yield took
        yield _gauge("redflask_database_under_way", "Units of the database that wait or are at work just now.", self.under_way)

    def _of_the_gateway(self) -> Iterator[Metric]:
        connected = GaugeMetricFamily("redflask_gateway_connected", "1 for a shard that is connected.", labels=("shard",))
        latency = GaugeMetricFamily("redflask_gateway_latency_seconds", "A heartbeat to Discord and back.", labels=("shard",))
        for number, is_connected, seconds in self._asked.shards():
            connected.add_metric((str(number),), float(is_connected))
            if math.isfinite(seconds):
                latency.add_metric((str(number),), seconds)
        yield connected
        yield latency
        events = CounterMetricFamily("redflask_gateway_events", "Connections made, resumed and lost.", labels=("event",))
        for event, count in self._asked.gateway_events():
            events.add_metric((event,), count)
        yield events
        yield _gauge("redflask_ready", "1 if Discord has told of all servers of this process.", self._asked.is_ready())
        yield _gauge("redflask_servers", "Servers of this process.", self._asked.servers())


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, float(value))


def _histogram(name: str, about: str, histogram: Histogram) -> Metric:
    return HistogramMetricFamily(name, about, histogram.cumulated(), histogram.total)
