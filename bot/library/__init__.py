"""CONTENT: YAML in, frozen models out, every problem with its file and line.

``read_library(folder)`` is all that the rest of the bot calls; the bot doesn't start on content that it refuses. ``look(folder)``
is for those who write: it tells of the pages, too.
Inside: ``page.py`` reads one file; ``theme.py``, ``scenario.py``, ``plan.py`` and ``glossary.py`` say what these are;
``across*.py`` compare, with the law of branching stories in ``story_graph.py``; ``read.py`` walks the folder; ``wording.py`` and
``yaml_traps.py`` find the words; ``course.py`` is what comes out, ``story.py`` where somebody is in a scenario, ``essay.py`` what
of the essay is taken up.
"""

from __future__ import annotations

from bot.library.course import ENGLISH, Course, Library
from bot.library.essay import PARTS, Covered, coverage
from bot.library.glossary import Glossary, Term
from bot.library.page import Page, Steps
from bot.library.plan import Guide, Item, Plan, Week
from bot.library.problems import BrokenContent, Problem
from bot.library.read import Looked, look, read_library
from bot.library.scenario import Node, Scenario
from bot.library.story import Story, begun, story_at
from bot.library.theme import Lesson, Prompt, Theme
from bot.library.wording import where
from bot.questions import Source

__all__ = [
    "ENGLISH",
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
    "Page",
    "Plan",
    "Problem",
    "Prompt",
    "Scenario",
    "Source",
    "Steps",
    "Story",
    "Term",
    "Theme",
    "Week",
    "begun",
    "coverage",
    "look",
    "read_library",
    "story_at",
    "where",
]
