"""Taking a provisioning from wherever it stands to its end, or taking everything back."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pivotino.control.accounts.models import Account, Consent, Seat
from pivotino.control.provisioning.models import Provisioning
from pivotino.control.provisioning.steps import STEPS
from pivotino.control.subscriptions.models import Address, SignUp, Subscription
from pivotino.jobs import steps
from pivotino.letters import Undeliverable
from pivotino.tenancy import provision, registry
from pivotino.tenancy.models import Instance

MOST_TRIES = 8
# A mail server that is away is waited for; everything else about the instance is fine.
MAIL_MAY_BE_AWAY = timedelta(hours=48)
log = logging.getLogger("pivotino.provisioning")


def go_on(provisioning: Provisioning) -> None:
    """Do every step that is not done yet, in order. Whatever goes wrong comes out; the next call goes on from there."""
    steps.advance(provisioning, STEPS)
    Provisioning.objects.filter(pk=provisioning.pk, ready_at__isnull=True).update(ready_at=timezone.now())


def waits_for_mail(provisioning: Provisioning, error: Exception) -> bool:
    """True where only the letter is missing and the mail server may still come back."""
    young = provisioning.begun_at > timezone.now() - MAIL_MAY_BE_AWAY
    return isinstance(error, Undeliverable) and not error.permanent and young


def count_failure(provisioning: Provisioning, error: Exception) -> bool:
    """Count one try that failed; True where it was the last one and everything was taken back."""
    provisioning.tries += 1
    provisioning.save(update_fields=["tries"])
    if provisioning.tries < MOST_TRIES and not isinstance(error, Undeliverable):
        return False
    log.error("Provisioning %s is taken back after %d tries.", provisioning.pk, provisioning.tries)
    take_back(provisioning)
    return True


def take_back(provisioning: Provisioning) -> None:
    """Leave nothing half: no database, no seat, no account that never opened, no address. The sign-up stays for another try."""
    instance = Instance.objects.filter(pk=provisioning.instance_id).first()
    if instance:
        provision.destroy(instance.place)
        registry.forget(instance.slug)
    with transaction.atomic():
        Seat.objects.filter(instance_id=provisioning.instance_id).delete()
        Subscription.objects.filter(instance_id=provisioning.instance_id).delete()
        Instance.objects.filter(pk=provisioning.instance_id).delete()
        Address.objects.of(provisioning.sign_up_id).delete()
        _forget_account(provisioning)
        provisioning.steps.all().delete()
        Provisioning.objects.filter(pk=provisioning.pk).update(failed_at=timezone.now())
    provisioning.refresh_from_db()


def try_again(provisioning: Provisioning) -> None:
    """Begin anew after everything was taken back."""
    fresh = {"failed_at": None, "tries": 0, "begun_at": timezone.now()}
    Provisioning.objects.filter(pk=provisioning.pk, failed_at__isnull=False).update(**fresh)


def forget(old: QuerySet[Provisioning]) -> None:
    """Delete what was finished, with its sign-up: all of it lives on elsewhere."""
    sign_ups = list(old.values_list("sign_up_id", flat=True))
    with transaction.atomic():
        Provisioning.objects.filter(sign_up_id__in=sign_ups).delete()
        SignUp.objects.filter(pk__in=sign_ups).delete()


def _forget_account(provisioning: Provisioning) -> None:
    """An account that nobody ever entered goes; what was agreed to waits with the sign-up again."""
    mine = Account.objects.filter(pk=provisioning.account_id, last_login__isnull=True, seats__isnull=True)
    for account in mine:
        Consent.objects.filter(sign_up=provisioning.sign_up_id, account=account).update(account=None)
        account.delete()
