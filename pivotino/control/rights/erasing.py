"""Erasing somebody from our books: the plan, their yes, three days to think it over, and then the steps of `erasures`."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from pivotino.control.accounts.models import Account, Seat
from pivotino.control.erasures import jobs as erasures
from pivotino.control.erasures.models import Erasure
from pivotino.control.erasures.persons import Found, Plan, found_about, mentions_of
from pivotino.control.rights import letters
from pivotino.control.rights.links import page_link
from pivotino.control.rights.models import Demand, Finding, Kind
from pivotino.control.rights.models.demand import COOL_OFF
from pivotino.control.rights.packing import about
from pivotino.jobs import alerts
from pivotino.letters import send
from pivotino.tenancy.models import Instance

STAFF = "You work for us. While you do, your account stays; speak to who looks after our own people."


class NotPossible(RuntimeError):
    """This cannot be done now; the message says why and what to do instead."""


@dataclass(frozen=True, kw_only=True)
class Whole:
    """What an erasure would do: what goes, what stays by which law, and what stands in its way."""

    goes: list[Found]
    stays: list[Found]
    in_the_way: list[str]
    databases: list[Instance]

    @property
    def counts(self) -> list[dict[str, Any]]:
        """As it is kept with the yes."""
        rows = [*self.goes, *self.stays]
        return [{"what": one.what, "count": one.count, "plan": one.plan.value, "why": one.why} for one in rows]


def plan(demand: Demand) -> Whole:
    """As things are now."""
    person = about(demand)
    found = found_about(person)
    seats = Seat.objects.filter(account_id=person.account_id).exclude(account=None).filter(instance__erased_at__isnull=True) if person.account_id else Seat.objects.none()  # fmt: skip
    others = Seat.objects.filter(instance=OuterRef("instance"), owner=True).exclude(account=OuterRef("account"))
    alone = seats.filter(~Exists(others), owner=True).select_related("instance")
    in_the_way = [
        f"You are the only Business Owner of {seat.instance.name}. Make a colleague a Business Owner there first, or end its subscription; then come back."
        for seat in alone
    ]
    if Account.objects.filter(email=person.email, is_staff=True).exists():
        in_the_way.append(STAFF)
    return Whole(
        goes=[one for one in found if one.plan is not Plan.KEEP], stays=[one for one in found if one.plan is Plan.KEEP],
        in_the_way=in_the_way, databases=[seat.instance for seat in seats.select_related("instance").order_by("instance__name")],
    )  # fmt: skip


def confirm(demand: Demand) -> Demand:
    """Yes to the plan as it is now. It may be taken back for three days. Raises NotPossible."""
    with transaction.atomic():
        row = _locked(demand)
        if row.erases_at:
            return row
        whole = plan(row)
        if whole.in_the_way:
            raise NotPossible(whole.in_the_way[0])
        row.erases_at, row.plan = timezone.now() + COOL_OFF, whole.counts
        row.save(update_fields=["erases_at", "plan"])
        day = f"{row.erases_at:%-d %B %Y}"
        says = [f"On {day}, at {row.erases_at:%H:%M} UTC, we erase what we know about you. Until then you can take it back on the page, by one press.",
                "Afterwards there is no way back, for us neither."]  # fmt: skip
        send(letters.Waits(to=row.email, says=says, link=page_link(row), day=day), key=f"rights-waits:{row.pk}:{row.erases_at:%Y%m%d%H%M%S}")  # fmt: skip
    return row


def take_back(demand: Demand) -> Demand:
    """They changed their mind. Raises NotPossible once it has begun."""
    with transaction.atomic():
        row = _locked(demand)
        if row.erasure_id:
            raise NotPossible("It has begun, and nobody can stop it any more.")
        if row.over_at is None:
            says = ["You took it back: nothing is erased. Ask again whenever you like."]
            send(letters.TakenBack(to=row.email, says=says, link=page_link(row)), key=f"rights-taken-back:{row.pk}")
            row.end(Demand.End.TAKEN_BACK)
    return row


def execute(demand: Demand) -> None:
    """The three days are over: begin. What came into the way meanwhile stops it, and they are told. Repeating it changes nothing."""
    from pivotino.control.rights import granting, handing

    with transaction.atomic():
        row = _locked(demand)
        if row.erasure_id or row.over_at or row.erases_at is None or row.erases_at > timezone.now():
            return
        whole = plan(row)
        if whole.in_the_way:
            granting.refuse(row, whole.in_the_way[0])
            return
        _look_through_texts(row)
        handing.tell_their_databases(row, whole.databases)
        erasure = Erasure.objects.begin_person(row.email)
        Demand.objects.filter(pk=row.pk).update(erasure_id=erasure.pk)
        erasures.put_in_line(erasure)


def _look_through_texts(row: Demand) -> None:
    """Where people of ours wrote this person's address, phone or name: a list for somebody to read, without what it says."""
    found = [Finding(demand=row, model=one.model, row=one.id, place=one.place[:160]) for one in mentions_of(about(row))]
    Finding.objects.bulk_create(found, ignore_conflicts=True)
    if found:
        alerts.rise(
            "rights texts", row.pk, f"{len(found)} texts may name somebody who was erased. Read them at /staff/rights/."
        )


def _locked(demand: Demand) -> Demand:
    row = Demand.objects.select_for_update().get(pk=demand.pk)
    if row.kind != Kind.ERASURE or row.proved_at is None:
        raise NotPossible("This is no erasure somebody proved.")
    return row
