"""What may be said of a thread: its name, its clocks, its tags. Shared by what opens threads and what changes them."""

from __future__ import annotations

from rehearsal.checks import array, text, unknown_keys, whole_number
from rehearsal.permissions import MANAGE_THREADS
from rehearsal.refusals import Problems, invalid, missing_permissions
from rehearsal.things import Channel, Json
from rehearsal.world import World

ARCHIVE_AFTER = (60, 1440, 4320, 10080)
THREAD_KEYS = ("name", "auto_archive_duration", "rate_limit_per_user")


def tags_of(world: World, forum: Channel, given: list[object]) -> list[int]:
    """The tags that a forum post shall have; moderated ones are for moderators."""
    known = {str(tag.id): tag for tag in forum.tags}
    for index, tag_id in enumerate(given):
        tag = known.get(str(tag_id))
        if tag is None:
            raise invalid(("applied_tags", index), "UNKNOWN_TAG", "Unknown tag")
        if tag.moderated and not world.bot_may(forum.id) & MANAGE_THREADS:
            raise missing_permissions()
    return [known[str(tag_id)].id for tag_id in given]


def check_thread(body: Json, known: tuple[str, ...]) -> None:
    problems = Problems()
    unknown_keys(problems, (), body, known)
    text(problems, ("name",), body.get("name"), shortest=1, longest=100, required=True)
    minutes = whole_number(problems, ("auto_archive_duration",), body.get("auto_archive_duration"))
    if minutes is not None and minutes not in ARCHIVE_AFTER:
        problems.add(("auto_archive_duration",), "BASE_TYPE_CHOICES", f"Value must be one of {ARCHIVE_AFTER}.")
    whole_number(problems, ("rate_limit_per_user",), body.get("rate_limit_per_user"), least=0, most=21600)
    array(problems, ("applied_tags",), body.get("applied_tags"), most=5)
    problems.settle()
