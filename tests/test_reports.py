"""Reports: what a page and a table say is what was published; they need nothing else, and run nothing."""

from __future__ import annotations

import asyncio
import csv
import html
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from at_the_desk import LIBRARY
from engines import DAY, a_group
from evening import ROOT, Evening, card
from hypothesis import given
from hypothesis import strategies as st
from mischief import ask
from page_stage import CHROMIUM, FLAGS, in_a_browser
from playwright.async_api import async_playwright

from bot.main import main
from bot.overview import OWN, Overview, overview
from bot.progress import LESSONS, PUBLISH_FROM, Publication, Told
from bot.reports import group_page, group_sheet, machine_of, machine_page, machine_sheet
from bot.reports.sheet import NOT_TOLD, harmless
from bot.storage import OwnPrompt, Posted, open_store
from rehearsal.offers import NotOffered

COURSE = LIBRARY.course("en")
TITLES = [(theme.name, theme.title) for theme in COURSE.themes]
FIRST = COURSE.themes[0]
NASTY = "=HYPERLINK(\"http://evil\") <script>alert('x')</script> & friends"


def shown(*told: Told, name: str = "Thursday readers", posted: tuple[Posted, ...] = (), k: int = 5) -> Overview:
    publications = (Publication(DAY, k, told), Publication(DAY + timedelta(days=7), k, told[:1])) if told else ()
    return overview(name, 10, k, COURSE, posted, (OwnPrompt(1, 1, NASTY, "text", DAY),), publications)


def of_the_first(word: str) -> Told:
    return Told(FIRST.name, FIRST.questions[0].number, word)


POSTED = (
    Posted("lesson", FIRST.name, FIRST.lessons[0].name, 1_788_000_000, 1),
    Posted("prompt", FIRST.name, FIRST.prompts[0].name, 1_788_100_000, 2),
    Posted("prompt", OWN, "1", 1_788_200_000, 1),
    Posted("prompt", OWN, "2", 1_788_200_000, 1),
    Posted("prompt", "a-lost-theme", "gone", 1_788_200_000, 1),
)


def rows_of(sheet: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"))))


# ---------------------------------------------------------------- the page and the table of a group


def test_a_page_says_what_was_covered_what_is_known_and_what_to_revisit() -> None:
    hard = Told(FIRST.name, FIRST.questions[1].number, "few")
    page = group_page(shown(of_the_first("most"), hard, Told(FIRST.name, LESSONS, "some"), posted=POSTED), DAY).decode()
    knows, revisit = page.partition("What the group knows")[2], page.partition("What to revisit")[2].partition("What the group")[0]
    assert " ".join(FIRST.questions[0].ask.split()) in _unescaped(knows)
    assert " ".join(FIRST.questions[1].ask.split()) in _unescaped(revisit)
    lesson = FIRST.lesson(FIRST.questions[1].lesson)
    assert lesson
    assert lesson.title in _unescaped(revisit)
    assert "some lessons read" in page
    for title in (FIRST.lessons[0].title, FIRST.prompts[0].title, "a prompt that was removed", "(2 times)"):
        assert title in _unescaped(page)


def test_a_page_without_any_summary_says_so_and_nothing_of_learning() -> None:
    page = group_page(shown(), DAY).decode()
    assert "No summary has been made yet" in page
    assert "known by most" not in page.partition("</style>")[2]
    assert "<svg" not in page


def test_a_raised_threshold_hides_in_a_report_what_was_made_from_fewer() -> None:
    told = (Publication(DAY, 3, (of_the_first("most"),)),)
    page = group_page(overview("a", 5, 5, COURSE, (), (), told), DAY).decode()
    assert "No summary has been made yet" in page


def test_nothing_on_a_page_runs_or_asks_for_anything_outside() -> None:
    for page in (
        group_page(shown(of_the_first("most"), name=NASTY, posted=POSTED), DAY),
        machine_page(machine_of([], TITLES), DAY),
    ):
        text = page.decode()
        assert "<script" not in text
        assert "&lt;script&gt;" in text or "All study groups" in text
        assert not re.search(r"<(link|img|iframe|object|embed|form|base)\b", text)
        assert not re.search(r"\b(src|href|action)\s*=", text)
        assert set(re.findall(r"https?://[^\s\"'<)&]+", text)) <= {"http://www.w3.org/2000/svg", "http://evil"}
        assert all(address.startswith("data:font/ttf;base64,") for address in re.findall(r"url\(([^)]*)\)", text))
        assert "default-src 'none'" in text


@in_a_browser
async def test_a_browser_opens_it_asks_for_nothing_and_prints_it_on_a4(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(group_page(shown(of_the_first("most"), name=NASTY, posted=POSTED), DAY))
    asked: list[str] = []
    complained: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complained.append(message.text))
        await page.goto(file.as_uri())
        assert await page.title() == f"{NASTY}: report of 2 March 2026"
        assert await page.evaluate("document.fonts.ready.then(fonts => fonts.size)") == 2
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        assert not await page.locator(".wide").is_visible()
        await page.set_viewport_size({"width": 1000, "height": 800})
        assert not await page.locator(".narrow").is_visible()
        printed = await page.pdf(format="A4", prefer_css_page_size=True)
        await browser.close()
    assert [address for address in asked if not address.startswith("data:")] == [file.as_uri()]
    assert complained == []
    assert printed.startswith(b"%PDF")
    assert b"595" in printed  # A4 is 595 points wide


@given(st.text(max_size=40))
def test_no_cell_is_run_by_a_spreadsheet(text: str) -> None:
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert "\n" not in harmless(text)


def test_a_table_has_a_row_for_each_fact_and_figure_and_says_what_is_not_told() -> None:
    rows = rows_of(group_sheet(shown(of_the_first("most"), name=NASTY, posted=POSTED), DAY))
    assert rows[0] == ["what", "theme", "item", "figure", "day"]
    assert all(len(row) == 5 for row in rows)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    known = [row for row in rows if row[0].startswith("question known")]
    assert len(known) == sum(len(theme.questions) for theme in COURSE.themes)
    assert [row[3] for row in known if row[3] != NOT_TOLD] == ["most"]
    assert sum(row[0].endswith("posted") for row in rows) == len(POSTED)


# ---------------------------------------------------------------- all groups of a machine


@given(words=st.lists(st.sampled_from(["few", "some", "most", "nearly all"]), max_size=9))
def test_of_all_groups_nothing_is_said_unless_five_have_published_it(words: list[str]) -> None:
    machine = machine_of([shown(of_the_first(word)) for word in words], TITLES)
    said = machine.themes[0].questions[0].word if words else ""
    assert bool(said) == (len(words) >= PUBLISH_FROM)
    assert machine.learners == 10 * len(words)


def test_all_groups_together_are_named_nowhere() -> None:
    groups = [
        shown(of_the_first("few"), Told(FIRST.name, LESSONS, "most"), name=f"Group {n} {NASTY}", posted=POSTED) for n in range(6)
    ]
    machine = machine_of(groups, TITLES)
    assert (machine.groups, machine.prompts, machine.own_prompts, machine.lessons) == (6, 24, 12, 6)
    assert machine.themes[0].read == "nearly all"
    assert [(theme, one.word) for theme, one in machine.hardest] == [(FIRST.title, "few")]
    for said in (machine_page(machine, DAY).decode(), machine_sheet(machine, DAY).decode("utf-8-sig")):
        assert "Group 1" not in said
        assert "friends" not in said
    assert all(len(row) == 5 for row in rows_of(machine_sheet(machine, DAY)))


# ---------------------------------------------------------------- by a moderator, and by the operator


async def test_a_moderator_gets_a_page_and_a_table_and_a_member_does_not(evening: Evening) -> None:
    await evening.group()
    mo, ada, room = evening.person("Mo"), evening.person("Ada"), evening.room()
    await evening.joined("Ada")
    await ada.command(room, "learn", theme="data-aggregation")
    await mo.command(room, "discuss", theme="data-aggregation", prompt="which-flow")
    seen = await mo.command(room, "group report")
    assert seen.private
    assert "1 of 10 themes discussed" in seen.text
    assert "There is no summary of what was learnt yet: that wants 5 learners" in seen.text
    files = {one.name.rpartition(".")[2]: one.bytes.decode("utf-8-sig") for one in card(seen).attachments}
    assert set(files) == {"html", "csv"}
    assert "Which flow" in files["html"]
    assert "fewer than 5 learners" in files["csv"]
    with pytest.raises(NotOffered):
        await ada.command(room, "group report")


async def test_a_report_and_the_progress_of_all_say_in_which_week_the_plan_is(evening: Evening) -> None:
    await evening.group()
    mo, room = evening.person("Mo"), evening.room()
    day = (evening.now() + timedelta(days=3)).date()
    await mo.press(card(await mo.command(room, "plan start", plan="three-evenings", first_day=str(day))), "Start it")
    said = "The plan Three evenings is in week 1 of 3: Small facts add up."
    assert said in (await mo.command(room, "group report")).text
    assert said in (await evening.person("Ada").command(room, "progress")).text


async def test_what_a_report_says_of_learning_is_what_stands_in_publications(evening: Evening) -> None:
    await evening.group()
    [(group,)] = ask(evening, "SELECT group_id FROM study_groups")
    ask(evening, "INSERT INTO publications VALUES (?, '2026-03-02', ?, 1, 5, 'some')", group, FIRST.name)
    seen = await evening.person("Mo").command(evening.room(), "group report")
    assert "Of the questions that enough of you have answered (1), most of you know 0" in seen.text
    assert "Worth another look" in seen.text
    assert " ".join(FIRST.questions[0].ask.split()) in seen.text


async def test_where_too_few_have_answered_anything_nobody_is_told_that_nothing_is_known(evening: Evening) -> None:
    await evening.group()
    [(group,)] = ask(evening, "SELECT group_id FROM study_groups")
    ask(evening, "INSERT INTO publications VALUES (?, '2026-03-02', ?, 0, 5, 'some')", group, FIRST.name)
    report = await evening.person("Mo").command(evening.room(), "group report")
    assert "Too few of you have answered any question" in report.text
    page = next(file.bytes.decode() for file in card(report).pictures if file.name.endswith(".html"))
    assert "Too few have answered any question, so nothing can be said" in page
    assert "Nothing stands out" not in page
    assert "Week by week" not in page
    seen = await evening.person("Ada").command(evening.room(), "progress")
    assert "some lessons read" in seen.text
    assert "0 of 0" not in seen.text
    assert [picture.name for picture in card(seen).pictures] == ["together.png"]


@pytest.fixture
def operators_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONTENT_DIR", str(ROOT / "content"))
    monkeypatch.setenv("DATABASE_URL", "sqlite:///data/red-flask.db")
    return tmp_path


async def _three_groups() -> None:
    store = await open_store("sqlite:///data/red-flask.db")
    for number in range(3):
        assert await store.add_group(a_group(name=f"Secret circle {number}"))
    await store.close()


def test_the_operator_gets_a_page_or_a_table_of_all_groups(operators_desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(_three_groups())
    assert main(["report"]) == 0
    assert "red-flask-report.html: 3 groups, 0 with a summary" in capsys.readouterr().out
    page = (operators_desk / "red-flask-report.html").read_text()
    assert "Secret circle" not in page
    assert "<b>3</b>" in page
    assert main(["report", "all.csv"]) == 0
    assert ["groups", "", "", "3", ""] in rows_of((operators_desk / "all.csv").read_bytes())


def test_an_operator_without_a_database_or_with_a_strange_file_gets_a_sentence(
    operators_desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report"]) == 1
    assert "There is no database yet" in capsys.readouterr().err
    assert not (operators_desk / "data").exists()
    assert main(["report", "all.pdf"]) == 1
    assert "has to end with .html (a page) or .csv (a table)" in capsys.readouterr().err


def _unescaped(text: str) -> str:
    return html.unescape(text)
