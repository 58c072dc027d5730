"""The control trail: what staff did. Who, on behalf of whom, what, where, for which ticket, to which end. Rows are only added."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.kit import chains
from pivotino.kit.chains import Broken, End, Link
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import ControlModel, Instance

# The book of the control plane among those of instances, which carry their own ids.
BOOK = UUID(int=0)
FORGOTTEN = {"forgotten": True}
DeedTampered = Broken


class DeedEndQuerySet(models.QuerySet["DeedEnd"]):
    def locked(self) -> "DeedEnd":
        """The row at which writers queue. To be asked for in a transaction."""
        row, _ = self.select_for_update().get_or_create(pk=BOOK)
        return row


class DeedQuerySet(models.QuerySet["Deed"]):
    def keep(
        self, *, by: str, account_id: UUID | None, what: str, why: str, ticket: str = "", instance: Instance | None = None,
        facts: Mapping[str, Any] | None = None, on_behalf: str = "", where: str = "", purpose: str = "", subject_id: UUID | None = None,
    ) -> "Deed":  # fmt: skip
        """Write one deed down, in the caller's transaction: no deed, no effect. Deeds are written one after the other.

        `where` is a path without its query. `purpose` is one of the ends our policy allows; unsaid it is support where
        there is a ticket, else the service. `facts` of a `subject_id` are closed under that person's key.
        """
        with transaction.atomic():
            end = DeedEnd.objects.locked()
            told = chains.plain(facts or {})
            deed = Deed(
                number=end.number + 1, at=timezone.now(), by=by, account_id=account_id, what=what, why=why, ticket=ticket,
                instance_id=instance.pk if instance else None, slug=instance.slug if instance else "", on_behalf=on_behalf[:160],
                where=where.split("?")[0][:200], purpose=purpose or (Purpose.SUPPORT if ticket else Purpose.SERVICE),
                subject_id=subject_id, facts={} if subject_id else told, closed=_closed(told, subject_id),
            )  # fmt: skip
            deed.seal = chains.seal(end.seal, deed.told)
            deed.save(force_insert=True)
            end.be(End(deed.number, deed.seal))
            return deed

    def verify(self, known: Iterable[End] = ()) -> int:
        """Read every deed again and say how many there are; raises DeedTampered at the first wrong place.

        A deed that was cut off at the end is missed by the mark there, and by `known`: earlier ends that were kept elsewhere.
        """
        remembered = {one.number: one for one in known}
        found = chains.follow(self._links(remembered), what="deed")
        with transaction.atomic():  # what is written meanwhile waits for a moment
            kept = DeedEnd.objects.locked()
            found = chains.follow(self._links(remembered, found.number), begin=found, what="deed")
        said = End(kept.number, kept.seal)
        for one in [*remembered.values(), said]:
            if one.number >= found.number:
                chains.expect(found, one, what="deed")
        if found != said or (found.number and not chains.is_marked(_secrets(), BOOK, said, kept.mark)):
            raise DeedTampered(f"Deed {said.number} is not the last one that was written.", said.number)
        return found.number

    def mark_anew(self, known: Iterable[End] = ()) -> int:
        """Mark the end with the present secret, after the secret was changed: where everything else is as it was written."""
        with transaction.atomic():
            kept = DeedEnd.objects.locked()
            found = chains.follow(self._links({one.number: one for one in known}), what="deed")
            for one in [*known, End(kept.number, kept.seal)]:
                if one.number >= found.number:
                    chains.expect(found, one, what="deed")
            kept.be(found)
        return found.number

    def about(self, instance: Instance) -> Self:
        """What staff did to one instance, newest first."""
        return self.filter(instance_id=instance.pk).order_by("-number")

    def _links(self, remembered: Mapping[int, End], last: int = 0) -> Iterator[Link]:
        while rows := list(self.filter(number__gt=last).order_by("number")[:500]):
            for row in rows:
                if row.number in remembered and remembered[row.number].seal != row.seal:
                    raise DeedTampered(f"Deed {row.number} is not the one that was anchored.", row.number)
                yield Link(row.number, row.told, row.seal)
            last = rows[-1].number


class Purpose(models.TextChoices):
    """To which ends staff may use what they see: those of the policy, no other."""

    SERVICE = "service", "The service itself"
    SUPPORT = "support", "Support that was asked for"
    DUTY = "duty", "A duty of ours"


class Deed(ControlModel):
    """One deed of staff. `by` is the name they had then; `facts` are ids and numbers, never a customer's content."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=160)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    on_behalf = models.CharField(max_length=160, blank=True)
    what = models.CharField(max_length=60)
    where = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=300)
    ticket = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=7, choices=Purpose, default=Purpose.SERVICE)
    instance = models.ForeignKey(Instance, null=True, on_delete=models.SET_NULL, related_name="deeds")
    slug = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    closed = models.TextField(blank=True)
    seal = models.CharField(max_length=64)

    objects = DeedQuerySet.as_manager()

    holds = Holds(
        subject="staff", purpose="to say who did what to a customer's database, and why", retention="ten years",
        export="no", erasure="kept; the account is unlinked, and the key to what was said about a person is destroyed",
        personal={"by": "who did it", "account": "who did it", "on_behalf": "for whom", "instance": "whose database",
                  "slug": "its address then", "why": "may name a customer", "subject_id": "an opaque number of the person it is about",
                  "closed": "facts about a person, under their key"},
        plain={"number", "at", "what", "where", "ticket", "purpose", "facts", "seal"},
    )  # fmt: skip

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=models.Q(purpose__in=Purpose.values), name="deed_has_a_purpose")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.what}"

    @property
    def told(self) -> dict[str, Any]:
        """What is sealed: everything but links to rows that may go."""
        names = ("number", "at", "by", "on_behalf", "what", "where", "why", "ticket", "purpose", "slug", "subject_id", "facts", "closed")  # fmt: skip
        return {name: chains.plain(getattr(self, name)) for name in names}

    @property
    def read(self) -> dict[str, Any]:
        """The facts, opened as far as there is a key."""
        if not self.closed or self.subject_id is None:
            return dict(self.facts)
        key = DeedKey.objects.filter(subject_id=self.subject_id).values_list("key", flat=True).first()
        opened = chains.open_up(self.closed, key or "", self.subject_id)
        return FORGOTTEN if opened is None else opened


class DeedEnd(ControlModel):
    """Where the control trail ends, marked with a secret the database does not hold. Its id is the book; there is one row."""

    number = models.PositiveBigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True)
    mark = models.CharField(max_length=64, blank=True)

    objects = DeedEndQuerySet.as_manager()

    holds = Nothing("to notice when the end of the trail was cut off", plain={"number", "seal", "mark"})

    def be(self, end: End) -> None:
        self.number, self.seal = end
        self.mark = chains.mark(_secrets()[0], self.pk, end)
        self.save(update_fields=["number", "seal", "mark"])


class DeedKey(ControlModel):
    """The key of one person's facts in the control trail. Without `key` they were forgotten."""

    subject_id = models.UUIDField(unique=True)
    key = models.CharField(max_length=64, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    holds = Holds(
        subject="person", purpose="to make what the trail says about a person unreadable when they ask",
        retention="ten years, or until the person is forgotten", export="no", erasure="key destroyed",
        personal={"subject_id": "an opaque number of the person", "key": "opens what is said about them"}, plain={"forgotten_at"},
    )  # fmt: skip


def forget_subject(subject_id: UUID) -> int:
    """Destroy the key of this person in the control trail; says how many deeds nobody can read in full now. May be repeated."""
    with transaction.atomic():
        key, _ = DeedKey.objects.get_or_create(subject_id=subject_id)
        DeedKey.objects.filter(pk=key.pk, forgotten_at__isnull=True).update(key="", forgotten_at=timezone.now())
    return Deed.objects.filter(subject_id=subject_id).exclude(closed="").count()


def _closed(facts: dict[str, Any], subject_id: UUID | None) -> str:
    if not subject_id or not facts:
        return ""
    key, _ = DeedKey.objects.get_or_create(subject_id=subject_id, defaults={"key": chains.new_key()})
    return chains.close(facts, key.key, subject_id) if key.key else ""


def _secrets() -> list[str]:
    return [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
