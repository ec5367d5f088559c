"""The documents are true: what they name exists, and what exists and matters to a reader is in them.

They are read as a reader would read them, by their code spans, code blocks, tables and links. How well they are
written, no test can tell.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import cast

import discord
import pytest
from evening import ROOT
from msgspec.structs import fields
from pydantic import BaseModel

from bot.chat.channels import _RIGHTS
from bot.commands import COMMANDS
from bot.kept import AFTERWARDS, IN_ROUNDS, KEPT
from bot.kept_groups import DATABASE, GROUPS
from bot.library import read_library, read_own
from bot.library.plan import Guide, Item, Moment, Plan, Week
from bot.library.scenario import Branch, Choice, Count, Known, Narrows, Node, Scenario
from bot.library.term import Term
from bot.library.theme import FEWEST_WORDS, MOST_ON_A_MENU, MOST_WORDS, Lesson, Prompt, Theme
from bot.operator import WORDS
from bot.operator.privacy import Filled, policy
from bot.quality import check
from bot.questions import KINDS
from bot.questions.match import Pair
from bot.questions.one_choice import Option
from bot.questions.order import Step
from bot.questions.short_answer import Answer
from bot.questions.source import Source
from bot.questions.texts import ROOM
from bot.secret_file import SECRET_FILE
from bot.settings import HERE, READERS, Settings, read_settings

DOCUMENTS = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]))
README, ENV = ROOT / "README.md", ROOT / ".env.example"
SETTINGS = {field.name.upper() for field in fields(Settings)}
FILE_ENDINGS = (".md", ".py", ".yaml", ".sql", ".toml", ".lock", ".png")
NOT_FILES = {"discord.py", "cookies.yaml"}
"""A library, and the name that an author may choose."""
NOT_COMMANDS = {"/metrics", "/healthz", "/readyz", "/messages"}
"""Addresses for whoever watches."""

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[tuple[str, str]]:
    """The fenced blocks: (what they are, their text)."""
    return re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def spans(text: str) -> list[str]:
    """What stands between backticks, outside of fenced blocks."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", plain)]


def code(text: str) -> list[str]:
    """Spans, and the lines of blocks, fenced or indented."""
    fenced = [line for _, block in blocks(text) for line in block.splitlines()]
    return [*spans(text), *fenced, *re.findall(r"^ {4,}(\S.*)$", text, re.MULTILINE)]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))


def typed_names() -> set[str]:
    """Every command as somebody types it: ``/learn``, ``/group create``."""
    return {f"/{one.name} {sub.name}" for one in COMMANDS if one.typed for sub in one.subcommands} | {
        f"/{one.name}" for one in COMMANDS if one.typed and not one.subcommands
    }


def comes_while_it_runs(path: str) -> bool:
    """Whether git is told to leave it out: the bot or make makes it."""
    ignored = {line.strip("/") for line in text_of(".gitignore").splitlines() if line}
    return path.strip("/").split("/")[0] in ignored


# ---------------------------------------------------------------- what they name exists


@each_document
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    named = {
        word for line in code(document.read_text()) for word in re.findall(r"(?:^|&& |also: )make (?:[A-Z]+=\S+ )?([a-z]+)", line)
    }
    assert named <= make_targets()


@each_document
def test_every_command_that_is_named_exists(document: Path) -> None:
    groups = {f"/{one.name}" for one in COMMANDS if one.subcommands}
    named = {span for span in spans(document.read_text()) if re.fullmatch(r"/[a-z-]+( [a-z-]+)?", span)}
    assert named <= typed_names() | groups | NOT_COMMANDS


@each_document
def test_every_setting_or_name_in_capitals_exists(document: Path) -> None:
    sources = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "bot").rglob("*.py"))
    for name in {span.rstrip("=") for span in spans(document.read_text())}:
        if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", name):
            assert name in SETTINGS or re.search(rf"^{name}\b.* = ", sources, re.MULTILINE), name


@each_document
def test_every_word_for_the_command_line_exists(document: Path) -> None:
    words = {word.name for word in WORDS} | {"run"}
    named = {word for line in code(document.read_text()) for word in re.findall(r"\bpython bot\.py ([a-z][a-z-]+)", line)}
    assert named <= words


@each_document
def test_every_file_that_is_named_exists(document: Path) -> None:
    # Patterns such as <kind>.py or *.sql name no one file.
    for span in spans(document.read_text()):
        looks_like_one = re.fullmatch(r"[\w.][\w.-]*(/[\w.-]+)*/?", span) and ("/" in span or span.endswith(FILE_ENDINGS))
        if looks_like_one and span not in NOT_FILES and not comes_while_it_runs(span):
            inside_bot = [ROOT / "bot", ROOT / "bot/storage"] if document.name == "ARCHITECTURE.md" else []
            assert any((place / span).exists() for place in (ROOT, *inside_bot)), span


@each_document
def test_every_link_within_the_project_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", document.read_text()):
        file, _, anchor = target.partition("#")
        if file.startswith("http"):
            continue
        other = document.parent / file if file else document
        assert other.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", other.read_text(), re.MULTILINE)
            assert anchor in {heading.casefold().replace(" ", "-") for heading in headings}, target


def test_the_invitation_asks_for_exactly_the_rights_that_the_bot_looks_for() -> None:
    rights = discord.Permissions(**{name: True for name, _ in _RIGHTS.values()})
    [asked] = re.findall(r"client_id=YOUR_APPLICATION_ID&scope=bot\+applications\.commands&permissions=(\d+)", text_of("README.md"))
    assert int(asked) == rights.value
    listed = re.findall(r"^ *\| ([A-Z][\w ]+) \| (\d+) \|", text_of("README.md"), re.MULTILINE)
    assert sum(int(value) for _, value in listed) == rights.value
    for name, value in listed:
        assert getattr(discord.Permissions(int(value)), name.lower().replace(" ", "_").replace("channels", "channel")), name


# ---------------------------------------------------------------- what exists is in them


def test_every_make_target_is_described() -> None:
    described = spans(text_of("CONTRIBUTING.md"))
    assert {f"make {target}" for target in make_targets()} <= set(described)
    assert {"make try", "make test", "make run"} <= set(spans(text_of("README.md")))
    assert {"uv run python -m rehearsal", "uv run pytest", "uv run bot.py"} <= set(spans(text_of("README.md")))


def test_every_command_has_its_line_in_the_readme() -> None:
    lines = re.findall(r"^\| `(/[^`]+)` \| (\w+) \|", text_of("README.md"), re.MULTILINE)
    assert [name for name, _ in lines] == list(dict(lines))
    assert set(dict(lines)) == typed_names()
    for name, who in lines:
        command = next(one for one in COMMANDS if one.name == name.removeprefix("/").split()[0])
        assert (who == "moderators") == command.for_moderators, name


def test_the_commands_that_work_everywhere_are_named() -> None:
    [sentence] = re.findall(r"([^.]*) also work for those who\s+install the app for themselves", text_of("README.md"))
    assert {span.removeprefix("/") for span in spans(sentence)} == {one.name for one in COMMANDS if one.everywhere}


def test_every_setting_has_its_line_with_its_default_in_the_readme() -> None:
    lines = dict(re.findall(r"^\| `([A-Z_]+)` \| (\S+) \|", text_of("README.md"), re.MULTILINE))
    assert set(lines) == SETTINGS
    for field in fields(Settings):
        default = Settings().content_dir.relative_to(HERE) if field.name == "content_dir" else field.default
        assert lines[field.name.upper()].strip("`") == ("none" if default is None else str(default)), field.name


def test_every_setting_is_read() -> None:
    assert [field.name for field in fields(Settings)] == list(READERS)


def test_every_setting_is_explained_to_operators() -> None:
    assert set(spans(text_of("docs/OPERATING.md"))) >= SETTINGS


def test_the_example_of_an_env_file_lists_exactly_the_settings() -> None:
    lines = re.findall(r"^#?([A-Z_]+)=(.*)$", ENV.read_text(), re.MULTILINE)
    assert [name for name, _ in lines] == list(dict(lines))
    assert set(dict(lines)) == SETTINGS


def test_the_example_of_an_env_file_is_well_formed_with_all_its_lines_in_use(tmp_path: Path) -> None:
    everything = re.sub(r"^#([A-Z_]+=)", r"\1", ENV.read_text(), flags=re.MULTILINE)
    file = tmp_path / ".env"
    everything = everything.replace("sqlite:///data/red-flask.db", "postgresql://user:password@host/database")  # for several shards
    file.write_text(everything.replace("CONTENT_DIR=content", f"CONTENT_DIR={ROOT / 'content'}"))
    settings = read_settings(file)
    assert settings.shard_count is not None
    assert settings.shard_ids


def test_every_word_for_the_command_line_is_described() -> None:
    described = spans(text_of("docs/OPERATING.md"))
    assert {f"python bot.py {word}" for word in ("run", *(word.name for word in WORDS))} <= set(described)


def test_every_event_of_the_log_is_described() -> None:
    sources = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "bot").rglob("*.py"))
    events = set(re.findall(r'log\(\)\.(?:info|warning|error)\(\s*"([^"]+)"', sources.replace('``log().info("posted"', "")))
    assert len(events) > 5
    described = set(re.findall(r"^\| `([^`]+)` \|", text_of("docs/OPERATING.md"), re.MULTILINE))
    assert events <= described


def test_every_room_is_on_the_map() -> None:
    entries = {entry for entry in (ROOT / "bot").iterdir() if entry.suffix == ".py" or (entry / "__init__.py").exists()}
    rooms = {f"{entry.name}/" if entry.is_dir() else entry.stem for entry in entries} - {"__init__"}
    lines = set(re.findall(r"^\| `([a-z_]+/?)` \|", text_of("docs/ARCHITECTURE.md"), re.MULTILINE))
    assert lines == rooms


# ---------------------------------------------------------------- privacy


def test_the_page_on_privacy_is_the_policy_with_all_its_blanks() -> None:
    assert text_of("docs/PRIVACY.md") == policy(Filled()), "run: python bot.py privacy docs/PRIVACY.md"


def test_the_page_on_privacy_has_every_table_and_column() -> None:
    named = set(spans(text_of("docs/PRIVACY.md")))
    for kept in KEPT + AFTERWARDS + IN_ROUNDS:
        assert {kept.table, *(column.name for column in kept.about)} <= named
    for one in GROUPS + DATABASE:
        assert {one.table, *one.names} <= named


def test_operators_are_told_the_name_of_the_secret_file() -> None:
    assert SECRET_FILE in spans(text_of("docs/OPERATING.md"))


# ---------------------------------------------------------------- authors


def test_the_example_for_authors_is_a_course_without_a_problem(tmp_path: Path) -> None:
    sources, theme, *kinds, plan, scenario, words = (
        block for kind, block in blocks(text_of("docs/AUTHORING.md")) if kind == "yaml"
    )
    head = "\n  - number: {}\n    level: understand\n    lesson: a-note-for-later\n    sources: [RFC6265]\n"
    more = "".join(head.format(number) + block for number, block in enumerate(kinds, 2))
    theme = theme.replace("\nprompts:", f"{more}\nprompts:")
    (tmp_path / "en" / "themes").mkdir(parents=True)
    (tmp_path / "en" / "plans").mkdir()
    (tmp_path / "en" / "scenarios").mkdir()
    (tmp_path / "sources.yaml").write_text(sources, encoding="utf-8")
    (tmp_path / "en" / "themes" / "cookies.yaml").write_text(theme, encoding="utf-8")
    (tmp_path / "en" / "plans" / "cookies.yaml").write_text(plan, encoding="utf-8")
    (tmp_path / "en" / "scenarios" / "cookies.yaml").write_text(scenario, encoding="utf-8")
    (tmp_path / "en" / "glossary.yaml").write_text(words, encoding="utf-8")
    course = read_library(tmp_path).course("en")
    [read], [planned], [word] = course.themes, course.plans, course.glossary.terms
    assert course.glossary.used_in(read.name, read.lessons[0]) == (word,)
    assert (len(read.lessons), len(read.questions), len(read.prompts)) == (1, 1 + len(kinds), 1)
    assert {one.kind for one in read.questions} == set(KINDS)
    assert [item.kind for item in planned.items] == ["lesson", "prompt"]
    [story] = course.scenarios
    assert [node.name for node in story.endings] == ["the-tin", "the-hat"]
    assert [str(one) for one in check(tmp_path, date(2026, 11, 25)).findings] == []  # no weak question either


def test_the_example_of_a_groups_own_file_can_be_used_as_it_stands() -> None:
    [example] = [block for kind, block in blocks(text_of("docs/AUTHORING.md")) if kind == "yml"]
    read = read_own(example.encode(), "our-trees.yaml", {})
    assert read.problems == ()
    assert read.theme
    assert (len(read.theme.questions), len(read.theme.prompts)) == (2, 1)


def test_the_page_for_authors_has_every_key() -> None:
    table = text_of("docs/AUTHORING.md").partition("## All limits")[2].partition("## Checking")[0]
    named = set(spans(table))
    of_questions: list[type[BaseModel]] = [cast(type[BaseModel], one) for one in KINDS.values()]
    of_questions += [Option, Answer, Step, Pair]
    scenarios: tuple[type[BaseModel], ...] = (Scenario, Node, Choice, Branch, Narrows, Known, Count, Moment)
    models: list[type[BaseModel]] = [*scenarios, Theme, Lesson, Prompt, Source, *of_questions, Plan, Week, Item, Guide, Term]
    for model in models:
        keys = {field.alias or name for name, field in model.model_fields.items()} - {"key"}
        assert keys <= named, model.__name__
    assert set(KINDS) <= named


def test_the_page_for_authors_has_the_limits_of_today() -> None:
    page = text_of("docs/AUTHORING.md")
    assert f"{FEWEST_WORDS} to {MOST_WORDS} words" in page
    assert f"| {ROOM:,} characters |" in page
    assert f"| 1 to {MOST_ON_A_MENU} |" in page
    assert f"at most {MOST_ON_A_MENU}" in page


def test_the_traps_that_authors_are_warned_of_are_traps_and_the_remedies_are_none() -> None:
    from bot.library.page import Page, parse

    rows = re.findall(r"^\| `([^`]+)` \| [^|]+ \| `([^`]+)` \|", text_of("docs/AUTHORING.md"), re.MULTILINE)
    assert len(rows) == 4
    for trap, remedy in rows:
        key, _, _ = remedy.removeprefix("- ").partition(":")
        caught = parse(trap.encode(), "x.yaml")
        value = _value(caught.data, key) if isinstance(caught, Page) else None
        assert not isinstance(value, str), trap
        mended = parse(remedy.encode(), "x.yaml")
        assert isinstance(mended, Page), remedy
        assert isinstance(_value(mended.data, key), str), remedy


def _value(data: object, key: str) -> object:
    one = data[0] if isinstance(data, tuple) else data
    assert isinstance(one, dict)
    return one[key]
