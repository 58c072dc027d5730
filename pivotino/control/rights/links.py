"""The three sorts of links in our letters. None of them holds an address."""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.utils import timezone

from pivotino.control.rights.models import Demand
from pivotino.control.rights.models.demand import UNPROVEN
from pivotino.letters.models import Sent
from pivotino.tenancy.addresses import absolute, control_url

PROOF, PAGE, ADDRESS = (f"pivotino.rights.{name}" for name in ("proof", "page", "address"))
ADDRESS_GOOD_FOR = timedelta(days=3)


def proof_link(key: str) -> str:
    """To the page on which the reader of one letter says which demands are theirs. The letter proves the address."""
    return absolute(control_url("rights:proof", token=signing.dumps(key, salt=PROOF)))


def address_of(token: str) -> str:
    """Whom the letter with this link went to; nothing for one that is too old or not ours."""
    try:
        key = signing.loads(token, salt=PROOF, max_age=UNPROVEN)
    except signing.BadSignature:
        return ""
    sent = Sent.objects.filter(key=key, at__gt=timezone.now() - UNPROVEN).exclude(to="").first()
    return sent.to.lower() if sent else ""


def page_of(demand: Demand) -> str:
    """The page of a proven demand, as a path."""
    return control_url("rights:show", sealed=signing.dumps(str(demand.pk), salt=PAGE))


def page_link(demand: Demand) -> str:
    return absolute(page_of(demand))


def demand_of(sealed: str) -> Demand | None:
    """The proven demand a page is about."""
    try:
        id = signing.loads(sealed, salt=PAGE)
    except signing.BadSignature:
        return None
    return Demand.objects.filter(pk=id, proved_at__isnull=False).first()


def address_link(demand: Demand, email: str) -> str:
    """To the page on which the reader of a letter to `email` says that this is their address from now on."""
    key = new_address_key(demand, email)
    return absolute(control_url("rights:new_address", token=signing.dumps([str(demand.pk), key], salt=ADDRESS)))


def new_address(token: str) -> tuple[Demand, str] | None:
    """The demand and the address its letter went to."""
    try:
        id, key = signing.loads(token, salt=ADDRESS, max_age=ADDRESS_GOOD_FOR)
    except (signing.BadSignature, ValueError):
        return None
    demand = Demand.objects.going().filter(pk=UUID(id)).first()
    sent = Sent.objects.filter(key=key).exclude(to="").first()
    return (demand, sent.to.lower()) if demand and sent else None


def new_address_key(demand: Demand, email: str) -> str:
    from pivotino.letters.marks import mark_of

    return f"rights-address:{demand.pk}:{mark_of(email)}"
