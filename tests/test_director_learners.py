"""The director's desk with the real bot: made-up learners, until their progress is told; and the clock, past postings and over a
change of summer time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from begun import fresh
from director_stage import DeskLine, at_the_directors_desk
from evening import ROOT, Evening, card
from mischief import ask, database, posts, until

from bot.settings import Settings
from rehearsal.bot_calendar import next_change_of_summer_time, planned
from rehearsal.page import add_page
from rehearsal.standin import StandIn
from rehearsal.world import World

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
async def staged(tmp_path: Path) -> AsyncIterator[Evening]:
    """An evening with the page, and so with a desk."""
    standin = StandIn(World.evening())
    file = tmp_path / "data" / "red-flask.db"
    add_page(standin, database=file)
    await standin.start()
    settings = Settings(
        discord_token="rehearsal", database_url=fresh(f"sqlite:///{file}"), learner_secret="a secret of the rehearsal, long enough",
        content_dir=ROOT / "content", log_level="WARNING",
    )  # fmt: skip
    one = Evening(standin, settings, tmp_path)
    await one.start_bot()
    yield one
    await one.stop_bot()
    await standin.stop()


@pytest.fixture
async def desk(staged: Evening) -> AsyncIterator[DeskLine]:
    async with at_the_directors_desk(staged.standin) as desk:
        yield desk


async def test_made_up_learners_fill_a_group_until_its_progress_is_told(staged: Evening, desk: DeskLine) -> None:
    await until(
        lambda: ask(staged, "SELECT 1 FROM marks WHERE name = 'daily job'")
    )  # the bot is through with what it does once a day
    said = await desk.do("learners/fill", count=7, seed=3)
    assert said.startswith("There was no group, so Mo began one in #study-room. 7 learners read ")
    assert "trouble" not in said
    told = (await desk.shows(lambda told: told["learners"] if not told["learners"]["busy"] else None)) or {}
    assert (told["joined"], told["done"]) == (7, 7)
    assert told["pages"] > 50 and told["answers"] > 30
    names = [one["name"] for one in desk.told["people"]["people"]][4:]
    assert ask(staged, "SELECT count(*) FROM learners") == [(7,)]
    [(answers,)] = ask(staged, "SELECT count(*) FROM answers")
    assert answers > 20, "kept by the bot itself, as of anybody"
    before = staged.now()
    assert "there is something new to see" in await desk.do("learners/publish")
    assert staged.now() - before > timedelta(hours=23)
    seen = await staged.person("Mo").command(staged.room(), "progress")
    assert "lessons" in card(seen).text
    assert planned(database(staged), staged.now()).told > 0

    again = await desk.do("learners/fill", count=1, seed=3)
    assert again.startswith("1 learner read "), "there is a group by now"
    assert [one["name"] for one in desk.told["people"]["people"]][4:] == names, "the same seed brings the same people"
    assert ask(staged, "SELECT count(*) FROM learners") == [(7,)]


async def test_learners_are_stopped_and_nonsense_is_refused(staged: Evening, desk: DeskLine) -> None:
    for wrong in ({"count": 0, "seed": 1}, {"count": "many", "seed": 1}, {"count": 45, "seed": 1}):
        assert await desk.refused("learners/fill", **wrong) == "Give how many learners as a whole number from 1 to 44."
    assert await desk.refused("learners/fill", count=3) == "Give the seed as a whole number from 0 to 999999."
    assert "There is no group yet" in await desk.refused("learners/publish")
    mo = staged.standin.world.server.member_named("Mo")
    await desk.do("people/moderator", member=str(mo.id), on=False)
    assert "make somebody a moderator" in await desk.refused("learners/fill", count=3, seed=1)
    await desk.do("people/moderator", member=str(mo.id), on=True)
    filling = desk.begin("learners/fill", count=40, seed=1)
    await desk.shows(lambda told: told["learners"]["busy"] and told["learners"]["joined"])
    assert "at it already" in await desk.refused("learners/fill", count=3, seed=1)
    await desk.do("learners/stop")
    assert "Then they were stopped." in (await filling)["said"]
    walking = desk.begin("clock/move", to="day", posting=True)
    await desk.shows(lambda told: told["clock"]["going"])
    await staged.stop_bot()
    assert "The bot went away" in (await walking)["why"]
    assert "isn’t connected" in await desk.refused("learners/fill", count=3, seed=1)
    assert "isn’t connected" in await desk.refused("clock/move", to="day", posting=True)


async def test_the_clock_goes_to_the_next_posting_and_past_all_that_is_due_on_the_way(staged: Evening, desk: DeskLine) -> None:
    assert await desk.refused("clock/move", to="posting") == (
        "Nothing is planned: start a plan with /plan start, or plan something with /schedule add."
    )
    await staged.group()
    first = (staged.now() + timedelta(days=20)).astimezone(BERLIN).date()
    shown = await staged.person("Mo").command(staged.room(), "plan start", plan="three-evenings", first_day=str(first))
    await staged.person("Mo").press(card(shown), "Start it")
    told = await desk.shows(lambda told: told["clock"] if told["clock"]["coming"] else None)
    assert told["zone"] == "Europe/Berlin"
    assert not told["coming"][0]["is_card"], "there is no channel for whoever leads"
    first_at = datetime.fromisoformat(told["coming"][0]["at"])
    assert "Here it is " in await desk.do("clock/move", to="posting")
    assert timedelta(0) <= staged.now() - first_at < timedelta(seconds=5)
    before = len(posts(staged, "study-room"))
    said = await desk.do("clock/move", to="week", posting=True)
    assert said.endswith("moments were on the way.")
    assert len(posts(staged, "study-room")) - before >= 2, "a lesson, and a prompt two days later"
    assert ask(staged, "SELECT count(*) FROM postings WHERE state = 'missed'") == [(0,)]
    assert await desk.do("clock/move", to="now") == "Here it is the real time again."
    assert staged.standin.world.ahead == timedelta(0)


@pytest.mark.nightly
async def test_a_whole_course_goes_by_over_a_change_of_summer_time_and_misses_nothing(staged: Evening, desk: DeskLine) -> None:
    await staged.group()
    change = next_change_of_summer_time("Europe/Berlin", staged.now())
    assert change
    staged.standin.world.move_clock(change - timedelta(days=25) - datetime.now(UTC))
    first = (change - timedelta(days=20)).date()
    shown = await staged.person("Mo").command(staged.room(), "plan start", plan="eight-evenings", first_day=str(first))
    await staged.person("Mo").press(card(shown), "Start it")
    planned_items = ask(staged, "SELECT count(*) FROM slots")[0][0]
    assert planned_items > 15
    weeks = 0
    while planned(database(staged), staged.now()).coming:
        assert "Here it is" in await desk.do("clock/move", to="week", posting=True)
        weeks += 1
        assert weeks < 20
    states = dict(ask(staged, "SELECT state, count(*) FROM postings WHERE slot_id IS NOT NULL GROUP BY state"))
    assert states == {"posted": planned_items}
    moments = [datetime.fromtimestamp(at, BERLIN) for (at,) in ask(staged, "SELECT due_at FROM postings WHERE slot_id IS NOT NULL")]
    assert min(moments) < change < max(moments)
    assert {one.hour for one in moments} == {19}, "by the group's clocks, before the change and after it"


async def test_the_clock_is_moved_over_a_change_of_summer_time_and_refuses_what_is_unclear(staged: Evening, desk: DeskLine) -> None:
    assert "don’t change" in await desk.refused("clock/move", to="summer time", posting=False)
    await staged.group()
    before = staged.now().astimezone(BERLIN).utcoffset()
    said = await desk.do("clock/move", to="summer time", posting=False)
    assert "(Europe/Berlin)" in said and "Sunday" in said
    assert staged.now().astimezone(BERLIN).utcoffset() != before
    assert await desk.refused("clock/move", to="week") == "Say with true or false whether everything on the way is posted."
    assert (await desk.refused("clock/move", to="Friday")).startswith("Say where to: one of posting, hour,")
    staged.standin.world.move_clock(timedelta(days=3649))
    assert "far enough" in await desk.refused("clock/move", to="week", posting=False)


@pytest.mark.parametrize(
    ("zone", "after", "change"),
    [
        ("Europe/Berlin", datetime(2026, 11, 26, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 3, 28, 0, 59, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 26, tzinfo=UTC), datetime(2027, 3, 14, 7, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 11, 26, tzinfo=UTC), None),
        ("Nowhere/At all", datetime(2026, 11, 26, tzinfo=UTC), None),
    ],
)
def test_the_next_change_of_summer_time_is_found_to_the_minute(zone: str, after: datetime, change: datetime | None) -> None:
    assert next_change_of_summer_time(zone, after) == change


def test_a_database_that_is_not_there_or_is_something_else_has_nothing_planned(tmp_path: Path) -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    assert planned(tmp_path / "none.db", now).coming == []
    (tmp_path / "other.db").write_bytes(b"something else altogether" * 100)
    assert planned(tmp_path / "other.db", now).groups == []
