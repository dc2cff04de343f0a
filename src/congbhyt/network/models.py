"""The lines of Mẫu 01/dk-ip-ctn: Internet addresses that a unit wants to connect from."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from congbhyt.kernel.privacy import classify
from congbhyt.network.rules import Span, read_span
from congbhyt.registration.models import Line, Request, line_constraints
from congbhyt.units.models import Unit


class AddressLine(Line):
    """One address, range or network, as `first` and `last`; the networks that the allow-list holds follow from them.

    `site` is the subordinate site or commune station that it is for; none: the unit that asks.
    """

    class LineType(models.TextChoices):
        STATIC = "static", "IP tĩnh"
        DYNAMIC = "dynamic", "IP động"
        LEASED = "leased", "Kênh riêng"
        MOBILE = "mobile", "Mạng di động"

    PRIVACY = classify(
        none=f"{Line.LINE_PRIVACY} first last line_type provider site lasts_until", access=Line.LINE_ACCESS
    )

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="addresses")
    first = models.GenericIPAddressField()
    last = models.GenericIPAddressField()
    line_type = models.CharField(max_length=8, choices=LineType, default=LineType.STATIC)
    provider = models.CharField(max_length=60, blank=True, default="")
    site = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")

    lasts_until = models.DateTimeField(null=True, help_text="When what is in force ends by itself; none: it lasts.")

    class Meta:
        indexes = [models.Index(fields=["state", "decided_at"], name="address_line_by_state")]
        constraints = [
            *line_constraints("address_line"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="address_line_first_before_last"),
        ]

    def __str__(self) -> str:
        return str(self.span)

    @property
    def span(self) -> Span:
        """First to last address."""
        return read_span(f"{self.first} - {self.last}")

    @property
    def home(self) -> Unit:
        """Whose programs may call from there."""
        home = self.site or self.request.unit
        if home is None:
            raise AssertionError("addresses are asked for by units")
        return home

    def content(self) -> list[str]:
        """What is asked for, in a fixed order: what the paper's check code is made from."""
        return [str(self.span), self.line_type, self.provider, self.home.code]
