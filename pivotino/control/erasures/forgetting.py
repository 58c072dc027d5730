"""Removing what our own books say of an instance and of people who were nowhere else. Every verb may be repeated."""

import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import transaction
from django.db.models import Q, QuerySet
from django_tasks_db.models import DBTaskResult

from pivotino.control.accounts import middleware
from pivotino.control.accounts.models import Account, Consent, Seat
from pivotino.control.erasures import hooks, references
from pivotino.control.provisioning.models import Provisioning
from pivotino.control.subscriptions.models import Address, SignUp
from pivotino.jobs.models import Night, Ticket
from pivotino.kit.ids import uuid7
from pivotino.letters.models import Envelope, Kept, Sent, State
from pivotino.tenancy.models import Instance


def people(instance: Instance) -> int:
    """Accounts that had no seat anywhere else, with their sessions, second steps and letters; and every seat here.

    Whoever is held stays with their seat, until `again` is called when nobody holds them any more.
    """
    everybody = Seat.objects.filter(instance=instance)
    seats = everybody.exclude(account_id__in=_held_accounts(everybody)).exclude(
        pk__in=hooks.held_keys(Seat._meta.label)
    )
    with transaction.atomic():
        here = list(seats.values_list("account_id", flat=True))
        elsewhere = Seat.objects.filter(account_id__in=here).exclude(instance=instance).values("account_id")
        gone = Account.objects.filter(pk__in=here, is_staff=False).exclude(pk__in=elsewhere)
        addresses = list(gone.values_list("email", flat=True))
        seats.delete()
        sign_ups(instance, addresses)
        letters(instance, addresses)
        count = len(addresses)
        gone_ids = list(gone.values_list("pk", flat=True)) if addresses else []
        Account.objects.filter(pk__in=gone_ids).delete()
    middleware.forget()
    return count


def sign_ups(instance: Instance, addresses: list[str]) -> None:
    """How the database came to be: the form that was filled in, and what was made of it."""
    mine = Provisioning.objects.filter(instance_id=instance.pk) | Provisioning.objects.filter(email__in=addresses)
    ids = {
        *mine.values_list("sign_up_id", flat=True),
        *SignUp.objects.filter(email__in=addresses).values_list("pk", flat=True),
    }
    Provisioning.objects.filter(sign_up_id__in=ids).delete()
    Consent.objects.filter(sign_up__in=ids, account__isnull=True).delete()
    Address.objects.filter(owner__in=ids).update(owner=_nobody())
    SignUp.objects.filter(pk__in=ids).delete()


def letters(instance: Instance, addresses: list[str]) -> None:
    """The ledger keeps that a letter was sent, under its key; not to whom, nor about what."""
    mine = Sent.objects.filter(instance_id=instance.pk) | Sent.objects.filter(to__in=addresses)
    if instance.name:
        mine |= Sent.objects.filter(Q(subject__icontains=instance.name) | Q(why__icontains=instance.name))
    ids = list(mine.values_list("pk", flat=True))
    Envelope.objects.filter(sent_id__in=ids).delete()
    Sent.objects.filter(pk__in=ids, state__in=[State.WAITING, State.HANDING_OVER]).update(state=State.GIVEN_UP)
    Sent.objects.filter(pk__in=ids).update(to="", subject="", why="", trouble="")
    Kept.objects.filter(to__in=addresses).delete()


def line(instance: Instance) -> int:
    """Work that waits for the instance, and when its nights come round."""
    tickets = list(Ticket.objects.filter(line=instance.pk).values_list("pk", flat=True))
    DBTaskResult.objects.filter(pk__in=tickets).delete()
    Night.objects.filter(instance_id=instance.pk).delete()
    return Ticket.objects.filter(pk__in=tickets).delete()[0]


def rows(instance: Instance) -> list[dict[str, Any]]:
    """Every row that says it goes with the database."""
    found = []
    for model, column in references.to_delete():
        free = model._default_manager.exclude(pk__in=hooks.held_keys(model._meta.label))
        if model is Seat:
            free = free.exclude(account_id__in=_held_accounts(Seat.objects.filter(instance=instance)))
        count, _ = free.filter(**{column: instance.pk}).delete()
        if count:
            found.append({"what": str(model._meta.verbose_name_plural).capitalize(), "count": count})
    return found


def again(instance: Instance) -> int:
    """What was held when the instance was erased, and may go now. Says how many rows went."""
    return people(instance) + sum(int(row["count"]) for row in rows(instance))


def files(instance: Instance) -> int:
    """The folder of the instance in the file storage."""
    key = instance.place.key
    storage = storages["default"]
    if isinstance(storage, FileSystemStorage):
        folder = Path(storage.path(key))
        count = sum(1 for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
        shutil.rmtree(folder, ignore_errors=True)
        return count
    return _empty(storage, key)


def register(instance: Instance) -> None:
    """The name goes; the address stays, so that nobody else ever answers to it."""
    Address.objects.filter(slug=instance.slug).update(owner=_nobody())
    Instance.objects.filter(pk=instance.pk).update(name="", schema_version="")


def kept_by_law(instance: Instance) -> list[dict[str, Any]]:
    """What stays, how much of it, and by which law."""
    found = []
    for model, column in references.speaking_of_instances():
        kept = references.statutes().get(model._meta.label)
        count = model._default_manager.filter(**{column: instance.pk}).count() if kept else 0
        if kept and count:
            found.append({"what": kept.what, "count": count, "law": kept.law, "years": kept.years})
    return found


def room_folders(instance: Instance) -> int:
    """What any room keeps in a folder of its own under the key of the instance: exports, half-done work."""
    var, key = Path(settings.VAR_DIR), instance.place.key
    count = 0
    for folder in [*var.glob(f"*/{key}"), *var.glob(f"work/*/{key}*")]:
        if folder.is_dir():
            count += sum(1 for path in folder.rglob("*") if path.is_file())
            shutil.rmtree(folder, ignore_errors=True)
    return count


def _held_accounts(seats: "QuerySet[Seat]") -> set[UUID]:
    held = hooks.held_keys(Account._meta.label)
    return {
        id
        for id, email in seats.values_list("account_id", "account__email")
        if id in held or hooks.is_person_held(email)
    }


def _empty(storage: Storage, prefix: str) -> int:
    folders, names = storage.listdir(prefix)
    for name in names:
        storage.delete(f"{prefix}/{name}")
    return len(names) + sum(_empty(storage, f"{prefix}/{folder}") for folder in folders)


def _nobody() -> UUID:
    return uuid7()
