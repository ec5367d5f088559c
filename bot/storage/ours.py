"""Of several processes on one database, each asks for the rows of its own servers alone, so that nothing is looked after twice and
no process walks through what others will do.
"""

from bot.shards import ALL, Shards


class OfOurServers:
    """The parts of the store whose looks are for those servers whose shard is here."""

    shards: Shards = ALL
    """Set once, before anybody asks."""

    def _ours(self, table: str) -> str:
        """A condition to follow others, for a table that has `group_id`; empty where there is no other process.

        It is a query for each row, not a join: so what is due is still found by its own index, in its order, and the group of each
        row by its key. A planner that may join can't know how many servers a shard has, and has read whole tables for it."""
        if self.shards.are_all:
            return ""
        of_row = f"SELECT (server_id >> 22) % {self.shards.count} FROM study_groups WHERE study_groups.group_id = {table}.group_id"
        return f" AND ({of_row}) IN ({self._ids})"

    def _our_groups(self) -> str:
        """The same for `study_groups` itself."""
        return "" if self.shards.are_all else f" AND (server_id >> 22) % {self.shards.count} IN ({self._ids})"

    @property
    def _ids(self) -> str:
        return ", ".join(map(str, self.shards.ids))
