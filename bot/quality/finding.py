"""What a check says about one place. Errors and warnings are said alike, so that a program can sort them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.library import Problem

Severity = Literal["error", "warning"]
"""An error: the bot doesn't start on it. A warning: it does, and it is learners who would notice."""


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One thing to mend or to accept. Findings sort by file, then by line."""

    file: str
    line: int
    level: Severity
    rule: str
    where: str
    what: str

    @classmethod
    def of(cls, problem: Problem) -> Finding:
        """What the reader refuses is an error."""
        return cls(problem.file, problem.line, "error", problem.rule, problem.where, problem.what)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.where}: {self.what} [{self.rule}]"
