"""``/content upload``: a moderator hands over a file, sees what is wrong in it or what it holds, and takes it into use.

Between the two presses the file is a draft in the database, for a day at most: a card brings back a hundred characters, and a
preview has to survive a restart. What is read here is trusted by nobody; ``bot/library/own.py`` bounds and checks it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.cards import Button, Card, Download, Form, Part, Row, Text, Visit
from bot.commands.content_words import (
    MOST_FILES,
    MOST_TOGETHER,
    counted,
    hints,
    kilobytes,
    problem_lines,
)
from bot.commands.phrases import inert, note, quoted, say
from bot.library import OWN_PREFIX, Library
from bot.press import Press
from bot.shelves import ENDINGS, FIRST_NUMBER, read_file, weak_spots
from bot.storage import OwnFile, Store
from bot.upload import FileField

if TYPE_CHECKING:
    from bot.library import OwnContent

A_DAY = 100
"""Files of one person in one group: enough for a long evening of mending."""
LONGEST_NAME = 60


async def upload(visit: Visit, library: Library, store: Store) -> Form:
    """Ask for a file."""
    assert visit.group  # the desk sees to it: this step needs a group
    return Form(
        "Content of your own",
        Press("content", "take", (), visit.group.group_id),
        (FileField("file", "The file", help="YAML, or questions as GIFT or CSV. Up to 256 KB."),),
        Text(
            "**What goes in:** lessons, questions and prompts of your own, for this group alone. First you get every problem with "
            "its line, or a preview; nothing is used before you say so.\n"
            "**What I keep:** the text of the file, until you remove it or the group is closed. Everyone in the group can read "
            "it, so let there be nothing in it about a member."
        ),
    )


async def take(visit: Visit, library: Library, store: Store) -> Card:
    """Read the file: its problems, or a preview of it."""
    assert visit.group and visit.limits
    file = visit.file("file")
    if file is None:
        return _once_more(visit, "There was no file in it.")
    if file.trouble:
        return _once_more(visit, file.trouble)
    name = tidy(file.name)
    if not name.casefold().endswith(ENDINGS):
        return _once_more(visit, f"{quoted(file.name)} is no file that I can read: let its name end with .yaml, .gift or .csv.")
    if not visit.limits.take(visit.person, f"content {visit.group.group_id}", A_DAY, visit.at):
        return say(f"You have uploaded {A_DAY} files today, which is the most; please go on tomorrow.", tone="look")
    content = await read_file(file.data, name, library)
    if content.theme is None:
        return _refused(visit, name, content)
    text = file.data.decode("utf-8-sig")
    slug = content.theme.name.removeprefix(OWN_PREFIX)
    full = _full(await store.own_files(visit.group.group_id), slug, text)
    if full:
        return _once_more(visit, full)
    number = await store.add_draft(visit.group.group_id, slug, name, text, visit.at.date())
    draft = await store.own_file(visit.group.group_id, number) if number is not None else None
    if draft is None:
        return say("The group was closed meanwhile, so nothing was kept.", tone="look")
    return await _preview(visit, draft, content, store)


async def show(visit: Visit, library: Library, store: Store) -> Card:
    """The preview again."""
    draft = await draft_of(visit, store)
    if draft is None:
        return gone(visit)
    return await _preview(visit, draft, await read_file(draft.text.encode(), draft.name, library), store)


async def use(visit: Visit, library: Library, store: Store) -> Card:
    """From now on the group has it."""
    assert visit.group
    group, draft = visit.group, await draft_of(visit, store)
    if draft is None:
        return gone(visit)
    content = await read_file(draft.text.encode(), draft.name, library)
    if content.theme is None:  # the bot was updated in between, and asks for more than before
        return _refused(visit, draft.name, content)
    full = _full(await store.own_files(group.group_id), draft.theme, draft.text)
    if full:
        return _once_more(visit, full)
    number = await store.use_draft(group.group_id, draft.number)
    if number is None:
        return gone(visit)
    theme, buttons = content.theme, []
    if theme.lessons:
        buttons.append(Button("The lessons", Press("learn", "lessons", (str(FIRST_NUMBER + number),), group.group_id), "main"))
    if theme.questions:
        buttons.append(Button("The quiz", Press("quiz", "start", (str(FIRST_NUMBER + number),), group.group_id), "main"))
    ways = [
        f"`/{word}`" for word, there in (("learn", theme.lessons), ("quiz", theme.questions), ("discuss", theme.prompts)) if there
    ]
    return note(
        Text(
            f"**{inert(theme.title)}** is in use in **{group.name}**: {_listed(ways)} "
            f"{'have' if len(ways) > 1 else 'has'} it, and `/schedule add` can plan it. `/content list` has all that is your own."
        ),
        Row((*buttons, Button("Our own content", Press("content", "list", (), group.group_id)))),
        tone="good",
    )


async def throw_away(visit: Visit, library: Library, store: Store) -> Card:
    """The draft is not wanted."""
    assert visit.group
    draft = await draft_of(visit, store)
    if draft is None:
        return gone(visit)
    await store.remove_own_file(visit.group.group_id, draft.number)
    return note(Text("Thrown away: nothing of it is kept."), Row((_again(visit),)))


def tidy(name: str) -> str:
    """A file's name with nothing in it that a path, a link or markdown would be made of."""
    stem, _, ending = (re.sub(r"[^A-Za-z0-9._-]+", "-", one).strip("-.") for one in name.rpartition("."))
    return f"{stem[: LONGEST_NAME - 1 - len(ending[:10])] or 'theme'}.{ending[:10]}"


async def draft_of(visit: Visit, store: Store) -> OwnFile | None:
    """The draft that the press names."""
    found = await file_of(visit, store)
    return found if found is not None and not found.is_used else None


async def file_of(visit: Visit, store: Store) -> OwnFile | None:
    """The file that the press names, in use or not."""
    assert visit.group
    number = visit.press.args[0] if visit.press.args else ""
    return await store.own_file(visit.group.group_id, int(number)) if re.fullmatch(r"[0-9]{1,9}", number) else None


def gone(visit: Visit) -> Card:
    assert visit.group
    return note(
        Text("That draft is there no longer: it is in use already, was thrown away, or is from another day."),
        Row((_again(visit), Button("Our own content", Press("content", "list", (), visit.group.group_id)))),
        tone="look",
    )


async def _preview(visit: Visit, draft: OwnFile, content: OwnContent, store: Store) -> Card:
    assert visit.group and content.theme
    theme, group_id = content.theme, visit.group.group_id
    others = await store.own_files(group_id)
    before = next((one for one in others if one.theme == draft.theme), None)
    replaces = (
        f"\n\nIt takes the place of the file of the same `theme: {draft.theme}`, from {before.added_on.isoformat()}. What learners "
        "have read and answered stays with the names and numbers that it had."
        if before
        else ""
    )
    parts: list[Part] = [
        Text(f"## {inert(theme.title)}\n{counted(theme)}, without a problem.{replaces}"),
        *_left_out(content),
        *hints(theme, await weak_spots(content, visit.group.language, visit.at.date())),
        Text(f"-# {draft.name}, {kilobytes(draft.text)}. Nothing is in use yet; a draft is kept until tomorrow."),
        Row(
            (
                Button("Use it in this group", Press("content", "use", (str(draft.number),), group_id), "main"),
                Button("Read it", Press("content", "read", (str(draft.number), "0"), group_id)),
                Button("Throw it away", Press("content", "throw-away", (str(draft.number),), group_id)),
            )
        ),
    ]
    return Card(tuple(parts), tone="warm")


def _refused(visit: Visit, name: str, content: OwnContent) -> Card:
    lines, rest = problem_lines(content.problems)
    count = len(content.problems)
    whole = "\n".join(map(str, content.problems)).encode()
    more = f"\nand {rest} more, in the file below." if rest else ""
    return note(
        Text(f"## {count} {'thing' if count == 1 else 'things'} to mend in {name}\nNothing of it is kept."),
        Text(lines + more),
        *((Download("problems.txt", whole),) if rest else ()),
        *(_left_out(content, 300) if rest else _left_out(content)),
        Row((_again(visit),)),
        tone="look",
    )


def _left_out(content: OwnContent, room: int = 900) -> tuple[Text, ...]:
    """What of a file of another program can't be used here."""
    if not content.left:
        return ()
    lines, rest = problem_lines(content.left, room)
    return (Text(f"**Not carried over as it was:**\n{lines}" + (f"\n- and {rest} more" if rest else "")),)


def _once_more(visit: Visit, why: str) -> Card:
    return note(Text(f"{why} Nothing was kept."), Row((_again(visit),)), tone="look")


def _again(visit: Visit) -> Button:
    assert visit.group
    return Button("Upload a file", Press("content", "upload", (), visit.group.group_id))


def _full(files: tuple[OwnFile, ...], slug: str, text: str) -> str | None:
    """Why the group can't have this one besides those that it has."""
    others = [one for one in files if one.theme != slug]
    if len(others) >= MOST_FILES:
        return f"Your group has {MOST_FILES} files of its own, which is the most: remove one with `/content remove` first."
    if sum(len(one.text.encode()) for one in others) + len(text.encode()) > MOST_TOGETHER:
        return (
            f"With this one your group's own content would be larger than {MOST_TOGETHER // 1024:,} KB: remove a file with "
            "`/content remove` first."
        )
    return None


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
