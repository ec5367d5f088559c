"""At the desk: every call that the bot made. How it was answered and how long that took; where Discord's limits were broken, in
words; and the calls that this stand-in doesn't know. A call that is opened is also held against Discord's own description, where
that is at hand (described.py)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rehearsal.desk_asked import Unclear, whole
from rehearsal.desk_part import Deeds
from rehearsal.things import Json

if TYPE_CHECKING:
    from rehearsal.rest import Call
    from rehearsal.standin import StandIn

SHOWN = 150
"""The latest calls that a desk lists; older ones only count."""
LONGEST_BODY = 60_000


class Calls:
    def __init__(self, standin: StandIn) -> None:
        self.standin = standin

    @property
    def deeds(self) -> Deeds:
        return {"calls/open": self._open}

    def seen(self) -> Json:
        standin = self.standin
        calls = list(standin.requests)
        return {
            "calls": [_line(call) for call in calls[-SHOWN:]],
            "failed": [_line(call) for call in calls if _has_failed(call)][-SHOWN:],
            "made": calls[-1].number if calls else 0,
            "limited": standin.counts.limited,
            "refused": standin.counts.refused,
            "broken_limits": sum(bool(unlike_discord(call)) for call in calls),
            "unknown": [
                {"method": call.method, "path": call.path, "times": times} for call, times in _counted(standin)
            ],
        }  # fmt: skip

    async def _open(self, asked: Json) -> Json:
        number = whole(asked, "number", "the call’s number", least=1, most=1 << 53)
        call = next((one for one in self.standin.requests if one.number == number), None)
        if call is None:
            raise Unclear("That call is too long ago: it isn’t kept any more.")
        files = [upload.name for upload in call.files.values()]
        limits = [f"{where}: {what}" if where else what for where, what in unlike_discord(call)]
        described = await asyncio.to_thread(_unlike_description, call)
        return {
            "call": _line(call) | {
                "query": dict(call.query), "body": _printed(call.body), "answer": _printed(call.answer), "files": files,
                "problems": limits + (described or []), "described": described is not None,
            }
        }  # fmt: skip


def unlike_discord(call: Call) -> list[tuple[str, str]]:
    """Which of Discord's limits this call broke: where in its body, and in which words Discord says so."""
    answer = call.answer
    if call.status != 400 or not isinstance(answer, dict):
        return []
    return list(_problems(answer.get("errors") or {}, ())) or [("", str(answer.get("message")))]


def _unlike_description(call: Call) -> list[str] | None:
    """What Discord's description says otherwise of this request; None if it isn't at hand."""
    try:
        from rehearsal.described import at_hand
    except ImportError:
        return None  # what it needs is there for the tests alone
    described = at_hand()
    if described is None:
        return None
    operation = described.operation(call.method, call.path)
    if operation is None:
        return [f"Discord’s description has no call {call.method} {call.path}"]
    sent = json.loads(call.sent) if call.sent else None
    return [f"{fault.part} {fault.pointer}: {fault.why}" for fault in operation.of_request(call.path, call.query, sent)]


def _problems(errors: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Discord's errors are nested as the body is; each leaf is a list under `_errors`."""
    if isinstance(errors, dict):
        for key, inner in errors.items():
            if key == "_errors":
                for problem in inner:
                    yield " › ".join(path), str(problem.get("message"))
            else:
                yield from _problems(inner, (*path, key))


def _line(call: Call) -> Json:
    return {
        "number": call.number, "method": call.method, "path": call.path, "status": call.status, "ms": round(call.took * 1000),
        "size": call.size, "at": call.at.timestamp(), "failed": _has_failed(call), "why": _why(call),
    }  # fmt: skip


def _has_failed(call: Call) -> bool:
    return call.status >= 400 or (call.status == 0 and call.took > 0)


def _why(call: Call) -> str:
    """In a few words, what went wrong."""
    if call.status == 0:
        return "the connection was cut" if call.took else ""
    if not _has_failed(call):
        return ""
    broken = unlike_discord(call)
    if broken:
        where, what = broken[0]
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        return f"{where}: {what}{more}" if where else f"{what}{more}"
    answer = call.answer if isinstance(call.answer, dict) else {}
    if call.status == 429:
        return f"too often: again in {answer.get('retry_after')} s{', over all' if answer.get('global') else ''}"
    code = answer.get("code")
    return f"{answer.get('message', '')}{f' ({code})' if code else ''}"


def _counted(standin: StandIn) -> list[tuple[Any, int]]:
    found: dict[tuple[str, str], list[Any]] = {}
    for call in standin.unknown_calls:
        found.setdefault((call.method, call.path), []).append(call)
    return [(calls[-1], len(calls)) for calls in found.values()]


def _printed(body: Any) -> str:
    if body is None:
        return ""
    text = json.dumps(body, indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST_BODY else f"{text[:LONGEST_BODY]}\n… ({len(text) - LONGEST_BODY} characters more)"
