"""What an instance owes, who pays for it, and the papers about it."""

from pivotino.control.billing.models.arrears import Arrears
from pivotino.control.billing.models.buyer import Buyer
from pivotino.control.billing.models.paper import Paper, Print, Series

__all__ = ["Arrears", "Buyer", "Paper", "Print", "Series"]
