"""The sandbox's way out: messages are printed, and the last of them kept for its page of sent messages."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from django.db import transaction

from congbhyt.kernel.identifiers import masked
from congbhyt.outbox.transports import Place, Sms

SHOWN = 20
"""How many messages the sandbox's page shows."""


@dataclass(frozen=True)
class Console:
    """Prints messages where the worker runs and keeps the last for the page of sent messages."""

    stream: TextIO | None = None
    name: str = "console"
    place: Place = Place.SANDBOX

    def send(self, sms: Sms) -> None:
        """Print the receiver, masked, and the body; keep both for the page."""
        receiver = masked(_storable(sms.receiver).rjust(4, "•"))[-40:]
        body = _storable(sms.body)
        show(receiver=receiver, body=body, at=sms.at)
        print(f"SMS → {receiver}: {body}", file=self.stream or sys.stdout, flush=True)  # its purpose


def _storable(text: str) -> str:
    """Without NUL, which PostgreSQL does not take."""
    return text.replace("\0", "")


@transaction.atomic
def show(*, receiver: str, body: str, at: datetime) -> None:
    """Keep a message for the sandbox's page and delete all but the last `SHOWN`; `receiver` is masked already."""
    from congbhyt.outbox.models import ShownMessage  # settings name the console before models can be loaded

    ShownMessage.objects.create(receiver=receiver, body=body, at=at)
    last = ShownMessage.objects.order_by("-pk").values("pk")[:SHOWN]
    ShownMessage.objects.exclude(pk__in=last).delete()
