"""The few drawings of the pages, as SVG in the page: no font and no request for them."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

_RING = '<circle cx="8" cy="8" r="6.5"/>'
_PATHS = {
    "check": '<path d="M2.5 8.5l3.5 3.5 7.5-8"/>',
    "stop": f'{_RING}<path d="M5 8h6"/>',
    "swap": '<path d="M2 5h10l-3-3M14 11H4l3 3"/>',
    "query": '<circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5L14 14"/>',
    "lock": '<rect x="3" y="7" width="10" height="7"/><path d="M5 7V5a3 3 0 016 0v2"/>',
    "file": '<path d="M4 1.5h5.5L13 5v9.5H4z"/><path d="M9 1.5V5.5h4"/>',
    "info": f'{_RING}<path d="M8 7v4.5M8 4v1.5"/>',
}


def _drawn(path: str) -> SafeString:
    return mark_safe(  # noqa: S308  # our own constants
        '<svg class="icon" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" '
        f'stroke-width="2" aria-hidden="true" focusable="false">{path}</svg>'
    )


ICONS = {name: _drawn(path) for name, path in _PATHS.items()}
"""By name; an unknown name fails loudly."""
