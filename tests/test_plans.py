"""Reading plans: what comes out, and every refusal with the exact line that an author sees."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from test_library import SOURCES, THEME

from bot.library import BrokenContent, Library, Plan, read_library

ROOT = Path(__file__).resolve().parents[1]
HERE = "content/en/plans/two.yaml"
OTHER = (
    THEME.replace("theme: small", "theme: other")
    .replace("number: 1\ntitle", "number: 2\ntitle")
    .replace("lesson: first", "lesson: again")
)
GUIDE = """\
        guide:
          aim: To begin.
          minutes: 20
          follow_up: [What is it?, Whose is it?]
"""
PLAN = f"""\
plan: two
title: Two weeks
summary: As short as can be.
aim: To see how it goes.
hour: "19:00"
weeks:
  - title: One
    items:
      - lesson: first
        theme: small
        weekday: tuesday
{GUIDE}      - prompt: talk
        theme: small
        weekday: thursday
        needs: [small/first]
{GUIDE}  - title: Two
    aim: To go on.
    items:
      - lesson: again
        theme: other
        weekday: monday
        hour: "12:30"
{GUIDE}"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "en" / "plans").mkdir(parents=True)
    (folder / "en" / "themes").mkdir()
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (folder / "en" / "themes" / "small.yaml").write_text(THEME, encoding="utf-8")
    (folder / "en" / "themes" / "other.yaml").write_text(OTHER, encoding="utf-8")
    (folder / "en" / "plans" / "two.yaml").write_text(PLAN, encoding="utf-8")
    return folder


def problems(content: Path) -> list[str]:
    with pytest.raises(BrokenContent) as caught:
        read_library(content)
    return str(caught.value).splitlines()


def written(content: Path, *changes: tuple[str, str]) -> list[str]:
    """The problems of the plan with these changes, without the file's name; each change has to hit exactly one place."""
    text = PLAN
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (content / "en" / "plans" / "two.yaml").write_text(text, encoding="utf-8")
    return [one.removeprefix(f"{HERE}:") for one in problems(content)]


def the_plan(library: Library, name: str = "two", language: str = "en") -> Plan:
    plan = library.course(language).plan(name)
    assert plan
    return plan


# ---------------------------------------------------------------- what comes out


def test_every_shipped_plan_loads_and_there_is_one() -> None:
    library = read_library(ROOT / "content")
    files = list((ROOT / "content").glob("*/plans/*.yaml"))
    assert sum(len(plans) for plans in library.plans.values()) == len(files) > 0


def test_the_shipped_three_evenings_have_a_lesson_two_days_before_each_talk() -> None:
    plan = the_plan(read_library(ROOT / "content"), "three-evenings")
    assert [(item.kind, item.theme) for item in plan.items] == [
        (kind, theme) for theme in ("data-aggregation", "opting-in", "watching-children") for kind in ("lesson", "prompt")
    ]
    assert plan.days_after_the_first() == (0, 2, 7, 9, 14, 16)
    assert all(item.guide.watch_for for item in plan.items), "somebody has to know what to watch for"


def test_every_shipped_theme_has_a_tag_of_its_own_that_a_forum_can_hold() -> None:
    tags = [theme.tag for theme in read_library(ROOT / "content").course("en").themes]
    assert None not in tags
    assert len(set(tags)) == len(tags)
    assert all(len(tag) <= 20 for tag in tags if tag)


def test_a_plan_gives_its_items_in_order_with_their_days_and_hours(content: Path) -> None:
    plan = the_plan(read_library(content))
    assert [(item.kind, item.name, item.theme) for item in plan.items] == [
        ("lesson", "first", "small"), ("prompt", "talk", "small"), ("lesson", "again", "other")
    ]  # fmt: skip
    assert plan.days_after_the_first() == (0, 2, 13), "the second week runs from Tuesday to Monday"
    assert plan.hours() == (time(19), time(19), time(12, 30))
    assert plan.hours(time(20, 15)) == (time(20, 15), time(20, 15), time(12, 30)), "an hour of its own stays"
    assert [plan.week_of(place).title for place in range(3)] == ["One", "One", "Two"]
    assert plan.items[1].needs == ("small/first",)
    assert (plan.items[0].guide.minutes, plan.items[0].guide.follow_up) == (20, ("What is it?", "Whose is it?"))
    assert plan.items[0].guide.watch_for is None


def test_minutes_count_from_the_plans_hour_and_may_go_on_past_midnight(content: Path) -> None:
    text = PLAN.replace("        weekday: thursday\n", "        weekday: tuesday\n        minute: 90\n")
    (content / "en" / "plans" / "two.yaml").write_text(text, encoding="utf-8")
    plan = the_plan(read_library(content))
    assert plan.times() == ((0, time(19)), (0, time(20, 30)), (13, time(12, 30)))
    assert plan.times(time(23)) == ((0, time(23)), (1, time(0, 30)), (13, time(12, 30)))
    assert not plan.is_one_sitting


def test_the_shipped_workshop_is_led_minute_by_minute_and_takes_ninety_minutes() -> None:
    plan = the_plan(read_library(ROOT / "content"), "one-workshop")
    assert plan.is_one_sitting
    assert plan.run[0].minute == 0
    posted = {item.minute for item in plan.items}
    assert posted - {82} <= {moment.minute for moment in plan.run}, "whoever leads it knows when something comes up"
    ends = [(item.minute or 0) + item.guide.minutes for item in plan.items]
    assert max(*ends, plan.run[-1].minute) <= 90
    assert ends == sorted(ends)


def test_the_shipped_plans_cover_what_they_promise() -> None:
    library = read_library(ROOT / "content")
    course = library.course("en")
    eight, four = the_plan(library, "eight-evenings"), the_plan(library, "four-evenings")
    assert (len(eight.weeks), len(four.weeks)) == (8, 4)
    assert {item.theme for item in eight.items if item.kind != "review"} == {theme.name for theme in course.themes}
    assert sum(item.kind == "review" for item in eight.items) == 3
    for plan in (eight, the_plan(library, "one-workshop")):
        assert [item.guide.watch_for for item in plan.items if item.kind == "round"], "somebody has to know how to lead it"
    assert {item.name for item in eight.items if item.kind == "scenario"} == {one.name for one in course.scenarios}
    for plan in (eight, four):
        assert all(any(item.kind == "prompt" for item in week.items) for week in plan.weeks), "each evening has a talk"
        assert all(item.guide.watch_for for item in plan.items if item.kind == "prompt"), "somebody has to know what to watch for"


def test_content_without_a_folder_for_plans_is_fine(content: Path) -> None:
    (content / "en" / "plans" / "two.yaml").unlink()
    (content / "en" / "plans").rmdir()
    course = read_library(content).course("en")
    assert (course.plans, course.plan("two")) == ((), None)


def test_a_language_without_plans_has_those_of_english(content: Path) -> None:
    (content / "de" / "themes").mkdir(parents=True)
    (content / "de" / "themes" / "klein.yaml").write_text(THEME.replace('"Small: a theme"', "Klein"), encoding="utf-8")
    library = read_library(content)
    assert the_plan(library, language="de-AT").title == "Two weeks"


def test_a_language_may_have_a_plan_in_its_own_words_over_themes_that_english_fills_in(content: Path) -> None:
    (content / "de" / "themes").mkdir(parents=True)
    (content / "de" / "plans").mkdir()
    (content / "de" / "themes" / "klein.yaml").write_text(THEME.replace('"Small: a theme"', "Klein"), encoding="utf-8")
    (content / "de" / "plans" / "zwei.yaml").write_text(PLAN.replace("Two weeks", "Zwei Wochen"), encoding="utf-8")
    library = read_library(content)
    assert [plan.title for plan in library.course("de").plans] == ["Zwei Wochen"]
    assert [plan.title for plan in library.course("en").plans] == ["Two weeks"]


def test_the_english_plan_stays_away_from_a_language_whose_themes_lack_something_of_it(content: Path) -> None:
    (content / "de" / "themes").mkdir(parents=True)
    klein = THEME[: THEME.index("prompts:")]
    (content / "de" / "themes" / "klein.yaml").write_text(klein, encoding="utf-8")
    library = read_library(content)
    assert library.course("de").plan("two") is None
    assert the_plan(library, language="en")


# ---------------------------------------------------------------- every refusal, with its line

LESSON, PROMPT, LAST = "- lesson: first", "- prompt: talk", "- lesson: again"
ONE_THING = "27: week 2, item 1: an item is one thing: write `lesson:`, `prompt:`, `scenario:`, `round:` or `review: everything`"
ORDER = "comes no later than the item before it; put the items in the order of their days and hours"
AN_EXAMPLE = "write the theme, a slash and the lesson, such as cookies/a-note-for-later"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # a kind that doesn't exist, or not yet
        ([(LAST, "- scenario: again")], ["27: week 2, item 1, scenario: the theme other has no scenario 'again'"]),
        (
            [
                (
                    '        weekday: monday\n        hour: "12:30"',
                    '        weekday: monday\n        hour: "12:30"\n        minute: 5',
                )
            ],
            ["27: week 2, item 1: an item comes either at an `hour:` of its own or at a `minute:` after the plan's hour"],
        ),
        (
            [('hour: "19:00"\n', 'hour: "19:00"\nrun: [{minute: 0, do: Welcome}]\n')],
            ["1: the file: `run:` is for a plan of one day: one week, each item with a `minute:`, and all on one weekday"],
        ),
        ([(LAST, "- round: again")], ["27: week 2, item 1, round: has to be a whole number, without quotes"]),
        (
            [(LAST, "- round: 10")],
            ["27: week 2, item 1, round: a round of 10 asks for more than there is: the theme other has 1 questions"],
        ),
        ([(LAST, "- review: again")], ["27: week 2, item 1, review: has to be one of: everything"]),
        ([(LAST, "- review: everything")], ["27: week 2, item 1: a review is about everything: leave `theme:` out"]),
        (
            [(f"{LAST}\n        theme: other", LAST)],
            ["27: week 2, item 1: `theme:` is missing: the theme of the lesson, the prompt, the scenario or the round"],
        ),
        ([(LAST, "- lessn: again")], ["27: week 2, item 1: unknown key 'lessn' (did you mean lesson?)"]),
        ([(f"{LAST}\n        theme", "- theme")], [ONE_THING]),
        ([(LAST, f"{LAST}\n        prompt: talk")], [ONE_THING]),
        # what isn't there
        ([("theme: other", "theme: othe")], ["28: week 2, item 1, theme: there is no theme 'othe' (did you mean other?)"]),
        ([(LAST, "- lesson: agan")], ["27: week 2, item 1, lesson: the theme other has no lesson 'agan' (did you mean again?)"]),
        ([(PROMPT, "- prompt: talc")], ["16: week 1, item 2, prompt: the theme small has no prompt 'talc' (did you mean talk?)"]),
        ([("small/first", "smal/first")], ["19: week 1, item 2, needs: there is no theme 'smal' (did you mean small?)"]),
        (
            [("small/first", "small/frist")],
            ["19: week 1, item 2, needs: the theme small has no lesson 'frist' (did you mean first?)"],
        ),
        ([("small/first", "first")], [f"19: week 1, item 2, needs: 'first' names no lesson; {AN_EXAMPLE}"]),
        # what comes too early, or twice
        (
            [(LAST, LESSON), (f"{LESSON}\n        theme: small", f"{LAST}\n        theme: other")],
            [
                "16: week 1, item 2, prompt: comes before its lesson first; put that lesson earlier in the plan",
                "19: week 1, item 2, needs: small/first has to be an earlier item of the plan",
                "27: week 2, item 1, lesson: the theme other has no lesson 'first'",
            ],
        ),
        (
            [("small/first", "small/first, other/again")],
            ["19: week 1, item 2, needs: other/again has to be an earlier item of the plan"],
        ),
        (
            [(f"{LAST}\n        theme: other", f"{LESSON}\n        theme: small")],
            ["27: week 2, item 1, lesson: is in this plan already, in line 9"],
        ),
        ([("weekday: thursday", "weekday: tuesday")], [f"18: week 1, item 2, weekday: {ORDER}"]),
        (
            [("weekday: thursday", 'weekday: tuesday\n        hour: "18:59"')],
            [f"18: week 1, item 2, weekday: {ORDER}"],
        ),
        # the words of the file
        (
            [("weekday: monday", "weekday: Monday")],
            [
                "29: week 2, item 1, weekday: has to be one of: monday, tuesday, wednesday, thursday, friday, saturday, sunday "
                "(did you mean monday?)"
            ],
        ),
        (
            [('hour: "19:00"', "hour: 19:00")],
            ["5: hour: has 19:00, which YAML reads as a number in its own way; write plain digits, or put it in quotes"],
        ),
        (
            [('"12:30"', '"24:30"')],
            ["30: week 2, item 1, hour: '24:30' is no time of day; write it as \"19:00\", with quotation marks"],
        ),
        (
            [("plan: two", "plan: Two")],
            ["1: plan: 'Two' may have only small letters a–z, digits, and hyphens between them"],
        ),
        (
            [("title: Two weeks", "titel: Two weeks")],
            ["1: title: is missing", "2: the file: unknown key 'titel' (did you mean title?)"],
        ),
        ([("As short as can be.", "s" * 101)], ["3: summary: is 101 characters long; at most 100 fit"]),
        ([("title: Two weeks", f"title: {'t' * 61}")], ["2: title: is 61 characters long; at most 60 fit"]),
        (
            [("    aim: To go on.\n    items:", "    aim: To go on.\n    itms:")],
            ["24: week 2, items: is missing", "26: week 2: unknown key 'itms' (did you mean items?)"],
        ),
        # the facilitator's notes
        ([(f"{LAST}\n", f"{LAST}\n        gude: x\n")], ["28: week 2, item 1: unknown key 'gude' (did you mean guide?)"]),
    ],
    ids=lambda one: one[0][1].replace("\n", " ")[:40] if one and isinstance(one[0], tuple) else "",
)
def test_every_problem_of_a_plan_is_told_with_its_line(changes: list[tuple[str, str]], expected: list[str], content: Path) -> None:
    assert written(content, *changes) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (GUIDE, "", ["9: week 1, item 1, guide: is missing"]),
        ("          aim: To begin.\n", "", ["12: week 1, item 1, guide, aim: is missing"]),
        ("minutes: 20", "minutes: 4", ["14: week 1, item 1, guide, minutes: has to be at least 5"]),
        ("minutes: 20", "minutes: soon", ["14: week 1, item 1, guide, minutes: has to be a whole number, without quotes"]),
        ("[What is it?, Whose is it?]", "[What is it?]", [
            "15: week 1, item 1, guide, follow_up: needs at least 2, and has 1"
        ]),
        ("[What is it?, Whose is it?]", "[A?, B?, C?, D?, E?]", [
            "15: week 1, item 1, guide, follow_up: may have at most 4, and has 5"
        ]),
        ("To begin.", "a" * 501, ["13: week 1, item 1, guide, aim: is 501 characters long; at most 500 fit"]),
        ("minutes: 20", f"minutes: 20\n          watch_for: {'w' * 801}", [
            "15: week 1, item 1, guide, watch_for: is 801 characters long; at most 800 fit"
        ]),
        ("minutes: 20", "minuts: 20", [
            "12: week 1, item 1, guide, minutes: is missing",
            "14: week 1, item 1, guide: unknown key 'minuts' (did you mean minutes?)",
        ]),
    ],
)  # fmt: skip
def test_every_problem_of_a_facilitators_notes_is_told_with_its_line(
    old: str, new: str, expected: list[str], content: Path
) -> None:
    """Of the first item's: all three have the same."""
    text = PLAN.replace(old, new, 1)
    assert text != PLAN
    (content / "en" / "plans" / "two.yaml").write_text(text, encoding="utf-8")
    assert [one.removeprefix(f"{HERE}:") for one in problems(content)] == expected


def test_a_week_that_does_not_run_from_the_first_items_weekday_is_explained(content: Path) -> None:
    more = f"      - prompt: talk\n        theme: other\n        weekday: thursday\n{GUIDE}"
    wrong = PLAN.replace("weekday: tuesday", "weekday: wednesday").replace("weekday: thursday", "weekday: tuesday")
    (content / "en" / "plans" / "two.yaml").write_text(wrong + more, encoding="utf-8")
    [problem] = problems(content)
    assert problem == (
        f"{HERE}:37: week 2, item 2, weekday: {ORDER} (a week of this plan begins on Wednesday, the day of its first item)"
    )


def test_a_prompt_whose_lesson_comes_later_is_refused(content: Path) -> None:
    lesson, prompt = PLAN.index("      - lesson: first"), PLAN.index("      - prompt: talk")
    second = PLAN.index("  - title: Two")
    turned = PLAN[prompt:second].replace("thursday", "tuesday").replace("        needs: [small/first]\n", "")
    text = PLAN[:lesson] + turned + PLAN[lesson:prompt].replace("tuesday", "thursday") + PLAN[second:]
    (content / "en" / "plans" / "two.yaml").write_text(text, encoding="utf-8")
    assert problems(content) == [
        f"{HERE}:9: week 1, item 1, prompt: comes before its lesson first; put that lesson earlier in the plan"
    ]


def test_two_plans_of_one_name_are_refused(content: Path) -> None:
    (content / "en" / "plans" / "zwei.yaml").write_text(PLAN, encoding="utf-8")
    assert problems(content) == [f"content/en/plans/zwei.yaml:1: plan: two is taken by {HERE}:1"]


def test_a_plan_of_more_items_than_a_group_can_be_given_is_refused(content: Path) -> None:
    lessons = THEME[THEME.index("  - lesson: first") : THEME.index("questions:")]
    many = "".join(lessons.replace("first", f"n{n}").replace("The n", f"{'t' * 70} n") for n in range(24))
    theme = THEME.replace(lessons, lessons + many)
    (content / "en" / "themes" / "small.yaml").write_text(theme, encoding="utf-8")
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    items = "".join(
        f"  - title: {'w' * 60}\n    items:\n"
        + "".join(f"      - lesson: n{n}\n        theme: small\n        weekday: {day}\n{GUIDE}" for day in days)
        for n in range(21)
    )
    (content / "en" / "plans" / "two.yaml").write_text(PLAN[: PLAN.index("  - title: One")] + items, encoding="utf-8")
    assert f"{HERE}:6: weeks: the plan has 126 items; a group can be given 120" in problems(content)


def test_plans_are_not_called_wrong_for_a_theme_that_can_not_be_read(content: Path) -> None:
    (content / "en" / "themes" / "other.yaml").write_text("theme: [", encoding="utf-8")
    assert all("plans" not in one for one in problems(content))


def test_a_plan_in_a_file_that_is_not_read_is_told_of(content: Path) -> None:
    (content / "en" / "plans" / "two.yaml").rename(content / "en" / "plans" / "two.yml")
    assert problems(content) == ["content/en/plans/two.yml:1: the file: is not read; let its name end with .yaml"]


def test_a_tag_that_no_forum_can_hold_is_refused(content: Path) -> None:
    theme = content / "en" / "themes" / "small.yaml"
    theme.write_text(THEME.replace("summary:", f"tag: {'t' * 21}\nsummary:"), encoding="utf-8")
    assert problems(content) == ["content/en/themes/small.yaml:4: tag: is 21 characters long; at most 20 fit"]
