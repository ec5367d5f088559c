"""Reports as pages: one HTML file that needs nothing else. Its pictures are the SVG of ``bot/plots/``, its font lies in it; it has
no scripts and asks for nothing outside, and says so to the browser.

Everything is escaped by jinja2 unless it was made here, since a group's name and its own prompts are typed by somebody.
"""

from __future__ import annotations

import base64
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from bot.overview import Overview
from bot.plots import FONT_FAMILY, group_picture, weeks_picture
from bot.progress import APART, PUBLISH_FROM, learners_in_words, least_behind, share_of
from bot.reports.machine import Machine

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parent / "templates"
FONTS = Path(__file__).resolve().parent.parent / "fonts"


def group_page(shown: Overview, made_on: date) -> bytes:
    """For the moderators of one group."""
    pictures = {
        "narrow": Markup(group_picture(shown)),
        "wide": Markup(group_picture(shown, columns=2)),
        "weeks": Markup(weeks_picture(shown.weeks_of_questions)) if shown.weeks_of_questions else "",
    }
    return _rendered(
        "group.html",
        shown=shown,
        pictures=pictures,
        made_on=made_on,
        k=least_behind(shown.publish_from),
        days=APART.days,
        learners=learners_in_words(shown.counted),
    )


def machine_page(machine: Machine, made_on: date) -> bytes:
    """For the operator, over all groups."""
    return _rendered("machine.html", machine=machine, made_on=made_on, least=PUBLISH_FROM)


def _rendered(name: str, **words: object) -> bytes:
    return _environment().get_template(name).render(fonts=_fonts(), family=FONT_FAMILY, **words).encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # with the first report: a bot that makes none stays small

    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["day"] = lambda day: f"{day.day} {day:%B %Y}"
    made.filters["share_of"] = share_of
    return made


@cache
def _fonts() -> Markup:
    """Both cuts of the font, inside the page."""
    faces = []
    for cut, weight in (("Regular", 400), ("Bold", 700)):
        data = base64.b64encode((FONTS / f"AtkinsonHyperlegible-{cut}.ttf").read_bytes()).decode()
        source = f'url(data:font/ttf;base64,{data}) format("truetype")'
        faces.append(f'@font-face{{font-family:"{FONT_FAMILY}";font-weight:{weight};src:{source}}}')
    return Markup("".join(faces))
