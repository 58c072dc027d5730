"""Periods in templates: none is typed there, each is read from what rules it. A test of the house looks.

{{ keeps("sign-ins") }}                                        # a rule of retention: "90 days"
{{ lasts("instance.members.models.invitation.GOOD_FOR") }}     # a constant of the program, below `pivotino`: "14 days"
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

from django.utils.module_loading import import_string

from pivotino.kit import retention


def keeps(key: str) -> str:
    """How long what a rule covers is kept, in words. An unknown rule is an error."""
    return retention.rule(key).words


def lasts(name: str) -> str:
    """How long something lasts, in words: the constant of this name (a number is seconds), or the function that says it."""
    return retention.in_words_of(_read(name))


@cache
def _read(name: str) -> timedelta:
    found: timedelta | int | Callable[[], timedelta] = import_string(f"pivotino.{name}")
    if callable(found):
        return found()
    return timedelta(seconds=found) if isinstance(found, int) else found
