"""Everything we know about somebody, put together for them alone."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pivotino.control.erasures.persons import Found, Person, found_about
from pivotino.control.rights import letters
from pivotino.control.rights.models import Demand, Kind, Package
from pivotino.letters import send_sealed
from pivotino.letters.suppression import is_put_away
from pivotino.tenancy.addresses import absolute, control_url

LOGIC = "No machine decides anything about you that has an effect in law. Lists are sorted and letters chosen by plain rules, such as country and plan."


def about(demand: Demand) -> Person:
    """The person behind a demand."""
    return Person.at(demand.email, receipts=[demand.receipt] if demand.receipt else [])


def content_for(demand: Demand) -> dict[str, Any]:
    """What we know, with purpose, basis, source, recipients and retention; for portability only what they gave us."""
    found = found_about(about(demand))
    if demand.kind == Kind.PORTABILITY:
        found = [one for one in found if one.provided]
    return {
        "about": demand.email, "kind": demand.kind, "made_at": timezone.now().isoformat(timespec="seconds"), "by": settings.OPERATOR.name,
        "known": [_told(one) for one in found], "logic": LOGIC,
        "rights": "You may have it corrected, restricted or erased, object to marketing, and complain to the authority for data protection where you live.",
        "instances": "What companies keep about you in databases of their own is theirs to tell you. Write to us, and we pass it on.",
    }  # fmt: skip


def pack(demand: Demand) -> None:
    """Seal it, mail the link, and end the demand. Called again it makes a new one in place of the last.

    Nothing happens while they are put away as a child; the demand waits, and its clock goes on.
    """
    if is_put_away(demand.email):
        return
    content = content_for(demand)
    with transaction.atomic():
        package, secret = Package.objects.seal(demand, content)
    link = absolute(control_url("rights:package", token=secret))
    says = ["Here is what we know about you: what it is, why we keep it, where it comes from, who else sees it, and for how long. You can also take it as a file that programs read.",
            f"The link is good until {package.expires_at:%-d %B %Y}. It stands in this letter and nowhere else; each time it is opened is shown on the page."]  # fmt: skip
    send_sealed(letters.Ready(to=demand.email, says=says, link=link), key=f"rights-package:{package.pk}")
    demand.end(Demand.End.DONE)


def _told(one: Found) -> dict[str, Any]:
    told = asdict(one)
    told["facts"] = [list(pair) for pair in one.facts]
    return {
        name: told[name]
        for name in ("what", "count", "facts", "purpose", "basis", "source", "recipients", "until", "provided", "why")
    }
