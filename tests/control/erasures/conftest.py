"""What the tests of erasures share."""

from collections.abc import Iterator
from typing import Any

import pytest

from pivotino.control.erasures import hooks
from tests.control.lives import whole_lives  # noqa: F401


@pytest.fixture(autouse=True)
def _own_hooks() -> Iterator[None]:
    """What a test registers is gone afterwards."""
    lists: list[list[Any]] = [hooks.forgetters, hooks._copies, hooks._holds, hooks._holds_records, hooks._holds_people]
    kept = [list(found) for found in lists]
    yield
    for found, was in zip(lists, kept, strict=True):
        found[:] = was
