"""Registers the package with Django."""

from django.apps import AppConfig


class SigninConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.signin"
    label = "signin"
    default_auto_field = "django.db.models.BigAutoField"
