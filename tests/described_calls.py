"""Every call that a test makes to the rehearsal, with its answer, is held against Discord's OpenAPI description where that is at
hand (rehearsal/described.py says where it is looked for). A test in which they differ fails at its end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

import pytest

from rehearsal.rest import Call, Reply, Rest

if TYPE_CHECKING:
    from rehearsal.described import Description


@cache
def description() -> Description | None:
    """Loaded with the first call only: most tests make none."""
    from rehearsal.described import at_hand

    return at_hand()


def faults_of(described: Description, call: Call, reply: Reply, headers: Mapping[str, str]) -> list[str]:
    """What this call and its answer have otherwise than Discord. What a test does wrong on purpose is no fault as long as it is
    refused; nor is an answer that was ordered."""
    if reply.status >= 500 or reply.arranged:
        return []
    operation = described.operation(call.method, call.path)
    if operation is None:
        return [] if reply.status >= 400 else [f"{call.method} {call.path}: Discord has no such route"]
    found = operation.of_answer(reply.status, headers, reply.body)
    if reply.status < 400:
        found += operation.of_request(call.path, call.query, json.loads(call.sent) if call.sent else None)
    return [f"{call.method} {operation.path} ({reply.status}): {f.part} /{f.pointer}: {f.why}" for f in found]


@pytest.fixture(autouse=True)
def as_discord_describes_it() -> Iterator[None]:
    """Fails a test with each thing that Discord would have said or taken otherwise."""
    found: dict[str, None] = {}

    def see(call: Call, reply: Reply, headers: Mapping[str, str]) -> None:
        described = description()
        if described is not None:
            found.update(dict.fromkeys(faults_of(described, call, reply, headers)))

    Rest.witnesses.append(see)
    yield
    Rest.witnesses.remove(see)
    assert not found, "Discord's description says otherwise:\n" + "\n".join(found)
