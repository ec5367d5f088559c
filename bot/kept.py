"""The one list of what is kept about a learner: every column, what for, how long, and who can see it.

The card before joining, ``/my-data``, its download, the receipts, the erasures, the retention and ``docs/PRIVACY.md`` are all
made from this list, so that none of them can forget anything; ``tests/test_kept.py`` compares it with the schema of both engines.
To keep something new, add a column or a table here, with ``since`` one higher than ``VERSION`` was: learners are asked again, and
until they agree nothing new is kept of them. What is kept about groups is in ``bot/kept_groups.py``.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

UNTIL = (
    "until you leave or erase it, until {days} days after you were last active, "
    "or until 7 days after the group was closed or its server removed the bot"
)
"""``{days}`` is the operator's RETENTION_DAYS."""

THIRTY_DAYS = "for 30 days after the erasure"
AS_LONG_AS_THE_BOT = "for as long as this bot is run"

UNTIL_REVEAL = "until this question is revealed or the round is stopped, an hour after the last press at the latest"

ONLY_YOU = "only you, with `/my-data`"
COUNTED = "only you; the group sees how many learners it has, rounded down to fives"
SUMMED_UP = "only you; the group sees rough words about all together, where enough learners are behind them"
MOVED = "so that no summary moves because of a few, but waits until enough of you have gone on"
COMES_BACK = "so that it comes back when you are about to forget it"
NOBODY = "nobody; it is on no card and in no file of yours"
OPERATOR = (
    "Whoever runs the bot holds the database and the secret, and could test a guess about a Discord id that they know already"
)


class Column(Struct, frozen=True):
    """One column about a learner, in words that follow *I keep …*. ``since``: the version of the list that brought it."""

    name: str
    what: str
    why: str
    since: int = 1
    who: str = ONLY_YOU
    long: str = UNTIL


GROUP_AND_KEY = (
    Column("group_id", "the number of the group", "so that your rows there have nothing to do with those elsewhere", who=NOBODY),
    Column("learner_key", "the code that stands for you there alone", "so that you are found when you come back", who=NOBODY),
)
"""They say whose row it is and are in every table; a download leaves them out, since a key in a file could be looked up."""

KEY_COLUMNS = tuple(column.name for column in GROUP_AND_KEY)


class Kept(Struct, frozen=True):
    """One kind of row about a learner. ``about`` are its columns without those that say whose row it is."""

    table: str
    title: str
    each: str
    """How the sentence about a row begins; the columns follow."""
    about: tuple[Column, ...]
    why: str
    """What for, on the card before joining, where one reason stands for all columns."""
    one: str
    """What one row is called in a receipt: *lesson read*."""
    many: str
    long: str = UNTIL
    but: str = ""
    """What is not among the columns, where somebody might expect it."""

    @property
    def columns(self) -> tuple[Column, ...]:
        return GROUP_AND_KEY + self.about

    @property
    def names(self) -> tuple[str, ...]:
        """Of all columns, as the database has them."""
        return tuple(column.name for column in self.columns)

    @property
    def what(self) -> str:
        """All columns, without what they are for."""
        return f"{self.each}{listed(column.what for column in self.about)}"

    @property
    def in_words(self) -> str:
        """The whole sentence, as it stands on the card before joining."""
        return f"{self.what}, {self.why}.{' ' + self.but if self.but else ''}"

    def count(self, rows: int) -> str:
        """``"3 lessons read"``."""
        return f"{rows} {self.one if rows == 1 else self.many}"


KEPT: tuple[Kept, ...] = (
    Kept(
        "learners",
        "Membership",
        "",
        (
            Column("joined_on", "the day on which you joined", "so that you can see since when something is kept", who=COUNTED),
            Column("consent_version", "which version of this list you agreed to", "so that you are asked again when it grows"),
            Column(
                "active_on",
                "the latest day on which you were here (no hour)",
                "so that all of it is erased when you have long gone",
                since=2,
            ),
            Column("paused", "whether you have paused", "so that nothing new is kept until you go on", since=2),
            Column(
                "changed",
                "whether you learnt something since the group's last summary",
                "so that a summary never shows what only a few have done",
                since=2,
            ),
        ),
        "so that your progress has a place, goes when you have long gone, and never shows as one of a few",
        "membership",
        "memberships",
    ),
    Kept(
        "lessons_read",
        "Lessons",
        "for each lesson that you read to the end: ",
        (
            Column("theme", "its theme", "so that you can go on where you were", who=SUMMED_UP),
            Column("lesson", "its name", "so that you can go on where you were", who=SUMMED_UP),
            Column("told", "whether the group's latest summary counts it already", MOVED, since=3),
        ),
        "so that you can go on where you were",
        "lesson read",
        "lessons read",
    ),
    Kept(
        "answers",
        "Questions",
        "for each question that you answered: ",
        (
            Column("theme", "its theme", "so that you see what you know of each theme", who=SUMMED_UP),
            Column("question", "its number", "so that you see what you know", who=SUMMED_UP),
            Column("times_asked", "how often you were asked", "so that questions don't repeat too soon"),
            Column("was_right", "whether your latest answer was right", "so that you see what you know", who=SUMMED_UP),
            Column("told", "how the group's latest summary counts it: not yet, right or wrong", MOVED, since=3),
            Column("asked_on", "the day of your latest answer (no hour)", COMES_BACK, since=5),
            Column("stability", "after how many days you may have forgotten it, an estimate", COMES_BACK, since=5),
            Column("difficulty", "how hard it seems to be for you, an estimate", COMES_BACK, since=5),
            Column(
                "misled",
                "whether you said that you were certain, and your latest answer was wrong",
                "so that such a question comes back first",
                since=5,
            ),
        ),
        "so that questions come back before you forget them, don't repeat too soon, and you see what you know",
        "question",
        "questions",
        but="Not what you chose, at no hour, and nothing else of how sure you were.",
    ),
    Kept(
        "measured",
        "Questions before and after",
        "for each time that you answered a plan's questions before or after it: ",
        (Column("about", "which plan, begun on which day, before or after", "so that each learner counts once", since=5),),
        "so that each learner counts once",
        "answered set",
        "answered sets",
        but="Not what you answered: that is in sums alone.",
    ),
)

AFTERWARDS: tuple[Kept, ...] = (
    Kept(
        "erasures",
        "That something was erased",
        "for each learner who was erased: ",
        (
            Column(
                "trace",
                "a code that fits nobody without the operator's secret",
                "so that a backup which is restored is rid of your rows again",
                since=4,
                who=NOBODY,
                long=THIRTY_DAYS,
            ),
            Column(
                "erased_on",
                "the day of the erasure",
                "so that it erases what was there before that day, and not what came after",
                since=4,
                who=NOBODY,
                long=THIRTY_DAYS,
            ),
        ),
        "so that a backup which is restored is rid of your rows again",
        "erasure",
        "erasures",
        long=THIRTY_DAYS,
        but="Not your group, and none of the rows that are gone.",
    ),
    Kept(
        "tallies",
        "Counts of first answers",
        "in sums of all learners together, without whose: ",
        tuple(
            Column(
                name,
                what,
                "so that authors see which questions mislead, and a quiz begins with an easy one",
                since=5,
                who="authors and operators, when at least 5 learners have answered",
                long=AS_LONG_AS_THE_BOT,
            )
            for name, what in (
                ("about", "in sums without whose, which question was answered"),
                ("what", "what the first answer was, and whether the rest of that quiz went well"),
                ("n", "how often"),
                ("told", "how many of these its authors could see"),
                ("told_on", "since which day"),
            )
        ),
        "so that authors see which questions mislead, and a quiz begins with an easy one",
        "count",
        "counts",
        long=AS_LONG_AS_THE_BOT,
        but="Nothing leads from a sum to you. Such counts of your group's own questions, and of a plan's opening and closing "
        "questions, go when the group is erased.",
    ),
)
"""What stays for a while after an erasure, so that the erasure holds. It is in no receipt, no download and no summary, and has
neither of ``KEY_COLUMNS``, or they would be among ``about``."""
_HEAD = "| what | where in the database | what for | how long | who can see it, beside whoever runs the bot |\n" + "|---" * 5 + "|"
REVEALED = "only you, with `/my-data`; then the group, in rough words about all together"
_OF_AN_ANSWER = (
    ("round_id", "which round", "so that it counts there alone", NOBODY),
    ("asking", "which question of it", "so that it counts for this question alone", NOBODY),
    ("group_id", "the number of the group", "so that it goes with the group", NOBODY),
    ("code", "a code made for this one question, with a random number that goes with it", "so that everybody counts once", NOBODY),
    ("chosen", "which answer was chosen", "so that all see at the reveal what they think together", REVEALED),
    ("changed", "whether it was changed", "so that it is changed once", ONLY_YOU),
)
IN_ROUNDS: tuple[Kept, ...] = (  # of anybody, learner or guest: the round's card says so
    Kept(
        "round_answers", "An answer in a live round", "for whoever answers the question that a live round is asking, guests too: ",
        tuple(Column(name, what, why, who=who, long=UNTIL_REVEAL) for name, what, why, who in _OF_AN_ANSWER),
        "so that the group sees at the reveal what it thinks together", "answer in a live round", "answers in a live round",
        UNTIL_REVEAL, "Not under your own code in the group, and not among what you know.",
    ),
)  # fmt: skip

VERSION = max(column.since for kept in KEPT + AFTERWARDS for column in kept.about)
"""Goes up whenever the list grows. A learner's row says which version they agreed to."""

NEVER = (
    "your name, your Discord id, your picture or anything that you write; no clock times; no rank, score or comparison with others"
)

KEY = (
    "These rows carry a code made from your Discord id with a secret of this bot's operator. "
    "It is another code in each group, and without the secret nobody can tell whose it is."
)


def how_long(days: int) -> str:
    """For all that goes when its learner goes. ``days`` is the operator's RETENTION_DAYS."""
    return UNTIL.format(days=days)


def after_an_erasure() -> str:
    """What is noted then, in a sentence; empty if nothing is."""
    return " ".join(
        f"{kept.long[:1].upper()}{kept.long[1:]} this stays noted: {listed(column.what for column in kept.about)}, {kept.why}."
        + (f" {kept.but}" if kept.table != "erasures" else "")
        for kept in AFTERWARDS
    )


def listed(things: Iterable[str]) -> str:
    """``"a, b and c"``."""
    *most, last = things
    return f"{', '.join(most)} and {last}" if most else last


def as_table() -> str:
    """The list as it stands in the privacy policy: a row for each column, those that say whose row it is once for all."""
    tables = ", ".join(f"`{kept.table}`" for kept in KEPT)
    return table_of(KEPT + AFTERWARDS, [_as_row(column.what, f"{tables}: `{column.name}`", column) for column in GROUP_AND_KEY])


def table_of(lists: tuple[Kept, ...], rows: Iterable[str] = ()) -> str:
    others = [_as_row(one.each + column.what, f"`{one.table}`: `{column.name}`", column) for one in lists for column in one.about]
    return "\n".join([_HEAD, *rows, *others])


def _as_row(what: str, where: str, column: Column) -> str:
    long = "as all of it, below" if column.long == UNTIL else column.long
    return f"| {what} | {where} | {column.why} | {long} | {column.who} |"
