"""Support sessions: somebody of our helpdesk inside a customer's database, as themselves. In code a *housecall*."""

import hashlib
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.control.accounts.models import Account, Session
from pivotino.kit.holds import Holds
from pivotino.kit.places import country_name
from pivotino.tenancy.models import ControlModel, Instance
from pivotino.tenancy.places import Place
from pivotino.tenancy.signed_in import SignedIn
from pivotino.tenancy.visiting import Kind, kind_of

# What the rooms of an instance are called where people read.
WORDS = {
    "activities": "activities", "contacts": "contacts", "exchange": "imports", "history": "history", "mailing": "mailings",
    "pipeline": "the board and its cards",
}  # fmt: skip
LASTS = timedelta(minutes=30)
# An unanswered question is withdrawn after so long; an answer is good for as long.
WAITS = timedelta(days=3)


class Scope(models.TextChoices):
    SETTINGS = "settings", "Settings only"
    ROOMS = "rooms", "Contents of rooms"
    RECORD = "record", "One record"


class Urgency(models.TextChoices):
    """Why two of us may go in without the customer's yes. Nothing else is reason enough."""

    NONE = "", "No: the customer is asked"
    SECURITY = "security", "To stop or find out about an attack"
    LEGAL = "legal", "Because a law leaves us no choice"


class End(models.TextChoices):
    TIME = "time", "The time was over"
    STAFF = "staff", "Ended by our helpdesk"
    CUSTOMER = "customer", "Ended by a Business Owner"
    REFUSED = "refused", "A Business Owner said no"
    UNANSWERED = "unanswered", "Nobody answered"
    CLOSED = "closed", "Staff access was switched off"
    LEFT = "left", "The person no longer works at our helpdesk"


class HousecallQuerySet(models.QuerySet["Housecall"]):
    def open(self) -> Self:
        """Asked for or under way."""
        return self.filter(ended_at__isnull=True)

    def under_way(self) -> Self:
        """Somebody is in, or could be by the next click."""
        now = timezone.now()
        return self.open().filter(
            begun_at__isnull=False, until__gt=now, account__is_staff=True, account__is_active=True
        )

    def of_guest(self, account: SignedIn, place: Place) -> "Housecall | None":
        """The session this browser is in there now. Asked at every request and never remembered: who is out is out at once."""
        if place.is_copy or not account.is_staff:
            return None
        signed_in = Session.objects.filter(session_key=account.session_key, account_id=account.id)
        found = self.under_way().filter(
            account_id=account.id, instance_id=place.id, browser=browser_of(account.session_key)
        )
        # Whoever works in this database is a colleague there, and no guest.
        works_here = Q(account__seats__instance_id=place.id)
        return found.exclude(works_here).filter(models.Exists(signed_in.filter(expire_date__gt=timezone.now()))).first()

    def of(self, instance: Instance) -> Self:
        """All there ever were in one database, newest first."""
        return self.filter(instance_id=instance.pk).order_by("-asked_at")


def browser_of(session_key: str) -> str:
    """Which sign-in a session belongs to, in a form that opens nothing."""
    return hashlib.sha256(session_key.encode()).hexdigest() if session_key else ""


class Housecall(ControlModel):
    """One support session, from the question to the end. `by` is the name the person had then.

    It is asked for, may need a `Yes`, begins in one browser that came with a passkey, lasts until `until`, and ends. `rooms`
    and `record` say which contents it is about; a session for settings has none.
    """

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="housecalls")
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.CharField(max_length=160)
    ticket = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    scope = models.CharField(max_length=8, choices=Scope)
    rooms = models.JSONField(default=list)
    record = models.CharField(max_length=120, blank=True)
    urgency = models.CharField(max_length=8, choices=Urgency, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    browser = models.CharField(max_length=64, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    country = models.CharField(max_length=7, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    changes_asked_at = models.DateTimeField(null=True, blank=True)
    changes_reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=End, blank=True)
    ended_by = models.CharField(max_length=160, blank=True)

    objects = HousecallQuerySet.as_manager()

    holds = Holds(
        subject="staff", purpose="to let a customer see and steer who of us was in their database, and why",
        retention="until the database is erased", export="account", erasure="row deleted with the database",
        personal={"instance": "whose database", "account": "who of us", "by": "who of us", "reason": "may name a customer",
                  "changes_reason": "may name a customer", "ended_by": "who ended it", "browser": "which sign-in, as a mark",
                  "country": "where they were"},
        plain={"ticket", "scope", "rooms", "record", "urgency", "asked_at", "begun_at", "until", "extended_at",
               "changes_asked_at", "ended_at", "end"},
    )  # fmt: skip

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                "instance", "account", condition=Q(ended_at__isnull=True), name="one_housecall_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} in {self.instance_id} for {self.ticket}"

    @property
    def place(self) -> str:
        """The country they were in, as far as their address tells."""
        return country_name(self.country) if len(self.country) == 2 else "A country we do not know"

    @property
    def is_under_way(self) -> bool:
        return self.begun_at is not None and self.ended_at is None and self.until > timezone.now()  # type: ignore[operator]

    @property
    def needs_yes(self) -> bool:
        """Whether somebody has to say yes before it begins. Settings are covered and announced, and need none."""
        return self.scope != Scope.SETTINGS or bool(self.urgency)

    @property
    def has_yes(self) -> bool:
        return self.said_yes(Yes.To.SESSION) is not None

    @property
    def may_begin(self) -> bool:
        return self.ended_at is None and self.begun_at is None and (self.has_yes or not self.needs_yes)

    @property
    def may_change(self) -> bool:
        """Whether an owner said yes to changes as well."""
        return self.said_yes(Yes.To.CHANGES) is not None

    @property
    def waits_for_owner(self) -> bool:
        """Whether a Business Owner is asked something at present."""
        if self.ended_at is not None:
            return False
        unanswered = self.needs_yes and not self.has_yes and not self.urgency
        return unanswered or (self.changes_asked_at is not None and not self.may_change)

    @property
    def waits_for_second(self) -> bool:
        """Whether another of us has to agree, because nobody asks the customer."""
        return self.ended_at is None and bool(self.urgency) and not self.has_yes

    @property
    def minutes_left(self) -> int:
        """Whole minutes until it ends by itself, counted up."""
        left = (self.until - timezone.now()).total_seconds() if self.until else 0
        return max(0, -(-int(left) // 60))

    @property
    def about(self) -> str:
        """What it is about, in words for a customer."""
        if self.scope == Scope.ROOMS:
            return f"contents of {', '.join(WORDS.get(room, room) for room in self.rooms)}"
        return f"the record at {self.record}" if self.scope == Scope.RECORD else "settings"

    def said_yes(self, to: "Yes.To") -> "Yes | None":
        return next((yes for yes in self.yeses.all() if yes.to == to), None)

    def why_not(self, name: str, path: str, *, changes: bool) -> str:
        """Why this address is refused to the guest, in a sentence; "" where it is open."""
        kind, room = kind_of(name), name.partition(":")[0]
        if kind is Kind.NEVER:
            return "Nobody of the helpdesk may open this, whoever said yes."
        if kind is Kind.CONTENTS and self.scope == Scope.SETTINGS:
            return "This support session is for settings. What is in the database is not part of it."
        if kind is Kind.CONTENTS and self.scope == Scope.ROOMS and room not in self.rooms:
            return f"This support session is for {self.about}, and this is somewhere else."
        if kind is Kind.CONTENTS and self.scope == Scope.RECORD and not path.startswith(self.record):
            return "This support session is for one record, and this is another page."
        if changes and not self.may_change:
            return "This support session can look and change nothing. A Business Owner can allow changes."
        if changes and not self.is_revealed(path):
            return "Nothing is changed unseen. Reveal this page first."
        return ""

    def is_revealed(self, path: str) -> bool:
        """Whether this page, or the record it belongs to, was uncovered with a reason."""
        return any(covers(shown, path) for shown in self.revealed)

    @property
    def revealed(self) -> list[str]:
        return [one.path for one in self.openings.filter(what=Opening.What.REVEALED)]

    @property
    def may_reveal(self) -> bool:
        """Only where somebody said yes: without it everything stays covered."""
        return self.has_yes or self.may_change


def covers(shown: str, path: str) -> bool:
    """Whether what was revealed at one address counts at another: the same, or a part of the same record."""
    return path == shown or (any(len(part) == 36 for part in shown.split("/")) and path.startswith(shown))


class Yes(ControlModel):
    """Somebody agreed: a Business Owner, or for what cannot wait a second one of us. It is good for one session."""

    class To(models.TextChoices):
        SESSION = "session", "To the session"
        CHANGES = "changes", "To changes"

    housecall = models.ForeignKey(Housecall, on_delete=models.CASCADE, related_name="yeses")
    to = models.CharField(max_length=8, choices=To)
    by = models.CharField(max_length=160)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    of_us = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="subscriber", purpose="to prove who let us in", retention="until the database is erased", export="account",
        erasure="row deleted with the database", personal={"housecall": "which session", "by": "who agreed", "account": "who agreed"},
        plain={"to", "of_us", "at"},
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("housecall", "to", name="one_yes_each")]

    def __str__(self) -> str:
        return f"{self.by} to {self.to}"


class Opening(ControlModel):
    """One page a guest opened, or tried to: its name and its address, never what stands there."""

    class What(models.TextChoices):
        LOOKED = "looked", "Looked at, covered"
        READ = "read", "Read, uncovered"
        REVEALED = "revealed", "Uncovered"
        CHANGED = "changed", "Changed"
        REFUSED = "refused", "Was refused"

    housecall = models.ForeignKey(Housecall, on_delete=models.CASCADE, related_name="openings")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=8, choices=What)
    name = models.CharField(max_length=80, blank=True)
    path = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True)

    holds = Holds(
        subject="staff", purpose="to show a customer every page one of us opened", retention="until the database is erased",
        export="account", erasure="row deleted with the database",
        personal={"housecall": "which session", "reason": "may name a customer"}, plain={"at", "what", "name", "path"},
    )  # fmt: skip

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.what} {self.path}"


class NoAccess(ControlModel):
    """A Business Owner switched staff access off. Deleting the row switches it on again."""

    instance = models.OneToOneField(Instance, on_delete=models.CASCADE, related_name="no_staff_access")
    by = models.CharField(max_length=160)
    since = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="subscriber", purpose="to keep our helpdesk out of a database", retention="until it is switched on again",
        export="account", erasure="row deleted with the database",
        personal={"instance": "whose database", "by": "who switched it off"}, plain={"since"},
    )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.instance_id} since {self.since:%Y-%m-%d}"
