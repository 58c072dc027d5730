"""Plans, addresses, sign-ups and subscriptions."""

from pivotino.control.subscriptions.models.address import Address
from pivotino.control.subscriptions.models.plan import Plan
from pivotino.control.subscriptions.models.sign_up import SignUp
from pivotino.control.subscriptions.models.subscription import Subscription

__all__ = ["Address", "Plan", "SignUp", "Subscription"]
