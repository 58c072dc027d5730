"""A report about a child: looked at, put away at once, decided by another, erased with a receipt."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.children.letters import ContactReported
from pivotino.control.children.models import Report, one_working_day_after
from pivotino.control.erasures.jobs import put_in_line
from pivotino.control.erasures.models import Erasure
from pivotino.control.helpdesk import verbs
from pivotino.control.helpdesk.models import Ticket
from pivotino.control.testimonials import agreeing
from pivotino.control.testimonials.models import Publication, Testimonial
from pivotino.jobs import alerts
from pivotino.letters import send
from pivotino.letters.marks import marks_of
from pivotino.letters.models.suppression import Scope, Suppression
from pivotino.letters.suppression import suppress
from pivotino.tenancy.addresses import absolute, control_url
from pivotino.tenancy.models import Instance
from pivotino.tenancy.signed_in import SignedIn

LATE, HOW = "child report", "child"
STOPPED = (Scope.LEGAL, Scope.EVERYTHING)


class NotPossible(RuntimeError):
    """This cannot be done now; the message says why."""


def report(ticket: Ticket) -> Report:
    """There is a report behind this ticket, once, and its clock runs from when the ticket came."""
    due = one_working_day_after(ticket.begun_at)
    return Report.objects.get_or_create(ticket=ticket.number, defaults={"reported_at": ticket.begun_at, "due_at": due})[
        0
    ]


def quarantine(report: Report, address: str, *, by: SignedIn) -> None:
    """It seems true: from this moment the account opens nothing, nothing is shown or mailed, and all of it can come back."""
    _still(report, triaged_at__isnull=True)
    address = address.strip().lower()
    with transaction.atomic():
        now = timezone.now()
        report.note(
            address=address,
            triaged_at=now,
            triaged_id=by.id,
            triaged_by=by.name,
            quarantined_at=now,
            put_away=_put_away(address),
        )
        alerts.settle(LATE, report.ticket, by=by.name)


def pass_on(report: Report, instance: Instance, about: str, *, by: SignedIn) -> None:
    """It is about somebody in a customer's database: that customer answers for it, and is told by letter at once."""
    _still(report, triaged_at__isnull=True)
    with transaction.atomic():
        now = timezone.now()
        told: dict[str, Any] = {"triaged_at": now, "triaged_id": by.id, "triaged_by": by.name}
        report.note(slug=instance.slug, end=Report.End.PASSED, done_at=now, **told)
        for seat in Seat.objects.filter(instance=instance, owner=True).select_related("account"):
            letter = ContactReported(
                to=seat.account.email,
                name=seat.account.first_name,
                company=instance.name,
                about=about,
                ticket=report.ticket,
            )
            send(letter, key=f"child:{report.pk}:{seat.account_id}")
        alerts.settle(LATE, report.ticket, by=by.name)
        _answer(
            report,
            "Thank you. What you reported is kept by a company that uses Pivotino. It decides about its data, and we told it just now. If it does nothing, write to us again.",
        )


def set_aside(report: Report, *, by: SignedIn) -> None:
    """Nothing of the sort is here."""
    _still(report, triaged_at__isnull=True)
    with transaction.atomic():
        now = timezone.now()
        report.note(triaged_at=now, triaged_id=by.id, triaged_by=by.name, end=Report.End.UNFOUNDED, done_at=now)
        alerts.settle(LATE, report.ticket, by=by.name)
        _answer(
            report,
            "Thank you. We looked and found nothing about a child under 13. If you know more, such as a mail address, answer this letter.",
        )


def erase(report: Report, *, by: SignedIn) -> None:
    """Another of us says that it is true: everything goes. A receipt follows when it is gone."""
    _second(report, by)
    with transaction.atomic():
        erasure = Erasure.objects.begin_person(report.address)
        report.note(decided_at=timezone.now(), decided_id=by.id, decided_by=by.name, erasure_id=erasure.pk)
        put_in_line(erasure)


def release(report: Report, *, by: SignedIn) -> None:
    """It was wrong: everything is as it was, and nothing is lost."""
    _second(report, by)
    with transaction.atomic():
        _bring_back(report)
        now = timezone.now()
        told: dict[str, Any] = {"decided_at": now, "decided_id": by.id, "decided_by": by.name}
        report.note(end=Report.End.RELEASED, done_at=now, address="", put_away={}, **told)
        _answer(report, "Thank you. Two of us looked, and it is not about a child under 13. Everything is as it was.")


def finish(report: Report) -> bool:
    """Send the receipt once it is gone. True where it is done now."""
    if report.erasure_id is None or report.done_at:
        return False
    erasure = Erasure.objects.filter(pk=report.erasure_id, done_at__isnull=False).exclude(sha256="").first()
    if erasure is None:
        return False
    with transaction.atomic():
        report.note(end=Report.End.ERASED, done_at=timezone.now(), address="", put_away={})
        link = absolute(control_url("erasures:certificate", id=erasure.pk))
        _answer(
            report, f"What we held about the child is erased. This certificate says what went; it names nobody: {link}"
        )
    return True


def is_quarantined(address: str) -> bool:
    """Whether what we hold about whoever reads this address was put away because they may be a child."""
    return Report.objects.open().filter(quarantined_at__isnull=False, address=address.strip().lower()).exists()


def look_at_the_clock() -> None:
    """What nobody looked at in its working day is an alert; what was erased meanwhile gets its receipt."""
    for late in Report.objects.untriaged().filter(due_at__lt=timezone.now()):
        alerts.rise(
            LATE,
            late.ticket,
            f"{late.ticket}: a report about a child was to be looked at by {late.due_at:%-d %b, %H:%M} UTC.",
        )
    for one in Report.objects.open().filter(erasure_id__isnull=False):
        finish(one)


def _put_away(address: str) -> dict[str, Any]:
    account = Account.objects.with_email(address)
    was: dict[str, Any] = {"shown": [], "stops": [], "account": ""}
    if account is not None and account.is_active:
        was["account"] = str(account.pk)
        Account.objects.filter(pk=account.pk).update(is_active=False)
        account.end_sessions()
    for scope in STOPPED:
        if not Suppression.objects.filter(mark__in=marks_of(address), scope=scope).exists():
            was["stops"].append(str(suppress(address, scope, how=HOW).pk))
    shown = Publication.objects.filter(testimonial__email__iexact=address)
    was["shown"] = [str(one.testimonial_id) for one in shown]
    shown.delete()
    return was


def _bring_back(report: Report) -> None:
    was = report.put_away
    if was["account"]:
        Account.objects.filter(pk=was["account"]).update(is_active=True)
    Suppression.objects.filter(pk__in=was["stops"], how=HOW).delete()
    for one in Testimonial.objects.filter(pk__in=was["shown"], ended_at__isnull=True):
        agreeing.publish(one, by=report.triaged_by)


def _second(report: Report, by: SignedIn) -> None:
    _still(report, quarantined_at__isnull=False, decided_at__isnull=True)
    if str(by.id) == str(report.triaged_id):
        raise NotPossible("Somebody else has to decide: you put it away.")


def _still(report: Report, **stage: Any) -> None:
    if not Report.objects.open().filter(pk=report.pk, **stage).exists():
        raise NotPossible("It has gone on meanwhile. Read it again.")


def _answer(report: Report, text: str) -> None:
    ticket = Ticket.objects.filter(number=report.ticket).first()
    if ticket is not None and ticket.state != "closed":
        verbs.answer(ticket, text, by=None, version=ticket.version, solve=True)
