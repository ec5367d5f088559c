"""THE POSTER: what the bot does in public unasked. It knows no Discord: it looks into the store, builds cards, and hands them over.

``poster.py`` is the clockwork: one look after another. ``occurrences.py`` posts what is due, or says that it was missed;
``turns.py`` is in which order; ``delivery.py`` is what a refusal leads to; ``recovery.py`` finishes what a crash interrupted;
``telling.py`` is what moderators hear of it. ``timekeeper.py`` looks after rounds, once a second while one runs.
"""

from bot.poster.poster import Poster
from bot.poster.timekeeper import Timekeeper

__all__ = ["Poster", "Timekeeper"]
