"""Whom a campaign is for: people who registered, people who might, and which of them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.db.models import Exists, OuterRef

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.marketing import prospecting
from pivotino.control.marketing.models import Whereabouts
from pivotino.control.subscriptions.models import SignUp, Subscription
from pivotino.letters.bulletins.engine import Person
from pivotino.tenancy.models import Instance

SUBSCRIBER, PROSPECT = "subscriber", "prospect"
BOTH = "both"
REGISTERED = "You get this letter because you registered for Pivotino."


@dataclass(frozen=True, slots=True)
class Aim:
    """Which people. Plans and countries narrow subscribers only; of a prospect we need not know either."""

    reach: str = SUBSCRIBER
    plans: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        lists = {name: tuple(kept.get(name) or ()) for name in ("plans", "countries", "languages")}
        return cls(reach=kept.get("reach") or SUBSCRIBER, **lists)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def people(aim: Aim, topic: str) -> Iterator[Person]:
    """Everybody the aim means; of prospects those too who may not be written to, with the reason."""
    if aim.reach in (SUBSCRIBER, BOTH):
        yield from subscribers(aim)
    if aim.reach in (PROSPECT, BOTH):
        yield from prospecting.people(topic, aim.languages)


def subscribers(aim: Aim) -> Iterator[Person]:
    """Business Owners: they registered. Colleagues were invited by somebody else and get no marketing."""
    seats = Seat.objects.filter(account=OuterRef("pk"), owner=True, instance__in=Instance.objects.living())
    if aim.plans:
        seats = seats.filter(
            instance__subscriptions__in=Subscription.objects.current().filter(plan__code__in=aim.plans)
        )
    found = Account.objects.filter(Exists(seats), is_active=True).order_by("pk")
    if aim.countries:
        found = found.filter(whereabouts__country__in=aim.countries)
    if aim.languages:
        found = found.filter(whereabouts__language__in=aim.languages)
    for account in found.select_related("whereabouts").iterator(chunk_size=1000):
        where = getattr(account, "whereabouts", None)
        yield Person(
            account.email, name=account.first_name if account.name else "", zone=where.zone if where else "",
            because=REGISTERED, kind=SUBSCRIBER,
        )  # fmt: skip


def gone(addresses: Sequence[str]) -> dict[str, str]:
    """Those of these subscribers who are none any more."""
    seats = Seat.objects.filter(account=OuterRef("pk"), owner=True, instance__in=Instance.objects.living())
    still = Account.objects.filter(Exists(seats), email__in=addresses, is_active=True).values_list("email", flat=True)
    return dict.fromkeys(set(addresses) - set(still), "No subscriber any more.")


def note_whereabouts() -> int:
    """Keep of every proven sign-up where somebody is at home, before the sign-up is swept away; twice is once."""
    known = Account.objects.filter(email=OuterRef("email"), whereabouts__isnull=False)
    fresh = SignUp.objects.filter(~Exists(known), verified_at__isnull=False).order_by("verified_at")
    told = {one.email.strip().lower(): one for one in fresh}
    accounts = Account.objects.filter(email__in=list(told), whereabouts__isnull=True)
    rows = [
        Whereabouts(account=account, country=one.country, language=one.language, zone=one.zone)
        for account in accounts
        if (one := told[account.email])
    ]
    Whereabouts.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
