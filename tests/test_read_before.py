"""What was read at an earlier start is the same as what would be read now, or it is not used."""

from __future__ import annotations

import inspect
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from evening import ROOT

from bot.library import BrokenContent, Library, open_library, plan, read_library, scenario, term, theme
from bot.library.read_before import NAME, SHAPES, Maker, fields, made, written
from bot.questions import Shape, Source, estimate, many_choices, match, one_choice, order, short_answer, source, true_or_false
from bot.questions.texts import Frozen

QUESTIONS = (one_choice, many_choices, true_or_false, short_answer, estimate, order, match)
MODULES = (source, *QUESTIONS, theme, plan, scenario, term)
MODELS = [
    model
    for module in MODULES
    for model in vars(module).values()
    if inspect.isclass(model) and issubclass(model, Shape) and issubclass(model, Frozen) and model.__module__ == module.__name__
]
"""All that an author can write."""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content", ignore=shutil.ignore_patterns(f"{NAME}*")))


def plain(value: Any) -> Any:
    """Compared by what is in it, whatever class it is of."""
    if isinstance(value, Shape):
        shape = next(one for one in (*SHAPES.values(), Source) if isinstance(value, one))
        return shape.__name__, {name: plain(getattr(value, name)) for name in fields(shape)}
    return [plain(one) for one in value] if isinstance(value, tuple) else value


def all_of(library: Library) -> Any:
    kinds = (library.written, library.plans, library.scenarios, library.terms)
    return [plain(library.sources), *({language: plain(its) for language, its in kind.items()} for kind in kinds)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_shape_has_the_fields_that_an_author_can_write(model: type[Frozen]) -> None:
    shape = next(base for base in model.__mro__ if issubclass(base, Shape) and not issubclass(base, Frozen))
    assert shape is Source or shape.__name__ in SHAPES
    assert set(fields(shape)) == set(model.model_fields)


def test_the_second_start_knows_what_the_first_has_read(content: Path) -> None:
    first = open_library(content)
    assert (content / NAME).exists()
    second = open_library(content)
    assert all_of(second) == all_of(first) == all_of(read_library(content))
    assert not issubclass(type(second.course("en").themes[0]), Frozen)
    lesson = second.course("en").themes[0].lessons[0]
    assert lesson.sources[0] is next(one for one in second.sources if one.key == lesson.sources[0].key)


def test_a_changed_file_is_read_anew(content: Path) -> None:
    open_library(content)
    file = next((content / "en" / "themes").glob("*.yaml"))
    before = file.stat()
    file.write_text(file.read_text(encoding="utf-8").replace("summary: ", "summary: New! ", 1), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert any(one.summary.startswith("New! ") for one in open_library(content).course("en").themes)


def test_broken_content_is_refused_whatever_was_read_before(content: Path) -> None:
    open_library(content)
    next((content / "en" / "themes").glob("*.yaml")).write_text("theme: [", encoding="utf-8")
    with pytest.raises(BrokenContent):
        open_library(content)


def damaged(whole: str) -> Iterator[str]:
    data = json.loads(whole)
    yield whole[: len(whole) // 2]
    yield "[]"
    yield "[" * 100_000
    yield json.dumps(data | {"mark": "another"})
    others: tuple[dict[str, Any], ...] = (
        {},
        data["library"] | {"sources": []},
        data["library"] | {"themes": {}},
        data["library"] | {"themes": {"en": [{"": "Path", "is": ["x"]}]}},
        data["library"] | {"themes": {"en": [{"": "Lesson", "is": ["x"]}]}},
    )
    for library in others:
        yield json.dumps(data | {"library": library})


def test_a_damaged_file_costs_a_reading_and_nothing_else(content: Path) -> None:
    whole = all_of(open_library(content))
    file = content / NAME
    for text in damaged(file.read_text(encoding="utf-8")):
        file.write_text(text, encoding="utf-8")
        assert all_of(open_library(content)) == whole
    file.unlink()
    file.mkdir()  # nor can it be written
    assert all_of(open_library(content)) == whole
    assert [one.name for one in content.glob(f"{NAME}-*")] == []


def test_what_is_kept_is_plain_data(content: Path) -> None:
    library = read_library(content)
    assert all_of(made(json.loads(json.dumps(written(library)), object_hook=Maker()))) == all_of(library)


def test_nobody_changes_the_course(content: Path) -> None:
    open_library(content)
    one = open_library(content).course("en").themes[0]
    with pytest.raises(AttributeError, match="does not change"):
        one.title = "Another"


def test_a_bot_whose_content_was_read_before_loads_nothing_to_read_it(content: Path) -> None:
    open_library(content)
    program = (
        "import sys; from pathlib import Path; import bot.main; bot.main.open_library(Path(sys.argv[1])); "
        "print(*sorted({'pydantic', 'yaml', 'rapidfuzz', 'pyphen', 'rich', 'jinja2', 'resvg_py'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", program, str(content)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
