"""Registers the package with Django."""

from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.registration"
    label = "registration"
    default_auto_field = "django.db.models.BigAutoField"
