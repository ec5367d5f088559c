"""Who may come in to the page, and whether it can be read: no browser is needed for these."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import aiohttp
import pytest

from rehearsal.page import STATIC
from rehearsal.standin import StandIn


async def test_nobody_else_may_open_the_page_or_its_line(standin: StandIn) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({"Origin": "http://evil.example"}, {}, {"Origin": standin.url, "Host": "evil.example"}):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                await session.ws_connect(f"{standin.url}/page/live", headers=headers)
            assert refusal.value.status == 403
        async with session.get(standin.url, headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403
        async with session.get(standin.url) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
        for path in ("/static/..%2fpage.py", "/static/nothing.js"):
            async with session.get(standin.url + path) as answer:
                assert answer.status == 404


async def test_a_line_that_talks_nonsense_is_answered_with_a_sentence(standin: StandIn) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{standin.url}/page/live", headers={"Origin": standin.url}) as line,
    ):
        for number, what in enumerate(({"do": "fly"}, {"do": "press", "message": "7", "custom_id": "x"}, {"do": "say"})):
            await line.send_json({**what, "n": number})
        answers: dict[int, dict[str, Any]] = {}
        async with asyncio.timeout(5):
            while len(answers) < 3:
                said = await line.receive_json()
                if "re" in said:
                    answers[said["re"]] = said
        assert not any(one["ok"] for one in answers.values())
        assert answers[1]["why"] == "This message is gone."


def palette(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", css))


def brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(scheme: str) -> None:
    before, dark = (STATIC / "page.css").read_text().split("@media (prefers-color-scheme: dark)", 1)
    colours = palette(before) | (palette(dark) if scheme == "dark" else {})
    grounds = ("paper", "shelf", "card", "wash", "hover", "ping")
    pairs = [(text, ground) for text in ("ink", "soft", "red-ink", "danger") for ground in grounds]
    pairs += [("on-red", "red"), ("on-red", "red-deep"), ("on-red", "green"), ("on-red", "green-deep"), ("danger", "danger-wash")]
    pairs += [("ink", "danger-wash"), ("soft", "danger-wash")]
    pairs += [("on-red", f"hue-{number}") for number in range(4)]
    low = [f"{a} on {b}: {contrast(colours[a], colours[b]):.2f}" for a, b in pairs if contrast(colours[a], colours[b]) < 4.5]
    low += [f"edge on {b}" for b in ("paper", "card") if contrast(colours["edge"], colours[b]) < 3]
    low += [f"focus on {b}" for b in grounds if contrast(colours["focus"], colours[b]) < 3]
    assert low == []
