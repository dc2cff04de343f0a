"""The gateway's WSGI application as the HTTP server loads it, one per process.

Import it once Django is configured (bootstrap.configure).
"""

from __future__ import annotations

import gc

from django.conf import settings

from congbhyt.config.registry import reader
from congbhyt.gateway.state import State
from congbhyt.gateway.wsgi import Gateway
from congbhyt.installation import hot


def build() -> Gateway:
    """Put the application together and start what keeps its memory fresh."""
    state = State(reader())
    state.keep_fresh()
    hot.release()
    # What is loaded by now stays: looking through it again at every collection would cost each call time.
    gc.collect()
    gc.freeze()
    return Gateway(state, settings.TRUSTED_PROXIES, settings.GATEWAY_PREFIX)
