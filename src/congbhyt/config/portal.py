"""The portal's WSGI application as the HTTP server loads it, one per process.

Import it once Django is configured (bootstrap.configure).
"""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from congbhyt.config.registry import reader
from congbhyt.installation.queries import is_sandbox
from congbhyt.portal import state
from congbhyt.units.in_force import Standing


def build() -> WSGIHandler:
    """Put the application together and start what keeps its memory fresh."""
    standing = Standing()
    state.install(state.State(standing, reader(), is_sandbox()))
    standing.keep_fresh()
    return get_wsgi_application()
