"""THE BOOK: the course as a small static site, for people without Discord.

``make_book(library, language, attribution) -> dict`` gives each page's text by its file name; who asks for it writes them. Every
page stands alone: its style is inside it, and it has no scripts and asks nobody for anything. The commands know nothing of it.
Inside: ``pages.py`` says which pages there are and what is on them, ``texts.py`` makes HTML of the course's markdown, and
``templates/`` is how it looks.
"""

from __future__ import annotations

from bot.book.pages import GENERATOR, make_book

__all__ = ["GENERATOR", "make_book"]
