"""The walls of the house, as a test: who may import whom. It reads the source and imports nothing of it.

A wall in the wrong place is moved here, in the change that needs it, with the reason beside it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from evening import ROOT

BOT = ROOT / "bot"

# Room (or single file at the top of bot/) -> what it may import of ours. Nothing below `cards` knows anything else.
OURS: Mapping[str, frozenset[str]] = {
    "press": frozenset(),
    "group": frozenset(),
    "log": frozenset(),
    "loading": frozenset(),
    "kept": frozenset(),
    "kept_groups": frozenset(),
    "timetable": frozenset(),
    # Three rooms for the calendar's arithmetic, so that each fits on a page: hours and zones, the text of a rule, its dates.
    "rule": frozenset({"timetable"}),
    "rhythm": frozenset({"rule", "timetable"}),
    "progress": frozenset(),
    # What it takes to say how well a question is remembered: a library that nobody else should know.
    "recall": frozenset(),
    # Storage asks for the rows of some servers, the caretaker does what is done once: both know which by this one.
    "shards": frozenset(),
    "settings": frozenset({"shards"}),
    "person": frozenset(),
    "upload": frozenset(),
    "cards": frozenset({"group", "person", "press", "upload"}),
    "channels": frozenset({"cards"}),
    "learner_key": frozenset({"cards"}),
    # Apart from the hashing, since where a secret lies changes for other reasons than how keys are made.
    "secret_file": frozenset({"learner_key", "settings"}),
    "limits": frozenset({"cards"}),
    # What a picture, a report and the words beside them have in common, so that none can say more than the others.
    "overview": frozenset({"library", "progress", "questions", "storage"}),
    # What counts say of a question and of a change; apart from what may be shown of it.
    "evidence": frozenset({"press", "questions"}),
    "plots": frozenset({"overview", "progress"}),
    "reports": frozenset({"overview", "plots", "progress"}),
    # A process of its own: it has to be small, so it knows nobody.
    "rasteriser": frozenset(),
    "easel": frozenset(),
    "questions": frozenset(),
    "library": frozenset({"questions"}),
    "quality": frozenset({"library", "questions"}),
    # A group is the one thing that storage hands out which the steps and chat/ know too; hence its own small room.
    # The list of what is kept says which tables are a learner's, and from which version on anything new may be kept.
    "storage": frozenset({"group", "kept", "progress", "recall", "shards"}),
    # A group's own content is in storage, what it is made into is a library: whoever brings both together stands above both.
    "shelves": frozenset({"group", "library", "quality", "storage"}),
    # Of the log, the desk alone has use: see below.
    "commands": frozenset(
        {
            "cards",
            "channels",
            "evidence",
            "group",
            "kept",
            "library",
            "limits",
            "log",
            "overview",
            "plots",
            "press",
            "progress",
            "quality",
            "questions",
            "recall",
            "reports",
            "rhythm",
            "rule",
            "shelves",
            "storage",
            "timetable",
            "upload",
        }
    ),
    # The database knows turns, and nothing of Discord's sessions; what to do without the database stands in neither.
    "session_turns": frozenset({"log", "storage"}),
    "poster": frozenset(
        {"cards", "channels", "commands", "group", "library", "log", "press", "rhythm", "shelves", "storage", "timetable"}
    ),
    # Of the commands only what an interaction needs: see below.
    "chat": frozenset({"cards", "channels", "commands", "easel", "group", "learner_key", "log", "press", "upload"}),
    # Figures for whoever watches the machine: what they ask of others comes to them as functions.
    "meters": frozenset(),
    # Connects them, so that neither the meters nor what they measure knows the other.
    "watch": frozenset({"chat", "log", "meters", "poster", "settings", "storage"}),
    "publisher": frozenset({"library", "progress", "shelves", "storage"}),
    "caretaker": frozenset({"channels", "log", "shards", "storage"}),
    "book": frozenset({"library", "questions"}),
    "operator": frozenset({"*"}),
    "main": frozenset({"*"}),
}

EVERYWHERE = "msgspec"
"""Its structs are what dataclasses are elsewhere."""
# Room or file -> what it may import of others. A file comes before its room.
OTHERS: Mapping[str, frozenset[str]] = {
    "log": frozenset({"structlog"}),
    "rasteriser": frozenset({"resvg_py"}),
    "reports": frozenset({"jinja2", "markupsafe"}),  # the second comes with the first: a text that is escaped already
    "settings": frozenset({"dotenv"}),
    "questions": frozenset({"pydantic", "pydantic_core"}),
    "questions/shapes/short_answer.py": frozenset({"rapidfuzz"}),
    "recall": frozenset({"fsrs"}),
    "rhythm": frozenset({"dateutil"}),
    "library": frozenset({"pydantic", "pydantic_core", "yaml"}),
    "quality/one_question.py": frozenset({"rapidfuzz"}),
    "quality/together.py": frozenset({"rapidfuzz"}),
    "quality/words.py": frozenset({"pyphen"}),
    "book": frozenset({"jinja2", "markdown_it", "markupsafe"}),
    "storage/sqlite.py": frozenset({"aiosqlite"}),
    "storage/postgres.py": frozenset({"psycopg", "psycopg_pool"}),
    "storage/postgres_alone.py": frozenset({"psycopg"}),
    "storage/postgres_backup.py": frozenset({"psycopg"}),
    "storage/postgres_turns.py": frozenset({"psycopg"}),
    "storage/postgres_look.py": frozenset({"psycopg"}),
    "storage/postgres_lines.py": frozenset({"psycopg", "psycopg_pool"}),
    "meters/door.py": frozenset({"aiohttp"}),
    "meters/exposed.py": frozenset({"prometheus_client"}),
    "storage/postgres_moving.py": frozenset({"psycopg"}),
    "storage/postgres_units.py": frozenset({"psycopg", "psycopg_pool"}),
    "operator/check.py": frozenset({"rich"}),
    "operator/doctor.py": frozenset({"rich"}),
    "operator/schema.py": frozenset({"pydantic", "pydantic_core"}),
    "operator/check_table.py": frozenset({"rich"}),
    "operator/asking.py": frozenset({"rich"}),
    "operator/passphrase.py": frozenset({"pyrage"}),
    # aiohttp only for the names of its errors, which discord.py lets through when the network fails.
    "chat": frozenset({"aiohttp", "aiolimiter", "discord"}),
}

OF_COMMANDS_FOR_CHAT = {"Desk", "Command"}
MAY_LOG_IN_COMMANDS = {"desk.py"}
PAST_THE_DOOR = {
    ("main", "operator"),  # the command line is read with all words at hand, so what reads it can't stand at their door
    ("main", "chat"),  # wired once: nobody else needs the client
    ("watch", "chat"),  # only for its type
    ("operator", "chat"),  # the word `doctor` alone asks Discord without connecting
    ("operator", "commands"),  # and judges a group's channels by the rule of the steps
    ("poster", "commands"),  # what a command posts, the poster finishes after a crash
    ("library", "questions"),  # the kinds of text that an author writes are the same in lessons and questions
    ("quality", "questions"),  # likewise
    ("operator", "quality"),  # what is counted is wanted by the word `check` alone
    ("operator", "library"),  # what an author may write is wanted by the word `schema` alone; all others know the shapes
    ("operator", "questions"),  # likewise
}
"""(room, the room of which it imports single files)"""
DOORS_OF_THEIR_OWN = {"bot.library.formats"}
"""Rooms within a room, whose own door keeps them out of what the bot needs when it starts."""

Import = tuple[str, str]
"""What is imported: the module, and the name out of it (empty for ``import module``)."""


COPIES_DATACLASSES = {
    "bot/library/formats/theme_file.py", "bot/library/own.py", "bot/library/own_brought.py",
    "bot/operator/check.py", "bot/operator/doctor.py", "bot/operator/privacy.py",
}  # fmt: skip
"""They are not loaded by a bot that runs, and what they copy are dataclasses."""


def imports_of(file: Path) -> Iterator[Import]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((one.name, "") for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name} imports by dots; say the whole name"
            yield from ((node.module or "", one.name) for one in node.names)


def room_of(file: Path) -> str:
    return file.relative_to(BOT).with_suffix("").parts[0]


def files_of(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


FILES = files_of("bot")


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_room_imports_only_what_its_door_leads_to(file: Path) -> None:
    room = room_of(file)
    if room == "__init__":
        assert not list(imports_of(file))
        return
    assert room in OURS, f"a new room: say in this table what {room} may import"
    for module, name in imports_of(file):
        if module.partition(".")[0] != "bot":
            continue
        other = [*module.split("."), name][1]
        if other != room:
            assert other in OURS[room] or "*" in OURS[room], f"{named(file)} may not import {module}"


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_room_leans_on_no_library_but_its_own(file: Path) -> None:
    inside = file.relative_to(BOT).as_posix()
    allowed = OTHERS.get(inside, OTHERS.get(room_of(file), frozenset()))
    for module, _ in imports_of(file):
        top = module.partition(".")[0]
        if top not in {"bot", EVERYWHERE} and top not in sys.stdlib_module_names:
            assert top in allowed, f"{named(file)} may not import {module}"


@pytest.mark.parametrize("file", FILES, ids=named)
def test_what_changes_a_copy_is_of_the_kind_that_is_copied(file: Path) -> None:
    """Types can't tell: to mypy a struct is a dataclass, but ``dataclasses.replace`` refuses it, and msgspec's a dataclass."""
    of_dataclasses = {name for module, name in imports_of(file) if module == "dataclasses"}
    if of_dataclasses & {"replace", "fields", "asdict", "astuple"}:
        assert named(file) in COPIES_DATACLASSES


def test_the_rooms_stand_above_one_another_without_a_circle() -> None:
    below = {room: OURS[room] - {"*"} for room in OURS}
    placed: set[str] = set()
    while below:
        free = {room for room, needs in below.items() if needs <= placed}
        assert free, f"a circle among {sorted(below)}"
        placed |= free
        below = {room: needs for room, needs in below.items() if room not in free}


def test_chat_alone_imports_discord() -> None:
    importing = {room_of(file) for file in FILES for module, _ in imports_of(file) if module.partition(".")[0] == "discord"}
    assert importing == {"chat"}


def test_chat_knows_of_the_commands_only_the_desk_and_what_a_command_is() -> None:
    known = {
        name for file in files_of("bot/chat") for module, name in imports_of(file) if module.split(".")[:2] == ["bot", "commands"]
    }
    assert known <= OF_COMMANDS_FOR_CHAT


def test_only_the_desk_writes_a_log_in_commands() -> None:
    writing = {file.name for file in files_of("bot/commands") for module, _ in imports_of(file) if module == "bot.log"}
    assert writing <= MAY_LOG_IN_COMMANDS


def test_a_room_is_entered_by_its_door() -> None:
    for file in FILES:
        for module, _ in imports_of(file):
            parts = module.split(".")
            if parts[0] == "bot" and len(parts) > 2 and parts[1] != room_of(file) and module not in DOORS_OF_THEIR_OWN:
                way_in = (room_of(file), parts[1])
                assert way_in in PAST_THE_DOOR, f"{named(file)} imports {module}; import it from bot.{parts[1]}"


def test_the_bot_knows_nothing_of_the_rehearsal() -> None:
    for file in [*FILES, ROOT / "bot.py"]:
        assert not [module for module, _ in imports_of(file) if module.partition(".")[0] in {"rehearsal", "tests"}]


def test_only_the_log_imports_logging_and_only_the_command_line_prints() -> None:
    importing = {named(file) for file in FILES for module, _ in imports_of(file) if module.partition(".")[0] == "logging"}
    assert importing == {"bot/log.py"}
    printing = {
        room_of(file)
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert printing <= {"main", "operator"}


def test_bot_py_holds_no_logic_and_nothing_imports_it() -> None:
    docstring, *rest = ast.parse((ROOT / "bot.py").read_text(encoding="utf-8")).body
    assert isinstance(docstring, ast.Expr)
    assert [ast.unparse(node) for node in rest] == [
        "import sys",
        "from bot.main import main",
        "if __name__ == '__main__':\n    sys.exit(main(sys.argv[1:]))",
    ]
    # The package wins over the module of the same name only while it is one.
    assert (BOT / "__init__.py").is_file()
    for folder in ("bot", "rehearsal", "tests"):
        for file in files_of(folder):
            assert ("bot", "main") not in set(imports_of(file)), f"{named(file)} would import bot.py"


def test_every_file_says_why_it_exists() -> None:
    for folder in ("bot", "rehearsal", "tests"):
        for file in files_of(folder):
            if file.name != "conftest.py":
                assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))), f"{named(file)} opens without a docstring"


def test_no_file_of_the_bot_is_longer_than_three_hundred_lines() -> None:
    long = {named(file): lines for file in FILES if (lines := len(file.read_text(encoding="utf-8").splitlines())) > 300}
    # The vocabulary stays on one page on purpose: it is what a newcomer reads first.
    assert not long
