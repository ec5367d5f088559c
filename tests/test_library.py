"""Reading content: what comes out, and every kind of problem with the exact line that an author sees."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.library import BrokenContent, Library, Problem, page, read_library
from bot.operator import WORDS
from bot.questions import KINDS, OneChoice

ROOT = Path(__file__).resolve().parents[1]
SOURCES = """\
CENSUS: {title: A census, standing: primary}
BOOK:
  author: Ada
  title: A book
  url: https://example.org/book
  standing: secondary
"""
THEME = f"""\
theme: small
number: 1
title: "Small: a theme"
summary: As small as can be.
outcome: You know what is small.
essay: [P1, DQ2]
changes: Nothing.
reviewed_on: 2026-11-23
lessons:
  - lesson: first
    title: The first
    key_idea: {"word " * 60}
    example: {"word " * 30}
    try_this: {"word " * 30}
    sources: [CENSUS]
    further: [BOOK]
questions:
  - number: 1
    kind: one choice
    level: recall
    lesson: first
    ask: What is it?
    options:
      - wrong: This
        feedback: It is not this, and here is why.
      - right: That
        feedback: It is that, and here is why.
      - wrong: Nothing
        feedback: It is not nothing, and here is why.
    sources: [CENSUS]
prompts:
  - prompt: talk
    title: Talk
    text: What do you think?
    lesson: first
"""
SECOND = THEME.replace("theme: small", "theme: second").replace("number: 1\ntitle", "number: 2\ntitle")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "en" / "themes").mkdir(parents=True)
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (folder / "en" / "themes" / "small.yaml").write_text(THEME, encoding="utf-8")
    return folder


def add(content: Path, language: str, name: str, text: str) -> None:
    (content / language / "themes").mkdir(parents=True, exist_ok=True)
    (content / language / "themes" / name).write_text(text, encoding="utf-8")


def problems(content: Path) -> list[str]:
    with pytest.raises(BrokenContent) as caught:
        read_library(content)
    return str(caught.value).splitlines()


# ---------------------------------------------------------------- what comes out


def test_every_shipped_content_file_loads() -> None:
    library = read_library(ROOT / "content")
    files = list((ROOT / "content").glob("*/themes/*.yaml"))
    assert sum(len(themes) for themes in library.written.values()) == len(files) > 0
    assert library.languages[0] == "en"


def test_a_theme_can_be_looked_up_with_all_that_is_in_it(content: Path) -> None:
    course = read_library(content).course("en")
    theme = course.theme("small")
    assert theme is not None
    assert theme is course.numbered(1)
    assert (theme.title, theme.essay, str(theme.reviewed_on)) == ("Small: a theme", ("P1", "DQ2"), "2026-11-23")
    lesson, question, prompt = theme.lesson("first"), theme.question(1), theme.prompt("talk")
    assert lesson is not None
    assert [source.line for source in lesson.further] == ["Ada: [A book](<https://example.org/book>)"]
    assert question is not None
    assert isinstance(question, OneChoice)
    assert question.grade(str(question.right_index)).is_right
    assert question.sources == lesson.sources
    assert prompt is not None
    assert prompt.text == "What do you think?"
    assert (theme.content_note, prompt.note, prompt.essay_question) == (None, None, None)


def test_a_source_says_when_it_was_read_by_day_or_by_month(content: Path) -> None:
    for written in ("2026-11-23", "2026-11", '"2026-11"'):
        (content / "sources.yaml").write_text(SOURCES.replace("  author: Ada", f"  checked_on: {written}\n  author: Ada"))
        [source] = [one for one in read_library(content).sources if one.key == "BOOK"]
        assert source.checked_on == written.strip('"')


def test_what_is_not_there_is_none(content: Path) -> None:
    course = read_library(content).course("en")
    theme = course.themes[0]
    assert (course.theme("x"), course.numbered(2)) == (None, None)
    assert (theme.lesson("x"), theme.question(2), theme.prompt("x")) == (None, None, None)


def test_themes_come_by_number_and_not_by_file(content: Path) -> None:
    add(content, "en", "a.yaml", SECOND)
    assert [theme.number for theme in read_library(content).course("en").themes] == [1, 2]


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", ["Small: a theme", "Small: a theme"]),
        ("fr", ["Small: a theme", "Small: a theme"]),
        ("de", ["Klein", "Small: a theme"]),
        ("de-CH", ["Klein", "Small: a theme"]),
        ("de-AT", ["Klein", "Kloan"]),
        ("DE_at", ["Klein", "Kloan"]),
        ("", ["Small: a theme", "Small: a theme"]),
    ],
)
def test_a_language_is_filled_up_theme_by_theme(content: Path, language: str, titles: list[str]) -> None:
    add(content, "en", "second.yaml", SECOND)
    add(content, "de", "klein.yaml", THEME.replace('"Small: a theme"', "Klein"))
    add(content, "de-AT", "kloan.yaml", SECOND.replace('"Small: a theme"', "Kloan"))
    library = read_library(content)
    assert library.languages == ("en", "de", "de-AT")
    assert [theme.title for theme in library.course(language).themes] == titles


# ---------------------------------------------------------------- every problem, with its line

HERE = "content/en/themes/small.yaml"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("summary:", "sumary:", ["1: summary: is missing", "4: the file: unknown key 'sumary' (did you mean summary?)"]),
        (
            "    example:",
            "    exampel:",
            ["10: lesson first, example: is missing", "13: lesson first: unknown key 'exampel' (did you mean example?)"],
        ),
        (
            "        feedback: It is that",
            "        fedback: It is that",
            [
                "26: question 1, option 2, feedback: is missing",
                "27: question 1, option 2: unknown key 'fedback' (did you mean feedback?)",
            ],
        ),
        ("    ask:", "    asks:", ["18: question 1, ask: is missing", "22: question 1: unknown key 'asks' (did you mean ask?)"]),
        ("    text: What", "    note: What", ["32: prompt talk, text: is missing"]),
        ("reviewed_on: 2026-11-23\n", "", ["1: reviewed_on: is missing"]),
        (
            "reviewed_on: 2026-11-23",
            'reviewed_on: "2026-11-23"',
            ["8: reviewed_on: has to be a date, such as 2026-11-23, without quotes"],
        ),
        (
            "reviewed_on: 2026-11-23",
            "reviewed_on: 2026-02-30",
            ["8: reviewed_on: is read as a date, and there is no such day; write 2026-11-23, or put it in quotes"],
        ),
        ("number: 1\ntitle", "number: one\ntitle", ["2: number: has to be a whole number, without quotes"]),
        ("number: 1\ntitle", "number: 1296\ntitle", ["2: number: has to be at most 1295"]),
        (
            "number: 1\ntitle",
            "number: 010\ntitle",
            ["2: number: has 010, which YAML reads as a number in its own way; write plain digits, or put it in quotes"],
        ),
        ("number: 1\ntitle", "number: 1.5\ntitle", ["2: number: has to be a whole number, without quotes"]),
        ("  - number: 1", "  - number: 0", ["18: question 0, number: has to be at least 1"]),
        ("  - number: 1", "  - number: 1296", ["18: question 1296, number: has to be at most 1295"]),
        (
            "theme: small",
            "theme: Small Theme",
            ["1: theme: 'Small Theme' may have only small letters a–z, digits, and hyphens between them"],
        ),
        ("theme: small", "theme: " + "s" * 33, ["1: theme: is 33 characters long; at most 32 fit"]),
        ("title: The first", "title: " + "t" * 81, ["11: lesson first, title: is 81 characters long; at most 80 fit"]),
        ("summary: As small as can be.", "summary: " + "s" * 101, ["4: summary: is 101 characters long; at most 100 fit"]),
        ("summary: As small as can be.", "summary: |\n  two\n  lines", ["4: summary: has to be one line"]),
        (
            "summary: As small as can be.",
            "summary: yes",
            ['4: summary: has to be text, and YAML takes yes for a yes or no; put it in quotes: "yes"'],
        ),
        (
            "summary: As small as can be.",
            "summary: 1984",
            ['4: summary: has to be text, and YAML takes 1984 for a number; put it in quotes: "1984"'],
        ),
        (
            "summary: As small as can be.",
            "summary: 12:30",
            ["4: summary: has 12:30, which YAML reads as a number in its own way; write plain digits, or put it in quotes"],
        ),
        (
            "summary: As small as can be.",
            "summary: 1.50",
            ['4: summary: has to be text, and YAML takes 1.50 for a number; put it in quotes: "1.50"'],
        ),
        (
            "summary: As small as can be.",
            "summary: 2026-11-23",
            ['4: summary: has to be text, and YAML takes 2026-11-23 for a date; put it in quotes: "2026-11-23"'],
        ),
        (
            "summary: As small as can be.",
            "summary: [Small]",
            ["4: summary: has to be text; if it has brackets, braces or a colon in it, put it in quotes"],
        ),
        ("summary: As small as can be.", "summary:", ["4: summary: has no value; write one, or leave the line out"]),
        ("summary: As small as can be.", 'summary: ""', ["4: summary: is empty"]),
        ("summary: As small as can be.", 'summary: "\\a"', ["4: summary: has an invisible control character; delete it"]),
        ("essay: [P1, DQ2]", "essay: [P1, P19]", ["6: essay: 'P19' is no part of the essay; they are P1 to P18, and DQ1 to DQ3"]),
        ("essay: [P1, DQ2]", "essay: []", ["6: essay: needs at least 1, and has 0"]),
        ("essay: [P1, DQ2]", "essay: P1", ["6: essay: has to be a list: lines that begin with a hyphen, or [THIS, THAT]"]),
        (
            "changes: Nothing.",
            "changes: Nothing.\nclaims: [Z1]",
            ["8: claims: 'Z1' is no claim; they are written C1, C2 and so on"],
        ),
        (
            "changes: Nothing.",
            "changes: Nothing.\ncontent_note: " + "n" * 501,
            ["8: content_note: is 501 characters long; at most 500 fit"],
        ),
        (
            "word " * 60,
            "word " * 59,
            ["10: lesson first: key_idea, example and try_this have 119 words together; a lesson has 120 to 200"],
        ),
        (
            "word " * 60,
            "word " * 141,
            ["10: lesson first: key_idea, example and try_this have 201 words together; a lesson has 120 to 200"],
        ),
        (
            "word " * 60,
            ("w" * 60 + " ") * 60,
            ["10: lesson first: the lesson has 4,015 characters with all that it shows; a card has room for 3,000"],
        ),
        (
            "    sources: [CENSUS]\n    further",
            "    sources: []\n    further",
            ["15: lesson first, sources: needs at least 1, and has 0"],
        ),
        (
            "    sources: [CENSUS]\n    further",
            "    sources: [CENSUS, CENSUS]\n    further",
            ["15: lesson first, sources: CENSUS is named twice"],
        ),
        (
            "    sources: [CENSUS]\n    further",
            "    sources: [CENSUS, 2016]\n    further",
            ['15: lesson first, sources: has to be text, and YAML takes 2016 for a number; put it in quotes: "2016"'],
        ),
        (
            "    further: [BOOK]",
            "    further: [BOOK, CENUS]",
            ["16: lesson first, further: unknown source 'CENUS' (did you mean CENSUS?)"],
        ),
        (
            "    further: [BOOK]",
            "    further: [BOOK]\n    essay: [P1, P2]",
            ["17: lesson first, essay: P2 is not in the theme's own list; add it there, in line 6"],
        ),
        ("    further: [BOOK]", "    further: [BOOK]\n    essay: [P1, P1]", ["17: lesson first, essay: P1 is named twice"]),
        (
            "    further: [BOOK]",
            "    further: [BOOK]\n    review_by: soon",
            ["17: lesson first, review_by: has to be a date, such as 2026-11-23, without quotes"],
        ),
        (
            "lesson: first\n    title",
            "lesson: second\n    title",
            [
                "21: question 1, lesson: this theme has no lesson 'first'",
                "35: prompt talk, lesson: this theme has no lesson 'first'",
            ],
        ),
        ("    kind: one choice\n", "", ["18: question 1, kind: is missing"]),
        (
            "kind: one choice",
            "kind: on choice",
            [f"19: question 1, kind: has to be one of: {', '.join(KINDS)} (did you mean one choice?)"],
        ),
        (
            "level: recall",
            "level: remember",
            ["20: question 1, level: has to be one of: recall, understand, apply, analyse, evaluate"],
        ),
        (
            "level: recall",
            "level: reccall",
            ["20: question 1, level: has to be one of: recall, understand, apply, analyse, evaluate (did you mean recall?)"],
        ),
        (
            "    ask: What is it?",
            "    keep_order: maybe\n    ask: What is it?",
            ["22: question 1, keep_order: has to be true or false"],
        ),
        ("- right: That", "- wrong: That", ["23: question 1, options: exactly one option has to be `right:`, here none is"]),
        ("- wrong: This", "- right: This", ["23: question 1, options: exactly one option has to be `right:`, here 2 are"]),
        (
            "- wrong: This",
            "- wrong: This\n        right: This",
            ["24: question 1, option 1: an option has either `right:` or `wrong:`, and not both"],
        ),
        ("- wrong: This", "- wrong: that", ["23: question 1, options: two options say the same"]),
        ("- wrong: This", "- wrong: " + "t" * 81, ["24: question 1, option 1, wrong: is 81 characters long; at most 80 fit"]),
        (
            "- wrong: This",
            "- wrong: no",
            ['24: question 1, option 1, wrong: has to be text, and YAML takes no for a yes or no; put it in quotes: "no"'],
        ),
        (
            "      - wrong: This\n        feedback: It is not this, and here is why.\n",
            "",
            ["23: question 1, options: needs at least 3, and has 2"],
        ),
        (
            "feedback: It is not this, and here is why.",
            "feedback: Right, it is not this.",
            ['24: question 1, option 1: a wrong option\'s feedback must not begin with "Right"'],
        ),
        (
            "feedback: It is not this, and here is why.",
            "feedback: Too short.",
            ["25: question 1, option 1, feedback: is 10 characters long; at least 20 are needed"],
        ),
        (
            "feedback: It is not this, and here is why.",
            "feedback: " + "f" * 161,
            ["25: question 1, option 1, feedback: is 161 characters long; at most 160 fit"],
        ),
        ("text: What do you think?", "text: " + "t" * 1001, ["34: prompt talk, text: is 1001 characters long; at most 1000 fit"]),
        (
            "    text: What do you think?",
            "    text: What do you think?\n    essay_question: DQ4",
            ["35: prompt talk, essay_question: 'DQ4' is no question of the essay; they are DQ1, DQ2 and DQ3"],
        ),
        ("title: Talk", "title: " + "t" * 61, ["33: prompt talk, title: is 61 characters long; at most 60 fit"]),
        (
            "    title: Talk\n    text: What do you think?\n    lesson: first",
            "    title: Talk\n    text: What do you think?\n    lesson: frist",
            ["35: prompt talk, lesson: this theme has no lesson 'frist' (did you mean first?)"],
        ),
        (
            "prompts:\n",
            "prompts:\n  - prompt: talk\n    title: Talk\n    text: So?\n    lesson: first\n",
            ["36: prompt talk, prompt: is taken already, in line 32"],
        ),
        (
            "questions:\n",
            "questions:\n  - just text\n",
            ["18: question no. 1 in the list: has to be a group of lines, each `key: value`"],
        ),
        (
            "prompts:\n",
            "prompts:\n  - just text\n",
            ["32: prompt no. 1 in the list: has to be a group of lines, each `key: value`"],
        ),
        ("theme: small", "theme: small\ntheme: other", ["2: theme: stands here a second time; the first is in line 1"]),
        (
            "lessons:",
            "lessons: none\nlesson:",
            [
                "9: lessons: has to be a list: lines that begin with a hyphen, or [THIS, THAT]",
                "10: the file: unknown key 'lesson' (did you mean lessons?)",
            ],
        ),
    ],
)
def test_a_wrong_word_in_a_theme_is_told_with_its_line(content: Path, old: str, new: str, expected: list[str]) -> None:
    assert old in THEME
    add(content, "en", "small.yaml", THEME.replace(old, new, 1))
    assert problems(content) == [f"{HERE}:{one}" for one in expected]


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"Small: a theme"',
            "Small: a theme",
            ["3: the file: has a colon in the text (put the whole text in quotes), or a line that is indented too far"],
        ),
        ('"Small: a theme"', '"Small', ["3: the file: has a quotation mark that opens here and doesn't close"]),
        (
            '"Small: a theme"',
            '"Small" a theme',
            ["3: the file: is indented differently from the lines around it, or goes on after a closing quotation mark"],
        ),
        (
            '"Small: a theme"',
            '"Small \\q"',
            ["3: the file: has a backslash in double quotes that means nothing to YAML; use single quotes"],
        ),
        (
            '"Small: a theme"',
            "*Small* theme",
            ["3: the file: has a text that begins with * or &; put the whole text in quotes"],
        ),
        (
            '"Small: a theme"',
            "**Small** theme",
            ["3: the file: has a text that begins with * or &; put the whole text in quotes"],
        ),
        (
            '"Small: a theme"',
            "& theme",
            ["3: the file: has a text that begins with * or &; put the whole text in quotes"],
        ),
        (
            '"Small: a theme"',
            "&a theme",
            ["3: the file: has `&a`, which YAML takes for an anchor; delete it, or put the text in quotes"],
        ),
        ('"Small: a theme"', "!Small theme", ["3: the file: has `!Small`, which YAML takes for a tag; put the text in quotes"]),
        (
            '"Small: a theme"',
            "@all",
            ["3: the file: has a text that begins with @; put the whole text in quotes"],
        ),
        (
            '"Small: a theme"',
            "`code`",
            ["3: the file: has a text that begins with `; put the whole text in quotes"],
        ),
        (
            '"Small: a theme"',
            "[P3] says",
            ["3: the file: is indented differently from the lines around it, or goes on after a closing quotation mark"],
        ),
        ('"Small: a theme"', "| a theme", ["3: the file: has text right after | or >; begin it on the next line"]),
        ("\nnumber: 1\ntitle", "\n\tnumber: 1\ntitle", ["2: the file: has a tab; YAML wants blanks for indenting"]),
        (
            "\nnumber: 1\ntitle",
            "\nnumber 1\ntitle",
            ["2: the file: has a line without a colon, or one that is indented too little"],
        ),
        (
            "  - lesson: first",
            "   - lesson: first\n  - second",
            ["11: the file: is indented differently from the lines around it, or goes on after a closing quotation mark"],
        ),
        (
            "theme: small",
            "? [theme]\n: small",
            ["1: the file: has brackets or braces where a word and a colon belong; put the text in quotes"],
        ),
        ("prompts:\n", "---\nprompts:\n", ["31: the file: has a second document after `---`; make it a file of its own"]),
        ("summary: As", "summary: As\x07", ["4: the file: has an invisible character (U+0007); delete it"]),
        ("essay: [P1, DQ2]", "essay: " + "[" * 20 + "]" * 20, ["6: the file: nests more than 12 lists or groups in one another"]),
    ],
)
def test_a_trap_of_yaml_is_told_in_a_sentence_by_either_parser(
    content: Path, monkeypatch: pytest.MonkeyPatch, loader: str, old: str, new: str, expected: list[str]
) -> None:
    if not hasattr(yaml, loader):
        pytest.skip("PyYAML was built without libyaml here")
    monkeypatch.setattr(page, "_Loader", getattr(yaml, loader))
    assert old in THEME
    add(content, "en", "small.yaml", THEME.replace(old, new, 1))
    assert problems(content) == [f"{HERE}:{one}" for one in expected]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"", "1: the file: is empty"),
        (b"# nothing but a comment\n", "1: the file: is empty"),
        (b"~\n", "1: the file: is empty"),
        (b"- a list\n", "1: the file: has to be a group of lines, each `key: value`"),
        (b"just text\n", "1: the file: has to be a group of lines, each `key: value`"),
        ("theme: small\ntitle: Größe".encode("latin-1"), "2: the file: is not UTF-8 text; save it as UTF-8"),
        (THEME.encode("utf-16"), "1: the file: is not UTF-8 text; save it as UTF-8"),
        (THEME.encode() + b"#" * 1024 * 1024, "1: the file: is larger than 1 MiB; split it up"),
    ],
)
def test_a_file_that_is_no_theme_at_all_is_told(content: Path, written: bytes, expected: str) -> None:
    (content / "en" / "themes" / "small.yaml").write_bytes(written)
    assert problems(content)[0] == f"{HERE}:{expected}"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(content: Path) -> None:
    (content / "en" / "themes" / "small.yaml").write_bytes(THEME.replace("\n", "\r\n").encode("utf-8-sig"))
    assert read_library(content).course("en").themes[0].name == "small"


def test_a_billion_laughs_are_refused_before_they_grow(content: Path) -> None:
    laughs = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10))
    add(content, "en", "small.yaml", f"l0: &l0 ha\n{laughs}\n")
    assert problems(content) == [
        f"{HERE}:1: the file: has `&l0`, which YAML takes for an anchor; delete it, or put the text in quotes"
    ]


def test_an_unreadable_file_is_a_problem_and_not_a_crash(content: Path) -> None:
    (content / "en" / "themes" / "folder.yaml").mkdir()
    assert problems(content) == ["content/en/themes/folder.yaml:1: the file: can't be read (Is a directory)"]


# ---------------------------------------------------------------- across files


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "BOOK:",
            "BUCH:",
            [
                "content/en/themes/small.yaml:16: lesson first, further: unknown source 'BOOK'",
                "content/sources.yaml:2: BUCH: nothing cites this source; cite it, or delete it",
            ],
        ),
        (
            "secondary",
            "second",
            ["content/sources.yaml:6: BOOK, standing: has to be one of: primary, secondary, pointer (did you mean secondary?)"],
        ),
        (
            "https://example.org/book",
            "example.org",
            ["content/sources.yaml:5: BOOK, url: 'example.org' is no web address; it begins with https:// and has no blanks"],
        ),
        *(
            (
                "  author: Ada",
                f"  checked_on: {written}\n  author: Ada",
                [f"content/sources.yaml:3: BOOK, checked_on: '{shown}' is no day and no month; write 2026-11-23 or 2026-11"],
            )
            for written, shown in (("2026-13", "2026-13"), ("last week", "last week"), ('"2026-02-30"', "2026-02-30"))
        ),
        ("  author: Ada", "  auther: Ada", ["content/sources.yaml:3: BOOK: unknown key 'auther' (did you mean author?)"]),
        (
            "  author: Ada",
            "  author: Ada\n  year: '2006'",
            ["content/sources.yaml:4: BOOK, year: has to be a whole number, without quotes"],
        ),
        (
            "  author: Ada",
            "  key: BOOK",
            ["content/sources.yaml:3: BOOK, key: unknown key 'key'; the source is already called BOOK"],
        ),
        (
            "  author: Ada",
            "  author: Ada\n  author: Eve",
            ["content/sources.yaml:4: BOOK, author: stands here a second time; the first is in line 3"],
        ),
        (
            "CENSUS: {title: A census, standing: primary}",
            "CENSUS: A census",
            ["content/sources.yaml:1: CENSUS: has to be a group of lines, each `key: value`"],
        ),
        (
            "CENSUS:",
            "A census: {title: A, standing: primary}\nCENSUS:",
            [
                "content/sources.yaml:1: A census: a source's key has letters, digits and hyphens, and at most 40 of them",
                "content/sources.yaml:1: A census: nothing cites this source; cite it, or delete it",
            ],
        ),
        (SOURCES, "- CENSUS\n", ["content/sources.yaml:1: the file: has to be a group: each source's KEY and a colon"]),
        (SOURCES, "", ["content/sources.yaml:1: the file: is empty"]),
    ],
)
def test_a_problem_with_the_sources_is_told_with_its_line(content: Path, old: str, new: str, expected: list[str]) -> None:
    assert old in SOURCES
    (content / "sources.yaml").write_text(SOURCES.replace(old, new, 1), encoding="utf-8")
    assert problems(content) == expected


@pytest.mark.parametrize(
    ("prepare", "expected"),
    [
        (
            lambda content: add(content, "en", "two.yaml", THEME.replace("number: 1\ntitle", "number: 2\ntitle")),
            ["content/en/themes/two.yaml:1: theme: small is taken by content/en/themes/small.yaml:1"],
        ),
        (
            lambda content: add(content, "en", "two.yaml", THEME.replace("theme: small", "theme: second")),
            ["content/en/themes/two.yaml:2: number: 1 is taken by content/en/themes/small.yaml:2"],
        ),
        (
            lambda content: add(content, "de", "a.yaml", THEME.replace("number: 1\ntitle", "number: 2\ntitle")),
            ["content/de/themes/a.yaml:2: number: this theme is number 1 in English (content/en/themes/small.yaml:2)"],
        ),
        (
            lambda content: add(content, "de", "a.yaml", THEME.replace("theme: small", "theme: klein")),
            ["content/de/themes/a.yaml:2: number: 1 is another theme in English (content/en/themes/small.yaml)"],
        ),
        (
            lambda content: add(content, "Deutsch", "a.yaml", THEME),
            ["content/Deutsch:1: the folder: is not named like a language (en, pt-BR)"],
        ),
        (
            lambda content: add(content, "en", "two.yml", SECOND),
            ["content/en/themes/two.yml:1: the file: is not read; let its name end with .yaml"],
        ),
        (
            lambda content: (content / "sources.yaml").unlink(),
            ["content/sources.yaml:1: the file: can't be read (No such file or directory)"],
        ),
        (
            lambda content: (content / "en" / "themes" / "small.yaml").rename(content / "small.yaml"),
            [
                "content/en/themes:1: the folder: has no theme; a theme is a .yaml file in it",
                "content/sources.yaml:1: CENSUS: nothing cites this source; cite it, or delete it",
                "content/sources.yaml:2: BOOK: nothing cites this source; cite it, or delete it",
            ],
        ),
        (
            lambda content: (content / "en").rename(content / "de"),
            ["content/en/themes:1: the folder: there is no such folder; themes belong in it"],
        ),
        (
            lambda content: content.rename(content.with_name("elsewhere")),
            ["content:1: the path: there is no such file or folder"],
        ),
    ],
)
def test_a_clash_between_files_is_told(content: Path, prepare: Callable[[Path], None], expected: list[str]) -> None:
    prepare(content)
    assert problems(content) == expected


def test_all_problems_are_told_at_once_sorted_by_file_and_line(content: Path) -> None:
    add(content, "en", "a.yaml", "theme: [\n")
    add(content, "en", "small.yaml", THEME.replace("level: recall", "level: guess").replace("title: Talk", "title:"))
    (content / "sources.yaml").write_text(SOURCES + "  more: 1\n", encoding="utf-8")
    with pytest.raises(BrokenContent) as caught:
        read_library(content)
    found = [(problem.file.rpartition("/")[2], problem.line) for problem in caught.value.problems]
    assert found == [("a.yaml", 2), ("small.yaml", 20), ("small.yaml", 33), ("sources.yaml", 7)]


def test_hidden_files_and_other_folders_are_left_alone(content: Path) -> None:
    add(content, "en", ".small.yaml.swp", "\0")
    add(content, "en", ".small.yaml", "\0")
    (content / "pictures").mkdir()
    (content / "LICENSE").write_text("…", encoding="utf-8")
    assert len(read_library(content).course("en").themes) == 1


# ---------------------------------------------------------------- whatever anybody writes

plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.dates(), st.binary(max_size=5))
WORDS_IN_USE = sorted({line.strip(" -").partition(":")[0] for line in (THEME + SOURCES).splitlines()})
keys = st.one_of(st.sampled_from(WORDS_IN_USE), st.text(max_size=8), st.integers())
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=8))
lines_of_theme = THEME.splitlines()


def read_written(content: Path, name: str, written: bytes) -> Library | tuple[Problem, ...]:
    (content / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (content / "en" / "themes" / "small.yaml").write_text(THEME, encoding="utf-8")
    (content / name).write_bytes(written)
    found = result(content)
    if not isinstance(found, Library):
        lines = len(re.split(rb"\r\n|\r|\n", written))
        assert found
        assert all(1 <= problem.line <= lines for problem in found if problem.file == f"content/{name}")
        assert all(len(str(problem).encode()) < 1_000 for problem in found)
        assert not any("\n" in str(problem) for problem in found)
    return found


def result(content: Path) -> Library | tuple[Problem, ...]:
    try:
        return read_library(content)
    except BrokenContent as broken:
        return broken.problems


files = st.sampled_from(["en/themes/small.yaml", "sources.yaml"])
often = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@often
@given(files, st.binary(max_size=200))
def test_no_bytes_can_crash_the_reader(content: Path, name: str, written: bytes) -> None:
    read_written(content, name, written)


@often
@given(files, st.text(st.sampled_from("ab01:-#&*!|>'\"%@`[]{},?~ \t\n\r\\é\u2028\ufeff"), max_size=60))
def test_no_text_can_crash_the_reader(content: Path, name: str, text: str) -> None:
    read_written(content, name, text.encode())


@often
@given(files, values)
def test_no_data_in_yaml_can_crash_the_reader(content: Path, name: str, value: object) -> None:
    read_written(content, name, yaml.safe_dump(value, allow_unicode=True).encode())


@often
@given(st.data())
def test_no_edit_of_a_theme_can_crash_the_reader(content: Path, data: st.DataObject) -> None:
    lines = list(lines_of_theme)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        word, colon, _rest = lines[at].partition(":")
        value = yaml.safe_dump(data.draw(values), default_flow_style=True, width=10**6).removesuffix("...\n").strip()
        lines[at] = data.draw(st.sampled_from([f"{word}{colon} {value}", "", f" {lines[at]}", f"{lines[at]}\n{lines[at]}"]))
    read_written(content, "en/themes/small.yaml", "\n".join(lines).encode("utf-8", "replace"))


def test_brackets_without_end_do_not_exhaust_the_stack(content: Path) -> None:
    for opening in ("[", "{a: ", "- ", "? "):
        found = read_written(content, "en/themes/small.yaml", (opening * 100_000).encode())
        assert not isinstance(found, Library)


# ---------------------------------------------------------------- the word on the command line


def say(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    word = next(word for word in WORDS if word.name == "check")
    parser = argparse.ArgumentParser()
    word.add_arguments(parser)
    return word.run(parser.parse_args(words)), capsys.readouterr().out


def test_check_prints_every_problem_and_fails(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(content, "en", "small.yaml", THEME.replace("level: recall", "level: guess"))
    code, said = say(capsys, str(content))
    assert code == 1
    [expected] = problems(content)
    assert f"{expected.replace(': ', ': error: ', 1)} [structure]" in said.splitlines()


def test_check_without_a_folder_reads_the_one_in_the_settings(
    content: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(content.parent)
    monkeypatch.setenv("CONTENT_DIR", str(content))
    assert "\n1 theme," in say(capsys)[1]
    monkeypatch.setenv("CONTENT_DIR", str(content / "nowhere"))
    assert say(capsys)[0] == 1
    monkeypatch.delenv("CONTENT_DIR")
    assert say(capsys) == say(capsys, str(ROOT / "content"))
