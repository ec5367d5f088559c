"""`python bot.py import` and `python bot.py export`, as somebody types them."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from evening import ROOT

from bot.library import read_library
from bot.main import main

GIFT = """\
$CATEGORY: School/Cookies
::First::What is a cookie?{=A note#It is kept and handed back. ~A program#It does nothing by itself. ~A face}

Which are true? {~%50%a ~%50%b}

Read this first.
"""
TRIVIA = """\
AUTHOR: Somebody
CONFIG: {}
What is 2 + 2?:
- 4
- four
Is it so?:
- yes
"""


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cookies.gift").write_text(GIFT, encoding="utf-8")


def test_a_gift_file_becomes_a_theme_s_file_and_the_rest_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "cookies.gift"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("cookies.yaml: 1 question, 0 prompts. ")
    assert said[0].endswith("still to do: python bot.py check cookies.yaml")
    assert said[1:] == [
        "cookies.gift:4: “Which are true?”: all of its options are right",
        "cookies.gift:6: “Read this first.”: a text without a question has no place in a quiz; it may go into a lesson",
    ]
    made = Path("cookies.yaml").read_text(encoding="utf-8")
    highest = max(theme.number for theme in read_library(ROOT / "content").course("en").themes)
    assert f"\ntheme: cookies\nnumber: {highest + 1}\ntitle: Cookies\n" in made
    # A list of what is to do, with lines, is what `check` is for.
    assert main(["check", "cookies.yaml"]) == 1
    assert "cookies.yaml:" in capsys.readouterr().out


def test_nothing_is_written_over_unless_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("cookies.yaml").write_text("mine", encoding="utf-8")
    assert main(["import", "cookies.gift"]) == 1
    assert capsys.readouterr().err == "cookies.yaml is there already; name another file, or add --force.\n"
    assert Path("cookies.yaml").read_text(encoding="utf-8") == "mine"
    assert main(["import", "cookies.gift", "--force"]) == 0
    assert Path("cookies.yaml").read_text(encoding="utf-8") != "mine"


@pytest.mark.parametrize(("said", "written"), [("y\n", True), ("Yes\n", True), ("n\n", False), ("\n", False), ("", False)])
def test_somebody_at_a_terminal_is_asked(said: str, written: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    Path("cookies.yaml").write_text("mine", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", Terminal(said))
    assert main(["import", "cookies.gift"]) == (0 if written else 1)
    assert (Path("cookies.yaml").read_text(encoding="utf-8") != "mine") == written


def test_the_file_the_folder_and_what_the_theme_is_called_can_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["import", "cookies.gift", "--to", "new/themes", "--theme", "biscuits", "--number", "77", "--title", "On: biscuits"])
        == 0
    )
    assert '\ntheme: biscuits\nnumber: 77\ntitle: "On: biscuits"\n' in Path("new/themes/biscuits.yaml").read_text(encoding="utf-8")
    assert main(["import", "cookies.gift", "-o", "-"]) == 0
    said = capsys.readouterr()
    assert "\nquestions:\n" in said.out
    assert "cookies.gift:4: " in said.err


@pytest.mark.parametrize(
    ("name", "content", "arguments", "sentence"),
    [
        ("none.gift", None, [], "none.gift can't be read (No such file or directory)."),
        ("x.gift", b"caf\xe9{}", [], "x.gift is not UTF-8 text, in line 1; save it as UTF-8 (in Excel: CSV UTF-8)."),
        ("x.odd", b"q{}", [], "What is x.odd? Say it with --format gift, csv or trivia."),
        ("x.gift", b"}", [], "x.gift has nothing that could be brought in."),
        ("x.gift", b"q{}", ["--theme", "Two Words"], "--theme has small letters, digits and hyphens, such as two-words."),
        ("x.gift", b"a" * 5_000_000, [], "x.gift is larger than 4 MiB; split it up."),
        ("x.gift", b"q{}", ["-o", "x.gift/y.yaml"], "x.gift/y.yaml can't be written (File exists); name another file."),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    name: str, content: bytes | None, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    assert main(["import", name, *arguments]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == sentence


def test_a_trivia_list_comes_in_with_its_answers_as_red_reads_them(capsys: pytest.CaptureFixture[str]) -> None:
    text = "$schema: https://example.org/red\n" + TRIVIA + "When?:\n- 1984\n"
    Path("list.yaml").write_text(text, encoding="utf-8")
    assert main(["import", "list.yaml", "-o", "trivia.yaml"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("trivia.yaml: 3 questions, 0 prompts.")
    assert said[1:] == ["list.yaml:2: written by Somebody; ask for the licence before you use it"]
    made = Path("trivia.yaml").read_text(encoding="utf-8")
    assert made.count("kind: short answer") == 3
    assert '- right: "yes"\n        also:\n          - "True"\n          - "On"\n' in made, "YAML doesn't tell Red which it was"
    assert '- right: "1984"\n' in made


@pytest.mark.parametrize("form", ["gift", "csv"])
def test_a_theme_goes_out_and_comes_in_again(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "scores", "--format", form, "-o", f"scores.{form}"]) == 0
    said = capsys.readouterr()
    assert said.err.startswith("Not in it: scores, 5 lessons: python bot.py book makes pages of them.")
    theme = read_library(ROOT / "content").course("en").theme("scores")
    assert theme is not None
    assert main(["import", f"scores.{form}", "-o", "back.yaml"]) == 0
    assert capsys.readouterr().out.startswith(f"back.yaml: {len(theme.questions)} questions, {len(theme.prompts)} prompts. ")
    assert main(["export", "scores", "--format", form]) == 0
    assert capsys.readouterr().out.encode().replace(b"\r", b"") == Path(f"scores.{form}").read_bytes().removeprefix(
        b"\xef\xbb\xbf"
    ).replace(b"\r", b"")


def test_all_themes_go_out_together_and_a_wrong_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "all", "--format", "gift"]) == 0
    assert capsys.readouterr().out.count("$CATEGORY: ") == len(read_library(ROOT / "content").course("en").themes)
    assert main(["export", "score", "--format", "gift"]) == 1
    assert capsys.readouterr().err.startswith("There is no theme 'score'; there is scores, ")
    assert main(["export", "scores", "--format", "csv", "--language", "xx"]) == 1
    assert capsys.readouterr().err == "There is no language 'xx' here; there is en.\n"


@pytest.mark.parametrize("word", ["import", "export"])
def test_help_says_what_there_is(word: str) -> None:
    helped = subprocess.run([sys.executable, "bot.py", word, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--format" in helped.stdout
    assert "--force" in helped.stdout
