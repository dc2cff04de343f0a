"""Registers the package with Django."""

from django.apps import AppConfig


class InsuredConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.insured"
    label = "insured"
    default_auto_field = "django.db.models.BigAutoField"
