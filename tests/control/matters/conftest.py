"""Sofia and Tom work for us; neither may do alone what takes two."""

from collections.abc import Iterator
from typing import Any

import pytest

from pivotino.control.accounts.models import Account
from pivotino.control.matters import opening
from pivotino.control.matters.models import Matter
from pivotino.tenancy.signed_in import SignedIn
from tests.cast import Browser
from tests.control.lives import whole_lives  # noqa: F401
from tests.control.staff.conftest import desk, sofia, with_second_step  # noqa: F401


@pytest.fixture
def tom(control: None) -> Account:
    """Another member of staff."""
    return Account.objects.create_user("tom@pivotino.example", None, name="Tom Staff", is_staff=True)


@pytest.fixture
def second_desk(tom: Account) -> Browser:
    return with_second_step(tom)


def who(account: Account) -> SignedIn:
    return SignedIn(id=account.pk, name=account.name, email=account.email, is_staff=True)


def a_matter(by: Account, reviewer: Account, **said: Any) -> Matter:
    order = {
        "sort": Matter.Sort.COURT, "authority": "High Court of Malaya", "instrument": "Order WA-23-11/2026", "jurisdiction": "MY",
        "scope": "What was offered to one customer in October.", "ticket": "T-1042",
    }  # fmt: skip
    return opening.open_matter({**order, **said}, reviewer=reviewer, by=who(by))


@pytest.fixture
def matter(sofia: Account, tom: Account) -> Matter:  # noqa: F811
    return a_matter(sofia, tom)


@pytest.fixture(autouse=True)
def _no_files_left(settings: Any) -> Iterator[None]:
    import shutil
    from pathlib import Path

    yield
    for folder in ("vault", "disclosures"):
        shutil.rmtree(Path(settings.VAR_DIR) / folder, ignore_errors=True)
