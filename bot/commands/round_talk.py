"""A question on which a round was divided becomes a prompt with a thread, at a moderator's press; each question of a round once."""

from __future__ import annotations

import hashlib

from msgspec.structs import replace

from bot.cards import Card, Visit
from bot.channels import Channels, Refused
from bot.commands.choosing import question_item
from bot.commands.phrases import gone, say
from bot.commands.posts import post_of
from bot.commands.publish import JustPosted, new_posting, publish, refused_in_words
from bot.library import Library
from bot.press import NotAPress
from bot.storage import Store


async def talk(visit: Visit, library: Library, store: Store, channels: Channels) -> Card:
    """Post it. The press has the round, the theme's number and the question's."""
    assert visit.group
    group = visit.group
    round_word, theme_word, number_word = (*visit.press.args, "", "", "")[:3]
    theme = library.course(group.language).numbered(int(theme_word)) if theme_word.isdecimal() else None
    try:
        number = int(number_word, 36)
    except ValueError as error:
        raise NotAPress("no question") from error
    if theme is None or theme.question(number) is None:
        return gone("This question")
    wish = f"round|{group.group_id}|{round_word}|{theme.name}|{number}"
    posting = replace(
        new_posting(group, "prompt", theme.name, question_item(number), visit.at),
        posting_id=int.from_bytes(hashlib.sha256(wish.encode()).digest()[:7]),
    )
    post = await post_of(posting, group, library, store)
    if post is None:
        return gone("This question")
    sent = await publish(posting, group, post, channels, store)
    if isinstance(sent, JustPosted):
        return say(f"That is in <#{group.home_channel}> already: each question of a round is posted once.")
    if isinstance(sent, Refused):
        return say(refused_in_words(post.title, group.home_channel, sent), tone="look" if sent.passes else "trouble")
    where = f"<#{sent.thread}>" if sent.thread else f"<#{group.home_channel}>"
    trouble = f" {sent.trouble}" if sent.trouble else ""
    return say(f"It is posted, and you can talk in {where}.{trouble}", tone="look" if trouble else "good")
