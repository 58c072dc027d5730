"""Holding and letting go. Each takes two people, and letting go does by itself what was put off meanwhile."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from pivotino.control.backups import storing
from pivotino.control.erasures import forgetting
from pivotino.control.erasures.jobs import released, resume
from pivotino.control.erasures.models import Erasure
from pivotino.control.erasures.signing import seal
from pivotino.control.exports.sealing import new_key, sealed, unsealed
from pivotino.control.exports.storing import draft_of, drop_drafts
from pivotino.control.matters.models import HeldRecord, Hold, Matter
from pivotino.control.matters.people import GoneOn, NotPossible, two
from pivotino.letters.marks import mark_of
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Place
from pivotino.tenancy.router import plane_of
from pivotino.tenancy.signed_in import SignedIn

Record = tuple[str, UUID]
# How a row of ours names a person, and the column by which one sees that it does.
NAMING = {"email": "email", "to": "to", "account__email": "account_id"}


class Unknown(NotPossible):
    """There is no such sort of record."""


def ask(
    matter: Matter, *, by: SignedIn, instance: Instance | None = None, email: str = "", records: Iterable[Record] = ()
) -> Hold:
    """One person asks: nothing is held yet. A person by address, single records, or else a whole database. Raises Unknown."""
    wanted = [(_label(kind, instance), id) for kind, id in records]
    reach = Hold.Reach.PERSON if email else Hold.Reach.RECORDS if wanted else Hold.Reach.INSTANCE
    if reach is Hold.Reach.INSTANCE and instance is None:
        raise Unknown("Say which database, which person or which records.")
    with transaction.atomic():
        hold = Hold.objects.create(
            matter=matter, reach=reach, instance_id=instance.pk if instance else None, slug=instance.slug if instance else "",
            mark=mark_of(email) if email else "", asked_id=by.id, asked_by=by.name,
        )  # fmt: skip
        HeldRecord.objects.bulk_create(
            [HeldRecord(hold=hold, kind=kind, record_id=id) for kind, id in dict.fromkeys(wanted)]
        )
    return hold


def begin(hold: Hold, *, by: SignedIn) -> None:
    """The second person says yes: from now on it is in force. Raises NeedsAnother, and GoneOn where somebody was quicker."""
    two(by, hold.asked_id, "confirm it")
    waiting = Hold.objects.filter(pk=hold.pk, begun_at__isnull=True, released_at__isnull=True)
    if not waiting.update(begun_id=by.id, begun_by=by.name, begun_at=timezone.now()):
        raise GoneOn


def let_go(hold: Hold, *, by: SignedIn) -> None:
    """One person says that it may end. It stays in force; one that never began is gone at once."""
    now = timezone.now()
    never: dict[str, Any] = {"released_by": by.name, "released_id": None, "released_at": now}
    if Hold.objects.filter(pk=hold.pk, begun_at__isnull=True, released_at__isnull=True).update(**never):
        return
    mine = Hold.objects.in_force().filter(pk=hold.pk, letting_go_at__isnull=True)
    if not mine.update(letting_go_id=by.id, letting_go_by=by.name, letting_go_at=now):
        raise GoneOn


def keep_on(hold: Hold) -> None:
    """It may not end after all: whoever asks for its release next begins anew."""
    asked = Hold.objects.in_force().filter(pk=hold.pk, letting_go_at__isnull=False)
    if not asked.update(letting_go_id=None, letting_go_by="", letting_go_at=None):
        raise GoneOn


def release(hold: Hold, *, by: SignedIn) -> None:
    """The second person says yes to the end: whatever was put off now happens by itself, also where a worker dies over it."""
    if hold.letting_go_at is None:
        raise NotPossible("Somebody has to ask for the release first.")
    two(by, hold.letting_go_id, "release it")
    with transaction.atomic():
        ended = Hold.objects.in_force().filter(pk=hold.pk, letting_go_id=hold.letting_go_id)
        if not ended.update(released_id=by.id, released_by=by.name, released_at=timezone.now()):
            raise GoneOn
        if hold.instance_id:
            released(hold.instance_id)
        resume.later(key=f"resume:{hold.pk}")


def empty_the_vault() -> None:
    """What nobody holds any more leaves the vault, with a certificate. Safe to repeat."""
    over = HeldRecord.objects.filter(hold__released_at__isnull=False, sealed_at__isnull=False, emptied_at__isnull=True)
    for hold in Hold.objects.filter(records__in=over).distinct():
        mine = over.filter(hold=hold)
        for one in mine:
            one.path.unlink(missing_ok=True)
            storing.store().delete(_beside(one))
        with transaction.atomic():
            now, told = timezone.now(), [{"what": "Records that were kept for a matter", "count": mine.count()}]
            mine.update(emptied_at=now, key="")
            if hold.instance_id:
                _certify(hold.instance_id, told)


def finish_erasures() -> None:
    """Databases that are erased, of which our own books still held something: it goes now, with a certificate."""
    ids = Hold.objects.filter(released_at__isnull=False).values_list("instance_id", flat=True)
    seats = {row for row in _still_speaking() if row}
    for erasure in Erasure.objects.of_instances().filter(
        done_at__isnull=False, instance_id__in={*filter(None, ids), *seats}
    ):
        with transaction.atomic():
            if count := forgetting.again(erasure.instance):
                _certify(erasure.instance.pk, [{"what": "Rows of ours that were kept for a matter", "count": count}])


def _still_speaking() -> Iterable[UUID]:
    from pivotino.control.accounts.models import Seat

    return Seat.objects.filter(instance__erased_at__isnull=False).values_list("instance_id", flat=True).distinct()


def _certify(instance_id: UUID, told: list[dict[str, Any]]) -> None:
    now = timezone.now()
    made = Erasure.objects.create(
        kind=Erasure.Kind.RECORDS,
        instance_id=instance_id,
        cause=Erasure.Cause.RELEASED,
        done_at=now,
        facts={"rooms": told},
    )
    seal(made)


def _label(kind: str, instance: Instance | None) -> str:
    try:
        model = apps.get_model(kind.strip())
    except (LookupError, ValueError) as error:
        raise Unknown(f"There is no such sort of record: {kind}. Write it like contacts.Contact.") from error
    inside = plane_of(model._meta.app_label) == "instance"
    if inside and instance is None:
        raise Unknown(f"{model._meta.label} lies in a database. Say in which.")
    return str(model._meta.label)


# --- what tenancy and the rooms that delete ask ---


class Vault:
    """Says which records of a database are held, and keeps what the database lets go of."""

    def ids(self, place: Place) -> dict[str, set[UUID]]:
        found: dict[str, set[UUID]] = defaultdict(set)
        for kind, id in _in_force(place.id).values_list("kind", "record_id"):
            found[kind].add(id)
        return found

    def holds_all(self, place: Place) -> bool:
        return _whole(place.id).exists()

    def seal(self, place: Place, kind: str, id: UUID, lines: bytes) -> None:
        for hold in _whole(place.id):
            HeldRecord.objects.get_or_create(hold=hold, kind=kind, record_id=id)
        # What was put aside first was whole; what comes later may be what an erasure left of it.
        for one in _in_force(place.id).filter(kind=kind, record_id=id, sealed_at__isnull=True):
            key, draft = new_key(), draft_of(one.path)
            with sealed(draft, key) as out:
                out.write(lines)
            with transaction.atomic():
                HeldRecord.objects.filter(pk=one.pk).update(
                    key=key,
                    sealed_at=timezone.now(),
                    lines=lines.count(b"\n"),
                    sha256=hashlib.sha256(lines).hexdigest(),
                )
                draft.replace(one.path)
                drop_drafts(one.path)
                storing.copy_as(one.path, _beside(one))


def opened(record: HeldRecord) -> bytes:
    """What the vault keeps of a record; where its machine is lost, from the copy beside the backups."""
    if not record.path.exists():
        record.path.parent.mkdir(parents=True, exist_ok=True)
        with storing.store().open(_beside(record), "rb") as kept:
            record.path.write_bytes(kept.read())
    with unsealed(record.path, record.key) as file:
        return file.read()


def _beside(record: HeldRecord) -> str:
    return f"ours/vault/{record.path.name}"


def is_instance_held(instance: Instance) -> bool:
    return _whole(instance.pk).exists()


def held_keys(label: str) -> set[UUID]:
    held = HeldRecord.objects.filter(kind=label, hold__in=Hold.objects.in_force())
    return set(held.values_list("record_id", flat=True))


def is_person_held(marks: list[str]) -> bool:
    return Hold.objects.in_force().filter(mark__in=marks).exclude(mark="").exists()


def spared(model: type[Model], ids: list[Any]) -> set[Any]:
    """Which of some rows of ours no sweep may take: held by their key, or by whom they name."""
    held = held_keys(model._meta.label) & set(ids)
    marks = set(Hold.objects.in_force().exclude(mark="").values_list("mark", flat=True))
    names = {field.attname for field in model._meta.concrete_fields}
    columns = [name for name, there in NAMING.items() if there in names]
    for column in columns if marks else ():
        rows = model._default_manager.filter(pk__in=ids).values_list("pk", column)
        held |= {pk for pk, address in rows if address and mark_of(address) in marks}
    return held


def _whole(instance_id: UUID) -> "QuerySet[Hold]":
    return Hold.objects.in_force().filter(reach=Hold.Reach.INSTANCE, instance_id=instance_id)


def _in_force(instance_id: UUID) -> "QuerySet[HeldRecord]":
    return HeldRecord.objects.filter(hold__in=Hold.objects.in_force().filter(instance_id=instance_id))
