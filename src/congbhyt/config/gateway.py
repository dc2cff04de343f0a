"""The gateway's WSGI application as the HTTP server loads it, one per process."""

from __future__ import annotations

import gc
import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congbhyt.config.settings")
django.setup()

from congbhyt.gateway.state import State  # noqa: E402  # models need the set-up above
from congbhyt.gateway.wsgi import Gateway  # noqa: E402
from congbhyt.installation import hot  # noqa: E402
from congbhyt.installation.queries import is_sandbox  # noqa: E402
from congbhyt.lookup.facts import Reader, read_facts  # noqa: E402


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


application = build()
