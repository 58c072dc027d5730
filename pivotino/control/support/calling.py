"""A support session from the question to the end. Each verb writes a deed, tells the owners and the open browsers inside.

    call = ask(instance, by=aida, ticket="T-1042", reason="The board stays empty", scope=Scope.ROOMS, rooms=["pipeline"])
    agree(call, Yes.To.SESSION, by=anna)          # a Business Owner; or `second` for what cannot wait
    begin(call, by=aida)                          # in this browser, which came with a passkey; 30 minutes
    extend(call, by=aida)                         # once
    end(call, End.CUSTOMER, by="Nurul Anna")

What two people do at the same moment is done once: every verb changes the row only where it is still as it was.
"""

import logging
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.urls import Resolver404, resolve
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.erasures.persons import is_restricted
from pivotino.control.helpdesk.models import Ticket
from pivotino.control.support import letters
from pivotino.control.support.keeping import keep
from pivotino.control.support.models import (
    LASTS,
    WAITS,
    End,
    Housecall,
    NoAccess,
    Opening,
    Scope,
    Urgency,
    Yes,
    browser_of,
)
from pivotino.control.visitors.geography import country_of
from pivotino.tenancy import visiting
from pivotino.tenancy.models import Instance
from pivotino.tenancy.signed_in import SignedIn

log = logging.getLogger(__name__)


class NotPossible(RuntimeError):
    """This cannot be done now; the message says why, for whoever tried."""


def ask(
    instance: Instance, *, by: SignedIn, ticket: str, reason: str, scope: Scope | str, rooms: Sequence[str] = (), record: str = "",
    urgency: Urgency | str = Urgency.NONE,
) -> Housecall:  # fmt: skip
    """Ask for a session. The owners are asked by letter unless it needs no yes; raises NotPossible with the reason."""
    scope, urgency = Scope(scope), Urgency(urgency)
    _may_ask(instance, by, scope, rooms, record, urgency)
    number = _ticket(ticket, instance, urgency)
    call = Housecall(
        instance=instance, account_id=by.id, by=by.name, ticket=number, reason=reason, scope=scope, urgency=urgency,
        rooms=sorted(rooms) if scope == Scope.ROOMS else [], record=record if scope == Scope.RECORD else "",
    )  # fmt: skip
    try:
        with transaction.atomic():
            call.save(force_insert=True)
            keep(call, "asked", scope=str(scope), rooms=call.rooms, record=call.record, urgency=str(urgency))
            if call.waits_for_owner:
                letters.asked(call)
    except IntegrityError:
        raise NotPossible("You have a support session here already, asked for or under way.") from None
    return call


def agree(call: Housecall, to: Yes.To, *, by: SignedIn) -> None:
    """A Business Owner says yes. Saying it twice, or two owners at once, is one yes."""
    with transaction.atomic():
        row = _locked(call)
        if to == Yes.To.CHANGES and row.changes_asked_at is None:
            raise NotPossible("Nobody asked to change anything.")
        if to == Yes.To.SESSION and (row.urgency or not row.needs_yes):
            raise NotPossible("This session does not wait for your answer.")
        Yes.objects.get_or_create(housecall=row, to=to, defaults={"by": by.name, "account_id": by.id})


def second(call: Housecall, *, by: SignedIn, why: str) -> None:
    """Another one of us agrees, because nobody can ask the customer; every owner is told at once."""
    with transaction.atomic():
        row = _locked(call)
        if not row.waits_for_second:
            raise NotPossible("This does not wait for a second one of us.")
        if row.account_id == by.id:
            raise NotPossible("Two of us are needed, and you are the one who asked.")
        if not Account.objects.filter(pk=by.id, is_staff=True, is_active=True).exists():
            raise NotPossible("Only our staff can agree to that.")
        Yes.objects.create(housecall=row, to=Yes.To.SESSION, by=by.name, account_id=by.id, of_us=True)
        keep(row, "seconded", why, by=by)
        letters.broken_glass(row, by.name)


def begin(call: Housecall, *, by: SignedIn, address: str = "") -> None:
    """Let the guest in, in this browser alone. The people inside see it at once, and which country `address` points to."""
    with transaction.atomic():
        row = _locked(call)
        if row.account_id != by.id:
            raise NotPossible("Only who asked for a session can begin it.")
        if row.begun_at is not None:
            raise NotPossible("This session was begun already.")
        if not row.may_begin:
            raise NotPossible("Nobody has said yes to this session yet.")
        if not row.urgency:
            _switch_is_on(row.instance)
        _is_no_colleague(row.instance, by)
        _ticket(row.ticket, row.instance, row.urgency)
        now = timezone.now()
        there = {"browser": browser_of(by.session_key), "country": country_of(address) if address else ""}
        Housecall.objects.filter(pk=row.pk).update(begun_at=now, until=now + LASTS, **there)
        keep(row, "begun")
    _tell(call, "came")


def extend(call: Housecall, *, by: SignedIn) -> None:
    """Thirty minutes more, once."""
    with transaction.atomic():
        row = _locked(call)
        if row.account_id != by.id or not row.is_under_way or row.until is None:
            raise NotPossible("Only a session that is under way can be extended, by who is in it.")
        if row.extended_at is not None:
            raise NotPossible("It was extended once already. Ask for another session if you need more time.")
        Housecall.objects.filter(pk=row.pk).update(extended_at=timezone.now(), until=row.until + LASTS)
        keep(row, "extended")
    _tell(call, "stays")


def ask_changes(call: Housecall, *, by: SignedIn, reason: str) -> None:
    """Ask the owners whether something may be changed as well, with a reason of its own."""
    with transaction.atomic():
        row = _locked(call)
        if row.account_id != by.id or not row.is_under_way:
            raise NotPossible("Only who is in a session can ask to change something.")
        if row.changes_asked_at is not None:
            raise NotPossible("You have asked for that already.")
        Housecall.objects.filter(pk=row.pk).update(changes_asked_at=timezone.now(), changes_reason=reason)
        row.refresh_from_db()
        keep(row, "asked to change", reason)
        letters.changes_asked(row)
    _tell(call, "stays")


def reveal(call: Housecall, path: str, *, by: SignedIn, reason: str) -> Opening:
    """Uncover one page, or one record with what belongs to it, until the session ends."""
    with transaction.atomic():
        row = _locked(call)
        if row.account_id != by.id or not row.is_under_way:
            raise NotPossible("Only who is in a session can uncover a page.")
        if not row.may_reveal:
            raise NotPossible("Everything stays covered in a session that nobody said yes to.")
        name = name_of(path)
        if refusal := row.why_not(name, path, changes=False) if name else "There is no such page.":
            raise NotPossible(refusal)
    return write_down(row, Opening.What.REVEALED, name, path, reason)


def end(call: Housecall, how: End, *, by: str) -> bool:
    """It is over, from the next click on; false where it was over already. The owners get a letter about what was opened."""
    with transaction.atomic():
        row = Housecall.objects.select_for_update().select_related("instance").get(pk=call.pk)
        if not Housecall.objects.filter(pk=row.pk, ended_at__isnull=True).update(
            ended_at=timezone.now(), end=how, ended_by=by
        ):
            return False
        row.refresh_from_db()
        keep(row, "ended", how.label, how=str(how))
        if row.begun_at is not None:
            letters.over(row)
    _tell(call, "went")
    return True


def refuse_changes(call: Housecall) -> None:
    """A Business Owner says no to changes; looking goes on."""
    Housecall.objects.filter(pk=call.pk, ended_at__isnull=True).update(changes_asked_at=None, changes_reason="")


def switch_off(instance: Instance, *, by: str) -> None:
    """No staff access: whoever is in is out, whoever asked is refused. What two of us must do for safety or law stays possible."""
    with transaction.atomic():
        NoAccess.objects.get_or_create(instance=instance, defaults={"by": by})
        for call in Housecall.objects.open().filter(instance=instance, urgency=Urgency.NONE):
            end(call, End.CLOSED, by=by)


def switch_on(instance: Instance, *, by: str) -> None:
    """Staff access as before: settings covered and announced, contents with a yes."""
    NoAccess.objects.filter(instance=instance).delete()


def end_what_is_over() -> None:
    """End what ran out, what nobody answered, and the sessions of people who work here no more."""
    now = timezone.now()
    running = Housecall.objects.open()
    for call in running.filter(until__lte=now):
        end(call, End.TIME, by="")
    for call in running.filter(begun_at__isnull=True, asked_at__lte=now - WAITS):
        end(call, End.UNANSWERED, by="")
    for call in running.exclude(account__is_staff=True, account__is_active=True):
        end(call, End.LEFT, by="")


def write_down(call: Housecall, what: Opening.What, name: str, path: str, reason: str = "") -> Opening:
    """What is about to be opened, in all three books: the trail of the instance, our own, and the deeds."""
    name, path = name[:80], path[:200]
    page = visiting.Page(guest=guest_of(call), what=str(what), name=name, path=path, why=call.reason, reason=reason)
    visiting.note(call.instance.place, page)  # first and by itself: nobody holds two databases at once
    with transaction.atomic():
        opened = Opening.objects.create(housecall=call, what=what, name=name, path=path, reason=reason)
        keep(call, str(what), reason, page=name, path=path)
    return opened


def guest_of(call: Housecall, **more: Any) -> visiting.Guest:
    """The guest as a request inside the instance knows them."""
    return visiting.Guest(
        session=call.pk, account_id=call.account_id or call.pk, name=call.by, ticket=call.ticket,
        until=call.until or call.asked_at, **more,
    )  # fmt: skip


def name_of(path: str) -> str:
    """The name of an address inside an instance, `pipeline:board`; "" where there is none."""
    try:
        return resolve(path, "config.urls_instance").view_name
    except Resolver404:
        return ""


def _may_ask(
    instance: Instance, by: SignedIn, scope: Scope, rooms: Sequence[str], record: str, urgency: Urgency
) -> None:
    if not Account.objects.filter(pk=by.id, is_staff=True, is_active=True).exists():
        raise NotPossible("Only our staff can ask for that.")
    if instance.copy_of_id or instance.erased_at or instance.ready_at is None:
        raise NotPossible("Support sessions are for living databases.")
    if not urgency:
        _switch_is_on(instance)
    _is_no_colleague(instance, by)
    if scope == Scope.ROOMS and not (rooms and set(rooms) <= set(visiting.rooms())):
        raise NotPossible("Say which rooms it is about.")
    if scope == Scope.RECORD:
        named = any(len(part) == 36 for part in record.split("/")) and name_of(record)
        if not named or visiting.kind_of(named) is not visiting.Kind.CONTENTS:
            raise NotPossible("Give the address of one record, from the first slash after the name of the database.")


def _switch_is_on(instance: Instance) -> None:
    if NoAccess.objects.filter(instance=instance).exists():
        raise NotPossible("This customer has switched staff access off.")


def _is_no_colleague(instance: Instance, by: SignedIn) -> None:
    if Seat.objects.filter(instance=instance, account_id=by.id).exists():
        raise NotPossible("You work in this database yourself. Nobody is guest and colleague at once.")


def _ticket(number: str, instance: Instance, urgency: str) -> str:
    """The number of a ticket that is about this database, or of one of its people; for what cannot wait, of any open one."""
    row = Ticket.objects.filter(number=number.strip().upper()).select_related("about").first()
    if row is None or row.is_settled:
        raise NotPossible("There is no open ticket with this number.")
    if is_restricted(row.email):
        raise NotPossible(
            "Whoever asked this wants their data kept and not used: no session about them until that is lifted."
        )
    theirs = (
        row.instance_id == instance.pk
        or Seat.objects.filter(instance=instance, account__email__iexact=row.email).exists()
    )
    if not theirs and not urgency:
        raise NotPossible("This ticket is about another database.")
    return str(row.number)


def _locked(call: Housecall) -> Housecall:
    row = Housecall.objects.select_for_update().select_related("instance").get(pk=call.pk)
    if row.ended_at is not None:
        raise NotPossible("This support session has ended.")
    return row


def _tell(call: Housecall, news: str) -> None:
    """After the commit: a line in the trail of the instance, and its open browsers hear of it."""
    place, page = call.instance.place, visiting.Page(guest=guest_of(call), what=news, name="", path="", why=call.reason)

    def carry() -> None:
        try:
            visiting.note(place, page)
            visiting.tell(place, news)
        except DatabaseError as error:  # on the move, or gone: who is in is asked of our own books, and they are right
            log.warning("%s could not be told that somebody %s: %s", place.slug, news, type(error).__name__)

    transaction.on_commit(carry)
