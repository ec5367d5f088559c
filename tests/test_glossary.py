"""The glossary: what an author may write, which words a lesson uses, and how people look words up."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from evening import Evening, card, public
from test_library import SECOND, THEME, add, content, problems

from bot.library import Glossary, read_library
from bot.library.term import Term
from bot.quality import check

__all__ = ["content"]  # a fixture

TERMS = """\
terms:
  - term: word
    word: word
    also: [words, big word]
    means: What stands between two blanks.
    lesson: small/first
    sources: [CENSUS]
  - term: blank
    word: blank
    means: What stands between two words.
"""
HERE = "content/en/glossary.yaml"


def write(content: Path, text: str, language: str = "en") -> None:
    (content / language).mkdir(exist_ok=True)
    (content / language / "glossary.yaml").write_text(text, encoding="utf-8")


# ---------------------------------------------------------------- what comes out


def test_words_come_by_alphabet_and_are_found_by_any_of_their_forms(content: Path) -> None:
    write(content, TERMS)
    glossary = read_library(content).course("en").glossary
    assert [term.name for term in glossary.terms] == ["blank", "word"]
    for typed in ("word", "WORDS", "big  word"):
        found = glossary.called(typed)
        assert found is not None
        assert found.name == "word"
    assert glossary.called("wordy") is None
    assert glossary.term("words") is None, "only the permanent name"


def test_a_course_may_have_no_glossary(content: Path) -> None:
    course = read_library(content).course("en")
    assert course.glossary.terms == ()
    assert course.glossary.used_in("small", course.themes[0].lessons[0]) == ()


def test_a_language_is_filled_up_word_by_word(content: Path) -> None:
    write(content, TERMS)
    add(content, "de", "klein.yaml", THEME)
    write(content, "terms:\n  - {term: word, word: Wort, means: Was zwischen zwei Leerstellen steht.}\n", "de")
    library = read_library(content)
    assert [term.word for term in library.course("de").glossary.terms] == ["blank", "Wort"]
    assert [term.word for term in library.course("en").glossary.terms] == ["blank", "word"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A default is set.", ["default"]),
        ("Defaults are set.", ["default"]),
        ("A DEFAULT, and again the default.", ["default"]),
        ("Whoever defaulted has no default-setting.", []),
        ("They opt in, or opt\n  out.", ["opt-in", "opt-out"]),
        ("An opt-in pop-up.", ["opt-in"]),
        ("A co-opt-in, adopt-in.", []),
        ("Campbell's law, and nothing else.", ["law"]),
        ("Campbell’s own law", []),
        ("(default)", ["default"]),
        ("", []),
    ],
)
def test_whole_words_alone_are_found_in_the_order_of_the_lesson(content: Path, text: str, expected: list[str]) -> None:
    terms = [
        Term(term="opt-out", word="opt-out", also=("opt out",), means="…"),
        Term(term="opt-in", word="opt-in", also=("opt in",), means="…"),
        Term(term="default", word="default", also=("defaults",), means="…"),
        Term(term="law", word="Campbell's law", means="…"),
    ]
    lesson = read_library(content).course("en").themes[0].lessons[0].but(example=text)
    assert [term.name for term in Glossary(terms).used_in("small", lesson)] == expected


# ---------------------------------------------------------------- every problem, with its line


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (TERMS, "terms: []\n", [f"{HERE}:1: terms: needs at least 1, and has 0"]),
        (TERMS, "", [f"{HERE}:1: the file: is empty"]),
        (TERMS, "- word\n", [f"{HERE}:1: the file: has to be a group of lines, each `key: value`"]),
        ("    word: blank\n", "", [f"{HERE}:8: term blank, word: is missing"]),
        ("    means: What stands between two words.\n", "    mean: x\n", [
            f"{HERE}:8: term blank, means: is missing",
            f"{HERE}:10: term blank: unknown key 'mean' (did you mean means?)",
        ]),
        ("    word: blank\n", "    word: null\n", [f"{HERE}:9: term blank, word: has no value; write one, or leave the line out"]),
        ("  - term: blank", "  - term: word", [f"{HERE}:8: term word, term: is taken already, in line 2"]),
        ("    word: blank", "    word: Words", [
            f"{HERE}:9: term blank, word: 'Words' is in line 4 already; a form belongs to one word"
        ]),
        ("[words, big word]", "[words, word]", [
            f"{HERE}:4: term word, also: 'word' is in line 3 already; a form belongs to one word"
        ]),
        ("small/first", "small/frist", [
            f"{HERE}:6: term word, lesson: the theme small has no lesson 'frist' (did you mean first?)"
        ]),
        ("small/first", "smal/first", [f"{HERE}:6: term word, lesson: there is no theme 'smal' (did you mean small?)"]),
        ("small/first", "first", [
            f"{HERE}:6: term word, lesson: 'first' names no lesson; write the theme, a slash and the lesson, "
            "such as cookies/a-note-for-later"
        ]),
        ("[CENSUS]", "[CENUS]", [f"{HERE}:7: term word, sources: unknown source 'CENUS' (did you mean CENSUS?)"]),
        ("What stands between two words.", "w" * 301, [f"{HERE}:10: term blank, means: is 301 characters long; at most 300 fit"]),
        ("term: blank", "term: a blank", [
            f"{HERE}:8: term a blank, term: 'a blank' may have only small letters a–z, digits, and hyphens between them"
        ]),
    ],
)  # fmt: skip
def test_a_problem_with_the_glossary_is_told_with_its_line(content: Path, old: str, new: str, expected: list[str]) -> None:
    assert TERMS.count(old) == 1
    write(content, TERMS.replace(old, new))
    assert problems(content) == expected


def test_a_source_may_be_cited_by_the_glossary_alone(content: Path) -> None:
    (content / "sources.yaml").write_text("MORE: {title: More, standing: primary}\n" + (content / "sources.yaml").read_text())
    assert problems(content) == ["content/sources.yaml:1: MORE: nothing cites this source; cite it, or delete it"]
    write(content, TERMS.replace("[CENSUS]", "[CENSUS, MORE]"))
    assert len(read_library(content).sources) == 3


def test_more_words_than_a_card_can_explain_are_told_with_the_lesson(content: Path) -> None:
    many = [f"  - {{term: w{number}, word: w{number}, means: {'m' * 290}}}" for number in range(10)]
    write(content, "\n".join(("terms:", *many, "")))
    words = " ".join(f"w{number}" for number in range(10))
    add(content, "en", "small.yaml", THEME.replace("word " * 30, f"{words} " + "word " * 20, 1))
    [problem] = problems(content)
    assert problem.startswith("content/en/themes/small.yaml:10: lesson first: uses 10 words of the glossary")
    assert problem.endswith("a card has room for 3,000")


def test_a_list_of_words_that_fits_on_no_card_is_told(content: Path) -> None:
    many = [f"  - {{term: w{number}, word: w{number}{'x' * 30}, means: m}}" for number in range(90)]
    write(content, "\n".join(("terms:", *many, "")))
    assert re.search(r"glossary\.yaml:1: terms: the list of all words has [\d,]+ characters", problems(content)[0])


def test_a_glossary_that_would_not_be_read_is_told(content: Path) -> None:
    (content / "en" / "glossary.yml").write_text(TERMS)
    assert problems(content) == ["content/en/glossary.yml:1: the file: is not read; let its name end with .yaml"]


def test_a_theme_that_cannot_be_read_makes_no_second_problem_of_the_glossary(content: Path) -> None:
    add(content, "en", "two.yaml", SECOND + "\t")
    write(content, TERMS.replace("small/first", "second/first"))
    assert [problem.split(":")[0] for problem in problems(content)] == ["content/en/themes/two.yaml"]


def test_what_the_glossary_explains_may_be_a_long_word_and_its_own_review_is_told(content: Path) -> None:
    add(content, "en", "small.yaml", THEME.replace("What do you think?", "What do you think of telecommunication?"))
    write(content, TERMS + "    also: [telecommunication]\n    review_by: 2026-11-24\n")
    said = [(one.rule, one.where) for one in check(content, date(2026, 11, 25)).findings]
    assert ("stale", "term blank, review_by") in said
    assert "long-words" not in [rule for rule, _ in said]
    write(content, TERMS)
    assert "long-words" in [one.rule for one in check(content, date(2026, 11, 25)).findings]


# ---------------------------------------------------------------- people look words up


async def test_anybody_looks_a_word_up_and_reads_on_in_its_lesson(evening: Evening) -> None:
    ada, room = evening.person("Ada"), evening.room()
    [choice] = await ada.complete(room, "glossary", "term", "quasi")
    seen = await ada.command(room, "glossary", term=choice.value)
    assert seen.private
    assert "## Quasi-identifier" in seen.text
    assert "Three ordinary facts" in seen.text
    assert "Philippe Golle" in seen.text
    assert seen.labels == ["Read the lesson", "All words"]
    lesson = await ada.press(card(seen), "Read the lesson")
    assert "page 1 of 3" in lesson.text


async def test_without_a_word_there_are_all_of_them_to_pick_from(evening: Evening) -> None:
    ada = evening.person("Ada")
    seen = await ada.command(ada.dm(), "glossary")
    assert "chilling effect · " in seen.text
    assert "**C** Campbell's law · census" in seen.text
    picked = await ada.pick(card(seen), "chilling-effect")
    assert "## Chilling effect" in picked.text
    again = await ada.press(card(picked), "All words")
    assert again.text == seen.text


async def test_a_word_that_is_none_gets_a_kind_answer(evening: Evening) -> None:
    ada, room = evening.person("Ada"), evening.room()
    seen = await ada.command(room, "glossary", term="quasi identifer")
    assert "Did you mean **quasi-identifier**?" in seen.text
    assert "All words" in seen.labels
    assert "“@​everyone”" not in (await ada.command(room, "glossary", term="@everyone")).text


async def test_a_lesson_has_its_words_behind_a_button_and_the_way_back_leads_to_the_same_page(evening: Evening) -> None:
    ada, room = evening.person("Ada"), evening.room()
    await evening.group()
    await evening.joined("Ada")
    first = await ada.command(room, "learn", theme="data-aggregation")
    second = await ada.press(card(first), "Next")
    words = await ada.press(card(second), "Words")
    assert words.edited
    assert "**quasi-identifier** – " in words.text
    assert "chilling" not in words.text
    back = await ada.press(card(words), "Back to the lesson")
    assert back.text == second.text
    every = await ada.press(card(await ada.press(card(back), "Words")), "All words")
    word = await ada.pick(card(every), "chilling-effect")
    assert "## Chilling effect" in word.text
    assert "Back to the lesson" in word.labels
    back = await ada.press(card(await ada.press(card(word), "All words")), "Back to the lesson")
    assert back.text == second.text
    last = await ada.press(card(back), "Next")
    assert len(last.labels) <= 5
    assert "Words" in last.labels
    assert not evening.standin.unknown_calls


async def test_a_lesson_without_any_word_has_no_such_button(evening: Evening) -> None:
    ada, room = evening.person("Ada"), evening.room()
    await evening.group()
    mo = evening.person("Mo")
    await mo.command(room, "discuss", theme="blacklists", prompt="debt-and-freedom")
    lesson = await ada.press(public(ada, room)[-1], "Read the lesson")
    assert "Licence suspended" in lesson.text
    assert "Words" not in lesson.labels


# ---------------------------------------------------------------- the shipped one


def test_every_word_is_used_by_the_lesson_that_explains_it() -> None:
    course = read_library(Path(__file__).parents[1] / "content").course("en")
    for term in course.glossary.terms:
        if term.lesson is None:
            continue
        name, _, of = term.lesson.partition("/")
        theme = course.theme(name)
        lesson = theme.lesson(of) if theme else None
        assert lesson is not None
        assert term in course.glossary.used_in(name, lesson), term.name
