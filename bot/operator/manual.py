"""What ``--help`` says of each word: what it is for, how it is typed, what it will not do, and with which status it ends.

Written for somebody who runs a bot at night and has never seen its code. The options themselves are explained where they are made.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import fill

WIDTH = 78
"""Characters in a line: all of it fits a terminal of 80."""

RUNNING, KEEPING, AUTHORS = "To run it", "To look after its data", "For authors of the course"
USUALLY = ((0, "done"), (1, "it could not be done; one sentence says why, and nothing was changed"), (2, "a mistake of typing"))


@dataclass(frozen=True, slots=True)
class Page:
    """Of one word."""

    under: str
    """Its heading in the list of all words."""
    what: str
    """One sentence or two: what it is for."""
    examples: tuple[tuple[str, str], ...]
    """What stands behind ``python bot.py``, and what that does."""
    never: str
    """What it will not do."""
    codes: tuple[tuple[int, str], ...] = USUALLY

    def epilog(self) -> str:
        lines = ["examples:"]
        for typed, does in self.examples:
            lines += [f"  python bot.py {typed}".rstrip(), fill(does, WIDTH - 2, initial_indent=" " * 6, subsequent_indent=" " * 6)]
        lines += ["", fill(self.never, WIDTH), "", "exit status:"]
        lines += [fill(f"{code}  {means}", WIDTH - 2, initial_indent="  ", subsequent_indent=" " * 5) for code, means in self.codes]
        return "\n".join(lines)


MANUAL: dict[str, Page] = {
    "run": Page(
        RUNNING,
        "Run the bot on Discord, until it is stopped with Ctrl-C or by the system. The same happens without any word.",
        (("run", "with the settings from the environment, or from the file .env in this folder"),),
        "It brings the database up to date at its start, and refuses one that is newer than it, or that belongs to another secret.",
        (
            (0, "it was stopped"),
            (1, "it could not start; one sentence says why"),
            (2, "a mistake of typing"),
        ),
    ),
    "doctor": Page(
        RUNNING,
        "Look whether all is well: token, rights, commands, database, secret, content, clock, disk. Of what is not it says what to "
        "do. It may run while the bot does.",
        (
            ("doctor", "look at all of it"),
            ("doctor --offline", "ask nothing of Discord"),
            ("doctor --json", "for programs"),
        ),
        "It changes nothing, and prints neither the token nor anything about a member.",
        ((0, "all is well, but for warnings perhaps"), (1, "there is trouble"), USUALLY[2]),
    ),
    "migrate": Page(
        KEEPING,
        "Bring the database up to date without starting the bot, which does the same at each start. For upgrades with several "
        "processes one after the other, and to see before what would happen.",
        (
            ("migrate --plan", "say what would run and when each step is safe"),
            ("migrate", "run all that is safe now, with the time that each step took"),
            ("migrate --before", "only what is safe while the version from before goes on working"),
        ),
        "It makes no database, never goes back a step, and does not touch a database that is newer than this version.",
        (
            (0, "the database is as this version needs it; a step that has to wait is named"),
            (1, "it could not be done; one sentence says why"),
            (2, "a mistake of typing"),
        ),
    ),
    "move": Page(
        KEEPING,
        "Move everything into another database that is empty: from SQLite to Postgres when a community outgrows one machine, or "
        "back. Stop the bot first.",
        (
            ("move --to postgresql://redflask:password@localhost/redflask", "into a Postgres database that was made with createdb"),
            ("move --to postgresql://redflask@db.example.org/redflask", "the same, with the password in PGPASSWORD or ~/.pgpass"),
            ("move --to sqlite:///data/small.db", "back into a file"),
        ),
        "It changes nothing in the database that is in use, writes only into an empty one, and either all rows arrive, each "
        "compared with its original, or none. It does not change your settings: it says what to put there.",
        (
            (0, "moved"),
            (1, "it could not be done; one sentence says why, and the other database is as empty as before"),
            USUALLY[2],
        ),
    ),
    "backup": Page(
        KEEPING,
        "Copy the database into a file, while the bot runs or not. What somebody erased stays in every backup from before: delete "
        "backups when they are 14 days old.",
        (("backup backups/2026-11-25.backup", "a file that you alone can read"),),
        "It never writes over a file, and the secret is not in it: keep that elsewhere.",
        ((0, "the backup is whole"), (1, "there is none; one sentence says why"), USUALLY[2]),
    ),
    "restore": Page(
        KEEPING,
        "Put a backup in the place of the database, while the bot is stopped. It looks first whether the backup is whole, "
        "ours and of "
        "the same secret, says what is in it, and asks. Who left since the backup was made is erased again.",
        (
            (
                "restore backups/2026-11-25.backup",
                "look at it, ask (first for its passphrase, if it has one), and put it in place",
            ),
            ("restore --yes backups/2026-11-25.backup", "without asking, for scripts"),
        ),
        "It deletes nothing: the database that was there stays beside the new one until you delete it. It refuses while a "
        "bot is at "
        "work.",
        ((0, "restored"), (1, "it was not; one sentence says why, and the database is as it was"), USUALLY[2]),
    ),
    "rotate-secret": Page(
        KEEPING,
        "Move all learner keys to a new version of the secret, in one go, while the bot is stopped. For when the old one "
        "may have got "
        "out.",
        (
            ("rotate-secret", "ask, then do it"),
            ("rotate-secret --yes", "without asking, for scripts"),
        ),
        "It does not help if the old secret got out together with a database or a backup, and there is no way back but a "
        "backup. It "
        "never prints a secret.",
    ),
    "report": Page(
        KEEPING,
        "Write one page about all groups together, or a table: how many there are, what was posted, which questions are "
        "hard in many.",
        (
            ("report", "write red-flask-report.html"),
            ("report groups.csv", "write a table for a spreadsheet"),
        ),
        "It names no group, tells nothing about fewer learners than the rules of publication allow, and sends nothing anywhere.",
    ),
    "stats": Page(
        AUTHORS,
        "Say how the questions of the course do: how many have them right at their first try, what misleads, what draws nobody.",
        (
            ("stats", "print it, with what to look at first"),
            ("stats --theme scores", "one theme alone"),
            ("stats questions.csv", "write a table"),
        ),
        "It tells nothing of a question that fewer than five learners have answered, and of nobody in particular.",
    ),
    "privacy": Page(
        RUNNING,
        "Write a privacy policy for your bot, made from what it really keeps. What only you know is a blank until you say it.",
        (
            ("privacy", "print it, with its blanks"),
            ('privacy policy.md --operator "The library of Exampleton"', "write it into a file, with one blank filled in"),
        ),
        "It is no legal advice, and publishes nothing: put the text where your members find it.",
    ),
    "check": Page(
        AUTHORS,
        "Read all content and say everything that is wrong with it, with file and line, and which questions are weak.",
        (
            ("check", "the course that the bot would read"),
            ("check content/en/themes/scores.yaml", "one file"),
            ("check --format json", "for programs"),
        ),
        "It changes no file. Weak questions alone do not make it fail.",
        ((0, "the bot would start on it"), (1, "there is an error on which it would not"), USUALLY[2]),
    ),
    "coverage": Page(
        AUTHORS,
        "Show which lesson, question and prompt is about which part of the essay that the course is made from.",
        (
            ("coverage", "print it"),
            ("coverage docs/COVERAGE.md", "write it into a file"),
        ),
        "It judges nothing but whether a part was left out.",
        ((0, "each part is taken up"), (1, "a part is left out, or the content has an error"), USUALLY[2]),
    ),
    "import": Page(
        AUTHORS,
        "Make a theme's file from questions of another program: Moodle's GIFT, a table (CSV), or trivia lists of the bot Red.",
        (
            ("import quiz.gift", "write a theme's file into this folder"),
            ("import quiz.csv --to content/en/themes --title Cookies", "into the course, under this title"),
            ("import quiz.txt --format gift -o -", "only print it"),
        ),
        "It never writes over a file unasked, and drops nothing without a word: what can't be carried over is listed with "
        "its line, "
        "and stays in the file as a remark.",
    ),
    "export": Page(
        AUTHORS,
        "Write the questions and prompts of a theme for another program: Moodle's GIFT, or a table (CSV).",
        (
            ("export scores --format gift -o scores.gift", "one theme, into a file"),
            ("export all --format csv -o course.csv", "all of them, for a spreadsheet"),
        ),
        "It leaves lessons out (python bot.py book makes pages of them), and never writes over a file unasked.",
    ),
    "book": Page(
        AUTHORS,
        "Make a small static site of the course, for people without Discord: no scripts, nothing loaded from elsewhere, "
        "good on paper.",
        (
            ("book site", "write its pages into the folder site"),
            ("book site-de --language de", "in another language of the course"),
        ),
        "It writes into no folder that has other things in it, unless you add --force, and uploads nothing.",
    ),
    "schema": Page(
        AUTHORS,
        "Write the JSON Schemas with which editors complete, explain and underline content files.",
        (
            ("schema", "into the folder schema in the content folder"),
            ("schema elsewhere", "into another folder"),
        ),
        "It writes over the schemas that are there, and over nothing else.",
    ),
}
