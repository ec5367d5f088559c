"""PICTURES: numbers to SVG. Pure: data in, a text out; the caller says the same in words.

A picture has its own background, so that it reads in light and dark, is made for the width of a phone, and tells nothing by colour
alone. What makes a PNG of it is `bot/easel.py`.
"""

from bot.plots.change import change_picture
from bot.plots.learnt import learnt_picture
from bot.plots.memory import memory_picture
from bot.plots.round import Bar, round_picture
from bot.plots.svg import FONT_FAMILY, SIZE
from bot.plots.themes import group_picture, own_picture
from bot.plots.weeks import weeks_picture

__all__ = [
    "FONT_FAMILY",
    "SIZE",
    "Bar",
    "change_picture",
    "group_picture",
    "learnt_picture",
    "memory_picture",
    "own_picture",
    "round_picture",
    "weeks_picture",
]
