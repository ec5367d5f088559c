"""``/content``, by the front door: a moderator hands over a file, reads what is in it, and the group has it; and the ways it can
fail."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from at_the_desk import LIBRARY
from engines import a_group
from evening import Evening, card, public
from mischief import ask, lines, posts, until
from test_schedule import WEEKLY

from bot.commands.content_upload import tidy
from bot.commands.content_words import MOST_FILES
from bot.commands.phrases import MOST_CHOICES
from bot.commands.quiz_answer import MOST_TURNS
from bot.commands.sitting import LONGEST, SEEDS, Sitting
from bot.library.own import read_own
from bot.press import GROUP_BITS, Press, base36
from bot.recall import Sure
from bot.shelves import FIRST_NUMBER, Shelves
from bot.storage import Store, open_store
from rehearsal import components
from rehearsal.people import Seen

TREES = """\
theme: our-trees
title: Trees of our street
lessons:
  - lesson: the-lime
    title: The lime by the bridge
    key_idea: It was planted when the bridge was built.
    example: Its bark shows where the flood stood.
    try_this: Look up when you pass it.
    sources: [CHRONICLE]
questions:
  - ask: Which tree stands by the bridge?
    lesson: the-lime
    options:
      - right: A lime
        feedback: It was planted with the bridge.
      - wrong: An oak
        feedback: The oak is at the school.
  - ask: How old is it?
    options:
      - right: A hundred years
      - wrong: Ten years
      - wrong: Nobody counted
prompts:
  - prompt: plant-one
    title: Where would you plant one?
    text: There is money for one more tree. Where should it stand?
sources:
  CHRONICLE: {title: Chronicle of the street, url: "https://example.org/chronicle", year: 1921}
"""
FORM_FIELD = "The file"


async def uploaded(evening: Evening, text: str | bytes = TREES, name: str = "trees.yaml", who: str = "Mo") -> Seen:
    person = evening.person(who)
    form = (await person.command(evening.room(), "content upload")).form
    assert form
    content = text if isinstance(text, bytes) else text.encode()
    return await person.submit(form, {FORM_FIELD: (name, content)})


async def in_use(evening: Evening, text: str = TREES, name: str = "trees.yaml") -> Seen:
    return await evening.person("Mo").press(card(await uploaded(evening, text, name)), "Use it in this group")


def kept(evening: Evening) -> list[tuple[int, str, str, int]]:
    return ask(evening, "SELECT number, theme, name, in_use FROM own_files ORDER BY number")


# ---------------------------------------------------------------- the whole way


async def test_a_group_reads_answers_and_discusses_what_it_brought_along(evening: Evening) -> None:
    await evening.group()
    mo, ada, room = evening.person("Mo"), evening.person("Ada"), evening.room()
    seen = await uploaded(evening)
    assert seen.private
    assert "One lesson, 2 questions and one prompt, without a problem" in seen.text
    assert "One question is without `feedback`" in seen.text
    assert "There is no theme called" in (await ada.command(room, "learn", theme="Trees of our street")).text
    used = await mo.press(card(seen), "Use it in this group")
    assert "is in use in **Thursday readers**: `/learn`, `/quiz` and `/discuss` have it" in used.text
    assert [choice.name for choice in await ada.complete(room, "learn", "theme", "trees")] == ["Trees of our street"]
    lesson = await ada.command(room, "learn", theme="Trees of our street")
    assert "It was planted when the bridge was built." in lesson.text
    assert "From your group's own content" in lesson.text
    assert "Wikibooks" not in lesson.text
    last = await ada.press(card(await ada.press(card(lesson), "Next")), "Next")
    assert "[Chronicle of the street](<https://example.org/chronicle>)" in last.text
    quiz = card(await ada.press(card(last), "Take the quiz"))
    assert "question 1 of 2" in quiz.text
    for _ in range(2):
        right = next(line[2] for line in quiz.text.splitlines() if line.endswith(("A lime", "A hundred years")))
        answer = card(await ada.press(quiz, right))
        assert "That's right" in answer.text
        onward = "See how it went" if "See how it went" in answer.labels else "Next question"
        quiz = card(await ada.press(answer, onward))
    assert "All two right" in quiz.text
    assert "is posted" in (await mo.command(room, "discuss", theme="Trees of our street")).text
    assert len(posts(evening, "study-room", "Where would you plant one?")) == 1
    assert not lines(evening, "level=error")


async def test_progress_is_kept_under_the_themes_own_name_and_shown(evening: Evening) -> None:
    await evening.group()
    await evening.joined("Ada")
    await in_use(evening)
    ada, room = evening.person("Ada"), evening.room()
    lesson = await ada.command(room, "learn", theme="Trees of our street")
    await ada.press(card(await ada.press(card(lesson), "Next")), "Next")
    assert ask(evening, "SELECT theme, lesson FROM lessons_read") == [("own:our-trees", "the-lime")]
    assert "**Trees of our street:** 1 of 1 lessons read, 0 of 2 questions known" in (await ada.command(room, "progress")).text
    assert "Trees of our street" in (await ada.command(room, "my-data show")).text


async def test_another_group_and_a_guest_elsewhere_have_nothing_of_it(evening: Evening) -> None:
    await evening.group()
    await evening.group(channel="lounge", name="Monday readers")
    await in_use(evening)
    ada = evening.person("Ada")
    assert "There is no theme called" in (await ada.command(evening.room("lounge"), "learn", theme="Trees of our street")).text
    assert "Trees" not in (await ada.command(ada.dm(), "learn")).text
    assert "Trees of our street" in (await ada.command(evening.room(), "learn")).text


async def test_a_slot_of_the_calendar_posts_from_it(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    await in_use(evening)
    mo, room = evening.person("Mo"), evening.room()
    form = (await mo.command(room, "schedule add", what="prompt", theme="own:our-trees")).form
    assert form
    added = await mo.submit(form, WEEKLY)
    assert "Trees of our street" in added.text
    assert "is posted" in (await mo.command(room, "prompt now")).text
    assert len(posts(evening, "study-room", "Where would you plant one?")) == 1
    asked = card(await mo.command(room, "content remove", theme="our-trees"))
    assert "A slot of the calendar posts from it, and would pause" in asked.text


async def test_what_is_in_use_is_there_after_a_restart_and_so_is_a_draft(evening: Evening) -> None:
    await evening.group()
    await in_use(evening)
    draft = card(await uploaded(evening, TREES.replace("our-trees", "our-birds").replace("Trees", "Birds"), "birds.yaml"))
    await evening.restart_bot()
    assert "Trees of our street" in (await evening.person("Ada").command(evening.room(), "learn")).text
    assert "is in use" in (await evening.person("Mo").press(draft, "Use it in this group")).text
    assert "Birds of our street" in (await evening.person("Ada").command(evening.room(), "learn")).text


async def test_a_mended_file_takes_the_old_ones_place_and_keeps_its_number(evening: Evening) -> None:
    await evening.group()
    await in_use(evening)
    old = card(await evening.person("Ada").command(evening.room(), "learn", theme="Trees of our street"))
    seen = await uploaded(evening, TREES.replace("planted when", "planted the year"), "trees-2.yaml")
    assert "It takes the place of the file of the same `theme: our-trees`" in seen.text
    await evening.person("Mo").press(card(seen), "Use it in this group")
    assert kept(evening) == [(1, "our-trees", "trees-2.yaml", 1)]
    assert "planted the year" in (await evening.person("Ada").command(evening.room(), "learn", theme="Trees of our street")).text
    assert "flood" in (await evening.person("Ada").press(old, "Next")).text


async def test_it_is_listed_downloaded_and_removed_after_a_question(evening: Evening) -> None:
    await evening.group()
    mo, ada, room = evening.person("Mo"), evening.person("Ada"), evening.room()
    assert "has nothing of its own yet" in (await mo.command(room, "content list")).text
    await in_use(evening)
    listed = card(await mo.command(room, "content list"))
    assert "**Trees of our street**\nOne lesson, 2 questions and one prompt · trees.yaml" in listed.text
    one = card(await mo.pick(listed, "Trees of our street"))
    assert one.labels == ["Read it", "How it does", "Download", "Remove", "All of ours"]
    fetched = card(await mo.press(one, "Download"))
    assert [(file.name, file.bytes.decode()) for file in fetched.attachments] == [("trees.yaml", TREES)]
    [suggested] = await mo.complete(room, "content remove", "theme", "tree")
    assert suggested.name == "Trees of our street"
    old, older = [card(await ada.command(room, "learn", theme="Trees of our street")) for _ in range(2)]
    asked = card(await mo.command(room, "content remove", theme=suggested.value))
    assert "## Remove Trees of our street?" in asked.text
    assert len(kept(evening)) == 1
    removed = card(await mo.press(asked, "Remove"))
    assert removed.attachments[0].bytes.decode() == TREES, "a slip can be mended"
    assert kept(evening) == []
    assert "There is no theme called" in (await ada.command(room, "learn", theme="Trees of our street")).text
    assert "is no longer part of the course" in (await ada.press(old, "Next")).text
    await in_use(evening)
    assert kept(evening) == [(2, "our-trees", "trees.yaml", 1)], "a number is never given again: old buttons don't lead elsewhere"
    assert "is no longer part of the course" in (await ada.press(older, "Next")).text


async def test_a_moderator_can_read_all_of_it_first(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    shown = card(await mo.press(card(await uploaded(evening)), "Read it"))
    seen = [shown.text]
    while "Next" in shown.labels:
        shown = card(await mo.press(shown, "Next"))
        seen.append(shown.text)
    assert len(seen) == 4
    assert "**B** is wrong. The oak is at the school." in seen[1]
    assert "Where should it stand?" in seen[3]
    preview = card(await mo.press(shown, "To the preview"))
    thrown = await mo.press(preview, "Throw it away")
    assert "nothing of it is kept" in thrown.text
    assert kept(evening) == []


# ---------------------------------------------------------------- files of other programs

GIFT = """\
$CATEGORY: $course$/Trees of our street

::Lime::Which tree stands by the bridge? {
  =A lime #It was planted with the bridge.
  ~An oak #The oak is at the school.
  ~[html]<b>An elm</b>
}

The lime is a hundred years old. {TRUE#Look at the plate.#Yes, since 1921.}

How many trees are there? {#12:1}

The lime was planted first, then the oak.

Where would you plant one? {}
"""


async def test_moodles_gift_is_taken_as_it_is_and_what_has_no_place_is_told(evening: Evening) -> None:
    await evening.group()
    seen = await uploaded(evening, GIFT, "our trees.gift")
    assert "## Trees of our street\n3 questions and one prompt, without a problem" in seen.text
    assert "**line 13** · not carried over" in seen.text
    await evening.person("Mo").press(card(seen), "Use it in this group")
    assert [(theme, name) for _, theme, name, _ in kept(evening)] == [("our-trees", "our-trees.gift")]
    ada, room = evening.person("Ada"), evening.room()
    await evening.restart_bot()
    quiz = card(await ada.command(room, "quiz", theme="Trees of our street"))
    assert "question 1 of 3" in quiz.text
    fetched = card(await evening.person("Mo").command(room, "content download", theme="our-trees"))
    assert fetched.attachments[0].bytes.decode() == GIFT


def test_questions_of_every_kind_are_taken_without_a_word_of_feedback() -> None:
    gift = """Which? {~%50%one ~%50%two ~%-100%three}

So? {T}

What? {=this =that}

When? {#1994}

Which to which? {=a -> 1 =b -> 2 =c -> 3}
"""
    read = read_own(gift.encode(), "x.gift", {})
    assert read.theme, read.problems
    assert not read.left
    kinds = ["many choices", "one choice", "short answer", "estimate", "match"]
    assert [one.kind for one in read.theme.questions] == kinds
    assert read.theme.questions[3].right_text == "1994", "a year has no comma"
    graded = read.theme.questions[3].grade("1994")
    assert graded.is_right


async def test_what_is_not_carried_over_is_not_counted_as_a_thing_to_mend(evening: Evening) -> None:
    await evening.group()
    seen = await uploaded(evening, GIFT.replace("A lime", "A lime @everyone"), "our trees.gift")
    assert "## 1 thing to mend in our-trees.gift" in seen.text
    assert "Not carried over as it was" in seen.text
    assert "**line 13** · not carried over" in seen.text


async def test_a_spreadsheet_is_taken_and_its_lines_are_those_of_the_file(evening: Evening) -> None:
    await evening.group()
    table = "question,option 1,right 1,option 2,right 2\nWhich?,A lime,x,An oak,\n<@1>?,A,x,B,\n"
    seen = await uploaded(evening, table, "trees.csv")
    assert "**line 3** · question 2, ask: mentions somebody" in seen.text
    seen = await uploaded(evening, table.replace("<@1>", "Which other"), "trees.csv")
    assert "## Trees\n2 questions, without a problem" in seen.text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("many.gift", b"Q {=a ~b}\n\n" * 9_000, "has more than 10,000 options"),
        ("options.gift", b"Q {=a " + b"~b " * 80_000 + b"}", "has more than 10,000 options"),
        ("rows.csv", b"question,option 1,right 1,option 2\n" + b"a,b,x,c\n" * 25_000, "has 5,000 questions"),
        ("odd.csv", b"a,b\n1,2\n", "has to be called question"),
        ("sixteen.csv", "question".encode("utf-16"), "is UTF-16"),
        ("zip.gift", b"PK\x03\x04" + b"\0" * 99, "is an archive"),
        ("all.gift", b"Hello @everyone {=a ~b}", "mentions somebody"),
        ("join.gift", b"Come to discord.gg/abc {=a ~b}", "invitation"),
        ("script.gift", b"[html]<script>alert(1)</script> {", "doesn"),
    ],
    ids=lambda one: one if isinstance(one, str) and one.endswith((".gift", ".csv")) else "",
)
async def test_a_hostile_question_file_gets_a_sentence_soon(name: str, content: bytes, sentence: str, evening: Evening) -> None:
    await evening.group()
    began = asyncio.get_running_loop().time()
    seen = await uploaded(evening, content, name)
    assert sentence in seen.text.replace("\\", "")
    assert asyncio.get_running_loop().time() - began < 1.5
    assert kept(evening) == []
    assert not lines(evening, "level=error")


async def test_the_preview_says_what_would_make_it_better(evening: Evening) -> None:
    await evening.group()
    weak = TREES.replace("      - wrong: Ten years\n", "      - wrong: All of the above\n")
    seen = await uploaded(evening, weak)
    assert "To make it better, if you like" in seen.text
    assert "stand for themselves" in seen.text, "as check warns of the course"
    many = "theme: many\ntitle: Many\nquestions:\n" + "".join(
        f"  - ask: What is not the thing number {n}?\n    options: [{{right: A very long right answer indeed}}, {{wrong: b}}]\n"
        for n in range(30)
    )
    shown = card(await uploaded(evening, many, "many.yaml"))
    assert "more, in the file below" in shown.text
    assert [file.name for file in shown.attachments] == ["to-make-it-better.txt"]


async def test_a_quiz_under_way_ends_kindly_when_its_file_is_removed_or_shortened(evening: Evening) -> None:
    await evening.group()
    await in_use(evening)
    mo, ada, room = evening.person("Mo"), evening.person("Ada"), evening.room()
    first, second = [card(await ada.command(room, "quiz", theme="Trees of our street")) for _ in range(2)]
    answered = card(await ada.press(first, "A"))
    shorter = TREES.replace(TREES[TREES.index("  - ask: How old") : TREES.index("prompts:")], "")
    await in_use(evening, shorter)
    assert (await ada.press(answered, "Next question")).private, "whichever of the two came first"
    await mo.press(card(await mo.command(room, "content remove", theme="our-trees")), "Remove")
    gone = await ada.press(second, "A")
    assert "has been changed or taken out" in gone.text
    assert not lines(evening, "level=error")


async def test_a_slot_whose_file_is_removed_pauses_and_says_so(evening: Evening) -> None:
    await evening.group(moderators_channel=evening.room("moderators"))
    await in_use(evening)
    mo, room = evening.person("Mo"), evening.room()
    form = (await mo.command(room, "schedule add", what="prompt", theme="own:our-trees")).form
    assert form
    await mo.submit(form, WEEKLY)
    await mo.press(card(await mo.command(room, "content remove", theme="our-trees")), "Remove")
    [due] = [due for (due,) in ask(evening, "SELECT due_at FROM slots")]
    evening.move(seconds=due - evening.now().timestamp() + 30)
    await until(lambda: posts(evening, "moderators", "paused"))
    assert "was removed" in (await mo.command(room, "schedule list")).text
    assert not lines(evening, "level=error")


# ---------------------------------------------------------------- what can't be used


async def test_a_question_that_has_a_problem_is_not_called_nothing(evening: Evening) -> None:
    await evening.group()
    seen = await uploaded(evening, "theme: x\ntitle: X\nquestions:\n  - ask: How old is it?\n    options:\n      - right: Old\n")
    assert "options" in seen.text
    assert "nothing in it" not in seen.text


async def test_every_problem_is_told_with_its_line(evening: Evening) -> None:
    await evening.group()
    wrong = TREES.replace("      - right: A lime\n", "      - wrong: A lime\n").replace(
        "lesson: the-lime\n    options", "lesson: the-elm\n    options"
    )
    seen = await uploaded(evening, wrong)
    assert "## 2 things to mend in trees.yaml" in seen.text
    assert "- **line 12** · question no. 1 in the list, lesson: this theme has no lesson" in seen.text.replace("\\", "")
    assert "exactly one option has to be `right" in seen.text.replace("\\", "")
    assert kept(evening) == []
    again = (await evening.person("Mo").press(card(seen), "Upload a file")).form
    assert again
    mended = await evening.person("Mo").submit(again, {FORM_FIELD: ("trees.yaml", TREES.encode())})
    assert mended.edited
    assert "without a problem" in mended.text


async def test_very_many_problems_come_as_a_file(evening: Evening) -> None:
    await evening.group()
    questions = "".join(
        f"  - ask: Question {n}?\n    options: [{{right: a}}, {{wrong: b}}]\n    lesson: nowhere\n    x: 1\n" for n in range(90)
    )
    seen = card(await uploaded(evening, f"theme: many\ntitle: Many\nlevel: 1\nquestions:\n{questions}"))
    assert "more, in the file below" in seen.text
    [file] = seen.attachments
    assert file.name == "problems.txt"
    assert len(file.bytes.decode().splitlines()) > 80


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("bomb.yaml", b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "takes for an anchor"),
        ("ten.yaml", b"a" * 10_000_000, "at most 256 KB are taken"),
        ("a-little.yaml", b"#" * (256 * 1024 + 1), "at most 256 KB are taken"),
        ("latin.yaml", "theme: Bäume".encode("latin-1"), "is not UTF-8 text"),
        ("sixteen.yaml", "theme: x".encode("utf-16"), "is UTF-16 text"),
        ("deep.yaml", b"a: " + b"[" * 100_000, "nests more than 12"),
        ("zip.yaml", b"PK\x03\x04" + b"\0" * 500, "is an archive"),
        ("control.yaml", b"theme: x\ntitle: a\x07b\n", "has an invisible character"),
        ("turned.yaml", 'theme: x\ntitle: "a\u202eb"\nprompts: []\n'.encode(), "hide text or turn it around"),
        ("options.yaml", b"theme: x\ntitle: X\nquestions:\n - ask: q\n   options:\n" + b"    - {}\n" * 25_000, "more than 20,000"),
        ("flow.yaml", b"theme: x\ntitle: X\nquestions: [" + b"a," * 100_000 + b"]\n", "more than 20,000"),
        ("all.yaml", b"theme: x\ntitle: Hello @everyone\nprompts: []\n", "mentions somebody"),
        ("role.yaml", b"theme: x\ntitle: Hello <@&12>\nprompts: []\n", "mentions somebody"),
        ("join.yaml", b"theme: x\ntitle: Come to discord.gg/abc\nprompts: []\n", "invitation"),
        ("link.yaml", b"theme: x\ntitle: '[here](https://evil.example)'\nprompts: []\n", "links belong into"),
        ("plain.yaml", TREES.replace("https://", "http://").encode(), "has to begin with https"),
        ("empty.yaml", b"", "is empty"),
        ("trees.exe", TREES.encode(), "is no file that I can read"),
        ("arabic.yaml", 'theme: x\ntitle: "a\u061cb"\nprompts: []\n'.encode(), "hide text or turn it around"),
        ("tags.yaml", 'theme: x\ntitle: "a\U000e0041b"\nprompts: []\n'.encode(), "hide text or turn it around"),
        ("emoji.yaml", b"theme: x\ntitle: Hello <a:wave:1234>\nprompts: []\n", "has an emoji of a server"),
        ("anchor.yaml", b"theme: &" + b"a" * 100_000 + b" x\n", "takes for an anchor"),
        ("fence.yaml", b"theme: x\ntitle: 'a ``` b'\nprompts: []\n", "opens and doesn"),
    ],
    ids=lambda one: one if isinstance(one, str) and one.endswith((".yaml", ".exe")) else "",
)
async def test_a_hostile_file_gets_a_sentence_soon_and_leaves_nothing(
    name: str, content: bytes, sentence: str, evening: Evening
) -> None:
    await evening.group()
    began = asyncio.get_running_loop().time()
    seen = await uploaded(evening, content, name)
    took = asyncio.get_running_loop().time() - began
    assert sentence in seen.text.replace("\\", "")
    assert took < 1.5, "well under a second on a machine that does nothing else"
    assert card(seen).pings == frozenset()
    assert kept(evening) == []
    assert not lines(evening, "level=error")
    assert not lines(evening, "evil")


async def test_a_file_is_fetched_from_discord_alone(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.chat.uploads import _is_discords

    assert _is_discords(f"{evening.standin.url}/attachments/1/2/x.yaml")
    assert _is_discords("https://cdn.discordapp.com/ephemeral-attachments/1/2/x.yaml?ex=1")
    for other in (
        "https://evil.example/x.yaml", "http://cdn.discordapp.com/x", "https://cdn.discordapp.com.evil.example/x",
        "https://cdn.discordapp.com@evil.example/x", "file:///etc/passwd", "http://127.0.0.1:1/x", "",
    ):  # fmt: skip
        assert not _is_discords(other)


async def test_a_file_that_discord_does_not_hand_out_is_asked_for_again(evening: Evening) -> None:
    await evening.group()
    mo = evening.person("Mo")
    form = (await mo.command(evening.room(), "content upload")).form
    assert form
    keep = evening.standin.world.keep_upload
    evening.standin.world.keep_upload = lambda picture: None  # type: ignore[method-assign]  # lost on the way
    seen = await mo.submit(form, {FORM_FIELD: ("trees.yaml", TREES.encode())})
    evening.standin.world.keep_upload = keep  # type: ignore[method-assign]
    assert "I could not fetch the file from Discord just now" in seen.text
    assert "Upload a file" in seen.labels


async def test_nothing_in_what_is_posted_can_ping_anybody(evening: Evening) -> None:
    await evening.group()
    await in_use(evening, TREES.replace("There is money", "Write to a@here.org, they pay. There is money"))
    await evening.person("Mo").command(evening.room(), "discuss", theme="Trees of our street")
    for message in public(evening.person("Ada"), evening.room()):
        assert message.pings == frozenset()


# ---------------------------------------------------------------- who may, and how much


async def test_only_moderators_bring_see_or_remove_files(evening: Evening) -> None:
    await evening.group()
    draft = card(await uploaded(evening))
    ada, room = evening.person("Ada"), evening.room()
    for name in ("upload", "list", "download", "remove"):
        with pytest.raises(LookupError):
            await ada.command(room, f"content {name}")
    await evening.person("Mo").press(draft, "Use it in this group")
    assert len(kept(evening)) == 1


async def test_the_form_says_that_no_member_belongs_into_a_file(evening: Evening) -> None:
    await evening.group()
    form = (await evening.person("Mo").command(evening.room(), "content upload")).form
    assert form
    assert "let there be nothing in it about a member" in form.text
    assert "until you remove it or the group is closed" in form.text


async def test_a_group_has_so_many_files_and_no_more(evening: Evening) -> None:
    await evening.group()
    for number in range(MOST_FILES):
        named = TREES.replace("our-trees", f"trees-{number}").replace("title: Trees of our street", f"title: {number:x<60}")
        await in_use(evening, named, f"{number}.yaml")
    seen = await uploaded(evening)
    assert f"has {MOST_FILES} files of its own, which is the most" in seen.text
    assert "without a problem" in (await uploaded(evening, TREES.replace("our-trees", "trees-3"))).text, "one may still be mended"
    learn = card(await evening.person("Ada").command(evening.room(), "learn"))
    assert len(learn.selects[0]["options"]) == len(LIBRARY.course("en").themes) + MOST_FILES
    await evening.joined("Ada")
    for name, last in (("progress", "moves only when"), ("my-data show", "can't be undone"), ("quiz", ""), ("learn", "1xxx")):
        shown = card(await evening.person("Ada").command(evening.room(), name))
        written = components.texts(shown.components)
        assert last in shown.text
        assert sum(map(len, written)) <= 4_000
        assert "…" not in written[-1]
    assert not lines(evening, "level=error")


def test_all_themes_fit_on_a_menu() -> None:
    for language in LIBRARY.languages:
        assert len(LIBRARY.course(language).themes) + MOST_FILES <= MOST_CHOICES


async def test_two_moderators_who_use_the_same_draft_use_it_once(evening: Evening) -> None:
    await evening.group()
    draft = card(await uploaded(evening))
    mo = evening.person("Mo")
    first, second = await asyncio.gather(mo.press(draft, "Use it in this group"), mo.press(draft, "Use it in this group"))
    assert sorted("is in use in" in one.text for one in (first, second)) == [False, True]
    assert kept(evening) == [(1, "our-trees", "trees.yaml", 1)]


async def test_a_closed_group_takes_its_files_along(evening: Evening) -> None:
    await evening.group()
    await in_use(evening)
    mo = evening.person("Mo")
    await mo.press(card(await mo.command(evening.room(), "group close")), "Close and erase now")
    assert kept(evening) == []


async def test_a_draft_is_gone_after_a_day(evening: Evening) -> None:
    await evening.group()
    draft = card(await uploaded(evening))
    evening.move(days=1, hours=1)
    for _ in range(100):
        await asyncio.sleep(0.1)
        if not kept(evening):
            break
    assert kept(evening) == []
    assert "That draft is there no longer" in (await evening.person("Mo").press(draft, "Use it in this group")).text


@pytest.mark.parametrize(
    ("given", "tidied"),
    [
        ("trees.yaml", "trees.yaml"),
        ("../../etc/pass wd.yaml", "etc-pass-wd.yaml"),
        ("ä.yaml", "theme.yaml"),
        ("no-ending", "theme.no-ending"),
        ("x" * 300 + ".yaml", "x" * 55 + ".yaml"),
    ],
)
def test_a_files_name_has_nothing_in_it_that_a_path_is_made_of(given: str, tidied: str) -> None:
    made = tidy(given)
    assert made == tidied
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,60}", made)


# ---------------------------------------------------------------- two processes


async def test_another_process_sees_a_change_when_it_sees_the_group(url: str) -> None:
    here, there = await open_store(url), await open_store(url)
    try:
        group = a_group()
        await here.add_group(group)
        shelves_here, shelves_there = Shelves(LIBRARY, here), Shelves(LIBRARY, there)
        assert await shelves_there.of(await there.group(group.group_id)) is LIBRARY
        await _use(here, group.group_id, TREES)
        assert (await shelves_here.of(await here.group(group.group_id))).course("en").numbered(FIRST_NUMBER + 1)
        remembered = await there.group(group.group_id)
        assert await shelves_there.of(remembered) is LIBRARY, "for half a minute at most it may know the group as it was"
        there.clock = lambda: 1e12
        library = await shelves_there.of(await there.group(group.group_id))
        assert library.course("en").theme("own:our-trees")
        assert library is await shelves_there.of(await there.group(group.group_id)), "and is not read again"
        spot = library.spot("de", "own:our-trees", 2)
        assert spot
        assert (spot.file, spot.line) == ("trees.yaml", 18)
        await here.remove_own_file(group.group_id, 1)
        there.clock = lambda: 2e12
        assert (await shelves_there.of(await there.group(group.group_id))).course("en").theme("own:our-trees") is None
    finally:
        await here.close()
        await there.close()


async def test_a_draft_is_used_once_and_old_ones_go(store: Store) -> None:
    group = a_group()
    await store.add_group(group)
    number = await store.add_draft(group.group_id, "a", "a.yaml", "x", group.created_on)
    assert number == 1
    assert await store.use_draft(group.group_id, 1) == 1
    assert await store.use_draft(group.group_id, 1) is None
    assert await store.add_draft(group.group_id, "a", "b.yaml", "y", group.created_on) == 2
    assert await store.use_draft(group.group_id, 2) == 1
    [file] = await store.own_files(group.group_id)
    assert (file.number, file.name, file.text) == (1, "b.yaml", "y")
    for _ in range(7):
        await store.add_draft(group.group_id, "c", "c.yaml", "z", group.created_on)
    assert [await store.own_file(group.group_id, n) is not None for n in range(1, 10)] == [True, *[False] * 3, *[True] * 5]
    assert await store.remove_old_drafts(group.created_on) == 0
    assert await store.remove_old_drafts(group.created_on + timedelta(days=1)) == 5
    assert await store.add_draft(12345, "c", "c.yaml", "z", group.created_on) is None
    assert (await store.erase_group(group.group_id)).own_files == 1


async def _use(store: Store, group: int, text: str) -> None:
    number = await store.add_draft(group, "our-trees", "trees.yaml", text, a_group().created_on)
    assert number is not None
    assert await store.use_draft(group, number) == number


def test_the_longest_quiz_about_ones_own_fits_into_its_presses() -> None:
    done = tuple((36 * 36 - number, True) for number in range(1, LONGEST + 1))
    state = Sitting(100 + 99_999, SEEDS - 1, LONGEST, 299, done, sure=Sure.CERTAIN).args()
    number, turn = base36(36 * 36 - 1, 2), base36(MOST_TURNS - 1)
    for press in (
        Press("quiz", "answer", (*state, number, turn, "0123"), (1 << GROUP_BITS) - 1),  # an order of five, all but the last
        Press("quiz", "fill-again", (*state, number, turn), (1 << GROUP_BITS) - 1),
        Press("quiz", "sure", (*state, number, turn, "3"), (1 << GROUP_BITS) - 1),
        Press("report", "try-again", (*state, number), (1 << GROUP_BITS) - 1),
    ):
        assert press.fits
