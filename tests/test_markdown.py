"""Discord's markdown as HTML: what it makes, and above all what it never makes."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.markdown import Names, to_html

NAMES = Names({1: "Ada <b>"}, {2: "study-room"}, {3: "Facilitators"})

ALLOWED = {
    "p", "br", "strong", "em", "u", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span", "button", "time",
    "h3", "h4", "h5", "small",
}  # fmt: skip


def flat(html: str) -> str:
    return html.replace("\n", "")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** *it* _it_ __under__ ~~gone~~", "<p><strong>bold</strong> <em>it</em> <em>it</em> <u>under</u> <s>gone</s></p>"),
        ("***both***", "<p><em><strong>both</strong></em></p>"),
        ("snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("# A\n## B\n### C\n#### D", "<h3>A</h3><h4>B</h4><h5>C</h5><p>#### D</p>"),
        ("-# small *print*\nand more", "<small>small <em>print</em></small><p>and more</p>"),
        ("- a\n- b\n  - c\nafter", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><p>after</p>"),
        ("text\n3. three\n4. four", '<p>text</p><ol start="3"><li>three</li><li>four</li></ol>'),
        ("> said\nanswered", "<blockquote><p>said</p></blockquote><p>answered</p>"),
        (">>> all\nof it", "<blockquote><p>all<br>of it</p></blockquote>"),
        (">no quote\n+ no list\n1) nor this", "<p>&gt;no quote<br>+ no list<br>1) nor this</p>"),
        ("`a<b` and ``a`b``", "<p><code>a&lt;b</code> and <code>a`b</code></p>"),
        ("see ```py\nx < 1\n``` so", "<p>see</p><pre tabindex=0><code>x &lt; 1</code></pre><p>so</p>"),
        (r"\*plain\* &amp; ok", "<p>*plain* &amp;amp; ok</p>"),
        ("a || b", "<p>a || b</p>"),
        ("---", "<p>---</p>"),
    ],
)
def test_text_looks_as_on_discord(text: str, html: str) -> None:
    assert flat(to_html(text)) == html


def test_mentions_carry_names_and_unknown_ones_say_so() -> None:
    html = to_html("<@1> <@!1> <@9> <#2> <#8> <@&3> @everyone </group create:5>", NAMES)
    assert html.count("@Ada &lt;b&gt;</span>") == 2
    assert "@someone" in html
    assert '<a href="#" class="mention" data-channel="2">#study-room</a>' in html
    assert "a channel you can’t see" in html
    assert "@Facilitators" in html
    assert "@everyone</span>" in html
    assert 'data-command="group create">/group create</button>' in html


def test_a_role_is_shown_in_its_colour_if_it_has_one() -> None:
    names = Names(roles={3: "Readers", 4: "Plain"}, colours={3: 0x0A7F62})
    assert flat(to_html("<@&3> <@&4>", names)) == (
        '<p><span class="mention" data-colour="#0a7f62">@Readers</span> <span class="mention">@Plain</span></p>'
    )


def test_the_bare_address_of_a_message_here_is_named_after_its_channel() -> None:
    html = to_html(
        "https://discord.com/channels/7/2/5 https://discord.com/channels/7/8/5 [mine](https://discord.com/channels/7/2)", NAMES
    )
    assert 'data-channel="2" data-message="5"' in html
    assert ">#study-room › message</a>" in html
    assert ">https://discord.com/channels/7/8/5</a>" in html
    assert ">mine</a>" in html


def test_an_address_of_an_e_mail_mentions_nobody() -> None:
    assert "mention" not in to_html("write to ada@here.org")


def test_a_moment_is_left_to_the_reader_s_own_zone() -> None:
    assert '<time datetime="2026-08-06T17:00:00+00:00" data-style="R">2026-08-06 17:00 UTC</time>' in to_html("<t:1786035600:R>")
    assert 'data-style="f"' in to_html("<t:1786035600>")
    assert to_html("<t:9999999999999>").strip() == "<p>&lt;t:9999999999999:f&gt;</p>"


def test_links_lead_to_the_web_or_are_plain_text() -> None:
    html = to_html(
        "[essay](https://e.org/a_b_c) <https://f.org> https://g.org/x_y_z. [no](javascript:alert(1)) [no](data:text/html,x)"
    )
    assert re.findall(r'href="([^"]*)"', html) == ["https://e.org/a_b_c", "https://f.org", "https://g.org/x_y_z"]
    assert html.count('rel="noopener noreferrer nofollow"') == 3
    assert "[no](javascript:alert(1))" in html


def test_a_link_to_a_message_stays_on_the_page() -> None:
    assert 'data-channel="2" data-message="3"' in to_html("https://discord.com/channels/1/2/3")


def test_a_spoiler_is_out_of_reach_until_it_is_shown() -> None:
    html = to_html("||**it was** him||")
    assert 'role="button" tabindex="0"' in html
    assert "<span inert><strong>it was</strong> him</span>" in html


def test_no_picture_is_loaded() -> None:
    assert "<img" not in to_html("![cat](https://e.org/cat.png)")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                ["<script>", "</p>", '" onclick="x', "||", "**", "__", "```", "`", "> ", "\n", "\n- ", "[a](", ")", "](", "<@1>",
                 "<t:1:R>", "</a b:1>", "<#2>", "https://", "javascript:", "-# ", "# ", "&lt;", "\\", "![", "<a:b:1>", "</\"x:1>"]
            ),
        ),
        max_size=14,
    ).map("".join)
)  # fmt: skip
def test_whatever_is_written_only_harmless_elements_come_out(text: str) -> None:
    reader = _Reader()
    reader.feed(to_html(text, NAMES))
    for tag, attributes in reader.found:
        assert tag in ALLOWED
        assert not any(name.startswith("on") or name in ("style", "src", "id") for name in attributes)
        is_inside = attributes.get("href") == "#" and "data-channel" in attributes
        assert is_inside or (attributes.get("href") or "https://").lower().startswith(("http://", "https://"))
