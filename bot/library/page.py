"""One YAML file, read into plain data that remembers its lines.

PyYAML's own loader would forget the lines, keep the last of two doubled keys without a word, unfold a few aliases
into gigabytes, and recurse once per nested bracket. So the events of its parser are gathered here instead, by a
loop, and YAML's traps are answered with a sentence. Nothing here knows what a theme is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import Reader
from yaml.resolver import Resolver

from bot.library.problems import Problem
from bot.library.yaml_traps import BAD_DATE, EMPTY, Trap, number_trap, syntax_trap
from bot.questions.texts import shortened

_POINTED = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,9}")

MOST_BYTES = 1024 * 1024
DEEPEST = 12
"""How deep lists and groups may nest. The content needs five."""

Steps = tuple[str | int, ...]
"""How to get to a place in the data: keys, and indexes from 0."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is built in
_RESOLVER: Any = Resolver()
_LINE_END = re.compile(r"\r\n|\r|\n")
_ODD = re.compile(rf"{Reader.NON_PRINTABLE.pattern}|[\x85\u2028\u2029]")
"""What YAML refuses, and what it takes for the end of a line though an editor doesn't: lines would be miscounted."""
_PREFIX = "tag:yaml.org,2002:"


@dataclass(slots=True)
class Page:
    """What a file says. Groups are ``dict``, lists are ``tuple``."""

    file: str
    """Its name for messages."""
    data: Any = None
    """``None`` if the file can't be read at all."""
    lines: dict[Steps, int] = field(default_factory=dict)
    unquoted: dict[Steps, str] = field(default_factory=dict)
    """How a value that YAML takes for something other than text was written."""
    traps: dict[Steps, list[tuple[int, str]]] = field(default_factory=dict)
    """What was found while reading, by place."""

    def line(self, steps: Steps) -> int:
        """The line of this place, or of the nearest one around it."""
        while steps not in self.lines and steps:
            steps = steps[:-1]
        return self.lines.get(steps, 1)

    def trap(self, steps: Steps, line: int, what: str) -> None:
        self.traps.setdefault(steps, []).append((line, what))

    def listed(self, word: str) -> Iterator[tuple[Steps, dict[str, Any]]]:
        """The groups of the list under this key, as far as they are groups, with their places."""
        found = self.data.get(word) if isinstance(self.data, dict) else None
        for index, one in enumerate(found if isinstance(found, tuple) else ()):
            if isinstance(one, dict):
                yield (word, index), one


def read_page(path: Path, file: str) -> Page | Problem:
    """Read one file; ``file`` is its name for messages. A ``Problem`` if there is nothing to read on with."""
    try:
        with path.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        return Problem(file, 1, "the file", f"can't be read ({error.strerror or type(error).__name__})")
    return parse(content, file)


def parse(content: bytes, file: str, *, most: int | None = None) -> Page | Problem:
    """The same for bytes at hand. Never raises for what is in them. With more than ``most`` texts, lists and groups it is not
    read."""
    if len(content) > MOST_BYTES:
        return Problem(file, 1, "the file", "is larger than 1 MiB; split it up")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Problem(file, line, "the file", "is not UTF-8 text; save it as UTF-8")
    if odd := _ODD.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        return Problem(file, line, "the file", f"has an invisible character (U+{ord(odd[0]):04X}); delete it")
    try:
        page = _gather(text, file, most)
    except yaml.MarkedYAMLError as error:
        line, what = syntax_trap(error, text)
        return Problem(file, line, "the file", what)
    except yaml.YAMLError:
        return Problem(file, 1, "the file", "is not YAML")
    except Trap as trap:
        return Problem(file, trap.line, "the file", trap.what)
    return page if page.data is not None else Problem(file, 1, "the file", "is empty")


@dataclass(slots=True)
class _Group:
    """A mapping or a list while it is being gathered."""

    steps: Steps
    found: dict[str, Any] | list[Any]
    key: str | None = None

    def next_steps(self) -> Steps:
        return (*self.steps, len(self.found) if isinstance(self.found, list) else self.key or "")

    def add(self, value: Any) -> None:
        if isinstance(self.found, list):
            self.found.append(value)
        else:
            self.found.setdefault(self.key or "", value)
            self.key = None


def _gather(text: str, file: str, most: int | None) -> Page:
    page, open_groups, things = Page(file), [_Group((), [])], 0
    last_line = len(_LINE_END.split(text))
    event: Any  # the published types of PyYAML's events know neither tags nor that marks are always there
    for event in yaml.parse(text, Loader=_Loader):
        group = open_groups[-1]
        line = min(event.start_mark.line + 1, last_line)  # what is empty at the very end is marked one too far
        if isinstance(event, yaml.DocumentStartEvent) and group.found:
            raise Trap(line, "has a second document after `---`; make it a file of its own")
        if isinstance(event, yaml.CollectionEndEvent):
            whole = open_groups.pop().found
            open_groups[-1].add(tuple(whole) if isinstance(whole, list) else whole)
        if not isinstance(event, yaml.NodeEvent):
            continue
        _refuse_cleverness(event, line)
        things += 1
        if most is not None and things > most:
            raise Trap(line, f"has more than {most:,} texts, lists and groups up to here; split it up")
        is_key = isinstance(group.found, dict) and group.key is None
        if is_key:
            if not isinstance(event, yaml.ScalarEvent):
                raise Trap(line, "has brackets or braces where a word and a colon belong; put the text in quotes")
            _open_key(page, group, event.value, line)
            continue
        steps = group.next_steps() if len(open_groups) > 1 else ()
        page.lines.setdefault(steps, line)
        if isinstance(event, yaml.ScalarEvent):
            group.add(_value(page, steps, event, line))
        elif len(open_groups) > DEEPEST:
            raise Trap(line, f"nests more than {DEEPEST} lists or groups in one another")
        else:
            open_groups.append(_Group(steps, {} if isinstance(event, yaml.MappingStartEvent) else []))
    found = open_groups[0].found
    page.data = found[0] if isinstance(found, list) and found else None
    return page


def _refuse_cleverness(event: Any, line: int) -> None:
    if isinstance(event, yaml.AliasEvent):
        name = shortened(str(event.anchor))
        raise Trap(line, f"has `*{name}`, which YAML takes for a reference; write it out, or put it in quotes")
    if event.anchor is not None:
        raise Trap(line, f"has `&{shortened(event.anchor)}`, which YAML takes for an anchor; delete it, or put the text in quotes")
    if event.tag is not None:
        raise Trap(line, f"has `{shortened(event.tag)}`, which YAML takes for a tag; put the text in quotes")


def _open_key(page: Page, group: _Group, key: str, line: int) -> None:
    steps = (*group.steps, key)
    if key in group.found:
        page.trap(steps, line, f"stands here a second time; the first is in line {page.line(steps)}")
    group.key = key
    page.lines.setdefault(steps, line)


def _value(page: Page, steps: Steps, event: yaml.ScalarEvent, line: int) -> Any:
    """A scalar as YAML 1.1 takes it, except for what surprises people: that becomes a sentence."""
    written: str = event.value
    if not event.implicit[0]:
        return written  # in quotes, or a block
    kind = _RESOLVER.resolve(yaml.ScalarNode, written, (True, False)).removeprefix(_PREFIX)
    if kind not in {"null", "bool", "int", "float", "timestamp"}:
        return written
    page.unquoted.setdefault(steps, written)
    if kind == "null":
        page.trap(steps, line, EMPTY)
    elif kind == "bool":
        return written.casefold() in {"yes", "true", "on"}
    elif kind == "int":
        if trap := number_trap(written):
            page.trap(steps, line, trap)
            return written
        return int(written)
    elif kind == "float":
        # Of YAML's other ways to write one (1_0.5, 1:30.5, .inf) none is wanted anywhere; ``unquoted`` has what was written.
        return float(written) if _POINTED.fullmatch(written) else 0.0
    else:
        try:
            return date.fromisoformat(written)
        except ValueError:
            page.trap(steps, line, BAD_DATE)
    return written if kind != "null" else None
