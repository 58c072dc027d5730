"""What the billing room tells: nobody paid for long, or it was paid after all."""

from pivotino.control.billing import endings
from pivotino.control.billing.models import Arrears
from pivotino.control.terminations import leaving
from pivotino.control.terminations.jobs import put_in_line
from pivotino.control.terminations.models import Termination
from pivotino.tenancy.models import Instance


@endings.on_end
def leave_unpaid(instance: Instance, arrears: Arrears) -> None:
    """The subscription ended unpaid: the same dates as for everybody who leaves. Somebody who leaves already leaves once."""
    if Termination.objects.of(instance) is None:
        put_in_line(leaving.leave(instance, cause=Termination.Cause.UNPAID))


@endings.on_return
def stay_paid(instance: Instance) -> None:
    """It was paid after all."""
    termination = Termination.objects.of(instance)
    if termination and termination.cause == Termination.Cause.UNPAID and termination.may_be_taken_back:
        leaving.stay(termination)
        put_in_line(termination)
