"""Runs the benchmarks and writes what they said into ``benchmarks/RESULTS.md``, with the machine and the day.

    python -m benchmarks                  # all of them, three quarters of an hour; the machine should have nothing else to do
    python -m benchmarks clicks servers   # only these: the others' results stay as they are

In RESULTS.md each benchmark has a place of its own between two marks; everything outside the marks is written by hand and stays.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
BENCHMARKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "clicks": ("Clicks, memory as they go on, starts", ("benchmarks.clicks", "--postgres")),
    "servers": ("Memory with many servers", ("benchmarks.servers",)),
    "growth": ("How cost grows", ("benchmarks.growth",)),
    "calendar": ("The calendar", ("benchmarks.calendar",)),
    "rounds": ("A round with 500 people", ("benchmarks.rounds",)),
    "answers": ("Answers that one Postgres keeps", ("benchmarks.answers",)),
    "my-data": ("All groups of one person", ("benchmarks.my_data", "--postgres")),
    "memory": ("What is remembered", ("benchmarks.memory",)),
}
"""Name → title, and what Python is started with."""
VERDICT = re.compile(r"^(met|MISSED) +(.+)$", re.MULTILINE)


def run(name: str) -> str:
    """One benchmark, shown as it goes; its place in RESULTS.md. CalledProcessError if something did not run."""
    title, arguments = BENCHMARKS[name]
    command = "python -m " + " ".join(arguments)
    print(f"\n== {title}: {command}", flush=True)
    began = datetime.now(UTC)
    said: list[str] = []
    with subprocess.Popen([sys.executable, "-m", *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            print(line, end="", flush=True)
            said.append(line)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    minutes = (datetime.now(UTC) - began).total_seconds() / 60
    when = f"{began:%Y-%m-%d %H:%M} UTC, {minutes:.0f} minutes, {machine()}"
    return f"## {title}\n\n{when}:\n\n    {command}\n\n```text\n{''.join(said).strip()}\n```\n"


def machine() -> str:
    """What was measured on, in a line."""
    model = "a processor"
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), model)
    with open("/proc/meminfo", encoding="utf-8") as info:
        memory = int(next(info).split()[1]) // 1024**2
    libraries = ", ".join(f"{one} {version(one)}" for one in ("discord.py", "aiosqlite", "psycopg"))
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores of {model}, {memory} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {libraries}; load {load:.1f} afterwards"
    )


def placed(page: str, name: str, section: str) -> str:
    """The page with this benchmark's place filled anew."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, found, rest = page.partition(begin)
    if not found:
        raise SystemExit(f"RESULTS.md has no place for {name}: put the two lines {begin} and {end} where it shall stand.")
    return f"{before}{begin}\n{section}{end}{rest.partition(end)[2]}"


def budgets(page: str) -> str:
    """All verdicts on the page, as a table."""
    rows = [f"| {'met' if kept == 'met' else '**missed**'} | {said} |" for kept, said in VERDICT.findall(page)]
    return "\n".join(("| | |", "|---|---|", *rows)) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], help="which; all if you don't say")
    for name in parser.parse_args().names or BENCHMARKS:
        section = run(name)
        page = placed(RESULTS.read_text(encoding="utf-8"), name, section)
        RESULTS.write_text(placed(page, "budgets", budgets(page)), encoding="utf-8")
    print(f"\n{RESULTS} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
