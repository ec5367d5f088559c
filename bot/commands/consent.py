"""When the list of what is kept has grown: whoever agreed to an older one is told so where they would miss it, and asked, with one
press to agree and one to leave. Until then nothing new is kept, by the statements themselves (``MAY_KEEP``), so this only speaks.
"""

from __future__ import annotations

from bot.cards import Button, Part, Row, Text, Visit
from bot.commands.phrases import group_id
from bot.kept import AFTERWARDS, KEPT, VERSION
from bot.press import Press
from bot.storage import Learner, Store

MOST_NEW = 900
"""Characters of what is new that leave room for a lesson's last page; more stands on the card with the whole list."""


async def asked_again_of(visit: Visit, store: Store) -> tuple[Part, ...]:
    """For a card that has not read yet what is kept about its visitor."""
    if visit.group is None or visit.key is None:
        return ()
    return asked_again(visit, await store.learner(visit.group.group_id, visit.key))


def asked_again(visit: Visit, learner: Learner | None) -> tuple[Part, ...]:
    """Nothing for a guest, for who agreed to today's list, and for who has paused and so expects nothing to be kept."""
    if learner is None or learner.consent_version >= VERSION or learner.is_paused:
        return ()
    return (
        Text(
            "**One question before I note anything new.** The list of what is kept has grown since you agreed to it. "
            f"Until you agree, what was kept stays as it is and nothing is added. New on it:\n{what_is_new(learner)}"
        ),
        Row((*agree_or_leave(visit), Button("See the whole list", Press("join", "offer", (), group_id(visit))))),
    )


def what_is_new(learner: Learner) -> str:
    lines = []
    for kept in KEPT + AFTERWARDS:
        new = [f"{column.what}, {column.why}" for column in kept.about if column.since > learner.consent_version]
        if new:
            lines.append(f"- **{kept.title}:** {kept.each}{'; '.join(new)}")
    fitting: list[str] = []
    for line in lines:
        if sum(map(len, fitting)) + len(line) > MOST_NEW:
            return "\n".join([*fitting, "- and more, on the whole list"])
        fitting.append(line)
    return "\n".join(fitting)


def agree_or_leave(visit: Visit) -> tuple[Button, Button]:
    return (
        Button("I agree", Press("join", "yes", (str(VERSION),), group_id(visit))),
        Button("Leave and erase", Press("leave", "leave", (), group_id(visit)), "danger"),
    )
