"""The desk's rules without Discord: which group is meant, who may do what, and that everything gets an answer."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from at_the_desk import (
    FACILITATORS,
    GROUP,
    HOME,
    LIBRARY,
    LOUNGE,
    MODERATOR,
    MODERATORS,
    OTHER,
    OTHER_HOME,
    SECRET,
    SERVER,
    Counter,
    opened_counter,
    presses_of,
    text_of,
    visit_to,
)
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.cards import Answer, Card, Channel, Form, Place, Text, Visit
from bot.commands import COMMANDS, Command, Step
from bot.commands.desk import PICK
from bot.group import Rights
from bot.learner_key import Someone
from bot.library import Library
from bot.log import start_log
from bot.press import Press, base36
from bot.shelves import Shelves
from bot.storage import StorageBusy, Store

ELSEWHERE = Place(SERVER, LOUNGE)
STEPS = [(command, name) for command in COMMANDS for name in command.steps]
MODERATORS_STEPS = [Press(command.name, name) for command, name in STEPS if command.steps[name].for_moderators]
BUG = "Something went wrong on my side"


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """One group on the server."""
    with opened_counter(tmp_path) as counter:
        counter.do(counter.store.add_group(GROUP))
        yield counter


@pytest.fixture
def counter_of_two(counter: Counter) -> Counter:
    """Two groups on the server."""
    counter.do(counter.store.add_group(OTHER))
    return counter


# ---------------------------------------------------------------- the commands themselves


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_leads_to_steps_that_exist(command: Command) -> None:
    typed = [one.name for one in command.subcommands] or [command.first]
    assert set(typed) <= set(command.steps)
    for step in command.steps.values():
        assert (step.quiet is None) is not (step.speaks is None), "a step either speaks elsewhere or is quiet"
        assert not (step.needs_group and step.picks_group)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_hidden_from_members_guards_each_of_its_steps(command: Command) -> None:
    # Hiding is Discord's, and a server can undo it; only the step's own guard holds.
    assert {step.for_moderators for step in command.steps.values()} == {command.for_moderators}


def test_no_two_commands_have_a_name_and_none_is_called_like_the_picker() -> None:
    names = [command.name for command in COMMANDS]
    assert len(set(names)) == len(names)
    assert PICK not in names


# ---------------------------------------------------------------- who may do what


@pytest.mark.parametrize("press", MODERATORS_STEPS, ids=lambda press: f"{press.command} {press.step}")
@pytest.mark.parametrize(
    ("rights", "place"),
    [
        (Rights(), Place(SERVER, HOME)),
        (Rights(roles=frozenset({99})), Place(SERVER, HOME)),
        (Rights(manage_server=False, roles=frozenset({OTHER.group_id})), Place(SERVER, MODERATORS)),
    ],
    ids=["a member", "a member with a role", "a member in the moderators' channel"],
)
def test_a_moderators_step_refuses_everyone_else(press: Press, rights: Rights, place: Place, counter: Counter) -> None:
    for group in (None, GROUP.group_id):
        said = text_of(counter.serve(visit_to(replace(press, group=group), rights=rights, place=place)))
        assert "That is for moderators" in said
    assert counter.desk.step(press)


@pytest.mark.parametrize("press", MODERATORS_STEPS, ids=lambda press: f"{press.command} {press.step}")
def test_no_moderators_step_works_in_a_direct_message(press: Press, counter: Counter) -> None:
    for group in (None, GROUP.group_id):
        answer = counter.serve(visit_to(replace(press, group=group), rights=MODERATOR, place=Place(None, 5)))
        assert isinstance(answer, Card)
        assert "moderators" in text_of(answer) or "group" in text_of(answer)
    counter.serve(visit_to(Press("group", "show"), rights=MODERATOR))  # and the group is still there
    assert "Thursday readers" in text_of(counter.serve(visit_to(Press("group", "show"), rights=MODERATOR)))


@pytest.mark.parametrize(
    ("rights", "may"),
    [
        (Rights(manage_server=True), True),
        (Rights(roles=frozenset({FACILITATORS})), True),
        (Rights(roles=frozenset({FACILITATORS, 5})), True),
        (Rights(roles=frozenset({5})), False),
        (Rights(), False),
    ],
)
def test_who_moderates_a_group(rights: Rights, may: bool) -> None:
    assert rights.moderates(GROUP) is may


def test_a_group_without_a_facilitators_role_is_moderated_by_no_role() -> None:
    without = replace(GROUP, facilitators_role=None)
    assert not Rights(roles=frozenset({0, 1, FACILITATORS})).moderates(without)


def test_the_facilitators_of_one_group_do_not_moderate_the_other(counter_of_two: Counter) -> None:
    counter_of_two.do(counter_of_two.store.change_group(replace(OTHER, facilitators_role=77)))
    rights = Rights(roles=frozenset({FACILITATORS}))
    assert "Thursday" in text_of(counter_of_two.serve(visit_to(Press("group", "show", (), GROUP.group_id), rights=rights)))
    said = text_of(counter_of_two.serve(visit_to(Press("group", "show", (), OTHER.group_id), rights=rights)))
    assert "That is for moderators" in said


# ---------------------------------------------------------------- which group


def group_shown(answer: Answer) -> str | None:
    said = text_of(answer)
    return next((name for name in ("Thursday", "Monday") if f"## {name} readers" in said), None)


@pytest.mark.parametrize(
    ("place", "control", "named", "shown"),
    [
        (Place(SERVER, HOME), None, None, "Thursday"),
        (Place(SERVER, OTHER_HOME), None, None, "Monday"),
        (Place(SERVER, 500, HOME), None, None, "Thursday"),  # a thread in the home
        (Place(SERVER, MODERATORS), None, None, "Thursday"),
        (Place(SERVER, HOME), OTHER.group_id, None, "Monday"),  # the control's own group comes first
        (ELSEWHERE, GROUP.group_id, None, "Thursday"),
        (Place(SERVER, HOME), None, "monday READERS", "Monday"),
        (Place(SERVER, HOME), None, base36(OTHER.group_id), "Monday"),
        (ELSEWHERE, None, None, None),
        (Place(SERVER, HOME), None, "Friday readers", None),
    ],
)
def test_which_group_is_meant(
    place: Place, control: int | None, named: str | None, shown: str | None, counter_of_two: Counter
) -> None:
    given = {"group": named} if named else {}
    answer = counter_of_two.serve(visit_to(Press("group", "show", (), control), rights=MODERATOR, place=place, given=given))
    assert group_shown(answer) == shown


def test_the_only_group_of_a_server_is_meant_everywhere_on_it(counter: Counter) -> None:
    assert group_shown(counter.serve(visit_to(Press("group", "show"), rights=MODERATOR, place=ELSEWHERE))) == "Thursday"
    said = text_of(counter.serve(visit_to(Press("group", "show"), rights=MODERATOR, place=Place(99, 98))))
    assert "There is no study group on this server yet" in said


def test_with_several_groups_one_is_picked_and_what_was_typed_is_not_lost(counter_of_two: Counter) -> None:
    given = {"name": "Friday readers", "time_zone": "utc"}
    asked = counter_of_two.serve(visit_to(Press("group", "edit"), rights=MODERATOR, place=ELSEWHERE, given=given))
    assert isinstance(asked, Card)
    assert "several study groups" in text_of(asked)
    [press] = presses_of(asked)
    done = counter_of_two.serve(
        visit_to(Press.read(press.write()), rights=MODERATOR, place=ELSEWHERE, given={"picked": base36(OTHER.group_id)})
    )
    assert "Friday readers" in text_of(done)
    assert "UTC" in text_of(done)


@pytest.mark.parametrize(
    "given", [{"name": "x" * 60, "time_zone": "y" * 60}, {"name": "z", "channel": Channel(LOUNGE, "text", "l")}]
)
def test_what_does_not_fit_into_the_picker_changes_nothing_by_half(
    given: dict[str, str | Channel], counter_of_two: Counter
) -> None:
    asked = counter_of_two.serve(visit_to(Press("group", "edit"), rights=MODERATOR, place=ELSEWHERE, given=given))
    assert isinstance(asked, Card)
    [press] = presses_of(asked)
    done = counter_of_two.serve(
        visit_to(Press.read(press.write()), rights=MODERATOR, place=ELSEWHERE, given={"picked": base36(OTHER.group_id)})
    )
    assert isinstance(done, Form)
    assert group_shown(counter_of_two.serve(visit_to(Press("group", "show", (), OTHER.group_id), rights=MODERATOR))) == "Monday"


def test_somebody_has_another_key_in_each_group_and_none_without_one(tmp_path: Path) -> None:
    seen: list[Visit] = []

    async def look(visit: Visit, library: Library, store: Store) -> Card:
        seen.append(visit)
        return Card((Text("seen"),))

    peek = Command("peek", "", {"look": Step(look)}, first="look")
    with opened_counter(tmp_path, (*COMMANDS, peek)) as counter:
        counter.do(counter.store.add_group(GROUP))
        counter.do(counter.store.add_group(OTHER))
        for place in (Place(SERVER, HOME), Place(SERVER, OTHER_HOME), ELSEWHERE, Place(None, 5)):
            counter.serve(visit_to(Press("peek", "look"), place=place))
    here, there, lounge, direct = (visit.key for visit in seen)
    assert here == Someone(SECRET, 1).key(f"group {GROUP.group_id}")
    assert here != there
    assert there is not None
    assert lounge is direct is None
    assert [visit.many_groups for visit in seen] == [False, False, True, False]


# ---------------------------------------------------------------- always an answer

WORDS = st.sampled_from(
    ["", "0", "1", "2", "3", "99", "-1", "zz", "0z", "1" * 30, "9" * 30, "three-ordinary-facts", "²", "٣", "=", "learn"]
)
JUNK = st.lists(WORDS | st.text(max_size=8), max_size=8).map(tuple)


ODD = {
    "group": GROUP.group_id,
    "picked": None,
    "place": Place(SERVER, HOME),
    "rights": MODERATOR,
    "on_card": (),
    "on_message": None,
}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    where=st.sampled_from([*((command.name, name) for command, name in STEPS), (PICK, "group"), ("quiz", "?"), ("?", "?")]),
    args=JUNK,
    group=st.sampled_from([None, GROUP.group_id, 0, 2**40 - 2, 2**63, 2**200]),
    picked=st.none() | WORDS | st.text(max_size=8) | st.just(base36(GROUP.group_id)),
    place=st.sampled_from([Place(SERVER, HOME), ELSEWHERE, Place(99, 98), Place(None, 5)]),
    rights=st.sampled_from([Rights(), MODERATOR]),
    on_card=st.sampled_from(
        [(), ("> Name: \n> Time zone: x",), ("> Name: " + "x" * 200, "", "> x"), ("a card", "### a title", "a text")]
    ),
    on_message=st.sampled_from([None, 1, 2**63 - 1]),
)
@example(**ODD, where=("quiz", "ask"), args=("-1", "0", "5", "0", ""))
@example(**ODD, where=("quiz", "answer"), args=("3", "0", "5", "0", "", "01", "z" * 20, "0"))
@example(**ODD, where=("quiz", "answer"), args=("3", "0", "5", "0", "", "01", "-1", "0"))
@example(**ODD, where=("quiz", "end"), args=("3", "0", "5", "0", "zz1"))
@example(**ODD, where=("group", "try-again"), args=("é",))
@example(**ODD, where=("glossary", "list"), args=("  \x80\x80\x80\U00010000", "0  \x80\x80\x80\U00010000"))
@example(**ODD | {"picked": base36(GROUP.group_id)}, where=(PICK, "group"), args=("learn", "begin", "theme=" + "9" * 50))
def test_any_press_whatever_gets_a_kind_answer_and_is_no_bug(
    where: tuple[str, str],
    args: tuple[str, ...],
    group: int | None,
    picked: str | None,
    place: Place,
    rights: Rights,
    on_card: tuple[str, ...],
    on_message: int | None,
    counter: Counter,
) -> None:
    counter.do(counter.store.add_group(GROUP))  # an earlier example may have closed it
    given = {} if picked is None else {"picked": picked}
    try:
        press = Press.read(Press(*where, args, group).write())
    except ValueError:
        return  # such a press never gets as far as the desk
    answer = counter.serve(visit_to(press, place=place, rights=rights, given=given, on_card=on_card, on_message=on_message))
    assert isinstance(answer, Card | Form)
    assert text_of(answer).strip()
    assert BUG not in text_of(answer)
    assert "refused a value" not in text_of(answer)
    if isinstance(answer, Card):
        for press in presses_of(answer):
            assert Press.read(press.write()) == press


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    command=st.sampled_from(COMMANDS),
    typed=st.dictionaries(
        st.sampled_from(["theme", "prompt", "name", "time_zone", "language", "group", "length", "channel", "facilitators"]),
        st.text(max_size=80) | st.integers(-5, 2**63) | st.sampled_from([theme.name for theme in LIBRARY.course("en").themes]),
        max_size=4,
    ),
    place=st.sampled_from([Place(SERVER, HOME), Place(None, 5), Place(99, 98)]),
)
def test_whatever_is_typed_gets_a_kind_answer_and_is_no_bug(
    command: Command, typed: dict[str, str | int], place: Place, counter: Counter
) -> None:
    for step in [one.name for one in command.subcommands] or [command.first]:
        answer = counter.serve(visit_to(Press(command.name, step), place=place, rights=MODERATOR, given=typed))
        assert BUG not in text_of(answer)


async def _breaks(visit: Visit, library: Library, store: Store) -> Card:
    raise RuntimeError("Ada said: my secret is out")


async def _finds_the_database_locked(visit: Visit, library: Library, store: Store) -> Card:
    raise StorageBusy


@pytest.mark.parametrize(
    ("step", "sentence"), [(_breaks, BUG), (_finds_the_database_locked, "The database is locked")], ids=["a bug", "trouble"]
)
def test_a_failing_step_is_a_sentence_with_a_code_and_one_line_in_the_log(step: object, sentence: str, tmp_path: Path) -> None:
    said = io.StringIO()
    start_log("DEBUG", said)
    broken = Command("broken", "", {"step": Step(step)}, first="step")  # type: ignore[arg-type]
    with opened_counter(tmp_path, (broken,)) as counter:
        shown = text_of(counter.serve(visit_to(Press("broken", "step"))))
    [line] = [line for line in said.getvalue().splitlines() if "level=error" in line]
    [code] = [word.removeprefix("code=") for word in line.split() if word.startswith("code=")]
    assert sentence in shown
    assert code in shown
    assert "step=broken.step" in line
    assert "test_desk_rules.py:" in line
    assert "Ada" not in line
    assert "Ada" not in shown


async def test_suggestions_that_fail_are_none(tmp_path: Path) -> None:
    said = io.StringIO()
    start_log("DEBUG", said)
    assert await _suggestions(tmp_path) == ()
    assert "Ada" not in said.getvalue()
    assert "bug in suggestions" in said.getvalue()


async def _suggestions(tmp_path: Path) -> object:
    import discord

    from bot.cards import Choice, Option
    from bot.chat.channels import DiscordChannels
    from bot.commands import Desk
    from bot.storage import open_store

    async def complete(visit: Visit, library: Library, store: Store, typed: str) -> tuple[Choice, ...]:
        raise RuntimeError("Ada")

    command = Command("one", "", {"step": Step(_breaks)}, first="step", options=(Option("what", "", complete=complete),))
    store = await open_store(f"sqlite:///{tmp_path / 'x.db'}")
    try:
        desk = Desk((command,), Shelves(LIBRARY, store), store, DiscordChannels(discord.Client(intents=discord.Intents.none())))
        return await desk.complete(visit_to(Press("one", "step")), "what", "x")
    finally:
        await store.close()
