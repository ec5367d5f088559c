"""CONTENT: YAML in, frozen things out, every problem with its file and line.

``open_library(folder)`` is all that a running bot calls; the bot doesn't start on content that it refuses. ``read_library(folder)``
reads all anew, and ``look(folder)`` is for those who write: it tells of the pages, too.
Inside: ``page.py`` reads one file; ``theme.py``, ``scenario.py``, ``plan.py`` and ``term.py`` say what an author may write;
``across*.py`` compare, with the law of branching stories in ``story_graph.py``; ``read.py`` walks the folder; ``wording.py`` and
``yaml_traps.py`` find the words. ``shapes.py``, ``glossary.py`` and ``course.py`` are what comes out, ``story.py`` where somebody
is in a scenario, ``essay.py`` what of the essay is taken up, ``read_before.py`` what was read at an earlier start.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.library.course import ENGLISH, Course, Library, Spot
from bot.library.glossary import Glossary
from bot.library.problems import BrokenContent, Problem
from bot.library.read_before import open_library
from bot.library.shapes import OWN_PREFIX, Guide, Item, Lesson, Node, Plan, Prompt, Scenario, Term, Theme, Week
from bot.library.story import Story, begun, story_at
from bot.questions import Source

if TYPE_CHECKING:
    from bot.library.essay import PARTS, Covered, coverage
    from bot.library.own import OwnContent, read_own
    from bot.library.page import Page, Steps
    from bot.library.read import Looked, look, read_library
    from bot.library.wording import where

__all__ = [
    "ENGLISH",
    "OWN_PREFIX",
    "PARTS",
    "BrokenContent",
    "Course",
    "Covered",
    "Glossary",
    "Guide",
    "Item",
    "Lesson",
    "Library",
    "Looked",
    "Node",
    "OwnContent",
    "Page",
    "Plan",
    "Problem",
    "Prompt",
    "Scenario",
    "Source",
    "Spot",
    "Steps",
    "Story",
    "Term",
    "Theme",
    "Week",
    "begun",
    "coverage",
    "look",
    "open_library",
    "read_library",
    "read_own",
    "story_at",
    "where",
]

_FOR_READING = {
    "PARTS": "essay",
    "Covered": "essay",
    "coverage": "essay",
    "OwnContent": "own",
    "read_own": "own",
    "Page": "page",
    "Steps": "page",
    "Looked": "read",
    "look": "read",
    "read_library": "read",
    "where": "wording",
}


def __getattr__(name: str) -> Any:
    """What only reading needs is loaded when it is asked for: a bot whose content was read before starts without it."""
    if name in _FOR_READING:
        return getattr(import_module(f"bot.library.{_FOR_READING[name]}"), name)
    raise AttributeError(name)
