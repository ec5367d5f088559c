"""Discord's own markdown, made into safe HTML for the page.

Why it exists: a message must look on the page as it would on Discord, and the page trusts no text. So every bit of
HTML that the page ever inserts is made here, out of escaped text, and nowhere else.

What it will not do: load a picture, follow a link, keep raw HTML, or look anything up. Whoever calls it hands over the
names that mentions stand for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict


@dataclass(frozen=True)
class Names:
    """What `<@1>`, `<#2>` and `<@&3>` stand for, as the reader would see it; ids not in here have no name. `colours` are those
    of the roles that have one, as 0xRRGGBB. Where `everyone` is false, `@everyone` tells nobody and is plain text."""

    members: Mapping[int, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)
    roles: Mapping[int, str] = field(default_factory=dict)
    colours: Mapping[int, int] = field(default_factory=dict)
    everyone: bool = True


def to_html(text: str, names: Names | None = None) -> str:
    """Return `text` as HTML. Everything in it that isn't Discord's markdown comes out as plain, escaped text."""
    out = []
    at = 0
    for block in _CODE_BLOCK.finditer(text):
        out.append(_lines_to_html(text[at : block.start()], names))
        out.append(f"<pre tabindex=0><code>{escapeHtml(block['code'])}</code></pre>\n")
        at = block.end()
    out.append(_lines_to_html(text[at:], names))
    return "".join(out)


# Code blocks are taken out first, since Discord lets them begin and end in the middle of a line.
_CODE_BLOCK = re.compile(r"```(?:[a-zA-Z0-9_+\-.#]+\n)?\n*(?P<code>[^\n].*?)\n*```", re.DOTALL)


def _lines_to_html(text: str, names: Names | None) -> str:
    if not text.strip():
        return ""
    return str(_MARKDOWN.render(_as_commonmark(text), {"names": names or Names()}))


_ITEM = re.compile(r"\s*(?:[-*]|\d{1,9}\.) +\S")
_QUOTE = re.compile(r"> |>$")
_NOT_A_BLOCK = re.compile(r"(?P<indent> {0,3})(?P<mark>>(?! |$)|#{4,}|\+(?= )|\d{1,9}(?=\) ))")


def _as_commonmark(text: str) -> str:
    """Rewrite the lines that CommonMark would read otherwise than Discord does.

    On Discord a list or a quotation ends with its line, `>>>` quotes all that follows, and `####`, `+ a`, `1) a`,
    `>a` are plain text.
    """
    out: list[str] = []
    before, quote_all = "", False
    for raw in text.split("\n"):
        quote_all = quote_all or raw.startswith(">>> ")
        line = "> " + raw.removeprefix(">>> ") if quote_all else raw
        if plain := _NOT_A_BLOCK.match(line):
            mark = plain["mark"]
            escaped = f"{mark}\\" if mark[0].isdigit() else f"\\{mark}"
            line = plain["indent"] + escaped + line[plain.end() :]
        item, quote = bool(_ITEM.match(line)), bool(_QUOTE.match(line))
        after_quote = bool(_QUOTE.match(before)) and not quote
        after_list = bool(_ITEM.match(before)) and not item and not line.startswith(" ")
        starts_list = item and bool(before.strip()) and not _ITEM.match(before) and not before.startswith(" ")
        if line.strip() and (after_quote or after_list or starts_list):
            out.append("")
        out.append(line)
        before = line
    return "\n".join(out)


def _subtext(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    start, end = state.bMarks[first] + state.tShift[first], state.eMarks[first]
    if not state.src.startswith("-# ", start, end):
        return False
    if not silent:
        state.line = first + 1
        state.push("subtext_open", "small", 1).block = True
        inside = state.push("inline", "", 0)
        inside.content, inside.map, inside.children = state.src[start + 3 : end].strip(), [first, first + 1], []
        state.push("subtext_close", "small", -1).block = True
    return True


_SPOILER = re.compile(r"\|\|(?P<hidden>.+?)\|\|", re.DOTALL)


def _spoiler(state: StateInline, silent: bool) -> bool:
    found = _SPOILER.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        end = state.posMax
        state.push("spoiler_open", "span", 1)
        state.pos, state.posMax = found.span("hidden")
        state.md.inline.tokenize(state)
        state.push("spoiler_close", "span", -1)
        state.posMax = end
    state.pos = found.end()
    return True


_ADDRESS = re.compile(r"https?://[^\s<>|]+[^\s<>|.,:;!?\"')\]*_~]")


def _bare_address(state: StateInline, silent: bool) -> bool:
    # The text rule stops at ":", so the scheme is already waiting in `pending`.
    scheme = re.search(r"(?<![a-zA-Z0-9])https?$", state.pending)
    if scheme is None or state.linkLevel > 0:
        return False
    start = state.pos - len(scheme[0])
    found = _ADDRESS.match(state.src, start, state.posMax)
    if found is None:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(found[0])}
        state.push("text", "", 0).content = found[0]
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


_MENTION = re.compile(
    r"<(?:@!?(?P<member>\d+)|@&(?P<role>\d+)|#(?P<channel>\d+)|/(?P<command>[^<>:\n]+):\d+"
    r"|t:(?P<time>-?\d{1,13})(?::(?P<style>[tTdDfFsSR]))?|a?:(?P<emoji>\w+):\d+|id:(?P<guide>customize|browse|guide))>"
    r"|(?<!\w)@(?P<all>everyone|here)\b"
)


_GUIDES = {"customize": "Channels & Roles", "browse": "Browse Channels", "guide": "Server Guide"}


def _mention(state: StateInline, silent: bool) -> bool:
    found = _MENTION.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("mention", "", 0).meta = found.groupdict()
    state.pos = found.end()
    return True


def _mention_html(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    said, names = tokens[at].meta, env["names"]
    if said["time"] is not None:
        return _time_html(int(said["time"]), said["style"] or "f")
    if said["command"] is not None:
        name = escapeHtml(said["command"])
        return f'<button type="button" class="mention" data-command="{name}">/{name}</button>'
    if said["channel"] is not None:
        name = names.channels.get(int(said["channel"]))
        if name is None:
            return '<span class="mention"># a channel you can’t see</span>'
        return f'<a href="#" class="mention" data-channel="{said["channel"]}">#{escapeHtml(name)}</a>'
    if said["emoji"] is not None:
        return f":{said['emoji']}:"
    if said["guide"] is not None:
        return f'<span class="mention">{escapeHtml(_GUIDES[said["guide"]])}</span>'
    if said["all"] is not None and not names.everyone:
        return f"@{said['all']}"
    colour = 0
    if said["member"] is not None:
        name = names.members.get(int(said["member"]), "someone")
    elif said["role"] is not None:
        name = names.roles.get(int(said["role"]), "a role")
        colour = names.colours.get(int(said["role"]), 0)
    else:
        name = said["all"]
    coloured = f' data-colour="#{colour:06x}"' if colour else ""
    return f'<span class="mention"{coloured}>@{escapeHtml(name)}</span>'


def _time_html(seconds: int, style: str) -> str:
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return escapeHtml(f"<t:{seconds}:{style}>")
    # The browser replaces the words by the reader's own zone and language; without it this remains readable.
    words = moment.strftime("%Y-%m-%d %H:%M UTC")
    return f'<time datetime="{moment.isoformat()}" data-style="{style}">{words}</time>'


def _spoiler_open_html(*_: object) -> str:
    hidden = "Hidden text: press to show"
    # `inert` keeps what is hidden from the keyboard and from screen readers until the page takes it away.
    return f'<span class="spoiler" role="button" tabindex="0" title="{hidden}" aria-label="{hidden}"><span inert>'


def _spoiler_close_html(*_: object) -> str:
    return "</span></span>"


_PLACE = re.compile(r"https://discord\.com/channels/(?:\d+|@me)/(?P<channel>\d+)(?:/(?P<message>\d+))?$")


def _finish(state: StateCore) -> None:
    """Set what the token stream can't: underline, heading levels below the page's own, and careful links."""
    for block in state.tokens:
        if block.type in ("heading_open", "heading_close"):
            block.tag = f"h{int(block.tag[1]) + 2}"
        before: Token | None = None
        for token in block.children or []:
            if token.type in ("strong_open", "strong_close") and token.markup == "__":
                token.tag = "u"
            elif token.type == "link_open":
                if place := _PLACE.match(str(token.attrs.get("href", ""))):
                    token.attrs |= {"data-channel": place["channel"], "data-message": place["message"] or ""}
                token.attrs |= {"target": "_blank", "rel": "noopener noreferrer nofollow"}
            elif before is not None and before.type == "link_open" and token.content == before.attrs["href"]:
                token.content = _place_named(token.content, state.env["names"])
            before = token


def _place_named(address: str, names: Names) -> str:
    """A bare address of a channel or a message here, as Discord shows it."""
    place = _PLACE.match(address)
    name = names.channels.get(int(place["channel"])) if place else None
    if place is None or name is None:
        return address
    return f"#{name} › message" if place["message"] else f"#{name}"


class _WebOnly(MarkdownIt):
    """Links lead to the web, or they are plain text."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return re.match(r"https?://", url, re.IGNORECASE) is not None


def _markdown() -> MarkdownIt:
    md = _WebOnly("zero", {"breaks": True, "html": False, "maxNesting": 40})
    md.enable(["heading", "list", "blockquote", "emphasis", "strikethrough", "link", "autolink"])
    md.enable(["backticks", "newline", "escape", "balance_pairs", "fragments_join"])
    md.block.ruler.before("list", "subtext", _subtext, {"alt": ["paragraph", "blockquote", "list"]})
    md.inline.ruler.before("link", "spoiler", _spoiler)
    md.inline.ruler.before("autolink", "mention", _mention)
    md.inline.ruler.before("newline", "bare_address", _bare_address)
    md.inline.add_terminator_char("|")
    md.core.ruler.push("finish", _finish)
    md.add_render_rule("mention", _mention_html)
    md.add_render_rule("spoiler_open", _spoiler_open_html)
    md.add_render_rule("spoiler_close", _spoiler_close_html)
    return md


_MARKDOWN = _markdown()
