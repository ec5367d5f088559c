"""The daily job that makes publications: for each group on this machine for which one is due. It posts nothing."""

from __future__ import annotations

from datetime import datetime

from bot.library import Library
from bot.progress import Together, publication_is_due, rounded, told_together
from bot.storage import Publication, PublishedTheme, Store, Sums


async def publish_due(library: Library, store: Store, now: datetime) -> int:
    """How many were made."""
    made = 0
    for group_id in await store.open_group_ids():
        group = await store.group(group_id)
        if group is None:
            continue
        latest, sums = await store.publication(group_id), await store.sums(group_id)
        k = group.publish_from
        if not publication_is_due(now.date(), latest.made_on if latest else None, sums.changed, sums.learners, publish_from=k):
            continue
        told = told_together(_themes(library, group.language, sums), sums.learners, publish_from=k)
        themes = tuple(PublishedTheme(one.theme, one.lessons, one.questions) for one in told)
        made += await store.publish(group_id, Publication(now.date(), k, rounded(sums.learners), themes))
    return made


def _themes(library: Library, language: str, sums: Sums) -> tuple[Together, ...]:
    """Only what the course has now: a lesson that was taken out counts no longer."""
    answered = dict(sums.answered)
    return tuple(
        Together(
            theme.name,
            len(theme.lessons),
            sum(n for name, lesson, n in sums.read if name == theme.name and lesson in {one.name for one in theme.lessons}),
            len(theme.questions),
            sum(n for name, number, n in sums.known if name == theme.name and number in {one.number for one in theme.questions}),
            answered.get(theme.name, 0),
        )
        for theme in library.course(language).themes
    )
