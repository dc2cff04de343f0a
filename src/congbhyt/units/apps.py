"""Registers the package with Django."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.units"
    label = "units"
    default_auto_field = "django.db.models.BigAutoField"
