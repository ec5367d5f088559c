"""QUALITY: what makes a question or a lesson weak, though nothing in it is broken. One function for each rule.

``check(folder)`` looks at a whole content folder; ``warnings_in(Bank(…))`` at any pages at hand, such as one file that somebody
uploads. Nothing here stops the bot: that is the reader's part (``bot/library/``). It is not needed to run the bot, and brings
libraries that take their time, so whoever uses it from a command imports it when it is wanted, not at the top of a file.

To add a rule, write a function from a ``Bank`` to what it finds, in the file of its kind, and name it in ``RULES``.
"""

from __future__ import annotations

from bot.quality.bank import Bank, Thing, Written
from bot.quality.check import Checked, check
from bot.quality.finding import Finding
from bot.quality.rules import RULES, Rule, warnings_in

__all__ = ["RULES", "Bank", "Checked", "Finding", "Rule", "Thing", "Written", "check", "warnings_in"]
