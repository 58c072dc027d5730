"""The standing order at the payment provider of somebody who leaves."""

from pivotino.control.terminations.models import Termination


def stop(termination: Termination) -> None:
    """No more bills from the end of the paid period on. Without an order nothing happens; a provider that is away is asked again."""


def go_on(termination: Termination) -> None:
    """Bills as before, where the order has not ended meanwhile."""
