"""DISCORD: the only room that imports discord.py.

It turns an interaction into a ``Visit`` and a ``Card`` into one response, and it is the border at which a user id becomes a
``Person`` that tells nobody who it is. It decides nothing about lessons, groups or learners.
"""
