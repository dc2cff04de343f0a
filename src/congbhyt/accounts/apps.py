"""Registers the package with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
