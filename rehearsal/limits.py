"""What Discord refuses in the body of a message, with its own error format (50035 and nested `errors`).

Covers what Discord's OpenAPI description leaves out too: bots' 2,000 characters, empty messages, totals over
all embeds and all components, the rules of the components-V2 flag. A key that Discord doesn't know is refused
here, although Discord ignores it in silence: to the bot it can only be a misspelling.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rehearsal.checks import array, entry, text, unknown_keys, whole_number
from rehearsal.limits_components import check_message_components
from rehearsal.refusals import Path, Problems, empty_message
from rehearsal.things import COMPONENTS_V2, EPHEMERAL, Json

MESSAGE_KEYS = frozenset(
    {
        "content", "embeds", "allowed_mentions", "sticker_ids", "components", "flags", "attachments", "poll",
        "message_reference", "nonce", "enforce_nonce", "tts", "shared_client_theme",
    }
)  # fmt: skip
SENDABLE_FLAGS = 1 << 2 | 1 << 12 | COMPONENTS_V2
"""Suppress embeds, suppress notifications, components V2."""
_EMBED_TEXTS = {"title": 256, "description": 4096}
ATTACHMENT_KEYS = frozenset(
    {
        "id", "filename", "description", "title", "duration_secs", "waveform", "is_spoiler", "proxy_url",
        "size", "url", "spoiler", "height", "width", "content_type", "ephemeral", "flags", "is_remix",
    }
)  # fmt: skip


def check_message(
    body: Json, files: Iterable[str], *, path: Path = (), may_be_private: bool = False,
    old_flags: int = 0, old_names: Iterable[str] = (), editing: bool = False, also: frozenset[str] = frozenset(),
) -> None:  # fmt: skip
    """Raise the Refusal that Discord would answer to this body.

    `files` are the names of uploaded files, `old_names` those of attachments that stay; `old_flags` the flags
    of the message that is edited; `also` names further keys that this call knows.
    """
    problems = Problems()
    unknown_keys(problems, path, body, MESSAGE_KEYS | also)
    flags = whole_number(problems, (*path, "flags"), body.get("flags")) or 0
    allowed = SENDABLE_FLAGS | (EPHEMERAL if may_be_private else 0)
    if flags & ~allowed:
        problems.add((*path, "flags"), "INVALID_MESSAGE_FLAGS", f"Flags {flags & ~allowed} can't be set here.")
    is_v2 = bool((flags | old_flags) & COMPONENTS_V2)
    if old_flags & COMPONENTS_V2 and body.get("flags") is not None and not flags & COMPONENTS_V2:
        problems.add((*path, "flags"), "MESSAGE_FLAGS_INVALID", "IS_COMPONENTS_V2 cannot be removed from a message.")
    content = text(problems, (*path, "content"), body.get("content"), longest=2000)
    _embeds(problems, (*path, "embeds"), body.get("embeds"))
    _nonce(problems, path, body)
    _allowed_mentions(problems, (*path, "allowed_mentions"), body.get("allowed_mentions"))
    names = [*_attachments(problems, (*path, "attachments"), body.get("attachments"), list(files)), *old_names]
    if is_v2:
        for key in ("content", "embeds", "sticker_ids", "poll"):
            if body.get(key):
                problems.add(
                    (*path, key), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                    f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
                )  # fmt: skip
    components = array(problems, (*path, "components"), body.get("components"))
    if components is not None:
        check_message_components(problems, (*path, "components"), components, is_v2=is_v2, files=names)
    problems.settle()
    if editing:
        return
    if is_v2:
        if not components:
            problems.add((*path, "components"), "BASE_TYPE_REQUIRED", "This field is required")
            problems.settle()
    elif not (content.strip() or body.get("embeds") or names or body.get("poll") or body.get("sticker_ids")):
        # components alone are not enough without the V2 flag
        raise empty_message()


def _nonce(problems: Problems, path: Path, body: Json) -> None:
    nonce = body.get("nonce")
    if isinstance(nonce, str) and len(nonce) > 25:
        problems.add((*path, "nonce"), "NONCE_TYPE_TOO_LONG", "Nonce must be 25 or fewer characters.")


def _allowed_mentions(problems: Problems, path: Path, value: Any) -> None:
    if value is None or entry(problems, path, value) is None:
        return
    unknown_keys(problems, path, value, ("parse", "users", "roles", "replied_user"))
    parse = array(problems, (*path, "parse"), value.get("parse")) or []
    for index, kind in enumerate(parse):
        if kind not in ("users", "roles", "everyone"):
            problems.add((*path, "parse", index), "BASE_TYPE_CHOICES", "Value must be one of users, roles, everyone.")
    for kind in ("users", "roles"):
        if array(problems, (*path, kind), value.get(kind), most=100) and kind in parse:
            problems.add(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f"parse:{kind} and {kind} exclude each other")


def _attachments(problems: Problems, path: Path, listed: Any, files: list[str]) -> list[str]:
    """The names of the new files, as `attachments` renames them."""
    entries = array(problems, path, listed, most=10)
    if len(files) > 10:
        problems.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    names = dict(enumerate(files))
    for index, listed_file in enumerate(entries or []):
        if entry(problems, (*path, index), listed_file) is None:
            continue
        unknown_keys(problems, (*path, index), listed_file, ATTACHMENT_KEYS)
        text(problems, (*path, index, "description"), listed_file.get("description"), longest=1024)
        name = text(problems, (*path, index, "filename"), listed_file.get("filename"), longest=1024)
        if str(listed_file.get("id", "")).isdigit() and int(listed_file["id"]) in names and name:
            names[int(listed_file["id"])] = name
    return list(names.values())


def _embeds(problems: Problems, path: Path, value: Any) -> None:
    total = 0
    for index, embed in enumerate(array(problems, path, value, most=10) or []):
        here = (*path, index)
        for key, longest in _EMBED_TEXTS.items():
            total += len(text(problems, (*here, key), embed.get(key), longest=longest))
        total += len(text(problems, (*here, "footer", "text"), (embed.get("footer") or {}).get("text"), longest=2048))
        total += len(text(problems, (*here, "author", "name"), (embed.get("author") or {}).get("name"), longest=256))
        for number, field in enumerate(array(problems, (*here, "fields"), embed.get("fields"), most=25) or []):
            spot = (*here, "fields", number)
            total += len(text(problems, (*spot, "name"), field.get("name"), longest=256, required=True))
            total += len(text(problems, (*spot, "value"), field.get("value"), longest=1024, required=True))
    if total > 6000:
        problems.add(path, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
