"""Opens the door for whoever watches the machine, and connects the meters with what they measure. Loaded only with METRICS_PORT."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.chat.client import RedFlask
from bot.log import hear
from bot.meters import Asked, Door, Meters, Taken, open_door
from bot.poster import Poster
from bot.settings import Settings, SettingsTrouble
from bot.storage import StorageTrouble, Store


class Watched:
    """The open door, and what it counts with."""

    def __init__(self, meters: Meters, door: Door) -> None:
        self.when_served = meters.presses.note
        self._stop_hearing = hear(lambda event: meters.failures.update((event,)))
        self._door = door

    async def close(self) -> None:
        self._stop_hearing()
        with suppress(OSError):
            await self._door.close()


async def watch(settings: Settings, client: RedFlask, store: Store, poster: Poster, now: Callable[[], datetime]) -> Watched:
    """Raises ``SettingsTrouble`` if the port can't be had."""
    assert settings.metrics_port is not None
    meters = Meters(
        Asked(
            shards=client.shards_now,
            is_ready=client.is_ready,
            servers=lambda: len(client.guilds),
            gateway_events=client.gateway_events.items,
            late=poster.late,
            looked=lambda: max(0.0, (now() - poster.looked_at).total_seconds()),
        )
    )

    def busy(more: int) -> None:
        meters.under_way += more

    store.measure(meters.database.note, busy, lambda what: meters.happened.update((what,)))

    async def reasons() -> list[str]:
        found = []
        if client.is_closed():
            found.append("the bot is stopping")
        elif not client.is_ready():
            found.append("not connected yet, or Discord has not told of all servers")
        elif lost := [number for number, is_connected, _ in client.shards_now() if not is_connected]:
            found.append(f"shards without a connection: {', '.join(map(str, lost))}")
        try:
            await store.noted("ready")
        except StorageTrouble as trouble:
            found.append(f"the database: {trouble}")
        return found

    try:
        door = await open_door(meters, reasons, settings.metrics_host, settings.metrics_port)
    except Taken as trouble:
        raise SettingsTrouble(str(trouble)) from trouble
    return Watched(meters, door)
