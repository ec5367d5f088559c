"""*Something wrong?*: a quiet button on each answered question. What is reported reaches whoever can mend the question.

For a group's own content that is its moderators' channel; for the course the operator's REPORT_CHANNEL, or else a link to where
such things are written down (REPORT_LINK). The report says which question it is and in which file and line it stands, and never who
wrote it. Its text is on its card alone, and taken off when the report is dealt with. The quiz under way travels in the presses and
goes on.
"""

from __future__ import annotations

import secrets

from msgspec import Struct
from msgspec.structs import replace

from bot.cards import Answer, Button, Card, Choice, ChoiceField, Divider, Form, Link, Row, Text, TextField, Visit
from bot.channels import Channels, Refused
from bot.commands.again import refused, typed_again
from bot.commands.others_words import as_quote
from bot.commands.phrases import gone, group_id, inert, note, quoted
from bot.commands.quiz_answer import onward
from bot.commands.sitting import Sitting
from bot.commands.waiting import DAYS, NONCE_BITS, decided, hand_over, has_something, nowhere_to_hand
from bot.library import OWN_PREFIX, Library, Theme
from bot.press import NotAPress, Press, base36
from bot.questions import Question
from bot.storage import Store

LONGEST = 1_000
A_DAY = 10
"""Reports of one person, each of another question."""
KINDS = (
    Choice("The answer is wrong", "key", "Another option is right, or none."),
    Choice("It is unclear", "unclear", "One can't tell what is asked."),
    Choice("It is outdated", "outdated", "It was so once."),
    Choice("A source is broken", "source", "The link leads nowhere, or says something else."),
    Choice("Something else", "other"),
)


class Asked(Struct, frozen=True):
    """The question that the report is about, and the quiz in which it was asked."""

    theme: Theme
    question: Question
    sitting: Sitting
    place: str
    """Which question, and where it is written; for whoever is to mend it."""


async def write(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """The form, if there is anybody to read it: nobody shall write in vain."""
    asked = _asked(visit, library)
    if asked is None:
        return gone("This question")
    if not asked.theme.is_own and not isinstance(visit.reports_to, int):
        return _elsewhere(visit, asked)
    trouble = _nobody_reads(visit, asked, channels)
    return _card(visit, asked, trouble) if trouble else _form(visit, asked)


async def send(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """Hand it over. If that can't be, the writer gets it back."""
    assert visit.limits
    asked = _asked(visit, library)
    if asked is None:
        return gone("This question")
    trouble = _nobody_reads(visit, asked, channels)
    if trouble:
        return _back(visit, asked, trouble)
    kind = next((one for one in KINDS if one.value == visit.text("kind")), KINDS[-1])
    text = visit.text("text") or ""
    if len(text) > LONGEST:
        return _back(
            visit, asked, f"A report has at most {LONGEST:,} characters, and this one has {len(text):,}; please shorten it."
        )
    if kind is KINDS[-1] and not has_something(text):
        return _back(visit, asked, "Please say in a few words what is wrong, or choose another reason.")
    scope = group_id(visit) if asked.theme.is_own else ""
    this, any_one = f"report {scope} {asked.theme.name} {asked.question.number}", "reports"
    if not visit.limits.take(visit.person, any_one, A_DAY, visit.at):
        return _back(visit, asked, f"You have sent {A_DAY} reports today, which is the most; please wait until tomorrow.")
    if not visit.limits.take(visit.person, this, 1, visit.at):
        visit.limits.give_back(visit.person, any_one, visit.at)
        return _card(visit, asked, "You have reported this question today already, and that has arrived.")
    trouble = await _handed_over(visit, asked, kind, text, store, channels)
    if trouble:
        visit.limits.give_back(visit.person, this, visit.at)
        visit.limits.give_back(visit.person, any_one, visit.at)
        return _back(visit, asked, trouble)
    who = "your moderators" if asked.theme.is_own else "those who look after the course"
    thanks = f"Thank you: it is with {who} now, together with the place where the question is written, and without your name."
    return replace(_card(visit, asked, thanks), tone="good")


async def try_again(visit: Visit, library: Library, store: Store) -> Answer:
    """The form with what came back."""
    asked = _asked(visit, library)
    return typed_again(_form(visit, asked), visit.on_card) if asked else gone("This question")


async def done(visit: Visit, library: Library, store: Store) -> Card:
    """It is mended, or needn't be: the text leaves the card, and what it was about stays."""
    if visit.on_message is None or len(visit.on_card) < 3:
        raise NotAPress("not a report")
    await store.take_waiting_card(visit.on_message)
    return decided(f"Dealt with, and its text is removed.\n{visit.on_card[1]}")


def report_card(asked: Asked, kind: Choice, text: str, group: int | None) -> Card:
    """What stands in the channel. Which question it is comes second, what somebody wrote last."""
    kept = (
        f"The text stands on this card alone, until it is dealt with or for {DAYS} days."
        if group is not None
        else "The text stands on this card alone, until it is dealt with; please don't keep it longer than you need it."
    )
    return Card(
        (
            Text(f"## A question is reported: {kind.label.casefold()}\n{kept} I keep neither the text nor who wrote it."),
            Text(asked.place),
            Text(f"> {quoted(asked.question.ask, 500)}\n> Key: {quoted(asked.question.right_text, 200)}"),
            Divider(),
            Text(as_quote(text) if has_something(text) else "-# (nothing was written with it)"),
            Divider(),
            Row((Button("Dealt with", Press("reports", "done", (), group)),)),
        ),
        tone="look",
        to="this card",
    )


async def _handed_over(visit: Visit, asked: Asked, kind: Choice, text: str, store: Store, channels: Channels) -> str | None:
    """``None`` when it is there, otherwise one sentence why not."""
    if asked.theme.is_own:
        return await hand_over(visit, "report", report_card(asked, kind, text, group_id(visit)), store, channels)
    assert isinstance(visit.reports_to, int)
    # By its number alone, as into a thread: it may be on a server that another process looks after.
    nonce = base36(secrets.randbits(NONCE_BITS))
    card = report_card(asked, kind, text, None)
    sent = await channels.post_in_thread(visit.reports_to, card, nonce=nonce)
    if isinstance(sent, Refused) and sent.unsure:  # it may be there: the same nonce finds it again
        sent = await channels.post_in_thread(visit.reports_to, card, nonce=nonce)
    if isinstance(sent, Refused) and sent.unsure:
        return "Discord did not answer, so I can't tell whether it has arrived; please try again in a minute."
    return "I could not hand it over just now; please try again in a few minutes." if isinstance(sent, Refused) else None


def _asked(visit: Visit, library: Library) -> Asked | None:
    """The question in the press; ``None`` if it was taken out. ``NotAPress`` for what ``quiz.py`` never wrote."""
    *state, named = visit.press.args or ("",)
    try:
        number = int(named, 36)
    except ValueError as error:
        raise NotAPress("no question") from error
    sitting = Sitting.read(tuple(state))
    theme = library.course(visit.reads).numbered(sitting.theme)
    question = theme.question(number) if theme else None
    if theme is None or question is None:
        return None
    spot = library.spot(visit.reads, theme.name, number)
    where = f", `{spot.file}` line {spot.line}" if spot else ""
    return Asked(theme, question, sitting, f"Question **{number}** of **{theme.name.removeprefix(OWN_PREFIX)}**{where}")


def _nobody_reads(visit: Visit, asked: Asked, channels: Channels) -> str | None:
    if not asked.theme.is_own:
        # Of a channel that another process looks after, nothing can be told here.
        if isinstance(visit.reports_to, int) and channels.all_may_view(visit.reports_to):
            return "Everyone can view the channel for reports just now, so I hand nothing to it; please tell whoever runs this bot."
        return None
    assert visit.group  # only a group has themes of its own
    trouble = nowhere_to_hand(visit.group, channels)
    return f"A report of your group's own question goes to its moderators. {trouble}" if trouble else None


def _elsewhere(visit: Visit, asked: Asked) -> Card:
    """Reports of the course are not taken here."""
    if isinstance(visit.reports_to, str):
        words = (
            "Thank you for looking closely. Questions of the course are mended where it is written; please say there what is wrong."
        )
        link: tuple[Row, ...] = (Row((Link("Where to write it", visit.reports_to),)),)
    else:
        words = "Thank you for looking closely. Please tell whoever runs this bot what is wrong, and which question it is:"
        link = ()
    return note(Text(words), Text(asked.place), *link, Row((_onward(visit, asked),)))


def _form(visit: Visit, asked: Asked) -> Form:
    who = (
        f"the moderators of **{inert(visit.group.name)}**"
        if asked.theme.is_own and visit.group
        else "the people who run this bot and look after its course, on a server of theirs"
    )
    return Form(
        "Something wrong?",
        Press("report", "send", visit.press.args, visit.press.group),
        (
            ChoiceField("kind", "What is it?", KINDS),
            TextField("text", "In your words", required=False, longest=LONGEST, long=True, help="A source helps, if you know one."),
        ),
        Text(
            f"**About:** {quoted(asked.question.ask, 200)}\n"
            f"**Who reads it:** {who}. Your name is not on it; Discord itself knows who sends it.\n"
            "**What I keep:** neither the text nor who wrote it."
        ),
    )


def _back(visit: Visit, asked: Asked, why: str) -> Card:
    again = Press("report", "try-again", visit.press.args, visit.press.group)
    card = refused(_form(visit, asked), visit.given, f"{why}\n-# Nothing was handed on. This is what you wrote:", again)
    return replace(card, parts=(*card.parts, Row((_onward(visit, asked),))))


def _card(visit: Visit, asked: Asked, words: str) -> Card:
    return note(Text(words), Row((_onward(visit, asked),)), tone="look")


def _onward(visit: Visit, asked: Asked) -> Button:
    """The card that was pressed is this one now, so the way on must be on it."""
    return replace(onward(asked.sitting, visit.press.args[:-1], visit.press.group), tone="plain")
