"""Somebody who looks at the public pages with a browser of today, and what was written about it."""

from collections.abc import Iterator

import pytest

from pivotino.control.visitors import recording
from pivotino.control.visitors.models import Tally
from tests.cast import Browser

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ADDRESS = "203.0.113.7"


@pytest.fixture(autouse=True)
def _nothing_waits(control: None) -> Iterator[None]:
    recording.forget()
    yield
    recording.forget()


@pytest.fixture
def visitor() -> Browser:
    return looking()


def looking(address: str = ADDRESS, agent: str = FIREFOX, **headers: str) -> Browser:
    """A browser at this address."""
    return Browser(REMOTE_ADDR=address, HTTP_USER_AGENT=agent, **headers)


def agrees(browser: Browser, *categories: str) -> None:
    """Tick exactly these."""
    assert browser.post("/cookies/", {"choice": "chosen", "granted": list(categories)}).status_code == 303


def tally(what: str) -> dict[str, tuple[int, int]]:
    """Views and people of each segment, over all days."""
    recording.flush()
    return {row.value: (row.views, row.people) for row in Tally.objects.filter(what=what)}
