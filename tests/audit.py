"""`make audit`: does any locked library have a known weakness? Runs pip-audit over the lock and says in words what came of it.

pip-audit by itself takes what it could not look up for well, and shows a traceback where its service can't be reached. Here the
exit status is 0 only if every library was looked up and none is known to be weak, 1 if one is, 2 if that could not be found out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

NOT_REACHED = (
    "The list of known weaknesses can't be reached from here, so nothing is known about the {count} locked libraries. "
    "Run this where pypi.org can be reached."
)


def audited(pip_audit: str, lock: str) -> tuple[int, str]:
    """The exit status, and what to say."""
    options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]
    done = subprocess.run([pip_audit, *options, "-r", lock], capture_output=True, text=True, timeout=600, check=False)
    with open(lock, encoding="utf-8") as text:
        locked = sum("==" in line and not line.startswith((" ", "#")) for line in text)
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return 2, NOT_REACHED.format(count=locked)
    weak = [one for one in found if one.get("vulns")]
    skipped = [one for one in found if "skip_reason" in one]
    if weak:
        return 1, "\n".join(_told(one) for one in weak)
    if found and len(skipped) == len(found):
        return 2, NOT_REACHED.format(count=locked)
    if skipped:
        names = ", ".join(one["name"] for one in skipped)
        return 2, f"{len(found) - len(skipped)} libraries have no known weakness; these could not be looked up: {names}."
    return 0, f"None of the {len(found)} libraries has a known weakness."


def _told(one: dict[str, Any]) -> str:
    ways = (f"{weakness['id']}, mended in {', '.join(weakness['fix_versions']) or 'no version yet'}" for weakness in one["vulns"])
    return f"{one['name']} {one['version']}: {'; '.join(ways)}."


if __name__ == "__main__":
    status, words = audited(*sys.argv[1:3])
    sys.stdout.write(f"{words}\n")
    sys.exit(status)
