"""`python -m rehearsal.alone`: the stand-in and its page without our bot, for somebody else's: a bot in whatever language, whose
library can be told where Discord is. docs/REHEARSAL.md says how. Keeps nothing, and listens on this machine only.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import suppress

from rehearsal.page import add_page
from rehearsal.rest import PREFIX
from rehearsal.standin import StandIn
from rehearsal.tokens import long_token
from rehearsal.world import World

PORT = 8765
PRIVILEGED = {"members": 1 << 1, "presences": 1 << 8, "content": 1 << 15}
"""The intents that Discord grants on request."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m rehearsal.alone", description="A Discord on this machine for another bot.")
    parser.add_argument("--port", type=int, default=PORT, help=f"where to listen ({PORT}; 0: wherever there is room)")
    parser.add_argument("--servers", type=int, default=1, help="how many servers there are (1)")
    parser.add_argument("--max-concurrency", type=int, default=1, help="how many shards may begin at once (1)")
    parser.add_argument("--grant", choices=PRIVILEGED, action="append", default=[], help="a privileged intent; may be repeated")
    options = parser.parse_args(arguments)
    if not 0 <= options.port <= 65535 or options.servers < 1 or options.max_concurrency < 1:
        print("The port must be a whole number up to 65535, the others at least 1.", file=sys.stderr)
        return 1
    world = World.evening() if options.servers == 1 else World.crowd(servers=options.servers, channels=5)
    world.privileged_intents = sum(PRIVILEGED[name] for name in set(options.grant))
    with suppress(KeyboardInterrupt):
        return asyncio.run(_stand_in(StandIn(world, max_concurrency=options.max_concurrency), options.port))
    return 0


async def _stand_in(standin: StandIn, port: int) -> int:
    ending = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no such handlers; there Ctrl-C interrupts
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, ending.set)
    add_page(standin)
    try:
        await standin.start(port)
    except OSError:
        print(f"Port {port} is taken: choose another with --port, or end what listens there.", file=sys.stderr)
        return 1
    print(f"The page      {standin.url}")
    print(f"The REST API  {standin.url}{PREFIX}")
    print(f"The gateway   {standin.url.replace('http', 'ws', 1)}/gateway")
    print(f"The token     {long_token(standin.world)}", flush=True)
    await ending.wait()
    await standin.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
