"""What a proven demand sets going."""

from django.db import transaction

from pivotino.control.rights import letters, restricting
from pivotino.control.rights.links import page_link
from pivotino.control.rights.models import Demand, Kind
from pivotino.letters import send
from pivotino.letters.models.suppression import Scope
from pivotino.letters.suppression import suppress

RESTRICTED = "From now on we keep what we hold and use none of it: no marketing, nothing you said of us is shown, and nobody of us changes it. You can lift this on the page; before we ever did, you would read why."
REFUSED = "You may complain to the authority for data protection where you live."


def begin(demand: Demand) -> None:
    """Access and portability are packed, a restriction holds at once. Corrections and erasures wait for the person's own words."""
    match demand.kind:
        case Kind.ACCESS | Kind.PORTABILITY:
            from pivotino.control.rights.jobs import pack

            pack.later(str(demand.pk), key=f"rights-pack:{demand.pk}")
        case Kind.RESTRICTION:
            restricting.restrict(demand)
            finish(demand, [RESTRICTED])
        case Kind.OBJECTION:
            suppress(demand.email, Scope.MARKETING, how="objection")
            finish(demand, ["From now on we send you no news and no advertising, and that does not run out."])


def finish(demand: Demand, says: list[str]) -> None:
    """It is done; they are told."""
    with transaction.atomic():
        _tell(demand, says)
        demand.end(Demand.End.DONE)


def refuse(demand: Demand, reason: str) -> None:
    """It is not done, and why; the reason is read by the person."""
    with transaction.atomic():
        _tell(demand, [f"We do not do what you asked for. The reason: {reason}", REFUSED])
        demand.end(Demand.End.REFUSED, reason=reason)


def _tell(demand: Demand, says: list[str]) -> None:
    if demand.email:
        letter = letters.Answered(to=demand.email, says=says, link=page_link(demand))
        send(letter, key=f"rights-answered:{demand.pk}")
