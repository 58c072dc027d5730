"""Accounts and what hangs on them."""

from pivotino.control.accounts.models.account import Account, AccountManager
from pivotino.control.accounts.models.consent import Consent
from pivotino.control.accounts.models.initial import InitialPassword
from pivotino.control.accounts.models.seat import Seat
from pivotino.control.accounts.models.session import Session
from pivotino.control.accounts.models.sign_in import SecondStepRule, SignIn

__all__ = ["Account", "AccountManager", "Consent", "InitialPassword", "Seat", "SecondStepRule", "Session", "SignIn"]
