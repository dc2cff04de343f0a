"""Registers the package with Django."""

from django.apps import AppConfig


class LookupConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.lookup"
    label = "lookup"
    default_auto_field = "django.db.models.BigAutoField"
