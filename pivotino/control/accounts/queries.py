"""Small questions about accounts and where they work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat, Session, SignIn
from pivotino.kit.retention import period
from pivotino.tenancy.models import Instance


@dataclass(frozen=True, slots=True)
class Door:
    """One of my databases, as the list shows it."""

    slug: str
    name: str
    frozen: bool
    id: UUID | None = None
    owner: bool = False

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
    rows = seats.order_by("instance__name").values_list(
        "instance__slug", "instance__name", "instance__frozen_at", "instance_id", "owner"
    )
    return [Door(slug, name, frozen is not None, id, owner) for slug, name, frozen, id, owner in rows]


def first_address(account: Account) -> str:
    """Where to go after signing in: the only database, or the list."""
    found = doors(account.pk)
    return found[0].address if len(found) == 1 else "/my/"


def open_sessions(account_id: Any) -> "QuerySet[Session]":
    """Where this account is signed in, newest first."""
    return Session.objects.filter(account_id=account_id, expire_date__gt=timezone.now()).order_by("-started_at")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a seat, as a Business Owner sees them."""

    id: Any
    name: str
    email: str
    owner: bool
    joined_at: datetime
    last_at: datetime | None
    second_step: bool
    waiting: bool

    @property
    def role(self) -> str:
        return "Business Owner" if self.owner else "User"

    @property
    def status(self) -> str:
        return "Pending" if self.waiting else "Active"


def people_of(instance: Instance) -> list[Person]:
    """Everybody who may sign in to this instance, owners first. `waiting`: never chose a password of their own yet."""
    factors = Authenticator.objects.filter(user_id=OuterRef("account_id"), type__in=["totp", "webauthn"])
    last = Max("account__sign_ins__at", filter=Q(account__sign_ins__outcome=SignIn.Outcome.IN))
    seats = Seat.objects.filter(instance_id=instance.pk).annotate(last=last, factor=Exists(factors))
    rows = seats.order_by("-owner", "account__name").values_list(
        "account_id",
        "account__name",
        "account__email",
        "owner",
        "taken_at",
        "last",
        "factor",
        "account__must_choose_password",
    )
    return [Person(*row) for row in rows]


def sign_ins_of(instance: Instance, limit: int = 100) -> "QuerySet[SignIn]":
    """Sign-ins and tries by the people of an instance, newest first, since each of them has a seat there."""
    since = timezone.now() - period("sign-ins")
    mine = Seat.objects.filter(instance_id=instance.pk, account_id=OuterRef("account_id"), taken_at__lte=OuterRef("at"))
    return SignIn.objects.filter(Exists(mine), at__gt=since).select_related("account").order_by("-at")[:limit]
