"""REPORTS: pages and tables to take away, about one group for its moderators and about all groups for the operator.

They are made from `bot/overview.py`, as `/progress` is, so they say no more than every member sees. Pure: a report is bytes, and
whoever asked for it gets the file.
"""

from bot.reports.machine import Machine, machine_of
from bot.reports.page import group_page, machine_page
from bot.reports.sheet import group_sheet, machine_sheet

__all__ = ["Machine", "group_page", "group_sheet", "machine_of", "machine_page", "machine_sheet"]
