"""What a press leaves behind: nothing that only the garbage collector could find."""

from __future__ import annotations

import asyncio
import gc

import discord
from evening import Evening, card, quizzed


def interactions() -> int:
    return sum(isinstance(one, discord.Interaction) for one in gc.get_objects())


async def test_the_interactions_of_presses_and_commands_go_by_themselves(evening: Evening) -> None:
    await evening.group()
    ada = evening.person("Ada")
    gc.collect()
    gc.disable()
    try:
        before = interactions()
        for _ in range(5):
            asked = card(await quizzed(ada, evening.room()))
            answered = card(await ada.press(asked, "A"))
            await ada.press(answered, "Next question")
        await asyncio.sleep(0.1)
        assert interactions() <= before + 1, "the last one may still be in somebody's hands"
    finally:
        gc.enable()
