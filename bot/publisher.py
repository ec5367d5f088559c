"""The daily job that makes publications: for each group on this machine for which one is due. It posts nothing."""

from __future__ import annotations

from datetime import datetime

from bot.library import Library
from bot.progress import LESSONS, Publication, Sum, publication_is_due, told_anew
from bot.shelves import Shelves
from bot.storage import Store


async def publish_due(shelves: Shelves, store: Store, now: datetime) -> int:
    """How many were made."""
    made = 0
    for group_id in await store.open_group_ids():
        group = await store.group(group_id)
        if group is None:
            continue
        await store.count_learners(group_id, now.date())
        k = group.publish_from
        changed, latest = await store.changed(group_id)
        if not publication_is_due(now.date(), latest, changed, publish_from=k):
            continue  # as on most days: nothing is summed up, and no content looked at
        library = await shelves.of(group)
        themes = library.course(group.language).themes
        # Only what the course has now: a lesson that was taken out counts no longer.
        sums = await store.sums(group_id, [(theme.name, lesson.name) for theme in themes for lesson in theme.lessons])
        if not publication_is_due(now.date(), sums.latest, sums.changed, publish_from=k):
            continue
        told = told_anew((one for one in sums.figures if _is_in_the_course(one, library, group.language)), publish_from=k)
        if told:
            made += await store.publish(group_id, Publication(now.date(), k, told))
    return made


def _is_in_the_course(one: Sum, library: Library, language: str) -> bool:
    theme = library.course(language).theme(one.theme)
    return theme is not None and (one.question == LESSONS or theme.question(one.question) is not None)
