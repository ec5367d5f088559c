"""Whatever is typed anywhere (markdown, mentions, links, turned and hidden signs, SQL, HTML): nobody is called, nothing passes for
the bot's own words, nothing leads away, no exception is shown, and nothing of it is in the log.

What Discord would make of a card, the rehearsal's own reading of Discord's markdown tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from at_the_desk import GROUP, HOME, MODERATOR, SERVER, Counter, opened_counter, visit_to
from evening import Evening, card
from forging import HOSTILE, MARKER
from hypothesis import given
from hypothesis import strategies as st
from mischief import ask, forge, lines, posts
from test_cards_fit import must_fit
from test_reply import prompt, replied
from test_reply import waiting as waiting_reply
from test_suggest import suggested
from test_suggest import waiting as waiting_suggestion

from bot.cards import Answer, Form, Option, Place, Text
from bot.commands import COMMANDS
from bot.commands.group_wish import Wish, changed
from bot.commands.others_words import as_quote, from_quote, tamed, untamed
from bot.commands.phrases import HIDDEN, inert, quoted
from bot.group import Group
from bot.press import Press
from rehearsal.markdown import Names, to_html
from rehearsal.people import Seen

EVIL = Names(members={666: "EVIL"}, roles={666: "EVIL"}, channels={666: "EVIL"})
PAYLOADS = (
    *HOSTILE,
    "<@666> <@&666> <#666> @everyone",
    "# EVIL\n## EVIL\n### EVIL",
    "-# EVIL\n> EVIL\n>>> EVIL",
    "[EVIL](https://evil.example/EVIL) <https://evil.example/EVIL> https://evil.example/EVIL",
    "`EVIL` ```EVIL``` ||EVIL||",
    "\\[EVIL](https://evil.example) \\\\[EVIL](https://evil.example) \\`EVIL\\`",
    "EVIL\n\n# EVIL\n\n-# EVIL",
    "EVIL\r# EVIL\u2028# EVIL\u2029-# EVIL\x0b# EVIL",
)
LIVE = re.compile(
    r"<(h\d|small|code|a)\b[^>]*>(?:(?!</\1>).)*EVIL|<a\b[^>]*evil\.example|<pre\b.*?EVIL|class=\"(mention|spoiler)\"[^>]*>[^<]*EVIL"
    r"|class=\"mention\"[^>]*>@(everyone|here)",
    re.DOTALL,
)


def alive(shown: str) -> str | None:
    """What in this text means something to Discord that it must not."""
    found = LIVE.search(to_html(shown, EVIL))
    return found[0] if found else None


def texts_of(answer: Answer) -> list[str]:
    if isinstance(answer, Form):
        return [answer.opening.markdown] if answer.opening else []
    return [part.markdown for part in answer.parts if isinstance(part, Text)]


# ---------------------------------------------------------------- the ways in which a text is shown

PIECES = ("\\", "`", "<", ">", "@", "[", "]", "(", "#", "|", ":", "//", "\n", "a", "-", " ", "https", "*", "_", "EVIL", ".example")
ANY = st.sampled_from(PAYLOADS) | st.text(max_size=80) | st.lists(st.sampled_from(PIECES)).map("".join)


@given(ANY)
def test_what_somebody_wrote_is_shown_dead_and_read_back_to_the_letter(text: str) -> None:
    assert untamed(tamed(text)) == text
    assert from_quote(as_quote(text)) == text
    assert alive(as_quote(text)) is None
    assert alive(f"A sentence of ours.\n{tamed(text)}") is None
    html = to_html(as_quote(text))
    assert html.count("<blockquote>") <= 1, "one quotation, to its end"
    assert not re.search(r"</blockquote>\s*\S", html), "nothing after it"


@given(ANY)
def test_a_quotation_within_a_sentence_is_one_line_and_dead(text: str) -> None:
    said = f"There is nothing called {quoted(text)}. Try `/learn`."
    assert "\n" not in said
    assert alive(said) is None
    assert not HIDDEN.search(said)
    html = to_html(said)
    assert html.startswith("<p>")
    assert "<code>/learn</code>" in html, "our own words keep their meaning"
    assert not re.search(r"<(em|strong|s|u|a|span)\b", html)


@given(ANY)
def test_inert_text_means_nothing_wherever_it_stands(text: str) -> None:
    for where in ("**{}**", "- {}", "## {}"):
        html = to_html(where.format(inert(" ".join(text.split())) or "x"))
        assert not re.search(r"<(code|pre|a|span|s|em|u)\b", html)


@given(ANY)
def test_a_name_that_a_group_gets_is_dead_in_every_sentence(name: str) -> None:
    group = changed(GROUP, Wish(name=name), None, ("en",))  # type: ignore[arg-type]  # channels are not looked at
    if isinstance(group, str):
        return
    assert isinstance(group, Group)
    for where in ("## Welcome to {}", "**{}** was closed.", "-# {}"):
        html = to_html(where.format(group.name), EVIL)
        assert not re.search(r"<(code|pre|a|s|em|u)\b|class=", html), name
    assert not HIDDEN.search(group.name)


# ---------------------------------------------------------------- every option of every command


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with opened_counter(tmp_path_factory.mktemp("hostile")) as counter:
        counter.do(counter.store.add_group(GROUP))
        yield counter


OPTIONS = [
    (command.name, step, one)
    for command in COMMANDS
    if command.typed
    for step, options in ([(sub.name, sub.options) for sub in command.subcommands] or [(command.first, command.options)])
    for one in options
    if one.kind == "text" and not one.choices
]


def test_whatever_is_typed_into_an_option_is_dead_on_the_card(counter: Counter) -> None:
    assert len(OPTIONS) > 20
    for command, step, one in OPTIONS:
        for text in PAYLOADS:
            for place in (Place(SERVER, HOME), Place(None, 5)):
                visit = visit_to(Press(command, step), place=place, rights=MODERATOR, given={one.name: text})
                _looked_at(counter.serve(visit), f"/{command} {step} {one.name}: {text!r}")


def _looked_at(answer: Answer, about: str) -> None:
    for shown in texts_of(answer):
        if re.search("EVIL|evil|@", shown):  # reading a long list of themes as Discord would takes its time
            assert alive(shown) is None, f"{alive(shown)!r} after {about}"
        assert "Something went wrong" not in shown, about
        assert "Traceback" not in shown
    must_fit(answer)


def test_suggestions_while_somebody_types_are_never_of_what_was_typed(counter: Counter) -> None:
    async def complete(command: str, step: str, one: Option, text: str) -> None:
        found = await counter.desk.complete(visit_to(Press(command, step), rights=MODERATOR), one.name, text)
        assert not any("EVIL" in choice.label or "EVIL" in choice.value for choice in found), text

    for command, step, one in OPTIONS:
        if one.complete:
            for text in PAYLOADS:
                counter.do(complete(command, step, one, text))


# ---------------------------------------------------------------- and by the front door

TYPED = "\n".join(PAYLOADS).replace("\x00", "").replace("\ud800", "")[:900] + MARKER


def no_pings(evening: Evening) -> None:
    """Every message that the bot ever sent forbids all mentions."""
    looked = 0
    for call in evening.standin.requests:
        body = call.body if isinstance(call.body, dict) else {}
        data = body.get("data") if "type" in body and isinstance(body.get("data"), dict) else body
        if call.method in ("POST", "PATCH") and isinstance(data, dict) and "components" in data and "custom_id" not in data:
            allowed = data.get("allowed_mentions")
            assert allowed is not None, call.path
            assert not allowed.get("parse")
            assert not allowed.get("users")
            assert not allowed.get("roles")
            looked += 1
    assert looked > 5


def dead(seen: Seen) -> Seen:
    assert seen.failed is None
    assert alive(seen.text) is None, alive(seen.text)
    return seen


async def test_texts_that_pass_through_moderators_call_nobody_and_lead_nowhere(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    mo, ada, room = evening.person("Mo"), evening.person("Ada"), evening.room()
    await mo.command(room, "group settings", replies="on")
    asked = await prompt(evening)
    dead(await replied(evening, asked, TYPED))
    waits = waiting_reply(evening)
    assert alive(waits.text) is None, "not even the moderators are led anywhere"
    dead(await mo.press(waits, "Accept"))
    [reply] = [one for one in mo.reads(asked.id) if MARKER in one.text]
    assert alive(reply.text) is None
    assert from_quote(reply.text.partition("\n")[2] or reply.text).endswith(MARKER)

    dead(await suggested(evening, f"# [EVIL](https://evil.example) {MARKER}"[:60], TYPED))
    waits = waiting_suggestion(evening)
    assert alive(waits.text.replace("### ", "", 1)) is None
    dead(await mo.press(waits, "Accept"))
    dead(await mo.command(room, "discuss", theme="own"))
    [posted] = posts(evening, "study-room", MARKER)
    assert alive(posted.text.replace("## ", "", 1)) is None
    shown = card(await mo.command(room, "group show"))
    dead(await mo.press(shown, "Our own prompts"))

    form = (await mo.command(room, "schedule add", what="prompt", theme="scores")).form
    assert form
    dead(await mo.submit(form, {"How often": "Every week", "Days": ["Thursday"], "Hour": TYPED[:20]}))
    dead(await ada.command(room, "quiz", theme=TYPED[:100]))
    for command, option in (("learn", "theme"), ("glossary", "term"), ("quiz", "theme")):
        await ada.complete(room, command, option, TYPED[:100])
    no_pings(evening)
    for kept in ("study_groups", "slots", "postings", "waiting_cards"):
        assert MARKER not in str(ask(evening, f"SELECT * FROM {kept}"))
    assert MARKER not in evening.said.getvalue()
    assert "evil" not in evening.said.getvalue().casefold()
    assert not lines(evening, "level=error")


FORGED = ("'; DROP TABLE learners; --", "<script>", "\u202e", f"1:learn:begin::{'9' * 80}", "2:quiz:start::1", "{}", "%00")


async def test_a_control_that_the_bot_did_not_write_gets_a_sentence(evening: Evening) -> None:
    await evening.group()
    ada = evening.person("Ada")
    for custom_id in FORGED:
        shown = card(await ada.command(evening.room(), "about"))
        assert dead(await forge(ada, shown, shown.labels[0], custom_id)).text
    assert not lines(evening, "level=error")


async def test_a_command_of_another_version_gets_a_sentence_and_not_silence(evening: Evening) -> None:
    commands = evening.standin.world.commands
    number = next(number for number, one in commands.items() if one["name"] == "about")
    commands[number]["name"] = "of-tomorrow"
    seen = await evening.person("Ada").command(evening.room(), "of-tomorrow")
    assert "from another version of me" in seen.text
    assert seen.private
    assert lines(evening, "level=warning", 'event="unknown command"')


async def test_what_fails_around_the_steps_is_a_sentence_with_a_code_too(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise KeyError(f"{MARKER} said Ada")

    ada = evening.person("Ada")
    shown = card(await ada.command(evening.room(), "about"))
    monkeypatch.setattr("bot.chat.client.visit_of", breaks)
    for seen in (await ada.command(evening.room(), "learn"), await ada.press(shown, shown.labels[0])):
        code = re.search(r"\*\*([0-9A-F]{6})\*\*", seen.text)
        assert code, seen
        [line] = lines(evening, f"code={code[1]}")
        assert "error=KeyError" in line
        assert MARKER not in line


def test_a_form_field_has_room_for_what_comes_back_of_it() -> None:
    """Escaped, a text may be twice as long; the card on which it comes back has 4,000 characters."""
    from bot.commands.reply_write import LONGEST as REPLY
    from bot.commands.report_write import LONGEST as REPORT
    from bot.commands.suggestions_decide import LONGEST_TEXT, LONGEST_TITLE

    for longest in (REPLY, REPORT, LONGEST_TEXT + LONGEST_TITLE):
        assert len(as_quote("`" * longest)) < 3_500
