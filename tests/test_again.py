"""A refused form comes back as it was typed, whatever was typed: nothing is lost, and nothing passes for another field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import Button, Card, ChannelField, Choice, ChoiceField, Form, Given, Row, Text, TextField
from bot.chat.render import MOST_TEXT
from bot.commands.again import refused, typed_again
from bot.press import Press

DAYS = tuple(
    Choice(label, value) for label, value in (("Monday", "MO"), ("Tuesday, too", "TU"), ("Tuesday", "T"), ("Sunday", "SU"))
)
FORM = Form(
    "When",
    Press("schedule", "new"),
    (
        ChoiceField("often", "How often", (Choice("Once", "once"), Choice("Every week", "weekly")), ("weekly",)),
        ChoiceField("days", "Days (if any)", DAYS, ("MO",), required=False, several=True),
        TextField("hour", "Hour", "19:00", longest=20),
        TextField("until", "Until", "2026-12-24", required=False),
        TextField("text", "Text", long=True, longest=1000),
    ),
)
AGAIN = Press("schedule", "new-again")


def on_card(card: Card) -> tuple[str, ...]:
    """What the client hands to the step: the texts, one by one, as Discord keeps them."""
    return tuple(part.markdown.strip() for part in card.parts if isinstance(part, Text))


def values_of(form: Form) -> dict[str, str | tuple[str, ...]]:
    return {field.name: field.value if isinstance(field, TextField) else field.values for field in form.fields}  # type: ignore[union-attr]


def there_and_back(typed: dict[str, Given]) -> dict[str, str | tuple[str, ...]]:
    return values_of(typed_again(FORM, on_card(refused(FORM, typed, "That hour is no hour.", AGAIN))))


def test_the_card_says_what_is_wrong_repeats_all_and_has_the_button() -> None:
    card = refused(FORM, {"often": "once", "days": ("MO", "SU"), "hour": "25:00"}, "That hour is no hour.", AGAIN)
    assert on_card(card)[:4] == (
        "That hour is no hour.",
        "> **How often:** Once",
        "> **Days (if any):** Monday, Sunday",
        "> **Hour:** 25:00",
    )
    assert card.parts[-1] == Row((Button("Try again", AGAIN, "main"),))


@pytest.mark.parametrize("hour", ["25:00", "> **Until:** 3", "**Until:** x", "*_~`|<@1>", "“quotes”", "  spaces  ", "\\", ">>> a"])
def test_a_text_comes_back_as_it_was_typed(hour: str) -> None:
    assert there_and_back({"often": "once", "hour": hour, "text": "x"})["hour"] == " ".join(hour.split())


def test_a_text_of_several_lines_comes_back_even_if_its_lines_look_like_fields() -> None:
    text = "one\n\n> **Hour:** 3\n**Until:** never\n>>> four"
    back = there_and_back({"often": "once", "hour": "19", "text": text})
    assert back["text"] == text
    assert back["hour"] == "19"
    assert back["until"] == ""


def test_a_field_that_was_emptied_stays_empty_instead_of_what_the_form_came_with() -> None:
    back = there_and_back({"often": "once", "hour": "19:00"})
    assert back["until"] == ""
    assert back["days"] == ()


@pytest.mark.parametrize("picks", [(), ("MO",), ("TU",), ("T",), ("TU", "T"), ("MO", "TU", "T", "SU")])
def test_picks_come_back_even_if_one_label_lies_within_another(picks: tuple[str, ...]) -> None:
    pick: Given = picks if len(picks) != 1 else picks[0]
    given = {"often": "weekly", "hour": "19"} | ({"days": pick} if picks else {})
    back = there_and_back(given)
    assert back["days"] == picks
    assert back["often"] == ("weekly",)


def test_a_card_of_another_form_fills_in_nothing() -> None:
    assert typed_again(FORM, ("> **Name:** x", "Hour: 3", "nothing")) == FORM


def test_channels_and_roles_are_left_to_the_press() -> None:
    form = Form("Where", Press("group", "fill-in"), (ChannelField("home", "Home", ("text",), 7), TextField("name", "Name")))
    card = refused(form, {"home": "x", "name": "Ada"}, "No.", AGAIN)
    assert on_card(card) == ("No.", "> **Name:** Ada")
    assert typed_again(form, on_card(card)).fields[0] == form.fields[0]


@given(st.text(max_size=20), st.text(max_size=1000), st.sets(st.sampled_from(["MO", "T", "SU"])))
def test_whatever_was_typed_comes_back_and_the_card_fits(hour: str, text: str, picks: set[str]) -> None:
    given: dict[str, Given] = {"often": "weekly", "hour": hour, "text": text, "days": tuple(picks)}
    card = refused(FORM, given, "x" * 300, AGAIN)
    assert sum(len(one) for one in on_card(card)) <= MOST_TEXT
    back = values_of(typed_again(FORM, on_card(card)))
    assert back["hour"] == " ".join(hour.split())
    assert str(back["text"]).strip() == text.strip()
    assert set(back["days"]) == picks
