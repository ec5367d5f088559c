"""Which shards this process has, and so whose servers it looks after.

Discord sends each server's events to one shard, and direct messages to shard 0. Nothing here connects to anything.
"""

from __future__ import annotations

from msgspec import Struct


class Shards(Struct, frozen=True):
    """`ids` of so many in all. Without any settings it is one process, which has all of them."""

    count: int = 1
    ids: tuple[int, ...] = (0,)

    @property
    def are_all(self) -> bool:
        """Whether there is no other process."""
        return len(self.ids) == self.count

    @property
    def has_first(self) -> bool:
        """Whether this is the one process that does what is done once: commands, direct messages, what belongs to no server."""
        return 0 in self.ids

    @property
    def part(self) -> float:
        """The part of all shards that is here, above 0 and up to 1."""
        return len(self.ids) / self.count

    def has(self, server: int) -> bool:
        return (server >> 22) % self.count in self.ids

    def __str__(self) -> str:
        """As `SHARD_IDS` would name them: 0-3,7."""
        runs: list[list[int]] = []
        for one in sorted(self.ids):
            if runs and one == runs[-1][-1] + 1:
                runs[-1].append(one)
            else:
                runs.append([one])
        return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


ALL = Shards()
