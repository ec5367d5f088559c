"""Shared fixtures, one plugin module for each room that has some."""

pytest_plugins = ["described_calls", "engines", "evening", "page_browser", "page_gallery", "page_stage"]
