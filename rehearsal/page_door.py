"""Who may come in: a browser on this machine, with a page that it got from here. Any other Host or Origin is refused, so that no
web page somewhere else can play in this rehearsal.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

_HERE = {"127.0.0.1", "localhost", "::1"}


def refuse_strangers(request: web.Request) -> None:
    # A name of somebody else's that was pointed at 127.0.0.1 (DNS rebinding) shows itself in the Host.
    if urlsplit(f"//{request.host}").hostname not in _HERE:
        raise web.HTTPForbidden(text="This page is only for the machine it runs on.")


def refuse_other_pages(request: web.Request) -> None:
    """For the lines, which a browser opens to any host without asking it first."""
    refuse_strangers(request)
    if request.headers.get("Origin") != f"{request.scheme}://{request.host}":
        raise web.HTTPForbidden(text="This page talks only to itself.")


def policy(host: str) -> str:
    """What the page may load, and from where: nothing but its own files and lines."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types red-flask"
    )
