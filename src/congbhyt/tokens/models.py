"""API sessions opened by token/take."""

from __future__ import annotations

from django.db import models

from congbhyt.accounts.models import ApiAccount
from congbhyt.kernel.privacy import classify


class ApiSession(models.Model):
    """One session: many live side by side, because clients sign in before every call.

    Only the SHA-256 of the token is kept; `password_mac` binds the secret that later calls repeat.
    """

    PRIVACY = classify(
        secret="token_digest id_token password_mac",  # noqa: S106  # names columns
        access="address",
        none="account issued_at expires_at",
    )

    token_digest = models.BinaryField(primary_key=True, max_length=32)
    id_token = models.UUIDField()
    account = models.ForeignKey(ApiAccount, on_delete=models.CASCADE, db_index=False)
    password_mac = models.BinaryField(max_length=32)
    address = models.GenericIPAddressField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="api_session_by_expiry")]

    def __str__(self) -> str:
        return f"session of {self.account_id} until {self.expires_at:%H:%M:%S}"
