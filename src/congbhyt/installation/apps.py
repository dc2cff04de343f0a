"""Registers the package with Django."""

from django.apps import AppConfig


class InstallationConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.installation"
    label = "installation"
    default_auto_field = "django.db.models.BigAutoField"
