"""The rule of a Business Owner that everybody needs a second step, and whether somebody has one. A passkey is one."""

import time
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from pivotino.control.accounts.models import Account, Seat, SecondStepRule
from pivotino.tenancy.models import Instance

REMEMBERED_SECONDS = 30
ADDED = ("mfa/email/totp_activated", "mfa/email/webauthn_added")
_REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_demanding: list[tuple[float, frozenset[UUID]]] = []
_have: dict[UUID, float] = {}


def demand(instance: Instance, by: Account) -> None:
    """From now on nobody enters without a second step."""
    SecondStepRule.objects.get_or_create(instance=instance, defaults={"by": by})
    forget()


def release(instance: Instance) -> None:
    """Everybody as they like."""
    SecondStepRule.objects.filter(instance=instance).delete()
    forget()


def may_enter(account_id: UUID, instance_id: UUID) -> bool:
    """Whether the rule of this instance lets the account in. Who has no seat there is left to the door behind."""
    if instance_id not in _with_rule() or has_one(account_id):
        return True
    return not Seat.objects.filter(account_id=account_id, instance_id=instance_id).exists()


def has_one(account_id: UUID) -> bool:
    """Whether the account has an app with codes or a passkey."""
    now = time.monotonic()
    if _have.get(account_id, 0) > now:
        return True
    if not _factors(account_id).exists():
        return False
    if len(_have) > 20_000:
        _have.clear()
    _have[account_id] = now + REMEMBERED_SECONDS
    return True


def end_older_sessions(request: HttpRequest | None, account: Account) -> None:
    """With the first second step, every browser that came in without one is signed out."""
    _have.pop(account.pk, None)
    if _factors(account.pk).count() == 1:
        account.end_sessions(keep=request.session.session_key if request is not None else None)


def forget() -> None:
    """Drop what this process remembers of rules and factors."""
    _demanding.clear()
    _have.clear()


def _with_rule() -> frozenset[UUID]:
    now = time.monotonic()
    if not _demanding or _demanding[0][0] < now:
        ids = frozenset(SecondStepRule.objects.values_list("instance_id", flat=True))
        _demanding[:] = [(now + REMEMBERED_SECONDS, ids)]
    return _demanding[0][1]


def _factors(account_id: UUID) -> Any:
    return Authenticator.objects.filter(user_id=account_id, type__in=_REAL)
