"""METRICS_PORT: figures for whoever watches the machine, and whether the bot lives and is ready, asked over HTTP as a watcher does.

And what must not be: a figure that tells somebody's hours, a label that names anyone, a press that is slower for it.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest
import yaml
from begun import fresh
from engines import a_group
from evening import ROOT, Evening, card, quizzed
from hypothesis import given
from hypothesis import strategies as st
from mischief import ask, forge, until
from prometheus_client.parser import text_string_to_metric_families
from test_schedule import add

from bot.commands import COMMANDS
from bot.main import opened
from bot.meters import Asked, Histogram, Lots, Meters, Presses
from bot.meters.counts import ANSWERS, LOT, STEP
from bot.settings import Settings, SettingsTrouble
from bot.storage import open_store
from rehearsal.standin import StandIn
from rehearsal.world import World

Samples = Mapping[str, Mapping[tuple[tuple[str, str], ...], float]]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Evening]:
    """An evening with a door for whoever watches."""
    standin = StandIn(World.evening())
    await standin.start()
    settings = Settings(
        discord_token="rehearsal",
        database_url=fresh(f"sqlite:///{tmp_path / 'data' / 'red-flask.db'}"),
        learner_secret="a secret of the rehearsal, long enough",
        content_dir=ROOT / "content",
        metrics_port=free_port(),
    )
    one = Evening(standin, settings, tmp_path)
    await one.start_bot()
    yield one
    await one.stop_bot()
    await standin.stop()


async def get(evening: Evening, path: str) -> tuple[int, str]:
    address = f"http://127.0.0.1:{evening.settings.metrics_port}{path}"
    async with aiohttp.ClientSession() as session, session.get(address, timeout=aiohttp.ClientTimeout(10)) as answer:
        return answer.status, await answer.text()


def samples(text: str) -> Samples:
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            found.setdefault(one.name, {})[tuple(sorted(one.labels.items()))] = one.value
    return found


async def figures(evening: Evening) -> Samples:
    status, text = await get(evening, "/metrics")
    assert status == 200
    return samples(text)


# ---------------------------------------------------------------- over HTTP


async def test_it_lives_and_says_whether_it_is_ready_and_why_not(watched: Evening) -> None:
    assert await get(watched, "/healthz") == (200, "alive\n")
    status, why = await get(watched, "/readyz")
    assert (status, why) == (503, "not connected yet, or Discord has not told of all servers\n")
    await until(watched.client.is_ready)
    assert await get(watched, "/readyz") == (200, "ready\n")
    assert (await get(watched, "/"))[0] == 404
    seen = await figures(watched)
    assert seen["redflask_ready"][()] == 1
    assert seen["redflask_servers"][()] == 1
    assert seen["redflask_gateway_connected"][("shard", "0"),] == 1
    assert seen["redflask_gateway_events_total"][("event", "connected"),] == 1
    assert seen["redflask_calendar_lag_seconds"][()] == 0
    assert seen["redflask_calendar_looked_seconds"][()] < 120
    assert seen["redflask_database_under_way"][()] < 5
    assert seen["process_resident_memory_bytes"][()] > 1 << 20

    await watched.standin.drop_gateway()
    await until(lambda: watched.client.gateway_events["lost"] == 1)
    await until(lambda: watched.client.gateway_events["resumed"] == 1, 10)
    await watched.client._desk._store.close()
    status, why = await get(watched, "/readyz")
    assert status == 503
    assert "the database: " in why
    await watched.client.close()
    status, why = await get(watched, "/readyz")
    assert "the bot is stopping; the database: " in why
    assert (await get(watched, "/healthz"))[0] == 200


async def test_what_people_press_is_counted_in_lots_and_nothing_names_anybody(watched: Evening) -> None:
    await watched.group()
    await watched.joined("Ada")
    ada = watched.person("Ada")
    before = await figures(watched)
    assert before["redflask_answer_seconds_count"][()] == 0, "three presses say nothing yet"
    first = await quizzed(ada, watched.room())
    await forge(ada, card(first), "A", "1:ada-was-here:step:")
    for _ in range(LOT):
        await ada.command(watched.room(), "about")
    status, text = await get(watched, "/metrics")
    assert status == 200
    seen = samples(text)
    by = {dict(labels)["command"]: count for labels, count in seen["redflask_interactions_total"].items()}
    assert by["about"] >= LOT - 10
    assert all(count % STEP == 0 for count in by.values())
    assert seen["redflask_answer_seconds_count"][()] == LOT
    assert seen["redflask_interaction_age_seconds_count"][()] == LOT
    assert set(by) <= {one.name for one in COMMANDS} | {"unknown"}

    world = watched.standin.world
    members = [member.user.id for member in world.server.members.values()]
    groups = [number for (number,) in ask(watched, "SELECT group_id FROM study_groups")]
    for number in (world.server.id, *members, *world.channels, *groups):
        assert str(number) not in text
    for name in ("Ada", "ada", "Thursday"):
        assert name not in text
    labels = {name for family in text_string_to_metric_families(text) for one in family.samples for name in one.labels}
    about_python = {"implementation", "major", "minor", "patchlevel", "version"}
    assert labels - about_python <= {"command", "outcome", "what", "kind", "le", "shard", "event"}


async def test_postings_publications_and_a_calendar_that_is_late_are_seen(watched: Evening) -> None:
    await watched.group()
    before = (await figures(watched))["redflask_postings_total"][("outcome", "posted"),]
    await add(watched)
    watched.move(days=8)
    watched.wake()
    await until(lambda: ask(watched, "SELECT count(*) FROM postings WHERE state = 'missed'")[0][0] > 0, 10)
    seen = (await figures(watched))["redflask_postings_total"]
    assert before == 1, "the welcome card"
    assert seen[("outcome", "missed"),] >= 1


async def test_a_bug_is_counted_at_once_under_the_word_that_the_log_has(watched: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(visit: object) -> None:
        raise KeyError("what Ada typed")

    monkeypatch.setattr(watched.client._desk, "_serve", breaks)
    await watched.person("Ada").command(watched.room(), "about")
    seen = await figures(watched)
    assert seen["redflask_failures_total"] == {(("what", "bug"),): 1}


async def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = Settings(
            database_url=f"sqlite:///{tmp_path}/x.db",
            learner_secret="a secret of this test, long enough",
            metrics_port=other.getsockname()[1],
        )
        with pytest.raises(SettingsTrouble, match=r"METRICS_PORT \d+ can't be opened on 127.0.0.1 .*: choose another one"):
            async with opened(settings):
                pass


async def test_an_address_that_is_not_ours_is_one_sentence(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/x.db", learner_secret="a secret of this test, long enough",
        metrics_port=free_port(), metrics_host="203.0.113.7",
    )  # fmt: skip
    with pytest.raises(SettingsTrouble, match="METRICS_HOST"):
        async with opened(settings):
            pass


def test_without_a_port_nothing_of_it_is_loaded() -> None:
    script = """
import sys, bot.main
from bot.chat.client import RedFlask
loaded = [name for name in sys.modules if name.startswith(("prometheus_client", "bot.meters", "bot.watch", "bot.storage.measured"))]
print(loaded, "aiohttp.web" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] False"


# ---------------------------------------------------------------- the counting itself

PRESSES = st.lists(
    st.tuples(st.sampled_from(["quiz", "leave", "join"]), st.sampled_from(["answered", "trouble"]), st.floats(0, 9)), max_size=400
)


@given(PRESSES)
def test_no_figure_moves_with_one_press_alone(presses: list[tuple[str, str, float]]) -> None:
    meter, moves = Presses(), list[int]()
    before: tuple[int, dict[tuple[str, str], int]] = (0, {})
    for command, outcome, took in presses:
        meter.note(command, outcome, took, took)
        now = (sum(meter.took.counts), dict(meter.shown))
        if now != before:
            moves.append(now[0] - before[0])
            assert all((count - before[1].get(what, 0)) % STEP == 0 for what, count in now[1].items())
        before = now
    assert all(moved == LOT for moved in moves)
    assert sum(meter.took.counts) == len(presses) // LOT * LOT
    assert sum(meter.shown.values()) <= sum(meter.took.counts)


@given(st.lists(st.floats(0, 10), max_size=60))
def test_a_histogram_counts_each_value_once_and_below_its_bound(values: list[float]) -> None:
    histogram = Histogram(ANSWERS)
    for value in values:
        histogram.add(value)
    for bound, count in histogram.cumulated():
        assert count == sum(value <= float(bound) for value in values)


def test_one_learner_who_watches_every_second_sees_nothing_of_an_evening() -> None:
    """Whoever reads the figures after each press of an evening with fewer presses than a lot reads the same each time."""
    quiet = Asked(lambda: [(0, True, 0.05)], lambda: True, lambda: 1, lambda: [("connected", 1)], lambda: (0, 0.0), lambda: 1.0)
    meters = Meters(quiet)

    def read() -> list[str]:
        return [line for line in meters.text().decode().splitlines() if line.startswith("redflask_")]

    before = read()
    for _ in range(LOT - 1):
        meters.presses.note("quiz", "answered", 0.01, 0.2)
        meters.database.note("write", 0.001)
        assert read() == before
    meters.presses.note("quiz", "answered", 0.01, 0.2)
    assert read() != before


async def test_measured_storage_answers_as_before_and_counts_what_is_under_way(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    most, now = 0, 0

    def busy(more: int) -> None:
        nonlocal most, now
        now += more
        most = max(most, now)

    took = Lots("read", "write")
    store.measure(took.note, busy, lambda what: None)
    groups = [a_group() for _ in range(LOT)]
    assert all(await asyncio.gather(*map(store.add_group, groups)))
    assert (now, most) == (0, LOT)
    assert sum(took.shown["write"].counts) == LOT
    await store.close()


def test_a_press_costs_less_than_five_microseconds_more() -> None:
    meter, many = Presses(), 50_000
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        for _ in range(many):
            meter.note("quiz", "answered", 0.012, 0.3)
        best = min(best, (time.process_time() - began) / many)
    assert best < 5e-6


# ---------------------------------------------------------------- what is handed out with it

DEPLOY = ROOT / "docs" / "deploy"
NAMES = re.compile(r"\b((?:redflask|process)_[a-z_]+)\b")


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Each name that Prometheus would know of a process that everything has happened to."""
    asked = Asked(lambda: [(0, True, 0.05)], lambda: True, lambda: 1, lambda: [("lost", 1)], lambda: (0, 0.0), lambda: 1.0)
    meters = Meters(asked)
    meters.failures["bug"] += 1
    for _ in range(LOT):
        meters.presses.note("quiz", "answered", 0.01, 0.2)
    return {one.name for family in text_string_to_metric_families(meters.text().decode()) for one in family.samples}


def test_every_figure_on_the_dashboard_exists_and_one_look_suffices(known: set[str]) -> None:
    board = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
    assert 8 <= len(board["panels"]) <= 12
    asked = {name for panel in board["panels"] for target in panel["targets"] for name in NAMES.findall(target["expr"])}
    assert asked <= known
    assert all(panel["title"] and panel["description"] for panel in board["panels"])
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    seen = {name.removesuffix("_bucket").removesuffix("_total") for name in asked}
    ours = {name for name in known if name.startswith("redflask_")}
    stems = {re.sub(r"_(bucket|sum|count|created|total)$", "", name) for name in ours}
    assert stems - seen == {"redflask_publications"}, "all else can be seen on it"


def test_every_figure_in_the_alert_rules_exists(known: set[str]) -> None:
    [group] = yaml.safe_load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]:
        assert set(NAMES.findall(rule["expr"])) <= known, rule["alert"]
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["do"]


def test_operators_find_both_and_every_failure_that_the_rules_name_is_an_event_of_the_log() -> None:
    manual = (ROOT / "docs" / "OPERATING.md").read_text(encoding="utf-8")
    assert "(deploy/grafana.json)" in manual
    assert "(deploy/alerts.yml)" in manual
    events = set(re.findall(r"^\| `([^`]+)` \|", manual, re.MULTILINE))
    for named in re.findall(r'what=~?"([^"]+)"', (DEPLOY / "alerts.yml").read_text(encoding="utf-8")):
        assert set(named.split("|")) <= events
