"""``bot.py schema [FOLDER]``: a JSON Schema for every kind of content file, so that an editor completes, explains and underlines.

They are made from the models that read the content, and their docstrings, so that they can't say anything else. A schema knows
less than the reader: what must agree between two places, ``check`` alone can tell.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any, cast, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from bot.library.plan import Plan
from bot.library.scenario import Scenario
from bot.library.term import Terms
from bot.library.theme import Theme
from bot.questions import KINDS
from bot.questions.source import Source
from bot.settings import SettingsTrouble, read_settings

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The one that editors know best."""
LINE = "# yaml-language-server: $schema="
"""The beginning of a content file's first line; the path to its schema follows."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", help="where to write them; without it, schema/ in the content folder"
    )


def write_schemas(given: argparse.Namespace) -> int:
    """Write all schemas, and say which. Returns 1 if that is not possible."""
    try:
        folder: Path = given.folder or read_settings().content_dir / "schema"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in schemas().items():
            (folder / name).write_text(text, encoding="utf-8")
            print(f"{folder / name} is written.")
    except (SettingsTrouble, OSError) as trouble:
        print(trouble)
        return 1
    return 0


def schemas() -> dict[str, str]:
    """Each file's name, and its text."""
    return {f"{name}.json": json.dumps(one, ensure_ascii=False, indent=1) + "\n" for name, one in _all()}


def _all() -> Iterator[tuple[str, JsonSchemaValue]]:
    yield "theme", _of(Theme, "A theme: its lessons, its questions and its discussion prompts.")
    yield "plan", _of(Plan, "A plan: which lessons and prompts a group gets on which days, and notes for whoever leads the talk.")
    yield "scenario", _of(Scenario, "A scenario: a short branching story that one person plays alone.")
    yield "glossary", _of(Terms, "The glossary: the words of the course, each explained in a sentence or two.")
    source = _of(Source, "One source: who says it, where it can be read, and how close it is to what it tells of.")
    source["properties"].pop("key")  # written as the group's own name
    source["required"].remove("key")
    yield (
        "sources",
        {
            "$schema": DIALECT,
            "description": "Every source that the content refers to, once, under the key by which it is named.",
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z0-9][A-Za-z0-9-]{0,39}$"},
            "additionalProperties": {key: value for key, value in source.items() if key not in {"$schema", "$defs"}},
        },
    )


class _Words(GenerateJsonSchema):
    """pydantic's own way, but that a question may be any of its kinds."""

    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> JsonSchemaValue:
        kinds = [cast(type[BaseModel], kind) for kind in KINDS.values()]
        inner = [kind.__pydantic_core_schema__ for kind in kinds]
        found = [self.generate_inner(one) for one in inner]
        return found[0] if len(found) == 1 else {"anyOf": found}

    def any_schema(self, schema: core_schema.AnySchema) -> JsonSchemaValue:
        return {}


def _of(model: type[BaseModel], about: str) -> JsonSchemaValue:
    made = model.model_json_schema(schema_generator=_Words)
    known = {one.__name__: one for one in _models(model)}
    for name, part in [(model.__name__, made), *made.get("$defs", {}).items()]:
        if name in known:
            _explain(part, known[name])
    tidy = _tidied(made)
    assert isinstance(tidy, dict)
    return {"$schema": DIALECT, **tidy, "description": about}


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    inner = [*(cast(type[BaseModel], kind) for kind in KINDS.values() if model is Theme)]
    for field in model.model_fields.values():
        inner += [one for one in _within(field.annotation) if isinstance(one, type) and issubclass(one, BaseModel)]
    for one in inner:
        if one is not model:
            yield from _models(one)


def _within(annotation: Any) -> Iterator[Any]:
    yield annotation
    for one in get_args(annotation):
        yield from _within(one)


def _explain(part: JsonSchemaValue, model: type[BaseModel]) -> None:
    """Put the docstrings of a model and of its fields into its schema, and what the reader asks for beside its types."""
    part["description"] = part.get("description", "").replace("``", "`")
    said = docstrings(model)
    for name, field in model.model_fields.items():
        if name in said:
            part["properties"][field.alias or name]["description"] = said[name]
    if "kind" in part["properties"]:
        part["required"] = ["kind", *part.get("required", [])]
    if {"right", "wrong"} <= set(part["properties"]):
        part["oneOf"] = [{"required": ["right"]}, {"required": ["wrong"]}]
    if "accepted" in part["properties"]:
        from bot.quality import RULES

        part["properties"]["accepted"]["items"] = {"enum": [rule.name for rule in RULES]}


def docstrings(model: type[BaseModel]) -> dict[str, str]:
    """What stands below each field of a model, its parents' too, as one line."""
    found: dict[str, str] = {}
    for one in model.__mro__[::-1]:
        if issubclass(one, BaseModel) and one is not BaseModel:
            found |= _docstrings(one)
    return found


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    [written] = ast.parse(dedent(inspect.getsource(model))).body
    assert isinstance(written, ast.ClassDef)
    found: dict[str, str] = {}
    for field, below in zip(written.body, written.body[1:], strict=False):
        is_text = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and is_text:
            text = cast(str, cast(ast.Constant, cast(ast.Expr, below).value).value)
            found[field.target.id] = " ".join(text.split()).replace("``", "`")
    return found


def _tidied(part: Any) -> Any:
    """Without the titles that pydantic invents, and without null: what is left out of a file isn't written as nothing."""
    if isinstance(part, list):
        return [_tidied(one) for one in part]
    if not isinstance(part, dict):
        return part
    kept = {key: value for key, value in part.items() if not (key == "title" and isinstance(value, str))}
    if kept.get("default", 0) is None or kept.get("default") == []:
        del kept["default"]
    if kept.get("type") == "array" and "minLength" in kept:
        kept["minItems"] = kept.pop("minLength")  # pydantic calls it so where the list is checked by a function as well
    if "const" in kept:
        kept.pop("default", None)
    some = [one for one in kept.get("anyOf", ()) if one != {"type": "null"}]
    if len(some) == 1:
        del kept["anyOf"]
        kept = {**some[0], **kept}
    return {key: _tidied(value) for key, value in kept.items()}
