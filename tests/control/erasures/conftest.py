"""What the tests of erasures share."""

from collections.abc import Iterator

import pytest

from pivotino.control.erasures import hooks
from tests.control.lives import whole_lives  # noqa: F401


@pytest.fixture(autouse=True)
def _own_hooks() -> Iterator[None]:
    """What a test registers is gone afterwards."""
    kept = [(found, list(found)) for found in (hooks.forgetters, hooks._copies, hooks._holds)]
    yield
    for found, was in kept:
        found[:] = was  # type: ignore[index]
