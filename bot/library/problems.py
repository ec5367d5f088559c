"""What is wrong with the content, and exactly where."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Problem(Struct, frozen=True, order=True):
    """One thing to mend. Problems sort by file, then by line."""

    file: str
    line: int
    where: str
    what: str
    rule: str = "structure"
    """Which rule says so, for those who sort or count."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.where}: {self.what}"


class BrokenContent(Exception):
    """The content can't be used. Its text is every problem, a line each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))
