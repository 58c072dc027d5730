"""The steps of leaving, and later those of the end. Each may be repeated and then changes nothing."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from pivotino.control.erasures import erasing
from pivotino.control.erasures import jobs as erasure_jobs
from pivotino.control.erasures.models import Erasure
from pivotino.control.terminations import letters, orders
from pivotino.control.terminations.models import Termination
from pivotino.jobs import Retry
from pivotino.jobs.steps import Kind as AnyKind
from pivotino.letters import send
from pivotino.letters.models import Sent, State

LOOK_AGAIN = timedelta(seconds=20)


def tell(termination: Termination) -> None:
    for account in letters.owners(termination):
        send(letters.Leaving.about(termination, account), key=f"leaving:{termination.pk}:{account.pk}")


def stop_the_order(termination: Termination) -> None:
    if Termination.objects.in_grace().filter(pk=termination.pk).exists():
        orders.stop(termination)


def take_addresses(termination: Termination) -> None:
    """The owners' accounts may go with the database: where the certificate goes is written down before."""
    owners = [[account.email, account.first_name] for account in letters.owners(termination)]
    Termination.objects.filter(pk=termination.pk, told_to=[]).update(told_to=owners)


def begin_erasure(termination: Termination) -> None:
    erasure = erasing.begin(termination.instance, str(termination.cause))
    Termination.objects.filter(pk=termination.pk).update(erasure_id=erasure.pk)
    erasure_jobs.put_in_line(erasure)


def wait_for_erasure(termination: Termination) -> None:
    if not Erasure.objects.filter(pk=_erasure(termination).pk, done_at__isnull=False).exclude(sha256="").exists():
        raise Retry("It is still being erased.", after=LOOK_AGAIN, counted=False)


def send_certificates(termination: Termination) -> None:
    termination.refresh_from_db()
    erasure = _erasure(termination)
    for number, (address, name) in enumerate(termination.told_to):
        send(letters.Erased.to_owner(address, name, termination, erasure), key=_key(termination, number))


def forget_the_rest(termination: Termination) -> None:
    """When the certificates are out, nothing says any more who left and why."""
    mine = Sent.objects.filter(key__startswith=f"erased:{termination.pk}:")
    if mine.filter(state__in=[State.WAITING, State.HANDING_OVER]).exists():
        raise Retry("The certificate is still in the mail.", after=LOOK_AGAIN, counted=False)
    mine.update(to="", subject="", why="", trouble="")
    gone: dict[str, Any] = {"told_to": [], "reason": "", "by": "", "account_id": None}
    Termination.objects.filter(instance_id=termination.instance_id).update(**gone)


def _erasure(termination: Termination) -> Erasure:
    return Erasure.objects.of_instances().get(instance_id=termination.instance_id)


def _key(termination: Termination, number: int) -> str:
    return f"erased:{termination.pk}:{number}"


Kind = partial(AnyKind[Termination])
LEAVING: tuple[AnyKind[Termination], ...] = (
    Kind(name="told", says="The owners have a letter with every date", work=tell),
    Kind(name="unordered", says="Nothing more is billed", work=stop_the_order),
)
ENDING: tuple[AnyKind[Termination], ...] = (
    Kind(name="addressed", says="It is known where the certificate goes", work=take_addresses),
    Kind(name="handed over", says="The database is being erased", work=begin_erasure),
    Kind(name="erased", says="The database is erased", work=wait_for_erasure),
    Kind(name="certified", says="The certificate is in the mail", work=send_certificates),
    Kind(name="forgotten", says="Nothing says any more who left", work=forget_the_rest),
)


def close(termination: Termination) -> None:
    Termination.objects.filter(pk=termination.pk, over_at__isnull=True).update(over_at=timezone.now())
