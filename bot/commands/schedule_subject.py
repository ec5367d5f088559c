"""What a slot is to post, whom it pings and how late it may: read from options, and small enough to travel in a form's press.

A form can't carry what was chosen before it was opened, except in its own ``custom_id``: themes go there by number, ids in base 36.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from bot.cards import Choice, Visit
from bot.commands.choosing import OWN, Kind, candidates, is_kind
from bot.commands.discuss_post import OUR_OWN, complete_theme_or_own
from bot.commands.phrases import MOST_CHOICES, find_theme, quoted
from bot.commands.schedule import GRACE_HOURS, MOST_GRACE
from bot.commands.slot_words import thing_in_words
from bot.library import Course, Library
from bot.press import NotAPress, base36, id_in
from bot.storage import OwnPrompt, Slot, Store

IN_ORDER, WHOLE = "The whole course, in order", "whole"
_PACKED: dict[str, Kind] = {"p": "prompt", "l": "lesson", "s": "scenario", "r": "round", "v": "review"}
_LETTER = {kind: letter for letter, kind in _PACKED.items()}
THEME_GONE = "That theme is no longer part of the course: choose another."


class Subject(Struct, frozen=True):
    """``theme`` and ``item`` as in a ``Slot``. ``grace`` is in hours."""

    kind: Kind = "prompt"
    theme: str | None = None
    item: str | None = None
    ping: int | None = None
    grace: int = GRACE_HOURS


def subject_of(slot: Slot) -> Subject:
    return Subject(slot.kind, slot.theme, slot.item, slot.ping, slot.grace // 3600)


def packed(subject: Subject, course: Course) -> tuple[str, ...]:
    """The subject as arguments of a press. A theme that left the course has no number: ``ValueError``."""
    what = _LETTER[subject.kind]
    if subject.theme == OWN:
        what += "o"
    elif subject.theme is not None:
        theme = course.theme(subject.theme)
        if theme is None:
            raise ValueError("a theme without a number")
        what += str(theme.number)
    return what, subject.item or "", "" if subject.ping is None else base36(subject.ping), str(subject.grace)


def unpacked(args: tuple[str, ...], course: Course) -> Subject | None:
    """The other way round; ``None`` when the theme has left the course. ``NotAPress`` for what ``packed`` never wrote."""
    try:
        what, item, ping, grace = args[:4]
        kind = _PACKED[what[:1]]
        hours = min(max(int(grace), 0), MOST_GRACE)
        subject = Subject(kind, OWN, item or None, id_in(ping) if ping else None, hours)
        if what[1:] == "o":
            return subject
        if what[1:] == "":
            return replace(subject, theme=None)
        theme = course.numbered(int(what[1:]))
    except (ValueError, KeyError) as error:
        raise NotAPress("nothing that a slot could post") from error
    return replace(subject, theme=theme.name) if theme else None


async def asked_for(visit: Visit, before: Subject, library: Library, store: Store) -> Subject | str:
    """What the options say, laid over what it was before; or the first objection."""
    assert visit.group
    group, course = visit.group, library.course(visit.group.language)
    kind = _kind(visit.text("what"), before.kind)
    if kind is None:
        return "A slot posts a `prompt`, a `lesson`, a `scenario`, a `round` or a `review`: choose one of them for `what`."
    theme, item = before.theme, before.item
    if kind != before.kind:
        item = None
    typed = visit.text("theme")
    if typed is not None:
        theme, item = _theme(typed, course), None
        if theme == "":
            return f"There is no theme called {quoted(typed)}. Pick one of those that are suggested while you type."
    if kind == "review":  # it is about all that each learner has learnt
        theme = item = None
    own = await store.own_prompts(group.group_id) if theme == OWN else ()
    objection = _own_objection(kind, theme, own)
    if objection:
        return objection
    named = visit.text("item") if kind != "review" else None
    if named is not None:
        if theme is None:
            return "To fix one item, choose its theme too: in the whole course, the next unused one comes."
        found = _item(named, kind, theme, course, own)
        if found is None:
            return f"There is no {kind} called {quoted(named)} in that theme. Leave `item` out for the next unused one."
        item = found
    given_ping, given_grace = visit.number("ping"), visit.number("grace")
    ping, grace = (given_ping or before.ping), (before.grace if given_grace is None else given_grace)
    if ping == group.server_id:  # Discord's @everyone role has the server's id
        return "`@everyone` can't be pinged: choose a role that people took themselves, or leave `ping` out."
    return Subject(kind, theme, item, ping, min(max(grace, 0), MOST_GRACE))


def subject_objection(subject: Subject | None, course: Course, own: tuple[OwnPrompt, ...]) -> str | None:
    """Why this can't be posted (any more), or ``None``."""
    if subject is None:
        return THEME_GONE
    if subject.kind != "review" and subject.theme not in (None, OWN) and course.theme(subject.theme or "") is None:
        return THEME_GONE
    items = {one.item for one in candidates(course, subject.kind, subject.theme, own)}
    if not items:
        return _own_objection(subject.kind, subject.theme, own) or "There is nothing of that kind in that theme. Choose another."
    if subject.item is not None and subject.item not in items:
        return f"That {subject.kind} is not there any more. Choose another, or the next unused one of a theme."
    return None


def subject_in_words(subject: Subject, course: Course, own: tuple[OwnPrompt, ...], *, on_card: bool = True) -> str:
    return thing_in_words(subject.kind, subject.theme, subject.item, course, own, on_card=on_card)


# ---------------------------------------------------------------- suggestions


async def complete_themes(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    """The whole course first, the group's own prompts if it has some, then the themes."""
    whole = (Choice(IN_ORDER, WHOLE),) if typed.casefold().strip() in IN_ORDER.casefold() else ()
    return (*whole, *await complete_theme_or_own(visit, library, store, typed))[:MOST_CHOICES]


async def complete_item(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
    """Items of the theme that is chosen so far."""
    course, kind = library.course(visit.reads), _kind(visit.text("what"), "prompt")
    theme = _theme(visit.text("theme") or "", course)
    if not theme or kind is None:
        return ()
    own = await store.own_prompts(visit.group.group_id) if visit.group and theme == OWN else ()
    wanted = typed.casefold().strip()
    found = (Choice(one.title, one.item) for one in candidates(course, kind, theme, own))
    return tuple(one for one in found if wanted in f"{one.value} {one.label}".casefold())[:MOST_CHOICES]


# ---------------------------------------------------------------- reading what was typed


def _kind(typed: str | None, otherwise: Kind) -> Kind | None:
    if typed is None:
        return otherwise
    folded = typed.casefold()
    return folded if is_kind(folded) else None


def _theme(typed: str, course: Course) -> str | None:
    """The theme word of a slot; empty when there is no such theme."""
    folded = typed.casefold()
    if folded in (WHOLE, IN_ORDER.casefold()):
        return None
    if folded in (OWN, OUR_OWN.casefold()):
        return OWN
    found = find_theme(course, typed)
    return found.name if found else ""


def _item(typed: str, kind: Kind, theme: str | None, course: Course, own: tuple[OwnPrompt, ...]) -> str | None:
    items = candidates(course, kind, theme, own)
    by_name = (one.item for one in items if one.item == typed)
    by_title = (one.item for one in items if one.title.casefold() == typed.casefold())
    return next(by_name, None) or next(by_title, None)


def _own_objection(kind: Kind, theme: str | None, own: tuple[OwnPrompt, ...]) -> str | None:
    if theme != OWN:
        return None
    if kind != "prompt":
        return "Your own are prompts: choose `prompt` for `what`, or a theme of the course."
    return None if own else "Your group has no prompts of its own yet. Anyone can propose one with `/suggest`."
