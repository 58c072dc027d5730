"""Small questions about accounts and where they work."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat, Session


@dataclass(frozen=True, slots=True)
class Door:
    """One of my databases, as the list shows it."""

    slug: str
    name: str
    frozen: bool

    @property
    def address(self) -> str:
        return f"/@{self.slug}/"

    @property
    def shown(self) -> str:
        """The address as people say it."""
        return f"{settings.BASE_URL.partition('://')[2]}/@{self.slug}/"


def doors(account_id: Any) -> list[Door]:
    """The living instances in which this account has a seat, by name."""
    seats = Seat.objects.filter(
        account_id=account_id, instance__ready_at__isnull=False, instance__erased_at__isnull=True
    )
    rows = seats.order_by("instance__name").values_list("instance__slug", "instance__name", "instance__frozen_at")
    return [Door(slug, name, frozen is not None) for slug, name, frozen in rows]


def first_address(account: Account) -> str:
    """Where to go after signing in: the only database, or the list."""
    found = doors(account.pk)
    return found[0].address if len(found) == 1 else "/my/"


def open_sessions(account_id: Any) -> "QuerySet[Session]":
    """Where this account is signed in, newest first."""
    return Session.objects.filter(account_id=account_id, expire_date__gt=timezone.now()).order_by("-started_at")
