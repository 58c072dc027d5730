"""The letters of leaving: one with every date, reminders, welcome back, and the certificate."""

from typing import Any, ClassVar

from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.erasures.models import Erasure
from pivotino.control.terminations.models import Termination
from pivotino.letters import Kind, Letter
from pivotino.tenancy.addresses import absolute, control_url


class _OfTheOwners(Letter):
    """What all of these letters say."""

    kind = Kind.TRANSACTIONAL
    why = "You get this letter because you are a Business Owner of this database at Pivotino."
    leads_to: ClassVar[str] = "terminations:show"

    @classmethod
    def about(cls, termination: Termination, account: Account, **words: Any) -> "_OfTheOwners":
        slug = termination.instance.slug
        return cls(
            to=account.email, name=account.first_name, company=termination.instance.name, dates=termination.dates,
            cause=str(termination.cause), by=termination.by, link=absolute(control_url(cls.leads_to, slug=slug)), **words,
        )  # fmt: skip


class Leaving(_OfTheOwners):
    """The one letter with all dates."""

    template = "terminations/letters/leaving"


class Reminding(_OfTheOwners):
    """So many days are left."""

    template = "terminations/letters/reminding"


class Staying(_OfTheOwners):
    """It was taken back: everything is as before."""

    template = "terminations/letters/staying"
    leads_to = "billing:show"


class Erased(Letter):
    """The certificate. Its reader has no account any more."""

    kind = Kind.TRANSACTIONAL
    template = "terminations/letters/erased"
    why = "You get this letter because you were a Business Owner of a database at Pivotino that was erased. It is the last one."

    @classmethod
    def to_owner(cls, address: str, name: str, termination: Termination, erasure: Erasure) -> "Erased":
        link = absolute(control_url("erasures:certificate", id=erasure.pk))
        return cls(
            to=address, name=name, number=erasure.number, done_at=erasure.done_at, sha256=erasure.sha256,
            backups_gone=termination.dates.backups_gone, link=link,
        )  # fmt: skip


def owners(termination: Termination) -> list[Account]:
    """Whom these letters go to."""
    seats = Seat.objects.filter(instance_id=termination.instance_id, owner=True).select_related("account")
    return [seat.account for seat in seats.order_by("taken_at")]


def days_left(termination: Termination) -> int:
    """Whole days until the end, counted up."""
    left = termination.ends_at - timezone.now()
    return max(0, -(-int(left.total_seconds()) // 86_400))
