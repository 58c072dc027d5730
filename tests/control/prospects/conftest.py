"""People who know nothing of us yet, or asked us something."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pivotino.control.prospects.models import Basis, Kind, Origin, Prospect
from pivotino.jobs.testing import run_all
from tests.control.newcomer import letters_to


def origin(**given: Any) -> Origin:
    """A list of roofers, read yesterday, unless something else is said."""
    facts = {
        "kind": Kind.INTEREST_GROUP, "detail": "Roofers of Klang, members 2026", "url": "https://roofers.example/members",
        "day": (timezone.now() - timedelta(days=1)).date(), "basis": Basis.CONSENT, "note": "Ticked on their form, sheet 4.", "by": "Sofia Staff",
    }  # fmt: skip
    return Origin.objects.create(**{**facts, **given})


def prospect(address: str = "mei@roofs.example", *, cleared: bool = True, source: Origin | None = None, **given: Any) -> Prospect:  # fmt: skip
    """Mei of Klang Roofs in Malaysia, cleared unless it is said otherwise."""
    facts: dict[str, Any] = {"name": "Mei Tan", "company": "Klang Roofs", "country": "MY", "origin": source or origin()}
    if cleared:
        facts |= {"cleared_at": timezone.now(), "cleared_by": "Sofia Staff"}
    return Prospect.objects.create(address=address, **{**facts, **given})


@pytest.fixture
def mei(control: None) -> Prospect:
    """Somebody from a list, cleared: a letter may go."""
    return prospect()


def last_link(address: str, path: str) -> str:
    """The path of the link that begins with `path` in the last letter to this address."""
    run_all()
    body = letters_to(address)[-1].body
    return f"{path}{body.partition(path)[2].split()[0]}"
