"""Registers the package with Django."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.network"
    label = "network"
    default_auto_field = "django.db.models.BigAutoField"
