"""Somebody new, for the tests of the way in."""

import pytest

from tests.control.newcomer import Newcomer


@pytest.fixture
def mei(control: None) -> Newcomer:
    """Mei runs a coffee shop and has never been here."""
    return Newcomer()
