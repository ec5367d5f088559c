"""``python bot.py privacy``: a policy for the operator to complete, made from what is really kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.kept import KEPT, NEVER, VERSION
from bot.main import main
from bot.operator.privacy import HELP, Filled, policy


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder without an .env."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RETENTION_DAYS", raising=False)


def test_it_has_what_is_kept_for_how_long_and_who_can_see_it() -> None:
    text = policy(Filled(), 90)
    assert "until 90 days after you were last active" in text
    assert f"version {VERSION} of it" in text
    assert NEVER in text
    for kept in KEPT:
        for column in kept.columns:
            for words in (column.name, column.what, column.why, column.who):
                assert words in text
    assert "$" not in text


def test_what_the_operator_says_takes_the_place_of_the_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    given = [part for name in HELP for part in (f"--{name}", f"said of {name}")]
    assert main(["privacy", *given]) == 0
    printed, rest = capsys.readouterr()
    assert all(f"said of {name}" in printed for name in HELP)
    assert "[" not in printed.replace("in square brackets", "")
    assert rest == ""


def test_what_is_left_out_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["privacy", "--operator", "The library of Exampleton"]) == 0
    printed, rest = capsys.readouterr()
    assert "| who runs this bot | The library of Exampleton |" in printed
    assert "--contact" in rest and "--operator" not in rest


def test_it_is_written_to_a_file_with_the_operator_s_own_days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RETENTION_DAYS", "60")
    assert main(["privacy", "policy.md"]) == 0
    assert "until 60 days after" in (tmp_path / "policy.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""


def test_a_file_that_cannot_be_written_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["privacy", "no/such/folder/policy.md"]) == 1
    said = capsys.readouterr().err
    assert "name a file in a folder of yours" in said and said.count("\n") == 1
