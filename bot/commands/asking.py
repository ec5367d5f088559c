"""How a question is put on a card and its answer taken off again, whatever its kind: a quiz, a review and a round share this.

A question is answered by presses, where a press is enough, or by a form that a button opens. What somebody typed is shown back to
them, and goes nowhere else. No step lives here.
"""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

from bot.cards import Button, Choice, ChoiceField, Form, Part, Row, Text, TextField, Visit
from bot.commands.phrases import source_lines
from bot.press import Press, base36
from bot.questions import Asking, Graded, Question, Ticks

FIELD = "answer"
"""What the one field of the form is called."""


def answer_controls(asking: Asking, answered: Callable[[str], Press], fill_in: Press) -> tuple[Part, ...]:
    """What stands below a question, and the buttons to answer it: ``answered`` says where an answer goes (``""``: back to its
    beginning), ``fill_in`` opens the form."""
    buttons = [Button(one.label, answered(one.answer), "plain") for one in asking.presses]
    if asking.field:
        buttons.insert(0, Button("Answer", fill_in, "main"))
    rows = (Row(tuple(buttons[start : start + 5])) for start in range(0, len(buttons), 5))
    return (*((Text(asking.text),) if asking.text else ()), *rows)


def mark_of(question: Question, seed: int) -> str:
    """Two characters that nearly always change with what somebody sees of a question. They travel in its presses: after a change of
    the content, nobody is graded by an option that they didn't see."""
    asking = question.asked(seed)
    boxes = asking.field.boxes if isinstance(asking.field, Ticks) else ()
    shown = (question.ask, asking.text, *(one.answer for one in asking.presses), *(text + sign for text, sign in boxes))
    return base36(crc32("\n".join(shown).encode()) % 36**2, 2)


def is_as_shown(question: Question, seed: int, mark: str) -> bool:
    """Whether it is still what was on the card. Cards from before there were marks have none."""
    return not mark or mark == mark_of(question, seed)


def answer_form(title: str, question: Question, asking: Asking, press: Press) -> Form | None:
    """The form in which this question is answered; ``None`` if it isn't (any more)."""
    field = asking.field
    if field is None:
        return None
    if isinstance(field, Ticks):
        boxes = tuple(Choice(text, sign) for text, sign in field.boxes)
        return Form(title[:45], press, (ChoiceField(FIELD, field.label, boxes, several=True),), Text(question.ask))
    return Form(title[:45], press, (TextField(FIELD, field.label, help=field.help, longest=field.longest),), Text(question.ask))


def answer_given(visit: Visit) -> str:
    """What the form brought, as ``Question.grade`` takes it."""
    picks = visit.given.get(FIELD)
    return "".join(sorted(picks)) if isinstance(picks, tuple) else visit.text(FIELD) or ""


def verdict_parts(question: Question, graded: Graded) -> tuple[Part, ...]:
    """What came of an answer, in words: whether it is right, what was said, why, the right answer and where that is from."""
    verdict = "## That's right" if graded.is_right else "## Not quite"
    # A list below what was said is a paragraph of its own, a line goes on with it.
    said = (graded.said, graded.feedback) if "\n" in graded.feedback else (f"{graded.said}\n{graded.feedback}".rstrip(),)
    parts = [Text(f"{verdict}\n{question.ask}"), *map(Text, said)]
    if graded.right_text:
        parts.append(Text(f"**The answer:** {graded.right_text}"))
    if question.sources:
        parts.append(Text(source_lines("Source" if len(question.sources) == 1 else "Sources", question.sources)))
    return tuple(parts)
