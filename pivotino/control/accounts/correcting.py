"""What somebody who signs in corrects about themselves: one way, whoever wrote it down.

The account changes at once. The databases they work in or are invited to hear of it from a job each, and the rooms above at
once, in the same transaction:

    @corrected
    def hear(before: Before, said: dict[str, str]) -> None: ...     # said: name, phone or email, only what is new
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from pivotino.control.accounts import jobs, middleware
from pivotino.control.accounts.models import Account
from pivotino.letters.kinds import Kind
from pivotino.letters.marks import mark_of
from pivotino.letters.models import Sent

INVITED = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Before:
    """Somebody as they were called until now."""

    account_id: UUID
    email: str
    name: str
    phone: str


Hear = Callable[[Before, dict[str, str]], None]
_hearers: list[Hear] = []


def corrected(hear: Hear) -> Hear:
    """Register who hears of it in the same transaction."""
    _hearers.append(hear)
    return hear


def correct(account: Account, **said: str) -> None:
    """Write down what is right. An address was proven before; what is as it was is left out."""
    with transaction.atomic():
        row = Account.objects.select_for_update().get(pk=account.pk)
        before = Before(account_id=row.pk, email=row.email, name=row.name, phone=row.phone)
        said = {what: value for what, value in said.items() if getattr(row, what) != value}
        if not said:
            return
        for what, value in said.items():
            setattr(row, what, value)
            setattr(account, what, value)
        row.save(update_fields=list(said))
        if "email" in said:
            EmailAddress.objects.filter(user=row).delete()
            EmailAddress.objects.create(user=row, email=row.email, verified=True, primary=True)
        _tell_databases(before, said)
        for hear in _hearers:
            hear(before, said)
    middleware.forget()


def _tell_databases(before: Before, said: dict[str, str]) -> None:
    told = sorted({"name", "email"} & set(said))
    if not told:
        return
    account = str(before.account_id)
    here = set(Account(pk=before.account_id).seats.values_list("instance_id", flat=True))
    was = mark_of(before.email) if "email" in said else ""
    if was:
        letters = Sent.objects.filter(to=before.email, kind=Kind.INVITATION.value, at__gt=timezone.now() - INVITED)
        here |= {id for id in letters.values_list("instance_id", flat=True) if id}
    for instance_id in here:
        key = f"called:{account}:{instance_id}:{'+'.join(told)}:{was}"
        jobs.tell_database.later(account, str(instance_id), [*told], was, key=key)
