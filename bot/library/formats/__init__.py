"""QUESTIONS OF OTHER PROGRAMS: Moodle's GIFT and CSV, in and out; Red's trivia lists, in.

Only the command line and uploads need it: nothing imports it when the bot starts.

In: ``decoded(bytes) -> str`` (raises ``NotText``), then ``read_gift(text) -> Brought`` or ``read_csv(text) -> Brought``
(``read_trivia`` likewise), and
``as_theme(brought, name=…, number=…, title=…, origin=…) -> ThemeFile``: a theme's YAML ``text``, and ``left``, all that could
not be carried over, by line. The YAML is checked like any other; what an author has to add is missing in it, and so is told.

Out: ``theme_as_asked(theme)``, then ``write_gift(questions)`` or ``write_csv(questions)``; ``left_out(theme)`` is what neither
holds.

None of these raises for what is in a file, and none takes longer than its length. How large a file may be, the caller says.
Inside: ``asked.py`` is what such files can hold; ``gift_*`` and ``csv_*`` read and write; ``theme_file.py``, ``answers_in.py`` and
``from_theme.py`` lead to the course and out of it; ``placing.py`` carries the course's own facts through formats without a place
for them.
"""

from __future__ import annotations

from bot.library.formats.asked import Asked, Brought, Left, NotText, decoded
from bot.library.formats.csv_read import read_csv
from bot.library.formats.csv_write import write_csv
from bot.library.formats.from_theme import left_out, theme_as_asked
from bot.library.formats.gift_read import read_gift
from bot.library.formats.gift_write import lost_in_gift, write_gift
from bot.library.formats.theme_file import ThemeFile, as_slug, as_theme
from bot.library.formats.trivia import read_trivia

__all__ = [
    "Asked",
    "Brought",
    "Left",
    "NotText",
    "ThemeFile",
    "as_slug",
    "as_theme",
    "decoded",
    "left_out",
    "lost_in_gift",
    "read_csv",
    "read_gift",
    "read_trivia",
    "theme_as_asked",
    "write_csv",
    "write_gift",
]
