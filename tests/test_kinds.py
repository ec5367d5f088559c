"""The laws by which each kind of question is graded."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import Any, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bot.questions import KINDS, NoAnswer, Question, Source, Ticks, Typing, Unfinished, UnknownOption
from bot.questions.estimate import Estimate
from bot.questions.many_choices import ManyChoices
from bot.questions.match import Match
from bot.questions.order import Order
from bot.questions.shapes.estimate import in_figures, readings
from bot.questions.shapes.short_answer import forgiven, simplified
from bot.questions.short_answer import ShortAnswer
from bot.questions.source import Source as Written
from bot.questions.true_or_false import TrueOrFalse

CENSUS = Written(key="CENSUS", title="A census", standing="primary")
WHY = "This line says why it is so, or isn't."
COMMON: dict[str, Any] = {"number": 7, "level": "recall", "lesson": "first", "sources": (CENSUS,)}


def option(text: str, right: bool) -> dict[str, Any]:
    return {("right" if right else "wrong"): text, "feedback": f"{WHY} ({text})"}


def many(rights: tuple[bool, ...] = (True, True, False, False)) -> ManyChoices:
    options = tuple(option(f"Answer {place}", right) for place, right in enumerate(rights))
    return ManyChoices.model_validate({**COMMON, "ask": "Which are they?", "options": options})


def claim(is_true: bool = False) -> TrueOrFalse:
    reasons = (option("Since it is", False), option("Since it was", True), option("Since it will be", False))
    return TrueOrFalse.model_validate({**COMMON, "claim": "It is so.", "is_true": is_true, "reasons": reasons})


def short(*answers: tuple[str, bool], also: tuple[str, ...] = ()) -> ShortAnswer:
    listed = tuple({**option(text, right), "also": also if not place else ()} for place, (text, right) in enumerate(answers))
    return ShortAnswer.model_validate({**COMMON, "ask": "What is it?", "answers": listed, "otherwise": WHY})


def estimate(answer: float = 60, margin: float = 5, unit: str = "%") -> Estimate:
    return Estimate.model_validate(
        {
            **COMMON, "ask": "How many?", "answer": answer, "margin": margin, "unit": unit, "feedback": f"{WHY} Somebody counted.",
            "too_low": f"{WHY} More than that.", "too_high": f"{WHY} Less than that.",
        }
    )  # fmt: skip


def order(count: int = 4) -> Order:
    steps = tuple({"step": f"Step {place}", "feedback": WHY} for place in range(count))
    return Order.model_validate({**COMMON, "ask": "Which comes first?", "steps": steps, "feedback": f"{WHY} All in all."})


def match(count: int = 4) -> Match:
    pairs = tuple({"this": f"This {place}", "fits": f"That {place}", "feedback": f"{WHY} ({place})"} for place in range(count))
    return Match.model_validate({**COMMON, "ask": "Which fits which?", "pairs": pairs})


EXAMPLES: tuple[Question, ...] = (many(), claim(), short(("redlist", True)), estimate(), order(), match())
each_kind = pytest.mark.parametrize("question", EXAMPLES, ids=lambda one: one.kind)
seeds = st.integers(0, 36**3)


def test_there_is_an_example_of_every_kind_but_the_first() -> None:
    assert ["one choice", *(one.kind for one in EXAMPLES)] == list(KINDS)


@each_kind
def test_every_kind_is_asked_graded_and_explained_in_words(question: Question) -> None:
    asking = question.asked(1)
    assert asking.text
    assert asking.presses or asking.field
    paper = question.explain()
    assert paper.told
    for one in paper.told:
        assert one.verdict or one.mark or one.text in ("", "The claim is false"), "a colour alone would tell right from wrong"
    assert "\n" not in question.right_text
    assert question.right_text


@each_kind
@given(seed=seeds)
def test_a_question_is_asked_the_same_way_for_the_same_seed(question: Question, seed: int) -> None:
    assert question.asked(seed) == question.asked(seed)


@each_kind
@given(text=st.text(max_size=40))
def test_nothing_that_anybody_sends_breaks_a_question(question: Question, text: str) -> None:
    try:
        graded = question.grade(text)
    except (UnknownOption, Unfinished, NoAnswer):
        return
    assert graded.said
    assert graded.feedback
    assert all(0 <= pick < max(len(question.options), 1) for pick in graded.picks)


# ---------------------------------------------------------------- many choices


@given(st.sets(st.integers(0, 3), min_size=1).flatmap(lambda ticked: st.permutations(sorted(ticked))), seeds)
def test_the_order_in_which_boxes_are_ticked_does_not_matter(ticked: list[int], seed: int) -> None:
    question = many()
    graded = question.grade("".join(map(str, ticked)))
    assert graded == question.grade("".join(map(str, sorted(ticked))))
    assert graded.is_right == (set(ticked) == {0, 1})
    field = question.asked(seed).field
    assert isinstance(field, Ticks)
    assert sorted(sign for _, sign in field.boxes) == ["0", "1", "2", "3"]


@given(st.lists(st.booleans(), min_size=4, max_size=6).filter(lambda one: sum(one) >= 2 and not all(one)))
def test_every_option_is_explained_and_only_all_right_ones_together_are_right(rights: list[bool]) -> None:
    question = many(tuple(rights))
    right = "".join(str(index) for index, one in enumerate(rights) if one)
    assert question.grade(right).is_right
    assert not question.grade(right[1:]).is_right
    for signs in (right, right[0], "0"):
        assert all(one.feedback in question.grade(signs).feedback for one in question.options)


def test_what_was_found_in_part_is_said_and_not_scored() -> None:
    graded = many().grade("02")
    assert not graded.is_right
    assert "You found 1 of the 2 that fit; one that you ticked does not." in graded.feedback
    assert "None of the 2 that fit" in many().grade("3").feedback
    with pytest.raises(UnknownOption):
        many().grade("")


# ---------------------------------------------------------------- true or false


@pytest.mark.parametrize("is_true", [True, False])
def test_only_the_claim_and_its_reason_together_are_right(is_true: bool) -> None:
    question = claim(is_true)
    said, other = ("t", "f") if is_true else ("f", "t")
    assert question.grade(f"{said}1").is_right
    wrong = [question.grade(f"{one}{reason}") for one in "tf" for reason in range(3) if (one, reason) != (said, 1)]
    assert not any(one.is_right for one in wrong)
    assert len({one.feedback for one in wrong}) == 5
    word = str(is_true).lower()
    assert f"It is {word}, as you say, but this is not what shows it." in question.grade(f"{said}0").feedback
    assert f"it shows that the claim is {word}" in question.grade(f"{other}1").feedback
    assert f"The claim is {word}." in question.grade(f"{other}0").feedback


def test_the_claim_comes_first_and_then_the_reason() -> None:
    question = claim()
    assert [one.answer for one in question.asked(0).presses] == ["t", "f"]
    for said in ("", "t", "f"):
        with pytest.raises(Unfinished):
            question.grade(said)
    assert {one.answer for one in question.asked(0, "t").presses} == {"t0", "t1", "t2", ""}
    with pytest.raises(UnknownOption):
        question.asked(0, "x")


def test_a_false_claim_never_stands_alone() -> None:
    assert claim().ask == "True or false? “It is so.”"


# ---------------------------------------------------------------- short answers

words = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=1, max_size=14)


def mistyped(word: str, place: int, how: str, letter: str) -> str:
    place %= len(word)
    if how == "left out":
        return word[:place] + word[place + 1 :]
    if how == "put in":
        return word[:place] + letter + word[place:]
    if how == "swapped" and place + 1 < len(word):
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + letter + word[place + 1 :]


typos = st.tuples(st.integers(0, 20), st.sampled_from(["left out", "put in", "swapped", "another"]), st.sampled_from("abcxyz"))


@given(words, typos)
def test_one_typo_is_forgiven_from_four_letters_on(word: str, typo: tuple[int, str, str]) -> None:
    typed = mistyped(word, *typo)
    assume(simplified(typed))
    graded = short((word, True)).grade(typed)
    if typed == word:
        assert graded.is_right
        assert not graded.right_text
    elif len(simplified(word)) >= 4:
        assert graded.is_right
        assert graded.right_text == word, "whoever was understood in spite of a typo sees how it is written"
    elif simplified(typed) != simplified(word):
        assert not graded.is_right


@given(words.filter(lambda one: len(one) >= 8), st.text(st.sampled_from("0123456789"), min_size=3, max_size=12))
def test_what_is_far_off_is_not_taken_for_the_answer(word: str, more: str) -> None:
    assert short((word, True)).meant(word + more) is None


@given(st.lists(words, min_size=2, max_size=6, unique_by=simplified), st.data())
def test_a_listed_answer_is_never_taken_for_its_neighbour(listed: list[str], data: st.DataObject) -> None:
    question = short(*((word, not place) for place, word in enumerate(listed)))
    for place, word in enumerate(listed):
        assert question.meant(word) == place
    place = data.draw(st.integers(0, len(listed) - 1))
    typed = mistyped(listed[place], *data.draw(typos))
    assume(simplified(typed))
    found = question.meant(typed)
    reversed_too = short(*((word, not at) for at, word in enumerate(reversed(listed)))).meant(typed)
    assert found == (None if reversed_too is None else len(listed) - 1 - reversed_too), "in whatever order they are listed"


@pytest.mark.parametrize(
    "typed",
    ["Redlist", "red list", "  RED-LIST ", "the redlist", "rédlïst", "“redlist”", "redlits", "readlist", "redlst", "ＲＥＤlist"],
)
def test_case_accents_spaces_signs_and_a_small_typo_are_forgiven(typed: str) -> None:
    assert short(("redlist", True), ("whitelist", False), ("blacklist", False)).grade(typed).is_right


def test_answers_that_are_close_to_each_other_are_told_apart() -> None:
    question = short(("opt in", True), ("opt out", False))
    assert question.meant("Opt-in") == 0
    assert question.meant("opt-out") == 1
    assert short(("consent", True), ("content", False)).meant("consent") == 0
    assert short(("consent", True), ("content", False)).meant("content") == 1
    assert short(("consent", True), ("content", False)).meant("conzent") is None, "it may be a typo of either"


def test_in_figures_no_typo_is_forgiven() -> None:
    question = short(("2014", True), ("2020", False))
    assert question.grade("in 2014").is_right is False
    assert question.grade("2014").is_right
    assert not question.grade("2015").is_right
    assert forgiven("2014") == forgiven("gdpr2016") == 0


def test_a_mistaken_answer_gets_its_own_word_and_any_other_the_common_one() -> None:
    question = short(("redlist", True), ("whitelist", False))
    assert "(whitelist)" in question.grade("white list").feedback
    assert question.grade("a banana").feedback == WHY
    assert question.grade("?").right_text == "redlist"
    with pytest.raises(NoAnswer):
        question.grade("!!")


def test_what_was_typed_is_said_back_with_nothing_in_it_that_discord_would_act_on() -> None:
    said = short(("redlist", True)).grade("**<@123>** [x](https://example.org) `a`\n# big").said
    assert "\n" not in said
    assert "<@" not in said.replace("\\<", "")
    assert "**\\*" in said.replace("wrote:** ", "wrote:**")


def test_two_answers_that_say_the_same_are_refused() -> None:
    with pytest.raises(ValidationError, match="'Red-list' stands for two answers"):
        short(("redlist", True), ("Red-list", False))
    with pytest.raises(ValidationError, match="at least one answer has to be `right:`"):
        short(("redlist", False))
    with pytest.raises(ValidationError, match="has no letter and no figure"):
        short(("!?", True))


# ---------------------------------------------------------------- estimates

figures = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=2)


@given(figures, st.decimals(Decimal("0.01"), 10**6, places=2), st.decimals(0, 10**6, places=2))
def test_a_margin_is_as_wide_above_as_below(answer: Decimal, margin: Decimal, off: Decimal) -> None:
    question = estimate(float(answer), float(margin), "")
    above, below = question.grade(f"{answer + off:.2f}"), question.grade(f"{answer - off:.2f}")
    assert above.is_right == below.is_right == (off <= margin)
    if off > margin:
        assert (below.picks, above.picks) == ((0,), (2,))
        assert f"{in_figures(off)} below" in below.feedback
        assert f"{in_figures(off)} above" in above.feedback
    for graded in (above, below):
        assert "Somebody counted." in graded.feedback, "where the figure comes from is always said"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("60", {"60"}), ("about 60 %", {"60"}), ("~60", {"60"}), ("-3.5", {"-3.5"}), ("−3", {"-3"}), ("2,5", {"2.5"}),
        ("1,125", {"1.125", "1125"}), ("1.125", {"1.125", "1125"}), ("1,125,000", {"1125000"}), ("1 125 000", {"1125000"}),
        ("1.125.000,5", {"1125000.5"}), ("1,125.5", {"1125.5"}), ("0.125", {"0.125"}), ("1'000", {"1000"}),
        ("2.5 million", {"2500000"}), ("3 thousand people", {"3000"}), ("60%.", {"60"}), ("٣", {"3"}),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(typed: str, meant: set[str]) -> None:
    assert set(readings(typed)) == {Decimal(one) for one in meant}


def test_a_number_is_read_in_the_unit_of_the_question() -> None:
    assert readings("2 million", "million people") == (Decimal(2),)
    assert readings("500 thousand", "million people") == (Decimal("0.5"),)
    assert readings("2 billion", "million people") == (Decimal(2000),)


@pytest.mark.parametrize("typed", ["many", "", "50 to 60", "1.2.3", "9" * 30, "1e5 or 2"])
def test_what_is_no_number_is_not_graded(typed: str) -> None:
    with pytest.raises(NoAnswer):
        estimate().grade(typed)


def test_the_reading_that_is_nearer_counts() -> None:
    assert estimate(1125, 5, "").grade("1.125").is_right
    assert estimate(1.125, 0.1, "").grade("1,125").is_right
    assert estimate(60, 5).grade("?").right_text == "60% (55 to 65 is near enough)"


# ---------------------------------------------------------------- order and match


@pytest.mark.parametrize("question", [order(3), order(4), order(5), match(3), match(4), match(5)], ids=lambda one: one.kind)
def test_of_all_arrangements_one_is_right_and_each_is_explained(question: Order | Match) -> None:
    count = len(question.steps if isinstance(question, Order) else question.pairs)
    right = [one for one in permutations(range(count)) if question.grade("".join(map(str, one))).is_right]
    assert right == [tuple(range(count))]
    for one in permutations(range(count)):
        whole = question.grade("".join(map(str, one)))
        assert whole == question.grade("".join(map(str, one[:-1]))), "the last one is what is left"
        assert whole.feedback.count(WHY) >= count


@given(seeds, st.sampled_from([order(3), order(4), order(5), match(3), match(4)]))
def test_what_is_to_be_arranged_never_stands_in_its_right_order(seed: int, question: Order | Match) -> None:
    answers = [one.answer for one in question.asked(seed).presses]
    assert sorted(answers) == [str(index) for index in range(len(answers))]
    assert answers != sorted(answers)


@given(seeds, st.data())
def test_pressing_one_after_another_leads_to_an_answer(seed: int, data: st.DataObject) -> None:
    question: Question = data.draw(st.sampled_from(EXAMPLES[-2:]))
    so_far, letters = "", {one.answer[-1]: one.label for one in question.asked(seed).presses}
    for pressed in range(3):
        presses = [one for one in question.asked(seed, so_far).presses if one.answer]
        assert len(presses) == 4 - pressed
        assert all(letters[one.answer[-1]] == one.label for one in presses), "a step keeps its letter"
        with pytest.raises(Unfinished):
            question.grade(so_far)
        so_far = data.draw(st.sampled_from(presses)).answer
    assert question.grade(so_far).feedback


def test_what_was_right_about_an_order_is_said() -> None:
    assert "Only two neighbours are the other way round: “Step 1” comes before “Step 2”." in order().grade("0213").feedback
    assert "1 of the 4 is where it belongs." in order().grade("0231").feedback
    assert "None of them is where it belongs." in order().grade("3012").feedback
    assert "None of the pairs fits." in match().grade("3012").feedback
    assert "2 of the 4 pairs fit." in match().grade("1023").feedback


@pytest.mark.parametrize("given_text", ["00", "4", "x", "0123 ", "01234"])
def test_an_arrangement_that_is_none_is_refused(given_text: str) -> None:
    both: tuple[Question, ...] = (order(), match())
    for question in both:
        with pytest.raises(UnknownOption):
            question.grade(given_text)


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("question", "more", "what"),
    [
        (many(), {"options": tuple(option(str(n), n == 0) for n in range(4))}, "with one of them it is `kind: one choice`"),
        (many(), {"options": tuple(option(str(n), True) for n in range(4))}, "at least one option has to be `wrong:`"),
        (claim(), {"is_true": "no"}, "boolean"),
        (claim(), {"reasons": (option("a", True), option("b", True))}, "exactly one reason has to be `right:`, here 2 are"),
        (estimate(), {"margin": 0}, "greater than 0"),
        (order(), {"steps": ({"step": "a", "feedback": WHY},) * 3}, "two steps say the same"),
        (match(), {"pairs": ({"this": "a", "fits": "b", "feedback": WHY},) * 3}, "say the same"),
        (match(), {"pairs": ({"this": "a", "fits": "b", "feedback": WHY},) * 2}, "at least 3"),
    ],
)
def test_what_is_wrong_with_a_question_is_said(question: Question, more: dict[str, Any], what: str) -> None:
    model = cast(type[BaseModel], type(question))
    whole = {field.alias or name: getattr(question, name) for name, field in model.model_fields.items()}
    with pytest.raises(ValidationError, match=what):
        model.model_validate({**whole, **more})


def test_a_field_of_a_form_says_what_it_wants() -> None:
    for question in EXAMPLES:
        field = question.asked(0).field
        assert field is None or (field.label and len(field.label) <= 45)
        assert not isinstance(field, Typing) or len(field.help) <= 100
    assert isinstance(CENSUS, Source)
