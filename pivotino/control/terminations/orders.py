"""The standing order at the payment provider of somebody who leaves."""

from pivotino.control.payments.provider import provider
from pivotino.control.payments.queries import running_order
from pivotino.control.terminations.models import Termination


def stop(termination: Termination) -> None:
    """No more bills from the end of the paid period on. Raises ProviderDown; repeating it changes nothing.

    An order that was to end anyway is left alone, so that staying does not revive it.
    """
    ref = running_order(termination.instance_id)
    if not ref or provider().order(ref).cancel_at_period_end:
        return
    # Written down first: a worker that dies after the call must still know whose cancellation it was.
    Termination.objects.filter(pk=termination.pk).update(order_ref=ref)
    provider().cancel(ref, at_period_end=True, key=f"leave:{termination.pk}")


def go_on(termination: Termination) -> None:
    """Bills as before, where we stopped them and the order has not ended meanwhile."""
    ref = termination.order_ref
    if ref and running_order(termination.instance_id) == ref and provider().order(ref).cancel_at_period_end:
        provider().resume(ref, key=f"stay:{termination.pk}")
