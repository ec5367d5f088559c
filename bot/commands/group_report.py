"""``/group report``: what the group has covered, discussed and learnt, as a page and as a table to take away.

It says no more than ``/progress`` says to every member; so a report that is passed on gives nobody away.
"""

from __future__ import annotations

from bot.cards import Card, Download, Text, Visit
from bot.commands.progress import overview_of
from bot.library import Library
from bot.overview import Overview
from bot.progress import APART, least_behind
from bot.storage import Store

MOST_HARD = 3


async def report(visit: Visit, library: Library, store: Store) -> Card:
    from bot.reports import group_page, group_sheet  # with the first report

    assert visit.group  # the desk sees to it: this step needs a group
    shown = await overview_of(visit.group, library.course(visit.group.language), store)
    today = visit.at.date()
    said = [
        f"## Report of {shown.name}",
        f"{shown.discussed} of {len(shown.themes)} themes discussed. Posted so far: {_counted(shown)}.",
    ]
    if shown.plan:
        said.append(shown.plan.in_words)
    if shown.as_of is None:
        k = least_behind(shown.publish_from)
        said.append(
            f"There is no summary of what was learnt yet: that wants {k} learners who have gone on, and comes at most every "
            f"{APART.days} days."
        )
    else:
        as_of = f"as of {shown.as_of.day} {shown.as_of:%B %Y}"
        if shown.told:
            said.append(
                f"Of the questions that enough of you have answered ({shown.told}), most of you know {shown.known}, {as_of}."
            )
        else:
            said.append(f"Too few of you have answered any question to say how many know it, {as_of}.")
        hard = [f"- {one.text} *({one.lesson})*" for _, one in shown.to_revisit[:MOST_HARD]]
        said += ["**Worth another look:**\n" + "\n".join(hard)] if hard else []
    return Card(
        (
            Text("\n\n".join(said)),
            Download(f"report-{today}.html", group_page(shown, today)),
            Download(f"report-{today}.csv", group_sheet(shown, today)),
            Text(
                "-# The page prints on A4 and asks for nothing outside itself; the table is for a spreadsheet. "
                "Neither says more than every member sees with `/progress`."
            ),
        ),
        tone="warm",
    )


def _counted(shown: Overview) -> str:
    counts = [(sum(item.kind == kind for item in shown.items), kind) for kind in ("lesson", "prompt", "scenario", "round")]
    return ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for count, kind in counts if count) or "nothing"
