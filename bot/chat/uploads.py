"""The files of a form, fetched from Discord: small ones alone, from Discord's own address alone, never from one that somebody
wrote.

What is in them is a text of somebody's, so nothing here logs or keeps it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.cards import Given
from bot.chat.arrivals import FILE_UPLOAD, fields_of
from bot.upload import MOST_BYTES, File

CDN = ("cdn.discordapp.com", "media.discordapp.net")
"""Where Discord keeps what people upload."""
PATIENCE = 10.0
"""Seconds for one file."""
NOT_FETCHED = "I could not fetch the file from Discord just now; please upload it once more."


async def uploaded(interaction: discord.Interaction[Any], http: HTTPClient) -> dict[str, Given]:
    """The first file of each field that has one, by the field's name."""
    data: Any = interaction.data or {}
    attachments: Mapping[str, Any] = data.get("resolved", {}).get("attachments", {})
    given: dict[str, Given] = {}
    for field in fields_of(data.get("components", [])):
        if field.get("type") == FILE_UPLOAD and field.get("values"):
            attachment = attachments.get(field["values"][0])
            if attachment is not None:
                given[field["custom_id"]] = await _fetched(attachment, http)
    return given


async def _fetched(attachment: Mapping[str, Any], http: HTTPClient) -> File:
    name, size, url = str(attachment["filename"]), int(attachment["size"]), str(attachment["url"])
    too_large = f"The file has {-(-size // 1024):,} KB; at most {MOST_BYTES // 1024} KB are taken."
    if size > MOST_BYTES:
        return File(name, trouble=too_large)
    if not _is_discords(url):
        return File(name, trouble=NOT_FETCHED)
    try:
        content = await asyncio.wait_for(http.get_from_cdn(url), PATIENCE)
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError):
        return File(name, trouble=NOT_FETCHED)
    return File(name, content) if len(content) <= MOST_BYTES else File(name, trouble=too_large)


def _is_discords(url: str) -> bool:
    """Whether the address is of Discord's store of files, or of the very server that the bot talks to anyway."""
    asked, api = urlsplit(url), urlsplit(Route.BASE)
    if (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
        return True
    return asked.scheme == "https" and asked.netloc in CDN
