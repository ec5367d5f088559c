"""What operators copy out of docs/deploy/ is true: settings that exist, every shard once, packages that are in the lock."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from evening import ROOT
from msgspec.structs import fields

from bot.settings import Settings, read_settings

DEPLOY = ROOT / "docs" / "deploy"
SETTINGS = {field.name.upper() for field in fields(Settings)}


def bots() -> dict[str, Any]:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return {name: one for name, one in services.items() if name.startswith("bot")}


def test_the_containers_have_every_shard_once_and_only_settings_that_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    shards: list[int] = []
    for one in bots().values():
        assert set(one["environment"]) <= SETTINGS
        for name, value in one["environment"].items():
            monkeypatch.setenv(name, re.sub(r"\$\{[^}]+\}", "a-value-that-is-long-enough", value))
        settings = read_settings()
        assert settings.shard_count == 16
        assert settings.shard_ids
        shards += settings.shard_ids
    assert sorted(shards) == list(range(16))


def test_no_container_is_root_or_may_write_or_more_than_it_needs() -> None:
    for one in bots().values():
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
    assert "\nUSER 10001\n" in (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def test_nothing_but_the_bot_reaches_the_image() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert "*" in lines
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {name for line in copied for name in line.split()} == allowed
    assert all((ROOT / name).exists() for name in allowed)


def test_what_the_image_leaves_out_is_in_the_lock_and_is_needed_by_the_tests_alone() -> None:
    [left_out] = re.findall(r"uninstall --yes (.+?)\n\n", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.DOTALL)
    names = set(left_out.replace("\\\n", " ").split())
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]
    assert names <= locked
    assert not names & {re.split(r"[\[<>=]", one)[0].lower() for one in needed}


def test_the_unit_names_its_shards_and_the_same_settings() -> None:
    unit = (DEPLOY / "red-flask@.service").read_text(encoding="utf-8")
    assert "Environment=SHARD_IDS=%i\n" in unit
    named = set(re.findall(r"\b([A-Z]+_[A-Z_]+)\b", unit)) - {"AF_INET", "AF_UNIX"}
    assert named <= SETTINGS
    told = (ROOT / "docs" / "OPERATING.md").read_text(encoding="utf-8")
    assert set(re.findall(r"red-flask@(\d+-\d+)", unit)) == {"0-7", "8-15"} == set(re.findall(r"red-flask@(\d+-\d+)", told))
