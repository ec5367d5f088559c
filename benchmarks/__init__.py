"""Side-by-side measurements against the floor: a bare discord.py bot that does nothing but answer.

    clicks.py      start here: `make bench`. Rounds of clicks, starts, the soak; the tables and the budgets
    contenders.py  a bot as a process of its own: start it, read its processor time and memory, end it
    evening.py     what happens before the clicks: a group, learners who join, and the bot's own question cards
    load.py        a lean stand-in for Discord that sends presses and takes answers, and does as little else as it can
    bare_bot.py    the floor
    calendar.py    ten thousand slots due at once: speed, order, fairness, and whether learners notice
    crowd.py       its stand-in: many servers, Discord's limits, and answers that take their time
    calendar_tables.py   its tables and budgets
    rounds.py      five hundred people answer one question of a live round
    answers.py     how many answers a second one Postgres keeps, from one process and from several
    memory.py      a simulation: what is remembered after 90 days, read once, reread, or reviewed
    RESULTS.md     what was measured, on which machine, and where the time goes

They measure; they are not tests, and nothing fails when a budget is missed.
"""
