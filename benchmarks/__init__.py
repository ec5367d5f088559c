"""Side-by-side measurements against the floor: a bare discord.py bot that does nothing but answer.

    __main__.py    start here: `make bench`. Runs what is below and writes RESULTS.md
    clicks.py      rounds of clicks, starts, the soak
    tables.py      their tables, and the budgets
    contenders.py  a bot as a process of its own: start it, read its processor time and memory, end it
    evening.py     what happens before the clicks: a group, learners who join, and the bot's own question cards
    load.py        a lean stand-in for Discord that sends presses and takes answers, and does as little else as it can; its
                   shapes are in load_shapes.py
    bare_bot.py    the floor
    calendar.py    ten thousand slots due at once: speed, order, fairness, and whether learners notice
    crowd.py       its stand-in: many servers, Discord's limits, and answers that take their time
    calendar_tables.py   its tables and budgets
    servers.py     memory with one server, a thousand, ten thousand
    growth.py      the same visit with little and with very much in the database, the course, the calendar
    my_data.py     all groups of one person, among thirty thousand
    rounds.py      five hundred people answer one question of a live round
    answers.py     how many answers a second one Postgres keeps, from one process and from several
    memory.py      a simulation: what is remembered after 90 days, read once, reread, or reviewed
    RESULTS.md     what was measured, on which machine, and where the time goes
    HISTORY.md     what was measured before, what was changed, and what was tried and left out

They measure; they are not tests, and nothing fails when a budget is missed.
"""
