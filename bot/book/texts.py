"""The course's texts as HTML: the little of Discord's markdown that they use, and nothing that could load or run."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markupsafe import Markup

_RULES = ["backticks", "balance_pairs", "emphasis", "escape", "fragments_join", "link", "list", "newline", "strikethrough"]
_OPTIONS = {"html": False, "breaks": True, "typographer": True, "quotes": "“”‘’"}
# Each of these escapes whatever it doesn't know, so that what it gives may stand in a page as it is.
_TEXTS = MarkdownIt("zero", _OPTIONS).enable([*_RULES, "smartquotes"])
_PLAIN = MarkdownIt("zero", _OPTIONS).enable("smartquotes")
_DOCUMENTS = MarkdownIt("commonmark", {"html": False}).disable("image")


def as_html(text: str) -> Markup:
    """Paragraphs and lists."""
    return Markup(_TEXTS.render(text))


def as_phrase(text: str) -> Markup:
    """One line, to stand within other words."""
    return Markup(_TEXTS.renderInline(" ".join(text.split())))


def as_words(text: str) -> Markup:
    """One line in which nothing is markdown: a title, or what stands on a button."""
    return Markup(_PLAIN.renderInline(" ".join(text.split())))


def document_as_html(text: str, heading: int = 1) -> Markup:
    """A whole document with headings, of which the first level becomes ``heading``."""
    deeper = re.sub(r"^(#+) ", lambda found: "#" * (len(found[1]) + heading - 1) + " ", text, flags=re.MULTILINE)
    return Markup(_DOCUMENTS.render(deeper))
