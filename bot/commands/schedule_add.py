"""``/schedule add`` and ``edit``: options say what, a form says when. A form that is refused comes back as it was typed."""

from __future__ import annotations

import secrets

from bot.cards import Answer, Button, Card, Form, Row, Text, Visit
from bot.channels import Channels
from bot.commands.again import refused, typed_again
from bot.commands.choosing import OWN
from bot.commands.phrases import say
from bot.commands.schedule_card import of_its_plan, slot_card, slot_press
from bot.commands.schedule_form import When, form_of, tomorrow, when_of, wished
from bot.commands.schedule_subject import Subject, asked_for, packed, subject_in_words, subject_objection, subject_of, unpacked
from bot.commands.slot_words import find_slot, sentence
from bot.library import Library
from bot.press import NotAPress, Press, base36, id_in
from bot.storage import OwnPrompt, RowExists, Slot, Store

SLOT_BITS = 40
MOST_SLOTS = 50
"""Of one group, besides those of its plan."""
TOO_MANY = f"The calendar has {MOST_SLOTS} slots, as many as it takes: remove one first, in `/schedule list`."
BY_RULE = "r"
"""Ends the arguments of a form that has a rule in it instead of choices."""


async def add(visit: Visit, library: Library, store: Store) -> Answer:
    """Check what is to be posted, then ask when."""
    assert visit.group
    group = visit.group
    if visit.text("what") is None:  # lost on the way over "Which one do you mean?"
        return say("Please type `/schedule add` once more, and name the group with the option `group`.", tone="look")
    subject = await asked_for(visit, Subject(), library, store)
    if isinstance(subject, str):
        return say(subject, tone="look")
    slots = await store.slots_of(group.group_id)
    objection = await _objection(visit, subject, library, store) or (TOO_MANY if _is_full(slots) else None)
    if objection:
        return say(objection, tone="look")
    ours = [slot for slot in slots if slot.plan_place is None]
    used_last = max(ours, key=lambda slot: slot.starts_on).hour if ours else When().hour
    when = When(used_last, tomorrow(visit.at, group), rule=visit.text("rule"))
    return await _form(visit, "new", secrets.randbits(SLOT_BITS), subject, when, library, store)


async def new(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """The form came back: add the slot, or say what is wrong and keep what was typed."""
    assert visit.group
    slot_id, subject = _arguments(visit, library)
    slots = await store.slots_of(visit.group.group_id)
    there = next((slot for slot in slots if slot.slot_id == slot_id), None)
    if there is not None:
        return await slot_card(visit, there, "It is in the calendar already.", library, store, channels)
    objection = await _objection(visit, subject, library, store) or (TOO_MANY if _is_full(slots) else None)
    if objection or subject is None:
        return say(f"{objection}\n-# Nothing was added.", tone="look")
    slot = await wished(visit, subject, slot_id, None)
    if isinstance(slot, str):
        return await _refused(visit, "new", slot_id, subject, f"{slot}\n-# Nothing was added yet.", library, store)
    try:
        if not await store.add_slots((slot,)):
            return say("The group was closed meanwhile; nothing was added.", tone="look")
    except RowExists:  # the same form, sent twice in the same moment: its slot is there
        pass
    return await slot_card(visit, slot, "It is in the calendar.", library, store, channels, tone="good")


async def new_again(visit: Visit, library: Library, store: Store) -> Answer:
    """*Try again*: the form with what was typed."""
    return await _again(visit, "new", library, store)


async def edit(visit: Visit, library: Library, store: Store) -> Answer:
    """The form with the slot as it is; options lay something else over it."""
    slot = await find_slot(visit, library, store)
    if isinstance(slot, Card):
        return slot
    if slot.plan_place is not None:
        return await belongs_to_plan(visit, "changed", library, store)
    subject = await asked_for(visit, subject_of(slot), library, store)
    if isinstance(subject, str):
        return say(subject, tone="look")
    objection = await _objection(visit, subject, library, store)
    if objection:
        how = "-# `/schedule edit` takes another `theme` or `item`; or remove the slot."
        back = Row((Button("Back to the slot", slot_press("open", slot)),))
        return Card((Text(f"{objection}\n{how}"), back), tone="look")
    when = when_of(slot)
    typed = visit.text("rule")
    if typed is not None:
        when = When(when.hour, when.starts_on, when.ends_on, rule=typed)
    return await _form(visit, "change", slot.slot_id, subject, when, library, store)


async def change(visit: Visit, library: Library, store: Store, channels: Channels) -> Answer:
    """The form came back: change the slot, from now on."""
    slot_id, subject = _arguments(visit, library)
    slot = await find_slot(visit, library, store)
    if isinstance(slot, Card):
        return slot
    objection = await _objection(visit, subject, library, store)
    if objection or subject is None:
        return say(f"{objection}\n-# Nothing was changed.", tone="look")
    wanted = await wished(visit, subject, slot_id, slot)
    if isinstance(wanted, str):
        return await _refused(visit, "change", slot_id, subject, f"{wanted}\n-# Nothing was changed yet.", library, store)
    if not await store.change_slot(wanted):
        return say("That slot was removed meanwhile; there is nothing to change.", tone="look")
    return await slot_card(visit, wanted, "It is changed.", library, store, channels, tone="good")


async def change_again(visit: Visit, library: Library, store: Store) -> Answer:
    """*Try again*: the form with what was typed."""
    return await _again(visit, "change", library, store)


async def belongs_to_plan(visit: Visit, what: str, library: Library, store: Store) -> Card:
    """A slot of a plan is changed with its plan, not by itself."""
    assert visit.group
    where = await of_its_plan(visit.group, library, store)
    return say(f"This is {where}. There it can be {what}, together with what comes after it.", tone="look")


async def _objection(visit: Visit, subject: Subject | None, library: Library, store: Store) -> str | None:
    assert visit.group
    own = await _own(visit, subject, store)
    return subject_objection(subject, library.course(visit.group.language), own)


async def _own(visit: Visit, subject: Subject | None, store: Store) -> tuple[OwnPrompt, ...]:
    assert visit.group
    return await store.own_prompts(visit.group.group_id) if subject and subject.theme == OWN else ()


async def _form(visit: Visit, step: str, slot_id: int, subject: Subject, when: When, library: Library, store: Store) -> Form:
    assert visit.group
    course = library.course(visit.group.language)
    what = subject_in_words(subject, course, await _own(visit, subject, store), on_card=False)
    by_rule = () if when.rule is None else (BY_RULE,)
    args = (base36(slot_id), *packed(subject, course), *by_rule)
    return form_of(sentence(what), Press("schedule", step, args, visit.group.group_id), when)


async def _refused(visit: Visit, step: str, slot_id: int, subject: Subject, objection: str, library: Library, store: Store) -> Card:
    when = When(rule="" if visit.press.args[-1] == BY_RULE else None)
    form = await _form(visit, step, slot_id, subject, when, library, store)
    return refused(form, visit.given, objection, Press("schedule", f"{step}-again", form.press.args, form.press.group))


async def _again(visit: Visit, step: str, library: Library, store: Store) -> Answer:
    slot_id, subject = _arguments(visit, library)
    objection = await _objection(visit, subject, library, store)
    if objection or subject is None:
        return say(f"{objection}", tone="look")
    when = When(rule="" if visit.press.args[-1] == BY_RULE else None)
    return typed_again(await _form(visit, step, slot_id, subject, when, library, store), visit.on_card)


def _arguments(visit: Visit, library: Library) -> tuple[int, Subject | None]:
    """The slot's id and what it is to post, from a form's press; no subject when its theme has left the course."""
    assert visit.group
    slot_id, *rest = (*visit.press.args, "")
    try:
        return id_in(slot_id), unpacked(tuple(rest), library.course(visit.group.language))
    except ValueError as error:
        raise NotAPress("no slot in this form") from error


def _is_full(slots: tuple[Slot, ...]) -> bool:
    return sum(slot.plan_place is None and (slot.due_at is not None or slot.paused) for slot in slots) >= MOST_SLOTS
