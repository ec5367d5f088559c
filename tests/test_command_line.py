"""The command line as an operator meets it at three in the morning: each word explains itself, and a slip is a hint."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time

import pytest
from engines import ROOT

from bot.main import main
from bot.operator import WORDS
from bot.operator.asking import sign_of_life
from bot.operator.line import parser
from bot.operator.manual import MANUAL

NAMES = ("run", *(word.name for word in WORDS))
JARGON = r"\b(None|True|False|argparse|asyncio|traceback|exception|std(in|out)|namespace|dataclass|\w+Trouble|psycopg|aiosqlite)\b"


def helped(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def mistaken(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_the_list_has_every_word_once_in_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    said = helped(capsys)
    for name in NAMES:
        assert len(re.findall(rf"^  {name} ", said, re.MULTILINE)) == 1, name
    assert max(map(len, said.splitlines())) <= 80
    assert "exit status:" in said


@pytest.mark.parametrize("name", NAMES)
def test_every_word_says_what_for_how_what_not_and_with_which_status(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert name in MANUAL, f"write the page of {name!r} in bot/operator/manual.py"
    said = helped(capsys, name)
    assert said.startswith(f"usage: python bot.py {name}")
    assert max(map(len, said.splitlines())) <= 80
    assert said.count(f"  python bot.py {name}") >= 1 and "examples:" in said
    for code, _ in MANUAL[name].codes:
        assert re.search(rf"^  {code}  \w", said, re.MULTILINE)
    assert MANUAL[name].what.endswith(".") and MANUAL[name].never.endswith(".")
    assert not re.search(JARGON, said), re.search(JARGON, said)


@pytest.mark.parametrize("name", NAMES)
def test_every_argument_is_explained_and_every_example_can_be_typed(name: str) -> None:
    whole = parser()
    [words] = [action for action in whole._actions if isinstance(action, argparse._SubParsersAction)]
    for action in words.choices[name]._actions:
        assert action.help and not action.help.endswith("."), action.dest
        assert not re.search(JARGON, action.help)
    for typed, does in MANUAL[name].examples:
        given = whole.parse_args([one.strip('"') for one in re.findall(r'"[^"]*"|\S+', typed)])
        assert given.word == name
        assert does


def test_no_page_is_about_a_word_that_is_gone() -> None:
    assert set(MANUAL) == set(NAMES)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("bakcup", "x"), "There is no word 'bakcup'; did you mean backup?"),
        (("Restore",), "did you mean restore?"),
        (("rotate_secret",), "did you mean rotate-secret?"),
        (("xyzzy",), "There is no word 'xyzzy'."),
        (("migrate", "--pln"), "There is no option '--pln'; did you mean --plan?"),
        (("migrate", "now"), "'now' is one too many."),
        (("backup",), "The following arguments are required: FILE."),
        (("--plan",), "There is no option '--plan'"),
    ],
)
def test_a_slip_is_two_lines_with_a_hint(typed: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = mistaken(capsys, *typed)
    assert said in answer
    assert answer.count("\n") == 2
    assert "--help says more" in answer


def test_ctrl_c_is_no_traceback() -> None:
    script = """
import sys
from bot.operator import stats
def pressed(*_): raise KeyboardInterrupt
stats.is_there = pressed
from bot.main import main
sys.exit(main(["stats"]))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "Stopped.")


# ---------------------------------------------------------------- what takes long


def test_what_is_quick_shows_nothing_and_what_is_slow_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with sign_of_life("Copying", patience=5) as seen:
        seen(1, 2)
    assert capsys.readouterr() == ("", "")
    with sign_of_life("Copying", patience=0.01, again=0.01) as seen:
        time.sleep(0.1)
        seen(1, 2)
        time.sleep(0.3)
    said = capsys.readouterr()
    assert said.out == ""
    assert {"Copying …", "Copying: 50 %"} <= set(said.err.splitlines())


TERMINAL = """
import time
from bot.operator.asking import sign_of_life
with sign_of_life("Copying", patience=0.1) as seen:
    for part in range(10):
        seen(part, 10)
        time.sleep(0.1)
"""


def test_on_a_terminal_it_is_a_bar_that_goes_away_again() -> None:
    pty = pytest.importorskip("pty")
    import os

    ours, theirs = pty.openpty()
    done = subprocess.Popen([sys.executable, "-c", TERMINAL], cwd=ROOT, stderr=theirs, env=os.environ | {"TERM": "xterm"})
    os.close(theirs)
    said = b""
    while True:
        try:
            part = os.read(ours, 10_000)
        except OSError:
            break
        if not part:
            break
        said += part
    assert done.wait() == 0
    os.close(ours)
    text = said.decode()
    assert "Copying" in text and "%" in text and "━" in text
    assert text.rstrip().endswith(("\x1b[2K", "\x1b[?25h", "\x1b[1A\x1b[2K"))
