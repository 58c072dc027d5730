"""What was handed to a customer ends with the customer: nobody there can answer it, and nothing is left to answer about."""

from pivotino.control.erasures.hooks import forgets
from pivotino.control.rights import granting
from pivotino.control.rights.models import Demand
from pivotino.tenancy.models import Instance

GONE = "The company it was about has left, and everything it kept with us was erased. There is nothing left there about you."


@forgets("Demands that were handed to it", order=50)
def end(instance: Instance) -> int:
    """Whoever waits for an answer of theirs is told."""
    going = list(Demand.objects.going().filter(instance=instance))
    for demand in going:
        granting.finish(demand, [GONE])
    return len(going)
