"""What is kept about a learner as files to take away: JSON for machines, HTML for people. Made from the list in ``bot/kept.py``.

The learner's key is in neither: a file that lies about could else be matched with the database.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.cards import Download
from bot.kept import KEPT, KEY, NEVER, VERSION, Kept, how_long
from bot.storage import Exported


@dataclass(frozen=True, slots=True)
class OfGroup:
    """All rows about one learner in one group."""

    name: str
    tables: tuple[Exported, ...]


def as_json(groups: tuple[OfGroup, ...], at: datetime) -> Download:
    data = {
        "made_on": at.date().isoformat(),
        "list_version": VERSION,
        "groups": [
            {"group": group.name}
            | {one.table: [dict(zip(one.columns, row, strict=True)) for row in one.rows] for one in group.tables}
            for group in groups
        ],
    }
    return Download("my-data.json", json.dumps(data, ensure_ascii=False, indent=2).encode())


def as_html(groups: tuple[OfGroup, ...], at: datetime, days: int) -> Download:
    """One page that needs nothing else: no scripts, no pictures, no outside requests."""
    inside = "".join(f"<h2>{escape(group.name)}</h2>" + "".join(map(_table, group.tables)) for group in groups)
    return Download(
        "my-data.html",
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>My data</title>'
            '<meta name="viewport" content="width=device-width"><style>:root{color-scheme:light dark}'
            "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
            "table{border-collapse:collapse}th,td{border:1px solid;padding:.2rem .6rem;text-align:left}</style></head><body>"
            f"<h1>All that is kept about me</h1><p>As of {at.date().isoformat()}. Kept {escape(how_long(days))}.</p>"
            f"{inside}<p>{escape(KEY)} The code itself is not in this file.</p><p>Never kept: {escape(NEVER)}.</p></body></html>"
        ).encode(),
    )


def _table(exported: Exported) -> str:
    kept: Kept = next(one for one in KEPT if one.table == exported.table)
    head = "".join(f"<th>{escape(column.replace('_', ' '))}</th>" for column in exported.columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>" for row in exported.rows)
    table = f"<table><tr>{head}</tr>{body}</table>" if exported.rows else "<p>Nothing.</p>"
    return f"<h3>{escape(kept.what)}</h3><p>Kept {escape(kept.why)}. Who can see it: {escape(kept.who)}.</p>{table}"
