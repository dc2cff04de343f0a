"""Registers the package with Django."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.policy"
    label = "policy"
    default_auto_field = "django.db.models.BigAutoField"
