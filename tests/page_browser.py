"""A browser for the tests of the page: Debian's Chromium, started once by each worker, with a context of its own for each test.

What goes wrong is photographed: when a test fails, every page that it has open is kept in `artefacts/`, under the test's name. A
test that makes a picture on purpose (`shot`) keeps it there always. Git doesn't know the folder.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
ARTEFACTS = Path(__file__).resolve().parent.parent / "artefacts"
PATIENCE = 20_000
"""Milliseconds; a busy machine is slow. What comes comes at once, so that nobody waits for it."""
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
Fit = Literal["light", "dark"]
_FAILED = pytest.StashKey[bool]()
expect.set_options(timeout=PATIENCE)

in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine to open the page with")


@pytest.fixture(scope="session")
def chromium() -> Iterator[str]:
    """The address of this worker's browser. A process of its own, so that it belongs to no test's event loop."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(prefix="red-flask-chromium-", ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [CHROMIUM, "--headless", *FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile}"],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert process.stderr is not None
            yield next(found[0] for line in process.stderr if (found := re.search(r"ws://\S+", line)))
        finally:
            process.terminate()
            process.communicate()


@pytest.fixture
async def browser(chromium: str, request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium)
        its_own = list(browser.contexts)
        yield browser
        pages = [page for context in browser.contexts if context not in its_own for page in context.pages]
        for number, page in enumerate(pages if request.node.stash.get(_FAILED, False) else ()):
            await shot(page, f"failed-{request.node.name}-{number}")
        for context in browser.contexts:
            if context not in its_own:
                await context.close()
        await browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[_FAILED] = report.failed
    return report


@asynccontextmanager
async def opened(browser: Browser, address: str, **more: Any) -> AsyncIterator[Page]:
    """The page at this address, in a context of its own. In the end it must have asked nobody else, and not complained."""
    context = await browser.new_context(**{"reduced_motion": "reduce", **more})
    page = await context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(PATIENCE)
    await page.goto(address)
    await expect(page.locator(".person")).not_to_have_count(0)
    yield page
    assert complaints == []
    here = re.match(r"https?://[^/]+/", f"{address}/")
    assert here is not None and asked
    assert [url for url in asked if not url.startswith(here[0])] == []
    await context.close()


async def found_by_axe(page: Page, state: str, within: str | None = None) -> list[str]:
    """What axe-core finds on the page, or in a part of it, that is serious or worse, each with its element."""
    from axe_playwright_python.async_playwright import Axe

    result = await Axe().run(page, within, options={"resultTypes": ["violations"]})
    violations: list[dict[str, Any]] = result.response["violations"]
    bad = [one for one in violations if one["impact"] in ("serious", "critical")]
    return [f"{state}: {one['id']} ({one['impact']}): {node['html'][:160]}" for one in bad for node in one["nodes"]]


async def shot(page: Page, name: str) -> Path:
    """A picture of what the page shows now, kept among the artefacts."""
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{re.sub(r'[^a-zA-Z0-9_-]+', '-', name).strip('-')}.png"
    await page.screenshot(path=path)
    return path


async def become(page: Page, name: str) -> None:
    await page.locator(f".person[data-name={name}]").click()
    await expect(page.locator(".person[aria-pressed=true]")).to_contain_text(name)


async def type_in(page: Page, text: str) -> None:
    await page.locator("#say").press_sequentially(text)
