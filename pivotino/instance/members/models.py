"""The company an instance belongs to, and the people who work in it."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import InstanceModel


class Company(InstanceModel):
    """The one row that says whose instance this is and how it counts days and money.

    `currency` is the base currency, an ISO code; `zone` decides when a day starts and ends; `days_due` is how long an
    activity may take, `days_to_lost` how long after its last activity an opportunity is given up (both in days).
    """

    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    zone = models.CharField(max_length=64, default="Asia/Kuala_Lumpur")
    industry = models.CharField(max_length=80, blank=True)
    days_due = models.PositiveSmallIntegerField(default=7)
    days_to_lost = models.PositiveSmallIntegerField(default=7)
    target_minor = models.BigIntegerField(default=0)
    set_up_at = models.DateTimeField(null=True, blank=True)

    holds = Nothing(
        "to know the company whose instance this is",
        plain={"name", "country", "currency", "zone", "industry", "days_due", "days_to_lost", "target_minor", "set_up_at"},
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days_due__gte=1, days_due__lte=365), name="company_days_due_sane"),
            models.CheckConstraint(condition=Q(days_to_lost__gte=1, days_to_lost__lte=365), name="company_days_to_lost_sane"),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", "Business Owner"
    USER = "user", "User"


class MemberQuerySet(models.QuerySet["Member"]):
    def present(self) -> Self:
        """Those who have an account here and have not left."""
        return self.filter(account_uuid__isnull=False, left_at__isnull=True)

    def working(self) -> Self:
        """Those whose name may own something: everybody who has not left, invited or not."""
        return self.filter(left_at__isnull=True)


class Member(InstanceModel):
    """A person of the company, as this instance knows them.

    Without `account_uuid` the person has not joined: a name from an import or an open invitation. `left_at` ends it;
    what they did keeps their name.
    """

    account_uuid = models.UUIDField(null=True, blank=True, unique=True)
    name = models.CharField(max_length=160)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=8, choices=Role, default=Role.USER)
    added_at = models.DateTimeField(db_default=Now())
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    preferences = models.JSONField(default=dict, blank=True)

    objects = MemberQuerySet.as_manager()

    holds = Holds(
        subject="member", purpose="to let colleagues work together and see who did what",
        retention="as long as the instance", export="members", erasure="name replaced by a number, mail removed",
        personal={"name": "how colleagues call them", "email": "where letters go", "account_uuid": "which account signs in",
                  "preferences": "how they like their pages"},
        plain={"role", "added_at", "joined_at", "left_at"},
    )  # fmt: skip

    class Meta:
        ordering = [F("name").asc()]
        constraints = [
            models.UniqueConstraint("email", condition=Q(left_at__isnull=True) & ~Q(email=""), name="member_email_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_owner(self) -> bool:
        """A Business Owner sees everything and sets things up."""
        return self.role == Role.OWNER

    @property
    def sees_all(self) -> bool:
        """True where this member's view is not limited to own records."""
        return self.is_owner

    @property
    def seen_owner(self) -> UUID | None:
        """Whose records this member may see: None for everybody's, else the own id. The one rule of visibility."""
        return None if self.sees_all else self.id

    def prefer(self, **choices: object) -> None:
        """Keep how this member likes their pages, beside what was chosen before."""
        self.preferences = {**self.preferences, **choices}
        self.save(update_fields=["preferences"])


class Rate(InstanceModel):
    """What one unit of a currency is worth in the base currency from a day on. The base currency is always 1."""

    currency = models.CharField(max_length=3)
    since = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)

    holds = Nothing("to add up amounts of several currencies", plain={"currency", "since", "rate"})

    class Meta:
        constraints = [
            models.UniqueConstraint("currency", "since", name="rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
        ]
