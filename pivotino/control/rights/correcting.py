"""Putting right what we have wrong, wherever we hold it."""

from typing import Any

from django.db import IntegrityError, transaction

from pivotino.control.accounts import correcting
from pivotino.control.accounts.models import Account
from pivotino.control.erasures import persons
from pivotino.control.prospects.models import Prospect
from pivotino.control.rights import granting, letters
from pivotino.control.rights.links import address_link, new_address_key, page_link
from pivotino.control.rights.models import Demand
from pivotino.control.rights.packing import about
from pivotino.letters import send
from pivotino.tenancy.signed_in import SignedIn

OF_ACCOUNT, OF_PROSPECT = ("name", "phone"), ("name", "phone", "company", "country")
DONE = [
    "We corrected what you told us, wherever we hold it: your account, the databases you work in, questions you asked us, and the payment provider where you pay.",
    "Papers that were printed stay as they are, by law.",
]
MOVED = (
    "Your address was changed to the one you proved, wherever we hold it. This letter is the last one that comes here."
)


LAST = "rights-moved:"


class Taken(RuntimeError):
    """Somebody else signs in with this address."""


def as_it_is(demand: Demand) -> dict[str, str]:
    """What may be corrected, as we have it."""
    account, prospect = _rows(demand.email)
    known: dict[str, str] = {}
    for row, names in ((prospect, OF_PROSPECT), (account, OF_ACCOUNT)):
        known |= {name: getattr(row, name) for name in names} if row else {}
    return known


def may_move(demand: Demand, account: SignedIn | None) -> bool:
    """Whether a new address may be asked for here. The one somebody signs in with changes only for who is signed in: a letter
    may have been forwarded."""
    row, _ = _rows(demand.email)
    return row is None or (account is not None and account.id == row.pk)


def correct(demand: Demand, said: dict[str, str]) -> None:
    """Write it wherever we hold it. Then the demand is over."""
    with transaction.atomic():
        _write(demand, said)
        granting.finish(demand, DONE)


def ask_new_address(demand: Demand, email: str) -> None:
    """Mail a link to the new address: it has to be proven like the old one."""
    says = ["Press the button, and everything we hold under your old address is under this one: signing in, and letters.",
            "If it was not you, do nothing; in three days the link opens nothing any more."]  # fmt: skip
    send(letters.NewAddress(to=email, says=says, link=address_link(demand, email)), key=new_address_key(demand, email))


def move_to(demand: Demand, email: str) -> None:
    """From now on this is their address. Raises Taken where it is somebody's account already."""
    try:
        with transaction.atomic():
            row = Demand.objects.select_for_update().get(pk=demand.pk)
            if row.over_at:
                return
            if Account.objects.filter(email=email).exists():
                raise Taken("There is an account with this address already.")
            _write(row, {"email": email})
            send(letters.Answered(to=row.email, says=[MOVED], link=page_link(row)), key=f"{LAST}{row.pk}")
            row.end(Demand.End.DONE)
    except IntegrityError as error:
        raise Taken("There is an account with this address already.") from error


def _write(demand: Demand, said: dict[str, str]) -> None:
    """The account tells everybody else; without one the rooms are told here."""
    account, prospect = _rows(demand.email)
    before = about(demand)
    if account is None:
        persons.correct(before, said)
        return
    correcting.correct(account, **{what: value for what, value in said.items() if what in (*OF_ACCOUNT, "email")})
    if prospect is not None:
        more = {what: said[what] for what in OF_PROSPECT if what in said}
        if more:
            Prospect.objects.filter(pk=prospect.pk).update(**more)


def _rows(address: str) -> tuple[Account | None, Any]:
    return Account.objects.with_email(address), Prospect.objects.filter(address=address).first()
