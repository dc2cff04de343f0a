"""The gateway's WSGI application as the HTTP server loads it, one per process.

Import it once Django is configured (bootstrap.configure).
"""

from __future__ import annotations

from django.conf import settings

from congbhyt.config.registry import reader
from congbhyt.gateway.state import State
from congbhyt.gateway.wsgi import Gateway


def build() -> Gateway:
    """Put the application together and start what keeps its memory fresh."""
    state = State(reader())
    state.keep_fresh()
    return Gateway(state, settings.TRUSTED_PROXIES, settings.GATEWAY_PREFIX)
