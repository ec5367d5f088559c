"""Rules about texts: how hard they are to read, what this house never writes, and what has gone stale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.library import Steps
from bot.quality.bank import Asked, Bank, Thing
from bot.quality.one_question import QUOTED, Found
from bot.quality.words import grade, sentences_in, words_in

LESSON_GRADE = 9.0
"""Readers are 13 and older, and many read a second language."""
SHORT_GRADE = 11.5
"""For prompts and questions: in so few words a single long one weighs much."""
SENTENCE_WORDS = 20
LONG_WORD = 14

_PARTS = ("key_idea", "example", "try_this")

_CITIZENS = r"(?:every|each|all) (?:adult )?(?:Chinese )?(?:citizens?|persons?|people)(?: in China)?"
_NEVER: tuple[tuple[str, str], ...] = (
    (r"Orwellian|dystopian nightmare|brainwashed|sheep|regimes?|free world|Chinese virus|copycats?", "colours instead of telling"),
    (r"Uighurs?", 'is spelled "Uyghur" here'),
    (r"[Tt]he Chinese(?= (?:are|were|have|do|did|want|think|believe|love|like|accept|support|trust|will|must|can)\b|[.,;!?]|$)",
     "makes one actor of many: name the government, the court, the company or the users"),
)  # fmt: skip
_FALSE: tuple[tuple[str, str], ...] = (
    (rf"{_CITIZENS} (?:has|have|gets?|receives?|(?:is|are) (?:given|assigned)) (?:a|one|their|its) (?:\w+ )?(?:score|number)s?",
     "is the commonest error about social credit: there is no score for every citizen"),
    (r"(?:social credit system|system of social credit) (?:was )?(?:launched|started|switched on|began) in 2020",
     "is not so: 2020 was the end of a planning period"),
    (r"China['’]s social credit law", "sounds as if it were in force: a draft was published in 2022"),
    (r"China (?:is|remains) the (?:world['’]s )?most populous", "is out of date: India passed it in 2023"),
    (r"80 ?(?:%|per cent|percent) of (?:the )?Chinese (?:people|citizens|population)",
     "needs its year, its sample, and a word about answering freely"),
)  # fmt: skip
_WORDS = tuple((re.compile(rf"\b(?:{pattern})" + ("" if "(?=" in pattern else r"\b")), why) for pattern, why in _NEVER)
_CLAIMS = tuple((re.compile(rf"(?:{pattern})", re.IGNORECASE), why) for pattern, why in _FALSE)


def reading_level(bank: Bank) -> Iterator[Found]:
    """A lesson reads like grade 9 or easier, a prompt or question like 11.5, by the formula of Flesch and Kincaid."""
    for theme in bank.themes:
        for thing, text, most in (
            *((lesson, " ".join(lesson.text(part) for part in _PARTS), LESSON_GRADE) for lesson in theme.lessons),
            *((question, _whole(question), SHORT_GRADE) for question in theme.questions),
            *((prompt, prompt.text("text"), SHORT_GRADE) for prompt in theme.prompts),
        ):
            if (found := grade(text)) > most:
                yield thing, (), f"reads like grade {found:.1f}, and {most:g} is the most; use shorter sentences and words"


def _whole(question: Asked) -> str:
    return ". ".join((question.text(str(question.stem[-1])), *(one.text for one in question.options)))


def long_sentences(bank: Bank) -> Iterator[Found]:
    """The sentences of a text have at most 20 words on average."""
    for thing in bank.read:
        for steps, text in texts_of(thing):
            sentences = sentences_in(text)
            average = sum(len(words_in(one)) for one in sentences) / max(len(sentences), 1)
            if average > SENTENCE_WORDS and steps[-1] not in _ONE_SENTENCE:
                yield thing, steps, f"has {average:.1f} words in a sentence on average; {SENTENCE_WORDS} is the most"


def long_words(bank: Bank) -> Iterator[Found]:
    """No word has more than 14 letters, unless the glossary explains it. (Names are words, too: accept those.)"""
    for thing in bank.read:
        for steps, text in texts_of(thing):
            for word in words_in(text):
                if len(word) > LONG_WORD and word.casefold() not in bank.terms:
                    yield thing, steps, f"has the word {word!r}; say it in shorter words, or explain it in the glossary"


def wording(bank: Bank) -> Iterator[Found]:
    """Words that this house doesn't use, and sentences that are false; in a quotation, a wrong option or a false claim they may
    stand."""
    for thing in bank.read:
        for steps, text in texts_of(thing):
            if steps[-1] == "wrong" or (steps[-1] == "claim" and thing.data.get("is_true") is False):
                continue
            plain = QUOTED.sub("…", text)
            for pattern, why in (*_WORDS, *_CLAIMS):
                if found := pattern.search(plain):
                    yield thing, steps, f"has {found[0]!r}, which {why}"


def stale(bank: Bank) -> Iterator[Found]:
    """A fact that goes stale was looked at again before its review_by."""
    for thing in bank.things:
        for steps, value in _walk(thing.data, (), thing.steps):
            if steps[-1] == "review_by" and isinstance(value, date) and value < bank.today:
                yield thing, steps, f"was {value.isoformat()}: look the facts up again, then set it anew"


def texts_of(thing: Thing) -> Iterator[tuple[Steps, str]]:
    """The texts of a thing that somebody reads, with their places; a theme's own, without those of what is in it."""
    for steps, value in _walk(thing.data, (), thing.steps):
        if isinstance(value, str) and steps[-1] in _READ:
            yield steps, value.strip()


_ONE_SENTENCE = {"outcome", "assuming"}
"""What is a list by nature, and read at leisure."""
_READ = {
    *_PARTS, "title", "summary", "outcome", "content_note", "ask", "right", "wrong", "feedback", "text", "note",
    "claim", "otherwise", "too_low", "too_high", "step", "this", "fits", "means", "about", "then", "choose", "ending", "assuming",
}  # fmt: skip
_OTHERS = {"lessons", "questions", "prompts"}


def _walk(value: Any, steps: Steps, place: Steps) -> Iterator[tuple[Steps, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if place or steps or key not in _OTHERS:  # a theme's lessons are things of their own
                yield from _walk(inner, (*steps, key), place)
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _walk(inner, (*steps, index), place)
    elif steps and isinstance(steps[-1], str):
        yield steps, value
