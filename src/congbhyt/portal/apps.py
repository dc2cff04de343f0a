"""Registers the package with Django, for its templates and static files."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Django's name for this package."""

    name = "congbhyt.portal"
    label = "portal"
