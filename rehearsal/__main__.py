"""`python -m rehearsal [--port N] [--content FOLDER] [--keep FOLDER] [--verbose]`: the stand-in, its page, the bot, until Ctrl-C.

Everything that the bot keeps lies in a temporary folder that is removed at the end; with `--keep` it lies in that folder, together
with the server and all that was said there, to go on with tomorrow.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from rehearsal.bot_process import ROOT, BotProcess
from rehearsal.content import Content
from rehearsal.keeping import Keeping, NotKept
from rehearsal.page import add_page
from rehearsal.standin import StandIn
from rehearsal.world import World

PORT = 8765
PATIENCE = 60.0
"""Seconds that the bot has to come online; reading the content for the first time takes a while."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description="Try Red Flask in the browser, offline.")
    parser.add_argument("--port", type=int, help=f"where to listen (default: PORT from the environment, or {PORT})")
    parser.add_argument(
        "--content",
        type=Path,
        metavar="FOLDER",
        help="the content to show (default: CONTENT_DIR from the environment, or content/)",
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep the server, its members and messages, the clock and the bot's data in this folder, and go on from there",
    )
    parser.add_argument("--verbose", action="store_true", help="show the bot's log")
    options = parser.parse_args(arguments)
    port = options.port if options.port is not None else _port_from_environment()
    if port is None or not 0 <= port <= 65535:
        return _complain("The port must be a whole number up to 65535.")
    content: Path = (options.content or Path(os.environ.get("CONTENT_DIR") or ROOT / "content")).resolve()
    if not content.is_dir():
        return _complain(f"There is no folder {content}: give the one that holds en/ and sources.yaml.")
    keep: Path | None = options.keep.resolve() if options.keep else None
    with suppress(KeyboardInterrupt), tempfile.TemporaryDirectory(prefix="red-flask-rehearsal-") as folder:
        return asyncio.run(_rehearse(port, Path(folder), content, keep, verbose=options.verbose))
    return 0


async def _rehearse(port: int, folder: Path, content_folder: Path, keep: Path | None, *, verbose: bool) -> int:
    try:
        keeping = None if keep is None else Keeping(keep)
    except NotKept as refusal:
        return _complain(str(refusal))
    ending = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no such handlers; there Ctrl-C interrupts
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, ending.set)
    standin = StandIn(World.evening() if keeping is None else keeping.world)
    secret = None if keeping is None else keeping.secret
    bot = BotProcess("", folder if keeping is None else keeping.bots_folder, content=content_folder, verbose=verbose, secret=secret)
    content = Content(content_folder, bot, standin.world.changed)

    def say_it_ended(code: int) -> None:
        _complain(f"The bot ended by itself (exit code {code}); the page stays, and can start it again.")
        if bot.last_words():
            _complain(bot.last_words())
        standin.world.changed()

    bot.on_end = say_it_ended
    add_page(standin, bot, content)
    standin.world.move_clock(standin.world.ahead)  # the bot's clock too, where a kept world's was moved
    try:
        await standin.start(port)
    except OSError:
        return _complain(f"Port {port} is taken: choose another with --port, or end what listens there.")
    try:
        if keeping is not None:
            keeping.begin()
        bot.url = standin.url
        watching = asyncio.create_task(content.watch(ending))
        await bot.start()
        if await _came_online(standin, bot, ending):
            print(f"Open {standin.url}", flush=True)
        elif not ending.is_set():
            _complain(f"The bot is not online, so nothing answers yet; the page is at {standin.url}")
        await ending.wait()
        await watching
    finally:
        await bot.stop()
        await standin.stop()
        if keeping is not None:
            await keeping.end()
    return 0


async def _came_online(standin: StandIn, bot: BotProcess, ending: asyncio.Event) -> bool:
    """Whether the bot connected and its commands are there, before it ended or patience did."""
    for _ in range(int(PATIENCE / 0.05)):
        if standin.bot_online and standin.world.commands:
            return True
        if ending.is_set() or not bot.is_running:
            return False
        await asyncio.sleep(0.05)
    return standin.bot_online


def _port_from_environment() -> int | None:
    given = os.environ.get("PORT") or str(PORT)
    return int(given) if given.isdecimal() else None


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
