"""The rehearsal: a stand-in for Discord on one port of this machine, for tests and for trying the bot by hand.

The real discord.py client runs against it. Nothing in `bot/` knows of it, and it knows nothing of `bot/`
(only `bot_process.py` starts the bot, by its command line, and `bot_calendar.py` looks what it has planned).

    standin.py            StandIn: wires everything below into one aiohttp application. Start here.
    world.py              what there is: servers, members, channels, messages, commands
    happenings.py         the world's clock, which can be moved, and ids, and who is told when something happens
    things.py             the shapes of those things
    permissions.py        who may do what where
    components.py         walking through the components of a message or a form; component_keys.py
    evening.py            the server that the page and most tests use; a crowd of servers for benchmarks
    shapes.py             things -> the JSON that Discord sends
    refusals.py           Discord's errors
    limits.py             what Discord refuses in a message; limits_components.py, limits_commands.py, checks.py
    composing.py          from a request's body to a message
    interactions.py       an interaction from its first event to its last edit
    rate_limits.py        how often the bot may call
    rest.py               the REST API: routing, authorization, trouble on purpose
    routes/               what each call does: a call's path names its file
    described.py          Discord's own description, held against all of that by the tests; body_shapes.py
    gateway.py            sessions and events; connection.py: the websocket itself; session_starts.py: when one may begin;
                          squeezing.py: compression; member_lists.py: who is on a server
    people.py             what a person does in front of the screen; offers.py (which commands they see),
                          forms.py (what they fill in)
    bot_process.py        the bot as a process of its own, pointed at the stand-in; reading.py: its content, read again
    content.py            watches the content folder, and keeps what the bot reports of it
    page.py, snapshot.py, markdown.py, static/   the page in the browser; page_door.py: who may come in
    desk_line.py          the director's desk beside it, and its parts: desk_people.py, desk_rooms.py, desk_bot.py,
                          desk_trouble.py (Discord misbehaves), desk_calls.py (what the bot asked), desk_clock.py,
                          desk_learners.py and made_up.py (learners made up); desk_asked.py, desk_part.py
    bot_calendar.py       what the bot has planned, read from its database
    keeping.py, kept_world.py   the world in a folder, to go on with tomorrow
    __main__.py           `python -m rehearsal`
"""
