"""Putting right what we have wrong, wherever we hold it."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from pivotino.control.accounts import middleware
from pivotino.control.accounts.models import Account
from pivotino.control.billing.models import Buyer
from pivotino.control.prospects.models import Prospect
from pivotino.control.rights import granting, letters
from pivotino.control.rights.links import address_link, new_address_key
from pivotino.control.rights.models import Demand
from pivotino.control.subscriptions.models import SignUp
from pivotino.letters import send

OF_ACCOUNT, OF_PROSPECT = ("name", "phone"), ("name", "phone", "company", "country")


class Taken(RuntimeError):
    """Somebody else signs in with this address."""


def as_it_is(demand: Demand) -> dict[str, str]:
    """What may be corrected, as we have it."""
    account, prospect = _rows(demand.email)
    known: dict[str, str] = {}
    for row, names in ((prospect, OF_PROSPECT), (account, OF_ACCOUNT)):
        known |= {name: getattr(row, name) for name in names} if row else {}
    return known


def correct(demand: Demand, said: dict[str, str]) -> None:
    """Write it wherever we hold it: the account, a sign-up that waits, the possible customer. Then the demand is over."""
    with transaction.atomic():
        account, prospect = _rows(demand.email)
        for row, names in ((account, OF_ACCOUNT), (prospect, OF_PROSPECT)):
            _write(row, {name: said[name] for name in names if name in said})
        SignUp.objects.filter(email__iexact=demand.email).update(
            **{name: said[name] for name in OF_ACCOUNT if said.get(name)}
        )
        says = [
            "We corrected what you told us, wherever we hold it. Databases you work in call you as you wish there; change that inside."
        ]
        granting.finish(demand, says)
    middleware.forget()


def ask_new_address(demand: Demand, email: str) -> None:
    """Mail a link to the new address: it has to be proven like the old one."""
    says = ["Press the button, and everything we hold under your old address is under this one: signing in, and letters.",
            "If it was not you, do nothing; in three days the link opens nothing any more."]  # fmt: skip
    send(letters.NewAddress(to=email, says=says, link=address_link(demand, email)), key=new_address_key(demand, email))


def move_to(demand: Demand, email: str) -> None:
    """From now on this is their address. Raises Taken where it is somebody's account already."""
    with transaction.atomic():
        account, prospect = _rows(demand.email)
        if Account.objects.filter(email=email).exists():
            raise Taken("There is an account with this address already.")
        if account is not None:
            before, account.email = account.email, email
            account.save(update_fields=["email"])
            EmailAddress.objects.filter(user=account).delete()
            EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
            Buyer.objects.filter(email__iexact=before, instance__seats__account=account).update(email=email)
        if prospect is not None and not Prospect.objects.filter(address=email).exists():
            _write(prospect, {"address": email})
        granting.finish(
            demand, ["Your address was changed to the one you proved. This letter is the last one that comes here."]
        )
    middleware.forget()


def _rows(address: str) -> tuple[Account | None, Prospect | None]:
    return Account.objects.with_email(address), Prospect.objects.filter(address=address).first()


def _write(row: Any, said: dict[str, str]) -> None:
    if row is not None and said:
        for name, value in said.items():
            setattr(row, name, value)
        row.save(update_fields=list(said))
