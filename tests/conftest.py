"""Shared fixtures, one plugin module for each room that has some."""

import gc

pytest_plugins = ["described_calls", "engines", "evening", "page_browser", "page_gallery", "page_stage"]


def pytest_collection_finish() -> None:
    """Four thousand tests stay until the end: the garbage collector need not walk them again and again."""
    gc.collect()
    gc.freeze()
