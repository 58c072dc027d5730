"""A campaign ready to go, and people to get it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.marketing.campaigning import CAMPAIGNS
from pivotino.control.marketing.models import Campaign, Recipient
from pivotino.tenancy.models import Instance

BODY: list[dict[str, str]] = [
    {"kind": "heading", "words": "New this month"},
    {"kind": "text", "words": "Drag a **card**. [See how](https://docs.example/how/)"},
    {"kind": "button", "words": "Try it", "href": "https://pivotino.example/try/"},
]


def written(**changed: Any) -> Campaign:
    """A campaign that could go as it is."""
    told = {"name": "November", "topic": "tips", "subject": "Three tips", "body": BODY, "by": "Sofia Staff", **changed}
    return Campaign.objects.create(**told)


def send_now(campaign: Campaign, **said: Any) -> None:
    """Schedule it for this moment, as fast as may be."""
    said = {"at": timezone.now(), "zone": "UTC", "own_zone": False, "per_minute": 60_000, **said}
    CAMPAIGNS.schedule(campaign, **said)
    campaign.refresh_from_db()


def standings(campaign: Campaign) -> dict[str, str]:
    """What became of each address."""
    return dict(Recipient.objects.filter(bulletin=campaign).values_list("address", "standing"))


@pytest.fixture
def owners(atap: Instance) -> list[Account]:
    """Five people who registered; Business Owners of one database, which is enough for a seat."""
    return make_owners(atap, 5)


def make_owners(instance: Instance, number: int) -> list[Account]:
    made = [
        Account.objects.create_user(f"owner{place}@kedai{place}.example", None, name=f"Owner{place} Kedai")
        for place in range(number)
    ]
    Seat.objects.bulk_create(Seat(account=account, instance=instance, owner=True) for account in made)
    return made


NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
