"""Plans, add-ons, addresses, sign-ups and subscriptions."""

from pivotino.control.subscriptions.models.add_on import Addition, AddOn
from pivotino.control.subscriptions.models.address import Address
from pivotino.control.subscriptions.models.offering import NotOffered
from pivotino.control.subscriptions.models.plan import Plan
from pivotino.control.subscriptions.models.sign_up import SignUp
from pivotino.control.subscriptions.models.subscription import Subscription

__all__ = ["AddOn", "Addition", "Address", "NotOffered", "Plan", "SignUp", "Subscription"]
