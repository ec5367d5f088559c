"""The order in which the poster works, when much is due at once: laws, for any jobs, in which the test decides who is done next."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable

from hypothesis import example, given
from hypothesis import strategies as st

from bot.poster.turns import Job, in_turns

A_WHILE = 12
"""Turns of the event loop in which every worker that can go on has gone on."""

jobs_of = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=30).map(
    lambda pairs: tuple(Job(due, server, number) for number, (due, server) in enumerate(pairs))
)
"""``what`` is the job's number in the list."""
Jobs = tuple[Job[int], ...]


class Work:
    """Work that lasts until the test says so; it sees what goes on while it does."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self.started: list[Job[int]] = []
        self.under_way: dict[int, asyncio.Event] = {}
        self.done: list[int] = []
        self.when_begun: Callable[[Job[int]], None] = lambda job: None

    async def __call__(self, what: int) -> None:
        self.when_begun(self.jobs[what])
        self.started.append(self.jobs[what])
        self.under_way[what] = asyncio.Event()
        await self.under_way[what].wait()
        del self.under_way[what]
        self.done.append(what)

    @property
    def busy(self) -> list[int]:
        """The servers whose jobs are under way."""
        return [self.jobs[what].server for what in self.under_way]

    def waiting(self) -> list[Job[int]]:
        """Not started, and nothing of their servers is under way."""
        begun, busy = {job.what for job in self.started}, self.busy
        return [job for job in self.jobs if job.what not in begun and job.server not in busy]


def play(
    jobs: Jobs, workers: int, picks: Iterable[int], look: Callable[[Work], None], began: Callable[[Work, Job[int]], None]
) -> Work:
    """Do them all; each pick says which of the jobs under way is done next. ``look`` looks whenever nothing moves by itself."""

    async def playing() -> Work:
        work = Work(jobs)
        work.when_begun = lambda job: began(work, job)
        doing = asyncio.create_task(in_turns(jobs, work, workers))
        order = iter(picks)
        while True:
            for _ in range(A_WHILE):
                await asyncio.sleep(0)
            if doing.done():
                await doing
                return work
            look(work)
            under_way = list(work.under_way.values())
            under_way[next(order, 0) % len(under_way)].set()

    return asyncio.run(playing())


def nothing_to_see(*_: object) -> None:
    return


picks_of = st.lists(st.integers(0, 7), max_size=30)


@given(jobs_of, st.integers(1, 6), picks_of)
def test_every_job_is_done_exactly_once_and_never_two_of_one_server_at_once(jobs: Jobs, workers: int, picks: list[int]) -> None:
    def look(work: Work) -> None:
        assert max(Counter(work.busy).values()) == 1

    work = play(jobs, workers, picks, look, nothing_to_see)
    assert sorted(work.done) == [job.what for job in jobs]


@given(jobs_of, st.integers(1, 6), picks_of)
def test_no_worker_idles_while_a_server_waits_and_there_are_never_more_than_agreed(
    jobs: Jobs, workers: int, picks: list[int]
) -> None:
    def look(work: Work) -> None:
        free = {job.server for job in work.waiting()}
        assert len(work.under_way) == workers or (len(work.under_way) < workers and not free)

    play(jobs, workers, picks, look, nothing_to_see)


@given(jobs_of, st.integers(1, 6), picks_of)
def test_nothing_begins_before_what_is_due_earlier_and_could_begin(jobs: Jobs, workers: int, picks: list[int]) -> None:
    def began(work: Work, job: Job[int]) -> None:
        assert job.due == min(other.due for other in work.waiting())

    work = play(jobs, workers, picks, nothing_to_see, began)
    if workers == 1:
        assert [job.due for job in work.started] == sorted(job.due for job in jobs)


@given(jobs_of, st.integers(1, 6), picks_of)
@example((*(Job(0, 1, n) for n in range(3)), *(Job(1, 1, n) for n in (3, 4)), *(Job(1, 2, n) for n in (5, 6))), 1, [])
def test_no_server_has_its_next_turn_before_each_other_that_waits_had_as_many(jobs: Jobs, workers: int, picks: list[int]) -> None:
    """Of what is due at the same time; whatever a server had to do before doesn't put it back."""

    def began(work: Work, job: Job[int]) -> None:
        turns = Counter(other.server for other in work.started if other.due == job.due)
        others = {other.server for other in work.waiting() if other.due == job.due}
        assert turns[job.server] <= min((turns[server] for server in others), default=turns[job.server])

    play(jobs, workers, picks, nothing_to_see, began)


@given(st.lists(st.integers(0, 3), max_size=20), st.integers(1, 6), picks_of)
def test_one_servers_jobs_that_are_due_at_once_keep_their_order(dues: list[int], workers: int, picks: list[int]) -> None:
    jobs = tuple(Job(due, 1, number) for number, due in enumerate(dues))
    work = play(jobs, workers, picks, nothing_to_see, nothing_to_see)
    assert work.started == sorted(jobs, key=lambda job: job.due)


async def test_without_jobs_there_is_nothing_to_wait_for() -> None:
    async with asyncio.timeout(1):
        await in_turns((), Work(()), 24)


async def test_cancelled_it_cancels_what_is_under_way_and_begins_nothing_more() -> None:
    jobs = tuple(Job(0, number % 3, number) for number in range(9))
    work = Work(jobs)
    doing = asyncio.create_task(in_turns(jobs, work, 2))
    for _ in range(A_WHILE):
        await asyncio.sleep(0)
    doing.cancel()
    await asyncio.wait([doing], timeout=1)
    assert doing.cancelled()
    assert len(work.started) == 2 and not work.done
