"""What is kept about a learner as files to take away: JSON for machines, HTML for people. Made from the list in ``bot/kept.py``,
with what each column means, what for, for how long, and who can see it.

The learner's key is in neither: a file that lies about could else be matched with the database.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import groupby

from bot.cards import Download
from bot.kept import IN_ROUNDS, KEPT, KEY, NEVER, OPERATOR, UNTIL, VERSION, Kept, how_long
from bot.storage import Exported

STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
    "h2{margin-top:2.5rem;border-bottom:1px solid}table{border-collapse:collapse;margin:.5rem 0}"
    "th,td{border:1px solid;padding:.2rem .6rem;text-align:left}dt{font-weight:600;margin-top:.5rem}dd{margin-left:1.5rem}"
    ".wide{overflow-x:auto}"
)


@dataclass(frozen=True, slots=True)
class OfGroup:
    """All rows about one learner in one group."""

    name: str
    tables: tuple[Exported, ...]


def as_json(groups: tuple[OfGroup, ...], at: datetime, days: int) -> Download:
    data = {
        "made_on": at.date().isoformat(),
        "list_version": VERSION,
        "groups": [
            {"group": group.name}
            | {one.table: [dict(zip(one.columns, row, strict=True)) for row in one.rows] for one in group.tables}
            for group in groups
        ],
        "meanings": {
            kept.table: {
                column.name: {
                    "what": column.what,
                    "what_for": column.why,
                    "how_long": column.long.format(days=days),
                    "who_can_see_it": column.who,
                }
                for column in kept.about
            }
            for kept in KEPT + IN_ROUNDS
        },
    }
    return Download("my-data.json", json.dumps(data, ensure_ascii=False, indent=2).encode())


def as_html(groups: tuple[OfGroup, ...], at: datetime, days: int) -> Download:
    """One page that needs nothing else: no scripts, no pictures, no outside requests."""
    inside = "".join(f"<h2>{escape(group.name)}</h2>" + "".join(map(_table, group.tables)) for group in groups)
    meanings = "".join(_meanings(kept, days) for kept in KEPT + IN_ROUNDS)
    return Download(
        "my-data.html",
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>My data</title>'
            f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
            f"<h1>All that is kept about me</h1><p>As of {at.date().isoformat()}.</p>"
            f"<p><strong>Never kept:</strong> {escape(NEVER)}.</p>"
            f"<p>{escape(KEY)} The code itself is not in this file. {escape(OPERATOR)}.</p>"
            f"{inside}<h2>What the columns mean</h2><p>All of it is kept {escape(how_long(days))}.</p>{meanings}</body></html>"
        ).encode(),
    )


def _table(exported: Exported) -> str:
    kept = next(one for one in KEPT + IN_ROUNDS if one.table == exported.table)
    head = "".join(f"<th>{escape(column.replace('_', ' '))}</th>" for column in exported.columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>" for row in exported.rows)
    table = f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>' if exported.rows else "<p>Nothing.</p>"
    return f"<h3>{escape(kept.title)}</h3><p>{escape(kept.in_words[:1].upper() + kept.in_words[1:])}</p>{table}"


def _meanings(kept: Kept, days: int) -> str:
    """One entry for each column. Who can see it is said once for neighbours of whom it is the same."""
    said = ""
    for who, columns in groupby(kept.about, key=lambda column: column.who):
        for column in columns:
            long = "" if column.long == UNTIL else f" Kept {column.long.format(days=days)}."
            meaning = f"{column.what[:1].upper()}{column.what[1:]}, {column.why}.{long}"
            said += f"<dt>{escape(column.name.replace('_', ' '))}</dt><dd>{escape(meaning)}</dd>"
        said += f"<dd>Who can see this: {escape(who.replace('`', ''))}.</dd>"
    return f"<h3>{escape(kept.title)}</h3><dl>{said}</dl>"
