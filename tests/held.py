"""Everything that a question file can hold, made up by hypothesis, for the tests of import and export."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from bot.library.formats.asked import (
    NONE,
    WHOLE,
    Answer,
    Asked,
    Choice,
    Description,
    Essay,
    Format,
    Match,
    Near,
    Number,
    Pair,
    ShortAnswer,
    TrueOrFalse,
    Words,
)

# What GIFT gives a meaning to comes often, alone and in clusters that look like its syntax.
_BITS = st.one_of(
    st.sampled_from(
        [
            "\\",
            "#",
            "=",
            "~",
            "{",
            "}",
            ":",
            "\n",
            "//",
            "::",
            "####",
            "%50%",
            "[html]",
            "->",
            "$CATEGORY:",
            "TRUE",
            "*",
            " ",
            "\\n",
            "é",
            "字",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=6),
)
texts = st.lists(_BITS, max_size=6).map(lambda bits: "".join(bits).strip())
some_text = texts.filter(bool)
lines = some_text.map(lambda text: " ".join(text.split()))
formats: st.SearchStrategy[Format] = st.sampled_from(["moodle", "html", "plain", "markdown"])
words = st.builds(Words, texts, formats)
said = st.none() | st.builds(Words, some_text, formats)
percents = st.sampled_from([Decimal(one) for one in ("0", "100", "50", "-50", "33.33333", "-100", "12.5", "5")])
decimals = st.decimals(min_value=-(10**12), max_value=10**12, places=6, allow_nan=False) | st.integers(-9, 2100).map(Decimal)
answers = st.builds(Answer, words, percents, said)
marks = lines.filter(lambda text: not text.endswith("\\"))

several = st.builds(Choice, st.lists(answers, min_size=1, max_size=5).map(tuple), st.just(True))
single = st.builds(
    lambda right, before, after: Choice((*before, right, *after)),
    st.builds(Answer, words, st.just(WHOLE), said),
    st.lists(answers, max_size=3),
    st.lists(answers, max_size=3),
).filter(lambda choice: any(answer.percent != WHOLE for answer in choice.answers) or len(choice.answers) > 1)


def without_arrows(one: Words | None) -> Words | None:
    return Words(one.text.replace("->", "→"), one.format) if one else None


def plain_answers(one: Answer) -> Answer:
    return Answer(without_arrows(one.words) or Words(""), one.percent, without_arrows(one.feedback))


short = st.builds(ShortAnswer, st.lists(answers.map(plain_answers), min_size=1, max_size=4).map(tuple))
near = st.builds(Near, decimals, decimals.map(abs), percents, said) | st.builds(Near, st.none(), st.just(NONE), percents, said)
numbers = st.builds(Number, st.lists(near, min_size=1, max_size=3).map(tuple), said)
pairs = st.builds(Pair, words.map(lambda one: without_arrows(one) or Words("")), texts)
matches = st.builds(Match, st.lists(pairs, min_size=1, max_size=4).map(tuple))
truths = st.builds(TrueOrFalse, st.booleans(), said, said)
answered = st.one_of(several, single, short, numbers, matches, truths, st.just(Essay()))

questions = st.builds(
    Asked,
    ask=words,
    how=answered,
    title=st.none() | lines,
    general=said,
    category=st.none() | lines,
    id=st.none() | marks,
    tags=st.lists(marks, max_size=3).map(tuple),
)
descriptions = st.builds(
    Asked,
    ask=st.builds(Words, some_text, formats),
    how=st.just(Description()),
    title=st.none() | lines,
    category=st.none() | lines,
    id=st.none() | marks,
    tags=st.lists(marks, max_size=3).map(tuple),
)
files = st.lists(questions | descriptions, min_size=1, max_size=4)
