"""METERS: figures for whoever watches the machine, and two addresses that say whether the bot lives and is ready.

Nothing of this room is loaded unless METRICS_PORT is set. It counts presses, answers and postings of the whole process, and nothing
of a person, a group or a server; what people do moves the figures only in lots (``counts.py`` says why). It knows none of the other
rooms: what it asks of them comes as functions.
"""

from bot.meters.counts import Histogram, Lots, Presses
from bot.meters.door import Door, Taken, open_door
from bot.meters.exposed import Asked, Meters

__all__ = ["Asked", "Door", "Histogram", "Lots", "Meters", "Presses", "Taken", "open_door"]
