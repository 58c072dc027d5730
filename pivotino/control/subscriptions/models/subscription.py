"""Who subscribed to what, from when until when."""

from datetime import datetime, timedelta
from typing import Self

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.subscriptions.models.plan import Plan
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def at(self, moment: datetime) -> Self:
        """What was in force at `moment`."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=moment), since__lte=moment)

    def current(self) -> Self:
        return self.at(timezone.now())

    def begun(self) -> Self:
        """The history: what is in force and what was."""
        return self.filter(since__lte=timezone.now())

    def of(self, instance: Instance) -> "Subscription | None":
        """What this instance has now."""
        return self.current().filter(instance_id=instance.pk).select_related("plan").order_by("-number").first()

    def start(self, instance: Instance, account: Account, plan: Plan) -> None:
        """Begin an instance's history with this plan; a trial is followed by the free plan. Repeating it changes nothing."""
        now = timezone.now()
        until = now + timedelta(days=plan.duration_days) if plan.duration_days else None
        rows = [Subscription(instance=instance, account=account, plan=plan, number=1, since=now, until=until)]
        if until:
            free = Plan.objects.published().filter(kind=Plan.Kind.FREE)[:1]
            rows += [
                Subscription(instance=instance, account=account, plan=next_, number=2, since=until) for next_ in free
            ]
        if self.filter(instance=instance).exists():
            return
        try:
            with transaction.atomic():
                self.bulk_create(rows)
        except IntegrityError:
            return  # somebody else began it at the same moment


class Subscription(ControlModel):
    """One stretch of an instance's subscription. Rows stay as history, free plans and trials included; no `until` lasts.

    Of a paid plan `currency` and `seats` say what is paid for, `paid_until` when the next bill comes, `order_ref` which
    order at the payment provider it follows, and `billed` the lines of that order: [name, each in minor units, how many].
    """

    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="subscriptions")
    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="subscriptions")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    number = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, blank=True)
    seats = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    paid_until = models.DateTimeField(null=True, blank=True)
    order_ref = models.CharField(max_length=120, blank=True)
    billed = models.JSONField(default=list, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to know what was ordered, free or paid", retention="as long as the books must be kept",
        export="account", erasure="the person is removed, the order stays",
        personal={"account": "who ordered", "instance": "for which company"},
        plain={"plan", "number", "currency", "seats", "since", "until", "paid_until", "order_ref", "billed"},
    )  # fmt: skip

    class Meta:
        ordering = ["instance", "-number"]
        constraints = [
            models.UniqueConstraint("instance", "number", name="subscription_in_order"),
            models.UniqueConstraint("instance", condition=Q(until__isnull=True), name="one_open_subscription"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="subscription_ends_later"
            ),
        ]

    @property
    def price_minor(self) -> int:
        """What one period costs, without taxes and add-ons."""
        return self.plan.price(self.currency) * (self.seats if self.plan.per_seat else 1)

    @property
    def is_trial(self) -> bool:
        return self.plan.kind == Plan.Kind.TRIAL
