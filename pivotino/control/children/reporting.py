"""A report about a child: looked at, put away at once, decided by another, erased with a receipt."""

import re
from typing import Any

from django.db import transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.children.letters import ContactReported, ToGuardian
from pivotino.control.children.models import KEPT, Report, one_working_day_after
from pivotino.control.erasures.jobs import put_in_line
from pivotino.control.erasures.models import Erasure
from pivotino.control.helpdesk import verbs
from pivotino.control.helpdesk.models import Message, Ticket
from pivotino.control.testimonials import agreeing
from pivotino.control.testimonials.models import Publication, Testimonial
from pivotino.jobs import alerts
from pivotino.letters import send
from pivotino.letters.marks import marks_of
from pivotino.letters.models.suppression import Scope, Suppression
from pivotino.letters.suppression import PUT_AWAY, suppress
from pivotino.tenancy.addresses import absolute, control_url
from pivotino.tenancy.models import Instance
from pivotino.tenancy.signed_in import SignedIn

LATE = "child report"
STOPPED = (Scope.LEGAL, Scope.EVERYTHING)


class NotPossible(RuntimeError):
    """This cannot be done now; the message says why."""


def report(ticket: Ticket) -> Report:
    """There is a report behind this ticket, once, and its clock runs from when the ticket came."""
    due = one_working_day_after(ticket.begun_at)
    return Report.objects.get_or_create(ticket=ticket.number, defaults={"reported_at": ticket.begun_at, "due_at": due})[
        0
    ]


def quarantine(report: Report, address: str, *, by: SignedIn, guardian: str = "") -> None:
    """It seems true: from this moment the account opens nothing, nothing is shown or mailed, and all of it can come back.

    A parent or guardian who is known is told what we did.
    """
    address, guardian = address.strip().lower(), guardian.strip().lower()
    with transaction.atomic():
        now = timezone.now()
        _go_on(
            report, {"triaged_at": None}, address=address, guardian=guardian, triaged_at=now, triaged_id=by.id,
            triaged_by=by.name, quarantined_at=now,
        )  # fmt: skip
        report.note(put_away=_put_away(address))
        alerts.settle(LATE, report.ticket, by=by.name)
        _tell_guardian(report, "begun", [
            f"Somebody told us that a child under 13 used Pivotino with a mail address of theirs ({_shown(address)}), and that you are a parent or guardian.",
            "Pivotino is not for children under 13. What we hold under that address is out of reach since today: nobody signs in with it, and nothing of it is shown or mailed.",
            "Another of us looks at it now. If it is true, all of it is erased, and you get a receipt. If it was a mistake, everything comes back as it was.",
        ])  # fmt: skip


def pass_on(report: Report, instance: Instance, about: str, *, by: SignedIn) -> None:
    """It is about somebody in a customer's database: that customer answers for it, and is told by letter at once."""
    with transaction.atomic():
        now = timezone.now()
        _go_on(
            report, {"triaged_at": None}, triaged_at=now, triaged_id=by.id, triaged_by=by.name, slug=instance.slug,
            end=Report.End.PASSED, done_at=now,
        )  # fmt: skip
        owners = Seat.objects.filter(instance=instance, owner=True, account__is_active=True)
        for seat in owners.select_related("account"):
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
    with transaction.atomic():
        now = timezone.now()
        _go_on(
            report, {"triaged_at": None}, triaged_at=now, triaged_id=by.id, triaged_by=by.name,
            end=Report.End.UNFOUNDED, done_at=now,
        )  # fmt: skip
        alerts.settle(LATE, report.ticket, by=by.name)
        _answer(
            report,
            "Thank you. We looked and found nothing about a child under 13. If you know more, such as a mail address, answer this letter.",
        )


def erase(report: Report, *, by: SignedIn) -> None:
    """Another of us says that it is true: everything goes. A receipt follows when it is gone."""
    with transaction.atomic():
        _decide(report, by)
        erasure = Erasure.objects.begin_person(report.address)
        report.note(erasure_id=erasure.pk)
        put_in_line(erasure)


def release(report: Report, *, by: SignedIn) -> None:
    """It was wrong: everything is as it was, and nothing is lost."""
    with transaction.atomic():
        _decide(report, by)
        _bring_back(report)
        _tell_guardian(
            report,
            "over",
            [
                "Two of us looked, and it is not about a child under 13. Everything is as it was, and we keep nothing of yours."
            ],
        )
        report.note(end=Report.End.RELEASED, done_at=timezone.now(), address="", guardian="", put_away={})
        _answer(report, "Thank you. Two of us looked, and it is not about a child under 13. Everything is as it was.")


def finish(report: Report) -> bool:
    """Send the receipts once it is gone. True where it is done now. Only that we advertise nothing there is kept, as a mark."""
    if report.erasure_id is None or report.done_at:
        return False
    erasure = Erasure.objects.filter(pk=report.erasure_id, done_at__isnull=False).exclude(sha256="").first()
    if erasure is None:
        return False
    with transaction.atomic():
        link = absolute(control_url("erasures:certificate", id=erasure.pk))
        Suppression.objects.filter(pk__in=report.put_away["stops"], how=PUT_AWAY, scope=Scope.EVERYTHING).delete()
        _tell_guardian(
            report,
            "over",
            [
                "What we held about the child is erased. The certificate says what went; it names nobody. We keep nothing of yours either."
            ],
            link=link,
        )
        _take_address_out(report)
        report.note(end=Report.End.ERASED, done_at=timezone.now(), address="", guardian="", put_away={})
        _answer(
            report, f"What we held about the child is erased. This certificate says what went; it names nobody: {link}"
        )
    return True


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


def forget_old() -> None:
    """Two years after it is done nothing of a report stays."""
    Report.objects.filter(done_at__lt=timezone.now() - KEPT).delete()


def _put_away(address: str) -> dict[str, Any]:
    account = Account.objects.with_email(address)
    was: dict[str, Any] = {"shown": [], "stops": [], "account": ""}
    if account is not None and account.is_active:
        was["account"] = str(account.pk)
        Account.objects.filter(pk=account.pk).update(is_active=False)
        account.end_sessions()
    for scope in STOPPED:
        if not Suppression.objects.filter(mark__in=marks_of(address), scope=scope).exists():
            was["stops"].append(str(suppress(address, scope, how=PUT_AWAY).pk))
    shown = Publication.objects.filter(testimonial__email__iexact=address)
    was["shown"] = [str(one.testimonial_id) for one in shown]
    shown.delete()
    return was


def _bring_back(report: Report) -> None:
    was = report.put_away
    if was["account"]:
        Account.objects.filter(pk=was["account"]).update(is_active=True)
    Suppression.objects.filter(pk__in=was["stops"], how=PUT_AWAY).delete()
    for one in Testimonial.objects.filter(pk__in=was["shown"], ended_at__isnull=True):
        agreeing.publish(one, by=report.triaged_by)


def _decide(report: Report, by: SignedIn) -> None:
    """Somebody else says what becomes of it, who works for us at this moment. Only one of two who press at once gets on."""
    if str(by.id) == str(report.triaged_id):
        raise NotPossible("Somebody else has to decide: you put it away.")
    if not Account.objects.filter(pk=by.id, is_staff=True, is_active=True).exists():
        raise NotPossible("Only somebody who works for us decides this.")
    waiting = {"quarantined_at__isnull": False, "decided_at": None}
    _go_on(report, waiting, decided_at=timezone.now(), decided_id=by.id, decided_by=by.name)


def _go_on(report: Report, stage: dict[str, Any], **said: Any) -> None:
    if not Report.objects.open().filter(pk=report.pk, **stage).update(**said):
        raise NotPossible("It has gone on meanwhile. Read it again.")
    report.refresh_from_db()


def _tell_guardian(report: Report, turn: str, says: list[str], *, link: str = "") -> None:
    if report.guardian:
        letter = ToGuardian(to=report.guardian, says=says, ticket=report.ticket, link=link)
        send(letter, key=f"child-guardian:{report.pk}:{turn}")


def _shown(address: str) -> str:
    """So much of an address that a parent knows it and nobody else learns it."""
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}"


def _take_address_out(report: Report) -> None:
    """Whoever reported it, and we ourselves, wrote the child's address into the ticket: it goes from there, too."""
    for message in Message.objects.filter(ticket__number=report.ticket, body__icontains=report.address):
        body = re.sub(re.escape(report.address), "(the child’s address)", message.body, flags=re.IGNORECASE)
        Message.objects.filter(pk=message.pk).update(body=body)


def _answer(report: Report, text: str) -> None:
    ticket = Ticket.objects.filter(number=report.ticket).first()
    if ticket is not None and ticket.state != "closed":
        verbs.answer(ticket, text, by=None, version=ticket.version, solve=True)
