"""Whatever custom_id arrives, forged across servers, groups and versions, with whatever is typed beside it: a kind answer that
Discord takes, no bug, nothing in the log, nothing of another server, and nothing changes that this person may not change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from forging import Who, forge, template
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

EACH = pytest.mark.parametrize("who", ["outsider", "member", "moderator"])
SEEDS = st.integers(0, 2**32 - 1)
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""A seed isn't simpler for being smaller."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """In memory where that can be: what is written is looked at, and no power cut is feared."""
    shared = Path("/dev/shm")
    folder = tmp_path_factory.mktemp("forged")
    file = (shared if shared.is_dir() else folder) / f"{folder.name}-{id(folder)}.db"
    asyncio.run(template(file))
    yield file
    for one in file.parent.glob(f"{file.name}*"):
        one.unlink()


@EACH
@settings(max_examples=2, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS)
def test_forged_presses_get_a_kind_answer_and_change_nothing_that_they_may_not(seed: int, who: Who, database: Path) -> None:
    asyncio.run(forge(database, seed, 600, who))


@pytest.mark.nightly
@EACH
@settings(max_examples=167, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS)
def test_a_million_forged_presses(seed: int, who: Who, database: Path) -> None:
    """334,000 by each of the three."""
    asyncio.run(forge(database, seed, 2_000, who))
