"""The routes of Discord's REST API, each in the file that its path names. rest.py calls them; how often they may be called is in
rate_limits.py.

    /applications/@me                          applications.py
    /applications/{}/commands and below        commands.py, also for one server
    /channels/{}                               channels.py
    /channels/{}/messages and below            messages.py
    /channels/{}/thread-members and below      thread_members.py
    /channels/{}/threads                       threads.py, also on a message; thread_bodies.py
    /channels/{}/threads/archived and below    archived_threads.py
    /gateway                                   gateway.py
    /guilds/{} and below                       guilds.py
    /interactions/{}/{}/callback               interactions.py; answers.py
    /users                                     users.py
    /webhooks/{}/{} and below                  webhooks.py; answers.py
"""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.interactions import Interactions
from rehearsal.rest import Route
from rehearsal.routes import (
    applications,
    archived_threads,
    channels,
    commands,
    gateway,
    guilds,
    interactions,
    messages,
    thread_members,
    threads,
    users,
    webhooks,
)  # fmt: skip
from rehearsal.things import Json
from rehearsal.world import World


def every(world: World, ongoing: Interactions, shards: Callable[[], int], starts: Callable[[], Json]) -> list[Route]:
    """All routes. `shards` recommends a number of shards; `starts` says how often the bot may identify."""
    return [
        *interactions.routes(world, ongoing),
        *webhooks.routes(world, ongoing),
        *messages.routes(world),
        *threads.routes(world),
        *archived_threads.routes(world),
        *thread_members.routes(world),
        *channels.routes(world),
        *guilds.routes(world),
        *users.routes(world),
        *applications.routes(world),
        *commands.routes(world),
        *gateway.routes(world, shards, starts),
    ]
