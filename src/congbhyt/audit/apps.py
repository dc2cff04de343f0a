"""Registers the package with Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
