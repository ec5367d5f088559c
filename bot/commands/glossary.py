"""``/glossary``: what a word of the course means. What the steps do is in ``glossary_look.py``."""

from __future__ import annotations

from bot.cards import Option
from bot.commands.command import Command, Step
from bot.commands.later import later

GLOSSARY = Command(
    "glossary",
    "What a word of the course means. Only you see it.",
    first="begin",
    options=(Option("term", "Which word? Without it, you get all of them.", complete=later("glossary_look.complete_term")),),
    steps={
        "begin": Step(later("glossary_look.begin")),
        "list": Step(later("glossary_look.list_words")),
        "show": Step(later("glossary_look.show")),
        "lesson": Step(later("glossary_look.of_lesson")),
    },
    everywhere=True,
)
