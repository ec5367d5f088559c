"""What of the essay the course takes up: each paragraph and each of its questions, and what is about it.

The paragraphs have no numbers in the essay itself. They are counted here as they stand in it, so that "P7" means one of them
for ever; what each is about is said in our words. Nothing here judges whether a paragraph is right: the lessons do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.library.course import Course

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "P1": "Introduction: *Nosedive*, and ratings that decide",
        "P2": "By the numbers: users, blocked sites and home-grown platforms",
        "P3": "By the numbers: where the data lie, and whom power favours",
        "P4": "Social credit: what it is, since when, and what it resembles",
        "P5": "Social credit: a number for everyone",
        "P6": "Social credit: cameras, faces and AI",
        "P7": "Social credit: penalties and perks",
        "P8": "China and the Internet: blocking, and who tells the story",
        "P9": "China and the Internet: what is taken down, and what it costs",
        "P10": "China and the Internet: population, and the wish for a watchful eye",
        "P11": "China and the Internet: the survey",
        "P12": "China and the Internet: speaking out, and the headband class",
        "P13": "Xinjiang: the region",
        "P14": "Xinjiang: checkpoints and green channels",
        "P15": "Conclusion: a moral question, and who carries the burden",
        "P16": "Conclusion: not opting in",
        "P17": "Conclusion: the red flask, and more than a number",
        "P18": "Footnote: the red pill of *The Matrix*",
        "DQ1": "First question: scoring in the United States, and whether it could be joined",
        "DQ2": "Second question: what kind of citizen, why published, why watch schools",
        "DQ3": "Third question: unintended consequences of steering people",
    }
)


@dataclass(slots=True)
class Covered:
    """What is about one part. Each thing is named with its theme's name: ``scores/three-things-one-name``, ``scores 4``."""

    lessons: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)

    @property
    def is_left_out(self) -> bool:
        return not (self.lessons or self.questions or self.prompts)


def coverage(course: Course) -> dict[str, Covered]:
    """Each part of the essay, in its order, with what is about it."""
    found = {part: Covered() for part in PARTS}
    for theme in course.themes:
        for lesson in theme.lessons:
            for part in lesson.essay:
                found[part].lessons.append(f"{theme.name}/{lesson.name}")
        for question in theme.questions:
            for part in question.essay:
                found[part].questions.append(f"{theme.name} {question.number}")
        for prompt in theme.prompts:
            for part in dict.fromkeys((*prompt.essay, *filter(None, (prompt.essay_question,)))):
                found[part].prompts.append(f"{theme.name}/{prompt.name}")
    return found
