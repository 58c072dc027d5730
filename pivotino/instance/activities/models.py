"""What is planned with an opportunity: kinds of activities, and the activities themselves, done ones kept with their feedback."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import record
from pivotino.instance.history.states import State, state_of
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.refusals import NotAField, Refusal
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy import memory, rows
from pivotino.tenancy.models import InstanceModel

FIRST, TODO = "first", "todo"


class NotOpen(Refusal):
    """The activity is done or cancelled already."""

    def __init__(self, activity: "Activity") -> None:
        super().__init__("This is done already." if activity.done_at else "This was cancelled already.")
        self.activity = activity


class ActivityKindQuerySet(models.QuerySet["ActivityKind"]):
    def offered(self) -> Self:
        """The kinds a person picks from; First Activity is made by the rule."""
        return self.exclude(key=FIRST)

    def delay_all(self, days: int) -> None:
        """Every kind is due after so many days from now on; what is planned stays."""
        self.update(days=days)
        memory.forget("kinds")


class ActivityKind(InstanceModel):
    """A kind of activity and after how many days one is due. `key` is its name in code, and the name of its icon's meaning.

    First Activity and To Do are the pipeline's own: rules plan them and a change of stage completes them.
    """

    key = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60, unique=True)
    days = models.PositiveSmallIntegerField(default=7)
    position = models.PositiveSmallIntegerField(default=0)
    assignee = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )

    objects = ActivityKindQuerySet.as_manager()

    holds = Nothing("to name what is planned", plain={"key", "name", "days", "position", "assignee"})

    class Meta:
        ordering = ["position"]
        constraints = [models.CheckConstraint(condition=Q(days__lte=365), name="kind_days_sane")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def known(cls) -> "dict[UUID, ActivityKind]":
        """Every kind, as it was at most two seconds ago: to read, not to change."""
        return memory.remembered("kinds", lambda: {kind.pk: kind for kind in rows.find(cls, "id IS NOT NULL")})

    @property
    def is_of_a_rule(self) -> bool:
        """True for First Activity and To Do, which guard no closing and end with the stage."""
        return self.key in (FIRST, TODO)


class ActivityQuerySet(models.QuerySet["Activity"]):
    def open(self) -> Self:
        """Neither done nor cancelled."""
        return self.filter(done_at__isnull=True, cancelled_at__isnull=True)

    def done(self) -> Self:
        return self.filter(done_at__isnull=False)

    def in_order(self) -> Self:
        """The earliest first; on one day those with a time first."""
        return self.order_by("due_on", F("due_time").asc(nulls_last=True), "id")

    def visible_to(self, member: Member) -> Self:
        """What this member may see and change: all for an owner, else those given to them and those on own opportunities."""
        kept = self.filter(Q(opportunity__isnull=True) | Q(opportunity__removed_at__isnull=True))
        seen = member.seen_owner
        return kept if seen is None else kept.filter(Q(assigned_to_id=seen) | Q(opportunity__owner_id=seen))


class Activity(InstanceModel):
    """Something to do with an opportunity by a day. Without `planned_by` a rule planned it."""

    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.CASCADE, related_name="activities"
    )
    kind = models.ForeignKey(ActivityKind, on_delete=models.PROTECT, db_index=False, related_name="activities")
    summary = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    due_on = models.DateField()
    due_time = models.TimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="activities"
    )
    planned_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )
    planned_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )
    feedback = models.TextField(blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = ActivityQuerySet.as_manager()

    holds = Holds(
        subject="contact", purpose="to keep every promise made to a customer", retention="as the opportunity",
        export="activities", erasure="free text searched and emptied",
        personal={"summary": "free text", "note": "free text", "feedback": "free text", "assigned_to": "who does it",
                  "planned_by": "who planned it", "done_by": "who did it"},
        plain={"opportunity", "kind", "due_on", "due_time", "planned_at", "done_at", "cancelled_at"},
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "activities"
        indexes = [
            models.Index(fields=["opportunity", "due_on"], name="activity_open_of_card",
                         condition=Q(done_at__isnull=True, cancelled_at__isnull=True)),
            models.Index(fields=["due_on", "id"], name="activity_open_by_day",
                         condition=Q(done_at__isnull=True, cancelled_at__isnull=True)),
            models.Index(fields=["assigned_to", "due_on", "id"], name="activity_own_by_day",
                         condition=Q(done_at__isnull=True, cancelled_at__isnull=True)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What is to be done, in a few words."""
        return self.summary or self.kind.name

    @property
    def called(self) -> str:
        """The kind and what it is about, for sentences: Call “Ask for the drawings”."""
        return f"{self.kind.name} “{self.summary}”" if self.summary else self.kind.name

    @property
    def owner_id(self) -> UUID | None:
        """Whose record it is: the opportunity's owner, without one the member it was given to."""
        return self.opportunity.owner_id if self.opportunity else self.assigned_to_id

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.cancelled_at is None

    # --- verbs ---

    @classmethod
    def plan(
        cls, opportunity: Opportunity, *, kind: "ActivityKind | str", by: Member | None, due_on: date | None = None,
        due_time: time | None = None, summary: str = "", note: str = "", assigned_to: Member | None = None, id: UUID | None = None,
    ) -> "Activity":  # fmt: skip
        """Plan something with an opportunity, recorded as `activity.planned`. Without a day: after the kind's delay.

        It is given to `assigned_to`, else to the kind's own assignee, the salesperson, or the one who plans. The same
        `id` twice plans once.
        """
        with _touching(opportunity, by) as touch:
            if id is not None and (made := cls.objects.filter(pk=id).first()):
                return made
            activity = cls(
                **({"id": id} if id else {}), opportunity=opportunity, kind=kind_of(kind), summary=summary, note=note,
                due_time=due_time, assigned_to=assigned_to, planned_by=by,
            )  # fmt: skip
            activity._fill(by, due_on)
            activity.save(force_insert=True)
            touch.made(activity)
            touch.keep("activity.planned", activity, latest=activity)
            return activity

    def complete(self, *, by: Member | None, feedback: str = "") -> Event:
        """Mark it as done, with what came of it. Completing the First Activity moves a new opportunity on (rule R2)."""
        with self._changing(by) as touch:
            self.done_at, self.done_by, self.feedback = timezone.now(), by, feedback.strip()
            return touch.keep(
                "activity.completed", self, save=["done_at", "done_by", "feedback"], feedback=self.feedback
            )

    def reschedule(self, *, by: Member | None, due_on: date, due_time: time | None = None) -> Event:
        """Move it to another day. The expected closing follows where it is then the last one planned (R7)."""
        return self._set(by, "activity.rescheduled", due_on=due_on, due_time=due_time)

    def edit(self, *, by: Member | None, **fields: Any) -> Event:
        """Change what it is, when it is due or who does it."""
        if unknown := fields.keys() - {"kind", "summary", "note", "due_on", "due_time", "assigned_to"}:
            raise TypeError(f"An activity has no {', '.join(sorted(unknown))} to edit.")
        return self._set(by, "activity.edited", **fields)

    def cancel(self, *, by: Member | None) -> Event:
        """Give it up. It stays in the history and out of every list."""
        with self._changing(by) as touch:
            self.cancelled_at = timezone.now()
            return touch.keep("activity.cancelled", self, save=["cancelled_at"])

    # --- steps ---

    def _set(self, by: Member | None, verb: str, **fields: Any) -> Event:
        with self._changing(by) as touch:
            was = self.due_on
            for name, value in fields.items():
                setattr(self, name, value)
            self._tidy()
            return touch.keep(verb, self, latest=self, save=[*fields], was=was.isoformat())

    @contextmanager
    def _changing(self, by: Member | None) -> "Iterator[Touch]":
        """Hold the opportunity and this row as they are now; refuses what is done or cancelled."""
        if self.opportunity is None:
            raise NotAField("An activity belongs to an opportunity.")
        given = by is not None and by.pk == self.assigned_to_id
        with _touching(self.opportunity, None if given else by, doer=by) as touch:
            opportunity = self.opportunity
            self.refresh_from_db()
            self.opportunity = opportunity
            if not self.is_open:
                raise NotOpen(self)
            touch.before.append(state_of(self))
            yield touch

    def _fill(self, by: Member | None, due_on: date | None) -> None:
        kind, opportunity = self.kind, self.opportunity
        self.planned_at = timezone.now()
        self.due_on = due_on or today() + timedelta(days=kind.days)
        if self.assigned_to_id is None:
            self.assigned_to_id = (
                kind.assignee_id or (opportunity.owner_id if opportunity else None) or (by.pk if by else None)
            )
        self._tidy()

    def _tidy(self) -> None:
        self.summary = " ".join(self.summary.split())
        if len(self.summary) > 200:
            raise NotAField("A summary has at most 200 letters. Put the rest into the note.")


@dataclass(slots=True)
class Touch:
    """Activities of one opportunity being changed: what was before, and how it is settled and told."""

    opportunity: Opportunity
    by: Member | None
    before: list[State]
    after: list[Activity]

    def made(self, activity: Activity) -> None:
        """A new one, with nothing before it."""
        self.after.append(activity)

    def keep(
        self, verb: str, activity: Activity, *, latest: Activity | None = None, save: Iterable[str] = (), **told: Any
    ) -> Event:
        """Save the activity, settle the card, and record the event on the opportunity."""
        if names := [*save]:
            activity.save(update_fields=names)
        if not self.after:
            self.after.append(activity)
        closing = settle(self.opportunity, latest=latest, by=self.by)
        told |= {
            "activity": str(activity.pk), "kind": activity.kind.key, "called": activity.called,
            "due_on": activity.due_on.isoformat(),
        }  # fmt: skip
        return self.tell(verb, closing, live={"activity": str(activity.pk)}, **told)

    def tell(
        self, verb: str, closing: "tuple[date | None, date | None]", *, live: dict[str, Any] | None = None, **told: Any
    ) -> Event:
        """Record what became of the rows, so that it can be taken back."""
        rows = {"before": self.before, "after": [state_of(activity) for activity in self.after]}
        days = [day.isoformat() if day else None for day in closing]
        return record(
            verb, self.opportunity, by=self.by, live={"stage": str(self.opportunity.stage_id), **(live or {})}, rows=rows,
            closing=days, **told,
        )  # fmt: skip


def open_on(opportunity: Opportunity) -> list[Activity]:
    """What is planned on it, each with its kind."""
    found = rows.find(
        Activity, "opportunity_id = %s AND done_at IS NULL AND cancelled_at IS NULL ORDER BY id", [opportunity.pk]
    )
    kinds = ActivityKind.known() if found else {}
    for activity in found:
        activity.kind = kinds.get(activity.kind_id) or rows.find(ActivityKind, "id = %s", [activity.kind_id])[0]
    return found


def settle(
    opportunity: Opportunity, *, latest: Activity | None = None, by: Member | None, closing: Any = None,
    planned: list[Activity] | None = None,
) -> tuple[date | None, date | None]:  # fmt: skip
    """Write the next step onto the card. `latest` is the activity just planned or moved, for rule R7.

    `planned` is everything open on it, in any order, where the caller knows.
    """
    if planned is None:
        planned = open_on(opportunity)
    planned.sort(key=lambda one: (one.due_on, one.due_time or time.max, one.pk))
    first = planned[0] if planned else None
    others = [activity for activity in planned if not activity.kind.is_of_a_rule]
    last = max((activity.due_on for activity in planned), default=None)
    return opportunity.plan_changed(
        next_on=first.due_on if first else None, next_time=first.due_time if first else None, next_kind=first.kind.key if first else "",
        next_summary=first.title if first else "", open_others=len(others), open_names=", ".join(one.called for one in others),
        latest_due=latest.due_on if latest is not None and latest.due_on == last else None, by=by, closing=closing,
    )  # fmt: skip


@contextmanager
def _touching(
    opportunity: Opportunity, asks: Member | None, *, doer: Member | None = None, apart: bool = True
) -> Iterator[Touch]:
    """Hold the opportunity for a change of its activities. `asks` must be allowed to see it."""
    with opportunity.changing(by=asks, apart=apart):
        yield Touch(opportunity, doer or asks, [], [])


def touching(opportunity: Opportunity, *, by: Member | None) -> "Any":
    """Hold the opportunity for rules and undoing, which may change everything."""
    return _touching(opportunity, None, doer=by, apart=False)


def kind_of(kind: "ActivityKind | str") -> ActivityKind:
    if not isinstance(kind, str):
        return kind
    known = (one for one in ActivityKind.known().values() if one.key == kind)
    found = next(known, None) or rows.first(ActivityKind, "key = %s", [kind])
    if found is None:
        raise ActivityKind.DoesNotExist(f"There is no kind {kind!r}.")
    return found
