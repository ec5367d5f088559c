"""All rules by name, and what comes of them once an author's "I know" is heard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.quality import one_question, other_kinds, texts, together
from bot.quality.bank import ENGLISH, Bank
from bot.quality.finding import Finding
from bot.quality.one_question import Found
from bot.questions.texts import did_you_mean, shortened


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of quality. What it asks for is its function's docstring."""

    name: str
    look: Callable[[Bank], Iterator[Found]]
    english_only: bool = False
    """It knows English words; themes in other languages are spared."""

    @property
    def asks(self) -> str:
        return " ".join((self.look.__doc__ or "").split())


RULES: tuple[Rule, ...] = (
    Rule("long-key", one_question.long_key),
    Rule("longest-keys", together.longest_keys),
    Rule("shortest-keys", together.shortest_keys),
    Rule("key-place", together.place_of_key),
    Rule("of-the-above", one_question.above, english_only=True),
    Rule("negative-stem", one_question.negative_stem, english_only=True),
    Rule("whole-question", one_question.whole_question),
    Rule("stem-length", one_question.length_of_stem),
    Rule("absolutes", together.absolutes, english_only=True),
    Rule("alike-options", one_question.alike_options),
    Rule("uneven-options", one_question.uneven_options),
    Rule("echo", one_question.echo),
    Rule("one-sided-claims", other_kinds.one_sided_claims),
    Rule("whole-claim", other_kinds.whole_claim),
    Rule("telling-steps", other_kinds.telling_steps),
    Rule("wide-margin", other_kinds.wide_margin),
    Rule("levels", together.levels),
    Rule("doubled", together.doubled),
    Rule("figures", one_question.figures),
    Rule("wording", texts.wording, english_only=True),
    Rule("reading-level", texts.reading_level, english_only=True),
    Rule("long-sentences", texts.long_sentences),
    Rule("long-words", texts.long_words, english_only=True),
    Rule("stale", texts.stale),
)
ACCEPTED = "accepted"
"""The rule about the word `accepted` itself: that it names a rule, and one that has something to say."""


def warnings_in(bank: Bank, rules: Iterable[Rule] = RULES) -> list[Finding]:
    """Every warning about the things of this bank, but for those that their authors accepted; sorted."""
    found: list[Finding] = []
    needed: set[tuple[str, object, str]] = set()
    looked = [rule for rule in rules if bank.language.partition("-")[0] == ENGLISH or not rule.english_only]
    for rule in looked:
        for thing, inside, what in rule.look(bank):
            if rule.name in thing.accepted:
                needed.add((thing.page.file, thing.steps, rule.name))
            else:
                found.append(Finding(thing.page.file, thing.line(inside), "warning", rule.name, thing.where(inside), what))
    return sorted({*found, *_accepted_in_vain(bank, looked, needed)})


def _accepted_in_vain(bank: Bank, looked: list[Rule], needed: set[tuple[str, object, str]]) -> Iterator[Finding]:
    known = {rule.name for rule in RULES}
    for thing in bank.things:
        for index, name in enumerate(thing.accepted):
            place = ("accepted", index)
            if name not in known:
                what = f"{shortened(name)!r} is no rule{did_you_mean(name, known)}"
            elif name in {rule.name for rule in looked} and (thing.page.file, thing.steps, name) not in needed:
                what = f"{name} has nothing to say here any more; take it out"
            else:
                continue
            yield Finding(thing.page.file, thing.line(place), "warning", ACCEPTED, thing.where(("accepted",)), what)
