"""Live rounds in the random nights: people answer, a moderator leads or doesn't, and everything breaks in any order.

What the database has of the round is known after each step: as it was before, or changed by exactly what people were told. Where
nobody was told, it is one of the states on the way. So no answer that was confirmed is lost before its reveal, none is counted
twice, none is left after it, and what is told is what the answers come to, which from fewer than *k* is nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, ClassVar, TypeVar

from at_the_desk import LIBRARY, MODERATOR, SECRET
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from town import Killed, Town

from bot.cards import Answer, Card, Place, Text, Visit
from bot.channels import Refused
from bot.commands import COMMANDS, Desk
from bot.commands.asking import FIELD
from bot.commands.publish import new_posting
from bot.commands.round_answer import CLOSED
from bot.commands.round_press import OVER, code_of
from bot.commands.round_words import drawn, outcome, words_about
from bot.group import Group, Rights
from bot.learner_key import Someone
from bot.poster import Timekeeper
from bot.poster.timekeeper import LEFT_ALONE
from bot.press import Press, base36
from bot.questions import Question, Ticks, Unfinished
from bot.shelves import Shelves
from bot.storage import Round, Slot, StorageTrouble, Store

T = TypeVar("T")
THEME = "cameras-and-faces"
MO, PEOPLE = 99, range(1, 9)
SOME = st.sets(st.sampled_from(PEOPLE), min_size=1) | st.just(set(PEOPLE))
EDIT_FAULTS = st.sampled_from(
    [Refused("Too much to do.", passes=True), Refused("Gone.", was_there=True), "lost", "killed", "killed after"]
)
COUNTS, CHANGED, STAYS = "Your answer counts", "Changed; this counts now", "so it stays as it is now"
Given = tuple[str, bool]
"""What somebody chose, and whether they had changed it."""


@dataclass(frozen=True, slots=True)
class Played:
    """A round, as the database has it."""

    round_id: int
    theme: str
    questions: tuple[int, ...]
    asking: int = 1
    told: tuple[tuple[str, ...], ...] = ()
    answers: frozenset[tuple[int, Given]] = frozenset()
    """Who chose what."""

    @property
    def place(self) -> int:
        return abs(self.asking)

    @property
    def is_over(self) -> bool:
        return self.place > len(self.questions)

    @property
    def is_open(self) -> bool:
        return self.asking > 0

    @property
    def is_revealed(self) -> bool:
        return len(self.told) >= self.place

    @property
    def question(self) -> Question:
        theme = LIBRARY.course("en").theme(self.theme)
        question = theme.question(self.questions[self.place - 1]) if theme else None
        assert question
        return question

    def closed(self) -> Played:
        return replace(self, asking=-self.place)

    def revealed(self, k: int) -> Played:
        counts = Counter(chosen for _, (chosen, _) in self.answers)
        words = words_about(self.question, counts, k) if counts.total() >= max(k, 5) else ()
        return replace(self, asking=-self.place, told=(*self.told, words), answers=frozenset())

    def over(self) -> Played:
        return replace(self, asking=-len(self.questions) - 1, answers=frozenset())

    def next(self) -> Played:
        return self.over() if self.place == len(self.questions) else replace(self, asking=self.place + 1)


Maybe = Played | None


class WithRounds(RuleBasedStateMachine):
    """The part of a night that is about rounds."""

    happened: ClassVar[Counter[str]]
    town: Town
    group: Group
    store: Store
    slots: list[Slot]
    said: ClassVar[list[Any]]
    """What was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.played: Maybe = None
        self.revealed_of_k: set[int] = set()
        """Rounds of which something may be told."""
        self.in_the_way: set[int] = set()
        """Those that were over when the next was started: their card is tried once more then, and no more."""

    def do(self, doing: Awaitable[T]) -> T:
        raise NotImplementedError

    def _again(self, look: Callable[[], T]) -> T:
        raise NotImplementedError

    def _new_poster(self) -> None:
        """As after a restart, or a kill."""
        shelves = Shelves(LIBRARY, self.store)
        self.desk = Desk(COMMANDS, shelves, self.store, self.town)
        self.timekeeper = Timekeeper(shelves, self.store, self.town, self.town.now)

    # ------------------------------------------------------------ whoever leads

    @precondition(lambda self: self.played is None or self.played.is_over)
    @rule(many=st.integers(3, 4), timer=st.sampled_from(["0", "60"]))
    def start_a_round(self, many: int, timer: str) -> None:
        self._start(many, timer)

    def _start(self, many: int, timer: str = "0") -> str:
        before = self.played
        self.in_the_way |= {before.round_id} if before else set()
        posting = new_posting(self.group, "round", THEME, str(many), self.town.now())
        theme = LIBRARY.course("en").theme(THEME)
        assert theme
        begun = Played(posting.posting_id, THEME, drawn(theme, many, posting.posting_id))
        said = self._lead(Press("round", "start", (), self.group.group_id), theme=THEME, questions=many, timer=timer)
        self._now_one_of([begun] if "has begun" in said else [begun, before, None])
        self.happened["round begun"] += self.played == begun
        return said

    @precondition(lambda self: self.played is None and any(slot.kind == "round" for slot in self.slots))
    @rule()
    def begin_a_planned_round(self) -> None:
        if not self._invitations():
            return
        number, theme_name, many = self._invitations()[-1]
        theme = LIBRARY.course("en").theme(theme_name)
        assert theme
        begun = Played(number, theme_name, drawn(theme, many, number))
        said = self._lead(Press("round", "begin", (base36(number), "0"), self.group.group_id))
        self._now_one_of([begun] if "question 1 of" in said else [begun, None])
        self.happened["planned round begun"] += self.played == begun

    def _invitations(self) -> list[tuple[int, str, int]]:
        rows = self._again(lambda: self.do(self.store.history(self.group.group_id, most=1000)))
        return [
            (row.posting_id, row.theme or "", int(row.item or "0"))
            for row in rows
            if row.kind == "round" and row.slot_id is not None and row.state == "posted"
        ]

    @precondition(lambda self: self.played is not None)
    @rule(goes_on=st.booleans(), old=st.integers(0, 4))
    def lead_on(self, goes_on: bool, old: int) -> None:
        """Reveal, or go on; perhaps from an old card."""
        before = self.played
        assert before
        place = before.place if old else max(1, before.place - 1)
        self._press_to_lead("next" if goes_on else "reveal", before.round_id, place)
        path = [before, *self._led(before, goes_on)] if place == before.place else [before]
        self._now_one_of(path[-1:] if self.answered else path)

    @precondition(lambda self: self.played is not None)
    @rule(by_hand=st.booleans())
    def stop_the_round(self, by_hand: bool) -> None:
        before = self.played
        assert before
        if by_hand:
            self._lead(Press("round", "stop", (), self.group.group_id))
        else:
            self._press_to_lead("stop-now", before.round_id, before.place)
        self._now_one_of([before.over(), None] if self.answered else [before, before.over(), None])
        self.happened["round stopped"] += self.played is None

    def _press_to_lead(self, step: str, round_id: int, place: int) -> str:
        return self._lead(Press("round", step, (base36(round_id), str(place)), self.group.group_id))

    def _led(self, before: Played, goes_on: bool) -> Iterator[Played]:
        """The states on the way."""
        if before.is_over:
            return
        if before.is_open:
            before = before.closed()
            yield before
        if not before.is_revealed:
            before = before.revealed(self.group.publish_from)
            yield before
        if goes_on:
            yield before.next()

    def _lead(self, press: Press, **given: Any) -> str:
        return self._killable(self._asked(MO, MODERATOR, press, **given))

    # ------------------------------------------------------------ whoever plays

    @precondition(lambda self: self.played is not None)
    @rule(who=SOME, choice=st.integers(0, 4), at_once=st.booleans(), late=st.integers(0, 5))
    def people_answer(self, who: set[int], choice: int, at_once: bool, late: int) -> None:
        """Each presses something; one after the other or all at once; perhaps on the card of the question before."""
        before = self.played
        assert before
        place = max(1, before.place - 1) if late == 0 else before.place
        wishes = self._answers(before, place, sorted(who), choice)
        said = self.do(_all_of(wishes)) if at_once else [self.do(wish) for wish in wishes]
        sure, unsure = self._counted(before, place, sorted(who), choice, said)
        self._now_one_of(replace(before, answers=answers) for answers in _with_some_of(sure, unsure))
        self.happened["answers confirmed"] += sum(COUNTS in one or CHANGED in one for one in said)

    @precondition(lambda self: self.played is not None and self.played.is_open)
    @rule(who=SOME, choice=st.integers(0, 4), goes_on=st.booleans())
    def people_answer_while_it_is_revealed(self, who: set[int], choice: int, goes_on: bool) -> None:
        before = self.played
        assert before
        press = Press("round", "next" if goes_on else "reveal", (base36(before.round_id), str(before.place)), self.group.group_id)
        wishes = self._answers(before, before.place, sorted(who), choice)
        middle = len(wishes) // 2
        leads = self._asked(MO, MODERATOR, press)
        said = self.do(_all_of([*wishes[:middle], leads, *wishes[middle:]]))
        is_sure = not _is_trouble(said.pop(middle))
        sure, unsure = self._counted(before, before.place, sorted(who), choice, said, may_be_closed=True)
        possible: list[Maybe] = []
        for answers in _with_some_of(sure, unsure):
            counted = replace(before, answers=answers)
            path = [counted, *self._led(counted, goes_on)]
            possible += path[-1:] if is_sure else path
        self._now_one_of(possible)
        self.happened["answers beside a reveal"] += len(said)

    @precondition(lambda self: self.played is not None and self.played.is_open)
    @rule(choice=st.integers(0, 4))
    def a_question_is_played(self, choice: int) -> None:
        """By all, from its first answer to the next question."""
        self.people_answer(set(PEOPLE), choice, at_once=True, late=1)
        self.lead_on(goes_on=True, old=1)

    @precondition(lambda self: self.played is not None and bool(self.played.answers))
    @rule(who=st.sampled_from(PEOPLE))
    def somebody_takes_an_answer_back(self, who: int) -> None:
        before = self.played
        assert before
        answers = frozenset(one for one in before.answers if one[0] != who)
        code = code_of(Someone(SECRET, who), self._round())
        try:
            gone = self.do(self.store.forget_in_rounds([(before.round_id, code)]))
        except StorageTrouble:
            self._now_one_of([before, replace(before, answers=answers)])
            return
        assert gone == len(before.answers) - len(answers)
        self._now_one_of([replace(before, answers=answers)])

    def _answers(self, before: Played, place: int, who: list[int], choice: int) -> list[Awaitable[str]]:
        """Presses on the card of the question at this place."""
        asked = replace(before, asking=place) if place <= len(before.questions) else before
        step, word, given = ("answer", "0", {}) if asked.is_over else _way(asked.question, asked.round_id, choice)
        args = (base36(before.round_id), str(place), *([word] if step == "answer" else []))
        return [self._asked(one, Rights(), Press("playing", step, args, self.group.group_id), **given) for one in who]

    def _counted(
        self, before: Played, place: int, who: list[int], choice: int, said: list[str], *, may_be_closed: bool = False
    ) -> tuple[dict[int, Given], dict[int, Given]]:
        """The answers that stand then, and those that may, since their givers got no answer. What each was told must be true."""
        stand, may = dict(before.answers), dict[int, Given]()
        if before.is_over or place != before.asking:
            assert all(CLOSED in one or OVER in one or _is_trouble(one) for one in said), said
            return stand, may
        question = before.question
        _, word, _ = _way(question, before.round_id, choice)
        chosen = outcome(question.grade(word))
        for one, words in zip(who, said, strict=True):
            had = stand.get(one)
            after = (chosen, False) if had is None else had if had[0] == chosen or had[1] else (chosen, True)
            expected = STAYS if had and had[1] and had[0] != chosen else CHANGED if after[1] and after != had else COUNTS
            if _is_trouble(words):
                if after != had:
                    may[one] = after
            elif not (may_be_closed and (CLOSED in words or OVER in words)):
                assert expected in words, (words, had, chosen)
                stand[one] = after
        return stand, may

    async def _asked(self, who: int, rights: Rights, press: Press, **given: Any) -> str:
        visit = Visit(
            Someone(SECRET, who), Place(self.town.server, self.group.home_channel), rights, press, self.town.now(), "en-US", given
        )
        return _text_of(await self.desk.serve(visit))

    # ------------------------------------------------------------ whoever looks after it

    def look_after_rounds(self) -> None:
        """What happens each second. Time alone reveals, and ends."""
        before, row, at = self.played, self._row(), self.town.now().timestamp()
        self._killable(self._looked())
        if before is None or row is None:
            self._now_one_of([before])
            return
        alone = at - row.stirred_at > LEFT_ALONE
        due = row.reveal_at is not None and at >= row.reveal_at
        path: list[Maybe] = [before]
        if not before.is_over and (alone or due or not (before.is_open or before.is_revealed)):
            path += self._led(before, goes_on=False)
        if alone and not before.is_over and path[-1]:
            path.append(path[-1].over())
        if before.is_over or alone or self._card_is_lost(before):
            path.append(None)
        self._now_one_of(path)
        self.happened["round ended by itself"] += self.played is None

    async def _looked(self) -> str:
        await self.timekeeper.look()
        return ""

    def _card_is_lost(self, before: Played) -> bool:
        posting = self._again(lambda: self.do(self.store.posting(before.round_id)))
        lost = ("failed", "skipped", "missed")
        return posting is None or posting.state in lost or posting.message_id in self.town.gone

    @rule(fault=EDIT_FAULTS)
    def discord_refuses_to_change_a_card(self, fault: Refused | str) -> None:
        self.town.edit_faults.append(fault)
        self.happened["edit: " + (fault if isinstance(fault, str) else "refused")] += 1

    def _killable(self, doing: Awaitable[str]) -> str:
        """What was said; nothing if it was killed meanwhile, or the database was away."""
        self.answered = False
        try:
            said = self.do(doing)
        except StorageTrouble:
            return ""
        except BaseException as error:
            if not is_kill(error):
                raise
            self.happened["killed in a round"] += 1
            self._new_poster()
            return ""
        self.answered = not _is_trouble(said)
        return said

    # ------------------------------------------------------------ what must always be so

    def _now_one_of(self, possible: Any) -> None:
        """What the database has now is one of these."""
        states, now = list(possible), self._again(self._found)
        assert now in states, f"{now}\nis none of\n" + "\n".join(map(str, states))
        if now and self.played and len(now.told) > len(self.played.told):
            self.happened["revealed of k" if now.told[-1] else "revealed of fewer"] += 1
            self.revealed_of_k |= {now.round_id} if now.told[-1] else set()
        self.played = now

    @invariant()
    def the_round_is_what_people_were_told(self) -> None:
        self._now_one_of([self.played])

    @invariant()
    def cards_tell_no_more_than_was_revealed_to_k(self) -> None:
        telling = {message for message, card in self.town.cards.items() if "of us were right" in _text_of(card)}
        rows = self._again(lambda: self.do(self.store.history(self.group.group_id, most=1000))) if telling else ()
        of = {row.posting_id for row in rows if row.message_id in telling}
        assert of <= self.revealed_of_k, "there were too few answers to say anything"

    @invariant()
    def nothing_was_a_bug(self) -> None:
        bugs = [line for line in self.said if line["event"] == "bug"]
        assert not bugs, bugs
        self.said.clear()

    def _found(self) -> Maybe:
        row = self._row()
        rows = self._rows("round_id, asking, code, chosen, changed")
        if row is None:
            assert not rows, "answers are left that belong to no round"
            return None
        if not row.salt:
            assert not rows, "answers are left after the reveal"
            answers: list[tuple[int, Given]] = []
        else:
            of = {code_of(Someone(SECRET, one), row): one for one in PEOPLE}
            answers = [(of[code], (chosen, bool(changed))) for _, _, code, chosen, changed in rows]
            assert {(number, asking) for number, asking, *_ in rows} <= {(row.round_id, row.asking)}
            assert len(dict(answers)) == len(answers), "somebody counts twice"
        return Played(row.round_id, row.theme, row.questions, row.asking, row.told, frozenset(answers))

    def _rows(self, columns: str) -> list[Any]:
        sql = f"SELECT {columns} FROM round_answers WHERE group_id = :group"
        [rows] = self.do(self.store._engine.read((sql, {"group": self.group.group_id})))
        return rows

    def _row(self) -> Round | None:
        running = self._again(lambda: self.do(self.store.rounds(self.group.group_id)))
        assert len(running) <= 1
        return running[0] if running else None

    def _round(self) -> Round:
        row = self._row()
        assert row
        return row

    def after_the_night(self) -> None:
        """All is mended, and hours have passed: no round hangs, and the channel is free for another."""
        assert self.played is None, "left alone, it ends"
        for row in self.do(self.store.history(self.group.group_id, most=1000)):
            card = self.town.cards.get(row.message_id or 0)
            if card and row.kind == "round" and row.posting_id not in self.in_the_way and row.message_id not in self.town.gone:
                text = _text_of(card)
                assert "The answers are gone" in text or "a round to play together" in text, "its card goes on for ever"
        assert "has begun" in self._start(5)
        before = self.played
        assert before
        card = self.town.cards[self.town.latest]
        assert "question 1 of 5" in _text_of(card)
        self._press_to_lead("stop-now", before.round_id, 1)
        assert "The answers are gone" in _text_of(self.town.cards[self.town.latest])
        self._now_one_of([None])


def is_kill(error: BaseException) -> bool:
    return isinstance(error, Killed) or (isinstance(error, BaseExceptionGroup) and all(map(is_kill, error.exceptions)))


def _way(question: Question, round_id: int, choice: int) -> tuple[str, str, dict[str, Any]]:
    """One of five whole answers to a question of whatever kind: the step, the answer, and what is given with it."""
    asking = question.asked(round_id)
    if isinstance(asking.field, Ticks):
        _, sign = asking.field.boxes[choice % len(asking.field.boxes)]
        return "filled-in", sign, {FIELD: (sign,)}
    if asking.field:
        return "filled-in", str(10 * choice + 10), {FIELD: str(10 * choice + 10)}
    answer = ""
    while True:  # an order takes several presses
        presses = [one for one in question.asked(round_id, answer).presses if len(one.answer) > len(answer)]
        answer = presses[choice % len(presses)].answer
        try:
            question.grade(answer)
        except Unfinished:
            continue
        return "answer", answer, {}


def _is_trouble(said: str) -> bool:
    assert "Something went wrong" not in said
    return not said or "-# Code" in said


def _text_of(answer: Answer) -> str:
    assert isinstance(answer, Card)
    return "\n".join(part.markdown for part in answer.parts if isinstance(part, Text))


async def _all_of(wishes: list[Awaitable[str]]) -> list[str]:
    return await asyncio.gather(*wishes)


def _with_some_of(sure: dict[int, Given], unsure: dict[int, Given]) -> Iterator[frozenset[tuple[int, Given]]]:
    """Whatever of the unsure ones is there."""
    for many in range(len(unsure) + 1):
        for some in combinations(unsure.items(), many):
            yield frozenset({**sure, **dict(some)}.items())
