"""Red Flask: a Discord bot for study groups that want to understand digital privacy.

The map of the rooms (docs/ARCHITECTURE.md has the whole plan):

``main``          opens everything in order and wires it; the command line's words
``settings``      what an operator can set        ``log``       what may be said in a log
``shards``        whose servers are this process's; ``session_turns``: one of several begins its sessions in turn
``cards``         the vocabulary between rules and Discord; ``press``: what a control means; ``group``: a study group
``learner_key``   who is who without knowing who  ``kept``      the one list of what is kept about a learner
``secret_file``   where the operator's secret is kept
``recall``        how well a question is remembered, and when to ask it again
``progress``      what may be published           ``plots/``    numbers to pictures, as SVG
``reports/``      pages and tables to take away
``evidence``      what counts say
``overview``      a group at a glance             ``easel``     SVG to PNG, in processes of ``rasteriser``
``channels``      how the bot speaks elsewhere than in its answers
``timetable``     zones and moments; ``rule``: repeating, by menus or RFC 5545; ``rhythm``: on which days
``limits``        how often a day, in memory alone
``caretaker``     the daily job that erases what is kept for too long
``poster/``       public posts and the calendar, exactly once
``library/``      content: YAML in, models out    ``questions/``  the kinds of questions
``commands/``     what a person can ask for, one file each, and the desk
``storage/``      every query, on SQLite or Postgres
``chat/``         the only room that imports discord.py
``book/``         the course as a static site
``operator/``     the words of the command line
"""
