"""Questions of other programs: what comes in, what goes out, and what is said about the rest."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import held
import pytest
from evening import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.library import read_library
from bot.library.formats import (
    Brought,
    NotText,
    as_theme,
    decoded,
    lost_in_gift,
    read_csv,
    read_gift,
    theme_as_asked,
    write_csv,
    write_gift,
)
from bot.library.formats.asked import (
    Answer,
    Asked,
    Choice,
    Description,
    Essay,
    Match,
    Near,
    Number,
    Pair,
    ShortAnswer,
    TrueOrFalse,
    Words,
)
from bot.library.formats.yaml_words import written
from bot.library.page import Page, parse
from bot.library.theme import Prompt
from bot.questions import KINDS
from bot.questions.source import Shelf, Source

THEMES = read_library(ROOT / "content").course("en").themes


def one(text: str) -> Asked:
    brought = read_gift(text)
    assert not brought.left
    [asked] = brought.questions
    return asked


def page_of(text: str) -> Page:
    page = parse(text.encode(), "x.yaml")
    assert isinstance(page, Page), page
    return page


# ---------------------------------------------------------------- GIFT


@given(held.files)
@settings(max_examples=300, deadline=None)
def test_gift_out_and_in_again_loses_nothing_that_gift_can_hold(questions: list[Asked]) -> None:
    brought = read_gift(write_gift(questions))
    assert not brought.left
    assert not list(lost_in_gift(questions))
    assert brought.questions == tuple(questions)


def test_a_choice_keeps_weights_feedback_and_formats() -> None:
    asked = one("""\
// a remark of the teacher [id:tomb 1] [tag:history] [tag:a\\]b]
::Grant's Tomb::[html]Who is <b>buried</b>?
{
    ~Grant #[plain]No, he is not.
    ~%50%a relative#Half \\= right\\: see \\#2
    =no one
    ####In general.
}""")
    assert (asked.title, asked.id, asked.tags, asked.line) == ("Grant's Tomb", "tomb 1", ("history", "a]b"), 2)
    assert asked.ask == Words("Who is <b>buried</b>?", "html")
    assert asked.general == Words("In general.", "html")
    assert asked.how == Choice(
        (
            Answer(Words("Grant", "html"), Decimal(0), Words("No, he is not.", "plain")),
            Answer(Words("a relative", "html"), Decimal(50), Words("Half = right: see #2", "html")),
            Answer(Words("no one", "html"), Decimal(100)),
        )
    )


def test_several_answers_are_told_by_the_missing_sign() -> None:
    how = one("Who? {\n~%-100%No one\n~%33.33333%Grant\n~%66.66667%His wife\n}").how
    assert isinstance(how, Choice) and how.several
    assert [answer.percent for answer in how.answers] == [Decimal("-100"), Decimal("33.33333"), Decimal("66.66667")]


def test_a_missing_word_leaves_its_strokes_in_the_sentence() -> None:
    assert one("Grant is {~buried =entombed ~living} in Grant's tomb.").ask.text == "Grant is _____ in Grant's tomb."
    assert one("Grant is buried here: {T}").ask.text == "Grant is buried here:"


@pytest.mark.parametrize("word", ["T", "TRUE", "true", " True "])
def test_true_has_feedback_for_the_wrong_and_then_for_the_right(word: str) -> None:
    assert one(f"It is so.{{{word}#No.#Yes.####So.}}").how == TrueOrFalse(True, Words("No."), Words("Yes."))
    assert one("It is so.{F##Yes.}").how == TrueOrFalse(False, None, Words("Yes."))


def test_numbers_have_margins_ranges_and_weights() -> None:
    how = one("When? {#\n=1822:0 #Right.\n=%50%1820..1824\n=%0%*#Far off.\n~#Wrong.}").how
    assert how == Number(
        (
            Near(Decimal(1822), Decimal(0), Decimal(100), Words("Right.")),
            Near(Decimal(1822), Decimal(2), Decimal(50)),
            Near(None, Decimal(0), Decimal(0), Words("Far off.")),
        ),
        Words("Wrong."),
    )
    assert one("Pi? {#3.1415:0.0005}.").how == Number((Near(Decimal("3.1415"), Decimal("0.0005")),))


def test_short_answers_pairs_essays_and_texts() -> None:
    assert one("Who? {=no one#Good. =%50%nobody four}").how == ShortAnswer(
        (Answer(Words("no one"), Decimal(100), Words("Good.")), Answer(Words("nobody four"), Decimal(50)))
    )
    assert one("Two? {four}").how == ShortAnswer((Answer(Words("four"), Decimal(100)),))
    assert one("Match. {=Canada->Ottawa =[html]<b>Italy</b> -> Rome = -> Oslo}").how == Match(
        (Pair(Words("Canada"), "Ottawa"), Pair(Words("<b>Italy</b>", "html"), "Rome"), Pair(Words(""), "Oslo"))
    )
    assert (one("Write. {}").how, one("Write. {####Thanks.}").general) == (Essay(), Words("Thanks."))
    assert one("::Before you begin::Read this.").how == Description()


def test_escapes_are_what_moodle_takes_for_them() -> None:
    assert one(r"a\~b\=c\#d\{e\}f\:g\nh\\i\j{}").ask.text == "a~b=c#d{e}f:g\nh\\i\\j"


def test_a_category_holds_for_all_that_follows() -> None:
    brought = read_gift("$CATEGORY: A/B\n\nOne{}\n\nTwo{}\n\n$CATEGORY: C: d\nThree{}\r\n\r\n// only a remark\n")
    assert [asked.category for asked in brought.questions] == ["A/B", "A/B", "C: d"]


def test_windows_lines_and_a_byte_order_mark_are_welcome() -> None:
    assert [asked.ask.text for asked in read_gift(decoded(b"\xef\xbb\xbfOne{}\r\n\r\nTwo{}\r\n")).questions] == ["One", "Two"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("Fine{}\n\nOpen {~a =b\n\nFine{}", 3, "doesn't close before the next empty line"),
        ("\n\nClosed } here", 3, "a } stands here without a {"),
        ("Twice {=a} and {=b}", 1, "a second pair of braces"),
        ("// remark\nMatch {=a->b =c}", 2, "1 of its 2 pairs have no ->"),
        ("Number {#1,5}", 1, "'1,5' is no number"),
        ("Number {#}", 1, "none that is right"),
        ("Bad\0{}", 1, "U+0000"),
        ("  \n", 1, "the file is empty"),
    ],
)
def test_what_can_t_be_read_is_told_with_its_line(text: str, line: int, says: str) -> None:
    [left] = read_gift(text).left
    assert left.line == line
    assert says in left.what


def test_an_arrow_that_gift_would_take_for_a_pair_is_changed_and_that_is_said() -> None:
    asked = Asked(Words("How?"), ShortAnswer((Answer(Words("a -> b"), Decimal(100)),)), line=7)
    [lost] = lost_in_gift([asked])
    assert lost.line == 7
    assert one(write_gift([asked])).how == ShortAnswer((Answer(Words("a → b"), Decimal(100)),))


# ---------------------------------------------------------------- CSV


def in_markdown(value: object) -> object:
    """The same entry, as CSV holds it: without formats, and with no answer that is empty altogether."""
    if isinstance(value, Words):
        return Words(value.text, "markdown")
    if isinstance(value, tuple):
        return tuple(in_markdown(one) for one in value)
    if hasattr(value, "__dataclass_fields__"):
        return replace(value, **{name: in_markdown(getattr(value, name)) for name in value.__dataclass_fields__})  # type: ignore[type-var]
    return value


def is_held_by_csv(asked: Asked) -> bool:
    how = asked.how
    if isinstance(how, (Choice, ShortAnswer)):
        return all(answer.words.text for answer in how.answers)
    return all(pair.left.text for pair in how.pairs) if isinstance(how, Match) else True


@given(st.lists((held.questions | held.descriptions).filter(is_held_by_csv), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_csv_out_and_in_again_loses_only_formats(questions: list[Asked]) -> None:
    expected = tuple(in_markdown(asked) for asked in questions)
    brought = read_csv(write_csv([asked for asked in expected if isinstance(asked, Asked)]))
    assert not brought.left
    assert brought.questions == expected


@given(st.lists(held.questions, min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_no_cell_that_goes_out_is_a_formula(questions: list[Asked]) -> None:
    table = write_csv(questions)
    assert table.startswith("\ufeff")
    for row in csv.reader(io.StringIO(table.removeprefix("\ufeff"))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "|", "%"))]


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("first", ["", "sep={}\r\n", "\ufeff"])
def test_a_table_from_a_spreadsheet_is_read_whatever_stands_between_its_cells(between: str, first: str) -> None:
    rows = [
        ["Question", "Option 1", "right1", "Feedback 1", "option 2"],
        ["Which? (a, b; c)", "This", "X", "Since it is.", "That"],
        [""],
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=between).writerows(rows)
    if first.startswith("sep"):
        text = io.StringIO(first.format(between) + text.getvalue())
        first = ""
    brought = read_csv(first + text.getvalue())
    assert not brought.left
    [asked] = brought.questions
    assert asked.ask.text == "Which? (a, b; c)"
    assert asked.how == Choice(
        (
            Answer(Words("This", "markdown"), Decimal(100), Words("Since it is.", "markdown")),
            Answer(Words("That", "markdown"), Decimal(0)),
        )
    )


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("what;ever\n1;2", 1, "one of them has to be called question"),
        ("question,quesion 2\na,b", 1, "'quesion 2' is not known"),
        ("question,kind\na,multiple", 2, "its kind is 'multiple'"),
        ("question,number\na,b", 2, "its number is 'b'"),
        ("question,option 1,right 1\na,b,maybe", 2, "has 'maybe' where an x"),
        ("question,kind\na,one choice", 2, "has no options"),
        ("question,kind,option 1\na,number,many", 2, "'many' is no number"),
        ("question,kind,option 1\na,true or false,perhaps", 2, "have to be true and false"),
    ],
)
def test_a_row_that_can_t_be_read_is_told_with_its_line(text: str, line: int, says: str) -> None:
    left = read_csv(text).left
    assert any(each.line == line and says in each.what for each in left), left


# ---------------------------------------------------------------- to a theme, and from it


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: str(theme.name))
@pytest.mark.parametrize("form", ["gift", "csv"])
def test_a_theme_s_questions_come_back_as_they_went_out(theme: object, form: str) -> None:
    assert theme in THEMES
    whole = next(each for each in THEMES if each is theme)
    asked = theme_as_asked(whole)
    brought = read_gift(write_gift(asked)) if form == "gift" else read_csv(write_csv(asked))
    assert not brought.left
    page = page_of(as_theme(brought, name=whole.name, number=whole.number, title=whole.title).text)
    shelf = Shelf({source.key: source for question in whole.questions for source in question.sources if isinstance(source, Source)})
    read = [KINDS[given["kind"]].model_validate(given, context=shelf) for _, given in page.listed("questions")]
    assert tuple(read) == tuple(question for question in whole.questions)
    prompts = [given for _, given in page.listed("prompts")]
    assert [Prompt.model_validate(given) for given in prompts] == list(whole.prompts)


FOREIGN = """\
$CATEGORY: Cookies & co.

::Cookie 1::[html]<p>What does a <b>browser</b> do with a&nbsp;cookie?</p><img src="https://example.org/x.png">{
=<p>It keeps it</p>#That is how a server recognises a browser.
~It runs it#<p>A cookie is only a text. <br>Programs are something else.</p>
~It eats it
####Read the standard.
}

Which are right? {~%50%this ~%50%that ~%-100%none}

::Talk::Which cookies would you keep? {}

When was it? {#1994:1}

Before you begin, read this.
"""


def test_a_theme_file_says_what_is_still_to_do_with_lines(tmp_path: Path) -> None:
    made = as_theme(read_gift(FOREIGN), number=7, origin="cookies.gift")
    (tmp_path / "en" / "themes").mkdir(parents=True)
    (tmp_path / "en" / "themes" / "x.yaml").write_text(made.text, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text("A: {title: A, standing: primary}\n", encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "bot.py", "check", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert checked.returncode == 1
    lines = made.text.splitlines()
    to_do = {number for number, line in enumerate(lines, start=1) if "# to do: " in line}
    told = {int(line.split(":")[1]) for line in checked.stdout.splitlines() if "x.yaml:" in line and "has no value" in line}
    assert told == to_do
    assert len(to_do) > 10
    assert 'ask: "What does a **browser** do with a cookie?"' in made.text
    assert "- right: It keeps it" in made.text
    assert "feedback: A cookie is only a text. Programs are something else." in made.text
    assert "theme: cookies-co" in made.text
    assert "  - prompt: talk" in made.text


def test_what_the_course_can_t_use_is_said_and_kept_as_a_remark() -> None:
    made = as_theme(read_gift(FOREIGN))
    told = {(left.line, left.what) for left in made.left}
    assert (3, "its picture was left out") in told
    assert (3, "its general feedback is kept as a remark; the course has feedback for each option") in told
    assert (12, "an essay became a prompt to talk about; nothing grades it") in told
    assert any(line == 16 and "may go into a lesson" in what for line, what in told)
    remarks = "\n".join(line.strip().removeprefix("#").strip() for line in made.text.splitlines() if line.strip().startswith("#"))
    assert "Before you begin, read this." in remarks
    assert "General feedback: Read the standard." in remarks


ALL_KINDS = """\
Which two are they? {~%50%this#Yes, this one. ~%50%that#And that one. ~%-100%none#No.}

It was so. {TRUE#It was indeed.#So it was.}

What is it? {=a cookie#It is. =cookies#It is. =%50%biscuit#In a kitchen. =%0%*#Think of a kitchen.}

When was it? {#1994:0.5#A year. =%50%1990..1999 ~#Long ago.}

Which to which? {=a -> 1 =b -> 2 =c -> 3 = -> 4}
"""


def test_the_other_kinds_come_in_with_their_answers_and_their_feedback() -> None:
    made = as_theme(read_gift(ALL_KINDS))
    many, truth, short, number, match = (question for _, question in page_of(made.text).listed("questions"))
    assert [(one.get("right"), one.get("wrong"), one["feedback"]) for one in many["options"]] == [
        ("this", None, "Yes, this one."),
        ("that", None, "And that one."),
        (None, "none", "No."),
    ]
    assert (truth["claim"], truth["is_true"], "ask" in truth) == ("It was so.", True, False)
    assert [one["feedback"] for one in truth["reasons"]] == ["So it was.", "It was indeed."]
    assert short["answers"] == (
        {"right": "a cookie", "also": ("cookies",), "feedback": "It is."},
        {"wrong": "biscuit", "feedback": "In a kitchen."},
    )
    assert short["otherwise"] == "Think of a kitchen."
    assert number["answer"] == 1994
    assert "    margin: 0.5\n" in made.text
    assert [(one["this"], one["fits"]) for one in match["pairs"]] == [("a", "1"), ("b", "2"), ("c", "3")]
    told = {(left.line, left.what) for left in made.left}
    assert (7, "one number is right here, give or take a margin; the others were left out") in told
    assert (9, "a half of a pair that belongs to nothing was left out") in told


@given(held.files)
@settings(max_examples=200, deadline=None)
def test_whatever_comes_in_makes_a_file_that_can_be_read(questions: list[Asked]) -> None:
    page = page_of(as_theme(Brought(tuple(questions))).text)
    for _, question in page.listed("questions"):
        assert question["kind"] in KINDS
        assert set(question) <= {"number", "level", "lesson", "sources", "keep_order", *KINDS[question["kind"]].model_fields}  # type: ignore[attr-defined]


@given(held.texts | st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.integers(0, 8))
@settings(max_examples=400, deadline=None)
def test_yaml_gives_back_every_text_that_is_written_into_it(text: str, indent: int) -> None:
    blank = " " * indent
    page = page_of(f"{blank}a: {written(text, indent)}\n{blank}b: c\n")
    assert page.data == {"a": text, "b": "c"}


# ---------------------------------------------------------------- hostile files

LARGE = 256 * 1024
HOSTILE = {
    "100,000 options": "q{" + "~a" * 100_000 + "=b}",
    "60,000 pairs": "q{" + "=a->b" * 50_000 + "}",
    "deep nesting": "{" * LARGE,
    "only ends": "}" * LARGE,
    "no end": "q{" + "~a #b" * 50_000,
    "escapes": "\\" * (LARGE - 1),
    "tags that don't end": "// " + "[tag:" * 50_000 + "\nq{}",
    "many questions": "q{}\n\n" * 50_000,
    "many mistakes": "}\n\n" * 80_000,
    "weights that don't end": "q{" + "~%" * 120_000 + "}",
    "tags of a page": "[html]q{=a" + "<" * 250_000 + " ~b ~c}",
    "stars": "[markdown]q{~" + "*" * 250_000 + "=b}",
    "quotation marks": '"' * LARGE,
    "a cell that doesn't end": 'question\n"' + "a\n" * 120_000,
    "columns": "question" + ";option 1" * 29_000,
    "rows": "question;option 1\n" + "a;b\n" * 60_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_takes_no_longer_than_its_length(name: str) -> None:
    for read in (read_gift, read_csv):
        began = time.process_time()
        made = as_theme(read(HOSTILE[name][:LARGE]))
        # About a third of a second at most where the machine is idle; a file that is searched over and over takes minutes.
        assert time.process_time() - began < 5
        assert len(made.left) <= 100
        assert len(made.text) < 700_000


@pytest.mark.parametrize("content", [b"caf\xe9{}", "q{}".encode("utf-16"), b"\xff\xfe\x00"])
def test_a_wrong_encoding_is_one_sentence(content: bytes) -> None:
    with pytest.raises(NotText, match="save it as UTF-8") as caught:
        decoded(content)
    assert "\n" not in str(caught.value)


def test_nothing_of_this_is_loaded_when_the_bot_starts() -> None:
    late = "('bot.library.formats', 'bot.book', 'jinja2')"
    code = f"import sys, bot.main; print([name for name in sys.modules if name.startswith({late})])"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "[]"
