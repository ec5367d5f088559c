"""What ``/group create``, ``edit`` and ``settings`` can be told, and how long it may be."""

from __future__ import annotations

from bot.cards import Choice, Option
from bot.commands.review_today import A_DAY, LEAST, MOST
from bot.recall import GOAL, GOAL_LEAST, GOAL_MOST

LONGEST_NAME = 60
LONGEST_HOURS = 40
ARCHIVE = (Choice("1 hour", "60"), Choice("1 day", "1440"), Choice("3 days", "4320"), Choice("1 week", "10080"))
GUIDE = (Choice("off", "0"), *(Choice(f"{hours} hours before", str(hours)) for hours in (12, 24, 48)))
REPLIES = (Choice("off", "off"), Choice("on", "on"))

QUIET_OPTION = Option("quiet_hours", "When the calendar posts nothing: such as 22:00-07:00, or off.", most=LONGEST_HOURS)
ARCHIVE_OPTION = Option("archive", "When Discord archives an idle thread.", choices=ARCHIVE)
GUIDE_OPTION = Option("guide", "When the facilitator's card of a plan's item comes.", choices=GUIDE)
REPLIES_OPTION = Option("replies", "Whether people may reply without their name, through you.", choices=REPLIES)

GOAL_OPTION = Option(
    "review_goal",
    f"How likely, in percent, an answer should still be known when a review asks it again. {GOAL} at first.",
    kind="number",
    least=GOAL_LEAST,
    most=GOAL_MOST,
)
AMOUNT_OPTION = Option(
    "review_amount",
    f"How many questions a review asks in a day, if the learner doesn't say. {A_DAY} at first.",
    kind="number",
    least=LEAST,
    most=MOST,
)
PUBLISH_OPTION = Option("publish_from", "From how many learners on the group's progress is told: 3 to 50.", most=LONGEST_HOURS)
