"""A look through a file of a group's own content, for moderators: each lesson, question and prompt as learners will see it, and of
a question also what they will see only after their answer. It asks nothing and keeps nothing.
"""

from __future__ import annotations

from bot.cards import Button, Card, Divider, Part, Row, Text, Visit
from bot.commands.content_upload import file_of, gone
from bot.commands.phrases import content_note, source_lines
from bot.library import Lesson, Library, Prompt
from bot.press import Press
from bot.questions import Question, Told
from bot.shelves import read_file
from bot.storage import Store

Thing = Lesson | Question | Prompt


async def read(visit: Visit, library: Library, store: Store) -> Card:
    """One thing of the file: arguments are its number, and the place of what is to be read, from 0."""
    assert visit.group  # the desk sees to it: this step needs a group
    file = await file_of(visit, store)
    theme = (await read_file(file.text.encode(), file.name, library)).theme if file else None
    if file is None or theme is None:
        return gone(visit)
    things: tuple[Thing, ...] = (*theme.lessons, *theme.questions, *theme.prompts)
    named = visit.press.args[1] if len(visit.press.args) > 1 else ""
    place = min(int(named[:4]), len(things) - 1) if named.isdecimal() else 0

    def at(other: int) -> Press:
        return Press("content", "read", (str(file.number), str(other)), visit.press.group)

    steps = [Button("Back", at(place - 1))] if place else []
    if place + 1 < len(things):
        steps.append(Button("Next", at(place + 1), "main"))
    if file.is_used:
        steps.append(Button("Done", Press("content", "one", (str(file.number),), visit.group.group_id)))
    else:
        steps.append(Button("To the preview", Press("content", "show", (str(file.number),), visit.group.group_id)))
    thing = things[place]
    return Card(
        (
            Text(f"-# {theme.title} · {place + 1} of {len(things)} · {_kind(thing)}"),
            *(content_note(theme) if not place else ()),
            *_shown(thing),
            Row(tuple(steps)),
        ),
        tone="warm",
    )


def _shown(thing: Thing) -> tuple[Part, ...]:
    if isinstance(thing, Lesson):
        return (
            Text(f"## {thing.title}"),
            Text(f"**The key idea**\n{thing.key_idea}"),
            Text(f"**An example**\n{thing.example}"),
            Text(f"**Try this** (for yourself: nothing to post)\n{thing.try_this}"),
            *((Text(source_lines("Sources", thing.sources)),) if thing.sources else ()),
        )
    if isinstance(thing, Prompt):
        return Text(f"## {thing.title}\n{thing.text}"), *((Text(f"-# {thing.note}"),) if thing.note else ())
    paper = thing.explain()
    before = [paper.task, *("\n".join(f"**{mark}** · {text}" for mark, text in one) for one in paper.lists)]
    after = [_told(one) for one in paper.told]
    return (
        Text(f"## {thing.ask}"),
        *(Text(one) for one in before if one),
        Divider(),
        Text("-# After the answer:\n" + "\n".join(after)),
        *((Text(source_lines("Sources", thing.sources)),) if thing.sources else ()),
    )


def _told(one: Told) -> str:
    """One answer, in words: whether it is right, and why."""
    called = f"**{one.mark or one.text}**" if one.mark or one.text else ""
    named = f"{called} {one.text}" if one.mark and one.verdict == "" else called
    if one.verdict:
        return f"{named} is {one.verdict}. {one.feedback}".rstrip()
    return " · ".join(filter(None, (named, one.feedback)))


def _kind(thing: Thing) -> str:
    if isinstance(thing, Lesson):
        return "lesson"
    return "prompt" if isinstance(thing, Prompt) else f"question number {thing.number}, {thing.kind}"
