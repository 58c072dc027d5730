"""Asking for a demo: typed on a public page, proven by a letter, and only then kept."""

import hashlib
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.helpdesk.categories import Category
from pivotino.control.helpdesk.models import Source
from pivotino.control.helpdesk.verbs import open_ticket
from pivotino.control.prospects import rules
from pivotino.control.prospects.letters import ProveAsking
from pivotino.control.prospects.models import Asking, Basis, Fact, Gone, Kind, Origin, Prospect
from pivotino.control.prospects.taking_in import facts_of
from pivotino.kit.retention import period
from pivotino.letters import send
from pivotino.letters.marks import marks_of
from pivotino.letters.models import Suppression
from pivotino.letters.models.suppression import OWN_WISH
from pivotino.tenancy.addresses import absolute, control_url

SALT = "pivotino.prospects.demo"


def ask(data: dict[str, Any], *, notice: str) -> Asking:
    """Keep what was typed and send a letter that asks whether it was meant. The same form sent twice is one."""
    told = "\x00".join(str(data[name]) for name in ("once", "email", "name", "phone", "told_by", "letters"))
    once = hashlib.sha256(told.encode()).hexdigest()
    if found := Asking.objects.filter(once=once).first():
        return found
    try:
        with transaction.atomic():
            asking = Asking.objects.create(
                once=once, address=data["email"], name=data["name"], phone=data["phone"], country=data["dial"],
                told_by=data["told_by"], wants_letters=data["letters"], notice=notice,
            )  # fmt: skip
            link = absolute(control_url("prospects:prove", token=signing.dumps(str(asking.pk), salt=SALT)))
            send(ProveAsking(to=asking.address, name=asking.name, link=link), key=f"demo:{asking.pk}")
    except IntegrityError:  # the other press of the same button was quicker
        return Asking.objects.get(once=once)
    return asking


def with_token(token: str) -> Asking | None:
    """The request a letter's link belongs to, as long as we keep it."""
    try:
        id = signing.loads(token, salt=SALT, max_age=period("prospect questions"))
    except signing.BadSignature:
        return None
    return Asking.objects.filter(pk=id).first()


def prove(asking: Asking) -> None:
    """The address is theirs: they wait for a demo now, and the helpdesk knows. Repeating it changes nothing.

    Who was erased or had stopped us comes back by this road alone, since nobody else can press here. A customer gets no second entry.
    """
    with transaction.atomic():
        row = Asking.objects.select_for_update().get(pk=asking.pk)
        if row.proven_at:
            return
        if not Account.objects.filter(email=row.address, is_active=True).exists():
            _keep(row)
        told = [("Telephone", row.phone), ("Country", row.country), ("Told of us by", row.told_by)]
        wish = "\n".join(["I would like to see Pivotino.", "", *(f"{word}: {said}" for word, said in told if said)])
        open_ticket(Category.SUPPORT, "A demo", wish, email=row.address, name=row.name, source=Source.FORM)
        Asking.objects.filter(pk=row.pk).update(address="", name="", phone="", told_by="", proven_at=timezone.now())


def _keep(row: Asking) -> None:
    now = timezone.now()
    detail = f"Our demo form; told of us by {row.told_by}" if row.told_by else "Our demo form"
    origin = Origin.objects.create(
        kind=Kind.DEMO, detail=detail, url=absolute(control_url("prospects:demo")), day=row.at.date(), by="themselves",
        basis=Basis.CONSENT if row.wants_letters else Basis.REQUEST, note=f"Policy of {row.notice} beside the form; address proven by letter.",
    )  # fmt: skip
    marks = marks_of(row.address)
    Gone.objects.filter(mark__in=marks).delete()
    cleared: dict[str, Any] = {"cleared_at": None, "cleared_by": ""}
    if row.wants_letters:
        Suppression.objects.filter(mark__in=marks, scope__in=OWN_WISH).delete()
        if not rules.why_not(country=row.country, basis=Basis.CONSENT):
            cleared = {"cleared_at": now, "cleared_by": "their own tick"}
    theirs = {"name": row.name, "phone": row.phone, "country": row.country, "origin": origin, "touched_at": now, "asked_at": now, "answered_at": None}  # fmt: skip
    prospect, _ = Prospect.objects.update_or_create(address=row.address, defaults={**theirs, **cleared})
    for fact in facts_of(prospect, origin, {}):
        if fact.field in ("address", *theirs):
            Fact.objects.update_or_create(
                prospect=prospect, field=fact.field, defaults={"origin": fact.origin, "url": ""}
            )
    Origin.objects.unused().delete()
