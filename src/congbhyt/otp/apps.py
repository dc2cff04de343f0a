"""Registers the package with Django."""

from django.apps import AppConfig


class OtpConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.otp"
    label = "otp"
    default_auto_field = "django.db.models.BigAutoField"
