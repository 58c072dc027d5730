"""A question somebody asked us, and its two clocks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.db import connection, models
from django.db.models import F, Max, Q
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.helpdesk.categories import Category, Rule, rule_of
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance

FIRST_NUMBER = 1001


class State(models.TextChoices):
    """`open`: it is our turn. `waiting`: it is theirs. `closed` is for good: merged into another, or long solved."""

    OPEN = "open", "Open"
    WAITING = "waiting", "Waiting for them"
    SOLVED = "solved", "Solved"
    CLOSED = "closed", "Closed"


class Source(models.TextChoices):
    FORM = "form", "The form on our site"
    MAIL = "mail", "By mail"
    APP = "app", "From inside a database"
    MY = "my", "From their account"
    STAFF = "staff", "Written down by us"


class ClockName(models.TextChoices):
    ANSWER = "answer", "First answer"
    SOLUTION = "solution", "Solution"


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock as it stands: when it is due, how much of its time is gone, and whether it still runs."""

    name: ClockName
    due: datetime
    percent: int
    runs: bool

    @property
    def is_late(self) -> bool:
        return self.runs and self.percent >= 100


class TicketQuerySet(models.QuerySet["Ticket"]):
    def begin(self, **fields: object) -> "Ticket":
        """A new ticket under the next number, in the caller's transaction. Numbers are given out one after the other."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(7003)")
        place = (self.aggregate(last=Max("place"))["last"] or FIRST_NUMBER - 1) + 1
        return self.create(place=place, number=f"T-{place}", **fields)

    def unsettled(self) -> Self:
        return self.filter(state__in=[State.OPEN, State.WAITING])

    def by_clock(self) -> Self:
        """The one that must be looked at first, first: by the earlier of the clocks that still run; settled ones last."""
        return self.annotate(next_due=F("due_at")).order_by(F("next_due").asc(nulls_last=True), "place")

    def of_person(self, account_id: UUID, email: str) -> Self:
        """What one person asked: signed in, or from the address they sign in with, which is proven."""
        return self.filter(Q(account_id=account_id) | Q(email__iexact=email)).order_by("-place")


class Ticket(ControlModel):
    """One question under a number people can say on the phone. Only the requester sees it: an owner of a database does not see
    what a colleague asked about it.

    `due_at` is the earlier of the clocks that run, empty where none does: while we wait for the proof that the address is
    theirs (`proof_asked_at` set, `proved_at` not) both stand still. Dates are by plain hours and days, see categories.toml.
    `proved_at` is set only by a link that was mailed to the address, or by a sign-in; never by what a mail says of itself.
    `version` rises with everything that is said or done, so that two of us do not answer at once.
    """

    place = models.PositiveIntegerField(unique=True)
    number = models.CharField(max_length=12, unique=True)
    category = models.CharField(max_length=12, choices=Category)
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    source = models.CharField(max_length=8, choices=Source)
    email = models.EmailField()
    name = models.CharField(max_length=160, blank=True)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets")
    assignee = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="merged")
    notice = models.CharField(max_length=20, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    begun_at = models.DateTimeField(default=timezone.now)
    answer_due_at = models.DateTimeField()
    solve_due_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    proof_asked_at = models.DateTimeField(null=True, blank=True)
    proved_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    reopenings = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = TicketQuerySet.as_manager()

    holds = Holds(
        subject="requester", purpose="to answer what people ask us, in time, and to show that we did",
        retention="three years after it was closed", export="letters and questions: the requester reads them at any time",
        erasure="name, address, subject and messages emptied; the number, the category and the times stay as evidence",
        personal={"subject": "their words", "email": "where we answer", "name": "how we greet", "account": "who asked",
                  "assignee": "who of us looks after it"},
        plain={"place", "number", "category", "state", "source", "merged_into", "notice", "opened_at", "begun_at", "answer_due_at",
               "solve_due_at", "due_at", "answered_at", "solved_at", "closed_at", "proof_asked_at", "proved_at", "acknowledged_at",
               "reopenings", "version"},
    )  # fmt: skip

    class Meta:
        ordering = ["-place"]
        indexes = [
            models.Index("state", "due_at", name="ticket_by_clock"),
            models.Index("email", "opened_at", name="ticket_by_sender"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def rule(self) -> Rule:
        return rule_of(self.category)

    @property
    def instance(self) -> Instance | None:
        """The database it was asked from, as long as that one is there."""
        about = getattr(self, "about", None)
        return about.instance if about else None

    @property
    def instance_id(self) -> UUID | None:
        about = getattr(self, "about", None)
        return about.instance_id if about else None

    @property
    def page(self) -> str:
        """Where in the database they were."""
        about = getattr(self, "about", None)
        return about.page if about else ""

    @property
    def is_paused(self) -> bool:
        """True while the clocks stand still: we asked for a proof of the address and have none yet."""
        return self.proof_asked_at is not None and self.proved_at is None

    @property
    def is_settled(self) -> bool:
        return self.state in (State.SOLVED, State.CLOSED)

    def clocks(self) -> list[Clock]:
        """Both clocks as they stand now."""
        answer_runs = self.answered_at is None and not self.is_settled
        return [
            self._clock(ClockName.ANSWER, self.answer_due_at, answer_runs),
            self._clock(ClockName.SOLUTION, self.solve_due_at, not self.is_settled),
        ]

    def start_clocks(self, now: datetime) -> None:
        """Both begin now. One that a law counts does not end later because a ticket was solved and opened again."""
        again, solve_by = self.begun_at != now, now + self.rule.solution
        if again and now < self.solve_due_at < solve_by:
            solve_by = self.solve_due_at
        self.begun_at, self.answered_at = now, None
        self.answer_due_at, self.solve_due_at = now + self.rule.answer, solve_by

    def set_due(self) -> None:
        """Keep `due_at` in step with the clocks."""
        dates = [clock.due for clock in self.clocks() if clock.runs]
        self.due_at = min(dates, default=None)

    def resume(self, now: datetime) -> None:
        """Both clocks go on from where they stood when we asked for the proof."""
        if self.proof_asked_at is not None:
            stood = now - max(self.proof_asked_at, self.begun_at)
            self.answer_due_at += stood
            self.solve_due_at += stood

    def _clock(self, name: ClockName, due: datetime, runs: bool) -> Clock:
        now = self.proof_asked_at if self.is_paused and self.proof_asked_at else timezone.now()
        whole = max(due - self.begun_at, timedelta(seconds=1))
        return Clock(name, due, max(0, int((now - self.begun_at) / whole * 100)), runs and not self.is_paused)


class About(ControlModel):
    """That a ticket was asked from inside a database. The row goes with the database; the question stays with who asked it."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="about")
    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=200, blank=True)

    holds = Holds(
        subject="requester", purpose="to know which database a question is about", retention="as long as the ticket",
        export="with the question", erasure="row deleted", personal={"instance": "where they work", "page": "where they were"},
        plain={"ticket"},
    )  # fmt: skip


class Alarm(ControlModel):
    """A clock passed 50, 80 or 100 percent of its time. Once each, until the clock begins anew."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="alarms")
    clock = models.CharField(max_length=8, choices=ClockName)
    percent = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="requester", purpose="to answer in time", retention="as long as the ticket", export="no", erasure="row deleted",
        personal={"ticket": "whose question waits"}, plain={"clock", "percent", "at"},
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("ticket", "clock", "percent", name="alarm_once_a_mark")]


class Rating(ControlModel):
    """Whether they were satisfied, said once after it was solved, and a line they may have added."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="rating")
    good = models.BooleanField()
    remark = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="requester", purpose="to learn whether our answers help", retention="as long as the ticket", export="with the question",
        erasure="row deleted", personal={"good": "their opinion", "remark": "their words"}, plain={"ticket", "at"},
    )  # fmt: skip
