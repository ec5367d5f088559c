"""COMMANDS: what a person can ask for, one file per command with all its steps, and the desk where visits arrive.

To add a command: write its file, and name it here. If it is needed seldom, give its steps files of their own (``later.py``).
"""

from bot.commands.about import ABOUT
from bot.commands.calendar import CALENDAR
from bot.commands.command import Command, Step, Subcommand
from bot.commands.content import CONTENT
from bot.commands.desk import Desk
from bot.commands.discuss import DISCUSS
from bot.commands.glossary import GLOSSARY
from bot.commands.group import GROUP
from bot.commands.join import JOIN
from bot.commands.learn import LEARN
from bot.commands.leave import LEAVE
from bot.commands.my_data import MY_DATA
from bot.commands.plan import PLAN
from bot.commands.progress import PROGRESS
from bot.commands.prompt import PROMPT
from bot.commands.quiz import QUIZ
from bot.commands.replies import REPLIES
from bot.commands.reply import REPLY
from bot.commands.report import REPORT, REPORTS
from bot.commands.review import REVIEW
from bot.commands.round import PLAYING, ROUND
from bot.commands.scenario import SCENARIO
from bot.commands.schedule import SCHEDULE
from bot.commands.suggest import SUGGEST
from bot.commands.suggestions import SUGGESTIONS

COMMANDS: tuple[Command, ...] = (
    LEARN,
    QUIZ,
    REVIEW,
    SCENARIO,
    GLOSSARY,
    PROGRESS,
    JOIN,
    LEAVE,
    MY_DATA,
    ABOUT,
    GROUP,
    DISCUSS,
    ROUND,
    PLAYING,
    SCHEDULE,
    CALENDAR,
    PROMPT,
    PLAN,
    REPLY,
    REPLIES,
    SUGGEST,
    SUGGESTIONS,
    CONTENT,
    REPORT,
    REPORTS,
)

__all__ = ["COMMANDS", "Command", "Desk", "Step", "Subcommand"]
