"""Group commit: units of work queue up, and one task hands over everything that waits, one batch at a time.

This file knows neither SQL nor SQLite: only who waits, who has gone away, and who must be told what.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from bot.storage.engine import Answers, Statement, StorageClosed, StorageTrouble

Unit: TypeAlias = tuple[Statement, ...]
Outcome: TypeAlias = Answers | StorageTrouble
Run: TypeAlias = Callable[[list[Unit]], Awaitable[list[Outcome]]]

MOST = 512
"""Units in one batch: enough that more brings nothing, few enough that nobody waits long behind them."""


class Batches:
    """`run` gets a batch and returns one outcome for each unit. If it raises, the whole batch has failed."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._waiting: list[tuple[Unit, asyncio.Future[Answers]]] = []
        self._something_waits = asyncio.Event()
        self._is_closing = False
        self._task = asyncio.create_task(self._work())

    async def add(self, unit: Unit) -> Answers:
        """The unit's answers, after its batch is through. Cancelled while it waits, the unit is left out;
        cancelled while it runs, it runs to its end."""
        if self._is_closing or self._task.done():
            raise StorageClosed
        answers: asyncio.Future[Answers] = asyncio.get_running_loop().create_future()
        self._waiting.append((unit, answers))
        self._something_waits.set()
        return await answers

    async def close(self) -> None:
        """Take nothing more, finish what waits."""
        self._is_closing = True
        self._something_waits.set()
        await asyncio.wait([self._task])

    async def _work(self) -> None:
        batch: list[tuple[Unit, asyncio.Future[Answers]]] = []
        try:
            while self._waiting or not self._is_closing:
                await self._something_waits.wait()
                self._something_waits.clear()
                while self._waiting:
                    batch = [entry for entry in self._waiting[:MOST] if not entry[1].done()]
                    del self._waiting[:MOST]
                    if batch:
                        await self._run_batch(batch)
        finally:  # the loop is being torn down: nobody may wait for ever
            for _, answers in batch + self._waiting:
                if not answers.done():
                    answers.set_exception(StorageClosed())

    async def _run_batch(self, batch: list[tuple[Unit, asyncio.Future[Answers]]]) -> None:
        outcomes: list[Outcome]
        try:
            outcomes = await self._run([unit for unit, _ in batch])
        except StorageTrouble as trouble:
            outcomes = [type(trouble)(str(trouble)) for _ in batch]
        except Exception:  # a mistake of ours; but the callers after this one must still be served
            outcomes = [StorageTrouble() for _ in batch]
        for (_, answers), outcome in zip(batch, outcomes, strict=True):
            if answers.done():
                continue
            if isinstance(outcome, StorageTrouble):
                answers.set_exception(outcome)
            else:
                answers.set_result(outcome)
