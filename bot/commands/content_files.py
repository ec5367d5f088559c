"""``/content``: what a group brought along itself, without the operator: listed, read, downloaded, removed.

How a file comes in is in ``content_upload.py``; what it may hold, in ``bot/library/own.py``.
"""

from __future__ import annotations

from msgspec.structs import replace

from bot.cards import Button, Card, Choice, Download, Menu, Row, Text, Visit
from bot.commands.content_stats import stats_of
from bot.commands.content_upload import file_of
from bot.commands.content_words import MOST_FILES, counted, kilobytes, slots_about
from bot.commands.phrases import MOST_CHOICES, inert, note, quoted, say
from bot.library import Library, Theme
from bot.press import Press
from bot.shelves import FIRST_NUMBER
from bot.storage import OwnFile, Store

NONE_YET = (
    "This group has nothing of its own yet. `/content upload` takes a file with lessons, questions or prompts; how to write one "
    "is in the manual for authors, docs/AUTHORING.md."
)


async def listed(visit: Visit, library: Library, store: Store) -> Card:
    """All files that are in use; a menu opens one."""
    assert visit.group  # the desk sees to it: this step needs a group
    files = await store.own_files(visit.group.group_id)
    new = Button("Upload a file", Press("content", "upload", (), visit.group.group_id), "plain" if files else "main")
    if not files:
        return note(Text(NONE_YET), Row((new,)))
    lines = []
    for file in files:
        theme = _theme(visit, library, file)
        what = (
            f"**{inert(theme.title)}**\n{counted(theme)}"
            if theme
            else f"**{file.theme}**\nI can't read it any more: upload it anew"
        )
        lines.append(f"{what} · {file.name}, {kilobytes(file.text)}, {file.added_on.isoformat()}")
    choices = tuple(Choice(_title(visit, library, file), str(file.number)) for file in files)
    return note(
        Text(f"## Content of our own\n{len(files)} of at most {MOST_FILES} files. Only this group has them."),
        Text("\n\n".join(lines)),
        Menu(Press("content", "one", (), visit.group.group_id), choices, "Read one, download it, or remove it"),
        Row((new,)),
        tone="warm",
    )


async def one(visit: Visit, library: Library, store: Store) -> Card:
    """One file, and what can be done with it. It was picked, or is in the press."""
    assert visit.group
    picked = visit.text("picked")
    file = await _used(visit if picked is None else _with(visit, picked), store)
    if file is None:
        return _gone(visit)
    number, group_id, theme = str(file.number), visit.group.group_id, _theme(visit, library, file)
    reading = (Button("Read it", Press("content", "read", (number, "0"), group_id), "main"),) if theme else ()
    return note(
        Text(
            f"## {inert(_title(visit, library, file))}\n{counted(theme) if theme else 'I can no longer read it: upload it anew.'}"
        ),
        Text(f"-# {file.name}, {kilobytes(file.text)}, since {file.added_on.isoformat()} · `theme: {file.theme}`"),
        Row(
            (
                *reading,
                *(
                    (Button("How it does", Press("content", "statistics", (number,), group_id)),)
                    if theme and theme.questions
                    else ()
                ),
                Button("Download", Press("content", "fetch", (number,), group_id)),
                Button("Remove", Press("content", "ask", (number,), group_id), "danger"),
                Button("All of ours", Press("content", "list", (), group_id)),
            )
        ),
        tone="warm",
    )


async def download(visit: Visit, library: Library, store: Store) -> Card:
    """A typed ``/content download``."""
    file = await _named(visit, library, store)
    return file if isinstance(file, Card) else _handed_out(visit, file)


async def fetch(visit: Visit, library: Library, store: Store) -> Card:
    file = await _used(visit, store)
    return _handed_out(visit, file) if file else _gone(visit)


async def remove(visit: Visit, library: Library, store: Store) -> Card:
    """A typed ``/content remove``: it asks first."""
    file = await _named(visit, library, store)
    return file if isinstance(file, Card) else await _asked(visit, file, library, store)


async def ask(visit: Visit, library: Library, store: Store) -> Card:
    file = await _used(visit, store)
    return await _asked(visit, file, library, store) if file else _gone(visit)


async def remove_now(visit: Visit, library: Library, store: Store) -> Card:
    """It goes; its text stays on this private card, so that a slip can be mended."""
    assert visit.group
    file = await _used(visit, store)
    if file is None or not await store.remove_own_file(visit.group.group_id, file.number):
        return _gone(visit)
    return note(
        Text(
            f"**{inert(_title(visit, library, file))}** is removed. What was posted of it stays in its threads. In case that was "
            "a slip, here is the file once more; I keep it no longer:"
        ),
        Download(file.name, file.text.encode()),
        Row((Button("All of ours", Press("content", "list", (), visit.group.group_id)),)),
        tone="good",
    )


async def stats(visit: Visit, library: Library, store: Store) -> Card:
    """A typed ``/content stats``."""
    file = await _named(visit, library, store)
    return file if isinstance(file, Card) else await _stats_of(visit, file, library, store)


async def statistics(visit: Visit, library: Library, store: Store) -> Card:
    file = await _used(visit, store)
    return await _stats_of(visit, file, library, store) if file else _gone(visit)


async def _stats_of(visit: Visit, file: OwnFile, library: Library, store: Store) -> Card:
    theme = _theme(visit, library, file)
    return await stats_of(visit, file.number, theme, store) if theme and theme.questions else _nothing_to_count(visit, file)


def _nothing_to_count(visit: Visit, file: OwnFile) -> Card:
    assert visit.group
    back = Button("This file", Press("content", "one", (str(file.number),), visit.group.group_id))
    return note(Text("There are no questions in that file, so there is nothing to count."), Row((back,)))


async def complete_own(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    """Suggestions for a file: by the title of its theme."""
    files = await store.own_files(visit.group.group_id) if visit.group and visit.rights.moderates(visit.group) else ()
    wanted = typed.casefold().strip()
    titles = ((_title(visit, library, file), file) for file in files)
    return tuple(
        Choice(title, str(file.number)) for title, file in titles if wanted in f"{title} {file.theme} {file.name}".casefold()
    )[:MOST_CHOICES]


async def _asked(visit: Visit, file: OwnFile, library: Library, store: Store) -> Card:
    assert visit.group
    planned = slots_about(await store.slots_of(visit.group.group_id), file.theme)
    also = " A slot of the calendar posts from it, and would pause." if planned == 1 else ""
    also = f" {planned} slots of the calendar post from it, and would pause." if planned > 1 else also
    return note(
        Text(
            f"## Remove {inert(_title(visit, library, file))}?\nThis group has it no longer then, and old buttons say so.{also} "
            "What learners have read and answered of it stays theirs: `/my-data` shows it, and it counts again if a file of the "
            f"same `theme: {file.theme}` comes back."
        ),
        Row(
            (
                Button("Remove", Press("content", "remove-now", (str(file.number),), visit.group.group_id), "danger"),
                Button("Keep it", Press("content", "one", (str(file.number),), visit.group.group_id)),
            )
        ),
        tone="trouble",
    )


def _handed_out(visit: Visit, file: OwnFile) -> Card:
    assert visit.group
    return note(
        Text(f"As it was uploaded on {file.added_on.isoformat()}. Uploading it again, mended, takes its place."),
        Download(file.name, file.text.encode()),
        Row((Button("All of ours", Press("content", "list", (), visit.group.group_id)),)),
        tone="warm",
    )


async def _named(visit: Visit, library: Library, store: Store) -> OwnFile | Card:
    """The file that was typed, by number, title, theme or file name; without one, the only one there is."""
    assert visit.group
    files, typed = await store.own_files(visit.group.group_id), (visit.text("theme") or "").casefold()
    if not files:
        return await listed(visit, library, store)
    if not typed:
        return files[0] if len(files) == 1 else await listed(visit, library, store)
    for file in files:
        if typed in (str(file.number), file.theme, file.name.casefold(), _title(visit, library, file).casefold()):
            return file
    names = ", ".join(f"**{inert(_title(visit, library, file))}**" for file in files)
    return say(f"There is nothing of your own called {quoted(typed)}. There is: {names}.", tone="look")


async def _used(visit: Visit, store: Store) -> OwnFile | None:
    file = await file_of(visit, store)
    return file if file is not None and file.is_used else None


def _with(visit: Visit, number: str) -> Visit:
    return replace(visit, press=visit.press.with_args(number))


def _theme(visit: Visit, library: Library, file: OwnFile) -> Theme | None:
    assert visit.group
    return library.course(visit.group.language).numbered(FIRST_NUMBER + file.number)


def _title(visit: Visit, library: Library, file: OwnFile) -> str:
    theme = _theme(visit, library, file)
    return theme.title if theme else file.theme


def _gone(visit: Visit) -> Card:
    assert visit.group
    return note(
        Text("That one is not there any more."),
        Row((Button("All of ours", Press("content", "list", (), visit.group.group_id)),)),
        tone="look",
    )
