"""Shared fixtures, one plugin module for each room that has some."""

pytest_plugins = ["engines", "evening", "page_stage"]
