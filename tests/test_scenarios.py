"""Reading scenarios: what comes out, every refusal with its line, and the law that no story has a dead end or goes on for ever."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_library import SOURCES, THEME, problems

from bot.library import Course, Library, Scenario, Story, begun, read_library, story_at
from bot.library.across_plans import Named
from bot.library.across_scenarios import within_scenario
from bot.library.page import Page, parse
from bot.library.story import LONGEST_PATH
from bot.library.story_graph import a_circle, in_order, longest, reachable

ROOT = Path(__file__).resolve().parents[1]
HERE = "content/en/scenarios/small.yaml"
SCENARIO = """\
scenario: door
number: 7
title: The door
summary: As short as can be.
theme: small
lesson: first
minutes: 2
about: A door, and somebody before it.
reviewed_on: 2026-11-25
count:
  start: 1000
  of: people
  who: Bo
  assuming: Nothing has to do with anything.
nodes:
  - node: door
    text: There is a door.
    choices:
      - choose: Knock
        then: Somebody comes.
        narrows:
          by: his knock
          keeps: 1 in 20
          assuming: few knock like that.
        to: hall
      - choose: Go away
        to: hall
      - choose: Call his name
        to: street
  - node: hall
    text: There is a hall.
    choices:
      - choose: Go in
        by_count:
          - fewer_than: 100
            to: known-there
          - to: street
  - node: known-there
    ending: Known
    text: They know him.
    known:
      text: A census counts people.
      sources: [CENSUS]
  - node: street
    ending: Unknown
    text: Nobody knows him.
    known:
      text: A book says so.
      sources: [BOOK]
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "en" / "scenarios").mkdir(parents=True)
    (folder / "en" / "themes").mkdir()
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (folder / "en" / "themes" / "small.yaml").write_text(THEME, encoding="utf-8")
    (folder / "en" / "scenarios" / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    return folder


def written(content: Path, *changes: tuple[str, str]) -> list[str]:
    """The problems of the scenario with these changes; each has to hit exactly one place."""
    text = SCENARIO
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (content / "en" / "scenarios" / "small.yaml").write_text(text, encoding="utf-8")
    return [one.removeprefix(f"{HERE}:") for one in problems(content)]


def the_scenario(library: Library) -> Scenario:
    scenario = library.course("en").scenario("door")
    assert scenario
    return scenario


def played(scenario: Scenario, *choices: int) -> Story:
    story: Story | None = begun(scenario)
    for choice in choices:
        assert story
        story = story.choose(choice)
    assert story
    return story


# ---------------------------------------------------------------- what comes out


def test_a_scenario_can_be_looked_up_and_played(content: Path) -> None:
    library = read_library(content)
    scenario = the_scenario(library)
    assert library.course("en").scenario_numbered(7) is scenario
    assert [node.name for node in scenario.endings] == ["known-there", "street"]
    assert played(scenario, 0, 0).node.ending == "Known"
    assert played(scenario, 1, 0).node.ending == "Unknown"
    assert played(scenario, 2).node.ending == "Unknown"
    assert (library.course("en").scenario("x"), library.course("en").scenario_numbered(8)) == (None, None)


def test_the_count_is_exact_and_whoever_is_looked_for_always_fits(content: Path) -> None:
    scenario = the_scenario(read_library(content))
    assert begun(scenario).fitting == 1000
    assert played(scenario, 0).fitting == 1 + Fraction(999, 20)
    assert played(scenario, 1).fitting == 1000


def test_a_path_leads_back_to_the_same_card_and_back_is_a_shorter_path(content: Path) -> None:
    scenario = the_scenario(read_library(content))
    story = played(scenario, 0, 0)
    assert (story.path, story.back().path, story.back().back().path, begun(scenario).back().path) == ("00", "0", "", "")
    assert story_at(scenario, story.path, story.mark) == story
    for path, mark in (("00", story.mark + 1), ("9", 0), ("3", 0), ("000", 0), ("x", 0), ("0" * 500, 0), ("", 1)):
        assert story_at(scenario, path, mark) is None


@pytest.mark.parametrize(
    ("old", "new", "goes_on"),
    [
        ("text: There is a hall.", "text: There is a long hall.", True),
        ("choose: Call his name", "choose: Call out", True),
        ("keeps: 1 in 20", "keeps: 1 in 25", False),
        ("fewer_than: 100", "fewer_than: 10", False),
    ],
)
def test_an_old_card_goes_on_only_where_its_choices_are_as_they_were(content: Path, old: str, new: str, goes_on: bool) -> None:
    before = played(the_scenario(read_library(content)), 0, 0)
    file = content / "en" / "scenarios" / "small.yaml"
    text = SCENARIO.replace(old, new)
    if "fewer" in new:  # lest the branch can never be met
        text = text.replace("to: street\n  - node: hall", "to: hall\n  - node: hall")
        text = text.replace(
            "      - choose: Go away\n", "      - choose: Shout\n        narrows: {by: it, keeps: 1 in 900, assuming: so.}\n"
        )
    file.write_text(text, encoding="utf-8")
    after = story_at(the_scenario(read_library(content)), before.path, before.mark)
    assert (after is not None) == goes_on


def test_a_language_without_its_own_takes_the_english_scenario_if_it_has_the_theme(content: Path) -> None:
    (content / "de" / "themes").mkdir(parents=True)
    (content / "de" / "themes" / "klein.yaml").write_text(THEME.replace('"Small: a theme"', "Klein"), encoding="utf-8")
    library = read_library(content)
    assert [one.title for one in library.course("de").scenarios] == ["The door"]
    (content / "de" / "scenarios").mkdir()
    (content / "de" / "scenarios" / "t.yaml").write_text(SCENARIO.replace("The door", "Die Tür"), encoding="utf-8")
    assert [one.title for one in read_library(content).course("de").scenarios] == ["Die Tür"]
    (content / "de" / "scenarios" / "t.yaml").write_text(SCENARIO.replace("number: 7", "number: 8"), encoding="utf-8")
    [problem] = problems(content)
    assert "this scenario is number 7 in English" in problem


# ---------------------------------------------------------------- what is refused

STREET_HAS_NOTHING = SCENARIO[SCENARIO.index("    known:\n      text: A book") :]
COUNT = SCENARIO[SCENARIO.index("count:\n") : SCENARIO.index("nodes:\n")]
TO_STREET = ("          - to: street", "          - to: ")
CASES: Mapping[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "an unknown key": ((("minutes: 2", "minuts: 2"),), "7: the file: unknown key 'minuts' (did you mean minutes?)"),
    "a node that is not there": (
        (("        to: hall\n      - choose: Go", "        to: hal\n      - choose: Go"),),
        "25: node door, choice 1, to: there is no node 'hal' (did you mean hall?)",
    ),
    "a node that nobody reaches": (
        (("to: street\n  - node: hall", "to: hall\n  - node: hall"), (TO_STREET[0], TO_STREET[1] + "known-there")),
        "44: node street, node: no choice leads here; let one do so, or delete the node",
    ),
    "a circle": (
        ((TO_STREET[0], TO_STREET[1] + "door"),),
        "37: node hall, choice 1, branch 2, to: goes round in a circle (door → hall → door); every path has to come to an end",
    ),
    "a dead end": (
        (("    ending: Known\n", ""),),
        "38: node known-there: a node either has `choices:` or is an end, with a title in `ending:`",
    ),
    "an end that explains nothing": (
        ((STREET_HAS_NOTHING, ""),),
        "44: node street: an end explains what happened: write what is `known:`, with its sources",
    ),
    "a choice that leads nowhere": (
        (("      - choose: Call his name\n        to: street\n", "      - choose: Call his name\n"),),
        "28: node door, choice 3: a choice leads somewhere: write either `to:` or `by_count:`",
    ),
    "two choices that say the same": ((("choose: Go away", "choose: knock"),), "16: node door: two choices say the same"),
    "a label that no phone shows": (
        (("choose: Knock", f"choose: {'Knock ' * 8}"),),
        "19: node door, choice 1, choose: is 47 characters long; at most 38 fit",
    ),
    "a share of more than all": (
        (("keeps: 1 in 20", "keeps: 3 in 2"),),
        "23: node door, choice 1, narrows, keeps: '3 in 2' is no share; write it as 1 in 80",
    ),
    "branches in the wrong order": (
        ((TO_STREET[0], "          - fewer_than: 50\n            to: street"),),
        "33: node hall, choice 1: in `by_count:` each branch has a larger `fewer_than:` than the one before, and the last has none",
    ),
    "a branch that is never met": (
        (("fewer_than: 100", "fewer_than: 10"),),
        "36: node hall, choice 1, branch 1, to: so many people never fit when this choice is made, "
        "so nobody comes to known-there this way",
    ),
    "counting without a count": (
        ((COUNT, ""),),
        "16: node door, choice 1, narrows: nobody is counted in this scenario; say who under `count:`, before `nodes:`",
    ),
    "a fact in the story": (
        (("text: There is a hall.", "text: In 2018 there was a hall."),),
        "31: node hall, text: the story has 2018, as if it were true of the world: say that under `known:`, with its sources",
    ),
    "a percentage in what follows a choice": (
        (("then: Somebody comes.", "then: Of all people 87% come."),),
        "17: node door, text: the story has 87%, as if it were true of the world: say that under `known:`, with its sources",
    ),
    "an unknown source": (
        (("sources: [BOOK]", "sources: [BOK]"),),
        "49: node street, known, sources: unknown source 'BOK' (did you mean BOOK?)",
    ),
    "an unknown theme": ((("theme: small", "theme: smal"),), "5: theme: there is no theme 'smal' (did you mean small?)"),
    "an unknown lesson": (
        (("lesson: first", "lesson: frist"),),
        "6: lesson: the theme small has no lesson 'frist' (did you mean first?)",
    ),
    "a name twice": ((("- node: street", "- node: hall"),), "44: node hall, node: is taken already, in line 30"),
    "one end": (
        (
            ("to: street\n  - node: hall", "to: known-there\n  - node: hall"),
            (TO_STREET[0], TO_STREET[1] + "known-there"),
            (SCENARIO[SCENARIO.index("  - node: street") :], ""),
        ),
        "15: nodes: all paths lead to one end; a choice has a consequence, so there are two or more ends",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_slip_is_told_with_its_line(content: Path, case: str) -> None:
    changes, expected = CASES[case]
    assert expected in written(content, *changes)


def test_two_scenarios_of_one_name_or_number_are_told(content: Path) -> None:
    (content / "en" / "scenarios" / "twice.yaml").write_text(SCENARIO, encoding="utf-8")
    assert problems(content) == [
        f"content/en/scenarios/twice.yaml:1: scenario: door is taken by {HERE}:1",
        f"content/en/scenarios/twice.yaml:2: number: 7 is taken by {HERE}:2",
    ]


def test_a_card_that_would_be_too_long_is_told(content: Path) -> None:
    long = [
        ("text: They know him.", f"text: {'They know him. ' * 79}"),
        ("text: A census counts people.", f"text: {'He is known. ' * 76}"),
        ("sources: [CENSUS]", "sources: [CENSUS, BOOK]"),
        ("      - choose: Go in\n", f"      - choose: Go in\n        then: {'He goes in. ' * 32}\n"),
    ]
    [problem] = written(content, *long)
    assert problem.startswith("41: node known-there, text: has 3,")
    assert problem.endswith("a card has room for 3,000")


# ---------------------------------------------------------------- the law of stories

NAMES = st.integers(1, 9).flatmap(
    lambda size: st.fixed_dictionaries({str(one): st.lists(st.integers(0, size - 1).map(str), max_size=3) for one in range(size)})
)


def all_ways(first: str, ways: Mapping[str, list[str]], most: int) -> set[tuple[str, ...]]:
    """Every walk of up to so many steps, by brute force."""
    growing: set[tuple[str, ...]] = {(first,)}
    found = set(growing)
    for _ in range(most):
        growing = {(*walk, there) for walk in growing for there in ways[walk[-1]]}
        found |= growing
    return found


@given(NAMES)
def test_the_law_of_stories_agrees_with_walking_them(ways: dict[str, list[str]]) -> None:
    walks = all_ways("0", ways, min(len(ways), 6))
    met = {walk[-1] for walk in walks}
    assert met <= reachable("0", ways) <= set(ways)
    if len(ways) <= 6:
        assert reachable("0", ways) == met
    circle = a_circle(ways)
    if circle is not None:
        assert all(there in ways[here] for here, there in zip(circle, (*circle[1:], circle[0]), strict=True))
    else:
        assert longest("0", ways) < len(ways), "without a circle no walk is longer than there are nodes"
        if len(ways) <= 6:
            assert longest("0", ways) == max(len(walk) - 1 for walk in walks)
        order = in_order(ways)
        assert sorted(order) == sorted(ways)
        assert all(order.index(here) < order.index(there) for here, its in ways.items() for there in its)


def as_scenario(ways: dict[str, list[str]]) -> str:
    """A scenario of this shape, whole but for what its shape makes wrong."""
    lines = [SCENARIO[: SCENARIO.index("count:")] + "nodes:"]
    for name, its in ways.items():
        lines.append(f"  - node: n{name}\n    text: There is a room.")
        if its:
            lines.append("    choices:")
        for number, there in enumerate(its):
            lines.append(f"      - choose: Door {number}\n        to: n{there}")
        if not its:
            lines.append("    ending: A wall\n    known:\n      text: A book says so.\n      sources: [BOOK]")
    return "\n".join(lines)


@given(NAMES)
def test_whatever_its_shape_the_reader_refuses_a_story_just_when_it_can_not_be_played(ways: dict[str, list[str]]) -> None:
    ways = dict(sorted(ways.items()))  # a story begins at its first node
    page = parse(as_scenario(ways).encode(), "x.yaml")
    assert isinstance(page, Page)
    told = [one.what for one in within_scenario(page, {"small": Named({"first": "The first"}, {}, {})})]
    unmet = len([one for one in told if one.startswith("no choice leads here")])
    assert unmet == len(ways) - len(reachable("0", ways))
    goes_round = any("goes round in a circle" in one for one in told)
    assert goes_round == a_walk_never_ends(ways)
    ends = {name for name in reachable("0", ways) if not ways[name]}
    assert any("all paths lead to one end" in one for one in told) == (not goes_round and len(ends) < 2)


def a_walk_never_ends(ways: Mapping[str, list[str]]) -> bool:
    """Whether some walk can be longer than there are nodes, by brute force."""
    growing = set(ways)
    for _ in ways:
        growing = {there for name in growing for there in ways[name]}
    return bool(growing)


def test_a_chain_of_thousands_of_nodes_is_walked_without_recursion() -> None:
    ways = {str(one): [str(one + 1)] if one < 3_000 else [] for one in range(3_001)}
    assert a_circle({**ways, "3000": ["0"]}) is not None
    assert (longest("0", ways), len(reachable("0", ways))) == (3_000, 3_001)


# ---------------------------------------------------------------- the shipped ones

COURSE: Course = read_library(ROOT / "content").course("en")


def every_story(scenario: Scenario) -> list[Story]:
    """Every card of a scenario in every way of coming to it."""
    found, growing = [begun(scenario)], [begun(scenario)]
    while growing:
        growing = [then for story in growing for index in range(len(story.node.choices)) if (then := story.choose(index))]
        found += growing
    return found


@pytest.mark.parametrize("scenario", COURSE.scenarios, ids=lambda one: one.name)
def test_each_shipped_scenario_is_short_and_all_of_it_is_played(scenario: Scenario) -> None:
    stories = every_story(scenario)
    assert {story.node.name for story in stories} == {node.name for node in scenario.nodes}
    assert {story.node.name for story in stories if not story.node.choices} == {node.name for node in scenario.endings}
    assert 8 <= len(scenario.nodes) <= 20
    assert max(len(story.path) for story in stories) <= LONGEST_PATH
    assert len({story.mark for story in stories if story.path}) > 1
    for story in stories:
        assert story_at(scenario, story.path, story.mark) == story


def test_the_add_up_game_adds_up() -> None:
    scenario = COURSE.scenario("add-up-game")
    assert scenario
    three = played(scenario, 0, 0, 0)
    assert three.fitting == 1 + Fraction(59_999_999, 29_200 * 6_000 * 2), "birth date, postcode and sex"
    assert round(three.fitting) == 1, "as in the estimates for the three facts, she is alone"
    coarse = played(scenario, 1, 1, 0)
    assert coarse.fitting == 1 + Fraction(59_999_999, 80 * 60 * 2)
    four = played(scenario, 2, 2, 1, 0)
    assert four.fitting == 1 + Fraction(59_999_999, 1_500_000)
    assert abs(35**4 - 1_500_000) < 5_000, "one point keeps the fourth root of what four keep"
    nothing = played(scenario, 2, 2, 1, 2, 2, 0, 0)
    assert nothing.fitting == 60_000_000
    assert nothing.node.name == "a-crowd"
    assert played(scenario, 0, 0, 0, 2, 2, 1, 0).node.name == "met-anyway"
