"""Addresses across the planes: from a control page into an instance and back."""

from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse, set_script_prefix


def control_url(name: str, **kwargs: Any) -> str:
    """The path of a control page, seen from anywhere."""
    return _reverse(name, settings.ROOT_URLCONF, "/", kwargs)


def instance_url(slug: str, name: str, **kwargs: Any) -> str:
    """The path of a page of one instance, seen from anywhere."""
    return _reverse(name, "config.urls_instance", f"/@{slug}/", kwargs)


def absolute(path: str) -> str:
    """A path as a whole address, for letters and calendars."""
    return f"{settings.BASE_URL}{path}"


def _reverse(name: str, urlconf: str, prefix: str, kwargs: dict[str, Any]) -> str:
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        return reverse(name, urlconf=urlconf, kwargs=kwargs or None)
    finally:
        set_script_prefix(before)
