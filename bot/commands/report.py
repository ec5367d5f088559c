"""``report``: says that a question is wrong, and deals with what was said. What the steps do is in ``report_write.py``."""

from __future__ import annotations

from bot.commands.command import Command, Step
from bot.commands.later import later

REPORT = Command(
    "report",
    "Report a wrong question.",
    first="write",
    steps={
        "write": Step(speaks=later("report_write.write")),
        "send": Step(speaks=later("report_write.send")),
        "try-again": Step(later("report_write.try_again"), reads_card=True),
    },
    typed=False,
)

REPORTS = Command(
    "reports",
    "Deal with a reported question.",
    first="done",
    steps={"done": Step(later("report_write.done"), for_moderators=True, reads_card=True)},
    for_moderators=True,
    typed=False,
    in_direct_messages=False,
)
