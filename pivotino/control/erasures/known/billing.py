"""What was ordered and paid. Papers stay: the law wants books."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from pivotino.control.accounts.models import Seat
from pivotino.control.billing.models import Arrears, Buyer, Paper
from pivotino.control.erasures import references
from pivotino.control.erasures.persons import (
    BY_USE,
    CONTRACT,
    FROM_YOU,
    LAW,
    Found,
    Person,
    Plan,
    Said,
    free,
    knows,
    told,
)
from pivotino.control.payments.jobs import call_payer
from pivotino.control.payments.models import Payer, Visit
from pivotino.control.subscriptions.models import Addition, Subscription

PROVIDER = "The payment provider, who is in our register of third parties"
MODELS = {"billing.Buyer", "billing.Paper", "billing.Print", "payments.Payer", "payments.Visit", "payments.Notice",
          "payments.Watermark", "subscriptions.Subscription", "subscriptions.Addition", "billing.Arrears"}  # fmt: skip


@knows("Orders and papers", models=MODELS, order=70)
class Billing:
    def find(self, person: Person) -> Iterator[Found]:
        ordered = _mine(Subscription, person).select_related("plan", "instance")
        if ordered:
            yield Found.of(Subscription, what="What you ordered", basis=CONTRACT, source=FROM_YOU, provided=True, plan=Plan.BLANK, count=len(ordered),
                           facts=tuple((f"{one.plan.name} for {one.instance.name}", f"since {one.since:%Y-%m-%d}") for one in ordered))  # fmt: skip
        paid = _mine(Payer, person).select_related("instance")
        if paid:
            yield Found.of(Payer, what="You as one who pays", basis=CONTRACT, source=BY_USE, recipients=PROVIDER, plan=Plan.BLANK, count=len(paid),
                           facts=tuple((f"For {one.instance.name}", f"number {one.customer_ref} at the provider") for one in paid))  # fmt: skip
        visits = _mine(Visit, person)
        if visits:
            yield Found.of(Visit, what="Visits to the payment page", basis=CONTRACT, source=BY_USE, recipients=PROVIDER, count=len(visits),
                           facts=told(*((one.kind, one.made_at) for one in visits)))  # fmt: skip
        for one in self._buyers(person):
            yield Found.of(Buyer, what="Billing details that name you", basis=CONTRACT, source=FROM_YOU, plan=Plan.BLANK, provided=True,
                           facts=told(("Company", one.name), ("For the attention of", one.attention), ("Mail address", one.email)))  # fmt: skip
        additions = _by(Addition, "by", person)
        if additions:
            yield Found.of(
                Addition,
                what="Changes of the plan",
                basis=CONTRACT,
                source=BY_USE,
                plan=Plan.BLANK,
                count=len(additions),
            )
        owed = _by(Arrears, "settled_by", person)
        if owed:
            yield Found.of(
                Arrears, what="Bills settled by you", basis=CONTRACT, source=BY_USE, plan=Plan.BLANK, count=len(owed)
            )
        papers = self._papers(person)
        if papers:
            law = references.statutes()["billing.Paper"]
            yield Found.of(Paper, what=law.what, basis=LAW, source="From what was ordered", recipients=f"{PROVIDER}; the tax office where it asks",
                           plan=Plan.KEEP, why=f"{law.law}, for {law.years} years", count=len(papers),
                           facts=told(*((one.number, one.issued_at) for one in papers)))  # fmt: skip

    def forget(self, person: Person) -> int:
        count: int = free(_mine(Visit, person)).delete()[0]
        for model in (Subscription, Payer):
            count += free(_mine(model, person)).update(account=None)
        for one in self._buyers(person):
            one.attention = "" if _same(one.attention, person.name) else one.attention
            one.email = "" if _same(one.email, person.email) else one.email
            one.save(update_fields=["attention", "email"])
            count += 1
        count += _by(Addition, "by", person).update(by="")
        count += _by(Arrears, "settled_by", person).update(settled_by="")
        return count

    def correct(self, person: Person, said: Said) -> int:
        """Papers stay as they were printed; the next ones, and the provider, say what is right."""
        count = 0
        for one in self._buyers(person):
            one.attention = said["name"] if said.get("name") and _same(one.attention, person.name) else one.attention
            one.email = said["email"] if said.get("email") and _same(one.email, person.email) else one.email
            one.save(update_fields=["attention", "email"])
            count += 1
        for payer in _mine(Payer, person).filter(forgotten_at=None) if {"name", "email"} & set(said) else []:
            call_payer.later(str(payer.pk), key=f"call-payer:{payer.pk}")
            count += 1
        return count

    def _buyers(self, person: Person) -> Any:
        named = Q(email__iexact=person.email)
        if person.name and person.account_id:
            named |= Q(attention__iexact=person.name, instance__seats__account_id=person.account_id)
        return free(Buyer.objects.filter(pk__in=Buyer.objects.filter(named).values("pk")))

    def _papers(self, person: Person) -> list[Paper]:
        """Papers name a buyer; those that name this one by address, or by name on a paper of one's own database."""
        here = Paper.objects.filter(instance_id__in=_instances(person)) | Paper.objects.filter(
            facts__icontains=person.email
        )
        words = [person.email, *([person.name.lower()] if len(person.name) >= 5 else [])]
        return [one for one in here if any(word in str(one.facts).lower() for word in words)]


def _mine(model: Any, person: Person) -> Any:
    rows = model._default_manager.all()
    return rows.filter(account_id=person.account_id) if person.account_id else rows.none()


def _instances(person: Person) -> Any:
    return _mine(Seat, person).values("instance_id")


def _by(model: Any, column: str, person: Person) -> Any:
    """Rows of the databases this person enters that name them as who did it, by address or name."""
    named = Q(**{f"{column}__iexact": person.email})
    if person.name:
        named |= Q(**{f"{column}__iexact": person.name, "instance_id__in": _instances(person)})
    return free(model._default_manager.filter(named))


def _same(one: str, other: str) -> bool:
    return bool(other) and one.strip().lower() == other.strip().lower()
