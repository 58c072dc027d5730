"""An opportunity, and what people do with one: open, move, win, lose, reopen, edit, tag, write, remove.

Every verb locks the row, checks the version it was given, changes, records one event with what was before and after, and
keeps the totals; all in one transaction. The rules R1 to R12 of the handbook are named where they live; those about
activities live in the activities room, which hears the events and answers through `plan_changed`.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history import search, sql
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import record
from pivotino.instance.history.states import State, state_of
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import base_currency, company_facts, today
from pivotino.instance.pipeline import permissions
from pivotino.instance.pipeline.models.losses import LostReason
from pivotino.instance.pipeline.models.parts import Note, Outcome, OutcomeKind, Stay, Tag
from pivotino.instance.pipeline.models.stage import Stage, StageKind
from pivotino.instance.pipeline.places import place_in
from pivotino.instance.pipeline.rates import worth
from pivotino.instance.pipeline.refusals import (
    AlreadyClosed,
    ClosedStage,
    ClosingPassed,
    Gone,
    LostReasonNeeded,
    NotAField,
    NotClosed,
    Stale,
    StaleEdit,
    StaleMove,
    StillPlanned,
)
from pivotino.instance.pipeline.totals import Ledger, together
from pivotino.kit.diffs import plain
from pivotino.kit.fold import one_line
from pivotino.kit.holds import Holds
from pivotino.tenancy import rows
from pivotino.tenancy.fields import RankField
from pivotino.tenancy.models import InstanceModel

# What an event keeps of an opportunity before and after. What the activities room repeats here is told by its own events.
KEPT = (
    "title", "contact_id", "email", "phone", "amount_minor", "currency", "base_minor", "rate", "rate_on", "probability",
    "expected_closing", "manual_closing", "owner_id", "stars", "product", "notes", "stage_id", "stage_since", "position",
    "days_to_win", "closed_at", "removed_at",
)  # fmt: skip
END_OF_DAY = "24:00"
PLANNED = ("next_on", "next_time", "next_kind", "next_summary", "open_others", "open_names", "expected_closing")
EDITABLE = frozenset({
    "title", "contact", "email", "phone", "amount_minor", "currency", "probability", "expected_closing", "owner", "stars",
    "product", "notes",
})  # fmt: skip
# What the search over everything repeats.
SEARCHED = frozenset({"title", "contact_id", "owner_id", "product", "notes", "removed_at"})


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    def kept(self) -> Self:
        """Opportunities that were not removed."""
        return self.filter(removed_at__isnull=True)

    def at_work(self) -> Self:
        """Those that are neither won nor lost nor removed."""
        return self.kept().filter(closed_at__isnull=True)

    def visible_to(self, member: Member) -> Self:
        """What this member may see and change: everything for an owner, else the own ones. The only door to cards."""
        seen = permissions.owner_seen(member)
        return self.kept() if seen is None else self.kept().filter(owner_id=seen)


class Opportunity(InstanceModel):
    """A sale that may happen. A card on the board is its picture.

    `amount_minor` is what was typed, in minor units of `currency`; `base_minor` the same in the company's currency at
    `rate` of `rate_on`. `next_on/next_time/next_kind/next_summary` repeat the earliest open activity, and `open_others` counts open
    activities that a person planned (they guard the closing, rule R4), `open_names` says which: the activities room
    writes them through `plan_changed`. `version` rises with every verb below but a note; a move or an edit carries the
    version it saw.
    """

    title = models.CharField(max_length=200)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="opportunities")
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    amount_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    base_minor = models.BigIntegerField(default=0)
    rate = models.DecimalField(max_digits=20, decimal_places=10, default=1)
    rate_on = models.DateField(null=True, blank=True)
    probability = models.PositiveSmallIntegerField(default=0)
    expected_closing = models.DateField(null=True, blank=True)
    manual_closing = models.BooleanField(default=False)
    owner = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="opportunities"
    )
    stars = models.PositiveSmallIntegerField(default=0)
    tags = models.ManyToManyField(Tag, blank=True, related_name="opportunities")
    product = models.CharField(max_length=120, blank=True)
    notes = models.TextField(blank=True)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, db_index=False, related_name="opportunities")
    stage_since = models.DateTimeField()
    position = RankField()
    next_on = models.DateField(null=True, blank=True)
    # "14:30" of the company's day; where no time was given it is to be done by the end of the day, which orders it last.
    next_time = models.CharField(max_length=5, default=END_OF_DAY)
    next_kind = models.CharField(max_length=20, blank=True)
    next_summary = models.CharField(max_length=200, blank=True)
    open_others = models.PositiveSmallIntegerField(default=0)
    open_names = models.CharField(max_length=200, blank=True)
    days_to_win = models.PositiveIntegerField(null=True, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    import_id = models.UUIDField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = OpportunityQuerySet.as_manager()

    kind = "opportunity"
    opened: Event | None = None  # on one that was opened just now: what was recorded

    holds = Holds(
        subject="contact", purpose="to follow a sale from the first word to its end", retention="the customer decides",
        export="opportunities", erasure="kept without the person",
        personal={"title": "free text", "contact": "whose sale it is", "email": "to reach", "phone": "to reach",
                  "notes": "free text", "next_summary": "free text", "open_names": "free text",
                  "external_id": "the number another system gave"},
        plain={"amount_minor", "currency", "base_minor", "rate", "rate_on", "probability", "expected_closing",
               "manual_closing", "owner", "stars", "product", "stage", "stage_since", "position", "next_on", "next_time", "next_kind",
               "open_others", "days_to_win", "import_id", "created_at", "closed_at", "removed_at", "version"},
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "opportunities"
        indexes = [
            models.Index(fields=["stage", "position", "id"], name="card_by_hand", condition=Q(removed_at__isnull=True)),
            models.Index(F("stage"), F("next_on"), F("next_time"), F("id").desc(), name="card_by_next", condition=Q(removed_at__isnull=True)),
            models.Index(F("stage"), F("closed_at").desc(), F("id").desc(), name="card_by_closed",
                         condition=Q(removed_at__isnull=True, closed_at__isnull=False)),
            models.Index(fields=["owner", "stage", "position", "id"], name="card_own_by_hand", condition=Q(removed_at__isnull=True)),
            models.Index(F("owner"), F("stage"), F("next_on"), F("next_time"), F("id").desc(), name="card_own_by_next",
                         condition=Q(removed_at__isnull=True)),
            models.Index(F("owner"), F("stage"), F("closed_at").desc(), F("id").desc(), name="card_own_by_closed",
                         condition=Q(removed_at__isnull=True, closed_at__isnull=False)),
            models.Index(fields=["expected_closing"], name="card_by_closing",
                         condition=Q(removed_at__isnull=True, closed_at__isnull=True)),
            models.Index(fields=["external_id"], name="card_by_external_id", condition=~Q(external_id="")),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(condition=Q(probability__lte=100), name="probability_is_percent"),
            models.CheckConstraint(condition=Q(stars__lte=3), name="stars_up_to_three"),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def seen(cls, id: UUID, *, by: Member) -> "Opportunity | None":
        """One that this member may see, as `visible_to` says, in one plain statement."""
        found = rows.first(cls, "id = %s AND removed_at IS NULL", [id])
        return found if found is not None and permissions.may_see(by, found.owner_id) else None

    @classmethod
    def held(cls, id: UUID, *, by: Member) -> "Opportunity | None":
        """One that this member may see, as it is now and stays until `together()` ends."""
        with together(apart=False) as ledger:
            found = rows.first(cls, "id = %s AND removed_at IS NULL", [id], lock=True)
            if found is None or not permissions.may_see(by, found.owner_id):
                return None
            found._know_its_stage()
            ledger.hold(found)
            return found

    @property
    def is_closed(self) -> bool:
        """Won or lost."""
        return self.closed_at is not None

    # --- verbs ---

    @classmethod
    def open(
        cls, title: str, *, by: Member | None, stage: Stage | None = None, contact: Contact | None = None, amount_minor: int = 0,
        currency: str | None = None, owner: Member | None = None, expected_closing: date | None = None, tags: Iterable[str] = (),
        stars: int = 0, product: str = "", notes: str = "", email: str = "", phone: str = "", id: UUID | None = None,
    ) -> "Opportunity":  # fmt: skip
        """A new opportunity on top of its column, recorded as `opportunity.created` (rule R1).

        The salesperson is `owner`, else the one who opens it. The same `id` twice makes one: the second call returns it.
        """
        with together() as ledger:
            if id is not None and (made := cls.objects.filter(pk=id).first()):
                permissions.require(by, made.owner_id)
                return made
            stage = stage or Stage.the_first()
            if not stage.is_open:
                raise ClosedStage
            now = timezone.now()
            opportunity = cls(
                **({"id": id} if id else {}), title=title, stage=stage, contact=contact, amount_minor=amount_minor,
                currency=currency or base_currency(), owner=owner or by, expected_closing=expected_closing,
                manual_closing=expected_closing is not None, stars=stars, product=product, notes=notes, email=email, phone=phone,
                stage_since=now, created_at=now, probability=stage.floor, position=place_in(stage.pk),
            )  # fmt: skip
            opportunity._tidy()
            opportunity._price()
            sql.insert(opportunity)
            ledger.hold(opportunity, made=True)
            ledger.wrote(opportunity)
            ledger.raised.add(opportunity.pk)
            stay = Stay(opportunity=opportunity, stage=stage, owner_id=opportunity.owner_id, started_at=now)
            sql.insert(stay)
            if tags:
                opportunity.tags.set(Tag.objects.named(tags))
            opportunity.find_again()
            opportunity.opened = record(
                "opportunity.created", opportunity, by=by, live={"stage": str(stage.pk)}, title=opportunity.title, stage=stage.name,
                before={"removed_at": now.isoformat()}, after={"removed_at": None}, entered=str(stay.pk),
            )  # fmt: skip
            return opportunity

    def move_to(
        self, stage: Stage, *, after: UUID | None = None, before: UUID | None = None, version: int | None, by: Member | None,
        reason: LostReason | None = None, note: str = "", expected_closing: date | None = None, because: Event | None = None,
    ) -> Event:  # fmt: skip
        """Put the card into a stage, behind `after` or in front of `before` (else on top). Rules R3 to R6.

        Into Won or Lost closes it, out of them reopens it, within its stage only changes the order. Raises StaleMove when
        somebody changed it since `version`, StillPlanned (R4), LostReasonNeeded, ClosingPassed (R6).
        """
        with self.changing(by=by, version=version, stale=StaleMove) as change:
            place = place_in(stage.pk, after=after, before=before, card=self.pk)
            if stage.pk == self.stage_id:
                self.position = place
                return change.keep("opportunity.ordered", stage=stage.name)
            if not stage.is_open:
                return self._close(change, stage, reason=reason, note=note, place=place)
            if self.is_closed:
                return self._open_again(change, stage, expected_closing=expected_closing, place=place)
            left = self.stage
            self._enter(change, stage, place)
            return change.keep("opportunity.moved", because=because, left=left.name, entered=stage.name)

    def win(self, *, by: Member | None, version: int | None = None, because: Event | None = None) -> Event:
        """Close it as won (rule R11). Refused while people have something planned on it (R4)."""
        with self.changing(by=by, version=version, stale=StaleMove) as change:
            return self._close(change, Stage.objects.won(), because=because)

    def lose(
        self, *, reason: LostReason | None, note: str = "", by: Member | None, version: int | None = None, by_rule: bool = False,
        because: Event | None = None,
    ) -> Event:  # fmt: skip
        """Close it as lost for a reason (rule R10). `by_rule` is the nightly rule R9, which asks nobody (R4)."""
        with self.changing(by=by, version=version, stale=StaleMove) as change:
            return self._close(change, Stage.objects.lost(), reason=reason, note=note, by_rule=by_rule, because=because)

    def reopen(
        self,
        *,
        by: Member | None,
        stage: Stage | None = None,
        expected_closing: date | None = None,
        version: int | None = None,
    ) -> Event:
        """Open a closed one again where it stood before, or in `stage`. The outcome goes; history keeps it.

        Raises ClosingPassed (R6) where it would be expected to close today or earlier: the next night would lose it again.
        """
        with self.changing(by=by, version=version, stale=StaleMove) as change:
            if not self.is_closed:
                raise NotClosed(self.title)
            return self._open_again(change, stage, expected_closing=expected_closing)

    def edit(
        self, *, version: int | None, by: Member | None, because: Event | None = None, **fields: Any
    ) -> Event | None:
        """Change what differs, recorded as `opportunity.edited`; None when nothing does. Raises StaleEdit.

        A changed amount or currency is counted anew at today's rate; a changed expected closing becomes manual (R8).
        """
        if unknown := fields.keys() - EDITABLE:
            raise TypeError(f"An opportunity has no {', '.join(sorted(unknown))} to edit.")
        with self.changing(by=by, version=version, stale=StaleEdit) as change:
            names = {name: [_called(self, name)] for name in ("owner", "contact") if name in fields}
            for name, value in fields.items():
                setattr(self, name, value)
            self._tidy()
            if {"amount_minor", "currency"} & change.columns():
                self._price()
            if "expected_closing" in change.columns():
                self.manual_closing = True
            if not change.columns():
                return None
            told = {name: [*was, _called(self, name)] for name, was in names.items()}
            return change.keep("opportunity.edited", because=because, names=told, currency=self.currency)

    def tag(self, names: Iterable[str], *, by: Member | None) -> Event | None:
        """Give it exactly these tags; new words become tags. None when it has them already."""
        with self.changing(by=by) as change:
            before = self.tag_names()
            self.tags.set(Tag.objects.named(names))
            after = self.tag_names()
            return (
                change.keep("opportunity.tagged", tags={"before": before, "after": after}) if before != after else None
            )

    def write_note(self, body: str, *, by: Member) -> Note:
        """Keep a few words on it for the team."""
        with self.changing(by=by) as change:
            if not body.strip():
                raise NotAField("Write something first.")
            note = Note.objects.create(opportunity=self, by=by, body=body.strip(), at=timezone.now())
            change.keep("opportunity.noted", raises=False, note=str(note.pk), body=note.body)
            return note

    def remove(self, *, by: Member | None) -> Event:
        """Take it off the board and out of every sum and search; `restore` brings it back whole."""
        with self.changing(by=by) as change:
            self.removed_at = timezone.now()
            return change.keep("opportunity.removed", title=self.title)

    def restore(self, *, by: Member | None) -> Event | None:
        """Bring a removed one back; None when it is there already."""
        with self.changing(by=by, removed_too=True) as change:
            if self.removed_at is None:
                return None
            self.removed_at = None
            return change.keep("opportunity.restored", title=self.title)

    def plan_changed(
        self, *, next_on: date | None, next_kind: str, next_summary: str, open_others: int, latest_due: date | None,
        by: Member | None, next_time: time | None = None, open_names: str = "", closing: Sequence[date | None] | None = None,
    ) -> tuple[date | None, date | None]:  # fmt: skip
        """What is planned on it changed; called by the activities room only. Returns expected closing before and after.

        `latest_due` is the deadline of the activity just planned or moved, where it is the latest of all open ones: then
        the expected closing follows it (rule R7) unless a person set it (R8). `closing` is a pair (now, then) from an
        undo: where it is as in `now`, it becomes `then`.
        """
        with self.changing(by=None, apart=False) as change:
            before = self.expected_closing
            was = {name: getattr(self, name) for name in PLANNED}
            self.next_on, self.next_kind, self.next_summary = next_on, next_kind[:20], next_summary[:200]
            self.next_time = f"{next_time:%H:%M}" if next_time is not None else END_OF_DAY
            self.open_others, self.open_names = open_others, open_names[:200]
            if closing is not None:
                now, then = closing
                self.expected_closing = then if before == now else before
            elif latest_due is not None and not self.manual_closing and not self.is_closed:
                self.expected_closing = latest_due + timedelta(days=company_facts().days_to_lost)
            change.keep_quietly(name for name, value in was.items() if getattr(self, name) != value)
            return before, self.expected_closing

    def tag_names(self) -> list[str]:
        """The names of its tags, in order."""
        return list(self.tags.order_by("name").values_list("name", flat=True))

    def find_again(self) -> None:
        """Tell the search over everything what may be found of it, and by whom."""
        if self.removed_at is not None:
            search.forget(self.kind, self.pk)
            return
        search.index(self.kind, self.pk, self.owner_id or search.NOBODY, self.words())

    def words(self) -> str:
        """Everything somebody may remember of it."""
        called = self.contact.name if self.contact else ""
        return " ".join(filter(None, [self.title, called, self.product, self.notes, self.external_id]))

    @contextmanager
    def changing(
        self,
        *,
        by: Member | None,
        version: int | None = None,
        stale: type[Stale] = StaleEdit,
        removed_too: bool = False,
        apart: bool = True,
    ) -> "Iterator[Change]":
        """Hold the row as it is now, for one verb. Nested verbs on the same object go on where the outer one is."""
        with together(apart=apart) as ledger:
            if not ledger.holds(self):
                self._read_locked()
                ledger.hold(self)
            if self.removed_at is not None and not removed_too:
                raise Gone
            permissions.require(by, self.owner_id)
            if version is not None and version != self.version:
                raise self._stale(stale, by)
            yield Change(self, by, ledger, {column: getattr(self, column) for column in KEPT})

    # --- steps ---

    def _read_locked(self) -> None:
        fresh = rows.first(Opportunity, "id = %s", [self.pk], lock=True)
        if fresh is None:
            raise Gone
        self.__dict__.update(fresh.__dict__)
        self._know_its_stage()

    def _know_its_stage(self) -> None:
        self.stage = Stage.known().get(self.stage_id) or rows.find(Stage, "id = %s", [self.stage_id])[0]

    def _stale(self, refusal: type[Stale], by: Member | None) -> Stale:
        last = (
            Event.objects.filter(subject_id=self.pk, verb__startswith="opportunity.").exclude(verb="opportunity.noted")
            .select_related("by").order_by("-id").first()
        )  # fmt: skip
        who = "You" if last and by and last.by_id == by.pk else last.by.name if last and last.by else "A rule"
        moved = last is not None and last.verb in MOVES
        what = f"{who} {'moved' if moved else 'changed'} this card first. It is in {self.stage.name}."
        return refusal(what, opportunity=self, who=who)

    def _close(
        self, change: "Change", stage: Stage, *, reason: LostReason | None = None, note: str = "", place: str = "",
        by_rule: bool = False, because: Event | None = None,
    ) -> Event:  # fmt: skip
        if stage.pk == self.stage_id:
            raise AlreadyClosed(self.title, stage.name.lower())
        if self.open_others and not by_rule:
            raise StillPlanned(self.open_names, self.open_others)
        if stage.is_lost and reason is None:
            raise LostReasonNeeded
        left, earlier, day = self.stage, Outcome.objects.filter(opportunity=self).first(), today()
        # From Won to Lost or back, a reopening still leads to where it was worked on.
        standing = earlier or Outcome(stage_before=left, closing_before=self.expected_closing)
        if earlier:
            change.outcome["before"] = [state_of(earlier)]
            earlier.delete()
        self._enter(change, stage, place)
        if stage.is_lost:
            self.expected_closing = day
        self.closed_at = timezone.now()
        self.days_to_win = self._days_to_win() if stage.is_won else None
        outcome = Outcome.objects.create(
            opportunity=self, kind=OutcomeKind.LOST if stage.is_lost else OutcomeKind.WON, note=note.strip(), closed_on=day,
            reason=reason if stage.is_lost else None, stage_before_id=standing.stage_before_id, closing_before=standing.closing_before,
        )  # fmt: skip
        change.outcome["after"] = [state_of(outcome)]
        said: dict[str, Any] = {"reason": reason.name, "note": outcome.note} if stage.is_lost and reason else {}
        verb = "opportunity.lost" if stage.is_lost else "opportunity.won"
        return change.keep(verb, because=because, left=left.name, entered=stage.name, by_rule=by_rule, **said)

    def _open_again(
        self, change: "Change", stage: Stage | None, *, expected_closing: date | None, place: str = ""
    ) -> Event:
        outcome, left = Outcome.objects.filter(opportunity=self).first(), self.stage
        stage = stage or (outcome.stage_before if outcome else None) or Stage.objects.at_work()[0]
        if not stage.is_open:
            raise ClosedStage
        if expected_closing is not None:
            self.expected_closing, self.manual_closing = expected_closing, True
        elif outcome is not None and left.is_lost:
            self.expected_closing = outcome.closing_before
        if self.expected_closing is not None and self.expected_closing <= today():
            raise ClosingPassed(self.expected_closing)
        if outcome is not None:
            change.outcome["before"] = [state_of(outcome)]
            outcome.delete()
        self.closed_at, self.days_to_win = None, None
        self._enter(change, stage, place)
        return change.keep("opportunity.reopened", left=left.name, entered=stage.name)

    def _enter(self, change: "Change", stage: Stage, place: str = "") -> None:
        """End the present stay and start one in `stage`; Won and Lost end as they start (R3). The probability follows."""
        now = timezone.now()
        # One stay is open at most.
        ending = "UPDATE pipeline_stay SET ended_at = %s WHERE opportunity_id = %s AND ended_at IS NULL RETURNING"
        for ended in rows.made(Stay, rows.ask(f"{ending} {rows.columns(Stay)}", rows.adapt([now, self.pk])).fetchall()):
            change.stays["after"] = [state_of(ended)]
            change.stays["before"] = [{**state_of(ended), "ended_at": None}]
        stay = Stay(
            opportunity=self,
            stage=stage,
            owner_id=self.owner_id,
            started_at=now,
            ended_at=None if stage.is_open else now,
        )
        sql.insert(stay)
        change.stays["after"] = [*change.stays.get("after", []), state_of(stay)]
        self.stage, self.stage_since = stage, now
        self.position = place or place_in(stage.pk, card=self.pk)
        self.probability = stage.probability_of(self.probability)

    def _days_to_win(self) -> int:
        """Whole days in each stage but Won. A stay in Lost ends as it starts, so lost time does not count."""
        now = timezone.now()
        return sum(stay.days(now) for stay in Stay.objects.filter(opportunity=self).exclude(stage__kind=StageKind.WON))

    def _price(self) -> None:
        found = worth(self.amount_minor, self.currency)
        self.base_minor, self.rate, self.rate_on = found.base_minor, found.rate, found.rate_on

    def _tidy(self) -> None:
        self.title = one_line(self.title)
        self.email, self.phone, self.product = self.email.strip().lower(), self.phone.strip(), self.product.strip()
        self.currency = self.currency.strip().upper()
        if not self.title:
            raise NotAField("An opportunity needs a name.")
        if len(self.title) > 200:
            raise NotAField("A name has at most 200 letters. Put the rest into the notes.")
        if self.amount_minor < 0:
            raise NotAField("An amount cannot be below zero.")
        if not 0 <= self.stars <= 3:
            raise NotAField("Stars go from none to three.")
        if not 0 <= self.probability <= 100:
            raise NotAField("Probability goes from 0 to 100 percent.")


MOVES = frozenset({
    "opportunity.moved", "opportunity.ordered", "opportunity.won", "opportunity.lost", "opportunity.reopened", "opportunity.undone",
})  # fmt: skip


@dataclass(slots=True)
class Change:
    """One verb at work: what was before, and how what is after is kept and told."""

    opportunity: Opportunity
    by: Member | None
    ledger: Ledger
    was: dict[str, Any]
    stays: dict[str, list[State]] = field(default_factory=dict)
    outcome: dict[str, list[State]] = field(default_factory=dict)

    def columns(self) -> set[str]:
        """The columns that differ from before, so far."""
        return {column for column, value in self.was.items() if getattr(self.opportunity, column) != value}

    def keep(self, verb: str, *, because: Event | None = None, raises: bool = True, **told: Any) -> Event:
        """Save what differs, raise the version once, and record the event."""
        one = self.opportunity
        columns = sorted(self.columns())
        if raises and one.pk not in self.ledger.raised:
            one.version += 1
            self.ledger.raised.add(one.pk)
        self._save({*columns, "version"})
        before = {column: plain(self.was[column]) for column in columns}
        data: dict[str, Any] = {"before": before, "after": state_of(one, columns) if columns else {}, **told}
        for name, states in (("stays", self.stays), ("outcome", self.outcome)):
            if states:
                data[name] = {"before": states.get("before", []), "after": states.get("after", [])}
        if because is not None:
            data["because"], data["because_of"] = str(because.pk), because.verb
        stages = {"stage": str(one.stage_id)} | ({"left": str(self.was["stage_id"])} if "stage_id" in columns else {})
        owner_before = self.was["owner_id"] if "owner_id" in columns else None
        return record(verb, one, by=self.by, owner_before=owner_before, live=stages, **data)

    def keep_quietly(self, columns: Iterable[str]) -> None:
        """Save columns without an event of our own: the room that asked records one."""
        if names := [*columns]:
            self._save(names)

    def _save(self, columns: Iterable[str]) -> None:
        names = set(columns)
        sql.update(self.opportunity, names)
        self.ledger.wrote(self.opportunity)
        if SEARCHED & names:
            self.opportunity.find_again()


def _called(opportunity: Opportunity, name: str) -> str:
    row: Any = getattr(opportunity, name)
    return row.name if row is not None else ""


__all__ = ["EDITABLE", "KEPT", "Change", "Opportunity"]
