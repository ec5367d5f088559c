"""`make audit` says in words what is known of the locked libraries, and never takes silence for health; and no SQL is put together
of anything but the code's own constants, which `bandit` can't tell."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest
from audit import audited
from evening import ROOT

WELL = {"name": "aiohttp", "version": "3.0", "vulns": []}
WEAK = {"name": "jinja2", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.6"], "description": "long"}]}
UNKNOWN = {"name": "yarl", "skip_reason": "Dependency not found on PyPI and could not be audited: yarl (1.0)"}


def an_audit_that_says(text: str, folder: Path) -> str:
    """A program in the place of pip-audit."""
    program = folder / "pip-audit"
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.stdout.write({text!r})\nsys.stderr.write('Traceback ...')\n")
    program.chmod(0o700)
    return str(program)


@pytest.mark.parametrize(
    ("found", "status", "words"),
    [
        ([WELL, WELL], 0, "None of the 2 libraries has a known weakness."),
        ([WELL, WEAK], 1, "jinja2 2.0: PYSEC-1, mended in 3.1.6."),
        ([WELL, UNKNOWN], 2, "1 libraries have no known weakness; these could not be looked up: yarl."),
        ([UNKNOWN, UNKNOWN], 2, "can't be reached from here, so nothing is known"),
        (None, 2, "can't be reached from here, so nothing is known"),
    ],
)
def test_an_audit_is_a_sentence_and_silence_is_not_health(
    found: list[object] | None, status: int, words: str, tmp_path: Path
) -> None:
    said = "" if found is None else json.dumps({"dependencies": found, "fixes": []})
    got, sentence = audited(an_audit_that_says(said, tmp_path), str(ROOT / "requirements.lock"))
    assert (got, words in sentence) == (status, True), sentence
    assert "Traceback" not in sentence


SQL = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", " WHERE ", "ALTER ", "VACUUM ", "SET ", "ORDER BY", "CREATE ")
OWN_NAMES = {
    "table", "column", "kept.table", "columns", "names", "where", "condition", "latest", "old", "name", "self.shards.count",
}  # fmt: skip
"""What holds names of tables and columns, conditions or a number, all of them written out in the same file or in bot/kept.py."""
OWN_CALLS = ("self._our", "_DRAFT.format(column='", "', '.join((f'rounds.{one}'")
"""How such names are put together."""
ENGINES = ("sqlite", "postgres", "restoring", "moving", "rotation")
"""Files that know no table: what they fill in, the database itself has told them."""


def sql_pieces() -> list[tuple[str, int, str]]:
    """What is filled into texts that look like SQL, in bot/storage: file, line, expression."""
    found = []
    for file in sorted((ROOT / "bot" / "storage").glob("*.py")):
        if file.name.startswith(ENGINES):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                plain = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
                if any(word in plain for word in SQL):
                    found += [
                        (file.name, node.lineno, ast.unparse(part.value))
                        for part in node.values
                        if isinstance(part, ast.FormattedValue)
                    ]
    return found


def test_sql_is_put_together_of_constants_alone() -> None:
    pieces = sql_pieces()
    assert len(pieces) > 30
    strange = [
        piece for piece in pieces if not (piece[2].strip("_").isupper() or piece[2] in OWN_NAMES or piece[2].startswith(OWN_CALLS))
    ]
    assert not strange
