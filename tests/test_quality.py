"""The rules of quality: for each a good and a bad example, with the line that an author is led to."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import time
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from textwrap import indent

import pytest
from evening import ROOT
from rich.console import Console
from test_library import SOURCES, add
from test_library import THEME as NO_SENTENCES

from bot.library import Page
from bot.library.page import parse
from bot.operator import WORDS
from bot.operator.check_table import colourful, table
from bot.quality import RULES, Bank, Finding, Rule, Written, check, warnings_in
from bot.quality.overview import LEVELS, overview
from bot.quality.words import grade, sentences_in, syllables_in, words_in
from bot.questions.texts import ROOM

TODAY = date(2026, 11, 25)
THEME = NO_SENTENCES.replace("word " * 5, "A word is read here. ")
SOME_SOURCES = {"CENSUS": {"title": "A census of 1790", "note": "It counted 3,929,214 people."}}
ASKED = "ask: Which of the towns has a house of cards?"
RIGHT, WRONG = "The one by a stream", "The one on the hill"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    add(folder, "en", "small.yaml", THEME)
    return folder


def question(ask: str = ASKED, right: str = RIGHT, wrong: tuple[str, ...] = (WRONG, "The one in the wood"), more: str = "") -> str:
    """An entry of ``questions``; its first line is the number's."""
    lines = [
        "- number: 1", "  kind: one choice", "  level: understand", "  lesson: first", f"  {ask}", *more.splitlines(), "  options:",
        f"    - right: {right}", "      feedback: It is that, and here is why.",
    ]  # fmt: skip
    for one in wrong:
        lines += [f"    - wrong: {one}", "      feedback: It is not this, and here is why."]
    return "\n".join([*lines, "  sources: [CENSUS]"])


def claim(is_true: str = "false", text: str = "There is a house of cards in one of the towns.") -> str:
    lines = [
        "- number: 1",
        "  kind: true or false",
        "  level: understand",
        "  lesson: first",
        f"  claim: {text}",
        f"  is_true: {is_true}",
    ]
    return "\n".join([*lines, "  reasons: []", "  sources: [CENSUS]"])


def steps(first: str) -> str:
    lines = ["- number: 1", "  kind: order", "  level: understand", "  lesson: first", f"  {ASKED}", "  steps:"]
    return "\n".join([*lines, f"    - step: {first}", "    - step: It burns down", "  sources: [CENSUS]"])


def estimate(margin: int) -> str:
    lines = ["- number: 1", "  kind: estimate", "  level: understand", "  lesson: first", f"  {ASKED}", "  answer: 100"]
    return "\n".join([*lines, f"  margin: {margin}", "  sources: [CENSUS]"])


def theme(*questions: str, before: str = "") -> str:
    """A theme with these questions; the first one begins in line 2, after what is put before."""
    return f"{before}questions:\n" + "\n".join(indent(one, "  ") for one in questions) + "\n"


def bank(*themes: str, language: str = "en") -> Bank:
    pages = [parse(text.encode(), f"{number}.yaml") for number, text in enumerate(themes, 1)]
    written = tuple(Written(page) for page in pages if isinstance(page, Page))
    assert len(written) == len(themes), pages
    return Bank(written, TODAY, language, SOME_SOURCES)


def rule(name: str) -> Rule:
    return next(one for one in RULES if one.name == name)


def found(name: str, *themes: str) -> list[tuple[int, str]]:
    return [(one.line, one.what) for one in warnings_in(bank(*themes), [rule(name)])]


def lesson(text: str, key: str = "key_idea") -> str:
    return f"lessons:\n  - lesson: first\n    title: The first\n    {key}: >-\n      {text}\n"


def prompt(text: str) -> str:
    return f"prompts:\n  - prompt: talk\n    text: >-\n      {text}\n"


LONG = "The one by the river, next to the mill that has stood there since long ago"
ALWAYS = question(wrong=("It is always on a hill", "The one in the wood"))
GREAT = question(right="The one by a great stream")
SHORT = question(right="The stream")
FIVE_LONGEST = [GREAT] * 3 + [question()] * 2
FIVE_SHORTEST = [SHORT] * 3 + [question()] * 2
RECALL = question().replace("level: understand", "level: recall")
KEPT = question(more="  keep_order: true")
VARIED = question(wrong=(WRONG, "The one in the wood"), more="  keep_order: true").replace("- right", "- WRONG").replace(
    "- wrong", "- right", 1
).replace("- WRONG", "- wrong")  # fmt: skip
HARD = (
    "Institutional accountability necessitates comprehensive documentation of administrative responsibilities, notwithstanding "
    "considerable organisational complexity and the proliferation of heterogeneous regulatory requirements."
)
EASY = "A town kept a list of all its houses. Nobody asked why. One day a clerk looked for a name, and found two."
LONG_SENTENCE = (
    "A town kept a list of its houses and of those who lived in them, and it was read by a clerk who had a great deal of time."
)

# Rule -> what is well, what isn't, the line of what isn't, a part of what is said.
EXAMPLES: list[tuple[str, list[str], list[str], int, str]] = [
    ("long-key", [theme(question())], [theme(question(right=LONG))], 8, "has 74 characters, the longest wrong one 19"),
    ("longest-keys", [theme(*[GREAT] * 4)], [theme(*FIVE_LONGEST)], 1, "longest one in 3 of 5"),
    ("shortest-keys", [theme(*[SHORT] * 2, *[question()] * 3)], [theme(*FIVE_SHORTEST)], 1, "shortest one in 3 of 5"),
    ("key-place", [theme(KEPT, VARIED, KEPT, VARIED)], [theme(KEPT, KEPT, KEPT)], 7, "of 3 such questions 3 have the right option"),
    ("of-the-above", [theme(question(wrong=("All of the towns", "Both of the rivers")))],
     [theme(question(wrong=(WRONG, "None of the above")))], 12, "None of the above"),
    ("negative-stem", [theme(question(ask="ask: Which of the towns does NOT have a house of at least two cards?"))],
     [theme(question(ask="ask: Which of the towns does not have a house?"))], 6, "'not'"),
    ("whole-question", [theme(question(), question(ask='ask: The town with the house of cards is …'))],
     [theme(question(ask="ask: Say which of the towns has a house of cards."))], 6, "no question mark"),
    ("stem-length", [theme(question())], [theme(question(ask="ask: Which town is it?"))], 6, "has 4 words"),
    ("absolutes", [theme(*[ALWAYS] * 4, question(right="They all stand by a river"))], [theme(*[ALWAYS] * 4)], 10, "'always'"),
    ("alike-options", [theme(question(right='"4 houses"', wrong=('"40 houses"', "Four hundred houses")))],
     [theme(question(wrong=("The one by a streams", "No town")))], 10, "nearly the same as the option in line 8"),
    ("uneven-options", [theme(question(wrong=("“The” one on the hill", "42 of them")))],
     [theme(question(wrong=("the one on the hill", "The wood")))], 7, "a capital"),
    ("echo", [theme(question(right="The riverbank with houses"))],
     [theme(question(ask="ask: Which riverbank has the house of cards?", right="The riverbank on the left"))], 8, "'riverbank'"),
    ("one-sided-claims", [theme(*[claim()] * 3, *[claim("true")] * 2)], [theme(*[claim()] * 5)], 7,
     "5 claims in the course, of which 0"),
    ("whole-claim", [theme(claim())], [theme(claim(text="Houses of cards are to be found in every town"))], 6, "no full stop"),
    ("telling-steps", [theme(steps("A town is built"))], [theme(steps("In 1790 a town is built"))], 8, "has '1790'"),
    ("wide-margin", [theme(estimate(60))], [theme(estimate(70))], 8, "is 70 for a figure of 100"),
    ("levels", [theme(*[RECALL] * 3, *[question()] * 2)], [theme(*[RECALL] * 4, question())], 1, "are 5, of which 1 ask for more"),
    ("doubled", [theme(question(), question(ask="ask: Who lives in a house of cards by the sea?"))],
     [theme(question(), question(ask="ask: Which of all the towns has a house of cards?"))], 19, "the same as question 1 (line 6)"),
    ("figures", [theme(question(ask="ask: Who counted 3,929,214 people in the census of 1790?"))],
     [theme(question(ask="ask: Who counted 3,900,000 people in the census of 1790?"))], 6, "the figure 3,900,000"),
    ("wording", [lesson('There is no score for every citizen. One article said "Orwellian". The Chinese government answered.')],
     [lesson("This is an Orwellian plan.")], 4, "'Orwellian'"),
    ("reading-level", [lesson(EASY)], [lesson(HARD)], 2, "and 9 is the most"),
    ("long-sentences", [lesson(EASY, "example")], [lesson(LONG_SENTENCE, "example")], 4, "has 29.0 words in a sentence"),
    ("long-words", [lesson("A well-known re-identification.")], [prompt("What is telecommunication?")], 3, "'telecommunication'"),
    ("stale", [f"review_by: {TODAY}\n"], [f"theme: old\nreview_by: {TODAY - timedelta(days=1)}\n"], 2, "was 2026-11-24"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "good", "bad", "line", "says"), EXAMPLES, ids=[one[0] for one in EXAMPLES])
def test_a_rule_knows_good_from_bad_and_names_the_line(name: str, good: list[str], bad: list[str], line: int, says: str) -> None:
    assert found(name, *good) == []
    [(at, what), *more] = found(name, *bad)
    assert (at, says in what, more) == (line, True, []), what


def test_every_rule_is_on_the_page_for_authors() -> None:
    page = (ROOT / "docs" / "AUTHORING.md").read_text(encoding="utf-8")
    lines = dict(re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|$", page, re.MULTILINE))
    assert [name for name in lines if name in {one.name for one in RULES}] == [one.name for one in RULES]
    for one in RULES:
        assert lines[one.name] == one.asks, one.name


def test_every_rule_has_its_examples_and_says_what_it_asks_for() -> None:
    assert [one[0] for one in EXAMPLES] == [one.name for one in RULES]
    assert all(one.asks.endswith((".", ")")) for one in RULES)


@pytest.mark.parametrize("option", ["All of the above", "Both A and B", "A and C", "None of these", "Neither of them", "All of it"])
def test_options_that_lean_on_others_are_told(option: str) -> None:
    assert found("of-the-above", theme(question(wrong=(WRONG, option))))


@pytest.mark.parametrize("ask", ["Who never came?", "All came except whom?", "Who didn't come?", "Who has the least of all?"])
def test_a_negation_is_told(ask: str) -> None:
    assert found("negative-stem", theme(question(ask=f'ask: "{ask}"')))


@pytest.mark.parametrize("ask", ["Who did **not** come?", "Who has at least two?", "Who came not only once?", 'Who said "not I"?'])
def test_a_negation_that_cannot_be_overlooked_is_none(ask: str) -> None:
    assert not found("negative-stem", theme(question(ask=f"ask: '{ask}'")))


@pytest.mark.parametrize(
    "text",
    [
        "In China every citizen has a score.",
        "Each Chinese citizen is assigned a number.",
        "The social credit system was launched in 2020.",
        "The Chinese are obedient.",
        "By China's social credit law this is forbidden.",
        "About 80% of Chinese people approve.",
    ],
)
def test_what_the_house_never_writes_may_stand_in_wrong_options_and_quotations_alone(text: str) -> None:
    assert found("wording", lesson(text))
    assert found("wording", theme(question(right=text)))
    assert not found("wording", theme(question(wrong=(text, WRONG)))) or "Chinese are" in text
    assert not found("wording", lesson(f'The essay says: "{text}"'))


def test_shares_are_counted_over_all_themes_too_and_not_for_a_handful() -> None:
    two_of_four = theme(*[question(right="The one by a great stream")] * 2, *[question()] * 2)
    assert found("longest-keys", two_of_four) == []
    [(line, what)] = found("longest-keys", two_of_four, theme(FIVE_LONGEST[0], *FIVE_LONGEST[2:]))
    assert (line, "of all themes" in what, "4 of 8" in what) == (1, True, True)


def test_a_place_that_repeats_more_than_three_times_in_a_row_is_told() -> None:
    said = [what for _, what in found("key-place", theme(*[VARIED, KEPT] * 3, *[VARIED] * 4))]
    assert any("no. 4 in a row" in what for what in said)


def test_doubled_prompts_are_told_with_the_other_file() -> None:
    [(line, what)] = found("doubled", prompt("Who reads your list of friends?"), prompt("Your list of friends: who reads it?"))
    assert (line, "prompt talk (1.yaml:3)" in what) == (3, True)


def test_words_of_the_glossary_may_be_long() -> None:
    one = bank(prompt("What is telecommunication?"))
    explained = Bank(one.themes, TODAY, terms=frozenset({"telecommunication"}))
    assert not warnings_in(explained, [rule("long-words")])


def test_the_glossary_and_the_scenarios_are_read_too() -> None:
    glossary = parse(b"terms:\n  - term: a\n    word: a\n    means: An Orwellian word.\n", "glossary.yaml")
    story = parse(b"scenario: s\nnodes:\n  - node: n\n    text: A regime fell.\n", "s.yaml")
    assert isinstance(glossary, Page) and isinstance(story, Page)
    said = warnings_in(Bank((), TODAY, glossary=glossary, stories=(story,)), [rule("wording")])
    assert [(one.file, one.line) for one in said] == [("glossary.yaml", 4), ("s.yaml", 4)]


def test_rules_about_english_words_leave_other_languages_alone() -> None:
    text = theme(question(ask="ask: Which of the towns does not have a house?"))
    assert warnings_in(bank(text))
    assert not warnings_in(bank(text, language="de"))


# ---------------------------------------------------------------- reading


def test_the_grade_is_flesch_and_kincaids() -> None:
    # 0.39 × words in a sentence + 11.8 × syllables in a word − 15.59
    text = "The cat sat on the paper by us."
    assert (len(words_in(text)), len(sentences_in(text)), sum(map(syllables_in, words_in(text)))) == (8, 1, 9)
    assert grade(text) == pytest.approx(0.39 * 8 + 11.8 * 9 / 8 - 15.59)
    assert grade("") == grade("1234 …") == 0.0


def test_sentences_end_where_a_reader_stops() -> None:
    assert len(sentences_in('One. Two? *Three!* "Four." About 3.5 or so, e.g. five.')) == 5
    assert len(sentences_in("Look for these:\n- a name\n- a place")) == 3


# ---------------------------------------------------------------- "I know"


def test_an_author_can_say_i_know_for_one_rule_on_one_thing() -> None:
    bad = question(ask="ask: Which town is not it?")
    said = [one.rule for one in warnings_in(bank(theme(bad)))]
    assert said == ["negative-stem", "stem-length"]
    accepted = question(ask="ask: Which town is not it?", more="  accepted: [stem-length]")
    assert [one.rule for one in warnings_in(bank(theme(accepted)))] == ["negative-stem"]


def test_what_is_accepted_about_a_theme_stands_with_the_theme() -> None:
    assert found("longest-keys", theme(*FIVE_LONGEST, before="accepted: [longest-keys]\n")) == []


def test_accepting_what_nobody_said_or_nobody_knows_is_told() -> None:
    [other, one] = warnings_in(bank(theme(question(more="  accepted: [stale, stem-lenght]"))))
    assert str(one) == "1.yaml:7: warning: question 1, accepted: stale has nothing to say here any more; take it out [accepted]"
    assert "(did you mean stem-length?)" in str(other)


# ---------------------------------------------------------------- the whole


def test_our_own_course_has_no_error_and_no_warning() -> None:
    checked = check(ROOT / "content", date.today())  # noqa: DTZ011  what is stale is stale today
    assert [str(one) for one in checked.findings if one.rule != "stale"] == []
    assert checked.looked.library is not None


def test_errors_and_warnings_are_told_together(content: Path) -> None:
    add(content, "en", "small.yaml", THEME.replace("level: recall", "level: guess").replace("What is it?", "What is it not?"))
    checked = check(content, TODAY)
    assert [(one.line, one.level, one.rule) for one in checked.findings] == [
        (20, "error", "structure"),
        (22, "warning", "negative-stem"),
        (22, "warning", "stem-length"),
    ]
    assert (checked.errors, checked.warnings) == (1, 2)


def test_lengths_and_sources_are_rules_of_their_own(content: Path) -> None:
    long = THEME.replace("text: What do you think?", f"text: {'so ' * 400}").replace(
        "feedback: It is this", f"feedback: {'so ' * 60}"
    )
    add(content, "en", "small.yaml", long.replace("further: [BOOK]", "further: [BOOKS]").replace("note", "n" * ROOM))
    rules = {one.rule for one in check(content, TODAY).findings if one.level == "error"}
    assert rules == {"too-long", "unknown-source", "unused-source"}


def test_one_file_is_told_of_alone_beside_the_rest(content: Path, tmp_path: Path) -> None:
    second = THEME.replace("theme: small", "theme: second").replace("number: 1\ntitle", "number: 2\ntitle")
    add(content, "en", "second.yaml", second)
    checked = check(content, TODAY, content / "en" / "themes" / "second.yaml")
    assert [(one.file, one.rule) for one in checked.findings] == [
        ("content/en/themes/second.yaml", "doubled"),
        ("content/en/themes/second.yaml", "stem-length"),
        ("content/en/themes/second.yaml", "doubled"),
    ]
    draft = tmp_path / "draft.yaml"
    draft.write_text(second.replace("theme: second", "theme: third").replace("[CENSUS]", "[CENSUSS]"), encoding="utf-8")
    said = [str(one) for one in check(content, TODAY, draft).findings if one.level == "error"]
    assert said[0] == "draft.yaml:2: error: number: 2 is taken by content/en/themes/second.yaml:2 [structure]"
    assert "unknown source 'CENSUSS' (did you mean CENSUS?)" in said[1]


def test_the_whole_course_is_looked_over_well_within_two_seconds() -> None:
    begun = time.process_time()
    check(ROOT / "content", TODAY)
    assert time.process_time() - begun < 2


def test_two_thousand_questions_are_compared_in_seconds() -> None:
    many = [question(ask=f"ask: Which town has {chr(97 + n % 26) * (n % 40 + 3)} houses by the {n}th river?") for n in range(2_000)]
    one = bank(theme(*many))
    begun = time.process_time()
    warnings_in(one, [rule("doubled")])
    assert time.process_time() - begun < 5


def test_the_bot_itself_brings_none_of_it() -> None:
    seen = "import sys, bot.main; print([name for name in ('bot.quality', 'rapidfuzz', 'pyphen') if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", seen], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


# ---------------------------------------------------------------- the word on the command line


def say(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    word = next(word for word in WORDS if word.name == "check")
    parser = ArgumentParser()
    word.add_arguments(parser)
    return word.run(parser.parse_args(words)), capsys.readouterr().out


def test_check_prints_lines_that_an_editor_can_jump_to(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = say(capsys, str(content))
    assert code == 0
    assert said.splitlines() == [
        "content/en/themes/small.yaml:22: warning: question 1, ask: has 3 words; 6 to 35 are good to read [stem-length]",
        said.splitlines()[-1],
    ]
    assert said.startswith("content/") and said.endswith(" 2 sources: 1 warning.\n")
    code, said = say(capsys, str(content / "en" / "themes" / "small.yaml"))
    assert (code, said.splitlines()[-1]) == (0, "1 warning.")


def test_check_fails_on_errors_alone(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(capsys, str(content))[0] == 0
    (content / "sources.yaml").write_text(SOURCES + "MORE: {title: More, standing: primary}\n", encoding="utf-8")
    code, said = say(capsys, str(content))
    assert code == 1
    assert said.splitlines()[-1].endswith(": 1 error, 1 warning.")


def test_check_speaks_json(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = say(capsys, str(content), "--format", "json")
    told = json.loads(said)
    assert (code, told["errors"], told["warnings"]) == (0, 0, 1)
    assert told["findings"] == [
        {
            "file": "content/en/themes/small.yaml", "line": 22, "level": "warning", "rule": "stem-length",
            "where": "question 1, ask", "what": "has 3 words; 6 to 35 are good to read",
        }
    ]  # fmt: skip


def test_in_a_terminal_there_are_colours_and_a_table_that_fits(content: Path) -> None:
    checked = check(content, TODAY)
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=80, color_system="standard", highlight=False)
    console.print(colourful(checked.findings[0]), soft_wrap=True)
    console.print(table(checked))
    plain = Console(file=(bare := io.StringIO()), width=80)
    plain.print(table(check(ROOT / "content", TODAY)))
    assert "\x1b[33mwarning" in screen.getvalue()
    assert "…" not in bare.getvalue()
    assert max(map(len, bare.getvalue().splitlines())) <= 80
    [row] = overview(checked)
    assert (row.theme, row.lessons, dict(zip(LEVELS, row.questions, strict=True))["recall"], row.warnings) == ("small", 1, 1, 1)


def test_a_finding_is_told_as_one_line() -> None:
    one = Finding("a.yaml", 3, "error", "structure", "title", "is missing")
    assert str(one) == "a.yaml:3: error: title: is missing [structure]"
