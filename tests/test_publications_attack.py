"""What may be published about a group, by those who attack it: they see every publication over a course, and know everybody but
two, or the settings, or who came and went.

The course is played by plain Python beside the rules, and compares whole states where the bot compares notes: so the tests don't
believe what they test.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

import pytest
from engines import DAY, a_group
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.kept import VERSION
from bot.progress import LESSONS, Publication, Sum, Told, level, publication_is_due, told_anew
from bot.storage import Kept, open_store

THEMES, THINGS = ("a", "b"), 3
"""Each theme has three lessons and three questions."""
Part = tuple[tuple[str, int, bool], ...]
"""What one learner did of a figure: (theme, lesson or question, read or right)."""


@dataclass(frozen=True)
class Act:
    """One thing that one learner does. ``what``: read, right, wrong, leave, join."""

    who: int
    what: str
    theme: str = "a"
    thing: int = 1


@dataclass
class Course:
    """A group over some weeks. ``shown`` is all that anybody outside ever sees."""

    learners: set[int]
    read: set[tuple[int, str, int]] = field(default_factory=set)
    marks: dict[tuple[int, str, int], bool] = field(default_factory=dict)
    noted_read: set[tuple[int, str, int]] = field(default_factory=set)
    noted_marks: dict[tuple[int, str, int], bool] = field(default_factory=dict)
    """What the bot notes beside its rows."""
    told: dict[tuple[str, int], dict[int, Part]] = field(default_factory=dict)
    """What the tests know: for each figure, every learner's whole part when it was told last."""
    changed: set[int] = field(default_factory=set)
    shown: list[Publication] = field(default_factory=list)
    behind: list[tuple[int, int, int]] = field(default_factory=list)
    """For every figure that was told anew: *k*, how many had done something of it, and how many parts had truly changed."""

    def do(self, act: Act) -> None:
        who, place = act.who, (act.who, act.theme, act.thing)
        if act.what == "join":
            self.learners.add(who)
        elif act.what == "leave":
            self.learners.discard(who)
            self.changed.discard(who)
            self.read = {one for one in self.read if one[0] != who}
            self.marks = {one: right for one, right in self.marks.items() if one[0] != who}
            self.noted_read = {one for one in self.noted_read if one[0] != who}
            self.noted_marks = {one: right for one, right in self.noted_marks.items() if one[0] != who}
            for parts in self.told.values():
                parts.pop(who, None)  # who comes back is somebody else
        elif who in self.learners and act.what == "read":
            if place not in self.read:
                self.changed.add(who)
            self.read.add(place)
        elif who in self.learners:
            if self.marks.get(place) is not (act.what == "right"):
                self.changed.add(who)
            self.marks[place] = act.what == "right"

    def part(self, who: int, theme: str, question: int) -> Part:
        if question == LESSONS:
            return tuple(sorted((of, thing, True) for one, of, thing in self.read if (one, of) == (who, theme)))
        mark = self.marks.get((who, theme, question))
        return () if mark is None else ((theme, question, mark),)

    def sums(self) -> list[Sum]:
        figures = []
        for theme in THEMES:
            for question in range(THINGS + 1):
                parts = {who: part for who in self.learners if (part := self.part(who, theme, question))}
                if question == LESSONS:
                    moved = len({who for who, of, _ in self.read - self.noted_read if of == theme})
                else:
                    places = [(who, theme, question) for who in parts]
                    moved = sum(self.noted_marks.get(place) is not self.marks[place] for place in places)
                done = sum(right for part in parts.values() for _, _, right in part)
                of = len(self.learners) * THINGS if question == LESSONS else len(parts)
                figures.append(Sum(theme, question, done, of, len(parts), moved))
        return figures

    def end_of_day(self, today: date, k: int) -> None:
        latest = self.shown[-1].made_on if self.shown else None
        if not publication_is_due(today, latest, len(self.changed), publish_from=k):
            return
        told = told_anew(self.sums(), publish_from=k)
        if not told:
            return
        self.shown.append(Publication(today, k, told))
        self.changed = set()
        for one in told:
            before = self.told.get((one.theme, one.question), {})
            now = {who: part for who in self.learners if (part := self.part(who, one.theme, one.question))}
            self.behind.append((k, len(now), sum(before.get(who) != part for who, part in now.items())))
            self.told[one.theme, one.question] = now
            if one.question == LESSONS:
                self.noted_read |= {place for place in self.read if place[1] == one.theme}
            else:
                of_this = {place: mark for place, mark in self.marks.items() if place[1:] == (one.theme, one.question)}
                self.noted_marks |= of_this


def played(learners: int, weeks: list[list[Act]], ks: list[int], *, apart: int = 7) -> Course:
    course = Course(set(range(learners)))
    for week, acts in enumerate(weeks):
        for act in acts:
            course.do(act)
        course.end_of_day(DAY + timedelta(days=week * apart), ks[week % len(ks)])
    return course


def acts_of(learners: st.SearchStrategy[int], *whats: str) -> st.SearchStrategy[Act]:
    return st.builds(
        Act, learners, st.sampled_from(whats or ("read", "right", "wrong")), st.sampled_from(THEMES), st.integers(1, THINGS)
    )


def courses(learners: int, *whats: str) -> st.SearchStrategy[list[list[Act]]]:
    return st.lists(st.lists(acts_of(st.integers(0, learners - 1), *whats), max_size=25), min_size=1, max_size=8)


KS = st.lists(st.integers(3, 6), min_size=1, max_size=4)
"""What the moderators set, week by week: back and forth, if they like."""
SIZES = st.integers(3, 9)


@given(data=st.data(), learners=SIZES, ks=KS)
@settings(deadline=None)
def test_who_knows_all_but_two_and_sees_every_publication_cannot_tell_these_two_apart(
    data: st.DataObject, learners: int, ks: list[int]
) -> None:
    weeks = data.draw(courses(learners))
    other = {0: 1, 1: 0}
    exchanged = [[Act(other.get(act.who, act.who), act.what, act.theme, act.thing) for act in acts] for acts in weeks]
    assert played(learners, weeks, ks).shown == played(learners, exchanged, ks).shown


@given(data=st.data(), learners=SIZES, ks=KS)
@settings(deadline=None)
def test_no_figure_ever_moves_because_of_fewer_than_k_even_if_learners_leave_and_join_and_the_setting_goes_back_and_forth(
    data: st.DataObject, learners: int, ks: list[int]
) -> None:
    course = played(learners, data.draw(courses(learners, "read", "right", "wrong", "leave", "join")), ks)
    assert all(k >= 3 and behind >= k and moved >= k for k, behind, moved in course.behind)


@given(data=st.data(), learners=st.integers(5, 9), ks=st.lists(st.integers(5, 7), min_size=1, max_size=4))
@settings(deadline=None)
def test_what_fewer_than_k_do_after_a_publication_shows_in_no_way_and_neither_does_that_they_leave(
    data: st.DataObject, learners: int, ks: list[int]
) -> None:
    first = data.draw(st.lists(acts_of(st.integers(0, learners - 1)), max_size=40))
    four = acts_of(st.integers(0, 3), "read", "right", "wrong", "leave", "join")
    later = data.draw(st.lists(st.lists(four, max_size=9), max_size=8))
    quiet: list[list[Act]] = [[] for _ in later]
    noisy, calm = played(learners, [first, *later], ks), played(learners, [first, *quiet], ks)
    if calm.shown and calm.shown[0].made_on == DAY:
        assert noisy.shown == calm.shown


@given(data=st.data(), learners=SIZES, k=st.integers(3, 6))
@settings(deadline=None)
def test_nothing_of_a_hidden_figure_is_in_the_others_so_no_total_gives_it_away(data: st.DataObject, learners: int, k: int) -> None:
    """Two groups that differ only in figures that stay hidden are told in the same words."""
    seen = data.draw(st.lists(acts_of(st.integers(0, learners - 1), "read"), max_size=40))
    of_few = data.draw(st.lists(acts_of(st.integers(0, k - 2), "right", "wrong"), max_size=12))
    one, other = Course(set(range(learners))), Course(set(range(learners)))
    for act in seen:
        one.do(act)
        other.do(act)
    for act in of_few:
        other.do(act)
    assert told_anew(one.sums(), publish_from=k) == told_anew(other.sums(), publish_from=k)


@given(data=st.data(), learners=st.integers(5, 9))
@settings(deadline=None)
def test_between_two_publications_lies_a_week_however_often_somebody_looks(data: st.DataObject, learners: int) -> None:
    days = [one.made_on for one in played(learners, data.draw(courses(learners)), [3], apart=1).shown]
    assert all((later - earlier).days >= 7 for earlier, later in pairwise(days))


# ---------------------------------------------------------------- what can't be hidden is not denied


def of_ten(known: int) -> str:
    [told] = told_anew((Sum("a", 1, known, 10, 10, 10),), publish_from=5)
    return told.word


def test_who_knows_all_the_others_may_see_a_word_move_by_the_last_one() -> None:
    """Ten answered, and the attacker knows nine of them: two were right. The tenth moves the word."""
    assert (of_ten(2), of_ten(3)) == ("few", "some")


def test_made_up_learners_can_fill_a_group_and_frame_the_only_real_one() -> None:
    """Four of five are the attacker's: they move whenever they like, and the fifth's answer is the rest of the word."""

    def told(is_right: bool) -> int:
        course = Course(set(range(5)))
        for who in range(4):
            course.do(Act(who, "right" if who < 3 else "wrong"))
        course.do(Act(4, "right" if is_right else "wrong"))
        course.end_of_day(DAY, 5)
        return level(course.shown[0].told[0].word)

    assert told(True) != told(False)


@pytest.mark.parametrize("answers", [4, 5])
def test_that_a_figure_appears_says_that_enough_have_answered_and_who_knows_the_others_knows_that_of_the_last(answers: int) -> None:
    told: tuple[Told, ...] = told_anew((Sum("a", 1, 1, answers, answers, answers),), publish_from=5)
    assert bool(told) == (answers == 5)


# ---------------------------------------------------------------- the bot itself, with its notes in a database


@given(data=st.data(), learners=st.integers(3, 6), ks=st.lists(st.integers(3, 5), min_size=1, max_size=3))
@settings(deadline=None, max_examples=12)
def test_the_bot_tells_what_the_played_course_tells_whoever_comes_goes_and_changes_their_mind(
    data: st.DataObject, learners: int, ks: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    weeks = data.draw(courses(learners, "read", "right", "wrong", "leave", "join"))
    folder = tmp_path_factory.mktemp("course")
    assert asyncio.run(_told_by_the_bot(f"sqlite:///{folder / 'a.db'}", learners, weeks, ks)) == played(learners, weeks, ks).shown


async def _told_by_the_bot(url: str, learners: int, weeks: list[list[Act]], ks: list[int]) -> list[Publication]:
    store, group = await open_store(url), a_group()
    await store.add_group(group)
    turns: dict[tuple[str, str, int], int] = {}
    course = [(theme, str(thing)) for theme in THEMES for thing in range(1, THINGS + 1)]
    for who in range(learners):
        await store.join(group.group_id, f"key-{who}", consent_version=VERSION, on=DAY)
    for week, acts in enumerate(weeks):
        for act in acts:
            key, place = f"key-{act.who}", (f"key-{act.who}", act.theme, act.thing)
            match act.what:
                case "join":
                    await store.join(group.group_id, key, consent_version=VERSION, on=DAY)
                case "leave":
                    await store.erase_learner(group.group_id, key)
                    turns = {one: turn for one, turn in turns.items() if one[0] != key}
                case "read":
                    await store.mark_read(group.group_id, key, act.theme, str(act.thing), on=DAY)
                case mark:
                    kept = await store.record_answer(
                        group.group_id, key, act.theme, act.thing, turn=turns.get(place, 0), was_right=mark == "right", on=DAY
                    )
                    turns[place] = turns.get(place, 0) + (kept is Kept.YES)
        today, k = DAY + timedelta(days=week * 7), ks[week % len(ks)]
        sums = await store.sums(group.group_id, course)
        told = told_anew(sums.figures, publish_from=k)
        if told and publication_is_due(today, sums.latest, sums.changed, publish_from=k):
            assert await store.publish(group.group_id, Publication(today, k, told))
    publications = await store.publications(group.group_id)
    await store.close()
    return [Publication(one.made_on, one.made_from, tuple(sorted(one.told, key=_place))) for one in publications]


def _place(told: Told) -> tuple[str, int]:
    return told.theme, told.question
