"""What the console shows. Nothing here opens an instance: it is all our own books."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from pivotino.control.accounts.models import Seat
from pivotino.control.billing.models import Arrears
from pivotino.control.placements.models import Move
from pivotino.control.provisioning.models import Provisioning
from pivotino.control.staff.models import Usage
from pivotino.control.subscriptions.models import SignUp, Subscription
from pivotino.control.upgrades.models import Upgrade
from pivotino.jobs.models import Alert, Ticket
from pivotino.letters.models import Sent, State
from pivotino.tenancy.freezing import Reason
from pivotino.tenancy.models import Freeze, Instance
from pivotino.tenancy.provision import schema_version

PAGE = 50


@dataclass(frozen=True, slots=True)
class Customer:
    """One instance as the list shows it."""

    instance: Instance
    state: str
    plan: str
    people: int
    seen_at: datetime | None


def state_of(instance: Instance, reasons: list[Reason]) -> str:
    """In a word: what this instance is at present."""
    if instance.erased_at:
        return "erased"
    if instance.ready_at is None:
        return "being made"
    return f"read only: {', '.join(reason.label.lower() for reason in reasons)}" if reasons else "live"


def customers(words: str, *, state: str = "", limit: int = PAGE) -> list[Customer]:
    """Instances whose name or address has these words, or one of whose people signs in with this address. Newest first."""
    found = Instance.objects.order_by("-created_at")
    if words:
        by_person = Seat.objects.filter(account__email__icontains=words).values("instance_id")
        found = found.filter(Q(slug__icontains=words) | Q(name__icontains=words) | Q(pk__in=by_person))
    found = found.filter(STATES[state]) if state in STATES else found
    rows = list(found.distinct()[:limit])
    ids = [row.pk for row in rows]
    why: dict[Any, list[Reason]] = {}
    for freeze in Freeze.objects.filter(instance_id__in=ids).order_by("since"):
        why.setdefault(freeze.instance_id, []).append(Reason(freeze.reason))
    plans = {row.instance_id: row.plan.name for row in Subscription.objects.current().filter(instance_id__in=ids).select_related("plan")}  # fmt: skip
    seats: dict[Any, int] = Counter(Seat.objects.filter(instance_id__in=ids).values_list("instance_id", flat=True))
    seen = dict(
        Seat.objects.filter(instance_id__in=ids).values_list("instance_id").annotate(Max("account__last_login"))
    )
    return [
        Customer(row, state_of(row, why.get(row.pk, [])), plans.get(row.pk, ""), seats.get(row.pk, 0), seen.get(row.pk))
        for row in rows
    ]


STATES = {
    "live": Q(ready_at__isnull=False, erased_at__isnull=True, frozen_at__isnull=True),
    "read only": Q(frozen_at__isnull=False, erased_at__isnull=True),
    "being made": Q(ready_at__isnull=True, erased_at__isnull=True),
    "erased": Q(erased_at__isnull=False),
}


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The numbers at the door of the console."""

    states: dict[str, int]
    plans: list[tuple[str, int]]
    sign_ups_waiting: int
    provisioning_waiting: int
    jobs_waiting: int
    jobs_late: int
    jobs_dead: int
    letters_failed: int
    old_schema: int
    owing: int
    alerts: list[Alert]

    @property
    def needs_a_hand(self) -> bool:
        return bool(self.jobs_dead or self.letters_failed or self.jobs_late or self.alerts)


def overview() -> Overview:
    """Count what there is and what waits."""
    now = timezone.now()
    plans = Subscription.objects.current().filter(instance__erased_at__isnull=True)
    return Overview(
        states={name: Instance.objects.filter(rule).count() for name, rule in STATES.items()},
        plans=list(plans.values_list("plan__name").annotate(Count("id")).order_by("plan__name")),
        sign_ups_waiting=SignUp.objects.waiting().count(),
        provisioning_waiting=Provisioning.objects.unfinished().count(),
        jobs_waiting=Ticket.objects.waiting().count(),
        jobs_late=Ticket.objects.waiting().filter(due_at__lt=now - timedelta(minutes=10)).count(),
        jobs_dead=Ticket.objects.dead().count(),
        letters_failed=Sent.objects.filter(
            state__in=[State.UNDELIVERABLE, State.UNSURE, State.GIVEN_UP], at__gt=now - timedelta(days=7)
        ).count(),
        owing=Arrears.objects.open().count(),
        alerts=list(Alert.objects.filter(settled_at__isnull=True)[:PAGE]),
        old_schema=Instance.objects.living().exclude(schema_version=schema_version()).count(),
    )


@dataclass(frozen=True, kw_only=True)
class Work:
    """One thing that is done to instances step by step, as the queues show it."""

    what: str
    slug: str
    since: datetime
    state: str


def at_work() -> list[Work]:
    """Upgrades, moves, leavings and restores that are under way or planned, oldest first."""
    rows = [
        *(
            Work(what="upgrade", slug=row.instance.slug, since=row.asked_at, state=_standing(row))
            for row in _open(Upgrade)
        ),
        *(Work(what="move", slug=row.instance.slug, since=row.asked_at, state=_standing(row)) for row in _open(Move)),
    ]
    return sorted(rows, key=lambda row: row.since)


def _open(model: Any) -> Any:
    return model.objects.open().select_related("instance")[:PAGE]


def _standing(row: Any) -> str:
    if row.opened_at:
        return (
            f"open at its new place, watched until {row.watched_until:%-d %b, %H:%M}" if row.watched_until else "open"
        )
    if row.begun_at:
        return f"at work, try {row.tries + 1}" + (f": {row.trouble}" if row.trouble else "")
    return f"planned for {row.due_at:%-d %b, %H:%M} UTC"


def owing() -> list[Arrears]:
    """Who has not paid, the furthest behind first."""
    return list(Arrears.objects.open().select_related("instance").order_by("ends_at")[:PAGE])


@dataclass(frozen=True, kw_only=True)
class Book:
    """All our books say of one instance."""

    instance: Instance
    state: str
    reasons: list[Freeze]
    plan: Subscription | None
    history: "QuerySet[Subscription]"
    seats: "QuerySet[Seat]"
    usage: "QuerySet[Usage]"
    tickets: "QuerySet[Ticket]"
    arrears: Arrears | None
    is_current: bool
    more: dict[str, Any] = field(default_factory=dict)


def book(instance: Instance) -> Book:
    """Everything the console shows of one instance."""
    reasons = list(Freeze.objects.filter(instance_id=instance.pk).order_by("since"))
    own = Subscription.objects.filter(instance_id=instance.pk).select_related("plan")
    return Book(
        instance=instance,
        state=state_of(instance, [Reason(row.reason) for row in reasons]),
        reasons=reasons,
        plan=own.current().order_by("-number").first(),
        history=own.order_by("-number"),
        seats=Seat.objects.filter(instance_id=instance.pk)
        .select_related("account")
        .order_by("-owner", "account__name"),
        usage=Usage.objects.filter(instance_id=instance.pk),
        tickets=Ticket.objects.filter(line=instance.pk).order_by("-due_at")[:20],
        arrears=Arrears.objects.of(instance),
        is_current=instance.schema_version == schema_version(),
    )
