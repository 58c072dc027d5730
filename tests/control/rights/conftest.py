"""People who want to know, and how they get there."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from pivotino.control.rights.models import Demand
from pivotino.jobs.testing import run_all
from pivotino.letters.models import Sent
from tests.cast import Browser
from tests.control.erasures.conftest import _own_hooks  # noqa: F401

MEI = "mei@roofs.example"


def letters_to(address: str) -> list[Any]:
    """What came, the newest last."""
    return [one for one in mail.outbox if address in one.to]


def link_in(letter: Any, path: str) -> str:
    """The path of the first link that begins so."""
    found = re.search(rf"https?://[^/\s]+({re.escape(path)}\S*)", letter.body)
    assert found, letter.body
    return found.group(1)


def ask(browser: Browser, kind: str, address: str = MEI, **more: str) -> Any:
    return browser.post("/rights/", {"kind": kind, "email": address, **more})


def proof_page(address: str = MEI) -> str:
    """Where the newest letter with a proof leads."""
    run_all()
    return link_in([one for one in letters_to(address) if "/rights/proofs/" in one.body][-1], "/rights/proofs/")


def prove(browser: Browser, address: str = MEI, kind: str = "") -> str:
    """Say that it was oneself; the page of the demand."""
    rows = Demand.objects.of(address).unproven()
    demand = (rows.filter(kind=kind) if kind else rows).first()
    assert demand is not None
    answer = browser.post(proof_page(address), {"demand": str(demand.pk), "mine": "yes"})
    assert answer.status_code == 302
    return str(answer["Location"])


def demanded(browser: Browser, kind: str, address: str = MEI, **more: str) -> str:
    """Asked and proven: the page of the demand."""
    ask(browser, kind, address, **more)
    return prove(browser, address, kind)


def later(**by: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**by), tick=False)


@pytest.fixture(autouse=True)
def _empty_box() -> Iterator[None]:
    mail.outbox.clear()
    yield


def told_nobody(address: str = MEI) -> bool:
    return not Sent.objects.filter(to=address).exists()
