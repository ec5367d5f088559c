"""The schemas for editors: they are those of today, our content keeps to them, and they refuse what an editor should underline."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from evening import ROOT

from bot.operator import WORDS
from bot.operator.schema import LINE, schemas

CONTENT = ROOT / "content"
FILES = sorted(CONTENT.rglob("*.yaml"))
KINDS = {"themes": "theme.json", "plans": "plan.json", "scenarios": "scenario.json"}


def schema_of(file: Path) -> str:
    return KINDS.get(file.parent.name, f"{file.stem}.json")


def written(text: str) -> Any:
    """As an editor reads it: YAML 1.2 has no dates."""
    return _without_dates(yaml.safe_load(text))


def _without_dates(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_dates(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_dates(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def wrong_with(data: Any, name: str) -> list[str]:
    validator = jsonschema.Draft7Validator(json.loads(schemas()[name]), format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(data)]


def test_the_schemas_in_the_content_folder_are_those_of_today() -> None:
    there = {file.name: file.read_text(encoding="utf-8") for file in (CONTENT / "schema").iterdir()}
    assert there == schemas(), "run `python bot.py schema`"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(CONTENT).as_posix())
def test_each_content_file_names_its_schema_and_keeps_to_it(file: Path) -> None:
    first, _, rest = file.read_text(encoding="utf-8").partition("\n")
    assert first.startswith(LINE)
    named = (file.parent / first.removeprefix(LINE)).resolve()
    assert named == CONTENT / "schema" / schema_of(file)
    assert wrong_with(written(rest), named.name) == []


@pytest.mark.parametrize("name", schemas())
def test_every_key_says_what_it_is_for(name: str) -> None:
    def silent(part: Any) -> list[str]:
        if isinstance(part, list):
            return [one for each in part for one in silent(each)]
        if not isinstance(part, dict):
            return []
        own = [
            key for key, one in part.get("properties", {}).items() if isinstance(one, dict) and len(one.get("description", "")) < 15
        ]
        return own + [one for each in part.values() for one in silent(each)]

    made = json.loads(schemas()[name])
    jsonschema.Draft7Validator.check_schema(made)
    assert silent(made) == []
    assert "``" not in schemas()[name]


def a_theme() -> Any:
    return written((CONTENT / "en" / "themes" / "03-data-aggregation.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        (("titel",), "A slip of the pen"),
        (("number",), "3"),
        (("theme",), "Data Aggregation"),
        (("essay",), []),
        (("essay",), ["P19"]),
        (("reviewed_on",), "in November"),
        (("lessons", 0, "sources"), ["A KEY"]),
        (("questions", 0, "level"), "guess"),
        (("questions", 0, "options", 0), {"right": "This", "wrong": "That", "feedback": "It is this, and here is why."}),
        (("questions", 0, "options", 0, "feedback"), "Short."),
        (("questions", 0, "accepted"), ["stem-lenght"]),
        (("prompts", 0, "title"), "x" * 61),
    ],
)
def test_what_an_editor_should_underline_is_refused(steps: tuple[str | int, ...], value: object) -> None:
    theme = a_theme()
    place = theme
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    assert wrong_with(theme, "theme.json")


def test_the_word_on_the_command_line_writes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    word = next(word for word in WORDS if word.name == "schema")
    parser = ArgumentParser()
    word.add_arguments(parser)
    assert word.run(parser.parse_args([str(tmp_path / "new")])) == 0
    assert {file.name for file in (tmp_path / "new").iterdir()} == set(schemas())
    assert "theme.json is written." in capsys.readouterr().out
