"""Registers the package with Django."""

from django.apps import AppConfig


class TokensConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.tokens"
    label = "tokens"
    default_auto_field = "django.db.models.BigAutoField"
