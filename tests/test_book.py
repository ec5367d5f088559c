"""The book: every page is whole, stands alone, can be read by everyone, and leads nowhere that isn't there."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from evening import ROOT

from bot.book import GENERATOR, make_book
from bot.library import Library, read_library
from bot.main import main

VOID = {"br", "hr", "img", "link", "meta", "input", "path", "circle", "rect"}
LIBRARY = read_library(ROOT / "content")
ATTRIBUTION = (ROOT / "content" / "ATTRIBUTION.md").read_text(encoding="utf-8")
BOOK = make_book(LIBRARY, "en", ATTRIBUTION)

each_page = pytest.mark.parametrize("file", BOOK)


class Seen(HTMLParser):
    """What a page has, and what is wrong with how it is written."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> doesn't close" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if len({name for name, _ in attrs}) < len(attrs):
            self.wrong.append(f"<{tag}> has an attribute twice")
        if tag == "p" and "p" in self.open:
            self.wrong.append("a paragraph in a paragraph")
        if self.open and self.open[-1] in {"p", "h1", "h2", "h3"} and tag in {"p", "div", "ul", "ol", "section", "h2", "h3"}:
            self.wrong.append(f"<{tag}> in <{self.open[-1]}>")
        if tag == "li" and (not self.open or self.open[-1] not in {"ul", "ol"}):
            self.wrong.append("<li> outside of a list")
        if self.open and self.open[-1] in {"ul", "ol"} and tag != "li":
            self.wrong.append(f"<{tag}> right in a list")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())

    @property
    def ids(self) -> list[str]:
        return [given["id"] for _, given in self.tags if "id" in given]

    def named(self, tag: str) -> list[dict[str, str]]:
        return [given for name, given in self.tags if name == tag]


SEEN = {file: Seen(text) for file, text in BOOK.items()}


@each_page
def test_a_page_is_well_formed(file: str) -> None:
    seen = SEEN[file]
    assert BOOK[file].startswith("<!doctype html>\n")
    assert not seen.wrong
    assert len(set(seen.ids)) == len(seen.ids)
    assert "{{" not in BOOK[file]


@each_page
def test_a_page_has_no_script_and_asks_nobody_for_anything(file: str) -> None:
    seen = SEEN[file]
    assert {tag for tag, _ in seen.tags} & {
        "script",
        "iframe",
        "link",
        "img",
        "object",
        "embed",
        "form",
        "base",
        "video",
        "audio",
    } == set()
    for tag, given in seen.tags:
        assert not [name for name in given if name.startswith("on") or name in {"src", "srcset", "style", "ping"}], tag
        assert "href" not in given or tag == "a", tag
    style = BOOK[file].partition("<style>")[2].partition("</style>")[0]
    assert not re.search(r"url\(|@import|@font-face", style)
    [policy] = [given["content"] for given in seen.named("meta") if given.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")


@each_page
def test_every_link_leads_somewhere(file: str) -> None:
    for given in SEEN[file].named("a"):
        page, _, anchor = given["href"].partition("#")
        if re.match("[a-z]+:", page):
            assert page.startswith(("https://", "http://"))
            continue
        assert not page or page in BOOK, given["href"]
        if anchor:
            assert anchor in SEEN[page or file].ids, given["href"]
    for _, given in SEEN[file].tags:
        for name in given.get("aria-labelledby", "").split():
            assert name in SEEN[file].ids


@each_page
def test_every_page_can_be_reached_from_the_cover_and_leads_back(file: str) -> None:
    reached, waiting = {"index.html"}, ["index.html"]
    while waiting:
        for given in SEEN[waiting.pop()].named("a"):
            page = given["href"].partition("#")[0]
            if page in BOOK and page not in reached:
                reached.add(page)
                waiting.append(page)
    assert file in reached
    assert file == "index.html" or any(given["href"].startswith("index.html") for given in SEEN[file].named("a"))


@each_page
def test_a_page_can_be_heard_as_well_as_seen(file: str) -> None:
    seen = SEEN[file]
    assert seen.named("html") == [{"lang": "en"}]
    assert len(seen.named("main")) == len(seen.named("h1")) == len(seen.named("title")) == 1
    levels = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert not [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1]
    assert seen.named("a")[0] == {"class": "skip", "href": "#main"}
    assert len({given.get("aria-label") for given in seen.named("nav")}) == len(seen.named("nav"))
    assert "initial-scale=1" in str(seen.named("meta"))


def test_all_of_the_course_is_in_it() -> None:
    def words(text: str) -> str:
        return re.sub(r"\W|_", "", re.sub(r"https?://\S+", "", text))

    for theme in LIBRARY.course("en").themes:
        page = words(SEEN[f"{theme.number:02}-{theme.name}.html"].words)
        for lesson in theme.lessons:
            assert words(lesson.title) in page
            assert all(words(text)[:60] in page for text in (lesson.key_idea, lesson.example, lesson.try_this)), lesson.name
        for question in theme.questions:
            assert words(question.ask)[:60] in page
            assert all(words(one.feedback) in page for one in question.explain().told), question.number
        assert all(words(prompt.text)[:60] in page for prompt in theme.prompts)
    for scenario in LIBRARY.course("en").scenarios:
        page = words(SEEN[f"scenario-{scenario.name}.html"].words)
        assert all(words(node.text)[:60] in page for node in scenario.nodes)
    for plan in LIBRARY.course("en").plans:
        page = words(SEEN[f"plan-{plan.name}.html"].words)
        assert all(words(item.guide.aim) in page for item in plan.items)
        assert all(words(moment.do) in page for moment in plan.run)
    assert all(words(term.means) in words(SEEN["glossary.html"].words) for term in LIBRARY.course("en").glossary.terms)


def test_every_source_that_is_cited_has_its_place_and_every_page_says_whom_to_credit() -> None:
    themes = LIBRARY.course("en").themes
    cited = {source.key for theme in themes for lesson in theme.lessons for source in lesson.sources}
    cited |= {source.key for theme in themes for question in theme.questions for source in question.sources}
    assert cited <= set(SEEN["sources.html"].ids)
    for seen in SEEN.values():
        assert "CC BY-SA 4.0" in seen.words
        assert "by Wikibooks contributors" in seen.words
        assert any(given["href"] == "licence.html" for given in seen.named("a"))
    assert "No endorsement by the original authors is implied." in SEEN["licence.html"].words


def test_the_right_answer_is_not_to_be_seen_before_it_is_asked_for() -> None:
    for theme in LIBRARY.course("en").themes:
        text = BOOK[f"{theme.number:02}-{theme.name}.html"].partition('class="on-paper"')[0]
        closed = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
        assert 'class="right"' in text
        assert 'class="right"' not in closed
        assert "<details open" not in text


@pytest.mark.parametrize("look", ["light", "dark", "paper"])
def test_words_stand_out_enough_from_what_is_behind_them(look: str) -> None:
    style = (ROOT / "bot" / "book" / "templates" / "book.css").read_text(encoding="utf-8")
    blocks = [dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", block)) for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)]
    light, dark, paper = blocks[0], blocks[0] | blocks[1], blocks[0] | blocks[2]
    colours = {"light": light, "dark": dark, "paper": paper}[look]

    def brightness(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(one * 2 for one in colour[1:])
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for word in ("ink", "soft", "red", "green"):
        for behind in ("paper", "card", "wash"):
            lighter, darker = sorted((brightness(colours[word]), brightness(colours[behind])), reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (word, behind)


def test_a_text_of_a_stranger_can_neither_run_nor_load() -> None:
    theme = LIBRARY.course("en").themes[0]
    trap = '<script>alert(1)</script> ![x](https://example.org/x.png) [y](javascript:alert(1)) <img src=x onerror=alert(1)> & "q"'
    lesson = theme.lessons[0].but(title=trap, key_idea=trap, try_this=trap)
    prompt = theme.prompts[0].but(text=trap, note=trap)
    other = theme.but(title=trap, summary=trap, lessons=(lesson, *theme.lessons[1:]), prompts=(prompt,))
    for text in make_book(Library({"en": (other,)}, LIBRARY.sources), "en", trap).values():
        seen = Seen(text)
        assert not seen.wrong
        assert not {tag for tag, _ in seen.tags} & {"script", "img"}
        assert not [given for given in seen.named("a") if given["href"].startswith("javascript")]


def test_it_is_written_into_its_own_folder_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "book"
    assert main(["book", str(folder)]) == 0
    assert capsys.readouterr().out == (
        f"{len(BOOK)} pages: open {folder / 'index.html'} in a browser, or put the folder on any web server.\n"
    )
    assert {page.name: page.read_text(encoding="utf-8") for page in folder.glob("*.html")} == BOOK
    assert "Creative Commons" in (folder / "LICENSE.txt").read_text(encoding="utf-8")
    # An older book is written anew, and what it had that is no more goes; what somebody else put there stays.
    (folder / "99-gone.html").write_text(f'<meta name="generator" content="{GENERATOR}">', encoding="utf-8")
    assert main(["book", str(folder)]) == 0
    assert not (folder / "99-gone.html").exists()
    (folder / "mine.html").write_text("mine", encoding="utf-8")
    assert main(["book", str(folder)]) == 1
    assert capsys.readouterr().err == f"{folder} has other things in it; name an empty folder, or add --force.\n"
    assert main(["book", str(folder), "--force"]) == 0
    assert (folder / "mine.html").read_text(encoding="utf-8") == "mine"
    assert main(["book", str(folder), "--language", "xx"]) == 1
    # On a slow machine a line before it says what is being made.
    assert capsys.readouterr().err.splitlines()[-1] == "There is no language 'xx' here; there is en."
