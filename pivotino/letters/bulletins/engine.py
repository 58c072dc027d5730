"""The life of a letter to many: draft → scheduled → going ⇄ paused → done, or stopped.

A room makes three models of the bases here, tells an `Engine` what only it knows, and calls `step` from a job until it says None.
Nothing is sent twice: every recipient has one key in the ledger of letters, for ever. A batch is written first; then, in one
transaction with the bulletin locked, whoever still waits is put in the ledger and leaves the line. A worker that dies before the
commit did nothing; in an instance, whose ledger is in another database, the key stops the second letter.
Who may not be written to is asked when a batch leaves, and by marketing again when the mail server takes the letter.
There are no pictures that count, and links count without saying who: see `links`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Min
from django.db.models.functions import Now
from django.utils import timezone

from pivotino.kit.ids import uuid7
from pivotino.kit.retention import period
from pivotino.letters import AsksForPassword, Letter, NotAnAddress, send
from pivotino.letters.bulletins import blocks
from pivotino.letters.marks import mark_of
from pivotino.letters.posting import bundle, outcomes, post

# Nobody's clock is further ahead of another's.
FURTHEST = timedelta(hours=26)
CHUNK, MOST_AT_ONCE, MOST_LEAVING, PER_MINUTE, FASTEST = 1000, 500, 3000, 600, 60_000
LOOK_AGAIN, LOOK_BACK = timedelta(seconds=20), timedelta(days=14)


class Stage(models.TextChoices):
    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    GOING = "going", "Going out"
    PAUSED = "paused", "Paused"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"


class Standing(models.TextChoices):
    """What became of one recipient. `leaving`: in the ledger, and not yet said how it ended."""

    WAITING = "waiting", "Waiting"
    LEAVING = "leaving", "Leaving"
    SENT = "sent", "Sent"
    HELD = "held", "Held back"
    FAILED = "failed", "Failed"
    CAME_BACK = "came back", "Came back"


# How the ledger's words are told here.
ENDS = {
    "sent": Standing.SENT, "held": Standing.HELD, "came back": Standing.CAME_BACK, "undeliverable": Standing.FAILED,
    "unsure": Standing.FAILED, "given up": Standing.FAILED,
}  # fmt: skip


class NotNow(ValueError):
    """This cannot be done at this stage; the sentence says why."""


class BulletinBase(models.Model):
    """One letter to many. With `own_zone` the wall clock of `send_at`, as it is read in `zone`, holds in every recipient's zone."""

    name = models.CharField(max_length=120)
    subject = models.CharField(max_length=150, blank=True)
    body = models.JSONField(default=list, blank=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    send_at = models.DateTimeField(null=True, blank=True)
    zone = models.CharField(max_length=64, default="UTC")
    own_zone = models.BooleanField(default=False)
    per_minute = models.PositiveIntegerField(default=PER_MINUTE)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(db_default=Now())
    gathered_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def may_change(self) -> bool:
        """True while nobody could have got it."""
        return self.stage == Stage.DRAFT

    @property
    def begins_at(self) -> datetime:
        """When the first may get it: with everybody's own clock, when the day begins furthest east."""
        assert self.send_at is not None
        return self.send_at - FURTHEST if self.own_zone else self.send_at

    def keep(self, version: str, **said: Any) -> bool:
        """Keep what was typed over this version; False, and nothing, where somebody else did meanwhile. Then it is as kept."""
        number = int(version) if version.isdecimal() and len(version) < 10 else -1
        rows = type(self)._default_manager.filter(pk=self.pk, stage=Stage.DRAFT, version=number)
        kept = bool(rows.update(version=F("version") + 1, **said))
        self.refresh_from_db()
        return kept

    def due_in(self, zone: str, now: datetime) -> datetime:
        """When a recipient of this zone gets it. Where that hour has passed, the same hour of the next day."""
        assert self.send_at is not None
        if not self.own_zone:
            return self.send_at
        wall = self.send_at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        due = wall.replace(tzinfo=ZoneInfo(zone if zone in _zones() else self.zone))
        while due < now - timedelta(hours=1):
            due += timedelta(days=1)
        return due


class RecipientBase(models.Model):
    """One person and one bulletin; the room adds the foreign key `bulletin` with related_name="recipients".

    `because` is the sentence that says why this person, `kind` what sort of person in the room's own word, and `facts` what only this
    person's letter says, as plain values. The address goes thirty days after the end; the mark stays.
    """

    mark = models.CharField(max_length=32)
    address = models.EmailField(blank=True)
    name = models.CharField(max_length=160, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=12, blank=True)
    because = models.CharField(max_length=400, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.WAITING)
    why = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.standing}"


class FollowedBase(models.Model):
    """How often one address in a bulletin was followed; the room adds the foreign key `bulletin`, related_name="followed"."""

    address = models.CharField(max_length=2000)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.times}"


# For `holds`.
BULLETIN_FIELDS = frozenset({
    "name", "subject", "body", "stage", "send_at", "zone", "own_zone", "per_minute", "version", "made_at", "gathered_at",
    "finished_at",
})  # fmt: skip
RECIPIENT_PERSONAL = {
    "mark": "a keyed mark of the address", "address": "whom it goes to", "name": "how the letter greets",
    "zone": "when it is day there", "because": "why this person", "why": "what kept the letter back", "facts": "what only this person's letter says",
}  # fmt: skip
RECIPIENT_FIELDS = frozenset({"bulletin", "kind", "standing", "due_at"})
FOLLOWED_FIELDS = frozenset({"bulletin", "address", "times"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who might get it, and why. With `held` they get nothing, and that is the sentence shown."""

    address: str
    name: str = ""
    zone: str = ""
    because: str = ""
    kind: str = ""
    held: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Statistics:
    """What became of it, in numbers. `came_back`, `sent` and so on are in `standings`."""

    standings: dict[str, int]
    held: list[tuple[str, int]]
    followed: list[tuple[str, int]]
    stopped: int
    whole: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "whole", sum(self.standings.values()))


B = TypeVar("B", bound=BulletinBase)
R = TypeVar("R", bound=RecipientBase)


class Engine(ABC, Generic[B, R]):
    """One a room. It keeps nothing of its own, so it may live in a module.

    `prefix` begins every key in the ledger. `step` is to be called by a job of the room, which `go_on` puts in line.
    """

    prefix: ClassVar[str]
    bulletins: type[B]
    recipients: type[R]
    followed: type[Any]

    # ---------- what only the room knows ----------

    @abstractmethod
    def atomic(self) -> AbstractContextManager[Any]:
        """A transaction of the database that holds the recipients."""

    @abstractmethod
    def go_on(self, bulletin_id: UUID, after: timedelta | None = None) -> None:
        """Put the next step in line, once: `step_job.later(str(id), key=self.line(id), after=after)`."""

    @abstractmethod
    def audience(self, bulletin: B) -> Iterable[Person]:
        """Everybody it is for, those included who are held; asked when it begins. An address that comes twice gets one letter."""

    @abstractmethod
    def why_held(self, bulletin: B, addresses: Sequence[str]) -> dict[str, str]:
        """Those of these addresses that must not get it now, each with a sentence. Asked for every batch as it leaves."""

    @abstractmethod
    def letter(self, bulletin: B, recipient: R) -> Letter:
        """The letter of one recipient."""

    @abstractmethod
    def stopped(self, bulletin: B) -> int:
        """How many recipients stopped such letters since they got it."""

    # A room with a way out of its own overrides the next three.

    def write(self, bulletin: B, letters: list[tuple[Letter, str]]) -> Any:
        """Write the letters, each with its key; returns what `hand_in` takes."""
        return bundle(letters)

    def hand_in(self, bulletin: B, written: Any, keys: set[str]) -> None:
        """Put those of the written letters with these keys in the ledger; safe to repeat."""
        post(written, keys)

    def note_sent(self, bulletin: B, recipients: Sequence[UUID]) -> None:
        """These letters left, in the transaction that notes it."""

    def outcomes(self, bulletin: B, keys: list[str]) -> dict[str, tuple[str, str]]:
        """The state (one of ENDS, or anything while it has not ended) and the sentence of each key."""
        return outcomes(keys)

    # ---------- verbs ----------

    def check(self, bulletin: B) -> None:
        """Raise ValidationError unless the letter could go as it is."""
        if not bulletin.subject.strip():
            raise ValidationError("The letter needs a subject.", code="subject")
        blocks.parse(bulletin.body)
        try:
            self.letter(bulletin, self.sample(bulletin)).write()
        except AsksForPassword as error:
            raise ValidationError(str(error)) from error

    def sample(self, bulletin: B, address: str = "somebody@example.com", name: str = "", because: str = "") -> R:
        """A recipient who is nobody, for a look at the letter."""
        sample: R = self.recipients(
            id=UUID(int=0), bulletin=bulletin, address=address, name=name, because=because, due_at=timezone.now()
        )
        return sample

    def schedule(self, bulletin: B, *, at: datetime, zone: str, own_zone: bool, per_minute: int) -> None:
        """Let it go out at this time. Raises ValidationError where it is not ready, NotNow where it is no draft any more."""
        self.check(bulletin)
        with self.atomic():
            row = self._locked(bulletin.pk, Stage.DRAFT)
            row.stage, row.send_at, row.zone, row.own_zone = Stage.SCHEDULED, at, zone, own_zone
            row.version += 1
            row.per_minute = max(1, min(per_minute, FASTEST))
            row.save()
            for address in blocks.addresses(blocks.parse(row.body)):
                self.followed._default_manager.get_or_create(bulletin=row, address=address)
            self.go_on(row.pk, after=max(row.begins_at - timezone.now(), timedelta(0)))

    def take_back(self, bulletin: B) -> None:
        """A draft again, while nobody could have got it."""
        with self.atomic():
            row = self._locked(bulletin.pk, Stage.SCHEDULED, Stage.PAUSED)
            if row.gathered_at is not None:
                raise NotNow("Some people have it already. Stop it instead.")
            row.stage, row.send_at = Stage.DRAFT, None
            row.save()

    def pause(self, bulletin: B) -> None:
        """No further batch leaves. What the mail server has, it has."""
        with self.atomic():
            self._to(self._locked(bulletin.pk, Stage.SCHEDULED, Stage.GOING), Stage.PAUSED)

    def resume(self, bulletin: B) -> None:
        """Go on where it stood."""
        with self.atomic():
            row = self._locked(bulletin.pk, Stage.PAUSED)
            self._to(row, Stage.GOING if row.gathered_at else Stage.SCHEDULED)
            self.go_on(row.pk)

    def stop(self, bulletin: B) -> None:
        """End it for good: whoever waits gets nothing."""
        with self.atomic():
            row = self._locked(bulletin.pk, Stage.SCHEDULED, Stage.GOING, Stage.PAUSED)
            row.finished_at = timezone.now()
            self._to(row, Stage.STOPPED)
            waiting = self.recipients._default_manager.filter(bulletin=row, standing=Standing.WAITING)
            waiting.update(standing=Standing.HELD, why="It was stopped before.")

    def test(self, bulletin: B, *, to: str, name: str = "") -> None:
        """Send it to one address, as it would look to somebody of this name. It counts nowhere."""
        blocks.parse(bulletin.body)
        letter = self.letter(bulletin, self.sample(bulletin, to, name))
        send(letter, key=f"{self.prefix}-test:{bulletin.pk.hex}:{uuid7().hex}")

    # ---------- going ----------

    def step(self, bulletin_id: UUID) -> timedelta | None:
        """Do what is next and put the step after it in line; returns when that is, None at the end."""
        bulletin = self.bulletins._default_manager.filter(pk=bulletin_id).first()
        if bulletin is None:
            return None
        now = timezone.now()
        if bulletin.stage == Stage.SCHEDULED:
            after = max(bulletin.begins_at - now, timedelta(0))
            if not after:
                self.gather(bulletin)
        elif bulletin.stage == Stage.GOING:
            leaving = self.settle(bulletin)
            size = batch_size(bulletin.per_minute)
            gone = self.release(bulletin, size) if leaving < min(bulletin.per_minute, MOST_LEAVING) + size else 0
            if not leaving and not gone and self._finish(bulletin):
                return None
            after = timedelta(seconds=60 * size / bulletin.per_minute) if gone else self._rest(bulletin, now)
        else:
            # What had left before a pause or a stop still says how it ended.
            if not self.settle(bulletin):
                return None
            after = LOOK_AGAIN
        self.go_on(bulletin.pk, after=after)
        return after

    def gather(self, bulletin: B) -> int:
        """Write down everybody it is for, a thousand at a time; twice is once. Then it is going."""
        now = timezone.now()
        people = iter(self.audience(bulletin))
        rows: Any = self.recipients._default_manager
        while chunk := list(islice(people, CHUNK)):
            with self.atomic():
                rows.bulk_create((self._recipient(bulletin, person, now) for person in chunk), ignore_conflicts=True)
        with self.atomic():
            row = self._locked(bulletin.pk)
            if row.stage == Stage.SCHEDULED:
                row.gathered_at = now
                self._to(row, Stage.GOING)
        return int(rows.filter(bulletin=bulletin).count())

    def release(self, bulletin: B, size: int) -> int:
        """Let one batch leave: write, ask who is held back, put the rest in the ledger. Returns how many no longer wait."""
        manager: Any = self.recipients._default_manager
        waiting = manager.filter(bulletin=bulletin, standing=Standing.WAITING, due_at__lte=timezone.now())
        batch: list[R] = list(waiting.order_by("due_at", "pk")[:size])
        if not batch:
            return 0
        held = self.why_held(bulletin, [row.address for row in batch])
        going, letters = [], []
        for row in batch:
            if row.address not in held:
                try:
                    letters.append((self.letter(bulletin, row), self.key(row.pk)))
                    going.append(row)
                except NotAnAddress as error:
                    held[row.address] = str(error)
        written = self.write(bulletin, letters)
        with self.atomic():
            if self._locked(bulletin.pk).stage != Stage.GOING:
                return 0
            still = set(
                manager.filter(pk__in=[row.pk for row in batch], standing=Standing.WAITING).values_list("pk", flat=True)
            )
            leaving = [row for row in going if row.pk in still]
            self.hand_in(bulletin, written, {self.key(row.pk) for row in leaving})
            manager.filter(pk__in=[row.pk for row in leaving]).update(standing=Standing.LEAVING)
            for why in set(held.values()):
                kept = [row.pk for row in batch if held.get(row.address) == why and row.pk in still]
                manager.filter(pk__in=kept).update(standing=Standing.HELD, why=why[:200])
        return len(still)

    def settle(self, bulletin: B) -> int:
        """Read in the ledger what became of those that left; returns how many have not ended yet."""
        manager: Any = self.recipients._default_manager
        left, rows = 0, iter(manager.filter(bulletin=bulletin, standing=Standing.LEAVING).values_list("pk", flat=True))
        while chunk := list(islice(rows, MOST_AT_ONCE)):
            ended = self.outcomes(bulletin, [self.key(pk) for pk in chunk])
            ends: dict[tuple[Standing, str], list[UUID]] = {}
            for pk in chunk:
                state, trouble = ended.get(self.key(pk), ("", ""))
                if state in ENDS:
                    ends.setdefault((ENDS[state], trouble if state != "sent" else ""), []).append(pk)
                else:
                    left += 1
            with self.atomic():
                for (standing, why), keys in ends.items():
                    manager.filter(pk__in=keys).update(standing=standing, why=why)
                    if standing == Standing.SENT:
                        self.note_sent(bulletin, keys)
        return left

    def look_back(self, bulletin: B) -> None:
        """Read again what came back after it had been sent."""
        manager: Any = self.recipients._default_manager
        sent = iter(manager.filter(bulletin=bulletin, standing=Standing.SENT).values_list("pk", flat=True))
        while chunk := list(islice(sent, MOST_AT_ONCE)):
            ended = self.outcomes(bulletin, [self.key(pk) for pk in chunk])
            with self.atomic():
                for pk in chunk:
                    state, why = ended.get(self.key(pk), ("", ""))
                    if state == "came back":
                        manager.filter(pk=pk).update(standing=Standing.CAME_BACK, why=why)

    def keep_house(self) -> int:
        """Once an hour: go on where a job was lost, hear what came back, forget the addresses of what ended long ago.

        Returns how many addresses were forgotten.
        """
        now = timezone.now()
        for bulletin in self.bulletins._default_manager.filter(stage__in=[Stage.SCHEDULED, Stage.GOING]):
            with self.atomic():
                self.go_on(bulletin.pk, after=max(bulletin.begins_at - now, timedelta(0)))
        ended = self.bulletins._default_manager.filter(finished_at__isnull=False)
        for bulletin in ended.filter(finished_at__gt=now - LOOK_BACK):
            self.look_back(bulletin)
        manager: Any = self.recipients._default_manager
        old = manager.filter(bulletin__finished_at__lt=now - period("campaign addresses")).exclude(address="")
        with self.atomic():
            return int(old.update(address="", name="", because="", zone="", facts={}))

    # ---------- looking ----------

    def statistics(self, bulletin: B) -> Statistics:
        """What became of it so far."""
        mine: Any = self.recipients._default_manager.filter(bulletin=bulletin)
        counts = dict(mine.order_by().values_list("standing").annotate(Count("pk")))
        held = mine.filter(standing=Standing.HELD).order_by().values_list("why").annotate(n=Count("pk")).order_by("-n")
        followed = self.followed._default_manager.filter(bulletin=bulletin).order_by("-times", "address")
        return Statistics(
            {standing.value: counts.get(standing.value, 0) for standing in Standing}, list(held[:20]),
            list(followed.values_list("address", "times")), self.stopped(bulletin) if counts else 0,
        )  # fmt: skip

    def follow(self, bulletin_id: UUID, address: str) -> None:
        """One more followed this address."""
        self.followed._default_manager.filter(bulletin_id=bulletin_id, address=address).update(times=F("times") + 1)

    def line(self, bulletin_id: UUID) -> str:
        """The key under which the next step waits: another one after each change, so that what waits for an old hour delays nothing."""
        version = self.bulletins._default_manager.filter(pk=bulletin_id).values_list("version", flat=True).first()
        return f"{self.prefix}:{bulletin_id}:{version}"

    def key(self, recipient_id: UUID) -> str:
        """The one key of this recipient's letter in the ledger."""
        return f"{self.prefix}:{recipient_id.hex}"

    # ---------- inner helpers ----------

    def _recipient(self, bulletin: B, person: Person, now: datetime) -> R:
        made: R = self.recipients(
            bulletin=bulletin, mark=mark_of(person.address), address=person.address, name=person.name[:160], zone=person.zone,
            because=person.because[:400], kind=person.kind, facts=person.facts, due_at=bulletin.due_in(person.zone, now),
            standing=Standing.HELD if person.held else Standing.WAITING, why=person.held[:200],
        )  # fmt: skip
        return made

    def _locked(self, pk: Any, *stages: Stage) -> B:
        row: B = self.bulletins._default_manager.select_for_update().get(pk=pk)
        if stages and row.stage not in stages:
            raise NotNow(f"It is {Stage(row.stage).label.lower()} now, so this cannot be done.")
        return row

    def _to(self, row: B, stage: Stage) -> None:
        row.stage, row.version = stage, row.version + 1
        row.save(update_fields=["stage", "version", "gathered_at", "finished_at"])

    def _finish(self, bulletin: B) -> bool:
        with self.atomic():
            row = self._locked(bulletin.pk)
            if row.stage != Stage.GOING or self._waiting(bulletin).exists():
                return False
            row.finished_at = timezone.now()
            self._to(row, Stage.DONE)
        return True

    def _rest(self, bulletin: B, now: datetime) -> timedelta:
        """Until the next zone's hour, an hour at most; soon where letters are still on their way."""
        next_at = self._waiting(bulletin).aggregate(at=Min("due_at"))["at"]
        soon = LOOK_AGAIN if next_at is None else max(next_at - now, LOOK_AGAIN)
        return min(soon, timedelta(hours=1))

    def _waiting(self, bulletin: B) -> Any:
        return self.recipients._default_manager.filter(bulletin=bulletin, standing=Standing.WAITING)


def batch_size(per_minute: int) -> int:
    """Six batches a minute, of five hundred at most."""
    return max(1, min(per_minute // 6, MOST_AT_ONCE))


_names: set[str] = set()


def _zones() -> set[str]:
    if not _names:
        _names.update(available_timezones())
    return _names
