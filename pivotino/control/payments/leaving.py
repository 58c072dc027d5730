"""Sending somebody to the provider's pages, and knowing them when they come back. Nothing is typed about a card on ours."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.payments import reconciling
from pivotino.control.payments.models import Payer, Visit, Watermark
from pivotino.control.payments.provider import (
    AlreadyPays,
    Checkout,
    Customer,
    Line,
    Message,
    Provider,
    Refused,
    Unknown,
    provider,
)
from pivotino.control.payments.taking import take
from pivotino.kit.ids import uuid7
from pivotino.tenancy.models import Instance

ALREADY = "This database has a running order already. Change its plan instead."


def to_checkout(
    instance: Instance, account: Account, lines: Sequence[Line], *, what: str, trial_until: datetime | None = None
) -> Visit:  # fmt: skip
    """A visit to the page on which these lines are paid for. Pressing twice is one visit. Raises AlreadyPays, ProviderDown."""
    payer = known(instance, account)
    if Watermark.objects.live().filter(payer=payer).exists():
        raise AlreadyPays(ALREADY)
    if found := Visit.objects.filter(instance=instance).fresh(what):
        return found
    id = uuid7()
    visit = Visit(id=id, instance=instance, account=account, kind=Visit.Kind.CHECKOUT, what=what)
    try:
        page = _page(visit, payer, lines, trial_until)
    except Unknown:
        page = _page(visit, made_anew(payer, account), lines, trial_until)
    visit.ref, visit.url = page.ref, proven(page.url)
    visit.save(force_insert=True)
    return visit


def to_portal(instance: Instance, account: Account) -> Visit:
    """A visit to the page on which somebody changes how they pay. Raises ProviderDown."""
    payer, id = known(instance, account), uuid7()
    visit = Visit(id=id, instance=instance, account=account, kind=Visit.Kind.PORTAL)
    visit.url = proven(provider().portal(payer.customer_ref, return_url=back(visit), key=f"portal-{id}"))
    visit.save(force_insert=True)
    return visit


def known(instance: Instance, account: Account) -> Payer:
    """The instance as the provider knows it; made known the first time. Twice at once is once."""
    if found := Payer.objects.filter(instance=instance).first():
        return found
    made = _make(instance, account, key=f"customer-{instance.id}-{account.id}")
    row, _ = Payer.objects.get_or_create(
        instance=instance, defaults={"account": account, "customer_ref": made.ref, "made_at": timezone.now()}
    )
    return row


def made_anew(payer: Payer, account: Account) -> Payer:
    """The provider has no such customer: it was another provider then, or somebody deleted it there. Nothing runs there."""
    made = _make(payer.instance, account, key=f"customer-{payer.instance_id}-after-{payer.customer_ref}")
    Payer.objects.filter(pk=payer.pk).update(customer_ref=made.ref, account=account)
    payer.refresh_from_db()
    return payer


def come_back(visit: Visit) -> bool:
    """Somebody is back from the provider: look at once what they did there. True where the checkout was paid.

    Raises ProviderDown; what was done there is told later all the same.
    """
    if visit.kind == Visit.Kind.PORTAL:
        reconciling.compare(Payer.objects.get(instance=visit.instance))
        visit.end()
        return False
    if visit.order_ref:
        return True
    seen = provider().checkout_seen(visit.ref)
    if seen.status == "complete" and seen.order_ref:
        take(Message(
            ref=f"visit:{visit.ref}", type="visit", kind="checkout.completed", subject_ref=visit.ref, at=timezone.now(), body={},
        ))  # fmt: skip
    return seen.status == "complete"


def _make(instance: Instance, account: Account, *, key: str) -> Customer:
    return provider().customer(
        instance=instance.id, account=account.id, name=account.name, email=account.email, company=instance.name, key=key
    )


def _page(visit: Visit, payer: Payer, lines: Sequence[Line], trial_until: datetime | None) -> Checkout:
    return provider().checkout(
        payer.customer_ref, lines, instance=payer.instance_id, trial_until=trial_until, success_url=back(visit), cancel_url=back(visit),
        key=f"checkout-{visit.id}-{payer.customer_ref}",
    )  # fmt: skip


def back(visit: Visit) -> str:
    """Where the provider sends them when they are done."""
    return f"{settings.BASE_URL}{reverse('payments:return')}?visit={visit.id}"


def proven(url: str) -> str:
    """The address, if it is a page of the provider's. Nobody is sent anywhere else."""
    if not is_of(provider(), url):
        raise Refused("The payment provider named a page that is not its own. Nobody was sent there.")
    return url


def is_of(one: Provider, url: str) -> bool:
    parts = urlsplit(url)
    if not one.hosts:  # the sandbox, wherever it runs
        return parts.scheme in ("http", "https")
    host = parts.hostname or ""
    return parts.scheme == "https" and any(host == name or host.endswith(f".{name}") for name in one.hosts)
