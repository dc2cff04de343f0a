"""The gateway's WSGI application as the HTTP server loads it, one per process.

Import it once Django is configured (bootstrap.configure).
"""

from __future__ import annotations

import gc

from django.conf import settings

from congbhyt.gateway.state import State
from congbhyt.gateway.wsgi import Gateway
from congbhyt.installation import hot
from congbhyt.installation.queries import is_sandbox
from congbhyt.lookup.facts import Reader, read_facts


def reader() -> Reader:
    """The registry reader; in a sandbox, the one that provokes faults for two cards."""
    if not is_sandbox():
        return read_facts
    from congbhyt.sandbox.provocations import provoking

    return provoking(read_facts)


def build() -> Gateway:
    """Put the application together and start what keeps its memory fresh."""
    state = State(reader())
    state.keep_fresh()
    hot.release()
    # What is loaded by now stays: looking through it again at every collection would cost each call time.
    gc.collect()
    gc.freeze()
    return Gateway(state, settings.TRUSTED_PROXIES, settings.GATEWAY_PREFIX)
