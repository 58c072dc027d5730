"""Filling an empty database from an export: kept sealed, checked, shown, and put in when its owner said yes."""

import os
import time
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.erasures.models import Erasure
from pivotino.control.exports import storing
from pivotino.control.exports.models import Arrival
from pivotino.control.exports.sealing import Broken, new_key, sealed, unsealed
from pivotino.kit.ids import uuid7
from pivotino.tenancy import erasing, inside, packing, seats
from pivotino.tenancy.models import Instance
from pivotino.tenancy.packing import registry

MOST_TRIES = 4
GIVEN_UP = "It did not work, several times. This is our fault; the database is as it was. Tell support, or try again."
FROZEN = "This database may only be read at present, so nothing can be put in."


def bring(instance: Instance, account_id: UUID, pieces: Iterable[bytes]) -> Arrival:
    """Keep a file somebody brought, and look at all of it. Raises packing.Refused and OSError; then nothing is kept."""
    id, key = uuid7(), new_key()
    path = storing.path_of(instance.pk, id)
    try:
        with sealed(draft := storing.draft_of(path), key) as out:
            for piece in pieces:
                out.write(piece)
        os.replace(draft, path)
        with unsealed(path, key) as file:
            manifest = packing.look(file)
        return Arrival.objects.create(
            id=id, key=key, instance=instance, brought_by_id=account_id, size=out.size, company=manifest.instance["name"][:200],
            taken_at=manifest.at, counts=manifest.counts, origin=_origin(manifest),
        )  # fmt: skip
    except BaseException:
        storing.drop(path)
        raise


def why_not(instance: Instance) -> str:
    """Why nothing can be put into this database, in a sentence; "" where it can."""
    if instance.frozen_at:
        return FROZEN
    with inside(instance.place):
        said = registry.use()
    return f"This database is in use already: {said}. A file goes into an empty one only." if said else ""


def apply(arrival: Arrival) -> None:
    """Put everything in, in place of what a new database begins with. Whoever brought it owns it; nobody else has entered yet.

    A worker that died right after the rows were written finds them there and only notes it.
    """
    if arrival.state != "applying" or arrival.brought_by is None:
        return None
    arrival.note(tries=arrival.tries + 1)
    place, owner = arrival.instance.place, arrival.brought_by
    with inside(place):
        there = registry.arrived(arrival.pk)
    if not there and (refusal := why_not(arrival.instance)):
        return _fail(arrival, refusal)
    try:
        if not there:

            def settle() -> None:
                person = registry.Person(account_id=owner.pk, name=owner.name, email=owner.email, owner=True)
                registry.adopt(person, arrival.pk)
                erasing.erase(_erased_since(arrival))

            with unsealed(storing.path_of(arrival.instance_id, arrival.pk), arrival.key) as file:
                packing.unpack(file, place, replace=True, told=_telling(arrival), then=settle)
    except (packing.Refused, Broken, FileNotFoundError) as error:
        return _fail(arrival, str(error) if isinstance(error, packing.Refused) else GIVEN_UP)
    except OSError as error:
        if error.errno not in storing.FULL:
            raise
        return _fail(arrival, storing.NO_SPACE)
    except Exception:
        if arrival.tries >= MOST_TRIES:
            _fail(arrival, GIVEN_UP)
        raise
    _settle(arrival, owner)
    return None


def _origin(manifest: packing.Manifest) -> UUID:
    try:
        return UUID(manifest.instance["id"])
    except ValueError as error:
        raise packing.Damaged("it does not say where it is from") from error


def _erased_since(arrival: Arrival) -> list[erasing.Piece]:
    """Records somebody asked to forget, here or where the file is from: they do not come back with an older file."""
    entries = Erasure.objects.filter(kind=Erasure.Kind.RECORDS, instance_id__in=[arrival.origin, arrival.instance_id])
    return [piece for entry in entries.order_by("asked_at") for piece in entry.what_must_go()]


def _settle(arrival: Arrival, owner: Account) -> None:
    """Seats follow what is inside now."""
    with transaction.atomic():
        for seat in Seat.objects.filter(instance_id=arrival.instance_id).exclude(account_id=owner.pk):
            Seat.objects.give_up(arrival.instance.place, seat.account_id)
        arrival.note(applied_at=timezone.now())
    with inside(arrival.instance.place):
        seats.take(owner.pk, owner=True)
    storing.drop(storing.path_of(arrival.instance_id, arrival.pk))
    arrival.note(swept_at=timezone.now(), key="")


def _fail(arrival: Arrival, problem: str) -> None:
    storing.drop(storing.path_of(arrival.instance_id, arrival.pk))
    arrival.note(problem=problem, swept_at=timezone.now(), key="")


def _telling(arrival: Arrival) -> "packing.loading.Progress":
    told = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal told
        if time.monotonic() - told > 1:
            told = time.monotonic()
            Arrival.objects.filter(pk=arrival.pk).update(done=done, of=of)

    return tell
