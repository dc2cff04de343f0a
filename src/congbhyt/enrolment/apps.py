"""Registers the package with Django."""

from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.enrolment"
    label = "enrolment"
    default_auto_field = "django.db.models.BigAutoField"
