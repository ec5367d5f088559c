"""A bot that runs out of file handles."""

from __future__ import annotations

import asyncio
import resource
from pathlib import Path

from evening import card, quizzed
from mischief import ask, until
from night import a_night


async def test_without_a_file_handle_left_nothing_is_lost_and_with_some_again_all_goes_on(tmp_path: Path) -> None:
    """Discord can't be spoken to on a new line then; what was pressed is kept all the same, and the next press says so."""
    async with a_night(tmp_path) as night:
        await night.start_bot()
        await night.group()
        await night.joined("Ada", "Ben")
        people = [night.person("Ada"), night.person("Ben")]
        asked = [card(await quizzed(person, night.room())) for person in people]
        assert night.bot.pid
        before, most = resource.prlimit(night.bot.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(night.bot.pid, resource.RLIMIT_NOFILE, (3, most))  # what is open stays open, and nothing more can be
        pressed = await asyncio.gather(*(person.press(one, "A") for person, one in zip(people, asked, strict=True)))
        await night.standin.drop_gateway()  # and it can't connect again
        await until(lambda: " error " in night.log or " warning " in night.log, 30)
        assert night.bot.is_running
        resource.prlimit(night.bot.pid, resource.RLIMIT_NOFILE, (before, most))
        await until(lambda: night.standin.bot_online, 45)
        for person, one, seen in zip(people, asked, pressed, strict=True):
            if "You chose" not in seen.text:
                assert "You chose" in (await person.press(one, "A")).text
        assert ask(night, "SELECT times_asked FROM answers") == [(1,), (1,)]
