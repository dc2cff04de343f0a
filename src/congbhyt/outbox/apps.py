"""Registers the package with Django."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"
